"""A public archive: what is in it, who fetches what when, who withholds, and who pays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.policies.copyright_removal import CopyrightRemoval
from ecosystem.policies.public_archive import PublicArchive
from ecosystem.scenario import Scenario
from ecosystem.world.content import OPEN_WEB, PRIVATE, Marks, Origin
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.world import World
from tests.units.phases.worlds import next_month, publish
from tests.units.policies.acts import DEAR, FREE, SHY, collected, crawl, hosts_and, labs, rows_of


def law(**settings: Any) -> PublicArchive:
    return PublicArchive.model_validate({"start": "2018-02", "months": 1, "cutoff": "2018-12"} | settings)


def web(*entries: dict[str, Any], pages: int = 1, **data: Any) -> World:
    """The second month: in the first there was a page of each host and the open web, and two that are not public."""
    world = hosts_and(labs(*entries, **data))
    curator, count = [DEAR, FREE, SHY, OPEN_WEB, FREE, PRIVATE, SHY], 7 * pages
    marks = [0, 0, 0, Marks.OPTED_OUT, 0, 0, Marks.REMOVED]
    origin = [Origin.HUMAN, Origin.HUMAN, Origin.ASSISTED] + [Origin.HUMAN] * 4
    publish(world, count, curator=curator * pages, marks=marks * pages, origin=origin * pages)
    next_month(world)
    return world


def fetched(policy: PublicArchive, world: World, months: int = 1) -> list[list[int]]:
    """What the first lab takes in each of so many months in which nothing new appears."""
    found = []
    for _ in range(months):
        found.append(rows_of(crawl(policy, world)))
        next_month(world)
    return found


def test_labs_fetch_what_they_were_kept_from_and_nothing_twice() -> None:
    assert fetched(law(), web(), 3) == [[0, 2, 3], [], []]


def test_who_had_a_licence_or_does_not_care_has_it_already() -> None:
    assert fetched(law(), web(licences=["dear"])) == [[2, 3]]
    assert fetched(law(), web(respects_opt_out=False)) == [[]]


def test_what_is_younger_than_the_cutoff_is_not_in_it() -> None:
    assert fetched(law(cutoff="2018-01"), web()) == [[]]
    assert fetched(law(cutoff="2018-02"), web()) == [[0, 2, 3]]


def test_an_archive_of_human_text_has_nothing_else() -> None:
    assert fetched(law(humans_only=True), web()) == [[0, 3]]


def test_it_is_fetched_by_parts_in_an_order_by_lot() -> None:
    parts = fetched(law(months=4), web(pages=100), 6)
    assert sorted(row for part in parts for row in part) == [r for r in range(700) if r % 7 in (0, 2, 3)]
    # 5 standard deviations of Binomial(300, 1/4): a false alarm in 400,000.
    assert all(abs(len(part) - 75) <= 5 * np.sqrt(300 / 4 * 3 / 4) for part in parts[:4])
    assert parts[4:] == [[], []]


def test_what_comes_into_it_later_is_fetched_at_once() -> None:
    world = web()
    assert fetched(law(), world) == [[0, 2, 3]]
    publish(world, 2, curator=SHY)
    assert fetched(law(), world, 3) == [[], [7, 8], []]


@pytest.mark.parametrize("forgets", [{"retention": 0.5}, {"window": 3}, {"retention_human": 0.0}])
def test_labs_that_forget_begin_anew(forgets: dict[str, Any]) -> None:
    everything = [0, 2, 3]
    assert fetched(law(refresh=3), web(**forgets), 7) == [everything, [], [], everything, [], [], everything]


def test_a_lab_begins_when_it_is_reached_and_in_business() -> None:
    world = web({}, {"enters": "market"})
    crawl(law(), world)
    next_month(world)
    late = world.labs["lab 1"]
    late.active, late.entered = True, world.clock.step
    crawls = crawl(law(), world)
    assert rows_of(crawls, 0) == []
    assert rows_of(crawls, 1) == [0, 1, 2, 3, 4]  # what everybody could crawl before it came as well
    next_month(world)
    assert rows_of(crawl(law(), world), 1) == []


def test_pages_crawled_before_their_host_closed_are_not_fetched_again() -> None:
    world = web()
    shy = world.curators["shy"]
    for settings in world.timeline[:1]:
        closed = settings.model_copy(
            update={"curators": tuple(c.model_copy(update={"crawl": "open"}) for c in settings.curators)}
        )
        world.timeline[0] = closed
    assert shy.settings.crawl == "opt_out"
    assert fetched(law(), world) == [[3]]


def test_works_that_are_withdrawn_by_law_stay_out() -> None:
    world = web()
    removal = CopyrightRemoval.model_validate({"start": "2018-01"})
    world.enact(removal.amend(world.rules, world, world.draw))
    assert fetched(law(), world) == [[0, 2]]


@pytest.mark.parametrize(("fine", "rows"), [(0.0, [3]), (199.0, [2, 3]), (200.0, [0, 2, 3])])
def test_a_host_deposits_where_the_fine_is_what_licences_bring_in_for_an_item(fine: float, rows: list[int]) -> None:
    """One lab pays 1,000 USD a month for ten real items; the shy host sells nothing."""
    world = web({}, {"data": {"licences": ["dear"]}})
    assert fetched(law(fine=fine, enforcement=0.5), world) == [rows]


def test_the_state_pays_for_storage_and_labs_for_crawling() -> None:
    world, policy = web(), law(storage=0.5)
    crawls = crawl(policy, world)
    assert crawls.visited.tolist() == [3]
    stored = {(Kind.STATE, 0, Kind.SUPPLIERS, 0, Reason.PROGRAMME): 10 * 5 * 0.5}
    assert collected(policy, world, crawls) == pytest.approx(stored)


def test_who_withholds_is_fined_for_what_labs_did_not_find() -> None:
    world, policy = web({}, {"data": {"licences": ["dear"]}}), law(fine=2.0, enforcement=1.0, storage=0.0)
    fine = {(Kind.CURATOR, DEAR, Kind.STATE, 0, Reason.FINE): 10 * 1 * 2.0}
    assert collected(policy, world, crawl(policy, world)) == pytest.approx(fine)


def test_what_is_fetched_from_it_says_nothing_of_what_a_lab_finds_at_a_host() -> None:
    world = hosts_and(labs(), licences={"market": True})
    publish(world, 4, curator=[SHY, SHY, FREE, FREE])
    next_month(world)
    assert fetched(law(), world) == [[0, 1]]
    assert world.licences.taken.tolist() == [[0.0, 0.0, 0.0]]


def test_all_items_have_to_stay_in_memory() -> None:
    content = {"steps": 24, "policies": [{"kind": "public_archive", "start": "2020-02"}], "scale": {"keep_items": 20}}
    with pytest.raises(ValueError, match="public archive"):
        Scenario.model_validate(content)
