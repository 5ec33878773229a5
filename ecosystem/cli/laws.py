"""`ecosystem laws`: hold the engine against laws of recursive training."""

from __future__ import annotations

import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import FAILED, JsonOption, QuietOption, fail, print_json, say, state, warn
from ecosystem.cli.laws_table import News, summary, table
from ecosystem.core import kernel_cache
from ecosystem.experiments.environment import compute_in_one_thread, processors, return_memory, threads_of

if TYPE_CHECKING:
    from ecosystem.experiments.laws.run import LawResult

OUT = Path("runs") / "laws"
"""Where results go that are to be drawn."""

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Laws such as A10; all if left out.", show_default=False)
]
Seed = Annotated[int, typer.Option(help="Any whole number; the same seed gives the same results to the bit.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes that share the laws. [default: one per processor]")]
Threads = Annotated[
    int | None,
    typer.Option(min=1, help="Threads of each process; results do not depend on them. [default: processors / workers]"),
]
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
    threads: Threads = None,
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
    return_memory()
    if state.quiet:
        kernel_cache.keep_silent()
    _check_format(format_)
    folder = out or (OUT if plot else None)
    seconds = _seconds(ids or [])
    if folder is not None:
        _check_folder(folder)
    began = time.perf_counter()
    processes = workers or processors()
    each = threads or threads_of(min(processes, len(seconds)))
    results = _run(ids or [], seed, processes, each, seconds)
    found = _document(results, seed, processes, time.perf_counter() - began)
    files, problem = _keep(found, folder, format_ if plot else "") if folder is not None else ([], "")
    _tell(found, files, problem)
    if problem or not found["ok"]:
        raise typer.Exit(FAILED)


def _check_format(name: str) -> None:
    """Refuse a format before minutes are spent on what cannot be drawn."""
    from analysis.style import FORMATS  # noqa: PLC0415 - the cli alone knows analysis, and lazily

    if name not in FORMATS:
        fail(f"format {name!r} is not known; choose one of {', '.join(FORMATS)}")


def _check_folder(folder: Path) -> None:
    """Make the folder and write into it, before minutes are spent on what cannot be kept."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        fail(f"{folder}: results cannot be kept there: {error.strerror}; name another folder with --out")


def _seconds(ids: list[str]) -> list[float]:
    """What each law is said to take on one core; refuses ids that nothing has and files that cannot be used."""
    from ecosystem.experiments.laws.files import chosen  # noqa: PLC0415 - slow to import

    return [scenario.law.seconds for scenario in chosen(ids).values() if scenario.law is not None]


def _run(ids: list[str], seed: int, workers: int, threads: int, seconds: list[float]) -> list[LawResult]:
    from ecosystem.experiments.laws.run import run_laws  # noqa: PLC0415 - slow to import

    with News(sum(seconds), len(seconds)) as news:
        return run_laws(ids, seed, workers, news, threads=threads)


def _document(results: list[LawResult], seed: int, workers: int, seconds: float) -> dict[str, Any]:
    from ecosystem.experiments.laws.report import document  # noqa: PLC0415 - slow to import

    return document(results, seed, workers, seconds)


def _keep(found: dict[str, Any], folder: Path, format_: str) -> tuple[list[Path], str]:
    """Write the results, and draw them where a format is given; the files, and what went wrong."""
    from ecosystem.experiments.laws.report import save  # noqa: PLC0415 - slow to import

    files: list[Path] = []
    try:
        files.append(save(found, folder))
        if format_:
            from analysis.laws import draw  # noqa: PLC0415 - the cli alone knows analysis, and lazily

            files += draw(folder, format_)
    except Exception as error:  # noqa: BLE001 - what took minutes to measure is told whatever happens here
        if state.debug:
            warn(traceback.format_exc())
        return files, f"{folder}: results cannot be {'drawn' if files else 'kept'}: {error}"
    return files, ""


def _tell(found: dict[str, Any], files: list[Path], problem: str) -> None:
    """Print all that was found and, on standard error, why it could not be kept or drawn."""
    if problem:
        warn(problem)
    if state.json:
        failed = {"ok": False, "problems": [{"cause": problem}]} if problem else {}
        print_json({**found, "files": list(map(str, files)), **failed})
        return
    for line in table(found["laws"]):
        say(line)
    say(summary(found))
    for path in files:
        say(str(path))
