"""Keyed random numbers: every draw is a pure function of (seed, decision, step, who, ordinal).

There is no generator to advance. A draw is a hash of a counter (`ecosystem/core/keyed.py`), so that
results do not depend on order, threads or on who else draws, and two scenarios differ only by
what differs in them.

Outcomes come from one uniform by the inverse of the distribution function, always in the same
direction, so that a small change of a parameter changes few outcomes.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.core.compiled import plain
from ecosystem.core.filling import (
    fill_bits,
    fill_broods,
    fill_chances,
    fill_children,
    fill_counts,
    fill_integers,
    fill_normals,
    fill_poisson,
    fill_rows,
    fill_units,
    in_parts,
)
from ecosystem.core.keyed import (
    GOLDEN,
    ODD,
    POISSON_ONE_DRAW,
    agent_base,
    draw_bits,
    mix64,
    open_unit,
    poisson_from,
    poisson_sums,
    search_running,
    unit,
    whole_bits,
)
from ecosystem.core.threads import share_out
from ecosystem.core.urns import Urns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Keys = NDArray[np.uint64]
    type Floats = NDArray[np.float64]
    type Ints = NDArray[np.int64]

__all__ = [
    "GOLDEN",
    "ODD",
    "POISSON_LARGEST_MEAN",
    "POISSON_ONE_DRAW",
    "Streams",
    "Urns",
    "agent_base",
    "broods",
    "child_keys",
    "draw_bits",
    "mix64",
    "name_key",
    "open_unit",
    "poisson_from",
    "search_running",
    "unit",
]

# assumption: a mean above this is a mistake of unit, and would take seconds per draw.
POISSON_LARGEST_MEAN = 1e9
_KEY = np.dtype(np.uint64)


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
    in_parts(fill_children, np.uint64(step), keys, (_integers("ordinals", ordinals, keys.size),), out)
    return out


def broods(parents: Any, step: int, counts: Ints) -> tuple[Ints, Ints, Keys]:
    """Row of the parent i64[m], ordinal i64[m] and key u64[m] of the `counts` i64[n] children of each, end to end."""
    if counts.size and int(counts.min()) < 0:
        message = f"there cannot be {counts.min()} children"
        raise ValueError(message)
    keys, total = _keys(parents), int(counts.sum())
    rows, ordinals, out = np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.uint64)
    fill_broods(np.uint64(step), keys, _integers("counts", counts, keys.size), rows, ordinals, out)
    return rows, ordinals, out


class Streams:
    """The draws of one run. Its whole state is `(seed, step)`; the model sets `step` each month.

    In every method `decision` names what is being decided, and `who` holds the identity keys u64[n]
    of those who decide. Two draws are independent if any of decision, step, who, ordinal differs.
    """

    def __init__(self, seed: int, step: int = 0) -> None:
        """Start at a step for a seed (any integer)."""
        self.seed = int(seed)
        self.step = int(step)
        self._decisions: dict[str, int] = {}

    def __repr__(self) -> str:
        """Show the state."""
        return f"Streams(seed={self.seed}, step={self.step})"

    def key(self, decision: str) -> np.uint64:
        """The key of a decision at the current step, for kernels that draw by themselves."""
        part = self._decisions.get(decision)
        if part is None:
            part = self._decisions[decision] = int(name_key(self.seed, decision))
        return np.uint64(whole_bits(part, self.step))

    def bits(self, decision: str, who: Any, ordinal: Any = 0) -> Keys:
        """64 random bits each, u64[n]. `ordinal` is one number or one per row."""
        keys = _keys(who)
        out = np.empty(keys.size, np.uint64)
        in_parts(fill_bits, self.key(decision), keys, (_integers("ordinal", ordinal, keys.size),), out)
        return out

    def uniform(self, decision: str, who: Any, ordinal: Any = 0) -> Floats:
        """Uniform on [0, 1), f64[n]. `ordinal` is one number or one per row."""
        keys = _keys(who)
        out = np.empty(keys.size, np.float64)
        in_parts(fill_units, self.key(decision), keys, (_integers("ordinal", ordinal, keys.size),), out)
        return out

    def uniforms(self, decision: str, who: Any, count: int) -> Floats:
        """Uniform on [0, 1), f64[n, count]: ordinals 0 to count - 1 of each row."""
        keys = _keys(who)
        out = np.empty((keys.size, count), np.float64)
        in_parts(fill_rows, self.key(decision), keys, (), out)
        return out

    def chance(self, decision: str, who: Any, p: Any, ordinal: Any = 0) -> NDArray[np.bool_]:
        """Whether each event of probability `p` (one, or f64[n]) happens: bool[n], u < p."""
        keys = _keys(who)
        given = (_integers("ordinal", ordinal, keys.size), _numbers("p", p, keys.size))
        out = np.empty(keys.size, np.bool_)
        if any(in_parts(fill_chances, self.key(decision), keys, given, out)):
            message = f"p is NaN in row {int(np.argmax(np.isnan(given[1])))}"
            raise ValueError(message)
        return out

    def poisson(self, decision: str, who: Any, mean: Any) -> Ints:
        """Poisson counts i64[n] of the given mean (one, or f64[n]).

        The inverse distribution function of one uniform, so never falling as the mean rises, up to
        a mean of POISSON_ONE_DRAW; a larger mean is the sum of equal parts on further ordinals.
        """
        keys, means = _keys(who), _numbers("mean", mean, np.size(who))
        out = np.empty(keys.size, np.int64)
        least, most = (float(means.min()), float(means.max())) if keys.size else (0.0, 0.0)
        if not (least >= 0.0 and most <= POISSON_LARGEST_MEAN):
            row = int(np.argmax(~((means >= 0.0) & (means <= POISSON_LARGEST_MEAN))))
            message = (
                f"poisson({decision!r}): mean of row {row} is {means[row]}; "
                f"it must lie between 0 and {POISSON_LARGEST_MEAN:g}"
            )
            raise ValueError(message)
        if least == most <= POISSON_ONE_DRAW:
            sums = _poisson_sums(most)
            in_parts(lambda key, who, out: fill_counts(key, who, sums, out), self.key(decision), keys, (), out)
        else:
            in_parts(fill_poisson, self.key(decision), keys, (means,), out)
        return out

    def normal(self, decision: str, who: Any, columns: int | None = None) -> Floats:
        """Standard normal f64[n], or f64[n, columns], by the inverse distribution function."""
        keys = _keys(who)
        out = np.empty((keys.size, 1 if columns is None else columns), np.float64)
        in_parts(fill_normals, self.key(decision), keys, (), out)
        return out[:, 0] if columns is None else out

    def exponential(self, decision: str, who: Any) -> Floats:
        """Exponential of mean one, f64[n]."""
        times = self.uniform(decision, who)

        def work(start: int, stop: int) -> None:
            part = times[start:stop]
            np.negative(np.log1p(np.negative(part, out=part), out=part), out=part)

        share_out(work, len(times))
        return times

    def integers(self, decision: str, who: Any, high: Any) -> Ints:
        """Whole numbers i64[n] in [0, high); `high` (one, or i64[n]) at least 1.

        The floor of u * high: the chance of each value is off by less than 2**-53.
        """
        top = np.asarray(high)
        if top.dtype.kind not in "iu" or (top.size and int(top.min()) < 1):
            message = f"integers({decision!r}): high must be whole and at least 1, got {high!r}"
            raise ValueError(message)
        keys = _keys(who)
        out = np.empty(keys.size, np.int64)
        in_parts(fill_integers, self.key(decision), keys, (_integers("high", top, keys.size),), out)
        return out

    def categorical(self, decision: str, who: Any, weights: Any) -> Ints:
        """Indices i64[n] in proportion to `weights` f64[k]; -1 where every weight is zero."""
        values = np.asarray(weights, np.float64)
        if values.ndim != 1 or not bool(np.all(np.isfinite(values) & (values >= 0.0))):
            message = (
                f"categorical({decision!r}): weights must be one row of finite numbers of at least 0, got {weights!r}"
            )
            raise ValueError(message)
        keys = _keys(who)
        urn = Urns(np.array([0, values.size]), np.cumsum(values))
        return urn.draw(self.key(decision), keys, np.zeros(keys.size, np.int64))

    def categorical_ragged(self, decision: str, who: Any, rows: Any, offsets: Any, cumulative: Any) -> Ints:
        """Indices i64[n] within row `rows[i]` of a ragged table of weights; -1 for a row of zeros.

        Row r owns `cumulative[offsets[r]:offsets[r + 1]]`, its own running sums of weights: finite,
        never falling (not checked), and not necessarily normalised.
        """
        return self.categorical_from(decision, who, rows, Urns(offsets, cumulative))

    def categorical_from(self, decision: str, who: Any, rows: Any, urns: Urns) -> Ints:
        """Indices i64[n] within row `rows[i]` of urns; -1 for a row of zeros."""
        keys = _keys(who)
        return urns.draw(self.key(decision), keys, _integers("rows", rows, keys.size, broadcast=False))


_poisson_sums = functools.lru_cache(maxsize=64)(poisson_sums)  # means are settings, of which there are few


def _keys(who: Any) -> Keys:
    """Identity keys as contiguous u64[n]; negative integers wrap around."""
    if type(who) is np.ndarray and who.dtype is _KEY and who.ndim == 1 and who.flags.carray:
        return who  # mostly, and quick to see
    array = np.asarray(who)
    if array.ndim != 1 or (array.dtype.kind not in "iu" and array.size):
        message = f"keys must be one row of integers, got {array.dtype} of shape {array.shape}"
        raise TypeError(message)
    return plain(array, np.uint64)


def _integers(name: str, values: Any, size: int, *, broadcast: bool = True) -> Ints:
    """Whole numbers, one per row, or (if broadcast) one for all."""
    if broadcast and type(values) is int:
        return np.array([values])
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
    """Numbers, one per row, or one for all: f64[size] or f64[1]."""
    if type(values) is float:
        return np.array([values])
    array = np.asarray(values, np.float64)
    if array.shape not in ((), (size,)):
        message = f"{name} has shape {array.shape}; {size} rows are drawn"
        raise ValueError(message)
    return plain(np.atleast_1d(array), np.float64)
