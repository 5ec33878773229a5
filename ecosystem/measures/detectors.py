"""How well curators tell synthetic from human text.

On the month's new items hosted by the curator, the wholly synthetic against the wholly human ones;
assisted ones are neither. NaN without a detector, or where a class that is needed is missing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain
from ecosystem.measures.base import measure
from ecosystem.measures.sums import ratio
from ecosystem.measures.view import View
from ecosystem.world.content import Origin

__all__ = ["auroc"]

type F32 = NDArray[np.float32]
type F64 = NDArray[np.float64]

_ASSISTED, _SYNTHETIC = int(Origin.ASSISTED), int(Origin.SYNTHETIC)


def auroc(positive: F32, negative: F32) -> float:
    """Area under the ROC curve; NaN where a class is missing.

    The chance that a positive scores higher than a negative, a tie counting half: the Mann-Whitney
    statistic over the number of pairs (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747).

    Args:
        positive: scores of the positive cases, without NaN, shape (positives,).
        negative: those of the negative ones, shape (negatives,).
    """
    if len(positive) == 0 or len(negative) == 0:
        return np.nan
    return _twice_higher(np.sort(positive), np.sort(negative)) / (2 * len(positive) * len(negative))


@compiled
def _twice_higher(positive: F32, negative: F32) -> int:
    """Pairs in which the positive case scores higher, and half of those that tie, times two; scores rise."""
    twice, below, up_to = 0, 0, 0
    for score in positive:
        while below < negative.size and negative[below] < score:
            below += 1
        while up_to < negative.size and negative[up_to] <= score:
            up_to += 1
        twice += below + up_to
    return twice


@compiled
def _gather(
    score: F32, curator: NDArray[np.int16], origin: NDArray[np.uint8], places: NDArray[np.int64], out: F32
) -> None:
    """Lay out scores by host and class: where those of each begin is in ``places`` (hosts, 2), which move along."""
    for i in range(np.uint64(score.size)):
        if curator[i] >= 0 and origin[i] != _ASSISTED and not np.isnan(score[i]):
            synthetic = np.uint64(origin[i] == _SYNTHETIC)
            out[places[curator[i], synthetic]] = score[i]
            places[curator[i], synthetic] += 1


def _flagged(view: View, synthetic: int) -> F64:
    """Share of one class that each curator's detector flags, shape (curators,)."""
    judged = view.seen.census.judged[:-1, synthetic].astype(np.float64)
    return ratio(judged[:, 1], judged.sum(axis=1))


@measure("curators", unit="probability")
def detector_tpr(view: View) -> F64:
    """Share of the synthetic items that the curator's detector flags."""
    return _flagged(view, 1)


@measure("curators", unit="probability")
def detector_fpr(view: View) -> F64:
    """Share of the human items that the curator's detector flags."""
    return _flagged(view, 0)


@measure("curators", unit="probability")
def detector_auroc(view: View) -> F64:
    """Chance that the detector scores a synthetic item above a human one, a tie counting half.

    Area under the ROC curve (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747); whatever
    the threshold.
    """
    world = view.seen.world
    items, month = world.content, world.rows_of(world.clock.step)
    count = view.seen.census.judged[:-1].sum(axis=2)
    ends = np.cumsum(count)
    scores, places = np.empty(int(count.sum()), np.float32), (ends - count.ravel()).reshape(count.shape)
    _gather(plain(items.score[month], np.float32), items.curator[month], items.origin[month], places, scores)
    parts = np.split(scores, ends)
    return np.array([auroc(made, human) for human, made in zip(parts[:-1:2], parts[1::2], strict=True)], np.float64)
