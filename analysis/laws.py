"""Pictures of the laws: what was measured against the formula, one small panel each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from analysis.law_panels import heading, key_lines, panel
from analysis.results import ResultsError, json_object
from analysis.style import FORMATS, house_style, save

__all__ = ["FILE", "PAGES", "draw", "read"]

FILE = "laws.json"
"""What `ecosystem laws --out` writes."""
WIDTH = 9.0
"""Width of a page, inches: text of 7.5 pt can be read where a page of the documentation is 900 pixels wide."""
COLUMNS = 3
"""Panels in a row: 70 mm each, wide enough for five ticks and a title."""
ROW, LINE = 2.15, 0.145
"""Height of a row of panels, and of a line of the legend below it, inches."""
HEADER, FOOTER = 0.74, 0.26
"""Height of what stands above and below the panels, inches."""

type Panel = tuple[Mapping[str, Any], list[Mapping[str, Any]], str]
"""A law, the curves of it that belong together, and the title."""


@dataclass(frozen=True)
class Page:
    """A page of panels.

    Attributes:
        kind: of the laws that it shows.
        title: its headline.
        reading: how to read it.
    """

    kind: str
    title: str
    reading: str


PAGES: Mapping[str, Page] = {
    "laws": Page(
        "law", "Laws of recursive training, measured on the engine",
        "Points: mean over replicates, with two standard errors. Lines of the same colour: the formula.\n"
        "Where a law has no curve, each comparison is shown as measured over expected.",
    ),
    "comparisons": Page(
        "comparison", "Published experiments, compared in order and shape",
        "One row for each experiment. Lines: mean over replicates; bands: two standard errors. With points, these are "
        "measured,\nand the line is a formula or bound. Compared is which is larger and how it moves, not the level.",
    ),
}  # fmt: skip
"""Pages by the name of their file."""


def read(folder: str | Path) -> dict[str, Any]:
    """The document that `ecosystem laws --out` left in a folder.

    Raises:
        ResultsError: there is none, or it cannot be read.
    """
    path, remedy = Path(folder) / FILE, f"Run `ecosystem laws --out {folder}` again."
    found = json_object(path, f"{folder}: holds no {FILE}. Make one with `ecosystem laws --out {folder}`.", remedy)
    if not isinstance(found.get("laws"), list):
        message = f"{path}: holds no results of laws. {remedy}"
        raise ResultsError(message)
    return found


def draw(folder: str | Path, format: str = "png", out: str | Path | None = None) -> list[Path]:  # noqa: A002
    """Draw the pages of a results folder of `ecosystem laws`.

    Args:
        folder: holds laws.json.
        format: png, svg or pdf.
        out: folder to write into; the results folder where not given.

    Returns:
        Files written; a page of which the folder has no law is left out.

    Raises:
        ResultsError: unreadable folder or unknown format; nothing is written.
    """
    if format not in FORMATS:
        message = f"format {format!r} is not known; choose one of {', '.join(FORMATS)}"
        raise ResultsError(message)
    found = read(folder)
    target = Path(out) if out is not None else Path(folder)
    paths = []
    for name, page in PAGES.items():
        laws = [law for law in found["laws"] if law["kind"] == page.kind]
        if laws:
            target.mkdir(parents=True, exist_ok=True)
            paths.append(save(_page(page, laws, _source(found, laws)), target / f"{name}.{format}"))
    return paths


def _source(found: Mapping[str, Any], laws: Sequence[Mapping[str, Any]]) -> str:
    """From where the numbers of a page are, for its footer."""
    met = sum(law["verdict"] == "pass" for law in laws)
    version = found.get("versions", {}).get("ecosystem", "unknown")
    return f"{met} of {len(laws)} on this page met; seed {found['seed']}, ecosystem {version}."


@house_style
def _page(page: Page, laws: Sequence[Mapping[str, Any]], source: str) -> Figure:
    """One page with all its panels."""
    rows = _rows(page, laws)
    keys = (max(key_lines(curves) for _, curves, _ in row) for row in rows)
    height = HEADER + FOOTER + len(rows) * ROW + LINE * sum(keys)
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    grid = figure.subplots(len(rows), COLUMNS, squeeze=False)
    for line, row in zip(grid, rows, strict=True):
        for axes, (law, curves, title) in zip(line, row, strict=False):
            panel(axes, law, curves, title, band=page.kind == "comparison")
        for axes in line[len(row) :]:
            axes.set_axis_off()
    inside = (0.0, FOOTER / height, 1.0, 1.0 - (HEADER + FOOTER) / height)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=inside, w_pad=0.06, h_pad=0.07))
    figure.text(0.1 / WIDTH, 1 - 0.1 / height, page.title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.1 / WIDTH, 1 - 0.38 / height, page.reading, fontsize=8, color="#333333", va="top")
    figure.text(0.1 / WIDTH, 0.08 / height, source, fontsize=7.5, color="#555555", va="bottom")
    return figure


def _rows(page: Page, laws: Sequence[Mapping[str, Any]]) -> list[list[Panel]]:
    """The panels row by row; each comparison begins a row, and its first panel has the title of all."""
    if page.kind == "law":
        panels = [(law, curves, heading(law, wrapped=True)) for law in laws for curves in _groups(law, ("x_label",))]
        return list(map(list, batched(panels, COLUMNS)))
    rows: list[list[Panel]] = []
    for law in laws:
        title = heading(law, wrapped=False)
        groups = enumerate(_groups(law, ("x_label", "y_label")))
        panels = [(law, curves, "" if number else title) for number, curves in groups]
        rows += map(list, batched(panels, COLUMNS))
    return rows


def _groups(law: Mapping[str, Any], keys: Sequence[str]) -> list[list[Mapping[str, Any]]]:
    """The curves of a law that share a panel; one group without any where it has none."""
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for curve in law["curves"]:
        groups.setdefault(tuple(curve[name] for name in keys), []).append(curve)
    return list(groups.values()) or [[]]
