"""What a training costs, and how fast that grows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.targets.base import Family, Target, months_of, over_replicates

if TYPE_CHECKING:
    import pandas as pd

    from analysis.results import ResultsFolder

COTTIER = "Cottier et al., The rising costs of training frontier AI models (2024), arXiv 2405.21015"

FEWEST = 3
"""Months with a training that a rate of growth needs: with two a line would fit any numbers."""


def dearest(results: ResultsFolder) -> pd.DataFrame:
    """The dearest training of each month and replicate that has one.

    Returns:
        Columns `date`, `replicate`, `training_spend` (USD); no rows where it is not recorded.
    """
    labs = results.table("labs")
    if not len(labs) or "training_spend" not in labs:
        return labs.iloc[:0]
    top = labs.groupby(["date", "replicate"], as_index=False)[["training_spend"]].max()
    return top[top["training_spend"] > 0]


def cost_growth(results: ResultsFolder, target: Target) -> float:
    """Factor by which the dearest training of a month grows in a year, log-linear fit."""
    months = months_of(target.at)
    if not months[-1] <= max(results.dates, default=""):
        return math.nan

    def read(part: pd.DataFrame) -> float:
        inside = part[part["date"].isin(months)]
        if len(inside) < FEWEST:
            return math.nan
        years = np.array([months.index(date) for date in inside["date"]]) / 12.0
        return float(np.exp(np.polyfit(years, np.log(inside["training_spend"].to_numpy(dtype=float)), 1)[0]))

    return over_replicates(dearest(results), read)


TARGETS: Family = (
    (
        Target(
            key="training_cost_growth",
            title="growth of what a frontier training costs",
            value=2.4,
            low=2.0,  # 95 % interval of the source
            high=3.1,
            unit="ratio per year",
            at="2022-11/2025-12",  # assumption: the rate went on as measured from 2016 to early 2024
            source=COTTIER,
            measures=(
                "amortised hardware and energy of the models with most compute at their release, 2016 to 2024; "
                "simulated trainings are paid for in one month"
            ),
            metric="labs.training_spend, the largest of each month with a training, log-linear fit",
        ),
        cost_growth,
    ),
)
