"""Marks on a panel: lines with bands, areas, gaps, families of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.results import ENTITY
from analysis.series import isolated, leading
from analysis.style import LOOKS, QUIET, Look

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from analysis.results import ResultsFolder
    from analysis.series import FloatArray, Series

WEIGHT = {
    "web": "items",
    "domains": "items",
    "labs": "market_share",
    "curators": "audience_share",
    "publishers": "items",
    "humans": "count",
    "ledger": "amount",
}
"""Column by which an entity of a table ranks among those that get a look of their own."""


def line(axes: Axes, one: Series, look: Look, *, width: float = 1.5, zorder: float = 3.0) -> None:
    """Draw a series with its band; undefined months stay gaps, lone months become dots."""
    x, lone = one.x, isolated(one.median)
    axes.plot(x, one.median, color=look.color, linestyle=look.dash, linewidth=width, zorder=zorder)
    axes.plot(x[lone], one.median[lone], "o", color=look.color, markersize=3.5, zorder=zorder)
    if one.replicates > 1:
        finite = np.isfinite(one.low) & np.isfinite(one.high) & ~lone
        axes.fill_between(
            x,
            one.low,
            one.high,
            where=finite.tolist(),
            color=look.color,
            alpha=0.18,
            linewidth=0.0,
            zorder=zorder - 1,
        )
        axes.vlines(x[lone], one.low[lone], one.high[lone], color=look.color, linewidth=1.0)


def area(axes: Axes, x: FloatArray, lower: FloatArray, upper: FloatArray, color: str) -> None:
    """Fill between two edges; undefined months stay gaps, lone months become bars."""
    thickness = upper - lower
    lone = isolated(thickness)
    axes.fill_between(
        x,
        lower,
        upper,
        where=(np.isfinite(thickness) & ~lone).tolist(),
        color=color,
        alpha=0.85,
        linewidth=0.0,
        zorder=1.5,
    )
    month = 28.0  # days: a bar of about its month
    axes.bar(x[lone], thickness[lone], month, lower[lone], color=color, alpha=0.85, zorder=1.5)


def looks(results: ResultsFolder, table: str) -> dict[str, Look]:
    """Give the leading entities of a table their looks; all others stay without one."""
    names = leading(results.table(table), ENTITY[table], WEIGHT[table], len(LOOKS))
    return dict(zip(names, LOOKS, strict=False))


def family(axes: Axes, members: Sequence[Series], given: Mapping[str, Look]) -> list[Series]:
    """Draw several lines on one panel, those without a look thin and grey behind the others.

    Args:
        axes: The panel.
        members: Series, defined or not.
        given: Look of each name that has one.

    Returns:
        The defined series with a look, which deserve a label.
    """
    defined = [one for one in members if one.defined]
    rest = [one for one in defined if one.name not in given]
    for one in rest:
        line(axes, one, Look("#C9C9C9", "-"), width=0.6, zorder=2.0)
    named = [one for one in defined if one.name in given]
    for one in named:
        line(axes, one, given[one.name])
    if rest:
        note = f"grey: {len(rest)} others"
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0}
        axes.annotate(note, (0.02, 0.97), xycoords="axes fraction", va="top", fontsize=6.5, bbox=box)
    if not defined:
        blank(axes, "undefined in every month of this run")
    return named


def blank(axes: Axes, reason: str) -> None:
    """Say inside an empty panel why it is empty."""
    axes.annotate(
        reason,
        (0.5, 0.5),
        xycoords="axes fraction",
        ha="center",
        va="center",
        fontsize=7,
        color=QUIET,
    )
    axes.set_yticks([])
