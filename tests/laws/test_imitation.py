"""Imitation by the Fermi rule takes over a population as often as the pairwise comparison process has it.

N agents hold one of two levers; one of them, drawn by lot, reviews at a time, until all hold the same. With payoffs
pi_A(i) and pi_B(i) where i hold the first lever, D(i) = pi_A(i) - pi_B(i) and T-/T+ = exp(-D(i) / noise), so that i
of them take over with chance sum_{k<i} prod_{j<=k} e^(-D(j)/noise) over the same sum to k < N: Traulsen, Nowak and
Pacheco 2006, doi:10.1103/PhysRevE.74.011909; for constant D, (1 - e^(-iD/noise)) / (1 - e^(-ND/noise)).

False alarms: `frequent` and `near` are wrong with a chance of 1e-6 each, in all 28 verdicts 2.8e-5, once, for the
fixed seeds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Public, Space, Trials
from ecosystem.strategies.adaptation.imitate import Imitate
from tests.units.phases.worlds import frequent, keys, near

FIRST, SECOND = 1.0, 0.0
"""The two values of the lever."""

type Payoff = Callable[[int], float]
"""Advantage D of the first lever, USD a month, where so many hold it."""


def reviewed(rule: Imitate, levers: NDArray[np.float64], payoff: NDArray[np.float64], who: int, draw: Streams) -> float:
    """The lever of one agent after its review; levers and payoffs of all, and keys by position.

    The only place here that knows how a rule is called.
    """
    everyone, mine = keys(len(levers), "agents"), slice(who, who + 1)
    positions, unbounded = levers[:, None], np.array([np.inf])
    space = Space(np.zeros(1, np.bool_), -unbounded, unbounded, np.zeros(1))
    own = Trials(positions[mine], positions[mine], payoff[mine], payoff[mine], np.zeros((1, rule.memory(space))))
    return float(rule.revise(own, Public(everyone, positions, payoff), everyone[mine], space, draw).levers[0, 0])


class Moves(NamedTuple):
    """What happened in all replicates, by the number that held the first lever before."""

    up: NDArray[np.int64]
    down: NDArray[np.int64]
    still: NDArray[np.int64]
    taken_over: NDArray[np.bool_]
    """Whether all held the first lever in the end, shape (replicates,)."""


def played(rule: Imitate, agents: int, start: int, advantage: Payoff, replicates: int, seed: int) -> Moves:
    """Let so many replicates of the process run to their ends, one after another."""
    up, down, still = np.zeros((3, agents), np.int64)
    moves = Moves(up, down, still, np.zeros(replicates, np.bool_))
    draw = Streams(seed)
    everyone = keys(1, "lot")
    for replicate in range(replicates):
        levers = np.where(np.arange(agents) < start, FIRST, SECOND)
        while 0 < (first := int(np.count_nonzero(levers == FIRST))) < agents:
            draw.step += 1  # every review has draws of its own
            who = int(draw.integers("lot", everyone, agents)[0])
            payoff = np.where(levers == FIRST, advantage(first), 0.0)
            after = reviewed(rule, levers, payoff, who, draw)
            tally = still if after == levers[who] else up if after == FIRST else down
            tally[first] += 1
            levers[who] = after
        moves.taken_over[replicate] = first == agents
    return moves


def fixation(agents: int, start: int, advantage: Payoff, noise: float) -> float:
    """Chance that those who hold the first lever take over, from the sums over products of T-/T+."""
    ratio = [math.exp(-advantage(held) / noise) for held in range(1, agents)]
    products = np.cumprod([1.0, *ratio])
    return float(products[:start].sum() / products.sum())


def constant(usd: float) -> Payoff:
    """The first lever earns so much more, whoever holds it."""
    return lambda _: usd


def game(a: float, b: float, c: float, d: float, agents: int) -> Payoff:
    """Each meets every other: the first lever earns a against the first and b against the second, the other c and d."""

    def advantage(first: int) -> float:
        mine = a * (first - 1) + b * (agents - first)
        theirs = c * first + d * (agents - first - 1)
        return (mine - theirs) / (agents - 1)

    return advantage


def test_the_sum_over_products_is_the_closed_form_at_a_constant_advantage() -> None:
    closed = (1 - math.exp(-3 * 0.2)) / (1 - math.exp(-8 * 0.2))
    assert fixation(8, 3, constant(0.4), 2.0) == pytest.approx(closed)
    assert fixation(8, 3, constant(0.0), 2.0) == pytest.approx(3 / 8)


# 2,000 replicates tell a chance of a quarter from one 20 % off, 4.9 standard errors; their 10,000 to 17,000 moves by
# state, where advantages are largest (coexistence), tell a noise that is 15 % off.
@pytest.mark.parametrize(
    ("agents", "start", "advantage"),
    [
        (8, 1, constant(0.4)),
        (5, 3, constant(-0.6)),
        (6, 3, game(4.0, 0.0, 1.0, 2.0, 6)),  # best do as others do: who is in the majority wins
        (5, 1, game(0.0, 3.0, 1.0, 0.0, 5)),  # the rarer lever is the better: both hold out for long
    ],
    ids=["better", "worse", "coordination", "coexistence"],
)
def test_imitation_takes_over_as_often_as_the_fermi_process(agents: int, start: int, advantage: Payoff) -> None:
    noise = 2.0
    moves = played(Imitate(noise=noise), agents, start, advantage, 2000, seed=5)
    assert frequent(moves.taken_over, fixation(agents, start, advantage, noise))
    held = np.arange(1, agents)
    up, down, still = moves.up[1:], moves.down[1:], moves.still[1:]
    chance = 1 / (1 + np.exp([-advantage(int(i)) / noise for i in held]))
    for n_up, n_down, p in zip(up, down, chance, strict=True):
        assert near(float(n_up), (n_up + n_down) * p, (n_up + n_down) * p * (1 - p))
    # T+ + T- is the chance that who reviews holds one lever and its rival the other, times one half: two ways round.
    met, visits = held * (agents - held) / (agents * (agents - 1)), up + down + still
    assert near(float((up + down).sum()), float((visits * met).sum()), float((visits * met * (1 - met)).sum()))
