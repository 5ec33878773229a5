"""Fees by the page: at which hosts, of whom, and how much."""

from __future__ import annotations

from typing import Any

import pytest

from ecosystem.phases.earn import earn
from ecosystem.policies.crawler_fee import CrawlerFee
from ecosystem.world.content import OPEN_WEB
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.proposals import Asked
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, publish, world_of
from tests.units.policies.acts import DEAR, FREE, crawl, enact, hosts_and, labs, rows_of


def law(**settings: Any) -> CrawlerFee:
    return CrawlerFee.model_validate({"start": "2018-01", "fee": 0.2, "enforcement": 1.0} | settings)


def web(**data: Any) -> World:
    world = hosts_and(labs(**data))
    publish(world, 4, curator=[DEAR, FREE, FREE, OPEN_WEB])
    return world


def paid(policy: CrawlerFee, world: World) -> float:
    """What labs pay hosts for pages this month, USD."""
    enact(policy, world)
    world.ledger.settle(earn(world, Asked.none(), crawl(policy, world)).transfers)
    return world.ledger.flow(payer=Kind.LAB, payee=Kind.CURATOR, reason=Reason.CRAWL_FEE)


@pytest.mark.parametrize(
    ("enforcement", "fine", "due"),
    [(1.0, 0.0, 0.2), (0.5, 0.2, 0.2), (0.5, 0.1, 0.15), (0.0, 9.0, 0.0)],
)
def test_pages_cost_the_fee_or_what_hiding_has_to_expect(enforcement: float, fine: float, due: float) -> None:
    """Two pages of the free host, one person standing for ten; nobody is paid for the open web."""
    assert paid(law(enforcement=enforcement, fine=fine), web()) == pytest.approx(10 * 2 * due)


def test_a_licence_covers_the_crawling() -> None:
    assert paid(law(), web(licences=["dear"])) == pytest.approx(10 * 2 * 0.2)


@pytest.mark.parametrize(("fee", "rows"), [(0.25, [1, 2, 3]), (0.26, [3])])
def test_a_host_is_left_out_where_a_page_costs_more_than_it_is_worth(fee: float, rows: list[int]) -> None:
    world, policy = web(), law(fee=fee)
    enact(policy, world)
    assert rows_of(crawl(policy, world)) == rows


def test_only_hosts_that_are_reached_charge() -> None:
    world = world_of(curators=[{"name": f"host {n}"} for n in range(200)], labs=labs())
    enact(law(coverage=0.4), world)
    fee = world.rules.labs.fee[0]
    assert frequent(fee[:-1] > 0, 0.4)
    assert fee[-1] == 0
