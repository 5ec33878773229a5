"""Fines for crawling against terms and opt-outs: who keeps off, who hides, and who pays what."""

from __future__ import annotations

from typing import Any

import pytest

from ecosystem.policies.opt_out_enforcement import OptOutEnforcement
from ecosystem.world.content import OPEN_WEB, Marks
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, publish
from tests.units.policies.acts import DEAR, FREE, SHY, collected, crawl, enact, hosts_and, labs, rows_of


def web(*entries: dict[str, Any]) -> World:
    """A page of each host and the open web, and one of each that is opted out; of these eight two are free to take."""
    world = hosts_and(labs(*entries, respects_opt_out=False))
    publish(world, 8, curator=[DEAR, FREE, SHY, OPEN_WEB] * 2, marks=[0] * 4 + [Marks.OPTED_OUT] * 4)
    return world


def law(**settings: Any) -> OptOutEnforcement:
    given = {"start": "2018-01", "enforcement": 0.5, "hiding_cost": 9.0}
    return OptOutEnforcement.model_validate(given | settings)


@pytest.mark.parametrize(("fine", "rows"), [(0.0, range(8)), (0.48, range(8)), (0.5, [1, 3]), (1e6, [1, 3])])
def test_a_lab_keeps_off_where_the_fine_to_be_expected_is_what_a_document_is_worth(fine: float, rows: Any) -> None:
    world, policy = web(), law(fine=fine)
    enact(policy, world)
    assert rows_of(crawl(policy, world)) == list(rows)


@pytest.mark.parametrize(("cost", "rows"), [(0.12, range(8)), (0.13, [1, 3])])
def test_it_hides_where_that_is_the_cheaper(cost: float, rows: Any) -> None:
    """Found a quarter of the time, a page has to expect a quarter of 0.5 USD and the cost of hiding."""
    world, policy = web(), law(fine=0.5, hidden=0.5, hiding_cost=cost)
    enact(policy, world)
    assert rows_of(crawl(policy, world)) == list(rows)


def test_pages_taken_against_terms_are_fined_and_hiding_costs() -> None:
    world, policy = web(), law(fine=0.1, enforcement=1.0)
    enact(policy, world)
    six = {(Kind.LAB, 0, Kind.STATE, 0, Reason.FINE): 10 * 6 * 0.1}
    assert collected(policy, world, crawl(policy, world)) == pytest.approx(six)
    world, policy = web(), law(fine=0.1, enforcement=1.0, hidden=1.0, hiding_cost=0.02)
    enact(policy, world)
    hiding = {(Kind.LAB, 0, Kind.SUPPLIERS, 0, Reason.EVASION): 10 * 6 * 0.02}
    assert collected(policy, world, crawl(policy, world)) == pytest.approx(hiding)


def test_nobody_pays_for_what_a_licence_covers_or_for_keeping_off() -> None:
    world, policy = web({"data": {"licences": ["dear"]}}, {"data": {"respects_opt_out": True}}), law(fine=0.1)
    policy = law(fine=0.1, enforcement=1.0)
    enact(policy, world)
    paid = collected(policy, world, crawl(policy, world))
    assert paid == pytest.approx({(Kind.LAB, 0, Kind.STATE, 0, Reason.FINE): 10 * 4 * 0.1})


def test_pages_are_found_as_often_as_it_is_enforced() -> None:
    world, policy = hosts_and(labs(respects_opt_out=False)), law(fine=0.1, enforcement=0.3)
    publish(world, 4000, curator=SHY)
    enact(policy, world)
    (usd,) = collected(policy, world, crawl(policy, world)).values()
    found = round(usd)
    assert frequent([True] * found + [False] * (4000 - found), 0.3)


def test_only_those_reached_have_to_expect_anything() -> None:
    world, policy = web(*({},) * 200), law(fine=1e3, coverage=0.4)
    enact(policy, world)
    keep = world.rules.labs.trespass[:, 0] > 0
    assert frequent(keep, 0.4)
    crawls = crawl(policy, world)
    assert [len(rows_of(crawls, lab)) for lab in range(200)] == [2 if keeping else 8 for keeping in keep]
