"""Sums over few ideas of very many: to the bit what the plain sums over all of them are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams, child_keys
from ecosystem.measures.truth import FRESH, TAIL, Tail, Truth
from ecosystem.strategies.learners.base import Documents
from ecosystem.strategies.learners.empirical import Empirical, EmpiricalModel
from tests.units.phases.worlds import model_of, next_month, world_of

type F64 = NDArray[np.float64]

rows = st.lists(
    st.lists(st.sampled_from([0.0, 0.1, 0.3, 0.7, 1 / 3]) | st.floats(0, 9), max_size=14), min_size=1, max_size=4
)


def flat(values: list[list[float]]) -> tuple[Ragged, F64]:
    """The layout of the rows, and their values end to end."""
    return Ragged.of_lengths(np.array([len(row) for row in values])), np.array([v for row in values for v in row])


# --- layouts ------------------------------------------------------------------------------------------------


@given(rows, st.integers(0, 2**14))
def test_sums_over_picked_entries_are_those_with_zeros_elsewhere(values: list[list[float]], bits: int) -> None:
    space, all_of_them = flat(values)
    chosen = np.array([bool(bits >> (at % 14) & 1) for at in range(space.size)], dtype=np.bool_)
    at, rest = np.flatnonzero(chosen), np.where(chosen, all_of_them, 0.0)
    part = space.picked(at)
    assert part.rows == space.rows
    assert np.array_equal(part.row_of(), space.row_of()[at])
    assert np.array_equal(part.totals(rest[at]), space.totals(rest))
    assert np.array_equal(part.maxima(rest[at]), space.maxima(rest))
    assert np.array_equal(part.shares(rest[at]), space.shares(rest)[at])
    assert np.array_equal(part.running(rest[at]), space.running(rest)[at])
    shares = space.shares(rest)
    assert np.array_equal(part.entropies(shares[at]), space.entropies(shares), equal_nan=True)


@given(rows)
def test_places_within_rows_count_from_zero(values: list[list[float]]) -> None:
    space, _ = flat(values)
    assert space.local().tolist() == [at for row in values for at in range(len(row))]


# --- the tail -----------------------------------------------------------------------------------------------


def tail_by_sorting(space: Ragged, salience: F64, share: float) -> F64:
    """Mass of each idea in the tail: sort everything, sum up, and share the ideas at the edge."""
    out = np.zeros(space.size)
    for start, stop in zip(space.offsets[:-1], space.offsets[1:], strict=True):
        here = salience[start:stop]
        total, running, below = 0.0, 0.0, 0.0
        for value in here:
            total += value
        for value in sorted(set(here.tolist())):
            alike = np.flatnonzero(here == value)
            below = running + value - value
            for _ in alike:
                running += value
            mass = running - below
            inside = min(max(share * total - below, 0.0), mass)
            out[start + alike] = value * (inside / mass if mass > 0 else 0.0)
    return out


def falling(values: list[list[float]]) -> list[list[float]]:
    """As salience by Zipf's law is, with some newborn ideas behind."""
    return [sorted(row[:10], reverse=True) + row[10:] for row in values]


@settings(deadline=None)
@given(rows | rows.map(falling), st.sampled_from([0.1, 0.3, 0.5, 1.0]))
def test_the_tail_is_that_of_a_full_sort(values: list[list[float]], share: float) -> None:
    space, salience = flat(values)
    tail = Tail.of(space.offsets[:-1], space.offsets[1:], salience, share)
    assert np.array_equal(tail.mass(salience, space.row_of()), tail_by_sorting(space, salience, share))


def test_ideas_still_to_come_do_not_belong_to_the_tail() -> None:
    salience = np.array([0.6, 0.4, 0.0, 0.0])
    one = Tail.of(np.array([0]), np.array([4]), salience, 0.2)
    other = Tail.of(np.array([0]), np.array([2]), salience, 0.2)
    assert (one.edge.tolist(), one.part.tolist()) == (other.edge.tolist(), other.part.tolist()) == ([0.4], [0.5])


# --- truth --------------------------------------------------------------------------------------------------


