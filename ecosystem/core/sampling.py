"""Coupled draws in proportion to weights.

An alias table or a cumulative sum re-maps many draws when one item is added, so that two scenarios
lose their common random numbers. Here every item has a place of its own, found from its key: items
of a group whose weights lie between two neighbouring marks form a bucket, and each bucket keeps its
items in a hash table of slots. A draw finds its bucket by going down a binary tree over the buckets,
left or right in proportion to the weight on either side, with a number of its own for every fork.
Then it tries slots of the bucket until one is filled and accepts (von Neumann's rejection, with at
least two thirds accepted at a filled slot). One more item moves only the draws that meet it or its
neighbours in the table, in proportion to its weight; a bucket that outgrows its table, which
happens four times per doubling, moves most of its own draws.

Weights count to 31 bits of precision or more (a relative error below 2**-31 = 5e-10), and the
chances at a fork to 2**-33 = 1e-10, so that shares of a group below that may be lost or be as large
as 2**-32. Bucket totals are sums of whole numbers, added up in the order of the tree, so that they
do not depend on the order of the rows. The layout of a table does not either: slots are filled by
linear probing in which the smaller hash keeps the slot, which is independent of history
(G. E. Blelloch and D. Golovin, "Strongly history-independent hashing with applications", FOCS 2007,
doi:10.1109/FOCS.2007.36). Rows of one group that share a key and a bucket are the exception: they
fall back on row order.

Many draws are made in blocks, step by step for the whole block: what a step computes is free of
branches and memory, and what it looks up does not wait for what the draw before it found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from ecosystem.core import buckets
from ecosystem.core.buckets import (
    BIT,
    CHILD,
    CHILD_BITS,
    GROWTH,
    GROWTH_BITS,
    HALF,
    LARGEST,
    LOW32,
    NOWHERE,
    NUMBER,
    SHIFT,
    SMALLEST,
    Tables,
)
from ecosystem.core.compiled import compiled, plain
from ecosystem.core.streams import GOLDEN, agent_base, draw_bits, mix64
from ecosystem.core.threads import share_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BLOCK", "LARGEST", "SMALLEST", "Room", "Tables", "WeightedGroups", "draw_block", "draw_row", "make_room"]

_MAX_ROWS = 2**31  # a slot holds the row in 32 bits, of which kernels want the sign
_ONE = np.uint64(1)
BLOCK = 4096
"""Most draws in a block. Measured on a million people's reads: 512 takes a tenth more time than 1024, and a month
with 4096 some 5 % less. Ten arrays of so many numbers stay in a processor's second-level cache."""


@compiled
def _child(node: np.uint64, base: np.uint64) -> np.uint64:
    """Left or right at a fork. Tries count up from `base`, forks count down."""
    bits = mix64(base - (((node >> CHILD_BITS) & BIT) + _ONE) * GOLDEN)
    return (node & CHILD) + np.uint64((bits >> HALF) > (node >> HALF))


@compiled
def _slot(place: np.uint64, bits: np.uint64) -> np.uint64:
    """The slot of a bucket that the upper half of random bits points to."""
    return (place >> NUMBER) + (((bits >> HALF) * ((place >> GROWTH_BITS) & GROWTH)) >> (place & SHIFT))


@compiled
def draw_row(tables: Tables, group: int, base: np.uint64) -> int:
    """One row of a group in proportion to weights, or -1; for use inside kernels that draw now and then.

    `base` is 64 random bits of the draw: `draw_bits(agent_base(key, who), ordinal)`.
    """
    node, trial = tables.root[group], np.uint64(base)
    if node == NOWHERE:
        return -1
    for _ in range(tables.height[group]):
        node = tables.nodes[_child(node, trial)]
    place = tables.places[node & CHILD]
    while True:
        trial += GOLDEN
        bits = mix64(trial)
        entry = tables.slots[_slot(place, bits)]
        if (bits & LOW32) < (entry >> HALF):
            return int(np.int64(entry & LOW32))


class Room(NamedTuple):
    """What a block of draws is worked out in; arrays of shape (BLOCK,). Made once and used for block after block.

    Attributes:
        number: which of the block's draws it is, of those under way.
        here: the node or bucket where it stands.
        to: the node or slot where it looks next, and then what it finds there.
        luck: the random number that decides whether it stays.
        again: which of the draws under way were refused.
    """

    number: NDArray[np.uint64]
    here: NDArray[np.uint64]
    to: NDArray[np.uint64]
    luck: NDArray[np.uint64]
    again: NDArray[np.uint64]


@compiled
def make_room() -> Room:
    """Room for the draws of a kernel, empty."""
    number, here, again = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    return Room(number, here, np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64), again)


