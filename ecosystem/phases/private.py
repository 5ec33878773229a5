"""Documents made for labs alone: commissioned human work, and their own verified synthetic data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecosystem.core.streams import Streams, child_keys
from ecosystem.phases import writing
from ecosystem.phases.assignments import Assignments
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.proposals import Drafts
from ecosystem.world.world import World

__all__ = ["commission", "synthesise"]


def commission(world: World, draw: Streams) -> Drafts:
    """Items that labs pay people to write for training, first-hand and without an assistant."""
    keys, labs = [np.empty(0, dtype=np.uint64)], [np.empty(0, dtype=np.int16)]
    for lab in world.labs.values():
        rate = np.array([lab.settings.data.commissions if lab.active and len(world.humans) else 0.0])
        count = int(draw.poisson("commission.count", np.array([lab.key]), rate)[0])
        keys.append(child_keys(np.full(count, lab.key), draw.step, np.arange(count)))
        labs.append(np.full(count, lab.index, dtype=np.int16))
    key, lab_of = np.concatenate(keys), np.concatenate(labs)
    author = world.everyone.draw(draw.key("commission.author"), key, 0, 0)
    work = Assignments(author, key, world.humans.domain[author].astype(np.int64))
    drafts = writing.first_hand(world, work, draw)
    return replace(drafts, lab=lab_of, marks=drafts.marks | np.uint8(Marks.COMMISSIONED))


def synthesise(world: World, draw: Streams) -> Drafts:
    """Labs' own synthetic items that pass their verifiers."""
    parts = [Drafts.none(world.settings.reality.styles)]
    for lab in world.labs.values():
        strategy = lab.settings.data
        if not lab.usable or lab.fitted is None or strategy.synthetic == 0:
            continue
        maker = np.uint64(lab.key ^ np.uint64(1))  # apart from the lab's commissions of the same ordinals
        count = int(draw.poisson("synthesise.count", np.array([maker]), np.array([strategy.synthetic]))[0])
        key = child_keys(np.full(count, maker), draw.step, np.arange(count))
        domain = draw.categorical("synthesise.domain", key, world.reality.demand)
        text = lab.fitted.write(key, domain, lab.settings.temperature, lab.settings.top_p, draw)
        passes = np.where(text.correct, strategy.verifier_true_positive, strategy.verifier_false_positive)
        kept = (text.idea >= 0) & draw.chance("synthesise.verify", key, passes)
        parts.append(
            Drafts(
                key=key,
                domain=domain.astype(np.int32),
                idea=text.idea.astype(np.int32),
                correct=text.correct,
                style=text.style,
                origin=np.full(count, Origin.SYNTHETIC, dtype=np.uint8),
                share=np.ones(count, dtype=np.float32),
                depth=(lab.fitted.depth[domain] + 1).astype(np.float32),
                author=np.zeros(count, dtype=np.int32),
                lab=np.full(count, lab.index, dtype=np.int16),
                curator=np.full(count, PRIVATE, dtype=np.int16),
                marks=np.zeros(count, dtype=np.uint8),
                source=np.full(count, -1, dtype=np.int64),
            ).take(kept)
        )
    return Drafts.join(parts)
