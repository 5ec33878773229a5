"""Free entry by what a newcomer can expect, and the time that founding takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from ecosystem.phases.publishers.beliefs import Beliefs, held, learn
from ecosystem.phases.publishers.books import Books, keep_books
from ecosystem.phases.publishers.entry import Entrants, entrants
from ecosystem.phases.publishers.prospects import best_profit, prospects
from ecosystem.phases.regulate import regulate
from ecosystem.world.world import World
from tests.units.phases.worlds import give_model, live, near, publish, world_of

HOST = {"name": "search", "rpm": 10.0, "publisher_share": 0.4, "operations": 0.0}
MARKET: dict[str, Any] = {
    "entry_rule": "expected_profit", "production": 2.0, "diseconomy": 0.5, "fixed_cost": 3.0, "cost_spread": 0.0,
    "api_price": 1000.0, "tokens": 1000.0, "horizon": 10.0, "entry": 0.25,
}  # fmt: skip
"""Text costs 1 USD an item."""


def web(groups: list[dict[str, Any]] | None = None, labs: list[dict[str, Any]] | None = None, **market: Any) -> World:
    """A market that newcomers look at; a read pays 0.4 USD."""
    farm = [{"name": "farm", "count": 4, "volume": 4.0, "capital": 100.0}]
    world = world_of(
        humans={"views_per_read": 100.0}, curators=[HOST], labs=labs or [{"name": "alpha"}],
        publishers=MARKET | {"groups": groups or farm} | market,
    )  # fmt: skip
    give_model(world, "alpha")
    world.publishers.lab = 0
    publish(world, 0)
    return world


def paying(world: World, usd: float) -> Beliefs:
    """What is believed where an item brings in so much on average."""
    return held(world)._replace(read=np.array([[usd / 0.4, 0.0]]), posted=np.array([[1.0, 0.0]]))


def decided(world: World, usd: float) -> Entrants:
    """Who enters where an item brings in so much."""
    return entrants(world, keep_books(world, learn(world)), paying(world, usd), world.draw)


# --- prospects ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pay", [1.5, 4.0, 30.0])
@pytest.mark.parametrize("diseconomy", [0.5, 1.0, 2.0])
def test_the_best_profit_is_that_of_the_best_volume(pay: float, diseconomy: float) -> None:
    def loss(volume: float) -> float:
        return -(pay * volume - volume * (1 + 2 * (volume / 4) ** diseconomy) - 3)

    best = -optimize.minimize_scalar(loss, bounds=(0, 1e4), method="bounded", options={"xatol": 1e-9}).fun
    found = best_profit(np.array(pay), np.array(1.0), np.array(2.0), np.array(4.0), diseconomy, 3.0)
    assert float(found) == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_who_cannot_earn_more_by_growing_is_judged_at_the_first_volume() -> None:
    one = np.array(1.0)
    assert float(best_profit(4 * one, one, 2 * one, 4 * one, 0.0, 3.0)) == (4 - 1 - 2) * 4 - 3
    assert float(best_profit(4 * one, one, 0 * one, 4 * one, 0.5, 3.0)) == (4 - 1) * 4 - 3


def test_a_founder_expects_the_mean_over_costs_it_does_not_know_yet() -> None:
    world = web(cost_spread=0.5)
    found = float(prospects(world, paying(world, 5.0))[0])

    def profit(luck: float) -> float:
        production = 2 * np.exp(0.5 * luck)
        best = best_profit(np.array(5.0), np.array(1.0), np.array(production), np.array(4.0), 0.5, 3.0)
        return max(float(best), 0.0) * float(stats.norm.pdf(luck))

    # The quadrature is exact for smooth functions; the kink where losses are cut costs about a per cent.
    assert found == pytest.approx(10 * integrate.quad(profit, -8, 8, limit=200)[0], rel=0.02)


def test_dear_text_and_fixed_costs_spoil_prospects() -> None:
    world = web()
    good = prospects(world, paying(world, 6.0))[0]
    assert good == pytest.approx(10 * best_profit(np.array(6.0), np.array(1.0), np.array(2.0), np.array(4.0), 0.5, 3.0))
    world.labs["alpha"].given = world.labs["alpha"].given.model_copy(update={"api_ratio": 3.0})
    assert 0 < prospects(world, paying(world, 6.0))[0] < good
    assert prospects(world, paying(world, 2.9))[0] == 0.0


def test_levies_that_others_pay_spoil_prospects_as_dearer_text_does() -> None:
    """A group without publishers goes by all of them."""
    groups = [{"name": name, "count": count, "volume": 4.0} for name, count in (("a", 1), ("b", 3), ("none", 0))]
    world = web(groups=groups)
    world.enact(regulate(world).plus(publishers={"levy": [0.0, 1.0, 2.0, 3.0]}))
    taxed = [
        best_profit(np.array(6.0), np.array(1.0 + t), np.array(2.0), np.array(4.0), 0.5, 3.0) for t in (0.0, 2.0, 1.5)
    ]
    assert prospects(world, paying(world, 6.0)).tolist() == pytest.approx([10 * float(each) for each in taxed])


def test_without_a_lab_a_start_or_anything_to_see_there_are_no_prospects() -> None:
    assert prospects(web(), held(web()))[0] == 0.0
    late = web(starts="2030-01")
    assert prospects(late, paying(late, 90.0))[0] == 0.0
    groups = [{"name": "free", "count": 1}, {"name": "tied", "count": 1, "lab": "beta"}]
    world = web(groups=groups, labs=[{"name": "alpha"}, {"name": "beta"}])
    assert (prospects(world, paying(world, 90.0)) > 0).tolist() == [True, False]
    world.labs["alpha"].fitted = None
    assert not prospects(world, paying(world, 90.0)).any()


def test_nobodys_books_are_looked_at() -> None:
    world = web()
    before, worth = (
        entrants(world, books_of(world), paying(world, 9.0), world.draw),
        prospects(world, paying(world, 9.0)),
    )
    for name in ("revenue", "cost", "produced", "margin", "pay", "wrote", "ratio"):
        world.publishers.writable(name)[:] *= 3
        world.publishers.writable(name)[:] += 1
    after = entrants(world, books_of(world), paying(world, 9.0), world.draw)
    assert np.array_equal(worth, prospects(world, paying(world, 9.0)))
    assert len(before.entrants) > 0
    assert np.array_equal(before.entrants, after.entrants)


def books_of(world: World) -> Books:
    """Books that differ with what publishers earned, of which all go on."""
    return keep_books(world, learn(world))._replace(active=np.ones(len(world.publishers), dtype=np.bool_))


# --- entry ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cost", "excess"), [(1.0, 1.0), (1 / 1.4, 0.4), (1.01, 0.0)])
def test_entrants_come_by_what_is_expected_over_the_cost_of_entry(cost: float, excess: float) -> None:
    world = web()
    worth = float(prospects(world, paying(world, 9.0))[0])
    asked = worth / 2 if excess == 1 else worth * cost
    world = web(entry_cost=asked)
    counts = 0
    for step in range(400):
        world.draw.step = step
        counts += len(decided(world, 9.0).entrants)
    assert near(counts, 400 * 4 * 0.25 * excess, 400 * 4 * 0.25 * excess)


def test_the_cost_of_entry_is_the_groups_capital_unless_said() -> None:
    world = web()
    worth = float(prospects(world, paying(world, 9.0))[0])
    for capital, some in ((worth * 1.01, False), (worth / 2, True)):
        world = web(groups=[{"name": "farm", "count": 400, "volume": 4.0, "capital": capital}])
        assert (len(decided(world, 9.0).entrants) > 0) == some


def test_where_entry_is_free_any_profit_calls() -> None:
    world = web(entry_cost=0.0, entry=10.0)
    assert len(decided(world, 9.0).entrants) > 0
    assert len(decided(world, 2.0).entrants) == 0


def test_founders_come_back_where_all_have_gone_but_not_to_groups_that_are_off() -> None:
    groups = [{"name": "gone", "count": 1, "capital": 1.0}, {"name": "off", "count": 0, "capital": 1.0}]
    world = web(groups=groups, entry=10.0)
    world.publishers.active = False
    assert set(decided(world, 90.0).entrants.tolist()) == {0}


@pytest.mark.parametrize("lag", [0, 1, 3])
def test_founding_takes_as_long_as_it_takes(lag: int) -> None:
    world = web(entry_lag=lag, entry_cost=0.0, entry=10.0)
    sizes = []
    for step in range(5):
        world.draw.step = world.clock.step = step
        usd = 90.0 if step == 0 else 0.0  # it pays in the first month alone
        now = decided(world, usd)
        world.market.planned = now.planned
        sizes.append(len(now.entrants))
    assert sizes[lag] > 0
    assert sum(sizes) == sizes[lag]
    assert len(world.market.planned) == 0


def test_who_is_on_the_way_is_kept_over_a_break() -> None:
    world = web(entry_lag=2, entry_cost=0.0, entry=10.0)
    world.market.planned = decided(world, 90.0).planned
    other = web(entry_lag=2)
    other.market.load(world.market.dump())
    assert len(world.market.planned) > 0
    assert np.array_equal(other.market.planned, world.market.planned)


def test_a_market_lives_by_these_rules() -> None:
    groups = [{"name": "farm", "count": 4, "volume": 4.0, "capital": 10.0, "chooses": ["host", "mode"]}]
    world = world_of(
        humans={"views_per_read": 100.0}, curators=[HOST], labs=[{"name": "alpha", "cadence": 2}],
        publishers=MARKET | {"groups": groups, "volume_rule": "marginal", "api_price": 0.0, "production": 0.1,
                             "fixed_cost": 1.0, "entry_lag": 2},
    )  # fmt: skip
    live(world, 12)
    assert len(world.publishers) > 4
    assert (world.publishers.entered > 0).any()
