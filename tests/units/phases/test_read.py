"""Reading: attention goes through rankings and to the people one follows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.graph import Graph
from ecosystem.phases.read import read
from ecosystem.world.content import OPEN_WEB, PRIVATE, Marks, Origin
from ecosystem.world.world import World
from tests.units.phases.worlds import PLAIN, frequent, next_month, proportional, publish, world_of

READERS, EACH = 300, 20
"""6,000 reads: a share is then known to about 0.03 at the false-alarm rate of the verdicts."""


def readers(curators: list[dict[str, Any]] | None = None, domains: int = 1, **humans: Any) -> World:
    """Some hundred people at one curator, or at the given ones, who follow nobody."""
    reality = PLAIN["reality"] | {"domains": PLAIN["reality"]["domains"][:domains]}
    hosts = [{"name": "forum", "ranking": []}] if curators is None else curators
    settings = {"attention": EACH, "follow": 0.0, "home_share": 1.0, "focus": 0.0} | humans
    farms = {"groups": [{"name": "farm", "count": 2}]}
    world = world_of(scale={"humans": READERS}, humans=settings, curators=hosts, reality=reality, publishers=farms)
    world.humans.home = 0 if hosts else -1
    return world


def counts(world: World) -> NDArray[np.int64]:
    """How often each item is read."""
    rows = read(world, world.draw).item
    return np.bincount(rows[rows >= 0], minlength=len(world.content))


def everyone_follows(world: World, followees: list[int]) -> None:
    """Let everybody follow the same people."""
    size = len(followees)
    world.follows = Graph.from_edges(READERS, np.repeat(np.arange(READERS), size), np.tile(followees, READERS))


# --- whom, where and what about -------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_the_follow_share_of_reads_comes_from_followed_authors(share: float) -> None:
    world = readers(follow=share)
    publish(world, 6, author=[0, 1, 2, 3, 4, 5], curator=[-1, -1, 0, 0, 0, 0])
    everyone_follows(world, [0, 1])
    found = counts(world)
    assert found.sum() == READERS * EACH
    assert frequent(np.arange(READERS * EACH) < found[:2].sum(), share)


def test_followed_authors_and_their_items_are_read_alike_whatever_their_exposure() -> None:
    world = readers(follow=1.0, curators=[{"name": "forum"}])
    publish(world, 4, author=[0, 1, 1, 1], curator=[-1, 0, 0, 0])
    world.content.votes[:] = [0, 0, 50, 0]
    everyone_follows(world, [0, 1])
    assert proportional(counts(world), [3, 1, 1, 1])


def test_whoever_follows_only_the_silent_turns_to_the_ranking() -> None:
    world = readers(follow=1.0)
    publish(world, 2, author=[0, 1], curator=0)
    everyone_follows(world, [7])
    assert proportional(counts(world), [1, 1])


def test_home_has_its_share_and_the_rest_goes_by_audience() -> None:
    world = readers([{"name": "a", "ranking": []}, {"name": "b", "ranking": []}], home_share=0.4)
    world.humans.home[: READERS // 4] = 1
    publish(world, 2, curator=[0, 1])
    at_home = read(world, world.draw).item == world.humans.home[:, None]
    chance = 0.4 + 0.6 * np.where(world.humans.home == 1, 0.25, 0.75)
    assert frequent(at_home.ravel(), np.repeat(chance, EACH))


def test_people_without_home_go_by_audience_alone() -> None:
    world = readers([{"name": "a", "ranking": []}, {"name": "b", "ranking": []}])
    world.humans.home[100:] = -1
    world.humans.home[:25] = 1
    publish(world, 2, curator=[0, 1])
    homeless = read(world, world.draw).item[100:]
    assert frequent(homeless == 1, 0.25)


@pytest.mark.parametrize("focus", [0.0, 0.5, 1.0])
def test_own_domain_has_its_share_and_the_rest_goes_by_demand(focus: float) -> None:
    world = readers(domains=2, focus=focus)
    world.reality.demand = np.array([0.8, 0.2])
    publish(world, 2, curator=0, domain=[0, 1])
    own = world.humans.domain[:, None]
    mine = read(world, world.draw).item == own
    chance = focus + (1 - focus) * world.reality.demand[world.humans.domain]
    assert frequent(mine.ravel(), np.repeat(chance, EACH))


def test_what_a_curator_is_for_shapes_what_is_read_there() -> None:
    world = readers([{"name": "forum", "ranking": [], "domains": {"code": 3.0, "news": 1.0}}], domains=2)
    publish(world, 2, curator=0, domain=[0, 1])
    assert proportional(counts(world), world.reality.demand * [3, 1])


def test_at_a_curator_that_does_not_serve_ones_domain_one_reads_others() -> None:
    world = readers([{"name": "forum", "domains": {"code": 1.0}}], domains=2, focus=1.0)
    publish(world, 2, curator=0, domain=[0, 1])
    assert counts(world).tolist() == [READERS * EACH, 0]


# --- exposure -------------------------------------------------------------------------------------


def shown(ranking: list[Any], *, votes: list[float] | None = None, links: list[float] | None = None) -> World:
    """A world with four items, three of them a month old, and what they earned on show."""
    world = readers([{"name": "forum", "ranking": ranking, "window": 2}])
    publish(world, 3, curator=0, author=[0, 1, 2])
    world.content.votes[:] = votes or [0, 0, 0]
    world.content.links[:] = links or [0, 0, 0]
    next_month(world)
    publish(world, 1, curator=0, author=3)
    return world


def test_reads_go_by_votes_and_links_to_their_powers() -> None:
    ranking = [{"kind": "engagement", "votes": 0.5, "links": 2.0}]
    world = shown(ranking, votes=[3, 0, 8], links=[0, 1, 0])
    assert proportional(counts(world), [2, 4, 3, 1])


def test_exposure_halves_with_every_half_life() -> None:
    world = shown([{"kind": "recency", "half_life": 0.5}])
    assert proportional(counts(world), [1, 1, 1, 4])


def test_exposure_too_small_to_count_is_none() -> None:
    """Half-lives of a hundredth of a month leave 2^-500 of the exposure after five months."""
    world = readers([{"name": "forum", "ranking": [{"kind": "recency", "half_life": 0.01}], "window": 6}])
    for _ in range(6):
        publish(world, 1, curator=0)
        next_month(world)
    publish(world, 1, curator=0)
    assert counts(world).tolist() == [0] * 6 + [READERS * EACH]


def test_exposure_goes_by_authority_to_its_power() -> None:
    world = readers([{"name": "forum", "ranking": [{"kind": "authority", "exponent": 2.0}]}])
    world.humans.writable("authority")[:2] = [2.0, 3.0]
    publish(world, 3, curator=0, author=[0, 1, 2])
    assert proportional(counts(world), [4, 9, 1])


def test_factors_of_exposure_multiply() -> None:
    world = shown(["engagement", {"kind": "recency", "half_life": 1.0}], votes=[1, 2, 3])
    assert proportional(counts(world), [2 / 2, 3 / 2, 4 / 2, 1])


def test_downranked_items_are_penalised_and_removed_ones_gone() -> None:
    world = readers([{"name": "forum", "ranking": [], "penalty": 0.25}])
    publish(world, 3, curator=0, marks=[0, Marks.DOWNRANKED, Marks.REMOVED])
    assert proportional(counts(world), [4, 1, 0])


def test_a_penalty_is_never_a_reward() -> None:
    world = readers([{"name": "forum", "ranking": [], "penalty": 0.5}])
    curator = world.curators["forum"]
    curator.trial = curator.trial._replace(levers=np.array([[np.log(8.0), 0.0]]))
    publish(world, 2, curator=0, marks=[0, Marks.DOWNRANKED])
    assert proportional(counts(world), [1, 1])


def test_items_leave_the_window() -> None:
    world = readers(
        [{"name": "a", "ranking": [], "window": 1}, {"name": "b", "ranking": [], "window": 2}], home_share=0.0
    )
    world.humans.home[: READERS // 2] = 1
    publish(world, 2, curator=[0, 1])
    next_month(world)
    publish(world, 2, curator=[0, 1])
    assert proportional(counts(world), [0, 1, 2, 1])


def test_votes_of_this_month_count_next_month() -> None:
    world = readers([{"name": "forum", "ranking": ["engagement"]}])
    publish(world, 2, curator=0)
    world.content.votes[:] = [9, 0]
    assert proportional(counts(world), [1, 1])


def test_what_is_private_removed_or_hosted_nowhere_is_in_no_ranking() -> None:
    world = readers()
    publish(world, 4, curator=[PRIVATE, OPEN_WEB, 0, 0], marks=[0, 0, Marks.REMOVED, 0])
    assert counts(world).tolist() == [0, 0, 0, READERS * EACH]


def test_a_shelf_of_followed_authors_holds_neither_removed_nor_private_nor_publishers_items() -> None:
    world = readers(follow=1.0, curators=[])
    publish(
        world, 4, author=1, curator=[PRIVATE, OPEN_WEB, OPEN_WEB, OPEN_WEB], marks=[0, Marks.REMOVED, 0, 0],
        origin=[0, 0, Origin.SYNTHETIC, 0],
    )  # fmt: skip
    everyone_follows(world, [1])
    assert counts(world).tolist() == [0, 0, 0, READERS * EACH]


# --- nothing to read ------------------------------------------------------------------------------


def test_nothing_is_read_where_there_is_nothing() -> None:
    world = readers()
    assert np.all(read(world, world.draw).item == -1)  # nothing was ever published
    publish(world, 0)
    assert np.all(read(world, world.draw).item == -1)
    nowhere = readers([{"name": "forum", "domains": {"code": 0.0}}])
    publish(nowhere, 1, curator=0)
    assert np.all(read(nowhere, nowhere.draw).item == -1)


def test_a_read_in_a_domain_where_nothing_is_on_show_finds_nothing() -> None:
    world = readers(domains=2)
    publish(world, 1, curator=0, domain=1)
    assert frequent(read(world, world.draw).item < 0, world.reality.demand[0])


def test_attention_is_spent_in_full_or_not_at_all() -> None:
    world = readers(attention=0)
    assert read(world, world.draw).item.shape == (READERS, 0)
