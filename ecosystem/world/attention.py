"""Views and upvotes by item, from who read what."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain
from ecosystem.core.threads import parts_of, share_out

__all__ = ["IN_CACHE", "Attention", "views_in", "votes_in"]

type F64 = NDArray[np.float64]
type F32 = NDArray[np.float32]
type U32 = NDArray[np.uint32]
type U64 = NDArray[np.uint64]
type I64 = NDArray[np.int64]

_NONE = np.uint32(0xFFFFFFFF)
"""The row -1 as an unsigned number: above every other."""
_BITS = np.uint64(15)
_BLOCK = 1 << 15
"""Items whose reads are counted together. As many as leave a bit for the vote beside the place in two bytes; their
counts, 8 bytes each, stay in the processor's second-level cache."""
IN_CACHE = 1 << 20
"""Items up to which reads are counted where they fall. Measured with 5 million reads: half the time of sorting them
first for 0.2 to 0.75 million items, the same for 1.5, and two to three times it for 3 to 12."""
_PLACE, _ONE, _HALF, _LOW32 = np.uint64(_BLOCK - 1), np.uint64(1), np.uint64(32), np.uint64(0xFFFFFFFF)


@compiled
def _count_in_place(reads: U32, upvoted: NDArray[np.bool_], first: np.uint32, counts: U64) -> None:
    """Count the reads of items from ``first`` on in ``counts`` (items,), as votes << 32 | views."""
    for read in range(np.uint64(reads.size)):
        if reads[read] != _NONE:
            counts[np.uint64(reads[read] - first)] += _ONE + (np.uint64(upvoted[read]) << _HALF)


@compiled
def _measure(reads: U32, first: np.uint32, sizes: I64) -> None:
    """Add to ``sizes`` (blocks,) how many reads go to each block of items from ``first`` on."""
    for read in range(np.uint64(reads.size)):
        if reads[read] != _NONE:
            sizes[np.uint64(reads[read] - first) >> _BITS] += 1


@compiled
def _sort(reads: U32, upvoted: NDArray[np.bool_], first: np.uint32, at: I64, entries: NDArray[np.uint16]) -> None:
    """Write each read, as place in its block << 1 | upvoted, where the entries of the block go on.

    That is ``at`` (blocks,), which moves along; items count from ``first``.
    """
    for read in range(np.uint64(reads.size)):
        if reads[read] != _NONE:
            position = np.uint64(reads[read] - first)
            to = np.uint64(at[position >> _BITS])
            at[position >> _BITS] += 1
            entries[to] = np.uint16(((position & _PLACE) << _ONE) | np.uint64(upvoted[read]))


@compiled
def _count(entries: NDArray[np.uint16], ends: I64, start: int, stop: int, counts: U64) -> None:
    """Count the entries of the blocks from ``start`` to before ``stop``, which end at ``ends``."""
    for block in range(start, stop):
        own = counts[block * _BLOCK :]
        for at in range(np.uint64(ends[block - 1] if block > 0 else 0), np.uint64(ends[block])):
            entry = np.uint64(entries[at])
            own[entry >> _ONE] += _ONE + ((entry & _ONE) << _HALF)


@compiled
def views_in(counts: np.uint64) -> int:
    """The views among the counts of an item."""
    return int(counts & _LOW32)


@compiled
def votes_in(counts: np.uint64) -> int:
    """The upvotes among the counts of an item."""
    return int(counts >> _HALF)


@compiled
def _add(counts: U64, views: F32, votes: F32) -> None:
    """Add the counts of items to their views and votes so far, shape (items,)."""
    for item in range(np.uint64(counts.size)):
        views[item] += np.float32(views_in(counts[item]))
        votes[item] += np.float32(votes_in(counts[item]))