@compiled
def _find_buckets(tables: Tables, left: np.uint64, height: np.uint64, trial: NDArray[np.uint64], room: Room) -> None:
    """Take the first `left` draws from their roots down to buckets, all of them one fork at a time."""
    # Arrays are taken out of the tuples first, because taking one out counts its holders anew.
    nodes, places, here, to = tables.nodes, tables.places, room.here, room.to
    for _ in range(height):
        for i in range(left):
            to[i] = _child(here[i], trial[i])
        for i in range(left):
            here[i] = nodes[to[i]]
    for i in range(left):
        here[i] = places[here[i] & CHILD]


@compiled
def _try_slots(tables: Tables, left: np.uint64, trial: NDArray[np.uint64], room: Room, rows: NDArray[np.int64]) -> None:
    """Try slots of their buckets for the first `left` draws, again and again for those that are refused."""
    slots, (number, here, to, luck, again) = tables.slots, room
    while left > 0:
        for i in range(left):
            trial[i] += GOLDEN
            bits = mix64(trial[i])
            to[i], luck[i] = _slot(here[i], bits), bits & LOW32
        for i in range(left):
            to[i] = slots[to[i]]
        for i in range(left):
            rows[number[i]] = np.int64(to[i] & LOW32)
        refused = np.uint64(0)
        for i in range(left):
            again[refused] = i
            refused += np.uint64(luck[i] >= (to[i] >> HALF))
        for i in range(refused):
            k = again[i]
            number[i], trial[i], here[i] = number[k], trial[k], here[k]
        left = refused


@compiled
def draw_block(
    tables: Tables,
    count: int,
    groups: NDArray[np.int64],
    bases: NDArray[np.uint64],
    rows: NDArray[np.int64],
    room: Room,
) -> None:
    """`draw_row` for the first `count` <= BLOCK draws, into `rows`; for use inside kernels. Group -1 gives row -1.

    `bases` is used up.
    """
    roots, heights, number, here = tables.root, tables.height, room.number, room.here
    left, absent, height = np.uint64(count), np.uint64(0), np.uint64(0)
    # One loop for each of these, or the processor's instructions for many numbers at once are not used.
    for i in range(left):
        here[i] = roots[np.uint64(max(groups[i], 0))] if groups[i] >= 0 else NOWHERE
    for i in range(left):
        height = max(height, heights[np.uint64(max(groups[i], 0))])
    for i in range(left):
        absent += np.uint64(here[i] == NOWHERE)
    for i in range(left):
        number[i] = i
    if absent > 0:
        left = np.uint64(0)
        for i in range(np.uint64(count)):
            rows[i] = -1
            number[left], bases[left], here[left] = i, bases[i], here[i]
            left += np.uint64(here[i] != NOWHERE)
    _find_buckets(tables, left, height, bases, room)
    _try_slots(tables, left, bases, room, rows)


@compiled
def _draw_many(
    tables: Tables,
    key: np.uint64,
    who: NDArray[np.uint64],
    ordinals: NDArray[np.int64],
    groups: NDArray[np.int64],
    out: NDArray[np.int64],
) -> None:
    """`draw_row` for many."""
    bases, room = np.empty(BLOCK, np.uint64), make_room()
    for start in range(0, who.size, BLOCK):
        size = min(BLOCK, who.size - start)
        for i in range(size):
            bases[i] = draw_bits(agent_base(key, who[start + i]), ordinals[start + i])
        draw_block(tables, size, groups[start : start + size], bases, out[start : start + size], room)


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
            groups: whole numbers [n] from 0 to n_groups - 1; one group if not given.
            n_groups: the number of groups.
        """
        values = plain(weights, np.float64)
        identity = plain(keys, np.uint64)
        group_of = np.zeros(values.size, np.int32) if groups is None else np.asarray(groups)
        if group_of.dtype.kind not in "iu":
            message = f"groups must be whole numbers, got {group_of.dtype}"
            raise TypeError(message)
        _check(values, identity, group_of, n_groups)
        self.tables, self.totals = buckets.build(values, identity, plain(group_of, np.int32), n_groups)
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

        def work(start: int, stop: int) -> None:
            part = slice(start, stop)
            _draw_many(self.tables, np.uint64(key), names[part], numbers[part], chosen[part], out[part])

        share_out(work, names.size)
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
    fine = bool(weights.size) and weights.min() >= SMALLEST and weights.max() <= LARGEST  # often, and quick to see
    bad = None if fine else ~((weights == 0.0) | ((weights >= SMALLEST) & (weights <= LARGEST)))
    if bad is not None and bad.any():
        row = int(np.argmax(bad))
        message = f"weight of row {row} is {weights[row]}; it must be 0 or from {SMALLEST:g} to {LARGEST:g}"
        raise ValueError(message)
    if weights.size and not (groups.min() >= 0 and groups.max() < n_groups):
        row = int(np.argmax((groups < 0) | (groups >= n_groups)))
        message = f"group of row {row} is {groups[row]}; groups go from 0 to {n_groups - 1}"
        raise IndexError(message)
