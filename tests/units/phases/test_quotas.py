"""Fixed volumes: so many items in every domain each month, a given share of them by people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.produce import produce
from ecosystem.phases.quotas import assign
from ecosystem.world.content import Origin
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, proportional, world_of


def quota_world(humans: int = 20, publishers: int = 3, **quotas: Any) -> World:
    """A world with quotas."""
    return world_of(
        scale={"humans": humans}, quotas=quotas, labs=[{"name": "alpha"}],
        publishers={"groups": [{"name": "farm", "count": publishers}]},
    )  # fmt: skip


def test_quotas_are_met_in_every_domain() -> None:
    people, publishers = assign(world := quota_world(documents=40, human_share=0.7), world.draw)
    assert np.bincount(people.domain).tolist() == [28, 28]
    assert np.bincount(publishers.domain).tolist() == [12, 12]
    everything = np.concatenate([people.key, publishers.key])
    assert len(set(everything.tolist())) == 80


@pytest.mark.parametrize(("share", "human"), [(0.0, 0), (0.34, 3), (0.67, 7), (1.0, 10)])
def test_shares_are_rounded_to_whole_items(share: float, human: int) -> None:
    world = quota_world(documents=10, human_share=share)
    people, publishers = assign(world, world.draw)
    assert [len(people.key), len(publishers.key)] == [2 * human, 2 * (10 - human)]


def test_people_write_in_the_domain_they_live_in_all_alike() -> None:
    world = quota_world(documents=3000)
    people, _ = assign(world, world.draw)
    assert np.array_equal(world.humans.domain[people.author], people.domain)
    counts = np.bincount(people.author, minlength=20)
    assert proportional(counts[world.humans.domain == 0], np.ones(int(np.sum(world.humans.domain == 0))))


def test_inexact_quotas_fall_by_lot() -> None:
    world = quota_world(documents=3000, human_share=0.3, exact=False)
    people, publishers = assign(world, world.draw)
    assert len(people.key) + len(publishers.key) == 6000
    assert frequent(np.arange(6000) < len(people.key), 0.3)


def test_publishers_out_of_business_get_nothing() -> None:
    world = quota_world(documents=50, human_share=0.0)
    world.publishers.active[1] = False
    _, publishers = assign(world, world.draw)
    assert set(publishers.author.tolist()) == {0, 2}


def test_what_nobody_can_write_stays_unwritten() -> None:
    empty, modelless = quota_world(humans=0, publishers=0, documents=5), quota_world(documents=5, human_share=0.0)
    people, publishers = assign(empty, empty.draw)
    assert len(people.key) == len(publishers.key) == 0
    assert len(produce(modelless, modelless.draw)) == 0


def test_quotas_replace_the_volumes_that_people_and_publishers_choose() -> None:
    world = quota_world(documents=10, human_share=0.4)
    give_model(world, "alpha")
    world.publishers.lab, world.publishers.volume = 0, 1e4
    synthetic = produce(world, world.draw).origin == Origin.SYNTHETIC
    assert [int(np.sum(~synthetic)), int(np.sum(synthetic))] == [8, 12]
