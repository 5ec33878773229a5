"""How much publishers write by what one more item costs and pays, and what being in business costs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ecosystem.phases.payments.publishing import payments
from ecosystem.phases.publishers.beliefs import held, learn
from ecosystem.phases.publishers.books import keep_books
from ecosystem.phases.publishers.choice import appeal, mean_pay
from ecosystem.phases.publishers.costs import item_cost, marginal_cost
from ecosystem.phases.publishers.supply import marginal_margins
from ecosystem.world.ledger import Kind, Reason, join
from ecosystem.world.world import World
from tests.units.phases.worlds import give_model, publish, world_of

HOSTS = [
    {"name": "forum", "rpm": 10.0, "publisher_share": 0.4},
    {"name": "search", "rpm": 5.0, "publisher_share": 0.2},
]


def web(*, group: dict[str, Any] | None = None, labs: dict[str, Any] | None = None, **market: Any) -> World:
    """Two publishers that scale by one more item; 0.4 and 0.1 USD a read, and the public average alone counts."""
    given = {"production": 2.0, "api_price": 0.0, "cost_spread": 0.0, "pooling": 1e9, "volume_rule": "marginal"}
    farm = {"name": "farm", "count": 2, "volume": 4.0, "targets": {"forum": 1.0, "search": 3.0}}
    world = world_of(
        humans={"views_per_read": 100.0}, curators=HOSTS, labs=[{"name": "alpha"} | (labs or {})],
        publishers=given | {"groups": [farm | (group or {})]} | market,
    )  # fmt: skip
    give_model(world, "alpha")
    world.publishers.lab = 0
    return world


def show_market(world: World, forum: float, search: float) -> None:
    """Let an item bring in so many USD at each host."""
    world.market.read = np.array([[forum / 0.4, 0.0], [search / 0.1, 0.0]])
    world.market.posted = np.array([[1.0, 0.0]] * 2)


def test_one_more_item_makes_the_others_dearer() -> None:
    world = web(diseconomy=0.5, api_price=1000.0, tokens=1000.0)
    world.publishers.volume = [4.0, 16.0]
    # The API takes 1 USD. At four times the first volume production costs 2 * 4^0.5, and one more item 1.5 times that.
    assert item_cost(world).tolist() == pytest.approx([1 + 2, 1 + 4])
    assert marginal_cost(world).tolist() == pytest.approx([1 + 3, 1 + 6])
    cost = np.array([v * (1 + 2 * (v / 4) ** 0.5) for v in (16 - 1e-4, 16 + 1e-4)])
    assert (cost[1] - cost[0]) / 2e-4 == pytest.approx(7)


def test_volume_follows_the_profit_on_one_more_item() -> None:
    world = web(diseconomy=0.5, speed=0.2)
    show_market(world, 6.0, 2.0)  # 3 USD at the group's targets: one more item costs as much at the first volume
    assert marginal_margins(world, held(world)).tolist() == pytest.approx([0.0, 0.0], abs=1e-6)
    world.publishers.volume = [1.0, 16.0]
    assert marginal_margins(world, held(world)).tolist() == pytest.approx([1.0, -0.5])
    publish(world, 0)
    settled = learn(world)._replace(read=world.market.read, posted=world.market.posted)
    books = keep_books(world, settled)
    assert books.volume.tolist() == pytest.approx([1.0 * math.exp(0.2), 16.0 * math.exp(-0.1)])
    assert books.margin.tolist() == pytest.approx([1.0, -0.5])


def test_nothing_moves_where_nothing_was_ever_posted_or_items_are_free() -> None:
    assert np.isnan(marginal_margins(web(), held(web()))).all()
    world = web(production=0.0)
    show_market(world, 1.0, 1.0)
    assert np.isnan(marginal_margins(world, held(world))).all()


def test_own_experience_moves_only_its_owner() -> None:
    world = web(pooling=0.0)
    show_market(world, 6.0, 2.0)
    world.publishers.writable("pay")[0] = 100.0
    world.publishers.writable("wrote")[0] = 1.0
    before = marginal_margins(web(pooling=0.0), held(world))  # as if the first had not
    margin = marginal_margins(world, held(world))
    assert margin[0] > margin[1]
    world.publishers.writable("pay")[0] = 0.0
    assert marginal_margins(world, held(world))[1] == margin[1] == before[1]


def test_mean_pay_is_over_topics_hosts_and_modes_as_they_are_chosen() -> None:
    world = web(group={"chooses": ["host"], "mix": {"code": 1.0, "news": 3.0}}, noise=0.5)
    world.reality.demand = np.array([0.5, 0.5])
    world.affinity = np.array([[1.0, 0.0], [1.0, 1.0]])
    pay = np.array([[[2.0, 9.0], [1.0, 9.0]]])
    pull = appeal(world, np.array([0]), np.array([False]), pay, np.array([2.0]))
    share = 1 / (1 + math.exp(-1.0))  # of the forum, in code; the group writes afresh alone
    expected = 0.25 * (share * 2.0 + (1 - share) * 1.0) + 0.75 * 1.0
    assert mean_pay(world, np.array([0]), pay, pull).tolist() == pytest.approx([expected])


def test_what_no_host_is_for_pays_nothing() -> None:
    world = web(group={"mix": {"code": 1.0}})
    world.affinity = np.array([[0.0, 1.0], [0.0, 1.0]])
    pay = np.ones((1, 2, 2))
    assert mean_pay(
        world, np.array([0]), pay, appeal(world, np.array([0]), np.array([False]), pay, np.array([2.0]))
    ).tolist() == [0.0]


def test_being_in_business_costs_whatever_is_written() -> None:
    world = web(fixed_cost=3.0)
    world.publishers.lab[1] = -1  # cannot write
    publish(world, 0)
    world.ledger.settle(join(payments(world)))
    assert world.ledger.flow(payer=Kind.PUBLISHER, payee=Kind.SUPPLIERS, reason=Reason.FIXED_COST) == 3.0 * 10
    assert world.ledger.spending[Kind.PUBLISHER].tolist() == [3000, 0]


def test_fixed_costs_drive_those_who_sell_nothing_out_of_business() -> None:
    world = web(fixed_cost=3.0, group={"capital": 6.5})
    for month in range(3):
        publish(world, 0)
        world.ledger.begin()
        world.ledger.settle(join(payments(world)))
        assert keep_books(world, learn(world)).active.tolist() == [month < 2] * 2
