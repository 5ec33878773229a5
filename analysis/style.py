"""The one house style of all figures: colours with a fixed meaning, sheet, header, footer, saving.

Colours are those of Okabe and Ito (2008), "Color Universal Design", jfly.uni-koeln.de/color:
distinct for the common kinds of colour blindness. Line styles differ as well, for print in grey.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from analysis.results import ResultsFolder

HUMAN = "#0072B2"
ASSISTED = "#56B4E9"
SYNTHETIC = "#D55E00"
OBSERVED = "#000000"
QUIET = "#8A8A8A"
WARNING = "#B00020"

FORMATS = ("png", "svg", "pdf")

WIDTH = 7.2
"""Width of a figure in inches: the text width of an A4 page with 13 mm margins."""

RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.6,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "legend.frameon": False,
    "lines.linewidth": 1.5,
    "svg.hashsalt": "ecosystem",
    "pdf.fonttype": 42,
}

house_style = mpl.rc_context(RC)
"""Decorator of every function that draws: the style holds inside and nowhere else."""

HEADER_INCHES = 0.54
"""Height of the header with one line below the title; read off drawn sheets."""

LINE_INCHES = 0.125
"""Height of a further line of header or footer: 9 points, for text of 6.2 to 7.5."""

HEADER_CHARACTERS = 122
FOOTER_CHARACTERS = 155
"""Characters that fit on a line at the sizes below; read off drawn sheets."""


@dataclass(frozen=True)
class Look:
    """Colour and dash of a line, so that a line is known by either alone."""

    color: str
    dash: Literal["-"] | tuple[float, tuple[float, ...]]


LOOKS = (
    Look("#009E73", "-"),
    Look("#CC79A7", (0.0, (5.0, 1.6))),
    Look("#E69F00", (0.0, (6.0, 1.5, 1.2, 1.5))),
    Look("#444444", (0.0, (1.3, 1.3))),
    Look("#009E73", (0.0, (1.3, 1.3))),
    Look("#CC79A7", "-"),
    Look("#E69F00", (0.0, (3.0, 1.2))),
    Look("#444444", (0.0, (8.0, 2.0, 1.2, 2.0))),
)
"""Looks of lines without a fixed meaning (labs, curators, groups), in the order of their names."""

METADATA: dict[str, dict[str, None]] = {
    "png": {},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}
"""Fields left out of a file, because they would make equal figures differ in their bytes."""


def sheet(rows: int, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """Make an empty figure of the house width.

    Args:
        rows: Rows of panels.
        columns: Columns of panels.
        height: Height in inches, header and footer included.

    Returns:
        The figure and its panels, row by row.
    """
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    grid = figure.subplots(rows, columns, squeeze=False)
    return figure, list(grid.flat)


def finish(
    figure: Figure,
    results: ResultsFolder,
    heading: tuple[str, str],
    notes: Sequence[str] = (),
    *,
    bands: bool = True,
) -> Figure:
    """Write header and footer and leave the rest of the sheet to the panels.

    Args:
        figure: The figure.
        results: Its source, for the footer.
        heading: What is shown, as a headline; and in a line or two how to read it.
        notes: Further footer lines: observed sources, key to dated changes.
        bands: Whether replicates are drawn as a line with a band.

    Returns:
        The figure.
    """
    title, reading = heading
    height = float(figure.get_figheight())
    sources = (simulated_note(results, bands=bands), *notes)
    footer = [line for note in sources for line in textwrap.wrap(note, FOOTER_CHARACTERS)]
    if results.status != "done":
        footer.insert(0, unfinished_note(results))
    subtitle = textwrap.wrap(reading, HEADER_CHARACTERS)
    top = HEADER_INCHES + LINE_INCHES * (len(subtitle) - 1)
    bottom = 0.16 + LINE_INCHES * len(footer)
    inside = (0.0, bottom / height, 1.0, 1.0 - (top + bottom) / height)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=inside))
    left = 0.08 / WIDTH
    figure.text(left, 1 - 0.08 / height, title, fontsize=11.5, fontweight="bold", va="top")
    reading_at = 1 - 0.32 / height
    figure.text(left, reading_at, "\n".join(subtitle), fontsize=7.5, color="#333333", va="top")
    for position, line in enumerate(reversed(footer)):
        unfinished = line.startswith("UNFINISHED")
        figure.text(
            left,
            (0.06 + LINE_INCHES * position) / height,
            line,
            fontsize=6.2,
            color=WARNING if unfinished else "#555555",
            fontweight="bold" if unfinished else "normal",
            va="bottom",
        )
    return figure


def simulated_note(results: ResultsFolder, *, bands: bool) -> str:
    """Describe the simulated part: scenario, span, seeds, replicates."""
    dates = results.dates
    parts = [f"Simulated: {results.title}"]
    if results.arm_name:
        parts.append(f"arm {results.arm_name}")
    if dates:
        parts.append(f"{dates[0]} to {dates[-1]}" if len(dates) > 1 else dates[0])
    if results.seeds:
        parts.append(_seeds(results.seeds))
    if results.replicates > 1:
        drawn = ": line = median, band or dots = 5 to 95 % of them" if bands else ""
        parts.append(f"{results.replicates} replicates{drawn}")
    return " · ".join(parts) + "."


def unfinished_note(results: ResultsFolder) -> str:
    """Warn that the run is not complete, and say how far it got."""
    dates = results.dates
    reach = f"drawn as far as {dates[-1]}" if dates else "no month recorded"
    return f"UNFINISHED RUN (status: {results.status}): {reach}."


def save(figure: Figure, path: Path) -> Path:
    """Write a figure; the suffix names the format. Equal figures give equal bytes.

    Args:
        figure: The figure.
        path: File to write, ending in one of `FORMATS`; PNG has 200 dots per inch.

    Returns:
        The path.
    """
    with mpl.rc_context(RC):
        figure.savefig(path, dpi=200, metadata=METADATA[path.suffix[1:]])
    return path


def _seeds(seeds: Sequence[int]) -> str:
    """Name a single seed, or the first of several; the others are in the provenance."""
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    return f"seed {seeds[0]} and {len(seeds) - 1} derived from it"
