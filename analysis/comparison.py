"""Arms of a comparison: each metric with the control behind, and the paired differences from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter

from analysis.dated import mark_events
from analysis.drawing import WEIGHT, blank
from analysis.labels import LEGEND_POINTS
from analysis.results import ENTITY, Event, NothingToDraw
from analysis.scales import date_axis, percent_axis, quantity_axis
from analysis.series import days, isolated, leading, middles, series, span
from analysis.style import LOOKS, QUIET, Look, finish, house_style, sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.results import ResultsFolder
    from analysis.series import Series

CONTROL = Look(QUIET, "-")

SHARES = ("share", "probability")
"""Units that are written in per cent."""

MOST = 3
"""Labs or other entities that fit beside one another; the others are named in the footer."""


@house_style
def comparison(results: ResultsFolder, metric: str) -> Figure:
    """Draw one metric in every arm, and below it what differs from the control.

    Args:
        results: A comparison.
        metric: Name as in `analysis.plot.metric_names`.

    Raises:
        NothingToDraw: The metric is undefined in every month of every arm.
    """
    table, _, column = metric.partition(".")
    lines = {arm: series(results.arm(arm).table(table), column, ENTITY[table]) for arm in results.arms}
    defined = {one.name for found in lines.values() for one in found if one.defined}
    if not defined:
        message = f"{metric} is undefined in every month"
        raise NothingToDraw(message)
    chosen = _chosen(results, table, defined)
    figure, panels = sheet(2, len(chosen), 5.4)
    looks = dict(zip(results.arms[1:], LOOKS, strict=False))
    unit = results.unit(metric)
    for place, name in enumerate(chosen):
        first = place == 0
        upper, lower = panels[place], panels[len(chosen) + place]
        _levels(upper, {arm: [one for one in found if one.name == name] for arm, found in lines.items()}, looks)
        _differences(lower, results, metric, name, looks)
        upper.set_title(name or "Value")
        lower.set_title("Difference from the control" if len(chosen) == 1 else "Difference")
        _scale(upper, column.replace("_", " ") if first else "", unit)
        _scale(lower, "difference" if first else "", "percentage points" if unit in SHARES else unit)
        for axes in (upper, lower):
            date_axis(axes, results.dates[0], results.dates[-1])
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper right", ncols=3, fontsize=LEGEND_POINTS, handlelength=1.8)
    key = _mark(panels, results, looks)
    left_out = sorted(defined - set(chosen))
    notes = [key, f"Not shown: {', '.join(left_out)}." if left_out else ""]
    return finish(figure, results, (metric, _reading(results)), [note for note in notes if note], bands=False)


def _reading(results: ResultsFolder) -> str:
    """How to read the figure."""
    control = results.arms[0]
    if results.replicates > 1:
        asked = (results.provenance.get("until") or {}).get("asked")
        sequence = "a 95 % confidence sequence for each month" if asked else "95 % intervals month by month"
        return (
            f"Above: medians over {results.replicates} seeds; grey: the control ({control}) and its 5 to 95 % band, "
            f"which is what chance does. Below: mean difference of runs of the same seed, with {sequence}. "
            "Shaded: while a policy is in force."
        )
    return f"Grey: the control ({control}). Below: the difference of the two runs; a single pair has no interval."


def _chosen(results: ResultsFolder, table: str, defined: set[str]) -> list[str]:
    """Whom the panels are about: the leading entities, all where there are few."""
    if len(defined) <= MOST:
        return sorted(defined)
    rows = results.table(table)
    ranked = leading(rows, ENTITY[table], WEIGHT[table], len(rows))
    known = [name for name in ranked if name in defined]
    top = leading(rows, ENTITY[table], WEIGHT[table], MOST)
    return sorted(set(top) & defined) or known[:MOST]


def _levels(axes: Axes, lines: Mapping[str, Sequence[Series]], looks: Mapping[str, Look]) -> None:
    """The control behind with its band, the arms' medians over it."""
    for arm, found in lines.items():
        for one in found:
            if not one.defined:
                continue
            look = looks.get(arm, CONTROL)
            if arm not in looks and one.replicates > 1:
                known = (np.isfinite(one.low) & np.isfinite(one.high)).tolist()
                axes.fill_between(one.x, one.low, one.high, where=known, color=look.color, alpha=0.22, linewidth=0.0)
            width, order = (1.8, 2.5) if arm not in looks else (1.4, 3.0)
            axes.plot(
                one.x, one.median, color=look.color, linestyle=look.dash, linewidth=width, zorder=order, label=arm
            )
            lone = isolated(one.median)
            axes.plot(one.x[lone], one.median[lone], "o", color=look.color, markersize=3.0, zorder=order)


