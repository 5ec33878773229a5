"""Views and upvotes by item, from who read what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain
from ecosystem.core.threads import parts_of, share_out

__all__ = ["Attention"]

type F64 = NDArray[np.float64]
type U32 = NDArray[np.uint32]
type I64 = NDArray[np.int64]

_NONE = np.uint32(0xFFFFFFFF)
"""The row -1 as an unsigned number: above every other."""
_BITS = np.uint64(15)
_BLOCK = 1 << 15
"""Items whose reads are counted together. As many as leave a bit for the vote beside the place in two bytes; their
counts, 8 bytes each, stay in the processor's second-level cache."""
_IN_CACHE = 1 << 20
"""Items up to which reads are counted where they fall. Measured with 5 million reads: half the time of sorting them
first for 0.2 to 0.75 million items, the same for 1.5, and two to three times it for 3 to 12."""
_PLACE, _ONE, _VOTE, _LOW32 = np.uint64(_BLOCK - 1), np.uint64(1), np.uint64(32), np.uint64(0xFFFFFFFF)


@compiled
def _range(reads: U32) -> tuple[np.uint32, np.uint32]:
    """The first item read and the one after the last; (_NONE, 0) if nothing was read."""
    first, stop = _NONE, np.uint32(0)
    for read in range(np.uint64(reads.size)):
        first = min(first, reads[read])
        stop = max(stop, np.uint32(reads[read] + np.uint32(1)))  # -1 counts as 0
    return first, stop


@compiled
def _count_in_place(reads: U32, upvoted: NDArray[np.bool_], first: np.uint32, counts: NDArray[np.uint64]) -> None:
    """Count the reads of items from ``first`` on in ``counts`` (items,), as votes << 32 | views."""
    for read in range(np.uint64(reads.size)):
        if reads[read] != _NONE:
            counts[np.uint64(reads[read] - first)] += _ONE + (np.uint64(upvoted[read]) << _VOTE)


@compiled
def _take_apart(counts: NDArray[np.uint64], views: U32, votes: U32) -> None:
    """Fill ``views`` and ``votes`` (items,) with the sums of ``counts`` (parts, items), each votes << 32 | views."""
    for item in range(np.uint64(views.size)):
        both = np.uint64(0)
        for part in range(np.uint64(counts.shape[0])):
            both += counts[part, item]
        views[item], votes[item] = both & _LOW32, both >> _VOTE


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
def _count(entries: NDArray[np.uint16], ends: I64, start: int, stop: int, views: U32, votes: U32) -> None:
    """Count the entries of the blocks from ``start`` to before ``stop``, which end at ``ends``."""
    counts = np.empty(_BLOCK, np.uint64)  # votes << 32 | views
    for block in range(start, stop):
        counts[:] = 0
        for at in range(np.uint64(ends[block - 1] if block > 0 else 0), np.uint64(ends[block])):
            entry = np.uint64(entries[at])
            counts[entry >> _ONE] += _ONE + ((entry & _ONE) << _VOTE)
        first = block * _BLOCK
        for place in range(min(_BLOCK, views.size - first)):
            views[first + place] = counts[place] & _LOW32
            votes[first + place] = counts[place] >> _VOTE


@dataclass(frozen=True)
class Attention:
    """How often items were read and upvoted in a month."""

    first: int
    """Row in the table of items of the first that was read; the others count from it."""
    viewed: U32
    """Views of each item up to the last that was read, shape (items,)."""
    upvoted: U32
    """Upvotes of each of them, shape (items,)."""

    @property
    def rows(self) -> slice:
        """The rows of these items."""
        return slice(self.first, self.first + len(self.viewed))

    @cached_property
    def row(self) -> I64:
        """Rows of the items that were read at all, rising, shape (items read,)."""
        return self.first + np.flatnonzero(self.viewed)

    @cached_property
    def views(self) -> F64:
        """Views of those, shape (items read,)."""
        return self.viewed[self.row - self.first].astype(np.float64)

    @cached_property
    def votes(self) -> F64:
        """Upvotes of those, shape (items read,)."""
        return self.upvoted[self.row - self.first].astype(np.float64)

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
            ranges = share_out(lambda start, stop: _range(rows[start:stop]), len(rows))
            first, last = int(min(low for low, _ in ranges)), int(max(high for _, high in ranges))
        else:
            first, last = shown.start, shown.stop
        if last == 0 or rows.size == 0:
            return cls(0, np.zeros(0, np.uint32), np.zeros(0, np.uint32))
        if last - first <= _IN_CACHE:
            return cls(first, *_counted_in_place(rows, liked, np.uint32(first), last - first))
        views, votes = np.zeros((2, last - first), np.uint32)
        entries, ends = _sorted(rows, liked, np.uint32(first), blocks=-(-len(views) // _BLOCK))

        def count(start: int, stop: int) -> None:
            own = np.searchsorted(ends, [start, stop], side="right")  # whole blocks: those that end within the part
            _count(entries, ends, int(own[0]), int(own[1]), views, votes)

        share_out(count, len(entries))
        return cls(int(first), views, votes)


def _counted_in_place(reads: U32, upvoted: NDArray[np.bool_], first: np.uint32, items: int) -> tuple[U32, U32]:
    """Views and upvotes of items from ``first`` on, each of shape (items,)."""
    parts = {start: part for part, (start, _) in enumerate(parts_of(len(reads)))}
    counts = np.zeros((len(parts), items), np.uint64)

    def count(start: int, stop: int) -> None:
        _count_in_place(reads[start:stop], upvoted[start:stop], first, counts[parts[start]])

    share_out(count, len(reads))
    views, votes = np.empty((2, items), np.uint32)
    _take_apart(counts, views, votes)
    return views, votes


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
