"""How well curators tell synthetic from human text.

On the month's new items hosted by the curator, the wholly synthetic against the wholly human ones;
assisted ones are neither. NaN without a detector, or where a class that is needed is missing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio, sums
from ecosystem.measures.view import View
from ecosystem.world.content import Marks, Origin

__all__ = ["auroc"]

type F64 = NDArray[np.float64]


class _Judged(NamedTuple):
    """Items that a detector has scored; arrays of shape (items,)."""

    curator: NDArray[np.int64]
    synthetic: NDArray[np.bool_]
    score: F64
    flagged: NDArray[np.bool_]


def _judged(view: View) -> _Judged:
    seen = view.seen
    score = seen.world.content.score[seen.new].astype(np.float64)
    # Only a host's detector gives scores, so items on the open web have none.
    rows = ~np.isnan(score) & (seen.origin != Origin.ASSISTED)
    flagged = seen.marked(Marks.FLAGGED)
    return _Judged(seen.curator[rows], seen.synthetic[rows], score[rows], flagged[rows])


def auroc(group: NDArray[np.int64], positive: NDArray[np.bool_], score: F64, groups: int) -> F64:
    """Area under the ROC curve within each group, shape (groups,); NaN where a class is missing.

    The chance that a positive scores higher than a negative, a tie counting half: the Mann-Whitney
    statistic over the number of pairs (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747).

    Args:
        group: group of each case, shape (cases,).
        positive: its class.
        score: its score, without NaN.
        groups: number of groups.
    """
    order = np.lexsort((score, group))
    group, positive, score = group[order], positive[order], score[order]
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = (score[1:] != score[:-1]) | (group[1:] != group[:-1])
    tie = np.cumsum(starts) - 1
    size = np.bincount(tie)
    # Mean rank of each run of ties among all cases, then counted from the start of its group.
    rank = (np.cumsum(size) - (size - 1) / 2.0)[tie]
    cases = sums(group, groups)
    rank -= (np.cumsum(cases) - cases)[group]
    hits, ranks = sums(group, groups, positive), sums(group, groups, rank * positive)
    return ratio(ranks - hits * (hits + 1) / 2.0, hits * (cases - hits))


@measure("curators", unit="probability")
def detector_tpr(view: View) -> F64:
    """Share of the synthetic items that the curator's detector flags."""
    cases = _judged(view)
    flagged = sums(cases.curator, view.rows, cases.flagged & cases.synthetic)
    return ratio(flagged, sums(cases.curator, view.rows, cases.synthetic))


@measure("curators", unit="probability")
def detector_fpr(view: View) -> F64:
    """Share of the human items that the curator's detector flags."""
    cases = _judged(view)
    flagged = sums(cases.curator, view.rows, cases.flagged & ~cases.synthetic)
    return ratio(flagged, sums(cases.curator, view.rows, ~cases.synthetic))


@measure("curators", unit="probability")
def detector_auroc(view: View) -> F64:
    """Chance that the detector scores a synthetic item above a human one, a tie counting half.

    Area under the ROC curve (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747); whatever
    the threshold.
    """
    cases = _judged(view)
    return auroc(cases.curator, cases.synthetic, cases.score, view.rows)
