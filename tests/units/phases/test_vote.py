"""Voting: readers upvote what is visibly right and what appeals to them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.phases.vote import vote
from ecosystem.world.content import PRIVATE, Marks
from ecosystem.world.proposals import Reads
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, publish, world_of

READERS, EACH = 200, 20
"""4,000 votes on every item: a chance is then known to about 0.04 at the false-alarm rate of the verdicts."""


def taste(**humans: Any) -> World:
    """Some hundred readers whose votes come from what is visibly right alone, unless changed."""
    return world_of(scale={"humans": READERS}, humans={"appeal": 0.0, "aversion": 0.0, "recognition": 0.0} | humans)


def votes_on(world: World, row: int) -> NDArray[np.bool_]:
    """The votes of everyone who reads one item again and again, shape (people, reads)."""
    return vote(world, Reads(np.full((READERS, EACH), row, dtype=np.int32)), world.draw).upvoted


@pytest.mark.parametrize(("domain", "verifiability"), [(0, 0.9), (1, 0.2)])
def test_right_items_are_rewarded_as_far_as_they_can_be_verified(domain: int, verifiability: float) -> None:
    world = taste(discernment=0.6)
    publish(world, 2, correct=[True, False], domain=domain)
    assert frequent(votes_on(world, 0), 0.6 * verifiability)
    assert not votes_on(world, 1).any()


def test_appeal_counts_where_nothing_can_be_verified() -> None:
    world = taste(discernment=0.0, appeal=0.5, novelty_taste=0.0)
    publish(world, 2, domain=[0, 1])
    # The only text of its domain is its mean: fluency 1.
    assert frequent(votes_on(world, 0), (1 - 0.9) * 0.5)
    assert frequent(votes_on(world, 1), (1 - 0.2) * 0.5)


def test_the_chance_is_the_sum_of_truth_and_charm() -> None:
    world = taste(discernment=0.6, appeal=0.5, novelty_taste=0.0)
    publish(world, 1, domain=1)
    assert frequent(votes_on(world, 0), 0.2 * 0.6 + 0.8 * 0.5)


def test_fluency_falls_with_distance_from_the_domains_mean() -> None:
    """Four texts of one domain at 0, 0, 0 and 4: the mean is 1, squared distances are 1, 1, 1, 9, their mean 3."""
    world = taste(discernment=0.0, appeal=1.0, novelty_taste=0.0)
    publish(world, 4, domain=1, style=[[0, 0], [0, 0], [0, 0], [4, 4]])
    assert frequent(votes_on(world, 0), 0.8 * math.exp(-0.5 * 1 / 3))
    assert frequent(votes_on(world, 3), 0.8 * math.exp(-0.5 * 9 / 3))


def test_the_mean_is_that_of_what_is_on_show() -> None:
    world = taste(discernment=0.0, appeal=1.0, novelty_taste=0.0)
    publish(world, 3, domain=1, style=[[0, 0], [9, 9], [7, 7]], curator=[-1, PRIVATE, -1], marks=[0, 0, Marks.REMOVED])
    assert frequent(votes_on(world, 0), 0.8)


def test_rare_ideas_please_by_the_taste_for_novelty() -> None:
    world = taste(discernment=0.0, appeal=1.0, novelty_taste=0.6)
    publish(world, 5, domain=1, idea=[0, 0, 0, 0, 1])
    # All texts alike: fluency 1. An idea told four times has rarity 1/4.
    assert frequent(votes_on(world, 0), 0.8 * (0.4 + 0.6 / 4))
    assert frequent(votes_on(world, 4), 0.8 * 1.0)


def test_ideas_of_the_same_number_in_other_domains_are_other_ideas() -> None:
    world = taste(discernment=0.0, appeal=1.0, novelty_taste=1.0)
    publish(world, 5, domain=[1, 0, 0, 0, 0], idea=0)
    assert frequent(votes_on(world, 0), 0.8)


def test_labels_cost_appeal_by_each_readers_aversion() -> None:
    world = taste(discernment=0.5, appeal=1.0, novelty_taste=0.0, aversion=0.5)
    publish(world, 1, domain=1, marks=Marks.LABELLED)
    dislike = world.humans.aversion.astype(float)
    assert dislike.std() > 0.1
    assert frequent(votes_on(world, 0).ravel(), np.repeat(0.2 * 0.5 + 0.8 * (1 - dislike), EACH))


def test_unlabelled_items_are_recognised_by_their_synthetic_share() -> None:
    world = taste(discernment=0.0, appeal=1.0, novelty_taste=0.0, recognition=0.5)
    world.humans.aversion = 1.0
    publish(world, 3, domain=1, share=[0.0, 0.4, 1.0])
    for row, seen in enumerate([0.0, 0.5 * 0.4, 0.5]):
        assert frequent(votes_on(world, row), 0.8 * (1 - seen))


def test_nothing_read_is_nothing_upvoted() -> None:
    world = taste(discernment=1.0, appeal=1.0)
    assert not votes_on(world, -1).any()  # before anything was published
    publish(world, 1, domain=1)
    assert not votes_on(world, -1).any()
    assert votes_on(world, 0).any()


def test_a_more_appealing_world_loses_no_vote() -> None:
    """Votes are coupled: raising a chance turns no vote into none."""
    found = []
    for appeal in (0.2, 0.4, 0.9):
        world = taste(discernment=0.3, appeal=appeal)
        publish(world, 1, domain=1)
        found.append(votes_on(world, 0))
    assert np.all(found[0] <= found[1])
    assert np.all(found[1] <= found[2])
    assert found[0].sum() < found[2].sum()
