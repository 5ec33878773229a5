"""Business: publishers keep books, scale volume with margin, choose a lab, enter and leave."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ecosystem.phases.publishers.beliefs import held, learn
from ecosystem.phases.publishers.books import Books, keep_books
from ecosystem.phases.publishers.entry import entrants
from ecosystem.phases.publishers.labs import choose_labs
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, near, proportional, publish, read_rows, world_of

MARKET: dict[str, Any] = {
    "api_price": 0.0, "production": 2.0, "cost_spread": 0.0, "diseconomy": 0.0,
    "memory": 1.0, "pooling": 0.0, "speed": 0.5, "least_volume": 0.1, "entry": 0.25,
}  # fmt: skip
"""An item costs 2 USD all in; books are of the last month alone and nobody asks what others earn."""


def market(count: int = 4, *, groups: list[dict[str, Any]] | None = None, **changes: Any) -> World:
    """Publishers of one group or more, with a lab that has a model; one person stands for ten."""
    farm = [{"name": "farm", "count": count, "volume": 3.0, "capital": 50.0}]
    world = world_of(
        labs=[{"name": "alpha"}, {"name": "beta"}],
        curators=[{"name": "feed"}],
        publishers=MARKET | {"groups": groups or farm} | changes,
    )
    give_model(world, "alpha")
    world.publishers.lab = 0
    return world


def month(world: World, *, written: list[int], earned: list[float], spent: list[float] | None = None) -> Books:
    """The books of a month in which publishers wrote so many items, earned and (else than for items) spent so much."""
    author = np.repeat(np.arange(len(written)), written)
    publish(world, len(author), author=author, origin=Origin.SYNTHETIC)
    who = np.arange(len(written))
    cost = np.array(written) * 10 * 2.0 + np.array(spent or [0.0] * len(written))
    world.ledger.settle(Transfers.of(Kind.CURATOR, 0, Kind.PUBLISHER, who, Reason.REVENUE_SHARE, np.array(earned)))
    world.ledger.settle(Transfers.of(Kind.PUBLISHER, who, Kind.SUPPLIERS, 0, Reason.PRODUCTION, cost))
    return keep_books(world, learn(world))


# --- books ----------------------------------------------------------------------------------------


def test_margin_is_profit_per_cost_of_an_item() -> None:
    books = month(market(), written=[1, 2, 1, 0], earned=[20.0, 80.0, 10.0, 0.0])
    assert books.produced.tolist() == [1, 2, 1, 0]
    assert books.revenue.tolist() == [20.0, 80.0, 10.0, 0.0]
    assert books.cost.tolist() == [20.0, 40.0, 20.0, 0.0]
    # Ten real items each: 2, 4 and 1 USD an item against 2; who wrote nothing goes by the group's 110 USD on 40.
    assert books.margin.tolist() == pytest.approx([0.0, 1.0, -0.5, 110 / 40 / 2 - 1])


def test_books_remember() -> None:
    world = market(memory=0.25)
    world.publishers.produced, world.publishers.revenue, world.publishers.cost = 4.0, 100.0, 60.0
    books = month(world, written=[2, 2, 2, 2], earned=[40.0] * 4)
    assert books.produced[0] == pytest.approx(0.75 * 4 + 0.25 * 2)
    assert books.revenue[0] == pytest.approx(0.75 * 100 + 0.25 * 40)
    assert books.cost[0] == pytest.approx(0.75 * 60 + 0.25 * 40)


def test_little_output_is_judged_by_the_group() -> None:
    books = month(market(2, pooling=3.0), written=[1, 9], earned=[60.0, 140.0])
    # The group earns 20 a simulated item; the first is trusted with 1/4 of its own 60, the second with 9/12.
    own = np.array([60.0, 140 / 9])
    trust = np.array([1 / 4, 9 / 12])
    assert books.margin.tolist() == pytest.approx(((trust * own + (1 - trust) * 20) / 10 / 2 - 1).tolist())


def test_groups_are_judged_apart() -> None:
    groups = [{"name": name, "count": 2, "volume": 1.0} for name in ("one", "two")]
    books = month(market(groups=groups), written=[1, 0, 1, 0], earned=[40.0, 0.0, 20.0, 0.0])
    assert books.margin.tolist() == pytest.approx([1.0, 1.0, 0.0, 0.0])


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


def test_volume_needs_a_price_to_compare_with() -> None:
    books = month(market(production=0.0), written=[1, 1, 1, 1], earned=[20.0] * 4)
    assert books.volume.tolist() == pytest.approx([3.0] * 4)


def founded(world: World, margin: float, draws: int = 200) -> list[int]:
    """How many entrants there are in each group over many draws where everybody sees the same margin."""
    counts = np.zeros(len(world.settings.publishers.groups), dtype=np.int64)
    for step in range(draws):
        world.draw.step = step
        books = keep_books(world, learn(world))._replace(
            margin=np.full(len(world.publishers), margin, dtype=np.float32)
        )
        counts += np.bincount(entrants(world, books, held(world), world.draw).entrants, minlength=len(counts))
    return counts.tolist()


@pytest.mark.parametrize(("margin", "rate"), [(0.4, 0.25 * 0.4), (7.0, 0.25), (-0.5, 0.0)])
def test_entrants_come_in_proportion_to_publishers_and_their_margin(margin: float, rate: float) -> None:
    mean = 200 * 4 * rate
    assert near(float(founded(market(), margin)[0]), mean, mean)


def test_nobody_enters_where_nobody_is_in_business_or_knows_a_margin() -> None:
    assert founded(market(), math.nan) == [0]
    world = market()
    world.labs["alpha"].fitted = None
    assert founded(world, 1.0) == [0]


def test_groups_grow_by_their_own_numbers() -> None:
    groups = [{"name": "one", "count": 3}, {"name": "two", "count": 9}]
    counts = founded(market(groups=groups), 0.5)
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


def test_labs_are_chosen_by_benchmark_and_price() -> None:
    world = buyers(sensitivity=4.0)
    world.labs["alpha"].benchmark, world.labs["beta"].benchmark = 0.6, 0.8
    beta = world.labs["beta"]
    beta.trial = beta.trial._replace(levers=np.array([[0.0, np.log(1.5)]]))
    counts = np.bincount(choose_labs(world, world.draw), minlength=2)
    assert proportional(counts, np.exp([4 * (0.6 - 1.0), 4 * (0.8 - 1.5)]))


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
