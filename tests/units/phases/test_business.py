"""Business: publishers keep books, scale volume with margin, choose a lab, enter and leave."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ecosystem.phases.adapt import adapt
from ecosystem.phases.publishers.beliefs import Beliefs, held, learn
from ecosystem.phases.publishers.books import Books, keep_books
from ecosystem.phases.publishers.entry import entrants
from ecosystem.phases.publishers.labs import choose_labs
from ecosystem.phases.publishers.prospects import common_margin
from ecosystem.phases.publishers.supply import common_pay
from ecosystem.phases.publishing import output
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, near, proportional, publish, read_rows, world_of

MARKET: dict[str, Any] = {
    "api_price": 0.0, "production": 2.0, "cost_spread": 0.0, "diseconomy": 0.0,
    "memory": 1.0, "pooling": 0.0, "speed": 0.5, "least_volume": 0.1, "entry": 0.25,
}  # fmt: skip
"""An item costs 2 USD all in; books are of the last month alone and nobody asks what items pay elsewhere."""


def market(count: int = 4, *, groups: list[dict[str, Any]] | None = None, **changes: Any) -> World:
    """Publishers of one group or more, with a lab that has a model; one person stands for ten."""
    farm = [{"name": "farm", "count": count, "volume": 3.0, "capital": 50.0}]
    world = world_of(
        humans={"views_per_read": 100.0}, curators=[{"name": "host", "rpm": 10.0, "publisher_share": 0.4}],
        labs=[{"name": "alpha"}, {"name": "beta"}], publishers=MARKET | {"groups": groups or farm} | changes,
    )  # fmt: skip
    give_model(world, "alpha")
    world.publishers.lab = 0
    return world


def seen(world: World, usd: float) -> Beliefs:
    """What is believed where an item pays so much on the average of all authors; a read pays 0.4 USD."""
    return held(world)._replace(read=np.array([[usd / 0.4, 0.0]]), posted=np.array([[1.0, 0.0]]))


def month(
    world: World, *, written: list[int], earned: list[float], spent: list[float] | None = None, pay: float | None = None
) -> Books:
    """The books of a month in which publishers wrote so many items, earned and (else than for items) spent so much.

    Items pay so much on the average of all authors, or nobody knows.
    """
    author = np.repeat(np.arange(len(written)), written)
    publish(world, len(author), author=author, origin=Origin.SYNTHETIC)
    who = np.arange(len(written))
    cost = np.array(written) * 10 * 2.0 + np.array(spent or [0.0] * len(written))
    world.ledger.settle(Transfers.of(Kind.CURATOR, 0, Kind.PUBLISHER, who, Reason.REVENUE_SHARE, np.array(earned)))
    world.ledger.settle(Transfers.of(Kind.PUBLISHER, who, Kind.SUPPLIERS, 0, Reason.PRODUCTION, cost))
    return keep_books(world, learn(world) if pay is None else seen(world, pay))


# --- books ----------------------------------------------------------------------------------------


def test_margin_is_profit_per_cost_of_an_item() -> None:
    books = month(market(), written=[1, 2, 1, 0], earned=[20.0, 80.0, 10.0, 0.0], pay=3.0)
    assert books.produced.tolist() == [1, 2, 1, 0]
    assert books.revenue.tolist() == [20.0, 80.0, 10.0, 0.0]
    assert books.cost.tolist() == [20.0, 40.0, 20.0, 0.0]
    # Ten real items each: 2, 4 and 1 USD an item against 2; who wrote nothing goes by what items pay.
    assert books.margin.tolist() == pytest.approx([0.0, 1.0, -0.5, 3 / 2 - 1])


def test_books_remember() -> None:
    world = market(memory=0.25)
    world.publishers.produced, world.publishers.revenue, world.publishers.cost = 4.0, 100.0, 60.0
    books = month(world, written=[2, 2, 2, 2], earned=[40.0] * 4)
    assert books.produced[0] == pytest.approx(0.75 * 4 + 0.25 * 2)
    assert books.revenue[0] == pytest.approx(0.75 * 100 + 0.25 * 40)
    assert books.cost[0] == pytest.approx(0.75 * 60 + 0.25 * 40)


def test_little_output_is_judged_by_what_items_pay_all_authors() -> None:
    books = month(market(2, pooling=3.0), written=[1, 9], earned=[60.0, 140.0], pay=2.5)
    # The first is trusted with 1/4 of its own 60 USD a simulated item, the second with 9/12 of its.
    own = np.array([60.0, 140 / 9])
    trust = np.array([1 / 4, 9 / 12])
    assert books.margin.tolist() == pytest.approx(((trust * own + (1 - trust) * 25) / 10 / 2 - 1).tolist())


def test_before_anything_was_posted_own_books_are_all_there_is() -> None:
    books = month(market(pooling=3.0), written=[1, 0, 1, 0], earned=[40.0, 0.0, 20.0, 0.0])
    assert books.margin[[0, 2]].tolist() == pytest.approx([1.0, 0.0])
    assert np.isnan(books.margin[[1, 3]]).all()


def test_nobody_knows_what_others_earn() -> None:
    one, other = (
        month(market(3, pooling=3.0), written=[1, 2, 3], earned=[20.0, 30.0, e], pay=2.5) for e in (0.0, 900.0)
    )
    assert one.margin[:2].tolist() == other.margin[:2].tolist()
    assert one.volume[:2].tolist() == other.volume[:2].tolist()
    assert one.margin[2] != other.margin[2]


def test_items_are_judged_by_the_hosts_of_their_group() -> None:
    world = world_of(
        humans={"views_per_read": 100.0}, labs=[{"name": "alpha"}],
        curators=[{"name": "feed", "rpm": 10.0, "publisher_share": 0.4}, {"name": "search", "rpm": 0.0}],
        publishers=MARKET | {"groups": [
            {"name": "one", "count": 1, "targets": {"feed": 1.0, "search": 1.0}},
            {"name": "two", "count": 1, "targets": {"search": 1.0}},
        ]},
    )  # fmt: skip
    beliefs = held(world)._replace(read=np.array([[10.0, 0.0], [50.0, 0.0]]), posted=np.array([[1.0, 0.0]] * 2))
    assert common_pay(world, beliefs, np.array([2.0, 2.0])).tolist() == pytest.approx([0.5 * 10 * 0.4, 0.0])


def test_fines_spoil_the_margin() -> None:
    books = month(market(1), written=[1], earned=[40.0], spent=[30.0])
    assert books.margin.tolist() == pytest.approx([(40 - 30) / 10 / 2 - 1])


def test_without_sales_there_is_no_margin() -> None:
    assert np.isnan(month(market(), written=[0] * 4, earned=[0.0] * 4).margin).all()


def test_private_items_and_peoples_items_are_not_a_publishers_output() -> None:
    world = market()
    publish(world, 6, author=[0, 0, 0, 1, 1, 1], origin=[Origin.SYNTHETIC] * 3 + [Origin.ASSISTED] * 3,
            curator=[PRIVATE, PRIVATE, -1, -1, -1, -1])  # fmt: skip
    read_rows(world, np.array([[2, 2, 2, 3, 4, -1]] * 12))
    books = keep_books(world, learn(world))
    assert books.produced.tolist() == [1, 0, 0, 0]
    assert books.views.tolist() == [36, 0, 0, 0]


# --- volume, exit, entry --------------------------------------------------------------------------


def test_volume_grows_and_shrinks_with_margin_within_bounds() -> None:
    books = month(market(), written=[1, 1, 1, 1], earned=[30.0, 10.0, 90.0, 0.0])
    growth = [0.5 * 0.5, 0.5 * -0.5, 0.5 * 1.0, 0.5 * -1.0]
    assert books.volume.tolist() == pytest.approx([3 * math.exp(step) for step in growth])


def test_the_idle_and_the_closed_neither_grow_nor_close() -> None:
    world = market()
    world.publishers.lab[0], world.publishers.active[1] = 1, False  # the second lab has no model
    world.publishers.volume[:] = 0.05
    books = month(world, written=[1, 1, 1, 1], earned=[90.0] * 4)
    assert books.volume[:2].tolist() == pytest.approx([0.05, 0.05])
    assert books.active.tolist() == [True, False, False, False]  # the busy fell below the least volume


def test_publishers_close_in_debt_or_when_their_volume_fades() -> None:
    world = market()
    world.publishers.volume = [3.0, 3.0, 0.12, 3.0]
    savings = np.array([500.0, 499.99])  # of the 500 USD that each began with, the first has nothing left
    world.ledger.settle(Transfers.of(Kind.PUBLISHER, np.arange(2), Kind.STATE, 0, Reason.FINE, savings))
    world.ledger.begin()  # in a month before
    books = month(world, written=[1, 1, 1, 1], earned=[19.99, 19.99, 0.0, 20.0])
    assert books.active.tolist() == [False, True, False, True]


def test_who_cannot_pay_for_the_least_volume_closes() -> None:
    world = market(2, least_volume=0.5)
    spent = np.array([491.0, 490.0])  # of the 500 USD that each began with; ten items cost 20
    world.ledger.settle(Transfers.of(Kind.PUBLISHER, np.arange(2), Kind.STATE, 0, Reason.FINE, spent))
    world.ledger.begin()  # in a month before
    assert month(world, written=[0, 0], earned=[0.0, 0.0]).active.tolist() == [False, True]


def test_nobody_writes_more_than_it_can_pay_for() -> None:
    world = market(3)
    world.publishers.volume = [1000.0, 1000.0, 0.0]
    world.publishers.revenue = [0.0, 90.0, 0.0]
    counts = np.bincount(output(world, world.draw).author, minlength=3)
    assert counts.tolist() == [500 // 20, 590 // 20, 0]
    free = market(1, production=0.0)
    free.publishers.volume = 1000.0
    assert len(output(free, free.draw).author) > 500


def test_who_closes_pays_what_cash_is_left_back_to_investors_once() -> None:
    world = market()
    world.publishers.volume = [3.0, 3.0, 0.01, 0.01]
    debts = np.array([600.0])  # of the 500 USD that each began with
    world.ledger.settle(Transfers.of(Kind.PUBLISHER, np.array([3]), Kind.STATE, 0, Reason.FINE, debts))
    publish(world, 4, author=np.arange(4), origin=Origin.SYNTHETIC)
    before = world.ledger.usd(Kind.PUBLISHER)
    for returned in (before[2], before[2]):  # in the second month nobody closes any more
        world.revise(adapt(world, world.draw))
        assert world.publishers.active.tolist() == [True, True, False, False]
        assert world.ledger.flow(payee=Kind.INVESTORS, reason=Reason.LIQUIDATION) == pytest.approx(returned)
        assert world.ledger.flow(payer=Kind.INVESTORS, reason=Reason.DEFAULT) == -before[3] == 100.0
    assert world.ledger.usd(Kind.PUBLISHER)[2:].tolist() == [0.0, 0.0]


def test_volume_needs_a_price_to_compare_with() -> None:
    books = month(market(production=0.0), written=[1, 1, 1, 1], earned=[20.0] * 4)
    assert books.volume.tolist() == pytest.approx([3.0] * 4)


def founded(world: World, pay: float, draws: int = 200) -> list[int]:
    """How many entrants there are in each group over many draws where items pay so much."""
    counts = np.zeros(len(world.settings.publishers.groups), dtype=np.int64)
    publish(world, 0)
    for step in range(draws):
        world.draw.step = step
        books = keep_books(world, learn(world))
        counts += np.bincount(entrants(world, books, seen(world, pay), world.draw).entrants, minlength=len(counts))
    return counts.tolist()


@pytest.mark.parametrize(("pay", "rate"), [(2.8, 0.25 * 0.4), (16.0, 0.25), (1.0, 0.0)])
def test_entrants_come_in_proportion_to_publishers_and_the_margin_to_be_seen(pay: float, rate: float) -> None:
    mean = 200 * 4 * rate
    assert near(float(founded(market(), pay)[0]), mean, mean)


def test_the_margin_to_be_seen_is_that_at_the_volume_of_those_who_are_there() -> None:
    world = market(diseconomy=1.0)
    publish(world, 24, author=np.arange(24) % 4, origin=Origin.SYNTHETIC)  # six each, twice the first volume
    beliefs = seen(world, 5.0)
    assert common_margin(world, beliefs, np.array([6.0])).tolist() == pytest.approx([5 / 4 - 1])
    assert common_margin(world, beliefs, np.array([1.0])).tolist() == pytest.approx([5 / 2 - 1])  # as newcomers begin
    counts = 0
    for step in range(400):
        world.draw.step = step
        counts += len(entrants(world, keep_books(world, learn(world)), beliefs, world.draw).entrants)
    assert near(counts, 400 * 4 * 0.25 * 0.25, 400 * 4 * 0.25 * 0.25)


def test_nobody_enters_where_nobody_is_in_business_or_knows_a_margin() -> None:
    world = market()
    publish(world, 0)
    assert not len(entrants(world, keep_books(world, learn(world)), held(world), world.draw).entrants)
    world.labs["alpha"].fitted = None
    assert founded(world, 4.0) == [0]


def test_groups_grow_by_their_own_numbers() -> None:
    groups = [{"name": "one", "count": 3}, {"name": "two", "count": 9}]
    counts = founded(market(groups=groups), 3.0)
    assert proportional(counts, [3, 9])


def test_entrants_start_as_their_group_does() -> None:
    world = market(2)
    before = world.publishers.key.tolist()
    world.enter(np.array([0, 0]))
    assert world.publishers.volume.tolist() == pytest.approx([3.0] * 4)
    assert world.ledger.usd(Kind.PUBLISHER).tolist() == [500.0] * 4  # ten real publishers' savings
    assert len({*before, *world.publishers.key.tolist()}) == 4
    assert world.publishers.lab.tolist() == [0, 0, -1, -1]


# --- labs -----------------------------------------------------------------------------------------


def buyers(count: int = 4000, **changes: Any) -> World:
    """Many publishers without a lab, and two labs to choose from."""
    world = market(count, **changes)
    give_model(world, "beta")
    world.publishers.lab = -1
    return world


def test_labs_are_chosen_by_benchmark_and_what_their_text_adds_to_costs() -> None:
    # 1,500 tokens at 2,000 USD a million cost 3 USD at the market price, everything else 2 USD.
    world = buyers(sensitivity=4.0, api_price=2000.0, tokens=1500.0)
    world.labs["alpha"].benchmark, world.labs["beta"].benchmark = 0.6, 0.8
    beta = world.labs["beta"]
    beta.trial = beta.trial._replace(levers=np.array([[0.0, np.log(1.5)]]))
    counts = np.bincount(choose_labs(world, world.draw), minlength=2)
    assert proportional(counts, np.exp([4 * (0.6 - 0.6 * 1.0), 4 * (0.8 - 0.6 * 1.5)]))


@pytest.mark.parametrize("price", [0.0, 0.06])
def test_nobody_minds_the_relative_price_of_text_that_is_all_but_free(price: float) -> None:
    world = buyers(sensitivity=4.0, api_price=price)
    labs = world.labs.values()
    for lab, ratio in zip(labs, (0.5, 1.3), strict=True):
        lab.benchmark, lab.given = 0.5, lab.given.model_copy(update={"api_ratio": ratio})
    assert proportional(np.bincount(choose_labs(world, world.draw), minlength=2), [1.0, 1.0])


def test_each_minds_the_price_of_text_as_far_as_it_is_part_of_its_own_cost() -> None:
    groups = [{"name": name, "count": 4000, "volume": 3.0} for name in ("cheap", "dear")]
    world = buyers(groups=groups, sensitivity=4.0, api_price=2000.0, tokens=1500.0)
    beta = world.labs["beta"]
    beta.given = beta.given.model_copy(update={"api_ratio": 2.0})
    world.labs["alpha"].benchmark = beta.benchmark = 0.5
    world.publishers.ratio = np.repeat([0.5, 3.0], 4000)  # besides its text an item costs 1 and 6 USD
    chosen = choose_labs(world, world.draw)
    for share, mine in ((3 / 4, chosen[:4000]), (3 / 9, chosen[4000:])):
        assert proportional(np.bincount(mine, minlength=2), np.exp(-4 * share * np.array([1.0, 2.0])))


def test_publishers_reconsider_now_and_then() -> None:
    world = buyers(reconsider=0.3, sensitivity=0.0)
    world.publishers.lab = 0
    assert frequent(choose_labs(world, world.draw) == 1, 0.3 / 2)


def test_whoever_loses_its_lab_takes_another() -> None:
    world = buyers(40, reconsider=0.0)
    world.publishers.lab[:20], world.publishers.lab[20:] = 0, 1
    world.labs["beta"].active = False
    assert set(choose_labs(world, world.draw).tolist()) == {0}
    world.labs["alpha"].active = False
    assert np.array_equal(choose_labs(world, world.draw), world.publishers.lab)  # there is none to take


def test_groups_with_a_lab_of_their_own_keep_to_it() -> None:
    groups = [{"name": "free", "count": 30}, {"name": "tied", "count": 10, "lab": "beta"}]
    world = market(groups=groups, reconsider=1.0)
    assert choose_labs(world, world.draw)[30:].tolist() == [1] * 10  # even before it has a model
    assert set(choose_labs(world, world.draw)[:30].tolist()) == {0}


def test_however_dear_all_labs_are_one_is_chosen() -> None:
    world = buyers(20, sensitivity=5000.0)
    world.labs["beta"].benchmark = 0.6
    assert choose_labs(world, world.draw).tolist() == [1] * 20


def test_no_publisher_no_books() -> None:
    world = world_of()
    publish(world, 0)
    books = keep_books(world, learn(world))
    assert books.volume.shape == (0,)
    assert entrants(world, books, held(world), world.draw).entrants.tolist() == []
    assert choose_labs(world, world.draw).tolist() == []