def test_truth_is_that_of_plain_sums() -> None:
    domains = [
        {"name": "code", "ideas": 40, "novelty": 0.1, "inventions": 30, "demand": 3.0},
        {"name": "news", "ideas": 9, "novelty": 0.5, "zipf": 0.0, "inventions": 30},
    ]
    world = world_of(reality={"styles": 2, "domains": domains})
    for month in range(16):
        one = np.array([month % 2])
        world.reality.invent(one, world.reality.unsaid(one), np.array([month], dtype=np.uint64), month)
        next_month(world)
    truth, reality = Truth(world), world.reality
    space, row = reality.space, reality.space.row_of()
    everything = np.arange(space.size)
    asked = reality.salience * reality.demand[row]
    assert np.array_equal(truth.asked(everything, row), asked)
    tail = tail_by_sorting(space, reality.salience, TAIL) / TAIL * reality.demand[row]
    assert np.array_equal(truth.tail(everything, row), tail)
    recent = np.where((reality.born > 16 - FRESH) & (reality.born >= 0), asked, 0.0)
    assert 0 < truth.fresh_mass == space.totals(recent).sum() < 1
    assert np.array_equal(truth.fresh(everything, row), recent / truth.fresh_mass)
    told = np.where(reality.born <= 16, model_of(world).probability, 0.0)  # no model tells what is still to come
    assert np.array_equal(truth.apart(told), 0.5 * space.totals(np.abs(told - reality.salience)))


# --- models -------------------------------------------------------------------------------------------------

SPACE = Ragged.of_lengths(np.array([50, 1, 20, 7]))
"""Four domains; of the last one nothing is taught."""


def taught(seed: int, documents: int) -> EmpiricalModel:
    """A model of documents by lot that leave out most ideas."""
    streams, who = Streams(seed), np.arange(documents)
    domain = streams.integers("domain", who, 3)
    idea = np.floor(streams.uniform("idea", who) ** 3 * SPACE.lengths[domain]).astype(np.int64)
    some = np.zeros(documents)
    learner = Empirical()
    corpus = learner.corpus(SPACE, 1)
    corpus.absorb(Documents(domain, idea, some == 0, np.zeros((documents, 1), np.float32), some, some, some + 1))
    return learner.fit(corpus, None, np.zeros(1), np.uint64(4), streams)


def weights_of_all(model: EmpiricalModel, temperature: float, top_p: float) -> F64:
    """Tempered and truncated weights of every idea, those that the model does not hold included."""
    weights = model.probability.copy()
    if temperature != 1.0:
        top = np.repeat(SPACE.maxima(weights), SPACE.lengths)
        ratio = np.divide(weights, top, out=np.zeros_like(weights), where=top > 0)
        weights = ratio ** (1.0 / temperature)
    if top_p < 1.0:
        row = SPACE.row_of()
        tie = np.full(SPACE.size, np.uint64(model.dump()["tie"]))
        lot = child_keys(tie, 0, (row << 32) + SPACE.local())
        order = np.lexsort((lot, -weights, row))
        ordered = SPACE.shares(weights)[order]
        outside = order[SPACE.running(ordered) - ordered >= top_p]
        weights[outside] = 0.0
    return weights


@settings(deadline=None)
@given(
    st.integers(0, 2**32), st.integers(1, 40), st.sampled_from([1.0, 0.5, 1.7]), st.sampled_from([1.0, 0.9, 0.5, 0.01])
)
def test_a_model_draws_from_what_it_holds_as_it_would_from_all_ideas(
    seed: int, documents: int, temperature: float, top_p: float
) -> None:
    model, who = taught(seed, documents), np.arange(300, dtype=np.uint64)
    domains = (who % 4).astype(np.int64)
    running = SPACE.running(weights_of_all(model, temperature, top_p))
    told = model.write(who, domains, temperature, top_p, Streams(seed, 3)).idea
    expected = Streams(seed, 3).categorical_ragged("model.idea", who, domains, SPACE.offsets, running)
    assert np.array_equal(told, expected)
    assert (told[domains == 3] == -1).all()


@pytest.mark.parametrize("prior", [0.0, 1.0])
def test_what_a_model_holds_is_estimated_from_counts_and_the_rest_is_guessed(prior: float) -> None:
    learner: Any = Empirical(prior=prior)
    corpus = learner.corpus(SPACE, 0)
    one = np.zeros(5)
    idea = np.array([3, 3, 7, 0, 0])
    corpus.absorb(Documents(np.array([0, 0, 0, 1, 2]), idea, idea > 3, np.zeros((5, 0), np.float32), one, one, one + 2))
    model = learner.fit(corpus, 3, np.zeros(0), np.uint64(1), Streams(1))
    assert len(model.held) == int(model.known.sum()) == 3
    assert 3 in model.held.tolist()
    assert np.array_equal(np.flatnonzero(model.probability), model.held)
    assert np.array_equal(SPACE.totals(model.probability) > 0, model.held_space.lengths > 0)
    unknown = np.setdiff1d(np.arange(SPACE.size), model.held)
    assert set(model.accuracy[unknown]) == {learner.hallucination}
    assert model.accuracy[3] == (0.0 + prior * 0.2) / (4.0 + prior)
