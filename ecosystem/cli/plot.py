"""`ecosystem plot`: draw the figures of a results folder."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import FAILED, JsonOption, QuietOption, fail, print_json, say, state, warn
from ecosystem.experiments.errors import PartialResults

if TYPE_CHECKING:
    from analysis.plot import Drawing

Folder = Annotated[
    Path, typer.Argument(metavar="RESULTS", help="A folder that `ecosystem run` wrote.", show_default=False)
]
Metrics = Annotated[
    list[str] | None,
    typer.Option("--metric", metavar="NAME", help="Draw this metric over time, e.g. labs.accuracy. Repeatable."),
]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="png, svg or pdf.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Where to. [default: RESULTS/figures]")]


@app.command(epilog="Example: ecosystem plot runs/baseline --metric labs.accuracy --format svg")
def plot(
    folder: Folder,
    *,
    metric: Metrics = None,
    format_: Format = "png",
    out: Out = None,
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
    json: JsonOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Draw the figures of a results folder, or single metrics.

    Of a run that is not done it draws what has been saved, and says so.
    """
    target = out or folder / "figures"
    drawing = _draw(folder, metric, format_, target)
    for path in drawing.paths:
        say(str(path))
    for name, reason in drawing.skipped.items():
        if not state.quiet:
            warn(f"{name} not drawn: {reason}")
    if state.json:
        print_json({"ok": bool(drawing.paths), "files": list(map(str, drawing.paths)), "skipped": drawing.skipped})
    if not drawing.paths:
        raise typer.Exit(FAILED)


def _draw(folder: Path, metrics: list[str] | None, format_: str, target: Path) -> Drawing:
    from analysis.plot import drawing  # noqa: PLC0415 - the cli alone knows analysis, and lazily
    from analysis.results import ResultsError  # noqa: PLC0415 - likewise
    from ecosystem.experiments.results import load  # noqa: PLC0415 - slow to import

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", PartialResults)
        results = load(folder)
    for text in {str(entry.message) for entry in caught if not state.quiet}:
        warn(text)
    with tempfile.TemporaryDirectory() as place:
        source = folder
        if results.status != "done":  # its tables lie in parts and checkpoints
            source = results.save(Path(place) / (folder.resolve().name or "results"))
        try:
            return drawing(source, metrics, format_, target)
        except ResultsError as error:
            fail(str(error).replace(str(source), str(folder)))
