"""Dated changes on a panel: when a policy starts or a shock sets in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.labels import LEGEND_POINTS, panel_inches
from analysis.series import days
from analysis.style import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from analysis.results import Event

POINTS = 6.2
"""Size of the labels, in points."""

CHARACTER = 0.56
"""Mean width of a character of DejaVu Sans, in units of its size."""


ROWS = 2
"""Rows of labels above a panel."""

ROW_POINTS = 8.0
"""Height of a row, in points."""


@dataclass(frozen=True)
class Place:
    """Where a label goes: `side` of its line (alignment of the text), row above the panel."""

    side: str
    row: int


@dataclass(frozen=True)
class Mark:
    """A month with all that changes in it; `x` in Matplotlib's days."""

    x: float
    date: str
    label: str


def mark_events(panels: Sequence[Axes], events: Sequence[Event]) -> str:
    """Mark dated changes by a dotted line, named above the panel where the names fit.

    Args:
        panels: Panels with the same date axis, limits set, all of one size.
        events: Policies and shocks; those outside the axis are left out.

    Returns:
        A key for the footer where the panels have room for numbers only, else an empty string.
    """
    marks = _marks(panels[0], events)
    if not marks:
        return ""
    places = _places(panels[0], marks)
    numbered = _numbered(panels[0], marks)
    height = ROW_POINTS * (1 + max((place.row for place in places), default=0))
    for axes in panels:
        for number, mark in enumerate(marks, start=1):
            axes.axvline(mark.x, color=QUIET, linewidth=0.8, linestyle=(0.0, (1.0, 1.5)), zorder=2.6)
            if places:
                _write(axes, mark.x, mark.label, places[number - 1])
            elif mark in numbered:
                _write(axes, mark.x, str(number), Place("center", 0))
        _make_room(axes, height)
    if places:
        return ""
    listed = (f"({n}) {mark.date} {mark.label}" for n, mark in enumerate(marks, start=1))
    return "Dated changes: " + "; ".join(listed) + "."


def _make_room(axes: Axes, height: float) -> None:
    """Lift title and legend of a panel above the labels, which are `height` points high."""
    axes.set_title(axes.get_title(loc="left"), loc="left", pad=6.0 + height)
    legend = axes.get_legend()
    if legend is not None:
        legend.borderaxespad = (3.0 + height) / LEGEND_POINTS


def _marks(axes: Axes, events: Sequence[Event]) -> list[Mark]:
    low, high = axes.get_xlim()
    by_date: dict[str, list[str]] = {}
    for event in events:
        if low <= days(event.date)[0] <= high:
            by_date.setdefault(event.date, []).append(event.label)
    return [Mark(days(date)[0], date, ", ".join(labels)) for date, labels in sorted(by_date.items())]


def _places(axes: Axes, marks: Sequence[Mark]) -> list[Place]:
    """Place of each label if all fit without touching, else an empty list."""
    width, _ = panel_inches(axes)
    low, high = axes.get_xlim()
    places, edges = [], [0.0] * ROWS
    for mark in marks:
        at = (mark.x - low) / (high - low) * width
        length = (len(mark.label) + 2) * POINTS * CHARACTER / 72.0
        side = "left" if at + length <= width else "right"
        start = at if side == "left" else at - length
        row = next((row for row, edge in enumerate(edges) if edge <= start), None)
        if row is None:
            return []
        edges[row] = start + length
        places.append(Place(side, row))
    return places


def _numbered(axes: Axes, marks: Sequence[Mark]) -> list[Mark]:
    """Marks whose number does not touch the one before."""
    width, _ = panel_inches(axes)
    low, high = axes.get_xlim()
    apart = (high - low) * 3 * POINTS * CHARACTER / 72.0 / width  # two digits and a space
    chosen: list[Mark] = []
    for mark in marks:
        if not chosen or mark.x - chosen[-1].x >= apart:
            chosen.append(mark)
    return chosen


def _write(axes: Axes, x: float, text: str, place: Place) -> None:
    axes.annotate(
        text,
        (x, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0.0, 2.0 + ROW_POINTS * place.row),
        textcoords="offset points",
        ha=place.side,
        fontsize=POINTS,
        color="#555555",
    )
