"""Numbers that are a function of a key: bits, uniforms, and what one uniform decides; for kernels and plain Python.

A draw is the splitmix64 finaliser applied to a counter. Sources: G. L. Steele, D. Lea and C. H. Flood, "Fast
splittable pseudorandom number generators", OOPSLA 2014, doi:10.1145/2660193.2660195 (the counter and the
finaliser, with D. Stafford's Mix13 constants); J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
SC 2011, doi:10.1145/2063384.2063405 (draws as pure functions of a key).

Outcomes come from one uniform by the inverse of the distribution function, always in the same direction, so that a
small change of a parameter changes few outcomes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecosystem.core.compiled import compiled, compiled_bits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

__all__ = [
    "GOLDEN",
    "ODD",
    "POISSON_ONE_DRAW",
    "agent_base",
    "draw_bits",
    "integer_from",
    "mix64",
    "open_unit",
    "poisson_from",
    "poisson_sums",
    "search_running",
    "unit",
    "whole_bits",
]

# Constants of the finaliser: Stafford's Mix13, as in splitmix64 (Steele et al. 2014).
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
# Odd strides of the two counters. GOLDEN is 2**64 divided by the golden ratio (Steele et al.
# 2014); ODD is a spectrally good multiplier of G. Steele and S. Vigna, arXiv:2001.05304, table 5.
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
ODD = np.uint64(0xD1342543DE82EF95)
_ONE = np.uint64(1)
_WORD, _WHOLE_GOLDEN, _WHOLE_MIX_1, _WHOLE_MIX_2 = 2**64 - 1, int(GOLDEN), int(_MIX_1), int(_MIX_2)
_UNIT_SHIFT, _OPEN_SHIFT = np.uint64(11), np.uint64(12)
_UNIT, _OPEN = 2.0**-53, 2.0**-52  # a float64 has 53 bits of precision; the open form uses 52
# Means up to this are drawn from one uniform. exp(-500) = 7e-218 is still a normal float64
# (least normal 2e-308), so that the sum of the probabilities loses nothing.
POISSON_ONE_DRAW = 500.0
_EMPTY = -1  # the answer where every weight is zero


@compiled_bits
def mix64(x: np.uint64) -> np.uint64:
    """The splitmix64 finaliser: a bijection of 64 bits in which every bit depends on all."""
    z = np.uint64(x)
    z = (z ^ (z >> _SHIFT_1)) * _MIX_1
    z = (z ^ (z >> _SHIFT_2)) * _MIX_2
    return z ^ (z >> _SHIFT_3)


@compiled_bits
def agent_base(key: np.uint64, who: np.uint64) -> np.uint64:
    """Where the draws of one agent start, for the key of a decision at a step."""
    return mix64(np.uint64(key) + np.uint64(who) * ODD)


@compiled_bits
def draw_bits(base: np.uint64, j: int) -> np.uint64:
    """The j-th draw (j = 0, 1, ...) of an agent: 64 random bits."""
    return mix64(np.uint64(base) + (np.uint64(j) + _ONE) * GOLDEN)


def whole_bits(base: int, j: int) -> int:
    """As :func:`draw_bits`, of Python's whole numbers: for one draw now and then a third of the cost of a kernel."""
    z = (base + (j + 1) * _WHOLE_GOLDEN) & _WORD
    z = ((z ^ (z >> 30)) * _WHOLE_MIX_1) & _WORD
    z = ((z ^ (z >> 27)) * _WHOLE_MIX_2) & _WORD
    return z ^ (z >> 31)


@compiled_bits
def unit(bits: np.uint64) -> float:
    """A float64 in [0, 1) from the top 53 bits."""
    return np.float64(np.int64(np.uint64(bits) >> _UNIT_SHIFT)) * _UNIT


@compiled_bits
def open_unit(bits: np.uint64) -> float:
    """A float64 in (0, 1), symmetric about one half, from the top 52 bits."""
    return (np.float64(np.int64(np.uint64(bits) >> _OPEN_SHIFT)) + 0.5) * _OPEN


@compiled
def integer_from(u: float, high: int) -> int:
    """The whole number in [0, high) at probability `u`: the floor of u * high, which may round up to high."""
    value = np.int64(np.floor(u * high))
    return value if value < high else high - 1  # type: ignore[return-value]  # both are whole numbers


@compiled
def poisson_from(u: float, mean: float) -> int:
    """The Poisson count at probability `u`, by summing probabilities upwards from zero."""
    count = 0
    term = np.exp(-mean)
    total = term
    while u >= total:
        count += 1
        term *= mean / count
        before = total
        total += term
        if total == before and count > mean:  # the tail no longer adds to the sum
            break
    return count


@compiled
def poisson_sums(mean: float) -> Floats:
    """The sums that :func:`poisson_from` compares with, from count 0 up, until the tail no longer adds."""
    sums = np.empty(16)
    count, term = 0, np.exp(-mean)
    sums[0] = term
    while count == 0 or sums[count] != sums[count - 1] or count <= mean:
        count += 1
        term *= mean / count
        if count == sums.size:
            longer = np.empty(2 * count)
            for i in range(count):
                longer[i] = sums[i]
            sums = longer
        sums[count] = sums[count - 1] + term
    return sums[:count]


@compiled
def search_running(cumulative: Floats, start: int, stop: int, u: float) -> int:
    """Index within [start, stop) drawn by `u` from running sums of weights; -1 if all are zero.

    The answer is the first entry whose running sum exceeds u times the last one, so that an entry
    of zero weight is never given.
    """
    if stop <= start or not cumulative[stop - 1] > 0.0:
        return _EMPTY
    total = cumulative[stop - 1]
    # u < 1, but u * total may round up to total, which no running sum exceeds.
    target = min(u * total, np.nextafter(total, 0.0))
    low, high = start, stop - 1
    while low < high:
        middle = (low + high) >> 1
        if cumulative[middle] > target:
            high = middle
        else:
            low = middle + 1
    return low - start
