"""Keyed random numbers: every draw is a pure function of (seed, decision, step, who, ordinal).

There is no generator to advance. A draw is the splitmix64 finaliser applied to a counter, so that
results do not depend on order, threads or on who else draws, and two scenarios differ only by
what differs in them. Sources: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable
pseudorandom number generators", OOPSLA 2014, doi:10.1145/2660193.2660195 (the counter and the
finaliser, with D. Stafford's Mix13 constants); J. K. Salmon et al., "Parallel random numbers: as
easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405 (draws as pure functions of a key).

Outcomes come from one uniform by the inverse of the distribution function, always in the same
direction, so that a small change of a parameter changes few outcomes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.core.compiled import compiled, compiled_bits, plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Keys = NDArray[np.uint64]
    type Floats = NDArray[np.float64]
    type Ints = NDArray[np.int64]

# Constants of the finaliser: Stafford's Mix13, as in splitmix64 (Steele et al. 2014).
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
# Odd strides of the two counters. GOLDEN is 2**64 divided by the golden ratio (Steele et al.
# 2014); ODD is a spectrally good multiplier of G. Steele and S. Vigna, arXiv:2001.05304, table 5.
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
ODD = np.uint64(0xD1342543DE82EF95)
_ONE = np.uint64(1)
_UNIT_SHIFT, _OPEN_SHIFT = np.uint64(11), np.uint64(12)
_UNIT, _OPEN = 2.0**-53, 2.0**-52  # a float64 has 53 bits of precision; the open form uses 52
# Means up to this are drawn from one uniform. exp(-500) = 7e-218 is still a normal float64
# (least normal 2e-308), so that the sum of the probabilities loses nothing.
POISSON_ONE_DRAW = 500.0
# assumption: a mean above this is a mistake of unit, and would take seconds per draw.
POISSON_LARGEST_MEAN = 1e9
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


@compiled_bits
def unit(bits: np.uint64) -> float:
    """A float64 in [0, 1) from the top 53 bits."""
    return np.float64(np.int64(np.uint64(bits) >> _UNIT_SHIFT)) * _UNIT


@compiled_bits
def open_unit(bits: np.uint64) -> float:
    """A float64 in (0, 1), symmetric about one half, from the top 52 bits."""
    return (np.float64(np.int64(np.uint64(bits) >> _OPEN_SHIFT)) + 0.5) * _OPEN


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


@compiled
def _fill_bits(key: np.uint64, who: Keys, ordinals: Ints, out: Keys) -> None:
    single = ordinals.size == 1
    for i in range(who.size):
        j = ordinals[0] if single else ordinals[i]
        out[i] = draw_bits(agent_base(key, who[i]), j)


@compiled
def _fill_units(key: np.uint64, who: Keys, ordinals: Ints, out: Floats) -> None:
    single = ordinals.size == 1
    for i in range(who.size):
        j = ordinals[0] if single else ordinals[i]
        out[i] = unit(draw_bits(agent_base(key, who[i]), j))


@compiled
def _fill_rows(key: np.uint64, who: Keys, out: Floats) -> None:
    for i in range(out.shape[0]):
        base = agent_base(key, who[i])
        for j in range(out.shape[1]):
            out[i, j] = unit(draw_bits(base, j))


@compiled
def _fill_open_rows(key: np.uint64, who: Keys, out: Floats) -> None:
    for i in range(out.shape[0]):
        base = agent_base(key, who[i])
        for j in range(out.shape[1]):
            out[i, j] = open_unit(draw_bits(base, j))


@compiled
def _fill_poisson(key: np.uint64, who: Keys, mean: Floats, out: Ints) -> None:
    for i in range(who.size):
        base = agent_base(key, who[i])
        parts = max(1, int(np.ceil(mean[i] / POISSON_ONE_DRAW)))
        for j in range(parts):
            out[i] += poisson_from(unit(draw_bits(base, j)), mean[i] / parts)


@compiled
def _fill_ragged(key: np.uint64, who: Keys, rows: Ints, offsets: Ints, cumulative: Floats, out: Ints) -> None:
    for i in range(who.size):
        u = unit(draw_bits(agent_base(key, who[i]), 0))
        out[i] = search_running(cumulative, offsets[rows[i]], offsets[rows[i] + 1], u)


@compiled
def _fill_children(parents: Keys, step: int, ordinals: Ints, out: Keys) -> None:
    for i in range(parents.size):
        out[i] = draw_bits(agent_base(parents[i], np.uint64(step)), ordinals[i])


def name_key(*parts: str | int) -> np.uint64:
    """A 64-bit key of a name, the same in every process and on every machine (BLAKE2b).

    Parts are told apart by type and length: ("ab", "c"), ("a", "bc") and ("1",), (1,) all differ.
    """
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        text = str(int(part) if isinstance(part, int) else part).encode()
        digest.update(f"{'i' if isinstance(part, int) else 's'}{len(text)}:".encode() + text)
    return np.uint64(int.from_bytes(digest.digest(), "little"))


def child_keys(parents: Any, step: int, ordinals: Any) -> Keys:
    """Keys of what `parents` make at a step: u64[n] from parent key, step and ordinal.

    Identity is inherited, never a row number: what one parent makes does not move the others.
    """
    keys = _keys(parents)
    out = np.empty(keys.size, np.uint64)
    _fill_children(keys, int(step), _integers("ordinals", ordinals, keys.size), out)
    return out


class Streams:
    """The draws of one run. Its whole state is `(seed, step)`; the model sets `step` each month.

    In every method `decision` names what is being decided, and `who` holds the identity keys u64[n]
    of those who decide. Two draws are independent if any of decision, step, who, ordinal differs.
    """

    def __init__(self, seed: int, step: int = 0) -> None:
        """Start at a step for a seed (any integer)."""
        self.seed = int(seed)
        self.step = int(step)
        self._decisions: dict[str, np.uint64] = {}

    def __repr__(self) -> str:
        """Show the state."""
        return f"Streams(seed={self.seed}, step={self.step})"

    def key(self, decision: str) -> np.uint64:
        """The key of a decision at the current step, for kernels that draw by themselves."""
        part = self._decisions.get(decision)
        if part is None:
            part = self._decisions[decision] = name_key(self.seed, decision)
        return draw_bits(part, self.step)

    def bits(self, decision: str, who: Any, ordinal: Any = 0) -> Keys:
        """64 random bits each, u64[n]. `ordinal` is one number or one per row."""
        keys = _keys(who)
        out = np.empty(keys.size, np.uint64)
        _fill_bits(self.key(decision), keys, _integers("ordinal", ordinal, keys.size), out)
        return out

    def uniform(self, decision: str, who: Any, ordinal: Any = 0) -> Floats:
        """Uniform on [0, 1), f64[n]. `ordinal` is one number or one per row."""
        keys = _keys(who)
        out = np.empty(keys.size, np.float64)
        _fill_units(self.key(decision), keys, _integers("ordinal", ordinal, keys.size), out)
        return out

    def uniforms(self, decision: str, who: Any, count: int) -> Floats:
        """Uniform on [0, 1), f64[n, count]: ordinals 0 to count - 1 of each row."""
        keys = _keys(who)
        out = np.empty((keys.size, count), np.float64)
        _fill_rows(self.key(decision), keys, out)
        return out

    def chance(self, decision: str, who: Any, p: Any, ordinal: Any = 0) -> NDArray[np.bool_]:
        """Whether each event of probability `p` (one, or f64[n]) happens: bool[n], u < p."""
        u = self.uniform(decision, who, ordinal)
        return np.less(u, _numbers("p", p, u.size))

    def poisson(self, decision: str, who: Any, mean: Any) -> Ints:
        """Poisson counts i64[n] of the given mean (one, or f64[n]).

        The inverse distribution function of one uniform, so never falling as the mean rises, up to
        a mean of POISSON_ONE_DRAW; a larger mean is the sum of equal parts on further ordinals.
        """
        keys = _keys(who)
        means = plain(np.broadcast_to(_numbers("mean", mean, keys.size), keys.shape), np.float64)
        if means.size and not (means.min() >= 0.0 and means.max() <= POISSON_LARGEST_MEAN):
            row = int(np.argmax(~((means >= 0.0) & (means <= POISSON_LARGEST_MEAN))))
            message = (
                f"poisson({decision!r}): mean of row {row} is {means[row]}; "
                f"it must lie between 0 and {POISSON_LARGEST_MEAN:g}"
            )
            raise ValueError(message)
        out = np.zeros(keys.size, np.int64)
        _fill_poisson(self.key(decision), keys, means, out)
        return out

    def normal(self, decision: str, who: Any, columns: int | None = None) -> Floats:
        """Standard normal f64[n], or f64[n, columns], by the inverse distribution function."""
        from scipy.special import ndtri  # noqa: PLC0415 - slow to import

        keys = _keys(who)
        out = np.empty((keys.size, 1 if columns is None else columns), np.float64)
        _fill_open_rows(self.key(decision), keys, out)
        ndtri(out, out=out)
        return out[:, 0] if columns is None else out

    def exponential(self, decision: str, who: Any) -> Floats:
        """Exponential of mean one, f64[n]."""
        return np.asarray(-np.log1p(-self.uniform(decision, who)), np.float64)

    def integers(self, decision: str, who: Any, high: Any) -> Ints:
        """Whole numbers i64[n] in [0, high); `high` (one, or i64[n]) at least 1.

        The floor of u * high: the chance of each value is off by less than 2**-53.
        """
        top = np.asarray(high)
        if top.dtype.kind not in "iu" or (top.size and int(top.min()) < 1):
            message = f"integers({decision!r}): high must be whole and at least 1, got {high!r}"
            raise ValueError(message)
        value = np.floor(self.uniform(decision, who) * top).astype(np.int64)
        # u * high may round up to high
        return np.asarray(np.minimum(value, top - 1), np.int64)

    def categorical(self, decision: str, who: Any, weights: Any) -> Ints:
        """Indices i64[n] in proportion to `weights` f64[k]; -1 where every weight is zero."""
        values = np.asarray(weights, np.float64)
        if values.ndim != 1 or not bool(np.all(np.isfinite(values) & (values >= 0.0))):
            message = (
                f"categorical({decision!r}): weights must be one row of finite numbers of at least 0, got {weights!r}"
            )
            raise ValueError(message)
        keys = _keys(who)
        offsets = np.array([0, values.size], np.int64)
        rows = np.zeros(keys.size, np.int64)
        return self.categorical_ragged(decision, keys, rows, offsets, np.cumsum(values))

    def categorical_ragged(self, decision: str, who: Any, rows: Any, offsets: Any, cumulative: Any) -> Ints:
        """Indices i64[n] within row `rows[i]` of a ragged table of weights; -1 for a row of zeros.

        Row r owns `cumulative[offsets[r]:offsets[r + 1]]`, its own running sums of weights: finite,
        never falling (not checked), and not necessarily normalised.
        """
        keys = _keys(who)
        row = _integers("rows", rows, keys.size, broadcast=False)
        bounds = plain(offsets, np.int64)
        sums = plain(cumulative, np.float64)
        if bounds.size == 0 or int(bounds[-1]) != sums.size:
            message = f"categorical_ragged({decision!r}): offsets do not end at {sums.size}"
            raise ValueError(message)
        if row.size and not (row.min() >= 0 and row.max() < bounds.size - 1):
            message = f"categorical_ragged({decision!r}): rows outside 0 to {bounds.size - 2}"
            raise IndexError(message)
        out = np.empty(keys.size, np.int64)
        _fill_ragged(self.key(decision), keys, row, bounds, sums, out)
        return out


def _keys(who: Any) -> Keys:
    """Identity keys as contiguous u64[n]; negative integers wrap around."""
    array = np.asarray(who)
    if array.ndim != 1 or (array.dtype.kind not in "iu" and array.size):
        message = f"keys must be one row of integers, got {array.dtype} of shape {array.shape}"
        raise TypeError(message)
    return plain(array, np.uint64)


def _integers(name: str, values: Any, size: int, *, broadcast: bool = True) -> Ints:
    """Whole numbers, one per row, or (if broadcast) one for all."""
    array = np.asarray(values)
    allowed = (size, 1) if broadcast and array.ndim == 0 else (size,)
    if array.dtype.kind not in "iu" and array.size:
        message = f"{name} must be whole numbers, got {array.dtype}"
        raise TypeError(message)
    array = plain(np.atleast_1d(array), np.int64)
    if array.ndim != 1 or array.size not in allowed:
        message = f"{name} has shape {np.shape(values)}; {size} rows are drawn"
        raise ValueError(message)
    return array


def _numbers(name: str, values: Any, size: int) -> Floats:
    """Numbers without NaN: f64[size], one per row, or f64[], one for all."""
    array = np.asarray(values, np.float64)
    if array.shape not in ((), (size,)):
        message = f"{name} has shape {array.shape}; {size} rows are drawn"
        raise ValueError(message)
    if np.isnan(array).any():
        message = f"{name} is NaN in row {int(np.argmax(np.isnan(np.atleast_1d(array))))}"
        raise ValueError(message)
    return array
