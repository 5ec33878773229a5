"""Figures of a study besides maps: indices as bars, regret as ranges, boxes over their points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.discovery import boxes
from analysis.outcomes import complete, failed
from analysis.results import NothingToDraw
from analysis.robustness import regrets
from analysis.scales import short
from analysis.sensitivity import MAIN, indices
from analysis.study_sheet import finish_study
from analysis.style import HUMAN, QUIET, SYNTHETIC, house_style, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from analysis.outcomes import Outcome, StudyFolder

__all__ = ["boxes_figure", "indices_figure", "regret_figure"]

_SECOND = {"ST": "S1", "PRCC": "", "mu_star": ""}
_MEANING = {
    "ST": "Filled: share of the variance with all interactions (ST); open: alone (S1).",
    "mu_star": "Mean size of the elementary effects (Morris's mu*).",
    "PRCC": "Partial rank correlation: what rises or falls with the key, others held fixed.",
}
MOST = 12
"""Keys of a panel at most, those that matter most. assumption: as many as can be read."""


@house_style
def indices_figure(study: StudyFolder, lever: int = 0) -> Figure:
    """Draw the main index of every outcome with its interval, keys in the order of importance.

    Raises:
        NothingToDraw: no uncertain keys.
    """
    table = indices(study)
    table = table[table["lever"] == lever]
    main = MAIN.get(str(study.study["design"]), "PRCC")
    outcomes = list(dict.fromkeys(table["outcome"]))
    keys = min(table["factor"].nunique(), MOST)
    figure, panels = sheet(len(outcomes), 1, 0.9 + (0.55 + 0.2 * keys) * len(outcomes))
    for axes, outcome in zip(panels, outcomes, strict=True):
        part = table[table["outcome"] == outcome].set_index(["index", "factor"])[["value", "low", "high"]]
        found = part.loc[main]
        order = found["value"].abs().sort_values(ascending=False, na_position="last").index[:MOST][::-1]
        places = np.arange(len(order))
        for name, face, shift in ((main, HUMAN, 0.0), (_SECOND[main], "white", 0.22)):
            if not name:
                continue
            rows = part.loc[name].loc[order]
            span = np.array([rows["value"] - rows["low"], rows["high"] - rows["value"]])
            axes.errorbar(rows["value"], places - shift, xerr=np.nan_to_num(span), fmt="o", color=HUMAN,
                          markerfacecolor=face, markersize=4.5, linewidth=1.2)  # fmt: skip
        axes.axvline(0.0, color=QUIET, linewidth=0.8)
        axes.set_yticks(places, list(order))
        axes.set_ylim(-0.6, len(order) - 0.4)
        axes.set_title(outcome if not found["value"].isna().all() else f"{outcome} does not move")
        axes.xaxis.set_major_formatter(lambda value, _: short(value))
    more = f" Levers: {study.lever_names[lever]}." if len(study.levers) > 1 else ""
    reading = f"{_MEANING[main]} Lines: 95 % intervals.{more}"
    return finish_study(figure, study, ("What it depends on", reading))


@house_style
def regret_figure(study: StudyFolder) -> Figure:
    """Draw the regret of every choice: mean with interval, 90th percentile, maximum.

    Raises:
        NothingToDraw: nothing to choose from.
    """
    table = regrets(study)
    outcomes = list(dict.fromkeys(table["outcome"]))
    choices = len(study.levers)
    figure, panels = sheet(len(outcomes), 1, 0.9 + (0.6 + 0.24 * choices) * len(outcomes))
    for axes, outcome in zip(panels, outcomes, strict=True):
        part = table[table["outcome"] == outcome].sort_values(["rank", "mean_regret"], ascending=False)
        places = np.arange(len(part))
        span = np.array([part["mean_regret"] - part["low"], part["high"] - part["mean_regret"]])
        axes.errorbar(part["mean_regret"], places, xerr=np.nan_to_num(span), fmt="o", color=HUMAN, markersize=4.5,
                      linewidth=1.6, label="mean, 95 % interval")  # fmt: skip
        axes.plot(part["regret_90"], places, "|", color=HUMAN, markersize=10, label="one state in ten is above")
        axes.plot(part["max_regret"], places, "x", color=SYNTHETIC, markersize=5, label="worst state")
        axes.set_yticks(places, [f"{row['rank']}. {row['levers']}" for row in part.to_dict("records")])
        axes.set_ylim(-0.6, len(part) - 0.4)
        axes.set_xlim(left=-0.02 * max(float(part["max_regret"].max()), 1e-12))
        axes.set_title(outcome)
        axes.set_xlabel(f"regret in {outcome}")
        axes.xaxis.set_major_formatter(lambda value, _: short(value))
    panels[0].legend(loc="best", fontsize=6.5)
    reading = "Loss against the best choice of the same state. Equal ranks: intervals overlap."
    return finish_study(figure, study, ("Which choice is safe", reading))


@house_style
def boxes_figure(study: StudyFolder, outcome: Outcome) -> Figure:
    """Draw the states over the two keys of the first box, failures filled, the box around them.

    Raises:
        NothingToDraw: no box was found.
    """
    table = boxes(study)
    found = table[(table["outcome"] == outcome.label) & (table["box"] == 1)]
    found = found[found["method"] == found["method"].iloc[0]] if len(found) else found
    found = found.dropna(subset=["low", "high"], how="all")
    found = found[found["lever"] == found["lever"].iloc[0]] if len(found) else found
    if not len(found):
        message = f"{outcome.label}: no box of numbers"
        raise NothingToDraw(message)
    lever, keys = int(found["lever"].iloc[0]), list(found["key"])[:2]
    others = [factor.key for factor in study.factors if factor.key not in keys and factor.ordered]
    keys += others[: 2 - len(keys)]
    figure, (axes,) = sheet(1, 1, 4.4)
    fails = failed(complete(study, outcome.label), outcome.fails).mean(axis=2)[lever] > 0.5  # noqa: PLR2004 - half
    x = study.states[keys[0]].to_numpy(dtype=np.float64)
    y = study.states[keys[1]].to_numpy(dtype=np.float64) if len(keys) > 1 else np.zeros(len(x))
    axes.plot(x[~fails], y[~fails], "o", markerfacecolor="white", color=HUMAN, markersize=4, label="does not fail")
    axes.plot(x[fails], y[fails], "o", color=SYNTHETIC, markersize=4, label=f"fails ({outcome.fails})")
    _frame(axes, {row.key: (row.low, row.high) for row in found.itertuples()}, keys)
    axes.set_xlabel(keys[0])
    axes.set_ylabel(keys[1] if len(keys) > 1 else "")
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
    first = found.iloc[0]
    where = f" Levers: {study.lever_names[lever]}." if len(study.levers) > 1 else ""
    reading = (
        f"Frame: the first box, by {str(first['method']).upper()}; density {first['density']:.2f}, coverage "
        f"{first['coverage']:.0%}; {len(found)} key{'s' * (len(found) > 1)} restricted.{where}"
    )
    return finish_study(figure, study, (f"Where {outcome.label} fails", reading))


def _frame(axes: Axes, limits: dict[Any, tuple[Any, Any]], keys: list[str]) -> None:
    """The box, open to the sides where nothing is restricted."""
    spans = []
    for key, (low, high) in zip(keys, (axes.get_xlim(), axes.get_ylim()), strict=False):
        ends = limits.get(key, (np.nan, np.nan))
        spans.append((low if np.isnan(ends[0]) else ends[0], high if np.isnan(ends[1]) else ends[1]))
    spans += [axes.get_ylim()] * (2 - len(spans))
    spans += [axes.get_xlim(), axes.get_ylim()]
    (left, right), (bottom, top) = spans[:2]
    axes.fill([left, right, right, left], [bottom, bottom, top, top], color=SYNTHETIC, alpha=0.12, linewidth=0)
    axes.plot([left, right, right, left, left], [bottom, bottom, top, top, bottom], color=SYNTHETIC, linewidth=1.2)
    axes.set_xlim(spans[2])
    axes.set_ylim(spans[3])
