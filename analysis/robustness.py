"""Which choice does well whatever is true: regret, the share of states in which it suffices, the worst case.

McPhail et al. (2018, doi:10.1002/2017EF000649) compare these measures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.intervals import t_interval, wilson
from analysis.outcomes import Floats, Outcome, StudyFolder, complete, failed
from analysis.results import NothingToDraw

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["regret_of", "regrets", "words"]

HIGH = 90.0
"""Percentile of regret that is told besides mean and maximum. assumption: one state in ten."""


def regret_of(values: Floats, *, higher: bool) -> Floats:
    """What each choice loses against the best choice of the same state (Savage 1951).

    Args:
        values: mean outcome, (levers, states).
        higher: whether more is better.

    Returns:
        Regret, (levers, states), 0 for the best.
    """
    good = values if higher else -values
    found: Floats = good.max(axis=0) - good
    return found


def regrets(study: StudyFolder) -> pd.DataFrame:
    """The table `regret`: a row for each outcome with `better` and combination of levers.

    Columns: mean regret over states with its 95 % interval, its 90th percentile and maximum; worst value (maximin);
    share of states in which the outcome does not fail with Wilson's interval; rank by mean regret, shared by
    choices whose intervals overlap that of the first of the rank.

    Raises:
        NothingToDraw: there is nothing to choose, or no outcome says which way is better.
        ResultsError: an outcome is missing at some point.
    """
    wanted = [outcome for outcome in study.kinds if outcome.better]
    if len(study.levers) < 2 or not wanted:  # noqa: PLR2004 - of one there is no choice
        message = "regret needs levers to choose from, and an outcome that says which way is better"
        raise NothingToDraw(message)
    return pd.DataFrame([row for outcome in wanted for row in _rows(study, outcome)])


def _rows(study: StudyFolder, outcome: Outcome) -> Iterator[dict[str, Any]]:
    values = complete(study, outcome.label).mean(axis=2)
    regret = regret_of(values, higher=outcome.better == "higher")
    means = [t_interval(row) for row in regret]
    ranks = _ranks([(found.value, found.low, found.high) for found in means])
    for lever, name in enumerate(study.lever_names):
        ok = ~failed(values[lever], outcome.fails) if outcome.fails else np.ones(values.shape[1], dtype=np.bool_)
        suffices = wilson(int(ok.sum()), len(ok))
        known = bool(outcome.fails)
        yield {
            "outcome": outcome.label, "lever": lever, "levers": name, "rank": ranks[lever],
            "mean_regret": means[lever].value, "low": means[lever].low, "high": means[lever].high,
            "regret_90": float(np.percentile(regret[lever], HIGH)), "max_regret": float(regret[lever].max()),
            "worst": float(values[lever].min() if outcome.better == "higher" else values[lever].max()),
            "suffices": suffices.value if known else np.nan,
            "suffices_low": suffices.low if known else np.nan, "suffices_high": suffices.high if known else np.nan,
            "states": values.shape[1],
        }  # fmt: skip


def _ranks(means: list[tuple[float, float, float]]) -> list[int]:
    """Ranks from 1 by mean regret; who cannot be told from the first of a rank shares it."""
    order = sorted(range(len(means)), key=lambda place: means[place][0])
    ranks, first, end = [0] * len(means), 0, np.nan
    for position, place in enumerate(order):
        value, low, high = means[place]
        begins = low if not np.isnan(low) else value
        if position == 0 or not begins <= end:
            first, end = position + 1, high if not np.isnan(high) else value
        ranks[place] = first
    return ranks


def words(table: pd.DataFrame) -> list[str]:
    """The table in sentences, best choice first."""
    told = []
    for outcome, part in table.groupby("outcome", sort=False):
        told.append(f"Regret in {outcome}, over {int(part['states'].iloc[0])} states:")
        for row in part.sort_values(["rank", "mean_regret"]).to_dict("records"):
            enough = ""
            if not np.isnan(row["suffices"]):
                span = f"[{row['suffices_low']:.0%}, {row['suffices_high']:.0%}]"
                enough = f"; does not fail in {row['suffices']:.0%} {span} of states"
            interval = "" if np.isnan(row["low"]) else f" [{row['low']:.3g}, {row['high']:.3g}]"
            told.append(
                f"  {row['rank']}. {row['levers']}: mean {row['mean_regret']:.3g}{interval}, one in ten above "
                f"{row['regret_90']:.3g}, at most {row['max_regret']:.3g}{enough}"
            )
        if (part["rank"].value_counts() > 1).any():
            told.append("  Choices of equal rank cannot be told apart.")
    told.append("The best of several noisy choices looks better than it is: all regrets are a little too high.")
    return told
