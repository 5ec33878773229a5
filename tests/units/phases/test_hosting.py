"""Where items are published."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosystem.phases.hosting import hosts_of_people, hosts_of_publishers
from ecosystem.world.content import OPEN_WEB
from ecosystem.world.world import World
from tests.units.phases.worlds import keys, proportional, world_of

MANY = 3000
HOSTS = [
    {"name": "a", "domains": {"code": 1.0}},
    {"name": "b", "domains": {"code": 3.0, "news": 1.0}},
    {"name": "c"},
]  # fmt: skip
EVERYTHING = np.array([[1.0, 3.0, 1.0], [0.0, 1.0, 1.0]])
"""How far each curator (columns) is for each domain (rows)."""


def settled(homes: list[int], **groups: Any) -> World:
    """A world whose people live at the given curators in turn."""
    world = world_of(curators=HOSTS, **groups)
    world.humans.home = np.resize(homes, len(world.humans))
    return world


def people_post(world: World, domain: int, author: int) -> list[int]:
    """How many of one person's items in a domain go to each curator."""
    whole = np.full(MANY, 0)
    hosts = hosts_of_people(world, whole + author, whole + domain, keys(MANY), world.draw)
    return np.bincount(hosts, minlength=3).tolist()


def test_people_post_at_home_where_home_is_for_their_domain() -> None:
    assert people_post(settled([0]), 0, 0) == [MANY, 0, 0]


def test_people_post_elsewhere_what_home_is_not_for() -> None:
    world = settled([0, 1, 2])
    assert proportional(people_post(world, 1, 0), EVERYTHING[1])  # a third of the audience each


def test_people_without_home_post_by_audience_and_affinity() -> None:
    world = settled([-1, 0, 0, 1, 2, 2])
    assert proportional(people_post(world, 0, 0), EVERYTHING[0] * [2, 1, 2])


def test_people_post_on_the_open_web_where_no_curator_is_for_the_domain() -> None:
    world = world_of(curators=HOSTS[:1])
    hosts = hosts_of_people(world, np.zeros(9, dtype=np.int64), np.ones(9, dtype=np.int64), keys(9), world.draw)
    assert set(hosts.tolist()) == {OPEN_WEB}


def publishers_post(domain: int, **group: Any) -> list[int]:
    """How many of a group's items in a domain go to each curator; audiences are 2 to 1 to 1."""
    world = settled([0, 0, 1, 2], publishers={"groups": [{"name": "farm", "count": 1} | group]})
    whole = np.zeros(MANY, dtype=np.int64)
    return np.bincount(hosts_of_publishers(world, whole, whole + domain, keys(MANY), world.draw), minlength=3).tolist()


def test_publishers_post_where_their_group_targets() -> None:
    assert proportional(publishers_post(0, targets={"a": 1.0, "c": 2.0}), EVERYTHING[0] * [1, 0, 2])


def test_publishers_without_targets_post_by_audience() -> None:
    assert proportional(publishers_post(0), EVERYTHING[0] * [2, 1, 1])
    assert proportional(publishers_post(1), EVERYTHING[1] * [2, 1, 1])


def test_groups_post_each_in_its_own_place() -> None:
    groups = [{"name": "one", "count": 1, "targets": {"a": 1.0}}, {"name": "two", "count": 1, "targets": {"c": 1.0}}]
    world = settled([0], publishers={"groups": groups})
    group = np.arange(40) % 2
    hosts = hosts_of_publishers(world, group, np.zeros(40, dtype=np.int64), keys(40), world.draw)
    assert np.array_equal(hosts, 2 * group)


def test_publishers_post_on_the_open_web_without_a_curator() -> None:
    world = world_of(publishers={"groups": [{"name": "farm", "count": 1}]})
    whole = np.zeros(9, dtype=np.int64)
    assert set(hosts_of_publishers(world, whole, whole, keys(9), world.draw).tolist()) == {OPEN_WEB}
