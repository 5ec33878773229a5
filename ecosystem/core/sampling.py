"""Coupled draws in proportion to weights.

An alias table or a cumulative sum re-maps many draws when one item is added, so that two scenarios
lose their common random numbers. Here every item has a place of its own, found from its key: items
of a group whose weights share a power of two form a bucket, and each bucket keeps its items in a
hash table of slots. A draw finds its bucket by going down a binary tree over the exponents, left or
right in proportion to the weight on either side, with a number of its own for every fork. Then it
tries slots of the bucket until one is filled and accepts (von Neumann's rejection, with at least
one half accepted at a filled slot). One more item moves only the draws that meet it or its
neighbours in the table, in proportion to its weight; a bucket that outgrows its table, which
happens once per doubling, moves four fifths of its own draws.

Weights count to 31 bits of precision or more (a relative error below 2**-31 = 5e-10), and shares of
a group below 2**-53 = 1e-16 may be lost. Bucket totals are sums of whole numbers, added up in the
order of the tree, so that they do not depend on the order of the rows. The layout of a table does
not either: slots are filled by linear probing in which the smaller hash keeps the slot, which is
independent of history (G. E. Blelloch and D. Golovin, "Strongly history-independent hashing with
applications", FOCS 2007, doi:10.1109/FOCS.2007.36). Rows of one group that share a key and a weight
exponent are the exception: they fall back on row order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from ecosystem.core.compiled import compiled, plain
from ecosystem.core.streams import GOLDEN, agent_base, draw_bits, mix64

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Limits of a positive weight. assumption: wide enough for any model; sums of 2**31 such weights and
# their products with 2**-32 stay normal float64 numbers.
SMALLEST, LARGEST = 1e-150, 1e150
_MAX_ROWS = 2**31  # a slot holds the row in 32 bits, and a table has at most 8/3 slots per row
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_LOW32, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
# IEEE 754 binary64: 52 bits of mantissa below 11 of exponent, whose bias puts [1/2, 1) at 1022.
_MANTISSA_BITS, _EXPONENT_BITS, _EXPONENTS, _BIAS = np.uint64(52), 11, 2048, 1022
_HIDDEN, _MANTISSA = np.uint64(1 << 52), np.uint64((1 << 52) - 1)
_THRESHOLD_SHIFT = np.uint64(21)  # from 53 bits of mantissa to a threshold of 32
_WORD = 64
# A place is a fork or a bucket: a number in bits 8 up, and in bits 0 to 7 what is told below.
_NUMBER, _REST, _FORK, _BIT = np.uint64(8), np.uint64(255), np.uint64(128), np.uint64(127)
_FORK_SHIFT = np.uint64(7)
_NOWHERE = np.uint64(0xFFFFFFFFFFFFFFFF)
_BELOW_ONE = 1.0 - 2.0**-53  # the largest float64 below 1
_BLOCK = 1024  # draws kept in the first-level cache at once; measured, flat from 256 to 4096


class Tables(NamedTuple):
    """What a kernel needs to draw.

    Attributes:
        root: u64[groups], the place where a draw in the group starts.
        split: u64[forks], a draw below it goes left at the fork.
        child: u64[2 * forks], the places left and right of each fork.
        slots: u64[slots], 0 when empty, else threshold << 32 | row.

    A place with bit 7 is a fork: its number from bit 8 up, the bit of the exponent that it splits
    by in bits 0 to 6. One without is a bucket: its first slot from bit 8 up, and 64 less the
    logarithm of their number below. All ones is a group without weight.
    """

    root: NDArray[np.uint64]
    split: NDArray[np.uint64]
    child: NDArray[np.uint64]
    slots: NDArray[np.uint64]


@compiled
def _threshold(bits: np.uint64) -> np.uint64:
    """The mantissa of a weight as a fraction of its bucket's top, in units of 2**-32."""
    return ((bits & _MANTISSA) | _HIDDEN) >> _THRESHOLD_SHIFT


@compiled
def _slot_bits(items: int) -> int:
    """Logarithm of the number of slots: the load is more than 3/8 and at most 3/4."""
    bits = 1
    while 4 * items > 3 << bits:
        bits += 1
    return bits


