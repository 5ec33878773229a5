"""Founding: what exists at the start because the scenario says so, and publishers that enter later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.graph import Graph
from ecosystem.core.streams import Streams, child_keys, name_key
from ecosystem.world.corpora import Corpora, Holding, Limit
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.levers import PUBLISHERS, chosen, space

if TYPE_CHECKING:
    from ecosystem.world.labs import Lab
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["corpora", "distinct", "enter", "first_homes", "found_businesses", "memories", "network"]


def distinct(timeline: list[WorldSettings]) -> list[WorldSettings]:
    """The settings of a timeline, each once; neighbouring months mostly share one object."""
    return [s for i, s in enumerate(timeline) if i == 0 or s is not timeline[i - 1]]


def network(world: World) -> Graph:
    """Who follows whom."""
    seed = int(Streams(world.draw.seed, 0).key("human.network"))
    people = world.humans
    return world.settings.humans.network.generate(len(people), seed, people.domain.astype(np.int64))


def corpora(world: World) -> Corpora:
    """Empty holdings, one for each lab."""
    return Corpora([_holding(world, lab) for lab in world.labs.values()])


def _holding(world: World, lab: Lab) -> Holding:
    # Documents are kept one by one from the start if any later setting will have to tell them apart.
    one_by_one = any(settings.labs[lab.index].needs_rows for settings in world.regimes)
    most, reality = world.settings.scale.keep_documents, world.settings.reality
    return Holding(
        lab.settings.learner, world.reality.space, reality.styles, one_by_one=one_by_one, tokens=reality.tokens,
        vocabulary=world.reality.language.vocabulary,
        limit=None if most is None else Limit(most, Streams(world.draw.seed, 0), lab.key),
    )  # fmt: skip


def memories(regimes: list[WorldSettings]) -> int:
    """Numbers that rules of adaptation remember of a publisher, under any settings; at least one, as a row is."""
    groups = [group for settings in regimes for group in settings.publishers.groups if group.levers]
    return max((g.adaptation.memory(space(g, chosen(PUBLISHERS, g.levers))) for g in groups), default=0) or 1


def found_businesses(world: World) -> None:
    """Give curators and labs in business their capital, and found the publishers of the start."""
    waiting = [lab for lab in world.labs.values() if lab.waiting]
    owners = [
        Transfers.of(Kind.INVESTORS, 0, kind, agent.index, Reason.ENDOWMENT, agent.settings.capital)
        for kind, agents in ((Kind.CURATOR, world.curators), (Kind.LAB, world.labs))
        for agent in agents.values()
        if agent not in waiting
    ]
    world.ledger.settle(join(owners))
    groups = world.settings.publishers.groups
    counts = np.array([group.founders(len(world.humans)) for group in groups], dtype=np.int64)
    enter(world, np.repeat(np.arange(len(groups)), counts))


def enter(world: World, groups: NDArray[np.int64]) -> None:
    """Found publishers of the given groups, shape (entrants,), with their capital."""
    if not len(groups):
        return
    settings, first = world.settings.publishers, len(world.publishers)
    keys = np.array([name_key("publisher", g.name) for g in settings.groups], dtype=np.uint64)
    volume = np.array([g.volume for g in settings.groups])
    capital = np.array([g.capital for g in settings.groups])
    key = child_keys(keys[groups], 0, _ordinals(world.publishers.group, groups, len(keys)))
    luck = Streams(world.draw.seed, 0).normal("publisher.ratio", key)
    world.publishers.append(
        len(groups),
        key=key,
        group=groups.astype(np.int16),
        ratio=np.exp(settings.cost_spread * luck).astype(np.float32),
        entered=np.int32(world.clock.step),
        volume=volume[groups].astype(np.float32),
    )
    world.ledger.open(Kind.PUBLISHER, len(groups))
    rows = first + np.arange(len(groups))
    money = capital[groups] * world.settings.scale.people_per_human
    world.ledger.settle(Transfers.of(Kind.INVESTORS, 0, Kind.PUBLISHER, rows, Reason.ENDOWMENT, money))


def _ordinals(before: NDArray[np.integer], groups: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Number within its group of each entrant, shape (entrants,), after the publishers there were ``before``."""
    earlier = np.bincount(before, minlength=count)
    ordinal = np.zeros(len(groups), dtype=np.int64)
    for group in range(count):
        mine = groups == group
        ordinal[mine] = earlier[group] + np.arange(int(mine.sum()))
    return ordinal


def first_homes(world: World) -> NDArray[np.int16]:
    """Home curators by audience, among those that are for one's domain; -1 where none is."""
    weights = (world.audience[:, None] * world.affinity).T
    offsets = np.arange(world.reality.domains + 1, dtype=np.int64) * len(world.curators)
    homes = Streams(world.draw.seed, 0).categorical_ragged(
        "human.home",
        world.humans.key,
        world.humans.domain.astype(np.int64),
        offsets,
        np.cumsum(weights, axis=1).ravel(),
    )
    return homes.astype(np.int16)
