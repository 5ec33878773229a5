"""Tables for draws in proportion to weights, and how they are built; `sampling.py` says what for.

Weights of a group that lie between two neighbouring marks form a bucket; the marks are 1 and 1 1/2
times the powers of two. The mark at its upper end counts to a bucket, so that the weights 1, 2, 3
and 4, which counts of votes make frequent, fill theirs to the full.

Building takes five passes over the items: the range of marks of each group, the number and weight
of items in each bucket, the places and trees that follow from them, the items in the order of
buckets, and the slots. All but the third share their rows or buckets out among threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ecosystem.core.compiled import compiled
from ecosystem.core.streams import mix64
from ecosystem.core.threads import parts_of, share_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "BIT",
    "CHILD",
    "CHILD_BITS",
    "GROWTH",
    "GROWTH_BITS",
    "HALF",
    "LARGEST",
    "LOW32",
    "NOWHERE",
    "NUMBER",
    "SHIFT",
    "SMALLEST",
    "Tables",
    "build",
]

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_BLOCK = 1024  # items whose hashes are worked out together; measured: a fifth less time than one by one
LOW32, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
# A weight's bits as IEEE 754 binary64 number it by size; the upper 13 tell its bucket: 11 of
# exponent and one of mantissa below the sign.
_CODE_SHIFT, _CODES, _CODE_BITS = np.uint64(51), 4096, 12
# Added to these 13 bits, so that the code of the weight 1 is a high power of two and trees over larger weights are low.
_CODE_OFFSET = np.uint64(3)
# Limits of a positive weight. assumption: wide enough for any model; sums of 2**31 such weights and
# their products with 2**-32 stay normal float64 numbers.
SMALLEST, LARGEST = 1e-150, 1e150
_LEAST, _MOST = (int((bits - _ONE) >> _CODE_SHIFT) + 3 for bits in np.array([SMALLEST, LARGEST]).view(np.uint64))
# A node in one number: from bit 32 up the largest number that goes left, in bits 28 to 31 the bit of
# the code that it splits by, below the place of its left child. At a leaf everything goes left, to
# the leaf itself.
CHILD_BITS, BIT, CHILD = np.uint64(28), np.uint64(15), np.uint64((1 << 28) - 1)
_LEAF = LOW32 << HALF
_MOST_NODES = 1 << 28
# A bucket in one number: from bit 9 up its first slot; their number is GROWTH (bits 6 to 8) times
# two to the power of 32 less SHIFT (bits 0 to 5).
NUMBER, GROWTH_BITS, GROWTH, SHIFT = np.uint64(9), np.uint64(6), np.uint64(7), np.uint64(63)
# All ones is a group without weight.
NOWHERE = np.uint64(0xFFFFFFFFFFFFFFFF)


class Tables(NamedTuple):
    """What a kernel needs to draw.

    Attributes:
        root: u64[groups], the node where a draw in the group starts; all ones without weight.
        height: u64[groups], forks on the longest way down.
        nodes: u64[nodes], the forks and leaves of all groups, children side by side.
        places: u64[nodes], at a leaf the slots of its bucket.
        slots: u64[slots], 0 when empty, else threshold << 32 | row.
    """

    root: NDArray[np.uint64]
    height: NDArray[np.uint64]
    nodes: NDArray[np.uint64]
    places: NDArray[np.uint64]
    slots: NDArray[np.uint64]


@compiled
def _code(bits: np.uint64) -> int:
    """The number of a weight's bucket among all that there could be."""
    return int(((bits - _ONE) >> _CODE_SHIFT) + _CODE_OFFSET)


@compiled
def _find_ranges(
    bits: NDArray[np.uint64], groups: NDArray[np.int32], least: NDArray[np.int64], most: NDArray[np.int64]
) -> None:
    """Lower `least` and raise `most` to the codes of each group's weights."""
    for row in range(np.uint64(bits.size)):
        if bits[row] != _ZERO:
            code, group = _code(bits[row]), np.uint64(groups[row])
            least[group] = min(least[group], code)
            most[group] = max(most[group], code)


