"""Motivation: people write more when rewarded beyond what they have got used to, and stop when not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ecosystem.phases.motivation import MOST, feel
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.world import World
from tests.units.phases.worlds import next_month, publish, read_rows, world_of

HABITS: dict[str, Any] = {
    "view_reward": 0.1, "moving": 0.5, "habit": 0.25, "least_reward": 0.2, "settling": 0, "false_flag": 0.1,
}  # fmt: skip


def audience(votes: int, views: int, **humans: Any) -> World:
    """A world in which the first person's one item gets so many upvotes and reads, and the second's none."""
    world = world_of(humans=HABITS | humans, publishers={"groups": [{"name": "farm", "count": 1}]})
    publish(world, 3, author=[0, 1, 0], origin=[Origin.HUMAN, Origin.HUMAN, Origin.SYNTHETIC])
    read = np.full((12, 3), -1)
    read.ravel()[:views] = 0
    read[-1, -1] = 2  # the publisher of the same number is read too, to nobody's joy
    read_rows(world, read, upvoted=np.arange(36).reshape(12, 3) < votes)
    return world


@pytest.mark.parametrize(("votes", "views"), [(0, 0), (0, 10), (3, 20)])
def test_what_one_first_expects_is_the_logarithm_of_votes_and_views(votes: int, views: int) -> None:
    told = feel(audience(votes, views, least_reward=1e-9)).expectation
    assert told[0] == pytest.approx(math.log(1 + votes + 0.1 * views), abs=2e-9)
    assert told[1] == pytest.approx(1e-9)  # shown and not read
    assert np.isnan(told[2:]).all()


def test_help_with_writing_does_not_take_the_reward_away() -> None:
    world = audience(3, 20)
    world.content.origin[0] = Origin.ASSISTED
    assert feel(world).expectation[0] == pytest.approx(math.log(1 + 3 + 2))


def test_motivation_moves_towards_reward_over_expectation() -> None:
    world = audience(3, 20)
    world.humans.writable("expectation")[:2] = 2 * math.log(6)
    motivation = feel(world).motivation
    assert motivation[0] == pytest.approx(1 + 0.5 * (0.5 - 1))
    assert motivation[1] == pytest.approx(1 + 0.5 * (0.0 - 1))


def test_nobody_is_moved_without_anything_on_show() -> None:
    world = audience(3, 20)
    world.humans.expectation = 5.0
    before = world.humans.motivation[2:].copy()
    feelings = feel(world)
    assert np.array_equal(feelings.motivation[2:], before)
    assert np.all(feelings.expectation[2:] == 5.0)


@pytest.mark.parametrize("columns", [{"curator": PRIVATE}, {"marks": Marks.REMOVED}])
def test_hidden_items_are_not_on_show(columns: dict[str, Any]) -> None:
    world = world_of(humans=HABITS | {"false_flag": 0.0})
    world.humans.expectation = 5.0
    publish(world, 1, **columns)
    assert feel(world).motivation[0] == 1.0


def test_expectation_gets_used_to_the_reward() -> None:
    world = audience(3, 20)
    world.humans.writable("expectation")[:2] = [1.0, 1.0]
    expectation = feel(world).expectation
    assert expectation[0] == pytest.approx(1 + 0.25 * (math.log(6) - 1))
    assert expectation[1] == pytest.approx(1 - 0.25)


def test_the_first_reward_is_what_was_expected() -> None:
    feelings = feel(audience(3, 20))
    assert feelings.expectation[0] == pytest.approx(math.log(6))
    assert feelings.motivation[0] == pytest.approx(1.0)
    assert np.isnan(feelings.expectation[2])


def test_nobody_gets_used_to_nothing() -> None:
    """An expectation never falls below the least reward, so that silence discourages."""
    feelings = feel(audience(0, 0))
    assert feelings.expectation[0] == pytest.approx(0.2)
    assert feelings.motivation[0] == pytest.approx(0.5)


def test_no_reward_counts_for_more_than_the_most() -> None:
    world = audience(3, 30, least_reward=0.001)
    world.humans.writable("expectation")[0] = 0.001
    assert feel(world).motivation[0] == pytest.approx(1 + 0.5 * (MOST - 1))


def test_motivation_never_exceeds_the_most() -> None:
    world = audience(3, 30, least_reward=0.001, moving=5.0)
    world.humans.writable("expectation")[0] = 0.001
    assert feel(world).motivation[0] == MOST


def test_while_the_web_fills_up_people_only_learn_what_to_expect() -> None:
    world = audience(3, 20, settling=2)
    world.humans.writable("expectation")[:2] = 1.0
    feelings = feel(world)
    assert feelings.motivation.tolist() == [1.0] * 12
    assert feelings.expectation[1] == pytest.approx(0.75)


def test_steady_rewards_leave_motivation_at_one() -> None:
    """Hedonic adaptation: whatever the reward, one gets used to it."""
    world = world_of(months=130, humans=HABITS)
    for month in range(120):
        publish(world, 1, curator=-1)
        votes = 1 if month < 40 else 12
        read_rows(world, np.full((12, 1), len(world.content) - 1), upvoted=np.arange(12)[:, None] < votes)
        feelings = feel(world)
        world.humans.motivation, world.humans.expectation = feelings.motivation, feelings.expectation
        if month == 41:
            assert world.humans.motivation[0] > 1.1
        next_month(world)
    assert world.humans.motivation[0] == pytest.approx(1.0, abs=1e-3)


def test_false_accusations_cost_people_motivation_each_time() -> None:
    world = world_of(humans=HABITS)
    marks = [Marks.REMOVED, Marks.DOWNRANKED, Marks.REMOVED, Marks.LABELLED | Marks.FLAGGED, Marks.REMOVED]
    publish(world, 5, author=[0, 0, 1, 2, 3], marks=marks, origin=[0, 0, 0, 0, Origin.ASSISTED])
    world.humans.expectation = 0.2
    motivation = feel(world).motivation
    # A downranked or labelled item is still on show, and its silence discourages as well.
    assert motivation[0] == pytest.approx(0.5 * 0.9**2)
    assert motivation[1] == pytest.approx(0.9)
    assert motivation[2] == pytest.approx(0.5 * 0.9)
    assert motivation[3] == pytest.approx(1.0)  # not accused falsely


def test_accusations_are_felt_in_their_month_only() -> None:
    world = world_of(humans=HABITS)
    publish(world, 1, marks=Marks.REMOVED)
    next_month(world)
    publish(world, 0)
    assert feel(world).motivation[0] == 1.0


def test_a_world_without_people_feels_nothing() -> None:
    world = world_of(scale={"humans": 0})
    publish(world, 0)
    assert feel(world).motivation.shape == (0,)
