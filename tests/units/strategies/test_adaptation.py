"""Rules of revision: exploring one lever at a time, imitating by the Fermi rule, standing still."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Public, Space, Trials
from ecosystem.strategies.adaptation.explore import Explore
from ecosystem.strategies.adaptation.fixed import Fixed
from ecosystem.strategies.adaptation.imitate import Imitate
from tests.units.phases.worlds import frequent, keys, proportional

SETTLED, TRIED = np.array([0.5, -0.5]), np.array([0.6, -0.5])
MANY = 2000
FREE = Space(np.zeros(2, dtype=np.bool_), np.full(2, -np.inf), np.full(2, np.inf), np.zeros(2))
"""Two levers that go anywhere."""
NOBODY = Public(np.empty(0, dtype=np.uint64), np.empty((0, 2)), np.empty(0))


def trials(payoff: ArrayLike, settled_payoff: ArrayLike, count: int = 1) -> Trials:
    """So many in the middle of a trial."""
    earned, before = (np.broadcast_to(np.asarray(usd, dtype=float), count) for usd in (payoff, settled_payoff))
    return Trials(np.tile(TRIED, (count, 1)), np.tile(SETTLED, (count, 1)), earned, before, np.empty((count, 0)))


def seen(levers: ArrayLike, payoff: ArrayLike, name: str = "rivals") -> Public:
    """What is seen of some, a row each; a single payoff is that of all."""
    positions = np.array(levers, dtype=float).reshape(-1, 2)
    return Public(keys(len(positions), name), positions, np.array(np.broadcast_to(payoff, len(positions)), dtype=float))


def joined(*groups: Public) -> Public:
    """Several groups as one."""
    return Public(*(np.concatenate(columns) for columns in zip(*groups, strict=True)))


def me(payoff: float, count: int = 1) -> Public:
    """What is seen of those who look."""
    return seen(np.tile(TRIED, (count, 1)), payoff, "item")


def same(one: Trials, other: Trials) -> bool:
    """Whether all columns are equal to the bit."""
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


# --- explore --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payoff", "before", "kept"),
    [(11.0, 10.0, True), (10.0, 10.0, False), (9.0, 10.0, False), (-5.0, -6.0, True), (-7.0, np.nan, True)],
)
def test_a_trial_is_kept_if_it_paid_and_taken_back_if_not(payoff: float, before: float, kept: bool) -> None:  # noqa: FBT001
    after = Explore(step=0.1).revise(trials(payoff, before), NOBODY, keys(1), FREE, Streams(1))
    assert np.array_equal(after.settled, [TRIED if kept else SETTLED])
    assert np.array_equal(after.settled_payoff, [payoff if kept else np.nan], equal_nan=True)
    assert np.array_equal(after.levers, after.settled) == (not kept)  # who goes back stays for once
    assert np.isnan(after.payoff)


def test_what_settled_levers_pay_is_measured_anew_after_a_rejection() -> None:
    """After a boom nothing ever pays as well again; who measures anew moves on all the same."""
    rule, one = Explore(step=0.1), trials(100.0, 10.0)
    for payoff, before in ((5.0, 100.0), (4.0, np.nan), (4.5, 4.0)):
        one = rule.revise(one, NOBODY, keys(1), FREE, Streams(1))
        assert np.array_equal(one.settled_payoff, [before], equal_nan=True)
        one = one._replace(payoff=np.array([payoff]))
    tried = one.levers
    assert np.array_equal(rule.revise(one, NOBODY, keys(1), FREE, Streams(1)).settled, tried)


def moves(space: Space, step: float = 0.25) -> NDArray[np.float64]:
    """How far many explorers move from where they are settled, shape (MANY, levers)."""
    after = Explore(step=step).revise(trials(2.0, 1.0, MANY), NOBODY, keys(MANY), space, Streams(1))
    return after.levers - after.settled


def test_the_next_trial_moves_one_lever_by_one_step_from_what_is_settled() -> None:
    moved = moves(FREE)
    assert np.allclose(np.sort(np.abs(moved), axis=1), [0.0, 0.25])
    which, up = np.abs(moved).argmax(axis=1), moved.sum(axis=1) > 0
    assert proportional(np.bincount(2 * which + up, minlength=4), np.ones(4))


def test_choices_move_by_one_option_and_whole_numbers_as_far_as_shows() -> None:
    space = Space(np.array([True, False]), np.array([0.0, -9.0]), np.array([2.0, 9.0]), np.array([1.0, 0.7]))
    one = trials(2.0, 1.0, MANY)._replace(levers=np.tile([2.0, 0.0], (MANY, 1)))
    after = Explore(step=0.25).revise(one, NOBODY, keys(MANY), space, Streams(1)).levers
    assert {tuple(row) for row in after.tolist()} == {(1.0, 0.0), (0.0, 0.0), (2.0, 0.7), (2.0, -0.7)}


def test_explorers_turn_round_at_the_end_of_the_way() -> None:
    moved = moves(FREE._replace(high=np.array([0.6, np.inf])))
    assert set(np.round(moved[:, 0], 12)) == {0.0, -0.25}
    assert set(np.round(moved[:, 1], 12)) == {0.0, -0.25, 0.25}


def test_a_lever_that_moves_nothing_stays() -> None:
    moved = moves(FREE._replace(low=np.array([-np.inf, -0.5]), high=np.array([np.inf, -0.5])))
    assert (np.abs(moved) == [0.25, 0.0]).all()  # and no trial is wasted on it
    own = trials(1.0, 2.0)
    still = FREE._replace(low=SETTLED, high=SETTLED)
    assert same(Explore().revise(own, NOBODY, keys(1), still, Streams(1)), own)


def test_explorers_do_not_look_at_rivals() -> None:
    one, rivals = trials(2.0, 1.0), seen([[9.0, 9.0]], 1e9)
    alone, watched = (Explore().revise(one, others, keys(1), FREE, Streams(1)) for others in (NOBODY, rivals))
    assert same(alone, watched)


# --- imitate --------------------------------------------------------------------------------------


@pytest.mark.parametrize("advantage", [-2.0, -0.5, 0.0, 0.5, 3.0])
def test_rivals_are_copied_by_the_fermi_rule(advantage: float) -> None:
    others = joined(me(50.0, MANY), seen([[9.0, 9.0]], 50.0 + 100.0 * advantage))
    copied = []
    for at, key in enumerate(keys(MANY)):
        pair = others.take(np.array([at, MANY]))
        after = Imitate(noise=100.0).revise(trials(-1.0, 0.0), pair, np.array([key]), FREE, Streams(1))
        copied.append(after.levers[0, 0] == 9.0)
    assert frequent(copied, 1 / (1 + np.exp(-advantage)))


def test_all_rivals_are_looked_at_alike_and_nobody_at_itself() -> None:
    others = joined(me(0.0), seen([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]], 1e6))
    found = [
        int(Imitate(noise=1.0).revise(trials(0.0, 0.0), others, keys(1), FREE, Streams(1, step)).levers[0, 0])
        for step in range(MANY)
    ]
    assert proportional(np.bincount(found, minlength=3), np.ones(3))


def test_whoever_does_not_copy_stays_as_it_is() -> None:
    others = joined(me(0.0), seen([[9.0, 9.0]], -1e6))
    after = Imitate(noise=1.0).revise(trials(7.0, 0.0), others, keys(1), FREE, Streams(1))
    assert np.array_equal(after.levers, [TRIED])
    assert after.settled_payoff == 7.0


@pytest.mark.parametrize("others", [NOBODY, me(5.0)], ids=["nobody", "oneself"])
def test_without_rivals_there_is_nobody_to_copy(others: Public) -> None:
    own = trials(1.0, 2.0)
    assert same(Imitate().revise(own, others, keys(1), FREE, Streams(1)), own)


def test_whoever_is_not_seen_cannot_be_compared() -> None:
    after = Imitate().revise(trials(-1e12, 0.0), seen([[9.0, 9.0]], 1e12), keys(1), FREE, Streams(1))
    assert np.array_equal(after.levers, [TRIED])


def test_a_newcomer_draws_few_away_from_other_rivals() -> None:
    """With the lowest lot among k rivals, one more is chosen with chance 1 / (k + 1), and nothing else changes."""
    rivals = np.column_stack([np.arange(5), np.zeros(5)])
    found = []
    for count in (4, 5):
        others = joined(me(0.0, MANY), seen(rivals[:count], 1e9))
        looks = [others.take(np.array([at, *range(MANY, MANY + count)])) for at in range(MANY)]
        found.append([
            int(Imitate(noise=1.0).revise(trials(0.0, 0.0), look, look.key[:1], FREE, Streams(1)).levers[0, 0])
            for look in looks
        ])  # fmt: skip
    before, after = np.array(found)
    assert set(after[after != before]) == {4}
    assert frequent(after != before, 1 / 5)


def test_of_whom_nothing_is_known_nothing_is_copied() -> None:
    others = joined(me(0.0), seen([[9.0, 9.0]], np.nan))
    assert np.array_equal(Imitate().revise(trials(0.0, 0.0), others, keys(1), FREE, Streams(1)).levers, [TRIED])


def test_only_what_shows_is_copied() -> None:
    others = joined(me(0.0), seen([[9.0, np.nan]], 1e12))
    after = Imitate().revise(trials(0.0, 0.0), others, keys(1), FREE, Streams(1))
    assert np.array_equal(after.levers, [[9.0, TRIED[1]]])


def test_what_is_copied_stays_where_ones_own_lever_can_go() -> None:
    others = joined(me(0.0), seen([[9.0, 9.0]], 1e12))
    after = Imitate().revise(trials(0.0, 0.0), others, keys(1), FREE._replace(high=np.array([1.0, np.inf])), Streams(1))
    assert np.array_equal(after.levers, [[1.0, 9.0]])


# --- fixed ----------------------------------------------------------------------------------------


def test_the_fixed_stay_where_they_are() -> None:
    after = Fixed().revise(trials(-1e9, 5.0), seen([[9.0, 9.0]], 1e9), keys(1), FREE, Streams(1))
    assert np.array_equal(after.levers, [TRIED])


# --- many at once ---------------------------------------------------------------------------------


def test_agents_are_found_by_their_keys() -> None:
    others = seen(np.zeros((5, 2)), 0.0)
    assert others.place(others.key[[3, 0]]).tolist() == [3, 0]
    assert others.place(keys(2, "strangers")).tolist() == [-1, -1]
    assert NOBODY.place(keys(2)).tolist() == [-1, -1]
