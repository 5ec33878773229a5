"""Rules of revision: exploring one lever at a time, imitating by the Fermi rule, standing still."""

from __future__ import annotations

import numpy as np
import pytest

from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Trial
from ecosystem.strategies.adaptation.explore import Explore
from ecosystem.strategies.adaptation.fixed import Fixed
from ecosystem.strategies.adaptation.imitate import Imitate
from tests.units.phases.worlds import frequent, keys, proportional

SETTLED, TRIED = np.array([0.5, -0.5]), np.array([0.6, -0.5])
MANY = 2000


def trial(payoff: float, settled_payoff: float) -> Trial:
    """Someone in the middle of a trial."""
    return Trial(TRIED, SETTLED, payoff, settled_payoff)


# --- explore --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payoff", "before", "kept"),
    [(11.0, 10.0, True), (10.0, 10.0, True), (9.0, 10.0, False), (-5.0, -6.0, True), (-7.0, np.nan, True)],
)
def test_a_trial_is_kept_if_it_paid_and_taken_back_if_not(payoff: float, before: float, kept: bool) -> None:  # noqa: FBT001
    after = Explore(step=0.1).revise(trial(payoff, before), (), np.uint64(1), Streams(1))
    assert np.array_equal(after.settled, TRIED if kept else SETTLED)
    assert after.settled_payoff == (payoff if kept else before)
    assert np.isnan(after.payoff)


def test_the_next_trial_moves_one_lever_by_one_step_from_what_is_settled() -> None:
    moves = np.array([
        (after := Explore(step=0.25).revise(trial(1.0, 2.0), (), key, Streams(1))).levers - after.settled
        for key in keys(MANY)
    ])  # fmt: skip
    assert np.allclose(np.sort(np.abs(moves), axis=1), [0.0, 0.25])
    which, up = np.abs(moves).argmax(axis=1), moves.sum(axis=1) > 0
    assert proportional(np.bincount(2 * which + up, minlength=4), np.ones(4))


def test_explorers_do_not_look_at_rivals() -> None:
    rivals = (trial(1e9, 1e9),)
    alone, watched = (Explore().revise(trial(1.0, 2.0), others, np.uint64(3), Streams(1)) for others in ((), rivals))
    assert np.array_equal(alone.levers, watched.levers)


# --- imitate --------------------------------------------------------------------------------------


@pytest.mark.parametrize("advantage", [-2.0, -0.5, 0.0, 0.5, 3.0])
def test_rivals_are_copied_by_the_fermi_rule(advantage: float) -> None:
    rule, rival = Imitate(noise=100.0), Trial(np.array([9.0, 9.0]), SETTLED, 50.0 + 100.0 * advantage, 0.0)
    copied = [rule.revise(trial(50.0, 0.0), (rival,), key, Streams(1)).levers[0] == 9.0 for key in keys(MANY)]
    assert frequent(copied, 1 / (1 + np.exp(-advantage)))


def test_all_rivals_are_looked_at_alike() -> None:
    rule = Imitate(noise=1.0)
    rivals = tuple(Trial(np.full(2, float(at)), SETTLED, 1e6, 0.0) for at in range(3))
    found = [int(rule.revise(trial(0.0, 0.0), rivals, key, Streams(1)).levers[0]) for key in keys(MANY)]
    assert proportional(np.bincount(found, minlength=3), np.ones(3))


def test_whoever_does_not_copy_stays_as_it_is() -> None:
    rule, rival = Imitate(noise=1.0), Trial(np.array([9.0, 9.0]), SETTLED, -1e6, 0.0)
    after = rule.revise(trial(0.0, 0.0), (rival,), np.uint64(1), Streams(1))
    assert np.array_equal(after.levers, TRIED)
    assert after.settled_payoff == 0.0


def test_without_rivals_there_is_nobody_to_copy() -> None:
    assert np.array_equal(Imitate().revise(trial(1.0, 2.0), (), np.uint64(1), Streams(1)).levers, TRIED)


def test_a_copy_is_not_shared() -> None:
    rival = Trial(np.array([9.0, 9.0]), SETTLED, 1e12, 0.0)
    after = Imitate().revise(trial(0.0, 0.0), (rival,), np.uint64(1), Streams(1))
    after.levers[0] = -1.0
    assert rival.levers[0] == 9.0


# --- fixed ----------------------------------------------------------------------------------------


def test_the_fixed_stay_where_they_are() -> None:
    after = Fixed().revise(trial(-1e9, 5.0), (trial(1e9, 5.0),), np.uint64(1), Streams(1))
    assert np.array_equal(after.levers, TRIED)
