"""How publishers make items: they generate afresh or rewrite what is widely seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.selection import held, selected
from ecosystem.core.streams import Streams
from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.phases.generation import compose, use_words
from ecosystem.phases.hosting import mixes
from ecosystem.phases.publishers.choice import choose
from ecosystem.world.content import NO_TEXT, OPEN_WEB, Marks, Origin
from ecosystem.world.labs import Lab
from ecosystem.world.proposals import Drafts
from ecosystem.world.settings.publishers import PublisherGroup
from ecosystem.world.world import World

__all__ = ["begun", "bound_by_quota", "generate", "open_for_business", "output", "written_by_publishers"]


_SYNTHETIC, _PUBLIC = int(Origin.SYNTHETIC), int(OPEN_WEB)


def open_for_business(world: World) -> NDArray[np.bool_]:
    """Which publishers can write this month, shape (publishers,): those with a lab that has a model."""
    usable = np.array([lab.usable for lab in world.labs.values()] + [False])
    return world.publishers.active & usable[world.publishers.lab] & begun(world)


def begun(world: World) -> bool:
    """Whether publishers may write yet."""
    starts = world.settings.publishers.starts
    return starts is None or world.clock.date >= starts


def bound_by_quota(world: World) -> NDArray[np.bool_]:
    """Which publishers write their group's quota and nothing else, shape (publishers,)."""
    bound = np.array([group.quota is not None for group in world.settings.publishers.groups], dtype=np.bool_)
    return bound[world.publishers.group]


@compiled
def _count_written(
    origin: NDArray[np.uint8], curator: NDArray[np.int16], author: NDArray[np.int32], counts: NDArray[np.int64]
) -> None:
    """Add public synthetic items, shape (items,), to the counts of their publishers, shape (publishers,)."""
    for i in range(np.uint64(origin.size)):
        if origin[i] == _SYNTHETIC and curator[i] >= _PUBLIC:
            counts[np.uint64(author[i])] += 1


def written_by_publishers(world: World) -> NDArray[np.int64]:
    """Items that each publisher put out this month, shape (publishers,)."""
    items, month = world.content, world.rows_of(world.clock.step)
    counts = np.zeros(len(world.publishers), dtype=np.int64)
    _count_written(items.origin[month], items.curator[month], items.author[month], counts)
    return counts


def output(world: World, draw: Streams) -> Assignments:
    """How many items each publisher writes, and about what."""
    publishers, domains = world.publishers, world.reality.domains
    free = open_for_business(world) & ~bound_by_quota(world)
    if not free.any():
        return Assignments.none()
    counts = draw.poisson("generate.count", publishers.key, np.where(free, publishers.volume, 0.0).astype(float))
    author, key = repeated(publishers.key, counts, draw.step)
    topics = mixes(world)
    running = np.cumsum(topics * world.reality.demand, axis=1).ravel()
    offsets = np.arange(len(topics) + 1, dtype=np.int64) * domains
    group = publishers.group[author].astype(np.int64)
    domain = draw.categorical_ragged("generate.domain", key, group, offsets, running)
    wanted = domain >= 0  # a group whose every domain has weight or demand 0 writes nothing
    return Assignments(author[wanted], key[wanted], domain[wanted])


def generate(world: World, work: Assignments, draw: Streams, audience: NDArray[np.float64] | None = None) -> Drafts:
    """Write the assigned items with the model that each publisher buys; ``audience`` as for :func:`writing.write`."""
    count, styles = len(work.key), world.settings.reality.styles
    group = world.publishers.group[work.author].astype(np.int64)
    lab_of = world.publishers.lab[work.author]
    idea, correct = np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=np.bool_)
    style, depth = np.zeros((count, styles), dtype=np.float32), np.zeros(count, dtype=np.float32)
    marks, source = np.zeros(count, dtype=np.uint8), np.full(count, -1, dtype=np.int64)
    tokens = world.reality.language.blank(count)
    host, rewrites = choose(world, work, draw, audience)
    for lab in world.labs.values():
        if not lab.usable or lab.fitted is None:
            continue
        for number, settings in enumerate(world.settings.publishers.groups):
            mine = selected((lab_of == lab.index) & (group == number))
            if held(mine) == 0:
                continue
            key, domain = work.key[mine], work.domain[mine]
            text = compose(lab.fitted, lab.settings, key, domain, settings.temperature, settings.top_p, draw)
            idea[mine], correct[mine], style[mine] = text.idea, text.correct, text.style
            depth[mine] = lab.fitted.depth[domain] + 1
            marks[mine] = _marks(lab, settings)
            if tokens.shape[1] > 0:
                use_words(tokens, np.arange(count)[mine], text, np.arange(len(key)))
            able = np.flatnonzero(rewrites[mine])
            if len(able):
                found, row = _sources(world, host[mine][able], domain[able], key[able], draw)
                found = able[found]
                # A model that knows nothing of a domain cannot rewrite what is said there either.
                told = text.idea[found] >= 0
                found, row = found[told], row[told]
                there = np.arange(count)[mine][found]
                source[there], idea[there] = row, world.content.idea[row]
                slips = draw.chance("rewrite.slip", key[found], world.settings.publishers.slip)
                correct[there] = world.content.correct[row] & ~slips
                style[there] = settings.mixing * world.content.style[row] + (1 - settings.mixing) * text.style[found]
                depth[there] = np.maximum(world.content.depth[row], lab.fitted.depth[domain[found]]) + 1
                _keep_words(tokens, there, key[found], row, settings, world, draw)
    return Drafts(
        key=work.key,
        domain=work.domain.astype(np.int32),
        idea=idea,
        correct=correct,
        style=style,
        origin=np.full(count, Origin.SYNTHETIC, dtype=np.uint8),
        share=np.ones(count, dtype=np.float32),
        depth=depth,
        author=work.author.astype(np.int32),
        lab=lab_of,
        curator=host,
        marks=marks,
        source=source,
        tokens=tokens,
    )


def _keep_words(
    tokens: NDArray[np.int32],
    items: NDArray[np.int64],
    key: NDArray[np.uint64],
    row: NDArray[np.int64],
    settings: PublisherGroup,
    world: World,
    draw: Streams,
) -> None:
    """Let rewritten items keep the words of what they rewrite as often as they keep of its style."""
    if tokens.shape[1] == 0:
        return
    words = world.content.tokens[row]
    kept = draw.chance("rewrite.words", key, settings.mixing) & (words[:, 0] != NO_TEXT)
    tokens[items[kept]] = words[kept]


def _marks(lab: Lab, settings: PublisherGroup) -> int:
    """What is fastened to a generated item: the lab's watermark unless stripped, a label if wanted."""
    watermark = Marks.WATERMARKED if lab.settings.watermarks and not settings.strips_marks else Marks(0)
    return int(watermark | (Marks.LABELLED if settings.labels else Marks(0)))


def _sources(
    world: World, host: NDArray[np.int16], domain: NDArray[np.int64], key: NDArray[np.uint64], draw: Streams
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which of the keys find something to rewrite, and its row: drawn by last month's exposure."""
    feed = world.feed
    if feed is None or len(world.curators) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    group = np.maximum(host, 0).astype(np.int64) * world.reality.domains + domain
    position = feed.ranked.draw(draw.key("rewrite.source"), key, np.zeros(len(key), dtype=np.int64), group)
    found = np.flatnonzero((position >= 0) & (host >= 0))
    return found, feed.first + position[found]
