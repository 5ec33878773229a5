"""How many of the documents that a lab holds a training uses, and which.

Chances of a false alarm: 1e-6 for each verdict of `near` and `proportional`, with fixed seeds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, child_keys, name_key
from ecosystem.world.budgets import Budget, Pool
from ecosystem.world.content import Items
from tests.units.phases.worlds import near, proportional

LAB = name_key("lab")


def identities(domains: int) -> NDArray[np.uint64]:
    """Keys of so many domains."""
    return child_keys(np.full(domains, name_key("domain")), 0, np.arange(domains))


def pool_of(domain: Any, weight: Any = 1.0) -> tuple[Items, Pool]:
    """A table of items in these domains, and a pool of all of them."""
    where = np.array(domain, dtype=np.int32)
    items = Items(styles=1, tokens=0)
    key = child_keys(np.full(len(where), name_key("item")), 0, np.arange(len(where)))
    items.append(len(where), key=key, domain=where)
    return items, Pool(np.arange(len(where)), np.array(np.broadcast_to(weight, where.shape), dtype=float))


def drawn(items: Items, pool: Pool, budget: Budget, seed: int = 1) -> Pool:
    """What one training uses."""
    domains = int(items.domain.max()) + 1 if len(items) else 1
    return pool.draw(items, budget, LAB, identities(domains), Streams(seed))


def per_domain(items: Items, pool: Pool, domains: int) -> list[float]:
    """Weighted documents of each domain."""
    return np.bincount(items.domain[pool.rows], pool.weight, domains).tolist()


@settings(deadline=None)
@given(
    domain=st.lists(st.integers(0, 3), max_size=30),
    total=st.none() | st.integers(0, 8),
    each=st.none() | st.integers(0, 8),
    replacement=st.booleans(),
)
def test_budgets_are_never_exceeded(
    domain: list[int], total: int | None, each: int | None, *, replacement: bool
) -> None:
    items, pool = pool_of(domain)
    found = drawn(items, pool, Budget(total, each, replacement))
    held = np.bincount(domain, minlength=4) if domain else np.zeros(4, dtype=int)
    bound = [int(count) if each is None else each if replacement and count else min(int(count), each) for count in held]
    # Of what the domains leave, the total; with replacement exactly that many, if anything is left.
    left = sum(bound)
    expected = left if total is None else (total if left else 0) if replacement else min(total, left)
    assert found.weight.sum() == expected
    assert len(set(found.rows.tolist())) == len(found.rows)
    if total is None:
        assert per_domain(items, found, 4) == bound


@settings(deadline=None)
@given(
    domain=st.lists(st.integers(0, 3), min_size=1, max_size=30),
    total=st.none() | st.integers(0, 60),
    each=st.none() | st.integers(0, 20),
    light=st.booleans(),
)
def test_a_sample_is_used_for_as_many_documents_as_it_stands_for(
    domain: list[int], total: int | None, each: int | None, *, light: bool
) -> None:
    weight = 2.5 * (np.where(np.arange(len(domain)) % 2, 0.5, 1.0) if light else 1.0)
    items, pool = pool_of(domain, weight)
    found = drawn(items, pool._replace(stands_for=2.5), Budget(total, each))
    there = 2.5 * np.bincount(domain, minlength=4)
    full = np.zeros(4, dtype=bool) if each is None else there > each
    left = np.where(full, 0 if each is None else each, there)
    if total is not None and total < left.sum():
        assert found.weight.sum() == pytest.approx(total)
    else:
        expected = np.where(full, left, np.bincount(domain, pool.weight, 4))
        assert per_domain(items, found, 4) == pytest.approx(expected.tolist())
    assert len(set(found.rows.tolist())) == len(found.rows)


def test_domains_that_hold_no_more_than_the_budget_are_used_as_they_are() -> None:
    items, pool = pool_of([0] * 3 + [1] * 9, weight=0.5)
    found = drawn(items, pool, Budget(per_domain=3))
    assert per_domain(items, found, 2) == [1.5, 3.0]  # what had to be drawn counts once each


@pytest.mark.parametrize("replacement", [False, True])
def test_a_document_is_drawn_in_proportion_to_its_weight(*, replacement: bool) -> None:
    # One of two in each of 3,000 domains: a binomial standard deviation of 0.8 %.
    items, pool = pool_of(np.repeat(np.arange(3000), 2), weight=np.tile([1.0, 3.0], 3000))
    found = drawn(items, pool, Budget(per_domain=1, replacement=replacement))
    assert proportional(np.bincount(found.rows % 2, minlength=2), [1.0, 3.0])


@pytest.mark.parametrize(("replacement", "factor"), [(False, 10 / 19), (True, 1.0)])
def test_the_variance_of_a_subsample_is_that_of_its_urn(factor: float, *, replacement: bool) -> None:
    """Ten of twenty, half of them of a kind: p(1 - p)/n, times (M - n)/(M - 1) without replacement."""
    replicates = 4000
    items, pool = pool_of(np.repeat(np.arange(replicates), 20))
    found = drawn(items, pool, Budget(per_domain=10, replacement=replacement))
    share = np.bincount(items.domain[found.rows], found.weight * (found.rows % 2), replicates) / 10
    variance = 0.25 / 10 * factor
    assert near(float(share.sum()), replicates / 2, replicates * variance)
    # The mean of (share - 1/2)^2 has a relative standard deviation of at most sqrt(2/R) = 2.2 %.
    squares = (share - 0.5) ** 2
    assert near(float(squares.sum()), replicates * variance, float(replicates * squares.var()))


def test_draws_with_replacement_repeat_documents_as_a_bootstrap_does() -> None:
    """Of n documents drawn n times a share (1 - 1/n)^n is never drawn."""
    replicates, n = 2000, 10
    items, pool = pool_of(np.repeat(np.arange(replicates), n))
    missed = replicates * n - len(drawn(items, pool, Budget(per_domain=n, replacement=True)).rows)
    chance = (1 - 1 / n) ** n
    # Not independent within a domain, but negatively correlated: the variance is below the binomial.
    assert near(missed, replicates * n * chance, replicates * n * chance * (1 - chance))


def test_both_budgets_take_the_total_from_what_the_domains_leave() -> None:
    items, pool = pool_of([0] * 50 + [1] * 50 + [2] * 2)
    each, both = drawn(items, pool, Budget(None, 6)), drawn(items, pool, Budget(8, 6))
    assert per_domain(items, each, 3) == [6.0, 6.0, 2.0]
    assert both.weight.sum() == 8
    assert set(both.rows.tolist()) < set(each.rows.tolist())


@pytest.mark.parametrize("budget", [Budget(20), Budget(None, 6), Budget(20, 9)])
def test_a_document_more_displaces_at_most_one_other(budget: Budget) -> None:
    domain = np.arange(201) % 4
    items, pool = pool_of(domain)
    for seed in range(20):
        before = drawn(items, Pool(pool.rows[:200], pool.weight[:200]), budget, seed)
        after = drawn(items, pool, budget, seed)
        assert len(set(before.rows.tolist()) - set(after.rows.tolist())) <= 1
        assert set(after.rows.tolist()) - set(before.rows.tolist()) <= {200}


def test_a_document_more_displaces_few_draws_with_replacement() -> None:
    items, pool = pool_of(np.zeros(200, dtype=int))
    changed = []
    for seed in range(20):
        before = drawn(items, Pool(pool.rows[:199], pool.weight[:199]), Budget(100, None, replacement=True), seed)
        after = drawn(items, pool, Budget(100, None, replacement=True), seed)
        counts = [np.bincount(p.rows, p.weight, 200) for p in (before, after)]
        changed.append(np.abs(counts[1] - counts[0])[:199].sum())
    # The newcomer is drawn once in two trainings of 100 draws from 200, and makes room for itself alone.
    assert np.mean(changed) < 3


def test_a_larger_budget_only_adds() -> None:
    items, pool = pool_of(np.arange(300) % 3)
    for small, large in ((Budget(10), Budget(11)), (Budget(None, 10), Budget(None, 11))):
        assert set(drawn(items, pool, small).rows.tolist()) < set(drawn(items, pool, large).rows.tolist())
    few, many = (drawn(items, pool, Budget(None, n, replacement=True)) for n in (10, 11))
    counts = [np.bincount(p.rows, p.weight, 300) for p in (few, many)]
    assert (counts[1] - counts[0]).sum() == 3
    assert (counts[1] >= counts[0]).all()


def test_nothing_is_drawn_from_nothing() -> None:
    items, pool = pool_of([])
    for replacement in (False, True):
        assert len(pool.draw(items, Budget(5, 5, replacement), LAB, identities(2), Streams(1)).rows) == 0
