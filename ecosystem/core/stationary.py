"""Stationary distributions of sparse Markov chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled

__all__ = ["stationary"]

type I64 = NDArray[np.int64]
type F64 = NDArray[np.float64]

DENSE = 800
"""States up to which elimination is used. assumption: its n^3 steps then take less than a second."""
SETTLED = 1e-14
"""Sum of changes in one round at which iteration ends: some ten roundings of a sum of 1."""
ROUNDS = 100_000
"""Most rounds of the iteration. assumption: a chain that mixes more slowly is a mistake."""


def stationary(start: I64, after: I64, probability: F64) -> F64:
    """The one distribution over states that a step of the chain leaves as it is, shape (states,).

    By state reduction without subtractions (Grassmann, Taksar and Heyman 1985,
    doi:10.1287/opre.33.5.1107), exact to rounding, for up to DENSE recurrent states; beyond, by
    iterating the chain that stays put with probability 1/2, which no period disturbs.

    Args:
        start: first transition of each state, and the end, shape (states + 1,).
        after: state that each transition leads to, shape (transitions,).
        probability: of each transition, shape (transitions,); those of a state sum to 1.

    Raises:
        ValueError: there are several such distributions, or the iteration does not settle.
    """
    states = len(start) - 1
    source = np.repeat(np.arange(states), np.diff(start))
    lasting = _recurrent(states, source, after, probability)
    place = np.full(states, -1, dtype=np.int64)
    place[lasting] = np.arange(len(lasting))
    inside = (place[source] >= 0) & (probability > 0)
    here, there, chance = place[source[inside]], place[after[inside]], probability[inside]
    shares = np.zeros(states)
    if len(lasting) <= DENSE:
        dense = np.zeros((len(lasting), len(lasting)))
        np.add.at(dense, (here, there), chance)
        found = np.empty(len(lasting))
        _reduce(dense, found)
    else:
        found = _iterated(here, there, chance, len(lasting))
    shares[lasting] = found
    return shares


def _recurrent(states: int, source: I64, after: I64, probability: F64) -> I64:
    """The states that are visited again and again, ascending."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - slow to import

    some = probability > 0
    graph = coo_array((np.ones(some.sum()), (source[some], after[some])), shape=(states, states))
    classes, label = connected_components(graph, directed=True, connection="strong")
    closed = np.ones(classes, dtype=np.bool_)
    closed[label[source[some]][label[source[some]] != label[after[some]]]] = False
    if closed.sum() != 1:
        message = f"the chain falls into {int(closed.sum())} parts that never lead to each other; link them"
        raise ValueError(message)
    return np.flatnonzero(label == np.argmax(closed))


@compiled
def _reduce(p: F64, out: F64) -> None:
    """Stationary shares of an irreducible matrix (states, states), which is used up."""
    n = p.shape[0]
    for last in range(n - 1, 0, -1):
        leaving = 0.0
        for j in range(last):
            leaving += p[last, j]
        for i in range(last):
            share = p[i, last] / leaving
            p[i, last] = share
            if share > 0.0:
                for j in range(last):
                    p[i, j] += share * p[last, j]
    out[0] = 1.0
    total = 1.0
    for j in range(1, n):
        mass = 0.0
        for i in range(j):
            mass += out[i] * p[i, j]
        out[j] = mass
        total += mass
    for j in range(n):
        out[j] /= total


def _iterated(source: I64, after: I64, probability: F64, states: int) -> F64:
    """Stationary shares of an irreducible chain by iteration."""
    shares, following = np.full(states, 1.0 / states), np.empty(states)
    for _ in range(ROUNDS):
        if _round(source, after, probability, shares, following) < SETTLED:
            return shares
    message = f"the stationary distribution of {states:,} contexts does not settle in {ROUNDS:,} rounds"
    raise ValueError(message)


@compiled
def _round(source: I64, after: I64, probability: F64, shares: F64, following: F64) -> float:
    """One step of the chain that stays put with probability 1/2; returns the sum of changes."""
    following[:] = 0.0
    for edge in range(source.size):
        following[after[edge]] += shares[source[edge]] * probability[edge]
    total, change = 0.0, 0.0
    for state in range(shares.size):
        following[state] = 0.5 * (shares[state] + following[state])
        total += following[state]
    for state in range(shares.size):
        value = following[state] / total
        change += abs(value - shares[state])
        shares[state] = value
    return change
