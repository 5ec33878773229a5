"""Habits: at what temperature publishers write, and whether they rewrite, strip marks and label.

A group's file says what all begin with. Those that have levers move them by what they earn; those that weigh marks
compare what a mark costs them with what it costs to be without, and where the law demands a mark, the rest do as well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.compliance import complies
from ecosystem.world import levers
from ecosystem.world.settings.publisher_groups import PublisherGroup
from ecosystem.world.world import World

__all__ = ["Habits", "at_stake", "habits"]

type F64 = NDArray[np.float64]

NOTCHES = 10
"""Temperatures are set in such parts of one. assumption: people set them to one decimal."""


class Habits(NamedTuple):
    """What publishers do with every item; arrays of shape (publishers,)."""

    temperature: F64
    rewrites: NDArray[np.bool_]
    strips: NDArray[np.bool_]
    labels: NDArray[np.bool_]
    forges: NDArray[np.bool_]
    """Whether they sign as if a person had written it."""


def habits(world: World) -> Habits:
    """Habits in force."""
    publishers, groups = world.publishers, world.settings.publishers.groups
    columns = [
        np.array([g.temperature for g in groups], dtype=float)[publishers.group],
        np.array([g.mode == "rewrite" for g in groups], dtype=np.bool_)[publishers.group],
        np.array([g.strips_marks for g in groups], dtype=np.bool_)[publishers.group],
        np.array([g.labels for g in groups], dtype=np.bool_)[publishers.group],
    ]
    for number, group in enumerate(groups):
        mine = publishers.group == number
        for place, lever in enumerate(levers.PUBLISHERS):
            if lever.name in group.levers:
                columns[place][mine] = _moved(lever, group, publishers.levers[mine, place])
    rules = world.rules.publishers
    if any(group.weighs_marks for group in groups) or rules.has("unlabelled") or rules.has("unwatermarked"):
        columns[2], columns[3] = _weighed(world, columns[2], columns[3])
    temperature, rewrites, strips, labels = columns
    return Habits(temperature, rewrites, strips, labels, _forging(world) & ~labels)


def _moved(lever: levers.Lever, group: PublisherGroup, position: F64) -> NDArray[np.generic]:
    value = levers.values(lever, group, position)
    if lever.name != "temperature":
        return value
    return np.where(position == 0, value, np.maximum(1.0, np.rint(value * NOTCHES)) / NOTCHES)


def at_stake(world: World) -> F64:
    """What publishers believe that a mark on an item costs them, USD, shape (publishers,).

    A share of what an item brings in by their own books; 0 before they have sold anything.
    """
    publishers, market = world.publishers, world.settings.publishers
    share = np.array([group.mark_loss for group in market.groups])[publishers.group]
    produced, nothing = publishers.produced.astype(float), np.zeros(len(publishers))
    paid = np.divide(publishers.revenue, produced, out=nothing, where=produced > 0)
    return share * (paid / world.settings.scale.people_per_human)


def _forging(world: World) -> NDArray[np.bool_]:
    """Who would forge signatures: those who weigh marks, where hosts trust them and a mark costs more, fines included.

    Who labels its items has nothing to hide.
    """
    market, publishers = world.settings.publishers, world.publishers
    if market.forging_cost is None or not world.rules.hosts.trusts.any():
        return np.zeros(len(publishers), dtype=np.bool_)
    weighs = np.array([group.weighs_marks for group in market.groups], dtype=np.bool_)[publishers.group]
    dear: NDArray[np.bool_] = at_stake(world) > market.forging_cost + world.rules.publishers.forged
    return weighs & dear


def _weighed(
    world: World, strips: NDArray[np.bool_], labels: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Habits of stripping and labelling after all have weighed them who do not try them out.

    Those that weigh marks do so at all times, once they have sold something; the rest where a fine is to be expected.
    """
    publishers, groups, rules = world.publishers, world.settings.publishers.groups, world.rules.publishers
    loss, cost = at_stake(world), world.settings.publishers.strip_cost

    def trying(name: str) -> NDArray[np.bool_]:
        return np.array([name in group.levers for group in groups], dtype=np.bool_)[publishers.group]

    weighs = np.array([group.weighs_marks for group in groups], dtype=np.bool_)[publishers.group]
    free = ~trying("strips_marks")
    strips = np.where(free & weighs & (publishers.produced > 0), loss > cost, strips)
    strips &= ~(free & complies(loss - cost, rules.unwatermarked))
    return strips, labels | (~trying("labels") & complies(loss, rules.unlabelled))
