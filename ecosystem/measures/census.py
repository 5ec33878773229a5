"""Counts that measures share: the month's new items and the people, each looked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import row_sum
from ecosystem.core.compiled import compiled, plain
from ecosystem.core.threads import share_out
from ecosystem.world.content import OPEN_WEB, Marks, Origin

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["MAJORITY", "Census", "Population", "Sums", "scatter"]

type F64 = NDArray[np.float64]
type I64 = NDArray[np.int64]

MAJORITY = 0.5
"""Synthetic share above which surveys count an article as AI-written: by a majority of its text
(Graphite, October 2025, graphite.io/five-percent)."""

_PUBLIC, _SYNTHETIC, _ASSISTED = int(OPEN_WEB), int(Origin.SYNTHETIC), int(Origin.ASSISTED)
_MARKED, _FLAGGED = np.uint8(Marks.WATERMARKED | Marks.LABELLED), np.uint8(Marks.FLAGGED)


class _Items(NamedTuple):
    """The month's items, public or not, from the table of items; each of shape (items,)."""

    curator: NDArray[np.int16]
    domain: NDArray[np.int32]
    origin: NDArray[np.uint8]
    author: NDArray[np.int32]
    share: NDArray[np.float32]
    marks: NDArray[np.uint8]
    source: NDArray[np.int64]
    score: NDArray[np.float32]


class Census(NamedTuple):
    """New public items of the month, counted."""

    by_domain: I64
    """By domain and origin, shape (domains, 3)."""
    by_host: I64
    """By host and origin, shape (curators + 1, 3); the last host is the open web."""
    by_home: I64
    """By the home of whoever wrote them and origin, shape (curators + 1, 3); the last is no home. No synthetic ones."""
    by_group: I64
    """Synthetic ones by group of publishers, shape (groups,)."""
    mostly: I64
    """Those of which a model wrote more than half, shape (domains,)."""
    marked: I64
    """Synthetic ones with a watermark or a label, shape (domains,)."""
    rewritten: I64
    """Synthetic ones that rewrite another item, shape (domains,)."""
    judged: I64
    """Those with a detector's score but for assisted ones: by host, whether synthetic, and whether flagged, shape
    (curators + 1, 2, 2)."""

    @classmethod
    def of(cls, world: World) -> Census:
        """Count the new items of the open month."""
        month = world.rows_of(world.clock.step)
        columns = (getattr(world.content, name)[month] for name in _Items._fields)
        items = _Items._make(plain(column, column.dtype.type) for column in columns)
        home, group = world.humans.home, world.publishers.group
        domains, hosts, groups = world.reality.domains, len(world.curators) + 1, len(world.settings.publishers.groups)
        shapes = (domains, 3), (hosts, 3), (hosts, 3), (groups,), (domains,), (domains,), (domains,), (hosts, 2, 2)

        def work(start: int, stop: int) -> Census:
            counts = cls(*(np.zeros(shape, np.int64) for shape in shapes))
            _count_items(_Items._make(column[start:stop] for column in items), home, group, counts)
            return counts

        parts = share_out(work, month.stop - month.start)
        return parts[0] if len(parts) == 1 else cls(*(sum(counts) for counts in zip(*parts, strict=True)))


@compiled
def _count_items(items: _Items, home: NDArray[np.int16], group: NDArray[np.int16], counts: Census) -> None:
    """Add items, shape (items,), to counts; ``home`` is that of people, ``group`` that of publishers."""
    # Arrays are taken out of the tuples first, because taking one out counts its holders anew.
    curator, domain, origin, author, share, marks, source, score = items
    by_domain, by_host, by_home, by_group, mostly, marked, rewritten, judged = counts
    for i in range(np.uint64(curator.size)):
        host, field, kind = np.int64(curator[i]), np.uint64(domain[i]), np.uint64(origin[i])  # the last host is -1
        if host < _PUBLIC:
            continue
        by_domain[field, kind] += 1
        by_host[host, kind] += 1
        mostly[field] += share[i] > MAJORITY
        synthetic = kind == _SYNTHETIC
        if synthetic:
            by_group[group[author[i]]] += 1
            marked[field] += (marks[i] & _MARKED) != 0
            rewritten[field] += source[i] >= 0
        else:
            by_home[home[author[i]], kind] += 1
        if kind != _ASSISTED and not np.isnan(score[i]):
            judged[host, np.uint64(synthetic), np.uint64((marks[i] & _FLAGGED) != 0)] += 1


