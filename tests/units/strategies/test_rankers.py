"""Factors of exposure, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ecosystem.strategies.rankers.authority import Authority
from ecosystem.strategies.rankers.base import Feed, Ranker, exposure
from ecosystem.strategies.rankers.engagement import Engagement
from ecosystem.strategies.rankers.recency import Recency

FEED = Feed(
    votes=np.array([0.0, 3.0, 8.0]), links=np.array([0.0, 1.0, 3.0]), authority=np.array([1.0, 2.0, 4.0]),
    age=np.array([0.0, 2.0, 3.0]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("ranker", "told"),
    [
        (Engagement(votes=1.0, links=0.0), [1, 4, 9]),
        (Engagement(votes=0.5, links=2.0), [1, 2 * 4, 3 * 16]),
        (Engagement(votes=0.0, links=0.0), [1, 1, 1]),
        (Authority(exponent=1.0), [1, 2, 4]),
        (Authority(exponent=0.5), [1, np.sqrt(2), 2]),
        (Recency(half_life=1.0), [1, 1 / 4, 1 / 8]),
        (Recency(half_life=2.0), [1, 1 / 2, 2**-1.5]),
    ],
)
def test_factors_are_as_written(ranker: Ranker, told: list[float]) -> None:
    assert ranker.factor(FEED).tolist() == pytest.approx(told)


def test_exposure_is_the_product() -> None:
    rankers = (Engagement(votes=1.0, links=0.0), Authority(), Recency(half_life=1.0))
    assert exposure(rankers, FEED).tolist() == pytest.approx([1, 4 * 2 / 4, 9 * 4 / 8])


def test_without_rankers_all_items_are_alike() -> None:
    assert exposure((), FEED).tolist() == [1, 1, 1]
