"""Best response: estimates from one's own history, and where they lead."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Public, Space, Trials
from ecosystem.strategies.adaptation.best_response import BestResponse
from tests.units.phases.worlds import keys

AGENTS = 200
FAR = 4.6
FREE = Space(np.zeros(2, dtype=np.bool_), np.full(2, -FAR), np.full(2, FAR), np.zeros(2))
NOBODY = Public(np.empty(0, dtype=np.uint64), np.empty((0, 2)), np.empty(0))


def lived(rule: BestResponse, space: Space, reviews: int, payoff: str, noise: float) -> list[Trials]:
    """Trials of many agents after each review; ``payoff`` names one of the functions below."""
    draw, own, found = Streams(5), Trials.begin(AGENTS, len(space.whole), rule.memory(space)), []
    for review in range(reviews):
        draw.step = review
        usd = PAYOFFS[payoff](own.levers) + noise * draw.normal("luck", keys(AGENTS))
        own = rule.revise(own._replace(payoff=1e6 * usd), NOBODY, keys(AGENTS), space, draw)
        found.append(own)
    return found


TOP = np.array([0.7, -0.4])
PAYOFFS = {
    "hill": lambda levers: 5.0 - ((levers - TOP) ** 2).sum(axis=1),
    "slope": lambda levers: 5.0 + levers @ np.array([1.0, -2.0]),
    "options": lambda levers: np.array([0.0, 2.0, 1.0])[levers[:, 0].astype(int)],
}


def errors(found: Trials) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far agents are from the top on average, and the standard error of that."""
    apart = found.settled - TOP
    return apart.mean(axis=0), apart.std(axis=0) / np.sqrt(AGENTS)


def test_without_luck_the_top_of_a_parabola_is_found() -> None:
    final = lived(BestResponse(), FREE, 60, "hill", 0.0)[-1]
    assert np.abs(final.settled - TOP).max() < 0.005  # a twentieth of a step


def test_with_luck_it_is_found_on_average() -> None:
    # Luck is as large as what is lost a step away from the top. Two hundred agents know their mean to 0.0015; three
    # standard errors in each of two levers are passed by chance once in 180 seeds, and this one is fixed.
    mean, error = errors(lived(BestResponse(), FREE, 60, "hill", 0.01)[-1])
    assert (np.abs(mean) < 3 * error).all()
    assert (error < 0.003).all()


def test_a_slope_is_followed_to_the_end() -> None:
    found = lived(BestResponse(step=0.5), FREE, 40, "slope", 0.0)[-1]
    assert np.allclose(found.settled, [FAR, -FAR])
    assert (np.abs(found.levers) <= FAR).all()


def test_levers_stand_half_a_step_aside_at_most_and_move_a_step_at_most() -> None:
    trials = lived(BestResponse(step=0.2), FREE, 30, "hill", 0.5)
    for before, after in itertools.pairwise(trials):
        assert np.abs(after.settled - before.settled).max() <= 0.2 + 1e-12
        assert np.abs(after.levers - after.settled).max() <= 0.1 + 1e-12


def test_of_options_the_one_that_paid_best_is_taken_and_others_are_tried() -> None:
    space = Space(np.array([True]), np.zeros(1), np.array([2.0]), np.ones(1))
    trials = lived(BestResponse(probe=0.2), space, 60, "options", 0.1)
    assert (trials[-1].settled[:, 0] == 1).mean() > 0.99  # the best has hardly ever been missed in 60 reviews
    strays = np.array([(trial.levers != trial.settled).mean() for trial in trials])
    assert strays.mean() == pytest.approx(0.2, abs=0.02)  # 12,000 lots: five standard errors
    assert set(trials[-1].levers[:, 0].tolist()) == {0.0, 1.0, 2.0}


def test_what_was_paid_does_not_depend_on_the_currency() -> None:
    rule = BestResponse()
    one = other = Trials.begin(3, 2, rule.memory(FREE))
    for review in range(12):
        usd = PAYOFFS["hill"](one.levers)
        one = rule.revise(one._replace(payoff=usd), NOBODY, keys(3), FREE, Streams(1, review))
        other = rule.revise(other._replace(payoff=128 * usd), NOBODY, keys(3), FREE, Streams(1, review))
    assert np.array_equal(one.levers, other.levers)  # to the bit, as 128 is a power of two
