"""Scraping: each lab takes what has settled, under its strategy and the hosts' terms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.scrape import scrape
from ecosystem.world.content import OPEN_WEB, PRIVATE, Marks, Origin
from ecosystem.world.proposals import Crawls
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, later_worlds, next_month, proportional, publish, world_of

HOSTS = [{"name": "dear", "crawl": "licence"}, {"name": "free"}, {"name": "shy", "crawl": "opt_out"}]
DEAR, FREE, SHY = range(3)


def crawled_by(**data: Any) -> World:
    """A world with one lab of that data strategy and a host of each kind; pages are crawled at once."""
    lab = {"name": "alpha", "data": {"settle": 0} | data}
    return world_of(curators=HOSTS, labs=[lab], marks={"watermark_power": 1.0, "watermark_false_positive": 0.0})


def taken(world: World) -> list[int]:
    """The rows that the first lab takes."""
    crawls = scrape(world, world.draw)
    rows: list[int] = crawls.row[crawls.lab == 0].tolist()
    return rows


def crawler(kind: str, **values: Any) -> dict[str, Any]:
    """A strategy with one crawler."""
    return {"crawlers": [{"kind": kind} | values]}


# --- when and where -------------------------------------------------------------------------------


@pytest.mark.parametrize("settle", [0, 1, 2])
def test_pages_are_taken_once_when_they_have_settled(settle: int) -> None:
    world = crawled_by(settle=settle)
    found = []
    for _ in range(4):
        publish(world, 2)
        found.append(taken(world))
        next_month(world)
    assert found == [[], []][:settle] + [[2 * month, 2 * month + 1] for month in range(4 - settle)]


@pytest.mark.parametrize(("sources", "rows"), [([], [0, 1]), (["free"], [1]), (["shy"], []), (["free", "dear"], [1])])
def test_sources_are_the_only_hosts_crawled(sources: list[str], rows: list[int]) -> None:
    world = crawled_by(sources=sources)
    publish(world, 4, curator=[OPEN_WEB, FREE, SHY, DEAR])
    assert taken(world) == rows  # the shy and the dear are left alone where nothing else is said


def test_labs_collect_in_the_domains_they_train_on_and_pay_for_no_others() -> None:
    world = crawled_by(domains=["news"], commissions=1.0)
    publish(world, 6, domain=[0, 1, 0, 1, 0, 1], curator=[FREE, FREE, OPEN_WEB, OPEN_WEB, PRIVATE, PRIVATE], lab=0)
    crawls = scrape(world, world.draw)
    assert crawls.row.tolist() == [1, 3, 5]
    assert crawls.visited.tolist() == [2]


def test_domains_are_named_as_listed_and_mean_all_their_copies() -> None:
    reality = {"styles": 1, "domains": [{"name": "a", "count": 2, "ideas": 2}, {"name": "b", "ideas": 2}]}
    world = world_of(reality=reality, labs=[{"name": "alpha", "data": {"settle": 0, "domains": ["a"]}}])
    publish(world, 3, domain=[0, 1, 2])
    assert taken(world) == [0, 1]


def test_hosts_that_opt_out_are_left_alone_unless_nobody_cares() -> None:
    for respects, rows in ((True, [0, 1]), (False, [0, 1, 2, 3])):
        world = crawled_by(respects_opt_out=respects)
        publish(world, 4, curator=[OPEN_WEB, FREE, SHY, DEAR])
        assert taken(world) == rows


def test_authors_that_opt_out_are_left_alone_unless_nobody_cares() -> None:
    for respects, rows in ((True, [1]), (False, [0, 1])):
        world = crawled_by(respects_opt_out=respects)
        publish(world, 2, curator=FREE, marks=[Marks.OPTED_OUT, 0])
        assert taken(world) == rows


def test_a_licence_opens_its_host_and_covers_all_that_it_shows() -> None:
    world = crawled_by(licences=["dear", "shy", "nowhere"])
    publish(world, 4, curator=[DEAR, DEAR, SHY, FREE], marks=[0, Marks.OPTED_OUT, 0, Marks.OPTED_OUT])
    assert taken(world) == [0, 1]  # the shy sell nothing


def test_removed_and_private_pages_cannot_be_fetched() -> None:
    world = crawled_by(respects_opt_out=False)
    publish(world, 3, curator=[FREE, FREE, PRIVATE], marks=[Marks.REMOVED, Marks.DOWNRANKED, 0])
    assert taken(world) == [1]


def test_pages_fetched_count_whether_kept_or_not() -> None:
    world = crawled_by(**crawler("curated", min_votes=1.0))
    publish(world, 4, curator=[FREE, FREE, SHY, OPEN_WEB])
    world.content.votes[:] = [1, 0, 1, 0]
    crawls = scrape(world, world.draw)
    assert crawls.visited.tolist() == [3]
    assert crawls.row.tolist() == [0]


def test_whoever_sends_no_crawler_fetches_nothing() -> None:
    world = crawled_by(crawlers=[])
    publish(world, 3, curator=FREE)
    crawls = scrape(world, world.draw)
    assert crawls.visited.tolist() == [0]
    assert crawls.row.size == 0


# --- what -----------------------------------------------------------------------------------------


def test_an_archive_holds_what_is_older_than_its_cutoff() -> None:
    world = crawled_by(**crawler("archive", cutoff="2018-03"))
    rows = []
    for _ in range(4):
        publish(world, 1)
        rows += taken(world)
        next_month(world)
    assert rows == [0, 1]


def test_curated_pages_pass_every_threshold() -> None:
    world = crawled_by(**crawler("curated", min_votes=2.0, min_authority=1.5, signed_only=True, unmarked_only=True))
    good = int(Marks.SIGNED)
    marks = [good, good, good, 0, good | Marks.LABELLED, good | Marks.WATERMARKED]
    publish(world, 6, curator=FREE, author=[1, 1, 0, 1, 1, 1], marks=marks)
    world.content.votes[:] = [2, 1, 2, 2, 2, 2]
    world.humans.writable("authority")[:2] = [1.0, 2.0]
    assert taken(world) == [0]


def test_licensed_pages_are_those_paid_for() -> None:
    world = crawled_by(licences=["dear"], **crawler("licensed", min_votes=1.0))
    publish(world, 4, curator=[FREE, DEAR, DEAR, OPEN_WEB])
    world.content.votes[:] = [5, 0, 1, 5]
    assert taken(world) == [2]


def test_a_page_is_taken_if_any_crawler_accepts_it() -> None:
    world = crawled_by(crawlers=[{"kind": "archive", "cutoff": "2018-02"}, {"kind": "curated", "signed_only": True}])
    publish(world, 1)
    assert taken(world) == [0]
    next_month(world)
    publish(world, 2, marks=[Marks.SIGNED, 0])
    world.content.votes[:] = 1
    assert taken(world) == [1]


def test_watermarks_are_found_at_the_power_of_the_test() -> None:
    marks = {"watermark_power": 0.7, "watermark_false_positive": 0.2}
    data = {"settle": 0} | crawler("curated", min_votes=0.0, unmarked_only=True)
    world = world_of(labs=[{"name": "alpha", "data": data}], marks=marks)
    publish(world, 6000, marks=np.where(np.arange(6000) < 3000, Marks.WATERMARKED, 0))
    rows = np.array(taken(world))
    assert frequent(np.arange(3000) < np.sum(rows < 3000), 0.3)
    assert frequent(np.arange(3000) < np.sum(rows >= 3000), 0.8)


def test_suspicious_pages_are_left_out() -> None:
    data = {"settle": 0} | crawler("curated", min_votes=0.0)
    world = world_of(
        labs=[
            {
                "name": "alpha",
                "data": data,
                "levers": ["false_positive"],
                "detector": {"kind": "gaussian", "samples": 4000, "false_positive": 0.1},
            }
        ]
    )
    publish(world, 4000, style=world.draw.normal("test.human", np.arange(4000), 2), author=np.arange(4000) % 12)
    assert len(taken(world)) == 4000  # nobody knows yet what a model writes like
    next_month(world)
    give_model(world, "alpha", mean=3.0)
    style = np.concatenate([world.draw.normal("test.more", np.arange(2000), 2), np.full((500, 2), 3.0)])
    publish(world, 2500, style=style)
    crawls = scrape(world, world.draw)
    assert list(crawls.detectors) == ["alpha"]
    human = np.sum(crawls.row < 6000)
    assert 0.85 < human / 2000 < 0.95  # a quantile of 2,000 held-out texts: 0.9 within 5 standard errors
    assert np.sum(crawls.row >= 6000) == 0
    world.collect(crawls)
    lab = world.labs["alpha"]
    lab.trial = lab.trial._replace(levers=np.log([[3.0]]))  # the lever acts at once, long before the next fit
    again = scrape(world, world.draw)
    assert not again.detectors
    assert 0.65 < np.sum(again.row < 6000) / 2000 < 0.75


def test_no_more_than_the_cap_is_taken_on_each_idea() -> None:
    world = crawled_by(cap_per_idea=3)
    ideas, domain = np.repeat([0, 1, 2], [10, 2, 5]), 0
    publish(world, 34, idea=np.tile(ideas, 2), domain=np.repeat([domain, 1], 17))
    rows = np.array(taken(world))
    flat = world.reality.space.flat(world.content.domain[rows], world.content.idea[rows])
    assert np.bincount(flat)[np.bincount(flat) > 0].tolist() == [3, 2, 3, 3, 2, 3]
    assert rows.tolist() == sorted(rows.tolist())


def test_no_more_than_the_budget_is_taken_by_lot() -> None:
    world = crawled_by(crawl_budget=10)
    found = np.zeros(40)
    for _ in range(24):
        publish(world, 40)
        rows = np.array(taken(world)) - world.rows_of(world.clock.step).start
        assert len(rows) == 10
        found[rows] += 1
        if world.clock.step < 23:
            next_month(world)
    assert proportional(found, np.ones(40))  # without replacement, which only narrows the counts


def test_each_lab_draws_its_own_lot() -> None:
    labs = [{"name": name, "data": {"settle": 0, "crawl_budget": 20}} for name in ("alpha", "beta")]
    world = world_of(labs=labs)
    publish(world, 40)
    crawls = scrape(world, world.draw)
    one, other = (set(crawls.row[crawls.lab == lab].tolist()) for lab in range(2))
    assert len(one) == len(other) == 20
    assert 0 < len(one & other) < 20


def test_a_budget_of_nothing_takes_nothing() -> None:
    world = crawled_by(crawl_budget=0)
    publish(world, 5)
    assert taken(world) == []


# --- private documents ----------------------------------------------------------------------------


def own(world: World) -> Crawls:
    """What three labs take where each of the first two has a private document."""
    publish(world, 3, curator=[PRIVATE, PRIVATE, OPEN_WEB], lab=[1, 0, 1], marks=[0, Marks.COMMISSIONED, 0])
    return scrape(world, world.draw)


def test_private_documents_go_to_their_own_lab_alone_and_at_once() -> None:
    labs = [{"name": name, "data": {"settle": 1, "crawlers": []}} for name in ("alpha", "beta", "gamma")]
    crawls = own(world_of(labs=labs))
    assert list(zip(crawls.lab.tolist(), crawls.row.tolist(), strict=True)) == [(0, 1), (1, 0)]
    assert crawls.visited.tolist() == [0, 0, 0]


def test_private_documents_are_not_taken_twice() -> None:
    world = world_of(labs=[{"name": "alpha"}, {"name": "beta"}])
    own(world)
    next_month(world)
    crawls = scrape(world, world.draw)
    assert set(crawls.row.tolist()) == {2}


def test_closed_labs_take_nothing() -> None:
    world = crawled_by()
    publish(world, 3)
    world.labs["alpha"].active = False
    crawls = scrape(world, world.draw)
    assert crawls.row.size == 0
    assert crawls.visited.tolist() == [0]


def test_what_is_crawled_goes_into_the_corpus() -> None:
    world = crawled_by()
    publish(world, 7)
    world.collect(scrape(world, world.draw))
    assert world.corpora[0].documents == 7


def test_what_a_policy_takes_away_does_not_reach_the_corpus() -> None:
    world = crawled_by(weights={"human": 2.0}, sample_budget=10)
    publish(world, 7)
    crawls = scrape(world, world.draw)
    left = crawls.take(crawls.row >= 3)
    world.collect(left)
    assert world.corpora[0].held.key.tolist() == world.content.key[3:].tolist()
    assert world.corpora[0].documents == 8
    assert left.visited.tolist() == crawls.visited.tolist() == [7]


def test_a_new_strategy_holds_from_its_month_on() -> None:
    shy, bold = ([{"name": "alpha", "data": {"settle": 0, "respects_opt_out": respects}}] for respects in (True, False))
    world = later_worlds([(1, {"curators": HOSTS, "labs": shy}), (1, {"curators": HOSTS, "labs": bold})])
    publish(world, 1, curator=SHY)
    assert taken(world) == []
    next_month(world)
    publish(world, 1, curator=SHY)
    assert taken(world) == [1]


# --- what nobody sees -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["open", "archive", "curated", "licensed"])
def test_no_crawler_sees_origin_or_truth(kind: str) -> None:
    data = {"settle": 0, "licences": ["dear"], "cap_per_idea": 4, "crawl_budget": 90} | crawler(kind)
    world = world_of(curators=HOSTS, labs=[{"name": "alpha", "data": data, "detector": "gaussian"}])
    publish(world, 300, curator=np.arange(300) % 3, idea=np.arange(300) % 8, author=np.arange(300) % 12)
    world.content.votes[:] = np.arange(300) % 2
    give_model(world, "alpha")
    seen = taken(world)
    content = world.content
    content.origin[:] = np.where(content.origin == Origin.HUMAN, Origin.ASSISTED, Origin.HUMAN)
    content.correct[:], content.share[:], content.depth[:] = ~content.correct, 1.0, 9.0
    content.source = 0
    assert 0 < len(seen) < 300
    assert taken(world) == seen
