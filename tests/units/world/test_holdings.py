"""What a lab holds: for how long, and what it keeps of whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams, name_key
from ecosystem.strategies.learners.empirical import Empirical
from ecosystem.world.budgets import Budget
from ecosystem.world.content import Items, Origin
from ecosystem.world.corpora import Holding
from ecosystem.world.settings.data import DataStrategy

SPACE = Ragged.of_lengths(np.array([4, 4]))
DOMAINS = np.arange(2).astype(np.uint64)
H, A, S = Origin.HUMAN, Origin.ASSISTED, Origin.SYNTHETIC


def held(*, keeps_rows: bool = True, **columns: Any) -> tuple[Items, Holding]:
    """A holding of all items with these columns, collected in month 0."""
    count = len(next(iter(columns.values())))
    items = Items(styles=1, tokens=0)
    items.append(count, key=np.arange(count, dtype=np.uint64), **columns)
    holding = Holding(Empirical(prior=0.0), SPACE, 1, keeps_rows=keeps_rows)
    holding.collect(items, np.arange(count), np.ones(count), 0)
    return items, holding


def counts(items: Items, holding: Holding) -> list[float]:
    """Weighted documents on each idea that a training uses."""
    corpus: Any = holding.sample(items, Budget(), name_key("lab"), DOMAINS, Streams(1))
    found: list[float] = corpus.count.tolist()
    return found


def test_human_documents_can_be_kept_longer() -> None:
    items, holding = held(idea=[0, 1, 2, 3], origin=[H, A, S, H])
    holding.forget(items, 0.0, 1.0)
    assert counts(items, holding)[:4] == [1, 0, 0, 1]
    holding.forget(items, 0.0, 0.5)
    assert counts(items, holding)[:4] == [0.5, 0, 0, 0.5]
    assert holding.documents == 1.0


def test_without_a_retention_of_their_own_human_documents_are_kept_as_others() -> None:
    items, holding = held(idea=[0, 1, 2], origin=[H, A, S])
    holding.forget(items, 0.25)
    assert counts(items, holding)[:3] == [0.25] * 3


def test_documents_expire_by_the_month_of_their_collection() -> None:
    items, holding = held(idea=[0, 1, 2, 3])
    holding.expire(items, 0, 0)
    assert holding.documents == 4
    holding.collect(items, np.array([2]), np.array([1.0]), 3)
    holding.expire(items, 3, 3)
    assert counts(items, holding)[:4] == [0, 0, 1, 0]


def test_human_documents_can_have_a_window_of_their_own() -> None:
    items, holding = held(idea=[0, 1, 2, 3], origin=[H, A, S, H])
    holding.expire(items, None, None)
    holding.expire(items, 1, None)
    assert counts(items, holding)[:4] == [1, 0, 0, 1]
    holding.collect(items, np.array([2]), np.array([1.0]), 1)
    holding.expire(items, None, 1)
    assert counts(items, holding)[:4] == [0, 0, 1, 0]


def test_what_a_window_of_human_documents_is_unless_it_is_set() -> None:
    assert DataStrategy().kept_human_months is None
    assert DataStrategy(window=3).kept_human_months == 3
    assert DataStrategy(window=3, window_human=90).kept_human_months == 90
    assert DataStrategy(window_human=2).kept_human_months == 2


@pytest.mark.parametrize("weight", [1.0, 1e-10, 1e-100])
def test_however_little_documents_count_for_none_is_lost_while_weights_stay(weight: float) -> None:
    items, holding = held(idea=[0, 1, 2, 3])
    holding.forget(items, 0.0)
    holding.collect(items, np.arange(4), np.array([weight, weight, weight * 1e-12, weight]), 0)
    holding.forget(items, 1.0)
    assert holding.documents == pytest.approx(3 * weight)
    assert len(holding.rows) == 4
    holding.forget(items, 0.5)
    assert holding.documents == pytest.approx(1.5 * weight)
    assert len(holding.rows) == 3


def test_documents_that_keep_their_weight_stay_beside_any_others() -> None:
    items, holding = held(idea=[0, 1], origin=[H, S])
    holding.collect(items, np.array([0]), np.array([1e-12]), 1)
    holding.forget(items, 0.5, 1.0)
    assert counts(items, holding)[:2] == [1 + 1e-12, 0.5]
    assert len(holding.rows) == 3


def test_documents_too_light_to_be_drawn_leave_although_all_others_are_as_light() -> None:
    items, holding = held(idea=[0, 1, 2, 3])
    for _ in range(600):  # to 2^-600 = 2e-181, far below the least weight that can be drawn
        holding.forget(items, 0.5)
    assert holding.documents == 0
    assert len(holding.rows) == 0


@pytest.mark.parametrize("keeps_rows", [False, True])
def test_documents_count_for_their_weight_and_not_at_all_for_none(*, keeps_rows: bool) -> None:
    items, holding = held(idea=[0, 1, 2], keeps_rows=keeps_rows)
    holding.collect(items, np.arange(3), np.array([2.0, 0.0, 0.5]), 1)
    assert counts(items, holding)[:3] == [3.0, 1.0, 1.5]
    assert holding.documents == 5.5
    assert len(holding.rows) == (5 if keeps_rows else 0)


def test_a_holding_comes_back_from_its_dump() -> None:
    items, holding = held(idea=[0, 1, 2, 3], origin=[H, A, S, H])
    holding.collect(items, np.array([1, 2]), np.array([2.0, 0.5]), 4)
    other = Holding(Empirical(prior=0.0), SPACE, 1, keeps_rows=True)
    other.load(holding.dump())
    for one in (holding, other):
        one.forget(items, 0.5, 1.0)
        one.expire(items, 1, 1)
    assert counts(items, other) == counts(items, holding) == [0, 1, 0.25, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("settings", "rows"),
    [
        ({}, False),
        ({"retention": 0.5, "retention_human": 0.5, "weights": {"human": 2.0}, "reward": {"strength": 1.0}}, False),
        ({"retention": 0.5, "retention_human": 0.6}, True),
        ({"window": 1}, True),
        ({"window_human": 1}, True),
        ({"sample_budget": 5}, True),
        ({"sample_per_domain": 5}, True),
    ],
)
def test_single_documents_are_kept_only_where_they_have_to_be(settings: dict[str, Any], *, rows: bool) -> None:
    assert DataStrategy.model_validate(settings).needs_rows == rows
