"""Pictures of the laws: what was measured against the formula, one small panel each."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from analysis.law_panels import panel
from analysis.results import ResultsError
from analysis.style import FORMATS, house_style, save

__all__ = ["FILE", "PAGES", "draw", "read"]

FILE = "laws.json"
"""What `ecosystem laws --out` writes."""
WIDTH = 11.0
"""Width of a page, inches: four panels of 60 mm, wide enough for three ticks and a title."""
ROW = {4: 2.05, 2: 2.55}
"""Height of a row of panels, inches, by panels in a row."""
HEADER, FOOTER = 0.62, 0.26
"""Height of what stands above and below the panels, inches."""


@dataclass(frozen=True)
class Page:
    """A page of panels.

    Attributes:
        kind: of the laws that it shows.
        columns: panels in a row.
        title: its headline.
        reading: how to read it.
    """

    kind: str
    columns: int
    title: str
    reading: str


PAGES: Mapping[str, Page] = {
    "laws": Page(
        "law", 4, "Laws of recursive training, measured on the engine",
        "Points: mean over replicates, with two standard errors. Lines: the formula. Where a law has no curve, each "
        "comparison is shown as measured over expected.",
    ),
    "comparisons": Page(
        "comparison", 2, "Published experiments, compared in order and shape",
        "Lines: mean over replicates; bands: two standard errors. Levels are not those of the published models; "
        "what is compared is which is larger, and how it moves.",
    ),
}  # fmt: skip
"""Pages by the name of their file."""


def read(folder: str | Path) -> dict[str, Any]:
    """The document that `ecosystem laws --out` left in a folder.

    Raises:
        ResultsError: there is none, or it cannot be read.
    """
    path = Path(folder) / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{folder}: holds no {FILE}. Make one with `ecosystem laws --out {folder}`."
        raise ResultsError(message) from error
    except (ValueError, OSError) as error:
        message = f"{path}: cannot be read: {error}. Run `ecosystem laws --out {folder}` again."
        raise ResultsError(message) from error
    if not isinstance(found, dict) or not isinstance(found.get("laws"), list):
        message = f"{path}: holds no results of laws. Run `ecosystem laws --out {folder}` again."
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
            paths.append(save(_page(page, laws, _source(found)), target / f"{name}.{format}"))
    return paths


def _source(found: Mapping[str, Any]) -> str:
    """From where the numbers are, for the footer."""
    met = sum(law["verdict"] == "pass" for law in found["laws"])
    version = found.get("versions", {}).get("ecosystem", "unknown")
    return f"{met} of {len(found['laws'])} met; seed {found['seed']}, ecosystem {version}."


@house_style
def _page(page: Page, laws: Sequence[Mapping[str, Any]], source: str) -> Figure:
    """One page with all its panels."""
    panels = [entry for law in laws for entry in _panels(page, law)]
    rows = math.ceil(len(panels) / page.columns)
    height = HEADER + FOOTER + rows * ROW[page.columns]
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    grid = list(figure.subplots(rows, page.columns, squeeze=False).flat)
    for axes, (law, curves) in zip(grid, panels, strict=False):
        panel(axes, law, curves, page.columns, band=page.kind == "comparison")
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    inside = (0.0, FOOTER / height, 1.0, 1.0 - (HEADER + FOOTER) / height)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=inside, w_pad=0.06, h_pad=0.07))
    figure.text(0.1 / WIDTH, 1 - 0.1 / height, page.title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.1 / WIDTH, 1 - 0.38 / height, page.reading, fontsize=8, color="#333333", va="top")
    figure.text(0.1 / WIDTH, 0.08 / height, source, fontsize=7, color="#555555", va="bottom")
    return figure


def _panels(page: Page, law: Mapping[str, Any]) -> Iterable[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """The panels of a law: one for each kind of x, of a comparison one for each quantity besides."""
    key = ("x_label",) if page.kind == "law" else ("x_label", "y_label")
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for curve in law["curves"]:
        groups.setdefault(tuple(curve[name] for name in key), []).append(curve)
    return [(law, curves) for curves in groups.values()] or [(law, [])]