def _differences(axes: Axes, results: ResultsFolder, metric: str, name: str, looks: Mapping[str, Look]) -> None:
    """Mean paired differences with their intervals, around the line of no difference."""
    axes.axhline(0.0, color=QUIET, linewidth=0.9, zorder=2.0)
    table = results.table("differences")
    rows = table[(table["metric"] == metric) & (table["name"].fillna("") == name)] if len(table) else table
    if not len(rows):
        blank(axes, "differences have not been worked out")
        return
    months = span(results.table("web"))
    x = middles(months)
    for arm, look in looks.items():
        mine = rows[rows["arm"] == arm]
        dated = mine.set_axis(pd.PeriodIndex(mine["date"], freq="M")).reindex(months)
        mean, low, high = (dated[column].to_numpy(dtype=np.float64) for column in ("mean", "low", "high"))
        known = np.isfinite(low) & np.isfinite(high)
        axes.fill_between(x, low, high, where=known.tolist(), color=look.color, alpha=0.2, linewidth=0.0)
        axes.plot(x, mean, color=look.color, linestyle=look.dash, linewidth=1.4, zorder=3.0)
        lone = isolated(mean)
        axes.plot(x[lone], mean[lone], "o", color=look.color, markersize=3.0, zorder=3.0)


def _scale(axes: Axes, label: str, unit: str) -> None:
    """A y axis in its unit: shares in per cent, differences of shares in percentage points."""
    named = f"{label} ({unit})" if label and unit else label
    if unit in SHARES:
        percent_axis(axes, label)
    elif unit == "percentage points":
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g}"))
        axes.set_ylabel(named)
    else:
        quantity_axis(axes, named)


def _mark(panels: Sequence[Axes], results: ResultsFolder, looks: Mapping[str, Look]) -> str:
    """Shade the months in which a policy of an arm is in force, lighter while it ramps up; name dated changes."""
    events: dict[tuple[str, str], Event] = {}
    for arm in results.arms:
        part = results.arm(arm)
        for event in part.events:
            events.setdefault((event.date, event.label), event)
        if arm in looks:
            for policy in _own_policies(results, arm):
                _shade(panels, policy, looks[arm])
    return mark_events(panels, list(events.values()))


def _own_policies(results: ResultsFolder, arm: str) -> list[Mapping[str, Any]]:
    """Policies of an arm that the control does not have."""
    control, mine = (results.arm(name).scenario.get("policies") or [] for name in (results.arms[0], arm))
    return [policy for policy in mine if policy not in control]


def _shade(panels: Sequence[Axes], policy: Mapping[str, Any], look: Look) -> None:
    start = pd.Period(str(policy["start"]), freq="M")
    full = start + int(policy.get("ramp") or 0)
    end = policy.get("end")
    for axes in panels:
        limit = axes.get_xlim()[1]
        stop = min(days(str(end))[0], limit) if end else limit
        first, risen = days(str(start))[0], min(days(str(full))[0], stop)
        if first < stop:
            axes.axvspan(first, risen, color=look.color, alpha=0.035, linewidth=0.0, zorder=0.5)
            axes.axvspan(risen, stop, color=look.color, alpha=0.08, linewidth=0.0, zorder=0.5)
