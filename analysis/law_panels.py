"""One law on one panel: measured points against the line of the formula."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator, ScalarFormatter
from matplotlib.transforms import offset_copy

from analysis.style import HUMAN, QUIET, SYNTHETIC, WARNING, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["heading", "key_lines", "panel"]

POINTS = 12
"""Measured points drawn of a curve: more would hide the line that they are to be compared with."""
RATIOS = 6
"""Comparisons drawn of a law without a curve, those that use up most of what is allowed: as many as fit."""
_TITLE = 28  # characters of a panel's title on a line; read off drawn pages
_LEGEND = 40  # characters of a legend entry on a line; read off drawn pages
_LABEL = 26  # characters of the label of an axis on a line; read off drawn pages
_RATIO = 18  # characters of the name of a comparison on a line; a panel has room for RATIOS of two lines
_ACROSS = 38  # characters of the label of the x axis on a line; read off drawn pages
_BELOW, _LINE = (
    0.39,
    0.13,
)  # inches from the axes down to their legend: what ticks and a label take, and its further lines

LOOKS = (
    Look(HUMAN, "-"),
    Look(SYNTHETIC, (0.0, (5.0, 1.6))),
    Look("#009E73", (0.0, (6.0, 1.5, 1.2, 1.5))),
    Look("#CC79A7", (0.0, (1.3, 1.3))),
    Look("#E69F00", (0.0, (3.0, 1.2))),
    Look("#56B4E9", (0.0, (8.0, 2.0, 1.2, 2.0))),
)
"""Looks of the curves of a panel, in their order."""
_MARKERS = "osD^vP"
_BETWEEN = {1: (1.0, 1.5, 2.0, 3.0, 5.0, 7.0), 2: (1.0, 3.0)}
"""Ticks of a logarithmic scale in each decade, by how many decades it is short of; powers of ten alone leave few."""


def panel(axes: Axes, law: Mapping[str, Any], curves: Sequence[Mapping[str, Any]], title: str, *, band: bool) -> None:
    """Draw one law.

    Args:
        axes: the panel.
        law: entry of laws.json.
        curves: those of the law that belong here; without any its comparisons are drawn.
        title: of the panel; "" for none.
        band: draw curves without a formula as lines with bands.
    """
    axes.set_title(title, fontsize=9, color="black" if law["verdict"] == "pass" else WARNING)
    axes.tick_params(labelsize=7.5)
    if curves:
        _curves(axes, curves, band=band)
    elif law["findings"]:
        _ratios(axes, law["findings"])
    else:
        reason = textwrap.fill(law.get("failure") or "nothing measured", _TITLE)
        axes.annotate(reason, (0.5, 0.5), xycoords="axes fraction", ha="center", va="center", fontsize=7, color=QUIET)
        axes.set_axis_off()


def heading(law: Mapping[str, Any], *, wrapped: bool) -> str:
    """Id and name of a law, and whether it is not met; on lines as wide as a panel, or on one."""
    text = f"{law['id']} {law['name']}" + ("" if law["verdict"] == "pass" else ", not met")
    return textwrap.fill(text, _TITLE) if wrapped else text


def key_lines(curves: Sequence[Mapping[str, Any]]) -> int:
    """Lines of the legend below a panel with these curves."""
    return sum(len(label.split("\n")) for label in _labels(curves)) if len(curves) > 1 else 0


def _labels(curves: Sequence[Mapping[str, Any]]) -> list[str]:
    """What tells the curves of a panel apart: their quantities only where these differ."""
    several = len({curve["y_label"] for curve in curves}) > 1
    labels = (", ".join(filter(None, (curve["y_label"] if several else "", curve["label"]))) for curve in curves)
    return ["\n".join(textwrap.wrap(label, _LEGEND)) for label in labels]


def _curves(axes: Axes, curves: Sequence[Mapping[str, Any]], *, band: bool) -> None:
    handles = []
    for number, curve in enumerate(curves):
        look, marker = LOOKS[number % len(LOOKS)], _MARKERS[number % len(_MARKERS)]
        handles.append(_curve(axes, curve, look, marker, band=band))
    _scales(axes, log_x=any(curve["log_x"] for curve in curves), log_y=any(curve["log_y"] for curve in curves))
    if not curves[0]["log_x"] and all(float(x or 0.0).is_integer() for curve in curves for x in curve["x"]):
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))  # there is no generation 1.5
    across = textwrap.fill(curves[0]["x_label"], _ACROSS)
    axes.set_xlabel(across, fontsize=8, labelpad=1.5)
    quantities = {curve["y_label"] for curve in curves}
    axes.set_ylabel(textwrap.fill(quantities.pop(), _LABEL) if len(quantities) == 1 else "", fontsize=8, labelpad=2)
    axes.margins(y=0.12)
    if len(curves) > 1:  # below the panel, where it hides no curve
        below = _BELOW + _LINE * across.count("\n")
        place = offset_copy(axes.transAxes, axes.get_figure(root=True), 0.0, -below)
        axes.legend(
            handles, _labels(curves), loc="upper left", bbox_to_anchor=(0.0, 0.0), bbox_transform=place, fontsize=7.5,
            handlelength=2.6, labelspacing=0.25, borderaxespad=0.0, borderpad=0.0,
        )  # fmt: skip


def _curve(axes: Axes, curve: Mapping[str, Any], look: Look, marker: str, *, band: bool) -> tuple[Any, ...]:
    """Measured points with bars, or a line with a band; and the formula as a line; returns what the legend shows."""
    x, measured, error = (_array(curve[key]) for key in ("x", "measured", "standard_error"))
    formula = curve["line"] or ((curve["x"], curve["expected"]) if curve["expected"] is not None else None)
    shown: list[Any] = []
    if formula is not None:
        alone = "_" if len(formula[0]) == 1 else ""  # one point makes no line
        shown += axes.plot(
            *map(_array, formula), color=look.color, linestyle=look.dash, linewidth=1.1, zorder=2, marker=alone,
            markersize=14,
        )  # fmt: skip
    if band and formula is None:
        axes.fill_between(x, measured - 2 * error, measured + 2 * error, color=look.color, alpha=0.2, linewidth=0)
        return tuple(axes.plot(x, measured, color=look.color, linestyle=look.dash, linewidth=1.6, zorder=3))
    if np.isfinite(measured).any():
        rows = _spread(len(x), log=bool(curve["log_x"]))
        bars = 2 * np.nan_to_num(error[rows])
        shown.append(
            axes.errorbar(
                x[rows], measured[rows], bars, color=look.color, fmt=marker, markersize=3.2, elinewidth=1.0, zorder=3
            )
        )
    return tuple(shown)


def _spread(points: int, *, log: bool) -> Any:
    """Which points of a curve are drawn, the first and the last among them."""
    if points <= POINTS:
        return np.arange(points)
    places = np.geomspace(1, points, POINTS) - 1 if log else np.linspace(0, points - 1, POINTS)
    return np.unique(np.rint(places).astype(np.int64))


def _ratios(axes: Axes, findings: Sequence[Mapping[str, Any]]) -> None:
    """Comparisons one below the other: measured over expected, or the difference where 0 is expected."""
    drawn = sorted(findings, key=lambda finding: -_number(finding["strain"], math.inf))[:RATIOS]
    shown = [finding for finding in findings if finding in drawn]
    several = len({finding["quantity"] for finding in shown}) > 1
    names = []
    for row, finding in enumerate(shown):
        measured, expected = _number(finding["measured"]), _number(finding["expected"])
        error = _number(finding["standard_error"], 0.0)
        scale, start = (expected, 0.0) if expected else (1.0, 1.0)
        color = HUMAN if finding["passed"] else WARNING
        axes.errorbar(start + measured / scale, row, xerr=2 * error / abs(scale), fmt="o", color=color, markersize=3.2)
        parts = [finding["quantity"] if several else "", finding["case"], finding["at"]]
        names.append("\n".join(textwrap.wrap(", ".join(filter(None, parts)) or finding["quantity"], _RATIO)))
    axes.axvline(1.0, color="#444444", linewidth=1.0, zorder=1)
    axes.set_yticks(range(len(names)), names, fontsize=6.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.margins(x=0.2)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_formatter(ScalarFormatter(useOffset=False))
    axes.set_xlabel("measured / expected", fontsize=8, labelpad=1.5)


def _scales(axes: Axes, *, log_x: bool, log_y: bool) -> None:
    """Few ticks, in plain numbers."""
    if log_x:
        axes.set_xscale("log")
    if log_y:
        axes.set_yscale("log")
    for axis, log in ((axes.xaxis, log_x), (axes.yaxis, log_y)):
        if not log:
            axis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
            continue
        low, high = axis.get_view_interval()
        between = next((steps for decades, steps in _BETWEEN.items() if high < 10**decades * low), (1.0,))
        axis.set_major_locator(LogLocator(subs=between, numticks=6))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())


def _array(values: Sequence[float | None]) -> Any:
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: float | None, otherwise: float = math.nan) -> float:
    """A number of the document, which has None for what is not finite."""
    return otherwise if value is None else float(value)
