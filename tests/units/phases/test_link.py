"""Linking: new items point to what their authors liked, and to what is widely seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.link import link
from ecosystem.world.content import OPEN_WEB, PRIVATE, Marks, Origin
from ecosystem.world.proposals import LinkSet, Reads, Votes
from ecosystem.world.world import World
from tests.units.phases.worlds import near, next_month, proportional, publish, world_of

PEOPLE = 12
POPULAR = {"name": "forum", "window": 2, "ranking": [{"kind": "engagement", "votes": 0.0, "links": 1.0}]}


def linkers(per_item: float = 3.0, **groups: Any) -> World:
    """A world whose one curator shows by in-links alone."""
    reality = {"styles": 2, "domains": [{"name": "code", "ideas": 8, "novelty": 0.0}]}
    farm = {"groups": [{"name": "farm", "count": 2}]}
    given: dict[str, Any] = {"reality": reality, "links": {"per_item": per_item}, "curators": [POPULAR]}
    return world_of(**(given | {"publishers": farm} | groups))


def linked(
    world: World, *, liked: list[list[int]] | None = None, read: list[list[int]] | None = None, **new: Any
) -> LinkSet:
    """Links of new items, after people have read ``read`` and upvoted those among them in ``liked``."""
    new = {"curator": 0} | new
    pages = publish(world, new.pop("count"), **new)
    item = np.array(read if read is not None else [[-1]] * PEOPLE, dtype=np.int32)
    good = np.zeros(item.shape, dtype=np.bool_)
    for person, rows in enumerate(liked or []):
        good[person] = np.isin(item[person], rows)
    return link(world, Reads(item), Votes(good & (item >= 0)), pages, world.draw)


def targets(links: LinkSet, rows: int) -> NDArray[np.int64]:
    """In-links of the first ``rows`` items."""
    return np.bincount(links.target, minlength=rows)[:rows]


def test_items_carry_a_poisson_number_of_links() -> None:
    world = linkers(2.5)
    publish(world, 4, curator=0)
    next_month(world)
    links = linked(world, count=2000)
    drawn = int(world.draw.poisson("link.count", world.content.key[4:], np.full(2000, 2.5)).sum())
    assert near(float(drawn), 5000.0, 5000.0)
    # Of 2,004 items on show each may draw itself, which then counts for nothing.
    assert drawn - 40 < len(links.source) <= drawn
    assert set(links.source.tolist()) <= set(range(4, 2004))


def test_links_attach_in_proportion_to_one_and_in_links() -> None:
    world = linkers()
    publish(world, 3, curator=0)
    world.connect(LinkSet(np.array([0, 0, 0, 1, 1, 1, 1, 1]), np.array([1, 1, 1, 2, 2, 2, 2, 2])))
    next_month(world)
    found = targets(linked(world, count=3000, author=np.arange(3000) % PEOPLE), 3)
    assert proportional(found, [1, 4, 6])


def test_authors_link_first_to_what_they_upvoted_in_order_of_reading() -> None:
    world = linkers(2.0)
    publish(world, 5, curator=0, author=[0, 1, 2, 3, 4])
    next_month(world)
    read = [[3, 0, 2, 1]] + [[-1] * 4] * (PEOPLE - 1)
    links = linked(world, count=400, liked=[[0, 1, 3]], read=read, author=0)
    by_item: dict[int, list[int]] = {}
    for source, target in zip(links.source.tolist(), links.target.tolist(), strict=True):
        by_item.setdefault(source, []).append(target)
    lengths = {len(found) for found in by_item.values()}
    assert {1, 2, 3, 4} <= lengths
    assert all(found[:3] == [3, 0, 1][: len(found)] for found in by_item.values())


def test_only_own_votes_are_links() -> None:
    world = linkers(1.0, curators=[])
    publish(world, 2, curator=OPEN_WEB, author=[0, 1])
    next_month(world)
    links = linked(world, count=PEOPLE, read=[[0, 1]] * PEOPLE, liked=[[1]], author=np.arange(PEOPLE), curator=OPEN_WEB)
    authors = world.content.author[links.source]
    assert set(links.target.tolist()) <= {1}
    assert set(authors.tolist()) <= {0}


def test_publishers_link_by_exposure_whatever_a_person_of_the_same_number_liked() -> None:
    world = linkers()
    publish(world, 2, curator=0, author=[0, 1])
    next_month(world)
    links = linked(
        world, count=2000, read=[[0]] * PEOPLE, liked=[[0]] * PEOPLE, author=0, origin=Origin.SYNTHETIC,
    )  # fmt: skip
    assert proportional(targets(links, 2), [1, 1])


def test_no_item_links_to_itself() -> None:
    world = linkers(20.0)
    links = linked(world, count=2, author=[0, 1], read=[[0, 1]] * PEOPLE, liked=[[0, 1]] * 2)
    assert len(links.source) > 0
    assert not np.any(links.source == links.target)


def test_hidden_items_neither_link_nor_are_linked_to_by_exposure() -> None:
    world = linkers(20.0)
    publish(world, 3, curator=[PRIVATE, 0, 0], marks=[0, Marks.REMOVED, 0])
    next_month(world)
    marks, hosts = [Marks.REMOVED, 0, 0], [0, PRIVATE, 0]
    links = linked(world, count=3, marks=marks, curator=hosts)
    assert set(links.source.tolist()) == {5}
    assert set(links.target.tolist()) <= {2}  # not to itself either


def test_on_the_open_web_there_is_nothing_to_see_but_what_one_liked() -> None:
    world = linkers()
    publish(world, 3, curator=0)
    next_month(world)
    assert len(linked(world, count=50, curator=OPEN_WEB).source) == 0


def test_links_stay_within_host_and_domain() -> None:
    world = linkers(reality={"styles": 2, "domains": [{"name": "code", "ideas": 8}, {"name": "news", "ideas": 5}]},
                    curators=[POPULAR, POPULAR | {"name": "search"}])  # fmt: skip
    publish(world, 4, curator=[0, 0, 1, 1], domain=[0, 1, 0, 1])
    next_month(world)
    links = linked(world, count=500, curator=1, domain=0)
    assert set(links.target[links.target < 4].tolist()) == {2}


def test_links_are_counted_at_their_targets() -> None:
    world = linkers()
    publish(world, 3, curator=0)
    next_month(world)
    links = linked(world, count=30)
    world.connect(links)
    assert world.content.links.sum() == len(links.target)
    assert np.array_equal(world.content.links, np.bincount(links.target, minlength=33))
    assert world.links.step.tolist() == [1] * len(links.target)


def test_before_anything_is_on_show_there_are_no_links() -> None:
    world = linkers()
    assert len(linked(world, count=0).source) == 0
    assert len(linked(linkers(0.0), count=9).source) == 0