class _Buckets(NamedTuple):
    """Buckets that there could be, in the order of groups and codes.

    Attributes:
        offset: i64[groups], what to add to a code for the number of its bucket.
        top: f64[buckets], the upper mark.
        scale: f64[buckets], thresholds per unit of weight: the upper mark stands for 2**32.
    """

    offset: NDArray[np.int64]
    top: NDArray[np.float64]
    scale: NDArray[np.float64]


def _between_marks(least: NDArray[np.int64], most: NDArray[np.int64]) -> _Buckets:
    width = np.maximum(most - least + 1, 0)
    start = np.cumsum(width) - width
    offset = np.where(width > 0, start - least, 0)
    number = np.arange(int(width.sum()))
    code = number - np.repeat(offset, width)
    top = ((code + 1).astype(np.uint64) - _CODE_OFFSET << _CODE_SHIFT).view(np.float64)
    return _Buckets(offset, top, 2.0**32 / top)


@compiled
def _threshold(weight: float, scale: float) -> np.uint64:
    """The share of its bucket's upper mark that a weight reaches, in units of 2**-32."""
    return min(np.uint64(weight * scale), LOW32)


@compiled
def _tally(
    weights: NDArray[np.float64],
    groups: NDArray[np.int32],
    offset: NDArray[np.int64],
    scale: NDArray[np.float64],
    count: NDArray[np.int64],
    total: NDArray[np.uint64],
) -> None:
    """Add up the items and the thresholds of each bucket; whole numbers, so that no order matters."""
    bits = weights.view(np.uint64)
    for row in range(np.uint64(weights.size)):
        if bits[row] != _ZERO:
            bucket = np.uint64(offset[np.uint64(groups[row])] + _code(bits[row]))
            count[bucket] += 1
            total[bucket] += _threshold(weights[row], scale[bucket])


@compiled
def _place(first: int, items: int) -> np.uint64:
    """The slots of a bucket: 4 to 7 times a power of two, so that the load is from 0.64 to 0.8, or less of few."""
    needed, doublings = (5 * items + 3) // 4, 0
    while 7 << doublings < needed:
        doublings += 1
    growth = 4
    while growth << doublings < needed:
        growth += 1
    return np.uint64(first << 9) | np.uint64(growth << 6) | np.uint64(32 - doublings)


@compiled
def _slots_of(place: np.uint64) -> int:
    return int(((place >> GROWTH_BITS) & GROWTH) << (HALF - (place & SHIFT)))


@compiled
def _settle(value: np.uint64, place: np.uint64, at: int, nodes: NDArray[np.uint64], places: NDArray[np.uint64]) -> None:
    """Put a node where it belongs; a leaf leads to itself."""
    nodes[at] = value | np.uint64(at) if value == _LEAF else value
    places[at] = place


@compiled
def _join(
    n: int,
    codes: NDArray[np.int64],
    values: NDArray[np.uint64],
    places: NDArray[np.uint64],
    weights: NDArray[np.float64],
    heights: NDArray[np.int64],
    used: int,
    tables: Tables,
) -> int:
    """Join n > 0 leaves, by falling code, into a tree, whose root is left at index 0.

    Two parts are joined at the highest bit in which their codes differ, so that a new bucket leaves
    the other forks as they are. Returns the number of nodes made so far, `used` and more.
    """
    for bit in range(_CODE_BITS):
        kept, i = 0, 0
        while i < n:
            value, place, weight, height = values[i], places[i], weights[i], heights[i]
            paired = i + 1 < n and codes[i] >> (bit + 1) == codes[i + 1] >> (bit + 1)
            if paired:
                _settle(value, place, used, tables.nodes, tables.places)
                _settle(values[i + 1], places[i + 1], used + 1, tables.nodes, tables.places)
                weight += weights[i + 1]
                left = min(max(int(weights[i] / weight * 2.0**32 + 0.5), 1), (1 << 32) - 1)
                value = (np.uint64(left - 1) << HALF) | (np.uint64(bit) << CHILD_BITS) | np.uint64(used)
                height = max(height, heights[i + 1]) + 1
                used += 2
            codes[kept], values[kept], places[kept], weights[kept], heights[kept] = (
                codes[i],
                value,
                place,
                weight,
                height,
            )
            kept += 1
            i += 1 + paired
        n = kept
    return used


