"""Factors of exposure, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.strategies.rankers.authority import Authority
from ecosystem.strategies.rankers.base import Feed, Ranker, exposure
from ecosystem.strategies.rankers.engagement import Engagement
from ecosystem.strategies.rankers.recency import Recency

FEED = Feed(
    votes=np.array([0.0, 3.0, 8.0]), links=np.array([0.0, 1.0, 3.0]), authority=np.array([1.0, 2.0, 4.0]),
    age=np.array([0.0, 2.0, 3.0]), views=np.array([5.0, 9.0, 9.0]), domain=np.zeros(3, dtype=np.int64),
    style=np.zeros((3, 2), dtype=np.float32), signed=np.array([False, True, True]),
    labelled=np.array([False, False, True]), flagged=np.array([False, False, True]),
    score=np.array([np.nan, -1.0, 2.0]),
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


class OfSigned(Ranker):
    """Twice as much for what is signed and not labelled: no product of votes, links, authority and age."""

    def factor(self, feed: Feed) -> NDArray[np.float64]:
        """See Ranker."""
        return np.where(feed.signed & ~feed.labelled, 2.0, 1.0)


class Wrong(Ranker):
    """Gives what it is told to."""

    given: Any = None

    def factor(self, feed: Feed) -> NDArray[np.float64]:  # noqa: ARG002 - as it must be called
        """See Ranker."""
        return np.asarray(self.given)


def test_a_ranker_may_look_at_the_whole_item() -> None:
    assert Ranker.is_product()
    assert Engagement.is_product()
    assert not OfSigned.is_product()
    assert exposure((OfSigned(), Engagement(votes=1.0, links=0.0)), FEED).tolist() == [1, 8, 9]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (2.0, r"gave shape \(\); give one number an item, shape \(3,\)"),
        ([[1.0], [1.0], [1.0]], r"gave shape \(3, 1\)"),
        ([1.0, -0.5, 1.0], r"gave -0.5; a factor is a number from 0 up"),
        ([1.0, np.nan, 1.0], r"gave nan;"),
        ([1.0, 1.0, np.inf], r"gave inf;"),
    ],
)
def test_what_is_no_factor_is_refused(given: Any, told: str) -> None:
    with pytest.raises(ValueError, match=rf"^ranker Wrong\.factor {told}"):
        exposure((Wrong(given=given),), FEED)


def test_a_factor_of_0_hides() -> None:
    assert exposure((Wrong(given=[0, 1, 0]), Authority()), FEED).tolist() == [0, 2, 0]


def test_without_rankers_all_items_are_alike() -> None:
    assert exposure((), FEED).tolist() == [1, 1, 1]
