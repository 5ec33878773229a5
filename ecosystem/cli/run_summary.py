"""What `ecosystem run` ends with: what moved, how that compares with what was observed, where it lies."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from ecosystem.cli.common import console
from ecosystem.cli.run_numbers import amount, memory, seconds

if TYPE_CHECKING:
    from rich.table import Table

    from ecosystem.experiments.excerpts import Said
    from ecosystem.experiments.results import Results
    from ecosystem.experiments.summary import Moved, Spread

__all__ = ["document", "new_table", "observed", "show"]

WIDE = 100
"""Columns of a terminal on which everything fits on one line. assumption: read off 80 and 120 columns."""
LINES = 2
"""Lines of each text shown. assumption: as much as one takes in at a glance."""
INDENT, HANGING = "    ", "  - "
NARROW = {"when": 10, "number": 11, "verdict": 12}
"""Widest columns on a narrower one, where cells are broken at spaces."""

type Records = list[dict[str, Any]]


def observed(results: Results) -> Records:
    """The run beside every observed figure, as `analysis.targets.compare` has it."""
    from analysis.results import load  # noqa: PLC0415 - the cli alone knows analysis, and lazily
    from analysis.targets import compare  # noqa: PLC0415 - likewise

    if results.folder is None:
        return []
    table = compare(load(results.folder))
    return [{str(name): value for name, value in row.items()} for row in table.to_dict(orient="records")]


def document(
    results: Results, changes: list[Moved], texts: list[Said], targets: Records, commands: dict[str, str]
) -> dict[str, Any]:
    """The summary for `--json`."""
    record = results.provenance
    kept = ("status", "title", "seeds", "replicates", "months_done", "wall_seconds", "peak_memory_bytes")
    return {
        "ok": True,
        "folder": str(results.folder),
        **{name: record[name] for name in kept},
        "moved": [
            {
                "metric": entry.metric, "name": entry.name, "unit": entry.unit,
                "from": vars(entry.start), "to": vars(entry.end), "since": entry.since, "until": entry.until,
            }
            for entry in changes
        ],
        "texts": [vars(entry) for entry in texts],
        "observed": targets,
        **commands,
    }  # fmt: skip


def show(results: Results, changes: list[Moved], texts: list[Said], targets: Records, commands: dict[str, str]) -> None:
    """Print the summary on standard output."""
    out = console()
    record = results.provenance
    if changes:
        _print_moved(results, changes)
    if texts:
        out.print()
        _print_texts(texts)
    if targets:
        out.print()
        _print_targets(targets)
    cost = f"{seconds(record['wall_seconds'])}, {memory(record['peak_memory_bytes'])} at the peak"
    out.print()
    out.print(f"results  {results.folder}  ({cost})", soft_wrap=True)
    for name, command in commands.items():
        out.print(f"{name:7}  {command}", soft_wrap=True)


def new_table(title: str) -> Table:
    """An empty table in the style of the program."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - slow to import
    from rich.table import Table  # noqa: PLC0415 - slow to import

    return Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD,
        pad_edge=False, padding=(0, 1, 0, 0), show_edge=False,
    )  # fmt: skip


def _print_moved(results: Results, changes: list[Moved]) -> None:
    """The headline metrics at both ends of the run."""
    from ecosystem.experiments.summary import window  # noqa: PLC0415 - imports numpy

    months = window(results.scenario.steps)
    replicates = len(results.provenance["seeds"])
    means = f"Means of the first and last {months} months" if months > 1 else "The first and last month"
    caption = f"{means} in which each is defined."
    if replicates > 1:
        caption += f" Median of {replicates} replicates, and their 5-95 % band."
    out, table = console(), new_table("What moved")
    bands = {"from": replicates > 1 and out.width >= WIDE, "to": replicates > 1}
    table.add_column("metric", overflow="fold")
    for heading, band in bands.items():
        table.add_column(heading, justify="right")
        if band:
            table.add_column("5-95 %", justify="right", style="dim")
    table.add_column("unit", overflow="fold")
    for entry in changes:
        label = entry.metric.split(".")[1] + (f", {entry.name}" if entry.name else "")
        cells = _cells(entry.start, entry.unit, band=bands["from"]) + _cells(entry.end, entry.unit, band=bands["to"])
        table.add_row(label, *cells, entry.unit)
    out.print(table)
    out.print(caption, style="dim")


def _print_texts(texts: list[Said]) -> None:
    """What some generations say, each text cut to LINES lines."""
    out = console()
    out.print(f"What {texts[0].domain} says", style="bold")
    for entry in texts:
        writer = "people" if entry.generation == 0 else entry.lab
        out.print(f"generation {entry.generation}, {writer}, {entry.date}")
        for text in entry.texts:
            lines = textwrap.wrap(text, out.width - len(INDENT), max_lines=LINES, placeholder=" ...")
            out.print("\n".join(f"{INDENT if number else HANGING}{line}" for number, line in enumerate(lines)))


def _cells(spread: Spread, unit: str, *, band: bool) -> list[str]:
    """The number, and the band if there is one."""
    value = amount(spread.value, unit)
    if not band:
        return [value]
    low, high = amount(spread.low, unit), amount(spread.high, unit)
    if low.partition(" ")[2] == high.partition(" ")[2]:  # the same word or sign is said once
        low = low.partition(" ")[0]
    return [value, f"{low} to {high}"]


def _period(at: str) -> str:
    """A month or window in few letters: "2025", "2024-01/06", "2022-12 to 2023-05"."""
    first, _, last = at.partition("/")
    if first.endswith("-01") and last == f"{first[:4]}-12":
        return first[:4]
    return f"{first}/{last[5:]}" if last[:4] == first[:4] else at.replace("/", " to ")


def _print_targets(targets: Records) -> None:
    """The observed figures that the run reaches, with their sources below; how many it does not reach."""
    out = console()
    within = [target for target in targets if not math.isnan(target["simulated"])]
    sources = list(dict.fromkeys(target["source"] for target in within))
    table = new_table("Against what was observed")
    table.expand = True
    table.add_column("figure", overflow="fold", ratio=1)
    widest: dict[str, int] = {} if out.width >= WIDE else NARROW
    table.add_column("when", max_width=widest.get("when"))
    table.add_column("observed", justify="right", max_width=widest.get("number"))
    table.add_column("simulated", justify="right", max_width=widest.get("number"))
    table.add_column("verdict", max_width=widest.get("verdict"))
    table.add_column("ref", justify="right")
    for target in within:
        unit = target["unit"]
        table.add_row(
            target["target"], _period(target["date"]), amount(target["observed"], unit),
            amount(target["simulated"], unit), target["verdict"], f"[{sources.index(target['source']) + 1}]",
            style="" if target["verdict"] == "within range" else "yellow",
        )  # fmt: skip
    if within:
        out.print(table)
        out.print("A verdict goes by the range in which the observed figure is known.", style="dim")
    for number, source in enumerate(sources, start=1):
        out.print(f"[{number}] {source}", style="dim")
    missing: dict[str, int] = {}
    for target in targets:
        if math.isnan(target["simulated"]):
            missing[target["verdict"]] = missing.get(target["verdict"], 0) + 1
    for reason, count in missing.items():
        out.print(f"Not compared: {count} figure{'s' if count > 1 else ''} ({reason})", style="dim")