@compiled
def _lay_out(
    ends: NDArray[np.int64],
    offset: NDArray[np.int64],
    top: NDArray[np.float64],
    count: NDArray[np.int64],
    total: NDArray[np.uint64],
    place_of: NDArray[np.uint64],
    totals: NDArray[np.float64],
    tables: Tables,
) -> Any:
    """Give every bucket its slots and every group its tree; returns how many nodes and slots there are.

    Args:
        ends: i64[groups], where the buckets of each group end.
        offset: of a group's codes, as in `_Buckets`.
        top: upper mark of each bucket.
        count: items in each.
        total: sum of their thresholds.
        place_of: u64[buckets], filled.
        totals: f64[groups], filled with weights.
        tables: `root`, `height`, `nodes` and `places` are filled.
    """
    codes, weights = np.empty(_CODES, np.int64), np.empty(_CODES, np.float64)
    values, places = np.empty(_CODES, np.uint64), np.empty(_CODES, np.uint64)
    heights = np.empty(_CODES, np.int64)
    none: int = np.int64(0)  # type: ignore[assignment]  # what kernels are given starts as this; see `compiled`
    used, next_slot, start = none, none, 0
    for group in range(ends.size):
        n = none
        for bucket in range(ends[group] - 1, start - 1, -1):
            if count[bucket] == 0:
                continue
            place_of[bucket] = _place(next_slot, int(count[bucket]))
            next_slot += _slots_of(place_of[bucket])
            codes[n], values[n], places[n], heights[n] = bucket - offset[group], _LEAF, place_of[bucket], 0
            weights[n] = np.float64(total[bucket]) * top[bucket] * 2.0**-32
            n += 1
        if n > 0:
            used = _join(n, codes, values, places, weights, heights, used, tables)
            if values[0] == _LEAF:  # a tree that is one leaf
                _settle(values[0], places[0], used, tables.nodes, tables.places)
                values[0] |= np.uint64(used)
                used += 1
            tables.root[group], tables.height[group], totals[group] = values[0], heights[0], weights[0]
        start = ends[group]
    return used, next_slot


@compiled
def _sort(
    weights: NDArray[np.float64],
    groups: NDArray[np.int32],
    first: int,
    offset: NDArray[np.int64],
    scale: NDArray[np.float64],
    at: NDArray[np.int64],
    entries: NDArray[np.uint64],
) -> None:
    """Write the entries of items, the rows from `first` on, in the order of buckets; `at` moves along."""
    bits = weights.view(np.uint64)
    for i in range(np.uint64(weights.size)):
        if bits[i] != _ZERO:
            bucket = np.uint64(offset[np.uint64(groups[i])] + _code(bits[i]))
            to = np.uint64(at[bucket])
            at[bucket] += 1
            entries[to] = (_threshold(weights[i], scale[bucket]) << HALF) | (np.uint64(first) + i)


@compiled
def _fill(
    first: int,
    stop: int,
    ends: NDArray[np.int64],
    place_of: NDArray[np.uint64],
    entries: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    slots: NDArray[np.uint64],
    held: NDArray[np.uint64],
) -> None:
    """Put the items of the buckets from `first` to before `stop` into their slots.

    Each takes the first free slot from where the hash of its key points; of two that meet the smaller hash
    stays. `held` (as long as `slots`) keeps the hashes of what is in the slots.
    """
    orders, at = np.empty(_BLOCK, np.uint64), np.empty(_BLOCK, np.uint64)
    for bucket in range(first, stop):
        place = place_of[bucket]
        start, size = place >> NUMBER, np.uint64(_slots_of(place))
        for begin in range(ends[bucket - 1] if bucket > 0 else 0, ends[bucket], _BLOCK):
            some = entries[begin : min(begin + _BLOCK, ends[bucket])]
            for i in range(np.uint64(some.size)):
                orders[i] = keys[some[i] & LOW32]
            for i in range(np.uint64(some.size)):
                orders[i] = mix64(orders[i])
                at[i] = start + (((orders[i] >> HALF) * size) >> HALF)
            for i in range(np.uint64(some.size)):
                entry, order, slot = some[i], orders[i], at[i]
                while slots[slot] != _ZERO:
                    if order < held[slot]:
                        slots[slot], entry = entry, slots[slot]
                        held[slot], order = order, held[slot]
                    slot = slot + _ONE if slot + _ONE < start + size else start
                slots[slot], held[slot] = entry, order


