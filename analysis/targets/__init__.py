"""Observed figures of the real web, and how a run compares with them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from analysis.targets import adoption, articles, attention, forum, licences, opt_outs, training
from analysis.targets.base import Family, Target, months_of

if TYPE_CHECKING:
    from analysis.results import ResultsFolder

__all__ = ["Target", "all_targets", "compare", "placed"]

COLUMNS = (
    "key",
    "target",
    "date",
    "simulated",
    "observed",
    "low",
    "high",
    "unit",
    "verdict",
    "source",
)

FAMILIES: tuple[Family, ...] = (
    articles.TARGETS,
    forum.TARGETS,
    attention.TARGETS,
    adoption.TARGETS,
    opt_outs.TARGETS,
    licences.TARGETS,
    training.TARGETS,
)


def all_targets() -> list[Target]:
    """List every observed figure, by family."""
    return [target for family in FAMILIES for target, _ in family]


def compare(results: ResultsFolder) -> pd.DataFrame:
    """Put a run beside the observed figures.

    Args:
        results: The run. In a comparison every arm is read by itself.

    Returns:
        A row for each target: key, target, date, simulated, observed, low, high, unit, verdict,
        source, and for a comparison `arm` in front. `simulated` is the median over replicates and
        NaN where the run does not have the quantity; `verdict` then says why.
    """
    if results.arms:
        parts = [compare(results.arm(arm)).assign(arm=arm) for arm in results.arms]
        return pd.concat(parts, ignore_index=True)[["arm", *COLUMNS]]
    rows = []
    for family in FAMILIES:
        for target, read in family:
            simulated = read(results, target)
            verdict = judge(results, target, simulated)
            rows.append((target.key, target.title, target.at, simulated, target.value, target.low,
                         target.high, target.unit, verdict, target.source))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def judge(results: ResultsFolder, target: Target, simulated: float) -> str:
    """Say in words how a simulated number stands to the observed range."""
    return _why_missing(results, target) if math.isnan(simulated) else placed(target, simulated)


def placed(target: Target, simulated: float) -> str:
    """Say whether a number lies within the observed range, or by how much not."""
    if target.low <= simulated <= target.high:
        return "within range"
    if simulated > target.high:
        return f"above by {_distance(simulated - target.high, target.unit)}"
    return f"below by {_distance(target.low - simulated, target.unit)}"


def _why_missing(results: ResultsFolder, target: Target) -> str:
    dates = results.dates
    if not dates:
        return "run has no months"
    if target.at and months_of(target.at)[-1] > dates[-1]:
        return f"run ends {dates[-1]}"
    if target.at and months_of(target.at)[0] < dates[0]:
        return f"run starts {dates[0]}"
    return "not recorded or undefined in this run"


def _distance(difference: float, unit: str) -> str:
    if unit in {"share", "change of a share", "relative change"}:
        return f"{100 * difference:.1f} points"
    if unit == "USD per year":
        return f"{difference / 1e6:,.0f} million USD"
    return f"{difference:.3g}"
