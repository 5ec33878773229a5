"""What pairing saves: variance-reduction factors of the headline series of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecosystem.experiments.summary import HEADLINES

__all__ = ["ENOUGH", "Savings", "savings"]

ENOUGH = 5.0
"""Factor from which on pairing is said to pay. A goal of this project: a fifth of the runs."""
YEAR = 12


@dataclass(frozen=True)
class Savings:
    """Variance-reduction factors of one arm.

    Attributes:
        at_end: median over headline metrics, of means over the last months of each run.
        since: first month in which any headline series differs; empty if none ever does.
        median: over headline series and months from then on.
        last_year: the same of the last twelve months.
        below: series whose factor over the last months is below ENOUGH, the least first: metric, name, factor.
    """

    at_end: float
    since: str
    median: float
    last_year: float
    below: tuple[tuple[str, str, float], ...]


def savings(differences: pd.DataFrame, effects: pd.DataFrame, arm: str) -> Savings:
    """The factors of one arm; where nothing varies between seeds there is none to speak of."""
    known = [f"{table}.{metric}" for table, metrics in HEADLINES.items() for metric in metrics]
    mine = effects[effects["arm"] == arm]
    told = set(zip(mine["metric"], mine["name"], strict=True))
    rows = differences[(differences["arm"] == arm) & differences["metric"].isin(known)]
    rows = rows[[pair in told for pair in zip(rows["metric"], rows["name"], strict=True)]]
    moved = rows[(rows["mean"] != 0) | (rows["high"] > rows["low"])]
    if not len(moved):
        return Savings(_median(mine), "", np.nan, np.nan, ())
    later = rows[(rows["step"] >= moved["step"].min()) & rows["factor"].notna()]
    newest = later[later["step"] > rows["step"].max() - YEAR]
    below = mine[mine["factor"] < ENOUGH].sort_values("factor")
    return Savings(
        at_end=_median(mine), since=str(moved["date"].min()), median=_median(later), last_year=_median(newest),
        below=tuple(zip(below["metric"], below["name"], map(float, below["factor"]), strict=True)),
    )  # fmt: skip


def _median(rows: pd.DataFrame) -> float:
    known = rows["factor"].dropna()
    return float(np.median(known)) if len(known) else float("nan")
