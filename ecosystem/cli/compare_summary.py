"""What `ecosystem compare` ends with: differences, their size and certainty, and what pairing saved."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.cli.common import console, fail, warn
from ecosystem.cli.compare_numbers import change, effect_text, factor_text, interval
from ecosystem.cli.run_numbers import amount, compact, memory, seconds
from ecosystem.cli.run_summary import WIDE, new_table

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.experiments.comparison.compare import Comparison
    from ecosystem.experiments.comparison.divergence import Divergence
    from ecosystem.experiments.comparison.savings import Savings

__all__ = ["Rows", "show_divergence", "where"]


class Rows:
    """What is told of a comparison.

    Args:
        result: the comparison.
        metrics: those asked for; None for the headline metrics.
        dates: months that are told besides the mean of the last ones.
    """

    def __init__(self, result: Comparison, metrics: list[str] | None, dates: list[str] | None) -> None:
        """Choose the rows; names that are unknown end the command."""
        self._result, self._units = result, result.provenance["units"]
        known = sorted(set(result.differences["metric"]))
        chosen = [_known(metric, known) for metric in metrics or ()]
        effects = result.effects
        self.effects = _effects(result, chosen) if chosen else effects
        self.monthly: dict[str, pd.DataFrame] = {}
        wanted = set(chosen) | (set() if chosen else set(effects["metric"]))
        for date in dates or ():
            rows = result.differences[result.differences["date"] == date]
            if not len(rows):
                months = result.differences["date"]
                fail(f"--date {date}: not a month of this comparison, {months.min()} to {months.max()}")
            rows = rows[rows["metric"].isin(wanted)]
            told = set(zip(effects["metric"], effects["name"], strict=True))
            if not chosen:
                rows = rows[[pair in told for pair in zip(rows["metric"], rows["name"], strict=True)]]
            order = {metric: place for place, metric in enumerate(dict.fromkeys(self.effects["metric"]))}
            self.monthly[date] = rows.sort_values("metric", key=lambda column: column.map(order), kind="stable")
        self.drawn = chosen or list(dict.fromkeys(effects["metric"]))

    def savings(self, arm: str) -> Savings:
        """What pairing saved for an arm."""
        from ecosystem.experiments.comparison.savings import savings  # noqa: PLC0415 - slow to import

        return savings(self._result.differences, self._result.effects, arm)

    def document(self) -> dict[str, Any]:
        """All of it for `--json`."""
        record = self._result.provenance
        kept = ("status", "title", "seeds", "replicates", "runs", "finished_runs", "failed_runs", "wall_seconds")
        arms = self._result.arms
        return {
            "ok": not record["failed_runs"] and not _undecided(record),
            **{name: record[name] for name in kept},
            "control": arms[0],
            "arms": arms[1:],
            "effects": self.effects.to_dict(orient="records"),
            "months": {date: rows.to_dict(orient="records") for date, rows in self.monthly.items()},
            "until": record.get("until"),
            "savings": {arm: vars(self.savings(arm)) for arm in arms[1:]},
        }

    def show(self) -> None:
        """Print a table for each arm and month, and what the figures mean."""
        control, *arms = self._result.arms
        for arm in arms:
            mine = self.effects[self.effects["arm"] == arm]
            if len(mine):
                span = f"{mine['since'].min()} to {mine['until'].max()}"
                self._table(f"{arm} against {control}, means of {span}", mine)
            for date, rows in self.monthly.items():
                console().print()
                self._table(f"{arm} against {control} in {date}", rows[rows["arm"] == arm])
            _print_savings(self.savings(arm), self._result)
            console().print()
        out = console()
        until = self._result.provenance.get("until")
        if until is not None:
            _print_decision(until)
        kind = (
            "95 % confidence sequence, which holds whenever one stops" if until is not None and until["asked"]
            else "95 % interval"
        )  # fmt: skip
        out.print(
            f"difference: mean over pairs of the same seed, with its {kind} (each by itself, not all at once). "
            "effect: the difference in standard deviations of the control between seeds. F: variance-reduction "
            "factor, how many times as many runs unpaired arms would need. pp: percentage points.",
            style="dim",
        )

    def _table(self, title: str, rows: pd.DataFrame) -> None:
        """One table; what no pair differs in is named below it."""
        out = console()
        wide = out.width >= WIDE
        table = new_table(title)
        table.add_column("metric", overflow="fold")
        table.add_column("control", justify="right")
        if wide:
            table.add_column("arm", justify="right")
        for heading in ("difference", "95 % interval", "effect", "F"):
            table.add_column(heading, justify="right", no_wrap=heading == "95 % interval")
        still = []
        for row in rows.to_dict(orient="records"):
            group, _, metric = str(row["metric"]).partition(".")
            label = metric + (f", {row['name']}" if row["name"] else "")
            if row["mean"] == 0 and not row["high"] > row["low"]:
                still.append(label)
                continue
            unit = self._units[group][metric]
            sure = row["low"] > 0 or row["high"] < 0
            table.add_row(
                label, amount(row["control"], unit), *([amount(row["value"], unit)] if wide else []),
                change(row["mean"], unit, row["high"] - row["mean"]), interval(row, unit),
                effect_text(row["effect"]), factor_text(row["factor"]), style="bold" if sure else "",
            )  # fmt: skip
        if table.row_count:
            out.print(table)
        else:
            out.print(title, style="bold")
        if still:
            out.print(f"The same in every pair: {'; '.join(still)}", style="dim")


def where(result: Comparison, folder: Path, figures: list[Path], commands: dict[str, str]) -> None:
    """Where the results are, and how many runs failed and why."""
    out, record = console(), result.provenance
    runs = result.runs
    for reason, count in runs[runs["status"] == "failed"]["reason"].value_counts().items():
        warn(f"{count} run{'s' * (count > 1)} failed: {reason}; try again with --resume, see {folder}/runs.parquet")
    cost = f"{seconds(record['wall_seconds'])}, {memory(record['peak_memory_bytes'])} at the peak"
    out.print()
    out.print(f"results  {folder}  ({record['finished_runs']} runs, {cost})", soft_wrap=True)
    if figures:
        out.print(f"figures  {figures[0].parent}  ({len(figures)})", soft_wrap=True)
    for name, command in commands.items():
        out.print(f"{name:7}  {command}", soft_wrap=True)


def _print_savings(found: Savings, result: Comparison) -> None:
    out = console()
    if not found.since:
        out.print("No headline series differs in any month.", style="dim")
        return
    if math.isnan(found.at_end):
        return
    pairs = result.provenance["finished_runs"] // len(result.arms)
    work = pairs * found.at_end
    text = f"Median F {factor_text(found.at_end)}"
    if work < math.inf:
        text += f": {pairs} pairs do the work of {compact(round(work))} unpaired runs an arm"
    text += f". By month, since {found.since}: {factor_text(found.median)}, in the last year"
    out.print(f"{text}: {factor_text(found.last_year)}.")
    if found.below:
        names = (f"{metric.partition('.')[2]}{f', {name}' if name else ''} {factor_text(factor)}"
                 for metric, name, factor in found.below)  # fmt: skip
        out.print(f"F below 5: {'; '.join(names)}.")


def _undecided(record: dict[str, Any]) -> bool:
    until = record.get("until")
    return until is not None and bool(until["asked"]) and not until["decided"]


def _effects(result: Comparison, metrics: list[str]) -> pd.DataFrame:
    """Effects on metrics that were asked for, of everybody that they are recorded of."""
    from ecosystem.experiments.comparison.compare import source_of  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.comparison.effects import effects_of  # noqa: PLC0415 - slow to import

    by_table: dict[str, list[str]] = {}
    for metric in metrics:
        table, _, column = metric.partition(".")
        by_table.setdefault(table, []).append(column)
    assert result.folder is not None  # noqa: S101 - the command keeps its results
    return effects_of(source_of(result.folder, result.provenance), by_table)


def show_divergence(arm: str, found: Divergence) -> None:
    """Where the runs of the first seed part: what each policy did first, then what came of it."""
    out = console()
    out.print()
    if not found.splits:
        out.print(f"{arm}: the runs of the first seed are the same to the bit.")
        return
    table = new_table(f"Where {arm} first differs, first seed")
    for heading in ("month", "phase", "who", "what", "control", "arm"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "month")
    for amendment in found.amendments:
        split = amendment.split
        table.add_row(split.date, split.phase, split.who, split.field, split.control, split.arm, style="bold")
    told = {(amendment.split.phase, amendment.split.who) for amendment in found.amendments}
    for split in found.splits:
        if (split.phase, split.who) not in told:
            table.add_row(split.date, split.phase, split.who, split.field, split.control, split.arm)
    out.print(table)
    policies = ", ".join(amendment.policy for amendment in found.amendments)
    out.print(f"bold: what {policies or 'no policy'} did first; then, phase by phase, what came of it.", style="dim")


def _print_decision(until: dict[str, Any]) -> None:
    """Whether what was asked is decided."""
    pairs = f"{until['pairs']} pair{'s' * (until['pairs'] != 1)}"
    if not until["asked"]:
        text = f"The time allowed for {pairs}."
    else:
        widths = "; ".join(
            f"{name}: half width {'unknown' if half is None else f'{half:.3g}'}"
            for name, half in until["half_widths"].items()
        )
        text = f"{'Decided after' if until['decided'] else 'NOT DECIDED with'} {pairs}. {widths}".rstrip(" .") + "."
    console().print(text, style="bold")


def _known(metric: str, known: list[str]) -> str:
    """The full name of a metric; a bare column name will do where one table has it."""
    import difflib  # noqa: PLC0415 - seldom needed

    alike = [name for name in known if name == metric or name.partition(".")[2] == metric]
    if metric in alike:
        return metric
    if f"web.{metric}" in alike:
        return f"web.{metric}"
    if len(alike) == 1:
        return alike[0]
    if alike:
        fail(f"--metric {metric}: in several tables; say which: {', '.join(alike)}")
    columns = {name.partition(".")[2]: name for name in known}
    near = difflib.get_close_matches(metric, known, 1) or [
        columns[name] for name in difflib.get_close_matches(metric, columns, 1)
    ]
    remedy = f"did you mean {near[0]}?" if near else "see ecosystem list measures"
    return fail(f"--metric {metric}: no such metric; {remedy}")
