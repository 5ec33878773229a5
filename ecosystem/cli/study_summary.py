"""What a study says, on the screen or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.cli.common import fail, print_json, say, state, warn

if TYPE_CHECKING:
    from analysis.study import Findings

__all__ = ["tell"]


def tell(folder: Path, record: dict[str, Any], format_: str = "png") -> None:
    """Analyse a study and print what it says; of a shard, how to go on.

    Args:
        folder: its results.
        record: its provenance.
        format_: of the figures.
    """
    if record["status"] == "partial":
        say(f"results  {folder}  (shard {record['shard']}, {record['finished_runs']} runs)")
        say("merge    ecosystem merge FOLDER_OF_EACH_SHARD... --out DIR")
        if state.json:
            kept = {name: record[name] for name in ("status", "shard", "finished_runs", "failed_runs")}
            print_json({"ok": not record["failed_runs"], "folder": str(folder), **kept})
        return
    found = _analysed(folder, format_)
    if state.json:
        print_json(_document(folder, record, found))
        return
    for name, lines in found.words.items():
        say(f"\n{name}")
        for line in lines:
            say(f"  {line}")
    for name, reason in found.skipped.items():
        warn(f"{name} left out: {reason.removeprefix(f'{name}: ')}")
    if record["failed_runs"]:
        warn(f"{record['failed_runs']} of {record['runs']} runs failed; the table runs says why")
    tables = ", ".join(["runs", "design", "outcomes", *found.tables])
    say(f"\nresults  {folder}  ({tables})")
    say(f"figures  {folder / 'figures'}  ({', '.join(path.name for path in found.figures) or 'none'})")


def _analysed(folder: Path, format_: str) -> Findings:
    from analysis.results import ResultsError  # noqa: PLC0415 - the cli alone knows analysis, and lazily
    from analysis.study import analyse  # noqa: PLC0415 - likewise

    try:
        return analyse(folder, format_)
    except ResultsError as error:
        fail(error)


def _document(folder: Path, record: dict[str, Any], found: Findings) -> dict[str, Any]:
    kept = {name: record[name] for name in ("status", "runs", "finished_runs", "failed_runs")}
    return {
        "ok": not record["failed_runs"], "folder": str(folder), **kept, "words": found.words,
        "tables": {name: table.to_dict("records") for name, table in found.tables.items()},
        "skipped": found.skipped, "figures": [str(path) for path in found.figures],
    }  # fmt: skip
