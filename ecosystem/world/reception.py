"""How the items read in a month were received: views and upvotes added up by whom and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain
from ecosystem.core.threads import share_out
from ecosystem.world.attention import views_in, votes_in
from ecosystem.world.content import Origin

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["VIEWS", "VOTES", "Reception", "received", "rewrites_read"]

type I64 = NDArray[np.int64]

VIEWS, VOTES = 0, 1
"""What the last axis of the sums holds."""
_SYNTHETIC = int(Origin.SYNTHETIC)


class _Items(NamedTuple):
    """What was read, from the table of items; each of shape (items,)."""

    curator: NDArray[np.int16]
    domain: NDArray[np.int32]
    origin: NDArray[np.uint8]
    correct: NDArray[np.bool_]
    author: NDArray[np.int32]


class Reception(NamedTuple):
    """Whole numbers of views and upvotes of the month, on items of whatever age."""

    by_domain: I64
    """By domain, whether a model wrote the item altogether, and views or upvotes; shape (domains, 2, 2)."""
    by_curator: I64
    """By host, whether a model wrote it altogether, whether it is right, and views or upvotes;
    shape (curators + 1, 2, 2, 2), the last for what no curator hosts."""
    by_publisher: I64
    """Views alone, by host and author, of what models wrote altogether; shape (curators + 1, publishers)."""

    @classmethod
    def of(cls, world: World) -> Reception:
        """Add up the month's attention."""
        month = world.attention
        items = _Items(*(getattr(world.content, name)[month.rows] for name in _Items._fields))
        domains, hosts = world.reality.domains, len(world.curators) + 1
        shapes = (domains, 2, 2), (hosts, 2, 2, 2), (hosts, len(world.publishers))

        def work(start: int, stop: int) -> Reception:
            sums = cls(*(np.zeros(shape, np.int64) for shape in shapes))
            part = _Items._make(column[start:stop] for column in items)
            _add_up(month.counts[start:stop], part, sums)
            return sums

        parts = share_out(work, len(month.counts))
        return parts[0] if len(parts) == 1 else cls(*(sum(sums) for sums in zip(*parts, strict=True)))


@compiled
def _add_up(counts: NDArray[np.uint64], items: _Items, sums: Reception) -> None:
    """Add the counts of items (items,), as in `Attention`, to the sums."""
    # Arrays are taken out of the tuples first, because taking one out counts its holders anew.
    curator, domain, origin, correct, author = items
    by_domain, by_curator, by_publisher = sums
    for i in range(np.uint64(counts.size)):
        views, votes = views_in(counts[i]), votes_in(counts[i])
        synthetic, right = np.uint64(origin[i] == _SYNTHETIC), np.uint64(correct[i])
        field, host = np.uint64(domain[i]), np.int64(max(curator[i], -1))  # the last row is that of host -1
        by_domain[field, synthetic, VIEWS] += views
        by_domain[field, synthetic, VOTES] += votes
        by_curator[host, synthetic, right, VIEWS] += views
        by_curator[host, synthetic, right, VOTES] += votes
        if synthetic:
            by_publisher[host, np.uint64(author[i])] += views


@compiled
def _give(
    counts: NDArray[np.uint64],
    origin: NDArray[np.uint8],
    author: NDArray[np.int32],
    out: I64,
) -> None:
    """Add the counts of the items that people wrote, of all items (items,), to their authors' (people, 2)."""
    for i in range(np.uint64(counts.size)):
        if origin[i] != _SYNTHETIC and counts[i] > 0:
            out[np.uint64(author[i]), VIEWS] += views_in(counts[i])
            out[np.uint64(author[i]), VOTES] += votes_in(counts[i])


@compiled
def _add_rewrites(counts: NDArray[np.uint64], items: _Items, source: I64, out: I64) -> None:
    """Add the views of rewritten items to those of their hosts and authors, shape (curators + 1, publishers)."""
    curator, _, origin, _, author = items
    for i in range(np.uint64(counts.size)):
        if origin[i] == _SYNTHETIC and source[i] != -1:
            out[np.int64(max(curator[i], -1)), np.uint64(author[i])] += views_in(counts[i])


def rewrites_read(world: World) -> I64:
    """The part of `Reception.by_publisher` that fell on items made from others, shape (curators + 1, publishers)."""
    month = world.attention
    items = _Items(*(getattr(world.content, name)[month.rows] for name in _Items._fields))
    out = np.zeros((len(world.curators) + 1, len(world.publishers)), np.int64)
    _add_rewrites(month.counts, items, plain(world.content.source[month.rows], np.int64), out)
    return out


def received(world: World) -> I64:
    """Views and upvotes of what each person wrote with or without help, shape (people, 2)."""
    month, items = world.attention, world.content
    out = np.zeros((len(world.humans), 2), np.int64)
    _give(month.counts, items.origin[month.rows], items.author[month.rows], out)
    return out
