"""What wins an item votes: how fluent and how new it is among all that is on show, and whether it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.threads import share_out
from ecosystem.world.content import OPEN_WEB, Marks

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["CHARM", "VISIBLE", "Appeal", "Told", "appeal", "novelty_counts", "told"]

type F64 = NDArray[np.float64]
type F32 = NDArray[np.float32]
type I64 = NDArray[np.int64]

_REMOVED, _LABELLED = int(Marks.REMOVED), int(Marks.LABELLED)
CHARM, VISIBLE = 0, 1
"""Columns of `Appeal.doubt`."""
_BLOCK = 1 << 16
"""Items judged together, so that numpy, which is faster at it, takes the exponential of what is still in the cache."""


class Told(NamedTuple):
    """What is said in public in some months, and how."""

    texts: I64
    """Public items, shape (domains,)."""
    mean: F64
    """Their mean style, shape (domains, styles)."""
    scatter: F64
    """Sum of their squared distances from it, shape (domains,)."""
    times: I64
    """How often each idea is told, shape (ideas of all domains,); empty where nobody ever has a taste for novelty."""


class _Texts(NamedTuple):
    """A month's items, from the table of items; each of shape (items,), style (items, styles)."""

    curator: NDArray[np.int16]
    marks: NDArray[np.uint8]
    domain: NDArray[np.int32]
    idea: NDArray[np.int32]
    style: F32


@compiled
def _describe(texts: _Texts, offsets: I64, out: Told) -> None:
    """Fill ``out``, zero before; ``offsets`` (domains + 1,) say where the ideas of each domain start."""
    # Arrays are taken out of the tuples first, because taking one out counts its holders anew.
    curator, marks, domain, idea, style = texts
    count, mean, scatter, times = out
    counting = times.size > 0
    for i in range(np.uint64(curator.size)):
        if curator[i] >= OPEN_WEB and (marks[i] & _REMOVED) == 0:
            field = np.uint64(domain[i])
            count[field] += 1
            if counting:
                times[np.uint64(offsets[field] + idea[i])] += 1
            for j in range(np.uint64(style.shape[1])):
                mean[field, j] += style[i, j]
    for one in range(mean.shape[0]):
        for j in range(np.uint64(mean.shape[1])):
            mean[one, j] /= max(count[one], 1)
    for i in range(np.uint64(curator.size)):
        if curator[i] >= OPEN_WEB and (marks[i] & _REMOVED) == 0:
            field = np.uint64(domain[i])
            for j in range(np.uint64(style.shape[1])):
                scatter[field] += (style[i, j] - mean[field, j]) ** 2


def novelty_counts(world: World) -> bool:
    """Whether people ever have a taste for novelty."""
    return any(settings.humans.novelty_taste > 0 for settings in world.regimes)


def told(world: World, step: int) -> Told:
    """What was said in public in one month. It stays as it is: nothing about an item changes but its success."""
    items, rows, space = world.content, world.rows_of(step), world.reality.space
    domains, styles = world.reality.domains, items.dims["styles"]
    ideas = space.size if novelty_counts(world) else 0
    out = Told(np.zeros(domains, np.int64), np.zeros((domains, styles)), np.zeros(domains), np.zeros(ideas, np.int64))
    _describe(_Texts(*(getattr(items, name)[rows] for name in _Texts._fields)), space.offsets, out)
    return out


def _manner(months: list[Told]) -> tuple[F64, F64]:
    """Mean style of all months, shape (domains, styles), and squared distance from it at which texts mostly are.

    The latter per dimension and positive, shape (domains,), by the law of total variance.
    """
    counts = np.array([month.texts for month in months])
    means = np.array([month.mean for month in months])
    texts = np.maximum(counts.sum(axis=0), 1)
    mean = (counts[:, :, None] * means).sum(axis=0) / texts[:, None]
    within = np.sum([month.scatter for month in months], axis=0)
    between = (counts * ((means - mean) ** 2).sum(axis=2)).sum(axis=0)
    # Where all public texts are alike, any other is as good as infinitely far from them.
    return mean, np.maximum((within + between) / mean.shape[1] / texts, np.finfo(float).tiny)


def _rarity(months: list[Told]) -> F64:
    """One over the times that each idea is told in all of the months, shape (ideas of all domains,)."""
    times = months[0].times.copy()
    for month in months[1:]:
        times += month.times
    return 1.0 / np.maximum(times, 1)


