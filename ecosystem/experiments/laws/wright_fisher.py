"""The exact Wright-Fisher chain: how many of N documents are on one idea, generation after generation.

Fit 1 is on N documents drawn from what people write, each later one on N documents drawn from the fit before.
One idea against all others, or a group of ideas against the rest, is a chain of the numbers 0 to N.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, xlog1py, xlogy

__all__ = ["alive_and_alone", "binomial", "distributions", "duration", "ideas_in_sample", "last_one"]

type FloatArray = NDArray[np.float64]


def binomial(documents: int, chance: ArrayLike) -> FloatArray:
    """Distribution of the number of documents out of N on an idea of each chance, shape (chances, N + 1)."""
    count, each = np.arange(documents + 1), np.asarray(chance, dtype=np.float64).reshape(-1, 1)
    ways = gammaln(documents + 1) - gammaln(count + 1) - gammaln(documents - count + 1)
    spread: FloatArray = np.exp(ways + xlogy(count, each) + xlog1py(documents - count, -each))
    return spread


def alive_and_alone(documents: int, human: ArrayLike, fits: int) -> tuple[FloatArray, FloatArray]:
    """Chance that an idea is held by each of the fits 1 to n, and that it is the only one, shape (fits, ideas) both.

    Args:
        documents: N.
        human: frequency of each idea, or group of ideas, among people, shape (ideas,).
        fits: n.
    """
    now, step = binomial(documents, human), binomial(documents, np.arange(documents + 1) / documents)
    alive, alone = np.empty((fits, len(now))), np.empty((fits, len(now)))
    for fit in range(fits):
        alive[fit], alone[fit] = 1.0 - now[:, 0], now[:, -1]
        now = now @ step
    return alive, alone


def duration(documents: int, human: ArrayLike, fits: int) -> FloatArray:
    """Fits until an idea is lost or alone, on average, shape (ideas,); n where that takes more than n fits.

    Args:
        documents: N.
        human: as for :func:`alive_and_alone`.
        fits: n.
    """
    alive, alone = alive_and_alone(documents, human, fits)
    mean: FloatArray = 1.0 + (alive - alone)[:-1].sum(axis=0)
    return mean


def distributions(first: FloatArray, chance: FloatArray, fits: int) -> FloatArray:
    """Distribution of the number of documents on an idea at each of the fits 1 to n, shape (fits, N + 1).

    Args:
        first: that of fit 1, shape (N + 1,).
        chance: that a document of the next fit is on it, given each number, shape (N + 1,).
        fits: n.
    """
    step, now = binomial(len(chance) - 1, chance), np.asarray(first, dtype=np.float64)
    found = np.empty((fits, len(now)))
    for fit in range(fits):
        found[fit] = now
        now = now @ step
    return found


def last_one(chance: FloatArray) -> FloatArray:
    """Chance that an idea is the only one in the end, given the number of documents on it now, shape (N + 1,).

    Args:
        chance: that a document of the next fit is on it, shape (N + 1,); 0 and 1 at the ends.
    """
    step = binomial(len(chance) - 1, chance)
    between = step[1:-1, 1:-1]
    inner = np.linalg.solve(np.eye(len(between)) - between, step[1:-1, -1])
    return np.concatenate([[0.0], inner, [1.0]])


def ideas_in_sample(documents: int, new: float, sample: int) -> float:
    """Expected number of ideas among k documents of a generation, after many generations.

    E_k sums, over the number of documents that bring a new idea and over the number of those that the others
    are copies of, the first number and E of the second; E_1 = 1. The limit k^2 << N is Ewens's (1972,
    doi:10.1016/0040-5809(72)90035-4) sum of theta/(theta + j) over j < k.

    Args:
        documents: N.
        new: chance that a document brings a new idea, and is no copy.
        sample: k.
    """
    expected, number = np.zeros(sample + 1), np.arange(1, sample + 1)
    # Chance that so many copies (row) are of so many documents (column) of the N before.
    copied = np.zeros((sample + 1, sample + 1))
    copied[0, 0] = expected[1] = 1.0
    for copies in number:
        before = copied[copies - 1]
        copied[copies, 1:] = before[1:] * number / documents + before[:-1] * (documents - number + 1) / documents
    for now in range(2, sample + 1):
        copies = binomial(now, 1 - new)[0]
        back = copies @ copied[: now + 1, : now + 1]
        found = now - copies @ np.arange(now + 1) + back[:now] @ expected[:now]
        expected[now] = found / (1 - back[now])
    return float(expected[sample])
