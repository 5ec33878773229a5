"""What a lab holds: for how long, and what it keeps of whom.

Chances of a false alarm: 1e-6 for each verdict of `near` and `proportional`, with fixed seeds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams, child_keys, name_key
from ecosystem.strategies.learners.empirical import Empirical
from ecosystem.world.budgets import Budget
from ecosystem.world.content import Items, Origin
from ecosystem.world.corpora import Holding, Limit
from ecosystem.world.settings.data import DataStrategy
from tests.units.phases.worlds import near, proportional

SPACE = Ragged.of_lengths(np.array([4, 4]))
DOMAINS = np.arange(2).astype(np.uint64)
H, A, S = Origin.HUMAN, Origin.ASSISTED, Origin.SYNTHETIC


def held(*, one_by_one: bool = True, **columns: Any) -> tuple[Items, Holding]:
    """A holding of all items with these columns, collected in month 0."""
    count = len(next(iter(columns.values())))
    items = Items(styles=1, tokens=0)
    items.append(count, key=np.arange(count, dtype=np.uint64), **columns)
    holding = Holding(Empirical(prior=0.0), SPACE, 1, one_by_one=one_by_one)
    holding.collect(items, np.arange(count), np.ones(count), 0)
    return items, holding


def counts(holding: Holding) -> list[float]:
    """Weighted documents on each idea that a training uses."""
    corpus: Any = holding.sample(Budget(), name_key("lab"), DOMAINS, Streams(1))
    found: list[float] = corpus.count.tolist()
    return found


def test_human_documents_can_be_kept_longer() -> None:
    _, holding = held(idea=[0, 1, 2, 3], origin=[H, A, S, H])
    holding.forget(0.0, 1.0)
    assert counts(holding)[:4] == [1, 0, 0, 1]
    holding.forget(0.0, 0.5)
    assert counts(holding)[:4] == [0.5, 0, 0, 0.5]
    assert holding.documents == 1.0


def test_without_a_retention_of_their_own_human_documents_are_kept_as_others() -> None:
    _, holding = held(idea=[0, 1, 2], origin=[H, A, S])
    holding.forget(0.25)
    assert counts(holding)[:3] == [0.25] * 3


def test_documents_expire_by_the_month_of_their_collection() -> None:
    items, holding = held(idea=[0, 1, 2, 3])
    holding.expire(0, 0)
    assert holding.documents == 4
    holding.collect(items, np.array([2]), np.array([1.0]), 3)
    holding.expire(3, 3)
    assert counts(holding)[:4] == [0, 0, 1, 0]


def test_human_documents_can_have_a_window_of_their_own() -> None:
    items, holding = held(idea=[0, 1, 2, 3], origin=[H, A, S, H])
    holding.expire(None, None)
    holding.expire(1, None)
    assert counts(holding)[:4] == [1, 0, 0, 1]
    holding.collect(items, np.array([2]), np.array([1.0]), 1)
    holding.expire(None, 1)
    assert counts(holding)[:4] == [0, 0, 1, 0]


def test_what_a_window_of_human_documents_is_unless_it_is_set() -> None:
    assert DataStrategy().kept_human_months is None
    assert DataStrategy(window=3).kept_human_months == 3
    assert DataStrategy(window=3, window_human=90).kept_human_months == 90
    assert DataStrategy(window_human=2).kept_human_months == 2


@pytest.mark.parametrize("weight", [1.0, 1e-10, 1e-100])
def test_however_little_documents_count_for_none_is_lost_while_weights_stay(weight: float) -> None:
    items, holding = held(idea=[0, 1, 2, 3])
    holding.forget(0.0)
    holding.collect(items, np.arange(4), np.array([weight, weight, weight * 1e-12, weight]), 0)
    holding.forget(1.0)
    assert holding.documents == pytest.approx(3 * weight)
    assert len(holding.held) == 4
    holding.forget(0.5)
    assert holding.documents == pytest.approx(1.5 * weight)
    assert len(holding.held) == 3


def test_documents_that_keep_their_weight_stay_beside_any_others() -> None:
    items, holding = held(idea=[0, 1], origin=[H, S])
    holding.collect(items, np.array([0]), np.array([1e-12]), 1)
    holding.forget(0.5, 1.0)
    assert counts(holding)[:2] == [1 + 1e-12, 0.5]
    assert len(holding.held) == 3


def test_documents_too_light_to_be_drawn_leave_although_all_others_are_as_light() -> None:
    _, holding = held(idea=[0, 1, 2, 3])
    for _ in range(600):  # to 2^-600 = 2e-181, far below the least weight that can be drawn
        holding.forget(0.5)
    assert holding.documents == 0
    assert len(holding.held) == 0


@pytest.mark.parametrize("one_by_one", [False, True])
def test_documents_count_for_their_weight_and_not_at_all_for_none(*, one_by_one: bool) -> None:
    items, holding = held(idea=[0, 1, 2], one_by_one=one_by_one)
    holding.collect(items, np.arange(3), np.array([2.0, 0.0, 0.5]), 1)
    assert counts(holding)[:3] == [3.0, 1.0, 1.5]
    assert holding.documents == 5.5
    assert len(holding.held) == (5 if one_by_one else 0)


def test_a_holding_comes_back_from_its_dump() -> None:
    items, holding = held(idea=[0, 1, 2, 3], origin=[H, A, S, H])
    holding.collect(items, np.array([1, 2]), np.array([2.0, 0.5]), 4)
    other = Holding(Empirical(prior=0.0), SPACE, 1, one_by_one=True)
    other.load(holding.dump())
    for one in (holding, other):
        one.forget(0.5, 1.0)
        one.expire(1, 1)
    assert counts(other) == counts(holding) == [0, 1, 0.25, 0, 0, 0, 0, 0]


# --- more documents than are kept -------------------------------------------------------------------------------------

PAPERS, MOST = 900, 100


def limited(lab: int, rows: int = PAPERS, *, most: int = MOST) -> tuple[Items, Holding]:
    """What one of many labs keeps of documents on eight ideas, collected one hundred at a time."""
    items = Items(styles=1, tokens=0)
    key = child_keys(np.full(rows, name_key("paper")), 0, np.arange(rows))
    items.append(rows, key=key, domain=np.arange(rows) % 2, idea=np.arange(rows) // 2 % 4, style=key[:, None] % 7 / 7)
    limit = Limit(most, Streams(3), name_key("lab", lab))
    holding = Holding(Empirical(prior=0.0), SPACE, 1, one_by_one=True, limit=limit)
    for step, start in enumerate(range(0, rows, 100)):
        chosen = np.arange(start, min(start + 100, rows))
        holding.collect(items, chosen, np.ones(len(chosen)), step)
        assert len(holding.held) <= most
    return items, holding


def test_up_to_the_limit_all_documents_are_kept_to_the_bit() -> None:
    (_, few), (_, many) = limited(0, MOST), limited(0, MOST, most=10_000)
    assert few.stay == many.stay == 1.0
    for name, values in few.dump().items():
        np.testing.assert_array_equal(values, many.dump()[name], err_msg=name)


def test_those_kept_of_more_are_a_fair_sample_that_stands_for_all() -> None:
    """Of 300 labs; a lab keeps 90 to 100 of 900, and knows from the last lot how many there were to 1/sqrt(90)."""
    labs = [limited(lab)[1] for lab in range(300)]
    kept = np.concatenate([lab.held.key for lab in labs])
    _, times = np.unique(kept, return_counts=True)
    assert len(times) == PAPERS
    assert proportional(times, np.ones(PAPERS))  # those of one lab are distinct, which only narrows the counts
    known = np.array([lab.documents for lab in labs])
    assert near(float(known.sum()), 300 * PAPERS, float(300 * known.var()))
    assert known.std() < 2 * PAPERS / np.sqrt(90)


def test_whether_a_document_stays_depends_on_its_own_lot() -> None:
    """So one that is not there any more makes room for others, and moves nobody else."""
    (_, more), (_, fewer) = limited(1), limited(1, PAPERS - 500)
    assert more.stay < fewer.stay
    assert set(more.held.key.tolist()) & set(fewer.held.key.tolist()) == {
        key for key, lot in zip(fewer.held.key.tolist(), lots(1, fewer), strict=True) if lot < more.stay
    }


def lots(lab: int, holding: Holding) -> list[float]:
    """Lots that a lab has drawn for what it holds."""
    drawn: list[float] = Limit(MOST, Streams(3), name_key("lab", lab)).lots(holding.held.key).tolist()
    return drawn


@pytest.mark.parametrize(
    ("budget", "used"),
    [
        (Budget(), None),  # all that there are
        (Budget(10_000), None),
        (Budget(None, 10_000), None),
        (Budget(50), 50),
        (Budget(500), 500),  # more than are kept and fewer than there are
        (Budget(None, 200), 400),
        (Budget(300, 200), 300),
        (Budget(500, replacement=True), 500),
    ],
)
def test_budgets_go_by_how_many_documents_there_are(budget: Budget, used: int | None) -> None:
    _, holding = limited(2)
    corpus: Any = holding.sample(budget, name_key("lab"), DOMAINS, Streams(1))
    assert corpus.documents == pytest.approx(holding.documents if used is None else used, rel=1e-12)
    assert (corpus.total > 0).all()


def test_a_sample_of_documents_comes_back_from_its_dump() -> None:
    items, holding = limited(4)
    other = limited(4, 0)[1]
    other.load(holding.dump())
    for one in (holding, other):
        one.collect(items, np.arange(50), np.full(50, 0.5), 99)
    for name, values in holding.dump().items():
        np.testing.assert_array_equal(values, other.dump()[name], err_msg=name)


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