class Sums(NamedTuple):
    """Sums over the new public items, in the order of their rows, so that they are the same to the bit."""

    human: F64
    """Human work: 1 minus the synthetic share, shape (domains,)."""
    depth: F64
    """Model generations that they have been through, shape (domains,)."""
    style: F64
    """Style, shape (domains, styles)."""

    @classmethod
    def of(cls, world: World) -> Sums:
        """Add up the new items of the open month."""
        items, month = world.content, world.rows_of(world.clock.step)
        sums = cls(*(np.zeros((world.reality.domains, *rest)) for rest in ((), (), (items.dims["styles"],))))
        where, share, depth = (items.curator[month], items.domain[month]), items.share[month], items.depth[month]
        _add_items(*where, share, depth, items.style[month], sums)
        return sums


@compiled
def _add_items(
    curator: NDArray[np.int16],
    domain: NDArray[np.int32],
    share: NDArray[np.float32],
    depth: NDArray[np.float32],
    style: NDArray[np.float32],
    sums: Sums,
) -> None:
    """Add items, style of shape (items, styles), one after the other."""
    human, depths, styles = sums
    for i in range(np.uint64(curator.size)):
        if curator[i] >= _PUBLIC:
            field = np.uint64(domain[i])
            human[field] += 1.0 - np.float64(share[i])
            depths[field] += np.float64(depth[i])
            for axis in range(np.uint64(style.shape[1])):
                styles[field, axis] += np.float64(style[i, axis])


def scatter(world: World, style: F64, count: F64) -> F64:
    """Squared distances of the new public items' styles from the mean of their domain, summed, shape (domains,).

    Averaged over the style dimensions; NaN without any.

    Args:
        world: of the open month.
        style: their styles, summed by domain, shape (domains, styles).
        count: how many there are in each domain, shape (domains,).
    """
    out = np.full(len(count), 0.0 if style.shape[1] else np.nan)
    if style.shape[1]:
        items, month = world.content, world.rows_of(world.clock.step)
        mean = style / np.maximum(count, 1.0)[:, None]
        _scatter(items.curator[month], items.domain[month], items.style[month], mean, out)
    return out


@compiled
def _scatter(
    curator: NDArray[np.int16], domain: NDArray[np.int32], style: NDArray[np.float32], mean: F64, out: F64
) -> None:
    """Add items' squared distances from ``mean`` (domains, styles) to ``out`` (domains,), one after the other."""
    axes = np.uint64(style.shape[1])
    square = np.empty(style.shape[1])
    for i in range(np.uint64(curator.size)):
        if curator[i] >= _PUBLIC:
            field = np.uint64(domain[i])
            for axis in range(axes):
                apart = np.float64(style[i, axis]) - mean[field, axis]
                square[axis] = apart * apart
            out[field] += row_sum(square) / axes


class Population(NamedTuple):
    """People, counted and added up in the order of their rows."""

    by_home: I64
    """People by home, shape (curators + 1,); the last are without one."""
    with_assistant: I64
    """Those who have an assistant, by home, shape (curators + 1,)."""
    asked: I64
    """Those who have asked the assistant that they have, by home, shape (curators + 1,)."""
    by_domain: I64
    """People by domain, shape (domains,)."""
    users: I64
    """People by their assistant's lab, shape (labs + 1,); the last have none."""
    motivation: F64
    """Summed by home, shape (curators + 1,)."""
    motivation_by_domain: F64
    """Summed by domain, shape (domains,)."""
    satisfaction: F64
    """Of those who have asked, summed by home, shape (curators + 1,)."""

    @classmethod
    def of(cls, world: World) -> Population:
        """Count everyone."""
        people, homes, domains = world.humans, len(world.curators) + 1, world.reality.domains
        sizes = (homes, homes, homes, domains, len(world.labs) + 1)
        counts = [np.zeros(size, np.int64) for size in sizes]
        found = cls._make([*counts, np.zeros(homes), np.zeros(domains), np.zeros(homes)])
        felt = plain(people.motivation, np.float32), plain(people.satisfaction, np.float32)
        _count_people(people.home, people.domain, people.assistant, *felt, found)
        return found


@compiled
def _count_people(
    home: NDArray[np.int16],
    domain: NDArray[np.int32],
    assistant: NDArray[np.int16],
    motivation: NDArray[np.float32],
    satisfaction: NDArray[np.float32],
    found: Population,
) -> None:
    """Add people, each of shape (people,), one after the other; home and assistant -1 come last."""
    by_home, with_assistant, asked, by_domain, users, moved, moved_by_domain, satisfied = found
    for i in range(np.uint64(home.size)):
        at, field, lab = np.int64(home[i]), np.uint64(domain[i]), np.int64(assistant[i])
        by_home[at] += 1
        by_domain[field] += 1
        users[lab] += 1
        with_assistant[at] += lab >= 0
        moved[at] += np.float64(motivation[i])
        moved_by_domain[field] += np.float64(motivation[i])
        if not np.isnan(satisfaction[i]):
            asked[at] += 1
            satisfied[at] += np.float64(satisfaction[i])
