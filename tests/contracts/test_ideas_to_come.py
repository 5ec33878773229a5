"""Ideas that nobody has said yet: no learner knows of them, and none notices how many there may be."""

from __future__ import annotations

import numpy as np
import pytest

from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams, child_keys
from ecosystem.strategies.learners import Learner
from ecosystem.strategies.learners.base import Model
from tests.contracts.test_strategies import KEY, SPACE, STYLES, each, invent, same

ROOMY = Ragged.of_lengths(SPACE.lengths + np.array([5, 90, 2]))
"""The same domains with room for more ideas."""
SETTINGS = [(1.0, 1.0), (0.6, 1.0), (1.0, 0.7), (1.5, 0.9)]
"""Temperatures and top-p that ideas are drawn at."""


def model_over(space: Ragged, learner: Learner, capacity: int | None) -> Model:
    """A model of the same documents, whatever room there is for others."""
    corpus = learner.corpus(space, STYLES)
    corpus.absorb(invent(200))
    return learner.fit(corpus, capacity, np.zeros(STYLES), KEY, Streams(1))


def first_told(space: Ragged) -> np.ndarray:
    """Flat positions of the ideas that both layouts have."""
    return np.concatenate([space.offsets[row] + np.arange(SPACE.lengths[row]) for row in range(SPACE.rows)])


@each(Learner)
@pytest.mark.parametrize("capacity", [None, 4])
def test_room_for_more_ideas_changes_no_bit(component: Learner, capacity: int | None) -> None:
    tight, roomy = (model_over(space, component, capacity) for space in (SPACE, ROOMY))
    there = first_told(ROOMY)
    for name in ("probability", "accuracy", "known"):
        assert np.array_equal(getattr(tight, name), getattr(roomy, name)[there]), name
    who, domains = child_keys(np.full(300, KEY), 3, np.arange(300)), np.arange(300) % 3
    for temperature, top_p in SETTINGS:
        texts = [model.write(who, domains, temperature, top_p, Streams(1, 4)) for model in (tight, roomy)]
        assert same(*([column for column in text if column is not None] for text in texts))


@each(Learner)
def test_models_know_nothing_of_ideas_to_come(component: Learner) -> None:
    model = model_over(ROOMY, component, None)
    to_come = np.setdiff1d(np.arange(ROOMY.size), first_told(ROOMY))
    assert not model.known[to_come].any()
    assert not model.probability[to_come].any()
    assert not np.isin(to_come, model.held).any()
    assert len(set(model.accuracy[to_come])) == 1  # of all alike no more than a guess
    # What a person has just thought of can be asked about.
    row = np.repeat(np.arange(ROOMY.rows), ROOMY.lengths)[to_come]
    who = child_keys(np.full(len(to_come), KEY), 6, np.arange(len(to_come)))
    assert model.answer(who, row, to_come - ROOMY.offsets[row], Streams(1)).shape == to_come.shape


@each(Learner)
def test_ideas_held_are_those_known_in_the_order_of_domains(component: Learner) -> None:
    model = model_over(ROOMY, component, 5)
    assert np.array_equal(model.held, np.flatnonzero(model.known))
    assert model.held_space.rows == ROOMY.rows
    assert np.array_equal(model.held_space.row_of(), ROOMY.row_of()[model.held])
