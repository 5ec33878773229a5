"""Regime maps: an outcome over two keys, with the line where it begins to fail."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from analysis.intervals import t_interval
from analysis.outcomes import POLICY, Floats, Outcome, StudyFolder, lever_name, threshold
from analysis.results import NothingToDraw
from analysis.scales import short
from analysis.study_sheet import finish_study
from analysis.style import WARNING, house_style, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["RegimeMap", "maps_of", "regime_map", "words"]

PANELS = 9
"""Small multiples on a sheet at most. assumption: as many as can be read."""
_TWO = 2
_TITLE = 34  # characters of a panel's title on a line, of three panels beside each other; read off drawn pages


@dataclass(frozen=True)
class RegimeMap:
    """One panel: an outcome over two keys, everything else fixed.

    Attributes:
        title: what is fixed, "" for nothing.
        x: values of the first key, rising.
        y: values of the second key, rising.
        mean: over replicates, (y, x); NaN where a run failed.
        open: whether the 95 % interval of the mean holds the threshold, (y, x).
    """

    title: str
    x: Floats
    y: Floats
    mean: Floats
    open: Floats


def axes_of(study: StudyFolder) -> list[str]:
    """Keys with two or more numbers each, those with most first; without the unit cube."""
    found = []
    for key in [*study.lever_keys, *(factor.key for factor in study.factors)]:
        column = study.design[key]
        if key != POLICY and column.dtype.kind in "iuf" and column.nunique() >= _TWO:
            found.append(key)
    return sorted(found, key=lambda key: -study.design[key].nunique())


def maps_of(study: StudyFolder, outcome: Outcome) -> tuple[list[str], list[RegimeMap]]:
    """The two keys of the map, and its panels.

    Raises:
        NothingToDraw: the study is not laid out over two keys.
    """
    keys = axes_of(study)[:_TWO]
    if study.study["design"] != "factorial" or len(keys) < _TWO:
        message = "a regime map needs a factorial design over two keys with numbers"
        raise NothingToDraw(message)
    values = study.values(outcome.label)
    table = study.design
    varied = [*study.lever_keys, *(factor.key for factor in study.factors)]
    others = [key for key in varied if key not in keys and study.design[key].nunique(dropna=False) >= _TWO]
    table = table.dropna(subset=keys)
    panels = []
    for fixed, part in _groups(table, others):
        panels.append(_panel(outcome, keys, part, values, lever_name(fixed) if others else ""))
    return keys, panels


def _groups(table: pd.DataFrame, others: Sequence[str]) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    if not others:
        return [({}, table)]
    found = []
    for names, part in table.groupby(list(others), dropna=False, sort=False):
        found.append((dict(zip(others, names, strict=True)), part))
    return found


def _panel(outcome: Outcome, keys: Sequence[str], part: pd.DataFrame, values: Floats, title: str) -> RegimeMap:
    x, y = (np.array(sorted(part[key].unique()), dtype=np.float64) for key in keys)
    mean, unsure = np.full((len(y), len(x)), np.nan), np.zeros((len(y), len(x)))
    limit = threshold(outcome.fails)[1] if outcome.fails else np.nan
    for across, up, lever, state in part[[*keys, "lever", "state"]].itertuples(index=False):
        row, column = int(np.searchsorted(y, up)), int(np.searchsorted(x, across))
        found = values[lever, state]
        if np.isnan(found).any():
            continue
        value, low, high = t_interval(found)
        mean[row, column] = value
        unsure[row, column] = float(low <= limit <= high)
    return RegimeMap(title, x, y, mean, unsure)


def words(study: StudyFolder, outcome: Outcome) -> list[str]:
    """How much of every panel fails, and how much is not known."""
    keys, panels = maps_of(study, outcome)
    if not outcome.fails:
        return []
    sign, limit = threshold(outcome.fails)
    told = []
    for panel in panels:
        defined = ~np.isnan(panel.mean)
        below = panel.mean < limit if sign.startswith("<") else panel.mean > limit
        where = f" ({panel.title})" if panel.title else ""
        told.append(
            f"{outcome.label}{where} fails ({outcome.fails}) in {int((below & defined).sum())} of {int(defined.sum())} "
            f"cells over {keys[0]} and {keys[1]}; {int(panel.open.sum())} of them cannot be told from the threshold."
        )
    return told


@house_style
def regime_map(study: StudyFolder, outcome: Outcome) -> Figure:
    """Draw an outcome over two keys; hatched where the threshold lies within the interval of a cell.

    Raises:
        NothingToDraw: the study is not laid out over two keys.
    """
    keys, panels = maps_of(study, outcome)
    shown = panels[:PANELS]
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure, every = sheet(rows, columns, 0.9 + (4.2, 3.0, 2.5)[columns - 1] * rows)
    finite = np.concatenate([panel.mean[~np.isnan(panel.mean)] for panel in shown])
    if not len(finite):
        message = f"{outcome.label}: no run gave a value"
        raise NothingToDraw(message)
    span = (float(finite.min()), float(finite.max()))
    mesh = None
    for axes, panel in itertools.zip_longest(every, shown):
        if panel is None:
            axes.set_axis_off()
            continue
        mesh = _draw(axes, panel, outcome, keys, span)
    if mesh is not None:
        bar = figure.colorbar(mesh, ax=every, shrink=0.8, aspect=30)
        bar.set_label(outcome.label)
        bar.ax.yaxis.set_major_formatter(lambda value, _: short(value))
    reading = "Each cell is the mean over replicates."
    if outcome.fails:
        reading += (
            f" Red line: {outcome.label} fails ({outcome.fails}). Hatched: the 95 % interval holds the threshold."
        )
    more = f"; {len(panels) - PANELS} further combinations not shown" if len(panels) > PANELS else ""
    return finish_study(figure, study, (f"Where {outcome.label} stands{more}", reading))


def _draw(axes: Axes, panel: RegimeMap, outcome: Outcome, keys: Sequence[str], span: tuple[float, float]) -> Any:
    """One panel; returns what a colour bar is made of."""
    axes.grid(visible=False)
    edges = [_edges(panel.x), _edges(panel.y)]
    mesh = axes.pcolormesh(*edges, panel.mean, cmap="cividis", vmin=span[0], vmax=span[1], linewidth=0)
    if panel.open.any():
        for row, column in np.argwhere(panel.open > 0):
            left, right, bottom, top = *edges[0][column : column + 2], *edges[1][row : row + 2]
            cell = Rectangle((left, bottom), right - left, top - bottom, fill=False, hatch="////", linewidth=0.0)
            cell.set_edgecolor("white")
            axes.add_patch(cell)
    if outcome.fails:
        limit = threshold(outcome.fails)[1]
        defined = panel.mean[~np.isnan(panel.mean)]
        if len(defined) and defined.min() < limit < defined.max():
            for color, width in (("white", 3.2), (WARNING, 1.6)):
                axes.contour(panel.x, panel.y, panel.mean, levels=[limit], colors=[color], linewidths=width)
    for axis, values, key in ((axes.xaxis, panel.x, keys[0]), (axes.yaxis, panel.y, keys[1])):
        axis.set_major_formatter(lambda value, _: short(value))
        if len(values) <= 6:  # noqa: PLR2004 - so many labels fit
            axis.set_ticks(list(values))
        axis.set_label_text(key)
    axes.set_title("\n".join(textwrap.wrap(panel.title, _TITLE)), fontsize=7.5)
    return mesh


def _edges(values: Floats) -> Floats:
    """Edges of cells around values, halfway between them."""
    middles = (values[:-1] + values[1:]) / 2
    found: Floats = np.concatenate([[values[0] - (middles[0] - values[0])], middles, [2 * values[-1] - middles[-1]]])
    return found