class _Tally(NamedTuple):
    """What the buckets hold, from parts of the rows that threads counted by themselves.

    Attributes:
        parts: first row of each part and the one after its last.
        counts: i64[parts, buckets], items of each part.
        items: i64[buckets], items in all.
        total: u64[buckets], sum of thresholds.
    """

    parts: list[tuple[int, int]]
    counts: NDArray[np.int64]
    items: NDArray[np.int64]
    total: NDArray[np.uint64]


def _count(weights: NDArray[np.float64], groups: NDArray[np.int32], marks: _Buckets) -> _Tally:
    size = len(marks.top)

    def work(start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        count, total = np.zeros(size, np.int64), np.zeros(size, np.uint64)
        _tally(weights[start:stop], groups[start:stop], marks.offset, marks.scale, count, total)
        return count, total

    found = share_out(work, len(weights))
    counts, totals = (np.array(column) for column in zip(*found, strict=True))
    return _Tally(parts_of(len(weights)), counts, counts.sum(axis=0), totals.sum(axis=0))


def _filled_slots(
    weights: NDArray[np.float64],
    keys: NDArray[np.uint64],
    groups: NDArray[np.int32],
    marks: _Buckets,
    tally: _Tally,
    place_of: NDArray[np.uint64],
    n_slots: int,
) -> NDArray[np.uint64]:
    ends = np.cumsum(tally.items)
    items = int(tally.items.sum())
    entries = np.empty(items, np.uint64)
    before = np.cumsum(tally.counts, axis=0) - tally.counts  # items of the same bucket in parts before
    at = {start: ends - tally.items + before[part] for part, (start, _) in enumerate(tally.parts)}

    def sort(start: int, stop: int) -> None:
        rows = slice(start, stop)
        _sort(weights[rows], groups[rows], start, marks.offset, marks.scale, at[start], entries)

    share_out(sort, len(weights))
    slots, held = np.zeros(n_slots, np.uint64), np.empty(n_slots, np.uint64)

    def fill(start: int, stop: int) -> None:
        # Whole buckets: those that end within the part.
        first, last = np.searchsorted(ends, [start, stop], side="right")
        _fill(int(first), int(last), ends, place_of, entries, keys, slots, held)

    share_out(fill, items)
    return slots


def build(
    weights: NDArray[np.float64], keys: NDArray[np.uint64], groups: NDArray[np.int32], n_groups: int
) -> tuple[Tables, NDArray[np.float64]]:
    """The tables of weighted items in groups, and the weight of each group.

    Args:
        weights: f64[n], 0 or from SMALLEST to LARGEST.
        keys: u64[n], identities.
        groups: i32[n].
        n_groups: their number.

    Raises:
        ValueError: more than 2**27 buckets.
    """
    least, most = np.full(n_groups, _LEAST), np.full(n_groups, _MOST)
    if n_groups * (_MOST - _LEAST) > len(weights):  # else room for every bucket there could be costs less than looking
        least, most = np.full(n_groups, _CODES), np.full(n_groups, -1)
        _find_ranges(weights.view(np.uint64), groups, least, most)
    marks = _between_marks(least, most)
    tally = _count(weights, groups, marks)
    filled = int((tally.items > 0).sum())
    if 2 * filled > _MOST_NODES:
        message = f"{filled} buckets of weights; at most {_MOST_NODES // 2} in one table"
        raise ValueError(message)
    root, height = np.full(n_groups, NOWHERE), np.zeros(n_groups, np.uint64)
    tables = Tables(root, height, np.empty(2 * filled, np.uint64), np.empty(2 * filled, np.uint64), root[:0])
    totals, place_of = np.zeros(n_groups), np.zeros(len(marks.top), np.uint64)
    group_ends = np.cumsum(np.maximum(most - least + 1, 0))
    nodes, n_slots = _lay_out(group_ends, marks.offset, marks.top, tally.items, tally.total, place_of, totals, tables)
    slots = _filled_slots(weights, keys, groups, marks, tally, place_of, n_slots)
    tables = tables._replace(nodes=tables.nodes[:nodes].copy(), places=tables.places[:nodes].copy(), slots=slots)
    return tables, totals
