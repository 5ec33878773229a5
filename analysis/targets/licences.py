"""What labs pay for the right to train on text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.targets.base import Family, Target, months_of, over_replicates
from analysis.targets.training import dearest

if TYPE_CHECKING:
    import pandas as pd

    from analysis.results import ResultsFolder

SOURCE = "Wall Street Journal, 30 July 2025 (News Corp, New York Times, Axel Springer); aiwatch.dog/licensing (Reddit)"

DEALS = {
    "Reddit to Google": (60e6, 60e6),
    "News Corp to OpenAI": (50e6, 50e6),  # 250 million over five years
    "New York Times to Amazon": (20e6, 25e6),
    "Axel Springer to OpenAI": (25e6 / 3, 30e6 / 3),  # 25 to 30 million over three years
}
"""Licences in force in 2025 with a reported value: lower and upper, USD a year (SOURCE)."""

CEILING = 1.5e9
"""Largest sum known to have been paid for training texts, USD: settlement in Bartz v. Anthropic,
September 2025 (Bloomberg Law); once, not a year. assumption: no year's licences exceed it."""

DEAREST_RUN = 387.8e6
"""Cost of training Grok 4, July 2025, USD of 2023, without staff (EPOCH)."""

EPOCH = "Epoch AI, Data on AI Models (CC BY), epoch.ai/data/ai-models"


def licence_fees(results: ResultsFolder, target: Target) -> float:
    """Sum of licence payments in the window, USD; 0 where labs paid none."""
    ledger, months = results.table("ledger"), months_of(target.at)
    if not len(ledger) or not set(months) <= set(results.dates):
        return math.nan

    def read(part: pd.DataFrame) -> float:
        paid = part[part["date"].isin(months) & (part["reason"] == "licence")]
        return float(paid["amount"].sum())

    return over_replicates(ledger, read)


def fees_per_run(results: ResultsFolder, target: Target) -> float:
    """Licence payments of the window over the cost of its dearest training."""
    fees, runs = licence_fees(results, target), dearest(results)
    if not len(runs):
        return math.nan
    inside = runs[runs["date"].isin(months_of(target.at))]
    cost = over_replicates(inside, lambda part: float(part["training_spend"].max()))
    return fees / cost


_LOW, _HIGH = (sum(pair[end] for pair in DEALS.values()) for end in (0, 1))

TARGETS: Family = (
    (
        Target(
            key="licence_fees_2025",
            title="licence fees for training text in a year",
            value=(_LOW + _HIGH) / 2,
            low=_LOW,
            high=CEILING,
            unit="USD per year",
            at="2025-01/2025-12",
            source=SOURCE,
            measures="sum of the licences whose yearly value was reported: a floor",
            metric="ledger.amount with reason licence, sum of the year",
        ),
        licence_fees,
    ),
    (
        Target(
            key="licence_fees_per_run_2025",
            title="licence fees of a year over the cost of its dearest training",
            value=(_LOW + _HIGH) / 2 / DEAREST_RUN,
            low=_LOW / DEAREST_RUN,
            high=CEILING / DEAREST_RUN,
            unit="ratio",
            at="2025-01/2025-12",
            source=f"{SOURCE}; {EPOCH}",
            measures="the same sum over the dearest training known of the year, Grok 4, without staff",
            metric="ledger.amount with reason licence, sum of the year, over the largest labs.training_spend in it",
        ),
        fees_per_run,
    ),
)
