"""Earning: every flow of money, against dollars worked out by hand.

One simulated person stands for ten in these worlds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.earn import earn
from ecosystem.phases.publishers.costs import api_cost, item_cost, production_cost
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.proposals import Asked, Crawls
from ecosystem.world.world import World
from tests.units.phases.worlds import give_model, later_worlds, live, next_month, publish, read_rows, world_of

NOTHING = np.empty(0, dtype=np.int64)
QUIET: dict[str, Any] = {"operations": 0.0, "training_cost": 0.0, "capital": 0.0}
FREE: dict[str, Any] = {"operations": 0.0, "capital": 0.0}


def no_questions() -> Asked:
    """Nobody asked anything."""
    return Asked.none()


def asked_of(labs: list[int]) -> Asked:
    """One question to each of these labs."""
    where, no = np.array(labs), np.zeros(len(labs), dtype=np.bool_)
    return Asked(where * 0, where * 0, where, where * 0, where * 0, no, no, no)


def settle(world: World, *, reads: Any = (), asked: Asked | None = None, visited: list[int] | None = None) -> None:
    """Carry out the payments of a month in which the first person read these rows."""
    item = np.full((len(world.humans), len(reads)), -1)
    item[:1] = reads
    read_rows(world, item)
    crawls = Crawls(NOTHING, NOTHING, np.empty(0), np.array(visited or [0] * len(world.labs)))
    money = earn(world, asked or no_questions(), crawls)
    world.ledger.settle(money.transfers)


def paid(world: World, reason: Reason, payer: Kind | None = None, payee: Kind | None = None) -> float:
    """USD paid this month for a reason."""
    return world.ledger.flow(payer=payer, payee=payee, reason=reason)


# --- attention ------------------------------------------------------------------------------------


HOSTS = [
    FREE | {"name": "forum", "rpm": 5.0, "publisher_share": 0.6, "author_share": 0.1, "operations": 0.5},
    FREE | {"name": "search", "rpm": 2.0, "publisher_share": 0.5, "author_share": 0.0, "operations": 1.0},
]
FARM: dict[str, Any] = {"groups": [{"name": "farm", "count": 2, "capital": 0.0}], "production": 0.0}


def media() -> World:
    """Two hosts, one publisher, and an item of a person and one of the publisher at each host."""
    world = world_of(humans={"views_per_read": 100.0}, curators=HOSTS, publishers=FARM)
    publish(world, 5, curator=[0, 0, 1, 1, -1], origin=[0, Origin.SYNTHETIC, 0, Origin.SYNTHETIC, 0], author=1)
    return world


def test_advertisers_pay_hosts_by_the_view() -> None:
    world = media()
    # A read stands for 10 people times 100 views: 1,000 views, so 5 and 2 USD.
    settle(world, reads=[0, 0, 1, 2, 3, 3, 4, -1])
    assert paid(world, Reason.ADVERTISING) == 3 * 5.0 + 3 * 2.0
    assert world.ledger.income[Kind.CURATOR].tolist() == [1500, 600]


def test_hosts_share_with_publishers_and_authors_and_pay_for_serving() -> None:
    world = media()
    settle(world, reads=[0, 0, 1, 2, 3, 3])
    assert paid(world, Reason.REVENUE_SHARE) == 1 * 0.6 * 5.0 + 2 * 0.5 * 2.0
    assert world.ledger.income[Kind.PUBLISHER].tolist() == [0, 500]
    assert paid(world, Reason.AUTHOR_PAY, payee=Kind.PEOPLE) == pytest.approx(2 * 0.1 * 5.0)
    assert paid(world, Reason.OPERATIONS, payer=Kind.CURATOR) == 3 * 0.5 + 3 * 1.0


@pytest.mark.parametrize("bonus", [0.0, 1.0])
def test_the_share_of_closed_publishers_stays_with_the_host(bonus: float) -> None:
    shares = []
    for closed in (False, True):
        hosts = [host | {"reach_bonus": bonus} for host in HOSTS]
        world = world_of(humans={"views_per_read": 100.0}, curators=hosts, publishers=FARM)
        publish(world, 4, curator=[0, 0, 0, 1], origin=Origin.SYNTHETIC, author=[0, 0, 1, 1])
        world.publishers.active[1] = not closed
        settle(world, reads=[0, 1, 1, 2, 3])
        shares.append(world.ledger.income[Kind.PUBLISHER].tolist())
        assert paid(world, Reason.ADVERTISING) == 4 * 5.0 + 2.0
    assert shares[0][1] > 0
    assert shares[1] == [shares[0][0], 0]


def test_nothing_read_pays_nobody() -> None:
    world = media()
    settle(world, reads=[-1, -1, 4])
    assert world.ledger.flow() == 0.0


def test_hosts_with_a_detector_pay_for_what_is_posted() -> None:
    own = FREE | {"detector": "gaussian", "moderation_cost": 0.02, "ai_policy": "label"}
    hosts = [own | {"name": "forum"}, FREE | {"name": "plain"}, own | {"name": "lax", "ai_policy": "allow"}]
    world = world_of(curators=hosts, labs=[QUIET | {"name": "alpha", "detector": None}])
    publish(world, 60, curator=np.arange(60) % 2)
    settle(world)
    assert paid(world, Reason.MODERATION) == 0.0  # there is no detector before there is a model
    live(world, 1)
    give_model(world, "alpha")
    world.first_model = 1
    live(world, 1)
    assert world.curators["forum"].detector is not None
    assert world.curators["lax"].detector is not None  # who does nothing to suspects pays for no look at them
    publish(world, 9, curator=[0, 0, 0, 0, 1, 1, -1, 2, 2])
    settle(world)
    assert paid(world, Reason.MODERATION) == pytest.approx(4 * 10 * 0.02)


def test_looks_at_what_a_detector_flags_cost_where_they_have_consequences() -> None:
    look = FREE | {"review_cost": 0.5}
    hosts = [
        look | {"name": "a", "ai_policy": "remove"},
        look | {"name": "b"},
        FREE | {"name": "c", "ai_policy": "label"},
    ]
    world = world_of(curators=hosts)
    marks = [Marks.FLAGGED | Marks.REMOVED] * 3 + [Marks.REMOVED] + [Marks.FLAGGED] * 4
    publish(world, 8, curator=[0, 0, 0, 0, 1, 2, -1, -2], marks=marks)
    settle(world)
    assert paid(world, Reason.REVIEW, payer=Kind.CURATOR, payee=Kind.SUPPLIERS) == 3 * 10 * 0.5
    assert world.ledger.spending[Kind.CURATOR].tolist() == [1500, 0, 0]


def test_fitting_a_detector_costs_in_the_month_it_is_done() -> None:
    hosts = [FREE | {"name": "forum", "detector_cost": 70.0}, FREE | {"name": "feed", "detector_cost": 90.0}]
    world = world_of(curators=hosts)
    publish(world, 1)
    world.curators["forum"].fitted_at = 0
    settle(world)
    assert paid(world, Reason.REVIEW, payee=Kind.SUPPLIERS) == 70.0
    next_month(world)
    publish(world, 1)
    settle(world)
    assert paid(world, Reason.REVIEW) == 0.0


# --- publishers -----------------------------------------------------------------------------------


def trade(**market: Any) -> World:
    """Two publishers of a group, buying from the two labs."""
    group = {"name": "farm", "count": 2, "volume": 1.0, "capital": 1000.0}
    given = {"groups": [group], "api_price": 20.0, "tokens": 1500.0, "production": 3.0, "cost_spread": 0.0} | market
    world = world_of(
        labs=[QUIET | {"name": "alpha", "api_ratio": 1.0}, QUIET | {"name": "beta", "api_ratio": 0.5}],
        publishers=given,
    )  # fmt: skip
    world.publishers.lab = [0, 1]
    return world


def test_text_costs_its_tokens_at_the_labs_price() -> None:
    assert api_cost(trade()).tolist() == pytest.approx([0.03, 0.015])  # 1,500 tokens at 20 USD per million
    assert item_cost(trade()).tolist() == pytest.approx([3.03, 3.015])


def test_a_factor_moves_the_price_whatever_shocks_set() -> None:
    assert api_cost(trade(api_factor=0.5)).tolist() == pytest.approx([0.015, 0.0075])
    assert api_cost(trade(api_price=2.0, api_factor=30.0)).tolist() == pytest.approx([0.09, 0.045])


def outside(price: float = 20.0, **market: Any) -> list[float]:
    """USD that labs get where outsiders want 1e9 tokens a month at 20 USD a million; the second lab asks half."""
    group = {"name": "farm", "count": 0}
    given = {"groups": [group], "api_price": 20.0, "api_demand": 1e9, "sensitivity": 2.0} | market
    sellers = [QUIET | {"name": "alpha", "api_ratio": 1.0}, QUIET | {"name": "beta", "api_ratio": 0.5}]
    world = later_worlds([(1, {"labs": sellers, "publishers": given}),
                          (1, {"labs": sellers, "publishers": given | {"api_price": price}})])  # fmt: skip
    give_model(world, "alpha")
    give_model(world, "beta")
    next_month(world)
    publish(world, 0)
    settle(world)
    assert paid(world, Reason.API, Kind.CUSTOMERS, Kind.LAB) == paid(world, Reason.API)
    return (world.ledger.income[Kind.LAB] / 100).tolist()


def test_outsiders_buy_text_and_choose_among_labs() -> None:
    odds = np.exp(2.0 * np.array([-1.0, -0.5]))  # of the same benchmark
    share = odds / odds.sum()
    # As much is spent at any price, 20,000 USD in all; at elasticity 0 it is tokens that stay the same.
    assert outside() == pytest.approx((2e4 * share).tolist(), abs=0.01)
    assert outside(price=2.0) == pytest.approx((2e4 * share).tolist(), abs=0.01)
    assert outside(price=2.0, api_elasticity=0.0) == pytest.approx((2e3 * share * [1.0, 0.5]).tolist(), abs=0.01)
    more = 1000 * share * np.array([10.0, 20.0]) ** 1.5  # million tokens, at 2 and 1 USD
    assert outside(price=2.0, api_elasticity=1.5) == pytest.approx((more * [2.0, 1.0]).tolist(), abs=0.01)


def test_outsiders_buy_nothing_where_text_is_free_or_nobody_sells_it() -> None:
    assert outside(price=0.0) == [0.0, 0.0]
    assert outside(api_factor=0.0) == [0.0, 0.0]
    assert outside(api_demand=0.0) == [0.0, 0.0]
    world = world_of(labs=[QUIET | {"name": "alpha"}], publishers={"api_demand": 1e9})
    publish(world, 0)
    settle(world)
    assert paid(world, Reason.API) == 0.0


def test_a_labs_lever_moves_its_price() -> None:
    world = trade()
    lab = world.labs["alpha"]
    lab.trial = lab.trial._replace(levers=np.array([[0.0, np.log(2.0)]]))
    assert api_cost(world).tolist() == pytest.approx([0.06, 0.015])


def test_production_gets_dearer_with_volume() -> None:
    world = trade(diseconomy=0.5)
    world.publishers.volume, world.publishers.ratio = [4.0, 1.0], [1.0, 2.0]
    assert production_cost(world).tolist() == pytest.approx([3.0 * 2.0, 3.0 * 2.0])


def test_publishers_pay_for_what_they_published() -> None:
    world = trade()
    publish(world, 5, origin=Origin.SYNTHETIC, author=[0, 0, 0, 1, 1], curator=[-1, -1, -1, -1, PRIVATE])
    settle(world)
    assert paid(world, Reason.API, payee=Kind.LAB) == pytest.approx(3 * 10 * 0.03 + 1 * 10 * 0.015)
    assert world.ledger.income[Kind.LAB].tolist() == [90, 15]
    assert paid(world, Reason.PRODUCTION, payee=Kind.SUPPLIERS) == pytest.approx(4 * 10 * 3.0)


def test_peoples_items_cost_publishers_nothing() -> None:
    world = trade()
    publish(world, 5, author=[0, 0, 1, 1, 1])
    settle(world)
    assert world.ledger.spending[Kind.PUBLISHER].tolist() == [0, 0]


# --- labs -----------------------------------------------------------------------------------------


def lab_world(*labs: dict[str, Any], **groups: Any) -> World:
    """A world with labs that cost nothing but what is said."""
    return world_of(labs=[QUIET | {"name": f"lab {at}"} | lab for at, lab in enumerate(labs)], **groups)


def test_a_share_of_users_pays_the_price() -> None:
    world = lab_world({"price": 20.0}, {"price": 30.0}, {"price": 50.0}, humans={"assistants": {"paying": 0.25}})
    give_model(world, "lab 0")
    give_model(world, "lab 1")
    world.humans.assistant = [0] * 5 + [1] * 3 + [2] * 2 + [-1] * 2
    lab = world.labs["lab 1"]
    lab.trial = lab.trial._replace(levers=np.array([[np.log(0.5), 0.0]]))
    settle(world)
    # The third has nothing to sell; the second has halved its price.
    assert world.ledger.income[Kind.LAB].tolist() == [int(100 * 5 * 10 * 0.25 * 20), int(100 * 3 * 10 * 0.25 * 15), 0]
    assert paid(world, Reason.SUBSCRIPTION, payer=Kind.PEOPLE) == pytest.approx(250.0 + 112.5)


def test_every_question_costs_its_lab() -> None:
    world = lab_world({"inference_cost": 0.1}, {"inference_cost": 0.5})
    settle(world, asked=asked_of([0, 1, 1, 0, 1]))
    assert paid(world, Reason.INFERENCE) == pytest.approx(2 * 10 * 0.1 + 3 * 10 * 0.5)


def test_own_synthetic_documents_cost_as_answers_do() -> None:
    world = lab_world({"inference_cost": 0.1}, {"inference_cost": 0.5})
    origin = [Origin.SYNTHETIC] * 4 + [Origin.HUMAN]
    publish(world, 5, curator=[PRIVATE, PRIVATE, PRIVATE, -1, PRIVATE], lab=[0, 1, 1, 1, 1], origin=origin)
    settle(world)
    assert paid(world, Reason.INFERENCE) == pytest.approx(1 * 10 * 0.1 + 2 * 10 * 0.5)
    settle(world, asked=asked_of([0]))
    assert paid(world, Reason.INFERENCE) == pytest.approx(3 * 10 * 0.1 + 4 * 10 * 0.5)


def test_crawlers_stop_at_their_budget() -> None:
    world = lab_world({"crawl_cost": 0.01, "data": {"crawl_budget": 30}}, {"crawl_cost": 0.01})
    settle(world, visited=[100, 100])
    assert world.ledger.spending[Kind.LAB].tolist() == [300, 1000]


def test_pages_fetched_cost_their_crawl() -> None:
    world = lab_world({"crawl_cost": 0.01}, {"crawl_cost": 0.02}, {"crawl_cost": 9.0})
    world.labs["lab 2"].active = False
    settle(world, visited=[100, 50, 0])
    assert world.ledger.spending[Kind.LAB].tolist() == [1000, 1000, 0]
    assert paid(world, Reason.CRAWL, payee=Kind.SUPPLIERS) == 20.0


def test_licences_are_paid_where_they_are_sold() -> None:
    hosts = [FREE | {"name": "dear", "crawl": "licence", "licence_price": 500.0}, FREE | {"name": "free"},
             FREE | {"name": "posh", "crawl": "licence", "licence_price": 900.0}]  # fmt: skip
    world = lab_world(
        {"data": {"licences": ["dear", "free"]}}, {"data": {"licences": ["dear", "posh"]}}, curators=hosts
    )
    settle(world)
    assert world.ledger.spending[Kind.LAB].tolist() == [50_000, 140_000]
    assert world.ledger.income[Kind.CURATOR].tolist() == [100_000, 0, 90_000]
    assert paid(world, Reason.LICENCE, payer=Kind.LAB, payee=Kind.CURATOR) == 1900.0


def test_commissioned_items_are_paid_to_people_by_who_ordered_them() -> None:
    world = lab_world({"data": {"commission_price": 80.0}}, {"data": {"commission_price": 100.0}})
    publish(world, 4, curator=PRIVATE, lab=[0, 1, 1, 1], marks=[Marks.COMMISSIONED] * 3 + [0])
    settle(world)
    assert paid(world, Reason.COMMISSION, payee=Kind.PEOPLE) == 1 * 10 * 80.0 + 2 * 10 * 100.0
    next_month(world)
    settle(world)
    assert paid(world, Reason.COMMISSION) == 0.0


def test_staff_is_paid_every_month_and_training_when_there_was_one() -> None:
    dear = {"operations": 70.0, "training_cost": 1000.0, "cost_growth": 4.0, "launch": "2018-07", "cadence": 6}
    world = lab_world(dear, {"operations": 30.0})
    world.labs["lab 1"].active = False
    settle(world)
    assert paid(world, Reason.OPERATIONS) == 70.0
    assert paid(world, Reason.TRAINING) == 0.0
    for _ in range(12):
        next_month(world)
    world.labs["lab 0"].training_bill = world.labs["lab 0"].training_cost
    world.labs["lab 0"].trained_at = 12  # half a year after its launch, at four times the cost a year later
    settle(world)
    assert paid(world, Reason.TRAINING) == pytest.approx(2000.0)


def test_investors_spread_their_budget_by_benchmark_and_growth() -> None:
    investors = {"budget": 1000.0, "benchmark": 5.0, "growth": 2.0}
    world = lab_world({}, {}, {}, investors=investors)
    settle(world)
    assert paid(world, Reason.INVESTMENT) == 0.0  # nobody has a model yet
    give_model(world, "lab 0")
    give_model(world, "lab 1")
    world.labs["lab 1"].benchmark = 0.7
    lab = world.labs["lab 0"]
    lab.subscribers, lab.earlier_subscribers = 7, 3  # 1 + users doubled
    settle(world)
    odds = np.array([np.exp(5.0 * 0.5 + 2.0 * 1.0), np.exp(5.0 * 0.7), 0.0])
    assert np.allclose(world.ledger.usd(Kind.LAB), 1000 * odds / odds.sum(), atol=0.005)  # rounded to the cent
    assert world.ledger.earned(Kind.LAB).tolist() == [0, 0, 0]  # capital is no profit


def test_a_whole_month_balances_to_the_cent() -> None:
    world = world_of(
        scale={"humans": 100}, curators=[{"name": "forum", "author_share": 0.1}],
        labs=[{"name": "alpha", "data": {"commissions": 3.0}}],
        publishers={"groups": [{"name": "farm", "count": 5, "volume": 2.0}]}, investors={"budget": 1e6},
    )  # fmt: skip
    live(world, 5)
    assert world.ledger.total() == 0
    assert world.ledger.usd(Kind.ADVERTISERS)[0] < 0


def test_a_world_without_anyone_moves_no_money() -> None:
    world = world_of(scale={"humans": 0})
    settle(world)
    assert world.ledger.flow() == 0.0
