"""Produce: everything written in a month comes together."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosystem.phases.produce import produce
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.world import World
from tests.units.phases.worlds import give_model, live, world_of


def busy(**groups: Any) -> World:
    """A world in which everybody writes: people, publishers, and labs for themselves."""
    world = world_of(
        scale={"humans": 300}, labs=[{"name": "alpha", "data": {"commissions": 30.0, "synthetic": 30.0}}],
        publishers={"groups": [{"name": "farm", "count": 20, "volume": 5.0}]}, **groups,
    )  # fmt: skip
    give_model(world, "alpha")
    world.publishers.lab, world.humans.assistant = 0, 0
    return world


def test_people_publishers_and_labs_all_write() -> None:
    drafts = produce(world := busy(), world.draw)
    private = drafts.curator == PRIVATE
    ordered = (drafts.marks & Marks.COMMISSIONED) > 0
    parts = [
        drafts.origin[~private] == Origin.HUMAN, drafts.origin[~private] == Origin.ASSISTED,
        drafts.origin[~private] == Origin.SYNTHETIC, drafts.origin[private] == Origin.SYNTHETIC, ordered,
    ]  # fmt: skip
    assert all(part.any() for part in parts)
    assert np.all(private[ordered])
    assert len(set(drafts.key.tolist())) == len(drafts)


def test_items_without_an_idea_are_not_written() -> None:
    world = busy()
    offsets = world.reality.space.offsets
    give_model(world, "alpha", probability=np.where(np.arange(offsets[2]) < offsets[1], 1 / 8, 0.0))
    drafts = produce(world, world.draw)
    assert np.all(drafts.idea >= 0)
    assert set(drafts.domain[drafts.origin == Origin.SYNTHETIC].tolist()) == {0}


def test_identities_stay_distinct_over_months() -> None:
    world = busy(curators=[{"name": "forum"}])
    live(world, 3)
    assert len(world.content) > 300
    assert len(set(world.content.key.tolist())) == len(world.content)


def test_an_empty_world_writes_nothing() -> None:
    world = world_of(scale={"humans": 0})
    assert len(produce(world, world.draw)) == 0
