"""Homes: people stay out of habit, or move where readers like more of what they find."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.homes import choose_homes, found_good, liked, saw_ai
from ecosystem.world.commits import get_used_to
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, proportional, publish, read_rows, world_of

HOSTS: list[dict[str, Any]] = [
    {"name": "a", "loyalty": 0.0},
    {"name": "b", "loyalty": 0.0},
    {"name": "c", "loyalty": 0.0},
]
MANY = 3000


def town(count: int = MANY, hosts: list[dict[str, Any]] | None = None, **humans: Any) -> World:
    """A world whose people all live at the first of three curators and would leave any month."""
    settings = {"settling": 0, "taste": 5.0} | humans
    world = world_of(scale={"humans": count}, curators=hosts or HOSTS, humans=settings)
    world.humans.home = 0
    return world


def visited(world: World, shares: list[float]) -> None:
    """Let the first people read ten times at each curator and upvote these shares."""
    rows = publish(world, 3, curator=[0, 1, 2]).rows
    read = np.full((len(world.humans), 10), -1)
    read[:3] = rows[:, None]
    good = np.zeros(read.shape, dtype=np.bool_)
    for curator, share in enumerate(shares):
        good[curator, : round(10 * share)] = True
    read_rows(world, read, upvoted=good)


def moved(world: World, met: float = np.nan) -> list[int]:
    """How many live where after everybody reconsidered."""
    homes = choose_homes(world, np.full(len(world.humans), met, dtype=np.float32), world.draw)
    counts: list[int] = np.bincount(homes, minlength=3).tolist()
    return counts


def test_what_one_found_is_the_share_of_reads_upvoted_averaged_over_months() -> None:
    world = town(4, habit=0.25)
    rows = publish(world, 1, curator=0).rows
    read = np.where([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]], rows[0], -1)
    read_rows(world, read, upvoted=[[True, False, False, False], [True, True, False, False], [False] * 4, [False] * 4])
    world.humans.met = [0.5, np.nan, 0.5, 0.5]
    assert found_good(world).tolist() == pytest.approx([0.5 + 0.25 * (0.25 - 0.5), 1.0, 0.5, 0.5 - 0.25 * 0.5])


def test_what_is_liked_is_upvotes_per_read_at_each_curator() -> None:
    world = town(12)
    publish(world, 1, curator=-1)
    visited(world, [0.2, 0.7, 0.0])
    assert liked(world).tolist() == pytest.approx([0.2, 0.7, 0.0])
    read_rows(world, np.full((12, 1), -1))
    assert liked(world).tolist() == [0.0, 0.0, 0.0]


def test_homes_are_a_logit_on_what_is_liked() -> None:
    world = town()
    visited(world, [0.1, 0.3, 0.5])
    assert proportional(moved(world), np.exp(5.0 * np.array([0.1, 0.3, 0.5])))


def test_at_home_ones_own_finds_count_instead() -> None:
    world = town()
    visited(world, [0.1, 0.3, 0.5])
    assert proportional(moved(world, met=0.6), np.exp(5.0 * np.array([0.6, 0.3, 0.5])))


def test_what_counts_is_how_much_better_a_place_has_become() -> None:
    world = town()
    visited(world, [0.1, 0.3, 0.5])
    for curator, usual in zip(world.curators.values(), (0.1, 0.2, 0.5), strict=True):
        curator.usual = usual
    assert proportional(moved(world), np.exp(5.0 * np.array([0.0, 0.1, 0.0])))


def test_known_places_and_places_for_ones_domain_attract() -> None:
    hosts = [HOSTS[0] | {"audience": 3.0}, HOSTS[1] | {"domains": {"code": 2.0}}, HOSTS[2] | {"audience": 0.0}]
    world = town(hosts=hosts)
    homes = choose_homes(world, np.full(MANY, np.nan, dtype=np.float32), world.draw)
    code = world.humans.domain == 0
    assert proportional(np.bincount(homes[code], minlength=3), [3.0, 2.0, 0.0])
    assert proportional(np.bincount(homes[~code], minlength=3), [1.0, 0.0, 0.0])


def test_the_loyal_do_not_even_think_of_leaving() -> None:
    world = town(hosts=[HOSTS[0] | {"loyalty": 0.7}, HOSTS[1] | {"audience": 1e9}, HOSTS[2]])
    stay = choose_homes(world, np.full(MANY, np.nan, dtype=np.float32), world.draw) == 0
    assert frequent(stay, 0.7)


def test_nobody_moves_while_the_web_fills_up() -> None:
    assert moved(town(60, settling=1)) == [60, 0, 0]
    assert moved(town(60, settling=0)) != [60, 0, 0]


def test_the_homeless_stay_so() -> None:
    world = town(60)
    world.humans.home = -1
    assert set(choose_homes(world, np.full(60, np.nan, dtype=np.float32), world.draw).tolist()) == {-1}


def test_a_place_that_is_for_nobody_keeps_those_who_find_no_other() -> None:
    hosts = [host | {"domains": {"code": 0.0}} for host in HOSTS]
    assert moved(town(60, hosts=hosts)) == [60, 0, 0]


def test_an_overwhelming_taste_decides_without_overflow() -> None:
    world = town(60, taste=5000.0)
    visited(world, [0.1, 0.9, 0.5])
    assert moved(world) == [0, 60, 0]


def test_readers_see_labels_and_a_part_of_the_rest() -> None:
    world = town(12, recognition=0.2, disgust=1.0)
    marks = np.array([Marks.LABELLED, 0, 0, Marks.LABELLED, 0], dtype=np.uint8)
    share = np.array([1.0, 0.5, 0.0, 1.0, 1.0], dtype=np.float32)
    publish(world, 5, curator=[0, 0, 1, -1, PRIVATE], marks=marks, share=share, origin=Origin.ASSISTED)
    read_rows(world, np.array([0, 1, 1, 1, 2, 3, 3, -1, -1, -1, -1, -1])[:, None])
    assert saw_ai(world).tolist() == pytest.approx([(1.0 + 3 * 0.2 * 0.5) / 4, 0.0, 0.0])


def test_what_readers_see_is_not_worked_out_where_nobody_minds() -> None:
    world = town(12, disgust=0.0)
    publish(world, 1, curator=0, marks=Marks.LABELLED)
    read_rows(world, np.zeros((12, 1)))
    assert saw_ai(world).tolist() == [0.0] * 3


def test_the_averse_leave_where_they_see_more_ai_than_they_used_to() -> None:
    world = town(disgust=4.0)
    world.humans.aversion = np.where(np.arange(MANY) < MANY // 2, 1.0, 0.0)
    for curator, usual in zip(world.curators.values(), (0.1, 0.2, 0.3), strict=True):
        curator.usual_seen = usual
    nobody = np.full(MANY, np.nan, dtype=np.float32)
    homes = choose_homes(world, nobody, world.draw, np.array([0.5, 0.2, 0.0]))
    averse, others = np.split(homes, 2)
    assert proportional(np.bincount(averse, minlength=3), np.exp(-4.0 * np.array([0.4, 0.0, -0.3])))
    assert proportional(np.bincount(others, minlength=3), np.ones(3))


def test_without_disgust_what_is_seen_does_not_count() -> None:
    world = town(disgust=0.0)
    nobody = np.full(MANY, np.nan, dtype=np.float32)
    seen = choose_homes(world, nobody, world.draw, np.array([1.0, 0.0, 0.5]))
    assert np.array_equal(seen, choose_homes(world, nobody, world.draw))


def test_while_the_web_fills_up_curators_learn_what_is_usual() -> None:
    world = town(12, settling=2)
    for month, share in enumerate([0.2, 0.6, 1.0]):
        world.clock.step = month
        get_used_to(world, np.array([share, 0.0, share]), np.array([0.0, share, share]))
    usual = [curator.usual for curator in world.curators.values()]
    assert usual == pytest.approx([0.4, 0.0, 0.4])  # the mean of the first two months, and no more
    assert [curator.usual_seen for curator in world.curators.values()] == pytest.approx([0.0, 0.4, 0.4])


def test_without_curators_or_people_nobody_moves() -> None:
    world, empty = world_of(), town(0)
    assert set(choose_homes(world, np.full(12, np.nan, dtype=np.float32), world.draw).tolist()) == {-1}
    assert choose_homes(empty, np.empty(0, dtype=np.float32), empty.draw).shape == (0,)
