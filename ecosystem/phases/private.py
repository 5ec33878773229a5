"""Documents made for labs alone: commissioned human work, and their own verified synthetic data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.sampling import WeightedGroups
from ecosystem.core.streams import Streams, child_keys
from ecosystem.phases import writing
from ecosystem.phases.assignments import Assignments
from ecosystem.phases.curation import served
from ecosystem.phases.generation import compose, use_words
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.labs import Lab
from ecosystem.world.proposals import Drafts
from ecosystem.world.world import World

__all__ = ["commission", "synthesise"]


def commission(world: World, draw: Streams) -> Drafts:
    """Items that labs pay people to write for training, first-hand and without an assistant."""
    parts = [Assignments.none()]
    labs = [np.empty(0, dtype=np.int16)]
    for lab in world.labs.values():
        data = lab.settings.data
        if not lab.active or not len(world.humans) or data.commissions == data.commissions_per_domain == 0:
            continue
        for work in (_by_volume(lab, world, draw), _by_domain(lab, world, draw)):
            parts.append(work)
            labs.append(np.full(len(work.key), lab.index, dtype=np.int16))
    drafts = writing.first_hand(world, Assignments.join(parts), draw)
    if not len(drafts):
        return drafts
    return replace(drafts, lab=np.concatenate(labs), marks=drafts.marks | np.uint8(Marks.COMMISSIONED))


def _by_volume(lab: Lab, world: World, draw: Streams) -> Assignments:
    """Commissions to people at large, in the domain that each lives in."""
    data, people = lab.settings.data, world.humans
    count = int(draw.poisson("commission.count", np.array([lab.key]), np.array([data.commissions]))[0])
    key = child_keys(np.full(count, lab.key), draw.step, np.arange(count))
    asked = world.everyone
    if data.domains:
        asked = WeightedGroups(served(lab, world)[people.domain].astype(float), people.key)
    author = asked.draw(draw.key("commission.author"), key, 0, 0)
    return _found(author, key, people.domain[author].astype(np.int64))


def _by_domain(lab: Lab, world: World, draw: Streams) -> Assignments:
    """Commissions to people of each domain, as many in each."""
    key, domain = _in_every_domain(lab.settings.data.commissions_per_domain, lab.key, lab, world, draw)
    author = world.inhabitants("commission.author", key, domain, draw)
    return _found(author, key, domain)


def _found(author: NDArray[np.int64], key: NDArray[np.uint64], domain: NDArray[np.int64]) -> Assignments:
    """The commissions that somebody takes; author -1 is nobody."""
    found = author >= 0
    return Assignments(author[found], key[found], domain[found])


def _in_every_domain(
    count: int, maker: np.uint64, lab: Lab, world: World, draw: Streams
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Identity and domain of so many documents in every domain that the lab trains on."""
    domain = np.repeat(np.flatnonzero(served(lab, world)), count)
    ordinal = np.arange(len(domain)) % max(1, count)
    return child_keys(world.reality.keys[domain] ^ maker, draw.step, ordinal), domain


def synthesise(world: World, draw: Streams) -> Drafts:
    """Labs' own synthetic items that pass their verifiers."""
    language = world.reality.language
    parts = [Drafts.none(world.settings.reality.styles, language.length)]
    for lab in world.labs.values():
        strategy = lab.settings.data
        if not lab.usable or lab.fitted is None or strategy.synthetic == strategy.synthetic_per_domain == 0:
            continue
        key, domain = _to_synthesise(lab, world, draw)
        count = len(key)
        text = compose(lab.fitted, lab.settings, key, domain, lab.settings.temperature, lab.settings.top_p, draw)
        tokens = language.blank(count)
        use_words(tokens, np.arange(count), text, np.arange(count))
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
                tokens=tokens,
            ).take(kept)
        )
    return Drafts.join(parts)


def _to_synthesise(lab: Lab, world: World, draw: Streams) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Identity and domain of the synthetic items that a lab sets out to make."""
    maker = np.uint64(lab.key ^ np.uint64(1))  # apart from the lab's commissions of the same ordinals
    count = int(draw.poisson("synthesise.count", np.array([maker]), np.array([lab.settings.data.synthetic]))[0])
    key = child_keys(np.full(count, maker), draw.step, np.arange(count))
    domain = draw.categorical("synthesise.domain", key, world.reality.demand * served(lab, world))
    wanted = domain >= 0  # nothing is in demand where all its domains have demand 0
    fixed, where = _in_every_domain(lab.settings.data.synthetic_per_domain, maker, lab, world, draw)
    return np.concatenate([key[wanted], fixed]), np.concatenate([domain[wanted], where])
