"""A least price of licences: who keeps to it, who still buys, and who is fined."""

from __future__ import annotations

from typing import Any

import pytest

from ecosystem.phases.licensing import trade
from ecosystem.policies.licence_floor import LicenceFloor
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.licences import fees, licensed
from ecosystem.world.world import World
from tests.units.phases.worlds import next_month, publish
from tests.units.policies.acts import DEAR, FREE, collected, crawl, enact, hosts_and, labs


def law(**settings: Any) -> LicenceFloor:
    return LicenceFloor.model_validate({"start": "2018-01", "floor": 4000.0, "enforcement": 0.5} | settings)


def web(*, value: float = 1e3, **groups: Any) -> World:
    """A lab that buys of the one host that sells, at 1,000 USD a month; twenty real items are published there."""
    world = hosts_and(labs({"name": "alpha"}, licences=["dear"], document_value=value), **groups)
    publish(world, 2, curator=DEAR)
    return world


@pytest.mark.parametrize(("fine", "price"), [(0.0, 1000.0), (1999.0, 1000.0), (2000.0, 4000.0), (1e9, 4000.0)])
def test_a_host_keeps_to_it_where_the_fine_to_be_expected_is_what_it_would_ask(fine: float, price: float) -> None:
    world = web()
    enact(law(fine=fine), world)
    assert fees(world)[0].tolist() == [price, 0.0, 0.0]


def test_who_asks_as_much_anyway_is_not_moved_by_a_small_fine() -> None:
    world = web()
    enact(law(floor=900.0, fine=1.0), world)
    assert world.rules.hosts.floor[DEAR] == 900.0
    assert fees(world)[0, DEAR] == 1000.0


@pytest.mark.parametrize(("value", "buys"), [(200.0, True), (199.0, False)])
def test_a_lab_does_without_what_has_become_too_dear(value: float, buys: bool) -> None:  # noqa: FBT001 - a case
    world = web(value=value)
    enact(law(fine=1e9), world)
    assert licensed(world.labs["alpha"], world).tolist() == [buys, False, False]


def test_who_sells_below_it_is_fined_for_each_licence() -> None:
    policy, world = law(fine=30.0, enforcement=1.0), web()
    enact(policy, world)
    fine = {(Kind.CURATOR, DEAR, Kind.STATE, 0, Reason.FINE): 30.0}
    assert collected(policy, world, crawl(policy, world)) == fine
    policy, world = law(fine=1e9, enforcement=1.0), web()
    enact(policy, world)
    assert collected(policy, world, crawl(policy, world)) == {}


def test_in_a_market_hosts_ask_no_less_and_old_contracts_run_out_as_agreed() -> None:
    """The lab offers up to 20,000 USD a month, and the price is halfway between bid and ask."""
    policy = law(start="2018-02", floor=15_000.0, fine=1e9, enforcement=1.0)
    world = web(licences={"market": True, "term": 2, "split": 0.5})
    world.licences.terms = trade(world)
    agreed = world.licences.terms.price[0, DEAR]
    assert 0 < agreed < policy.floor
    next_month(world)
    publish(world, 2, curator=DEAR)
    enact(policy, world)
    crawls = crawl(policy, world)
    assert collected(policy, world, crawls) == {}  # agreed upon before
    world.licences.terms = trade(world)
    assert world.licences.terms.ask[DEAR] >= policy.floor
    assert world.licences.terms.price[0, DEAR] == agreed
    assert world.rules.hosts.floor[FREE] == policy.floor