@compiled
def _rows_by_group(
    weights: NDArray[np.float64], groups: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Rows of positive weight in the order of groups; `ends` becomes where each group ends."""
    for row in range(groups.size):
        ends[groups[row]] += weights[row] > 0.0
    total = 0
    for group in range(ends.size):
        total, ends[group] = total + ends[group], total
    rows = np.empty(total, np.uint32)
    for row in range(groups.size):
        if weights[row] > 0.0:
            rows[ends[groups[row]]] = row
            ends[groups[row]] += 1
    return rows


@compiled
def _insert(slots: NDArray[np.uint64], place: np.uint64, entry: np.uint64, keys: NDArray[np.uint64]) -> None:
    """Put an entry into the slots of its bucket; of two that meet, the smaller hash stays."""
    start, shift = place >> _NUMBER, place & _REST
    last = (_ONE << (np.uint64(_WORD) - shift)) - _ONE
    order = mix64(keys[entry & _LOW32])
    slot = order >> shift
    while True:
        found = slots[start + slot]
        if found == _ZERO:
            slots[start + slot] = entry
            return
        other = mix64(keys[found & _LOW32])
        if order < other:
            slots[start + slot] = entry
            entry, order = found, other
        slot = (slot + _ONE) & last


@compiled
def _tally(
    bits: NDArray[np.uint64],
    rows: NDArray[np.uint32],
    count: NDArray[np.int64],
    total: NDArray[np.uint64],
    used: NDArray[np.int64],
) -> int:
    """Tally one group by exponent; `used` gets its exponents, the heaviest weights first."""
    n = 0
    for row in rows:
        exponent = np.int64(bits[row] >> _MANTISSA_BITS)
        if count[exponent] == 0:
            at = n
            while at > 0 and used[at - 1] < exponent:
                used[at] = used[at - 1]
                at -= 1
            used[at] = exponent
            n += 1
        count[exponent] += 1
        total[exponent] += _threshold(bits[row])
    return n


@compiled
def _join(
    n: int,
    exponents: NDArray[np.int64],
    places: NDArray[np.uint64],
    weights: NDArray[np.float64],
    forks: int,
    split: NDArray[np.uint64],
    child: NDArray[np.uint64],
) -> int:
    """Join n > 0 buckets, by falling exponent, into a tree; its root is left in `places[0]`.

    Two parts are joined at the highest bit in which their exponents differ, so that a new exponent
    leaves the other forks as they are. Returns the number of forks made so far, `forks` and more.
    """
    for bit in range(_EXPONENT_BITS):
        kept, i = 0, 0
        while i < n:
            paired = i + 1 < n and exponents[i] >> (bit + 1) == exponents[i + 1] >> (bit + 1)
            place, weight = places[i], weights[i]
            if paired:
                weight += weights[i + 1]
                share = min(weights[i] / weight, _BELOW_ONE)
                split[forks] = np.uint64(share * 2.0**64)
                child[2 * forks], child[2 * forks + 1] = place, places[i + 1]
                place = np.uint64(forks << 8) | _FORK | np.uint64(bit)
                forks += 1
            exponents[kept], places[kept], weights[kept] = exponents[i], place, weight
            kept += 1
            i += 1 + paired
        n = kept
    return forks


@compiled
def _fill(
    bits: NDArray[np.uint64],
    keys: NDArray[np.uint64],
    rows: NDArray[np.uint32],
    ends: NDArray[np.int64],
    totals: NDArray[np.float64],
    tables: Tables,
) -> Any:
    """Make the tree of every group and fill its slots; returns how many forks and slots."""
    count, total = np.zeros(_EXPONENTS, np.int64), np.zeros(_EXPONENTS, np.uint64)
    used, place_of = np.empty(_EXPONENTS, np.int64), np.empty(_EXPONENTS, np.uint64)
    places, weights = np.empty(_EXPONENTS, np.uint64), np.empty(_EXPONENTS, np.float64)
    forks, next_slot, start = 0, 0, 0
    for group in range(ends.size):
        members = rows[start : ends[group]]
        start = ends[group]
        n = _tally(bits, members, count, total, used)
        for i in range(n):
            exponent = used[i]
            size_bits = _slot_bits(count[exponent])
            weights[i] = np.float64(total[exponent]) * 2.0 ** (exponent - _BIAS - 32)
            places[i] = np.uint64(next_slot << 8) | np.uint64(_WORD - size_bits)
            place_of[exponent] = places[i]
            count[exponent], total[exponent] = 0, _ZERO
            next_slot += 1 << size_bits
        if n > 0:
            forks = _join(n, used, places, weights, forks, tables.split, tables.child)
            tables.root[group], totals[group] = places[0], weights[0]
        for row in members:
            entry = (_threshold(bits[row]) << _HALF) | np.uint64(row)
            _insert(tables.slots, place_of[bits[row] >> _MANTISSA_BITS], entry, keys)
    return forks, next_slot


@compiled
def _descend(tables: Tables, place: np.uint64, base: np.uint64) -> np.uint64:
    """Left or right at a fork. Tries count up from `base`, forks count down."""
    number = place >> _NUMBER
    bits = mix64(base - ((place & _BIT) + _ONE) * GOLDEN)
    right = np.uint64(bits >= tables.split[number])
    return np.uint64(tables.child[(number << _ONE) + right])


@compiled
def draw_row(tables: Tables, group: int, base: np.uint64) -> int:
    """One row of a group in proportion to weights, or -1; for use inside kernels.

    `base` is 64 random bits of the draw: `draw_bits(agent_base(key, who), ordinal)`.
    """
    place, trial = tables.root[group], np.uint64(base)
    if place == _NOWHERE:
        return -1
    while place & _FORK:
        place = _descend(tables, place, trial)
    start, shift = place >> _NUMBER, place & _REST
    while True:
        trial += GOLDEN
        bits = mix64(trial)
        entry = tables.slots[start + (bits >> shift)]
        if (bits & _LOW32) < (entry >> _HALF):
            return int(np.int64(entry & _LOW32))


@compiled
def _find_buckets(
    tables: Tables,
    places: NDArray[np.uint64],
    bases: NDArray[np.uint64],
    waiting: NDArray[np.uint64],
    left: int,
) -> None:
    """Take the first `left` draws listed in `waiting` down to their buckets, without branches."""
    while left > 0:
        kept = 0
        for k in range(np.uint64(left)):
            i = waiting[k]
            place = _descend(tables, places[i], bases[i])
            places[i] = place
            waiting[np.uint64(kept)] = i
            kept += int((place & _FORK) >> _FORK_SHIFT)
        left = kept


@compiled
def _try_slots(
    slots: NDArray[np.uint64],
    places: NDArray[np.uint64],
    trials: NDArray[np.uint64],
    waiting: NDArray[np.uint64],
    left: int,
    out: NDArray[np.int64],
) -> None:
    """Try slots for the first `left` draws listed in `waiting` until each has its row."""
    while left > 0:
        kept = 0
        for k in range(np.uint64(left)):
            i = waiting[k]
            trials[i] += GOLDEN
            bits = mix64(trials[i])
            place = places[i]
            entry = slots[(place >> _NUMBER) + (bits >> (place & _REST))]
            out[i] = np.int64(entry & _LOW32)
            waiting[np.uint64(kept)] = i
            kept += int((bits & _LOW32) >= (entry >> _HALF))
        left = kept


@compiled
def _draw_many(
    tables: Tables,
    key: np.uint64,
    who: NDArray[np.uint64],
    ordinals: NDArray[np.int64],
    groups: NDArray[np.int64],
    out: NDArray[np.int64],
) -> None:
    """`draw_row` for many, in blocks, so that no draw waits for the branches of another."""
    places, bases = np.empty(_BLOCK, np.uint64), np.empty(_BLOCK, np.uint64)
    at_forks, some = np.empty(_BLOCK, np.uint64), np.empty(_BLOCK, np.uint64)
    for start in range(0, who.size, _BLOCK):
        size = min(_BLOCK, who.size - start)
        forked, left = 0, 0
        for i in range(size):
            bases[i] = draw_bits(agent_base(key, who[start + i]), ordinals[start + i])
            place = tables.root[np.uint64(groups[start + i])]
            places[i] = place
            out[start + i] = -1
            at_forks[forked], some[left] = i, i
            present = place != _NOWHERE
            forked += int(present and (place & _FORK) != _ZERO)
            left += int(present)
        _find_buckets(tables, places, bases, at_forks, forked)
        _try_slots(tables.slots, places, bases, some, left, out[start : start + size])


class WeightedGroups:
    """Items with weights in groups, frozen, to draw from in proportion to the weights.

    Attributes:
        tables: the arrays, for kernels that call `draw_row`.
        n_groups: the number of groups.
        totals: f64[n_groups], the weight of each group.
    """

    def __init__(self, weights: Any, keys: Any, groups: Any = None, n_groups: int = 1) -> None:
        """Build in O(n + groups).

        Args:
            weights: f64[n], 0 or from SMALLEST to LARGEST; an item of weight 0 is never drawn.
            keys: u64[n], the identities of the items, which fix their places.
            groups: i64[n] from 0 to n_groups - 1; one group if not given.
            n_groups: the number of groups.
        """
        values = plain(weights, np.float64)
        identity = plain(keys, np.uint64)
        group_of = np.zeros(values.size, np.int64) if groups is None else np.asarray(groups)
        if group_of.dtype.kind not in "iu":
            message = f"groups must be whole numbers, got {group_of.dtype}"
            raise TypeError(message)
        group_of = plain(group_of, np.int64)
        _check(values, identity, group_of, n_groups)
        ends = np.zeros(n_groups, np.int64)
        rows = _rows_by_group(values, group_of, ends)
        root = np.full(n_groups, _NOWHERE)
        split, child = np.empty(rows.size, np.uint64), np.empty(2 * rows.size, np.uint64)
        slots = np.zeros(8 * rows.size // 3 + 1, np.uint64)  # the load is more than 3/8
        self.totals = np.zeros(n_groups)
        room = Tables(root, split, child, slots)
        forks, used = _fill(values.view(np.uint64), identity, rows, ends, self.totals, room)
        # What was left untouched of the room was never given memory; copies let go of the rest.
        self.tables = Tables(root, split[:forks].copy(), child[: 2 * forks].copy(), slots[:used])
        self.n_groups = n_groups

    @classmethod
    def restore(cls, tables: Tables) -> Self:
        """Rebuild from the arrays of another, as a checkpoint keeps them."""
        built = cls.__new__(cls)
        built.n_groups, built.tables = len(tables.root), tables
        return built

    def draw(self, key: Any, who: Any, ordinals: Any, groups: Any) -> NDArray[np.int64]:
        """Rows i64[m] drawn in proportion to weights, -1 in a group without weight.

        Args:
            key: of the decision, from `Streams.key`.
            who: u64[m], the identities of those who draw.
            ordinals: i64[m], telling apart the draws of one of them; or one number.
            groups: i64[m], the group of each draw; or one number.
        """
        names = plain(who, np.uint64)
        numbers, chosen = (plain(np.broadcast_to(a, names.shape), np.int64) for a in (ordinals, groups))
        if chosen.size and not (chosen.min() >= 0 and chosen.max() < self.n_groups):
            message = f"draw: groups must lie from 0 to {self.n_groups - 1}"
            raise IndexError(message)
        out = np.empty(names.size, np.int64)
        _draw_many(self.tables, np.uint64(key), names, numbers, chosen, out)
        return out


def _check(weights: NDArray[np.float64], keys: NDArray[np.uint64], groups: NDArray[Any], n_groups: int) -> None:
    """Refuse input that no table can be built from, naming the row."""
    if not weights.shape == keys.shape == groups.shape == (weights.size,):
        message = (
            f"weights, keys and groups must be rows of one length, got shapes "
            f"{weights.shape}, {keys.shape}, {groups.shape}"
        )
        raise ValueError(message)
    if weights.size >= _MAX_ROWS:
        message = f"{weights.size} items; at most {_MAX_ROWS - 1} can be drawn from"
        raise ValueError(message)
    bad = ~((weights == 0.0) | ((weights >= SMALLEST) & (weights <= LARGEST)))
    if bad.any():
        row = int(np.argmax(bad))
        message = f"weight of row {row} is {weights[row]}; it must be 0 or from {SMALLEST:g} to {LARGEST:g}"
        raise ValueError(message)
    if weights.size and not (groups.min() >= 0 and groups.max() < n_groups):
        row = int(np.argmax((groups < 0) | (groups >= n_groups)))
        message = f"group of row {row} is {groups[row]}; groups go from 0 to {n_groups - 1}"
        raise IndexError(message)