class _Items(NamedTuple):
    """What readers see, from the table of items; each of shape (items,), style (items, styles)."""

    domain: NDArray[np.int32]
    idea: NDArray[np.int32]
    style: F32
    correct: NDArray[np.bool_]
    share: F32
    marks: NDArray[np.uint8]


class _Readers(NamedTuple):
    """What readers make of it."""

    rarity: F64
    """One over the times that each idea is told, shape (ideas of all domains,); empty without a taste for it."""
    offsets: I64
    """Where the ideas of each domain start, shape (domains + 1,)."""
    taste: float
    """Weight of rarity beside fluency."""
    charmed: F64
    """Chance of an upvote for the most charming item, shape (domains,)."""
    convinced: F64
    """Chance of an upvote for being right, shape (domains,)."""
    recognition: np.float32
    """Chance to take a wholly synthetic item for AI."""


@compiled
def _measure(domain: NDArray[np.int32], style: F32, mean: F64, typical: F64, out: F64) -> None:
    """Fill ``out`` (items,) with minus half the squared distance of each from its domain's mean style.

    In units of what is typical, so that a text at the typical distance has fluency exp(-1/2); see :func:`_manner`.
    """
    dimensions = style.shape[1]
    for i in range(np.uint64(domain.size)):
        field, apart = np.uint64(domain[i]), 0.0
        for j in range(np.uint64(dimensions)):
            apart += (style[i, j] - mean[field, j]) ** 2
        out[i] = -0.5 * (apart / dimensions / typical[field])


class Appeal(NamedTuple):
    """What about items on show wins votes.

    Apart, because most reads are of items that nobody takes for AI, and need the first alone.
    """

    chance: F32
    """Chance that a read ends in an upvote, shape (items,); below zero, its negative, where readers may see AI."""
    doubt: F32
    """Of that, the chance that is due to charm, and the chance that a reader takes it for AI; shape (items, 2)."""


@compiled
def _judge(items: _Items, fluency: F64, readers: _Readers, out: Appeal) -> None:
    """Fill ``out`` from the fluency of each item (items,)."""
    # Arrays are taken out of the tuples first, because taking one out counts its holders anew.
    domain, idea, _, correct, share, marks = items
    rarity, offsets, taste = readers.rarity, readers.offsets, readers.taste
    charmed, convinced, recognition = readers.charmed, readers.convinced, readers.recognition
    chance, doubt = out
    for i in range(np.uint64(domain.size)):
        field = np.uint64(domain[i])
        rare = rarity[np.uint64(offsets[field] + idea[i])] if taste > 0.0 else 0.0
        charm = charmed[field] * ((1.0 - taste) * fluency[i] + taste * rare)
        visible = np.float32(1.0) if (marks[i] & _LABELLED) != 0 else recognition * share[i]
        chance[i] = (charm + convinced[field] * correct[i]) * (-1.0 if visible > 0.0 else 1.0)
        doubt[i, CHARM], doubt[i, VISIBLE] = charm, visible


def appeal(world: World, rows: slice, months: list[Told]) -> Appeal:
    """What about each item of ``rows`` wins votes: its charm, and being visibly right.

    Args:
        world: as it is.
        rows: of the table of items.
        months: what is said in the months that are on show; for items without style, and people without a taste
            for novelty, it does not matter.
    """
    people, reality = world.settings.humans, world.reality
    readers = _Readers(
        rarity=_rarity(months) if people.novelty_taste > 0 else np.empty(0),
        offsets=reality.space.offsets,
        taste=people.novelty_taste,
        charmed=(1 - reality.verifiability) * people.appeal,
        convinced=reality.verifiability * people.discernment,
        recognition=np.float32(people.recognition),
    )
    items = _Items(*(getattr(world.content, name)[rows] for name in _Items._fields))
    size, styled = len(items.domain), items.style.shape[1] > 0
    mean, typical = _manner(months) if styled else (np.empty((0, 0)), np.empty(0))
    out = Appeal(np.empty(size, np.float32), np.empty((size, 2), np.float32))

    def work(start: int, stop: int) -> None:
        for first in range(start, stop, _BLOCK):
            part = slice(first, min(first + _BLOCK, stop))
            own = _Items._make(column[part] for column in items)
            fluency = np.ones(len(own.domain))  # without style every text is like every other
            if styled:
                _measure(own.domain, own.style, mean, typical, fluency)
                np.exp(fluency, out=fluency)
            _judge(own, fluency, readers, Appeal(out.chance[part], out.doubt[part]))

    share_out(work, size)
    return out