@dataclass(frozen=True)
class Attention:
    """How often items were read and upvoted in a month."""

    first: int
    """Row in the table of items of the first that was read; the others count from it."""
    counts: U64
    """Of each item up to the last that may have been read, upvotes << 32 | views, shape (items,)."""

    @property
    def rows(self) -> slice:
        """The rows of these items."""
        return slice(self.first, self.first + len(self.counts))

    @cached_property
    def row(self) -> I64:
        """Rows of the items that were read at all, rising, shape (items read,)."""
        return self.first + np.flatnonzero(self.counts)

    @cached_property
    def views(self) -> F64:
        """Views of those, shape (items read,)."""
        return (self.counts[self.row - self.first] & _LOW32).astype(np.float64)

    @cached_property
    def votes(self) -> F64:
        """Upvotes of those, shape (items read,)."""
        return (self.counts[self.row - self.first] >> _HALF).astype(np.float64)

    def add_to(self, views: F32, votes: F32) -> None:
        """Add the month to the views and votes so far of these items, shape (items,)."""
        _add(self.counts, views, votes)

    @classmethod
    def of(cls, reads: NDArray[np.int32], upvoted: NDArray[np.bool_], shown: slice | None = None) -> Attention:
        """Count how often each item was read and upvoted.

        Of many items the reads are sorted into blocks of items first, because counts of few stay where
        they are counted fast, and those of millions do not.

        Args:
            reads: row of the item of each person's each read, -1 for none, shape (people, reads).
            upvoted: whether it ended in an upvote, same shape.
            shown: rows that all items read are among, if known; else it is looked up what they are.
        """
        rows, liked = plain(reads, np.int32).reshape(-1).view(np.uint32), plain(upvoted, np.bool_).reshape(-1)
        if shown is None:
            found = rows[rows != _NONE]
            first, last = (int(found.min()), int(found.max()) + 1) if found.size else (0, 0)
        else:
            first, last = shown.start, shown.stop
        if last == 0 or rows.size == 0:
            return cls(0, np.zeros(0, np.uint64))
        count = _counted_in_place if last - first <= IN_CACHE else _counted_in_blocks
        return cls(first, count(rows, liked, np.uint32(first), last - first))


def _counted_in_place(reads: U32, upvoted: NDArray[np.bool_], first: np.uint32, items: int) -> U64:
    """Counts of the reads of items from ``first`` on, shape (items,)."""

    def work(start: int, stop: int) -> U64:
        counts = np.zeros(items, np.uint64)
        _count_in_place(reads[start:stop], upvoted[start:stop], first, counts)
        return counts

    return functools.reduce(np.add, share_out(work, len(reads)))


def _counted_in_blocks(reads: U32, upvoted: NDArray[np.bool_], first: np.uint32, items: int) -> U64:
    """The same, of reads that are sorted into blocks of items first."""
    counts = np.zeros(items, np.uint64)
    entries, ends = _sorted(reads, upvoted, first, blocks=-(-items // _BLOCK))

    def work(start: int, stop: int) -> None:
        own = np.searchsorted(ends, [start, stop], side="right")  # whole blocks: those that end within the part
        _count(entries, ends, int(own[0]), int(own[1]), counts)

    share_out(work, len(entries))
    return counts


def _sorted(reads: U32, upvoted: NDArray[np.bool_], first: np.uint32, blocks: int) -> tuple[NDArray[np.uint16], I64]:
    """The reads of items from ``first`` on as :func:`_sort` writes them, block by block, and where each block ends."""

    def measure(start: int, stop: int) -> I64:
        sizes = np.zeros(blocks, np.int64)
        _measure(reads[start:stop], first, sizes)
        return sizes

    sizes = np.array(share_out(measure, len(reads)))  # by parts of the reads
    ends = np.cumsum(sizes.sum(axis=0))
    begin = ends - sizes.sum(axis=0) + np.cumsum(sizes, axis=0) - sizes
    at = {start: own for (start, _), own in zip(parts_of(len(reads)), begin, strict=True)}
    entries = np.empty(int(ends[-1]), np.uint16)
    share_out(lambda start, stop: _sort(reads[start:stop], upvoted[start:stop], first, at[start], entries), len(reads))
    return entries, ends
