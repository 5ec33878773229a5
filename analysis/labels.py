"""Names of lines, beside the panel or above it, never over the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.style import WIDTH, Look

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from analysis.series import Series

NAME_CHARACTERS = 6.0
"""Characters of a name beside its line for each inch of the panel; more would squeeze it."""

PANEL_SHARE = 0.72
"""Share of its cell that a panel keeps beside labels, header and footer.

assumption: read off drawn sheets.
"""

LABEL_POINTS = 7.0
"""Size of labels beside lines, in points."""

LEGEND_POINTS = 6.8
"""Size of a legend above a panel, in points."""


def end_labels(axes: Axes, labels: Sequence[tuple[float, str, Look]]) -> None:
    """Label lines in the right margin, each with a sample of its line, pushed apart where close.

    Args:
        axes: The panel, with its final limits and scales.
        labels: Height in data units, text and look of each.
    """
    width, height = panel_inches(axes)
    gap = LABEL_POINTS * 1.35 / 72.0 / height
    place = axes.transScale + axes.transLimits
    ordered = sorted(labels, key=lambda label: (label[0], label[1]))
    wanted = [float(np.clip(place.transform((0.0, value))[1], 0.0, 1.0)) for value, _, _ in ordered]
    for (_, text, look), start, end in zip(ordered, wanted, _spread(wanted, gap), strict=True):
        axes.annotate(
            text,
            xy=(1.0, start),
            xytext=(1.0 + 0.3 / width, end),
            xycoords="axes fraction",
            textcoords="axes fraction",
            va="center",
            fontsize=LABEL_POINTS,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": look.color,
                "linestyle": look.dash,
                "linewidth": 1.5,
                "shrinkA": 1.0,
                "shrinkB": 2.0,
                "relpos": (0.0, 0.5),
            },
        )


def named_ends(axes: Axes, members: Sequence[Series], given: Mapping[str, Look]) -> list[tuple[float, str, Look]]:
    """Make the labels of series: name, and the year of its end where a line ends early."""
    limit = int(panel_inches(axes)[0] * NAME_CHARACTERS)
    labels = []
    for one in members:
        month, value = one.last
        until = "" if month == one.months[-1] else f" (to {month.year})"
        labels.append((value, _shortened(one.name, limit - len(until)) + until, given[one.name]))
    return labels


def _shortened(name: str, limit: int) -> str:
    """Leave out the middle of a long name: names of one kind differ at their ends."""
    if len(name) <= limit:
        return name
    tail = max(limit - 1, 2) // 2
    return f"{name[: max(limit - 1 - tail, 1)]}…{name[-tail:]}"


def legend_above(axes: Axes) -> None:
    """Put the legend above the panel, right of its title and over the names of dated changes."""
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        borderaxespad=1.6,  # in units of the text: above the row of dated changes
        ncols=3,
        fontsize=LEGEND_POINTS,
        handlelength=1.6,
        columnspacing=1.2,
    )


def panel_inches(axes: Axes) -> tuple[float, float]:
    """Estimate width and height of a panel before the layout is computed, in inches."""
    figure = axes.get_figure(root=True)
    grid = axes.get_gridspec()
    if figure is None or grid is None:
        message = "panel_inches() needs a panel made by style.sheet()"
        raise ValueError(message)
    height = float(figure.get_figheight())
    return WIDTH / grid.ncols * PANEL_SHARE, height / grid.nrows * PANEL_SHARE


def _spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Push sorted heights apart to at least `gap`, near where they wanted to be, inside 0 to 1."""
    placed: list[list[float]] = []  # groups of wanted heights that share one block of labels
    for height in wanted:
        placed.append([height])
        while len(placed) > 1 and _low(placed[-1], gap) < _low(placed[-2], gap) + gap * len(placed[-2]):
            block = placed.pop()
            placed[-1].extend(block)
    heights = [_low(block, gap) + gap * n for block in placed for n in range(len(block))]
    raised = [max(height, gap * n) for n, height in enumerate(heights)]
    return [min(height, 1.0 - gap * n) for n, height in enumerate(reversed(raised))][::-1]


def _low(block: Sequence[float], gap: float) -> float:
    return float(np.mean(block)) - gap * (len(block) - 1) / 2.0
