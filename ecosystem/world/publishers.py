"""Publishers: content farms and brands that sell attention to advertisers and buy text from labs."""

from __future__ import annotations

import numpy as np

from ecosystem.core.table import Table, column
from ecosystem.world.levers import PUBLISHERS

__all__ = ["GENERATE", "MODES", "REWRITE", "Publishers"]

GENERATE, REWRITE = 0, 1
"""How an item is made: afresh, or from what is widely seen."""
MODES = 2


class Publishers(Table):
    """Publishers, one row each; a row stays when its publisher closes."""

    key = column(np.uint64, unit="key", meaning="identity")
    group = column(np.int16, unit="group", meaning="group it belongs to")
    lab = column(np.int16, unit="lab", meaning="lab it buys from; -1 before the first choice", default=-1)
    active = column(np.bool_, unit="yes or no", meaning="in business", default=True)
    entered = column(np.int32, unit="month", meaning="step of entry")
    volume = column(np.float32, unit="items per month", meaning="items it sets out to write")
    ratio = column(
        np.float32, unit="ratio", meaning="its production cost relative to the median publisher's", default=1
    )
    produced = column(np.float32, unit="items per month", meaning="items written, averaged over its memory")
    revenue = column(np.float64, unit="USD per month", meaning="income, averaged over its memory")
    cost = column(np.float64, unit="USD per month", meaning="expenses, averaged over its memory")
    margin = column(
        np.float32,
        unit="ratio",
        meaning="profit per cost as it sees it; NaN while there is nothing to judge by",
        default=np.nan,
    )
    pay = column(
        np.float32,
        unit="USD per month",
        meaning="income from views of one real publisher by host and mode, averaged over its memory",
        shape=("curators", MODES),
        sparse=True,
    )
    wrote = column(
        np.float32,
        unit="items per month",
        meaning="items written by host and mode, averaged over its memory",
        shape=("curators", MODES),
        sparse=True,
    )
    levers = column(
        np.float64,
        unit="lever",
        meaning="where temperature, mode, stripping and labelling stand, from the group's file on",
        shape=(len(PUBLISHERS),),
        sparse=True,
    )
    settled = column(
        np.float64, unit="lever", meaning="the same before the present trial", shape=(len(PUBLISHERS),), sparse=True
    )
    settled_payoff = column(
        np.float64,
        unit="USD per month",
        meaning="profit of one real publisher before the present trial; NaN while there is none",
        default=np.nan,
        sparse=True,
    )
    memory = column(
        np.float64,
        unit="number",
        meaning="what its rule of adaptation remembers",
        shape=("memory",),
        sparse=True,
    )
    earned = column(np.float64, unit="USD", meaning="profit since its last review", sparse=True)
    months = column(np.int32, unit="months", meaning="in business since then", sparse=True)
    views = column(np.float32, unit="views", meaning="simulated reads this month")
    authority = column(np.float32, unit="ratio", meaning="PageRank in multiples of an unlinked author", default=1)
