"""One law on one panel: measured points against the line of the formula."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator, ScalarFormatter

from analysis.style import HUMAN, QUIET, SYNTHETIC, WARNING, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["panel"]

POINTS = 12
"""Measured points drawn of a curve: more would hide the line that they are to be compared with."""
RATIOS = 6
"""Comparisons drawn of a law without a curve, those that use up most of what is allowed: as many as fit."""
_TITLE = {4: 29, 2: 66}  # characters of a panel's title on a line, by panels in a row; read off drawn pages
_LEGEND = 34  # characters of a legend entry on a line; read off drawn pages
_LABEL = 26  # characters of the label of an axis on a line; read off drawn pages
_RATIO = 18  # characters of the name of a comparison on a line; a panel has room for RATIOS of two lines

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


def panel(axes: Axes, law: Mapping[str, Any], curves: Sequence[Mapping[str, Any]], columns: int, *, band: bool) -> None:
    """Draw one law.

    Args:
        axes: the panel.
        law: entry of laws.json.
        curves: those of the law that belong here; without any its comparisons are drawn.
        columns: panels in a row of the page.
        band: draw curves without a formula as lines with bands.
    """
    met, width = law["verdict"] == "pass", _TITLE[columns]
    title = f"{law['id']} {law['name']}" + ("" if met else ", not met")
    axes.set_title("\n".join(textwrap.wrap(title, width)), fontsize=8.5, color="black" if met else WARNING)
    axes.tick_params(labelsize=7)
    if curves:
        _curves(axes, curves, band=band)
    elif law["findings"]:
        _ratios(axes, law["findings"])
    else:
        reason = textwrap.fill(law.get("failure") or "nothing measured", width)
        axes.annotate(reason, (0.5, 0.5), xycoords="axes fraction", ha="center", va="center", fontsize=6, color=QUIET)
        axes.set_axis_off()


def _curves(axes: Axes, curves: Sequence[Mapping[str, Any]], *, band: bool) -> None:
    quantities = list(dict.fromkeys(curve["y_label"] for curve in curves))
    for number, curve in enumerate(curves):
        look, marker = LOOKS[number % len(LOOKS)], _MARKERS[number % len(_MARKERS)]
        label = curve["label"] if len(quantities) == 1 else ", ".join(filter(None, (curve["y_label"], curve["label"])))
        _curve(axes, curve, look, marker, "\n".join(textwrap.wrap(label, _LEGEND)), band=band)
    _scales(axes, log_x=any(curve["log_x"] for curve in curves), log_y=any(curve["log_y"] for curve in curves))
    axes.set_xlabel(curves[0]["x_label"], fontsize=7.5, labelpad=1.5)
    quantity = textwrap.fill(quantities[0], _LABEL) if len(quantities) == 1 else ""
    axes.set_ylabel(quantity, fontsize=7.5, labelpad=2)
    axes.margins(y=0.12)
    if len(curves) > 1:
        axes.legend(fontsize=6.5, handlelength=2.2, labelspacing=0.25, borderaxespad=0.2)


def _curve(axes: Axes, curve: Mapping[str, Any], look: Look, marker: str, label: str, *, band: bool) -> None:
    """Measured points with bars, or a line with a band; and the formula as a line."""
    x, measured, error = (_array(curve[key]) for key in ("x", "measured", "standard_error"))
    formula = curve["line"] or ((curve["x"], curve["expected"]) if curve["expected"] is not None else None)
    if formula is not None:
        axes.plot(*map(_array, formula), color=look.color, linestyle=look.dash, linewidth=1.1, zorder=2)
    if band and formula is None:
        axes.plot(x, measured, color=look.color, linestyle=look.dash, linewidth=1.6, label=label, zorder=3)
        axes.fill_between(x, measured - 2 * error, measured + 2 * error, color=look.color, alpha=0.2, linewidth=0)
        return
    rows = _spread(len(x), log=bool(curve["log_x"]))
    axes.errorbar(
        x[rows], measured[rows], 2 * np.nan_to_num(error[rows]), color=look.color, fmt=marker, markersize=3.2,
        elinewidth=1.0, label=label, zorder=3,
    )  # fmt: skip


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
    axes.set_yticks(range(len(names)), names, fontsize=5.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.margins(x=0.2)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_formatter(ScalarFormatter(useOffset=False))
    axes.set_xlabel("measured / expected", fontsize=7.5, labelpad=1.5)


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
        if high < 10 * low:  # less than a decade: powers of ten alone would leave no tick
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=6))
            axis.set_major_formatter(ScalarFormatter(useOffset=False))
        else:
            axis.set_major_locator(LogLocator(numticks=5))
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())


def _array(values: Sequence[float | None]) -> Any:
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: float | None, otherwise: float = math.nan) -> float:
    """A number of the document, which has None for what is not finite."""
    return otherwise if value is None else float(value)
