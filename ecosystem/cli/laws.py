"""`ecosystem laws`: hold the engine against laws of recursive training."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import FAILED, JsonOption, QuietOption, fail, print_json, processors, say, state
from ecosystem.cli.laws_table import News, summary, table
from ecosystem.experiments.environment import compute_in_one_thread

if TYPE_CHECKING:
    from ecosystem.experiments.laws.run import LawResult

OUT = Path("runs") / "laws"
"""Where results go that are to be drawn."""

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Laws such as A10; all if left out.", show_default=False)
]
Seed = Annotated[int, typer.Option(help="Any whole number; the same seed gives the same results to the bit.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes that share the laws. [default: one per processor]")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help=f"Keep the results in this folder. [default: {OUT} with --plot]")
]
Plot = Annotated[bool, typer.Option("--plot", help="Draw measured against formula, one panel per law.")]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="Of the pictures: png, svg or pdf.")]


@app.command(epilog="Example: ecosystem laws A10 A28 --seed 3")
def laws(
    ids: Ids = None,
    *,
    seed: Seed = 0,
    workers: Workers = None,
    out: Out = None,
    plot: Plot = False,
    format_: Format = "png",
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
    json: JsonOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Hold the engine against laws of recursive training.

    Each is a file in ./scenarios/laws that reduces the engine to a published setting, and a formula.
    Prints what was measured, what is expected, and whether that is met; exit code 1 if one is not.
    """
    compute_in_one_thread()
    _check_format(format_)
    began = time.perf_counter()
    processes = workers or processors()
    results = _run(ids or [], seed, processes)
    found = _document(results, seed, processes, time.perf_counter() - began)
    folder = out or (OUT if plot else None)
    files = _keep(found, folder, format_ if plot else "") if folder is not None else []
    _tell(found, files)
    if not found["ok"]:
        raise typer.Exit(FAILED)


def _check_format(name: str) -> None:
    """Refuse a format before minutes are spent on what cannot be drawn."""
    from analysis.style import FORMATS  # noqa: PLC0415 - the cli alone knows analysis, and lazily

    if name not in FORMATS:
        fail(f"format {name!r} is not known; choose one of {', '.join(FORMATS)}")


def _run(ids: list[str], seed: int, workers: int) -> list[LawResult]:
    from ecosystem.experiments.laws.files import chosen  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.laws.run import run_laws  # noqa: PLC0415 - slow to import

    notes = [scenario.law for scenario in chosen(ids).values() if scenario.law is not None]
    with News(sum(note.seconds for note in notes), len(notes)) as news:
        return run_laws(ids, seed, workers, news)


def _document(results: list[LawResult], seed: int, workers: int, seconds: float) -> dict[str, Any]:
    from ecosystem.experiments.laws.report import document  # noqa: PLC0415 - slow to import

    return document(results, seed, workers, seconds)


def _keep(found: dict[str, Any], folder: Path, format_: str) -> list[Path]:
    """Write the results, and draw them where a format is given."""
    from ecosystem.experiments.laws.report import save  # noqa: PLC0415 - slow to import

    files = [save(found, folder)]
    if format_:
        from analysis.laws import draw  # noqa: PLC0415 - the cli alone knows analysis, and lazily

        files += draw(folder, format_)
    return files


def _tell(found: dict[str, Any], files: list[Path]) -> None:
    if state.json:
        print_json({**found, "files": list(map(str, files))})
        return
    for line in table(found["laws"]):
        say(line)
    say(summary(found))
    for path in files:
        say(str(path))
