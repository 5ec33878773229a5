"""How publishers make items: they generate afresh or rewrite what is widely seen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.selection import Selection, held, selected
from ecosystem.core.streams import Streams
from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.phases.generation import compose, use_words
from ecosystem.phases.hosting import mixes
from ecosystem.phases.publishers.choice import choose
from ecosystem.phases.publishers.costs import affordable
from ecosystem.phases.publishers.habits import Habits, habits
from ecosystem.phases.publishers.standing import bound_by_quota, open_for_business
from ecosystem.phases.watermarks import in_use
from ecosystem.strategies.learners.base import Model
from ecosystem.world.content import NO_TEXT, Marks, Origin
from ecosystem.world.labs import Lab
from ecosystem.world.proposals import Drafts
from ecosystem.world.settings.publisher_groups import PublisherGroup
from ecosystem.world.world import World

__all__ = ["generate", "output"]


def output(world: World, draw: Streams) -> Assignments:
    """How many items each publisher writes, and about what; never more than it can pay for by its own books."""
    publishers, domains = world.publishers, world.reality.domains
    free = open_for_business(world) & ~bound_by_quota(world)
    if not free.any():
        return Assignments.none()
    counts = draw.poisson("generate.count", publishers.key, np.where(free, publishers.volume, 0.0).astype(float))
    most = np.floor(affordable(world, publishers.revenue))
    counts = np.minimum(counts, most).astype(np.int64)
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
    used, marking = habits(world), in_use(world)
    for lab, model, settings, temperature, mine in _alike(world, lab_of, group, used.temperature[work.author]):
        key, domain = work.key[mine], work.domain[mine]
        text = compose(model, lab.settings, key, domain, temperature, settings.top_p, draw)
        idea[mine], correct[mine], style[mine] = text.idea, text.correct, text.style
        depth[mine] = model.depth[domain] + 1
        marks[mine] = _marks(used, work.author[mine], watermarks=bool(marking[lab.index]))
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
            depth[there] = np.maximum(world.content.depth[row], model.depth[domain[found]]) + 1
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


def _alike(
    world: World, lab_of: NDArray[np.int16], group: NDArray[np.int64], temperature: NDArray[np.float64]
) -> Iterator[tuple[Lab, Model, PublisherGroup, float, Selection]]:
    """Items, shape (items,), that can be written in one go: by one model for one group at one temperature."""
    for lab in world.labs.values():
        model = lab.fitted
        if not lab.usable or model is None:
            continue
        for number, settings in enumerate(world.settings.publishers.groups):
            mine = (lab_of == lab.index) & (group == number)
            rows = selected(mine)
            if held(rows) == 0:
                continue
            used = temperature[rows]
            if (used == used[0]).all():  # mostly
                yield lab, model, settings, float(used[0]), rows
                continue
            for one in np.unique(used):
                yield lab, model, settings, float(one), selected(mine & (temperature == one))


def _marks(used: Habits, author: NDArray[np.int64], *, watermarks: bool) -> NDArray[np.uint8]:
    """What is fastened to generated items, shape (items,).

    The lab's watermark unless stripped, a label if wanted, a signature as if a person had written it if forged.
    """
    watermark = Marks.WATERMARKED if watermarks else Marks(0)
    marks: NDArray[np.uint8] = np.where(used.strips[author], 0, watermark).astype(np.uint8)
    marks[used.labels[author]] |= np.uint8(Marks.LABELLED)
    marks[used.forges[author]] |= np.uint8(Marks.SIGNED)
    return marks


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
