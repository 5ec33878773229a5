"""Capital: investors' mood, what they offer and to whom, and labs that enter and leave."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from ecosystem.phases.adapt import adapt
from ecosystem.phases.capital import entrants, feel, offer, utility
from ecosystem.phases.payments import investment, labs
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.proposals import Asked, Training
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, live, next_month, world_of

FREE: dict[str, Any] = {"operations": 0.0, "training_cost": 0.0, "capital": 0.0, "data": {"crawlers": []}}
WAITING = FREE | {"enters": "market"}


def market(count: int = 2, lab: dict[str, Any] | None = None, **investors: Any) -> World:
    """A world of labs that cost nothing, the first month of which is open."""
    given_labs = [FREE | (lab or {}) | {"name": f"lab {at}"} for at in range(count)]
    return world_of(labs=given_labs, investors=investors)


def settled(world: World) -> float:
    """Balance of opinion, from -1 to 1, once investors have thought for long."""
    world.first_model = 0
    for _ in range(3000):
        world.investors.optimism = feel(world)[0]
    return 2 * world.investors.optimism - 1


# --- mood ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heat", [0.5, 1.9, 2.5, 6.0])
@pytest.mark.parametrize("start", [0.02, 0.49, 0.51, 0.98])
def test_a_herd_settles_where_opinion_keeps_itself_up(heat: float, start: float) -> None:
    """With nothing but the herd the balance of opinion m solves m = tanh(intensity herd m / 2)."""
    world = market(intensity=heat / 2, herd=2.0, trend=0.0, worth=0.0, inertia=0.5)
    world.investors.optimism = start
    expected = 0.0
    if heat > 2:
        expected = optimize.bisect(lambda m: math.tanh(heat * m / 2) - m, 1e-3, 1.0, xtol=1e-12)
    assert settled(world) == pytest.approx(math.copysign(expected, start - 0.5), abs=1e-6)


def test_a_mood_outlasts_what_turned_it() -> None:
    mood = 0.9
    moods = []
    for required in (0.0, 0.1, 1.0, 0.1, 0.0):
        world = market(budget=1e6, intensity=1.0, herd=3.0, trend=0.0, inertia=0.5, required=required)
        world.investors.optimism = mood
        moods.append(settled(world))
        mood = world.investors.optimism
    up, still_up, down, still_down, last = moods
    assert up > still_up > 0.5
    assert down < still_down < last < -0.5
    assert last == pytest.approx(-up, abs=1e-6)


def test_by_default_nothing_moves_the_offer_by_a_bit() -> None:
    world = market(budget=1.1e9 / 3, herd=1.0)
    world.first_model = 0
    give_model(world, "lab 0")
    for month in range(20):
        world.labs["lab 0"].subscribers = month
        world.investors.optimism, world.investors.income = feel(world)
        assert offer(world) == world.settings.investors.budget
        next_month(world)
    assert world.investors.income > 0


def test_nobody_has_a_view_before_there_is_a_model() -> None:
    world = market(intensity=5.0, budget=1e6)
    assert feel(world)[0] == 0.5
    world.first_model = 0
    assert feel(world)[0] < 0.5  # money was on offer, and labs earn nothing


def test_optimism_is_worth_growth_and_return() -> None:
    world = market(budget=1e4, trend=2.0, worth=3.0, required=0.2, herd=0.5, inertia=0.75, intensity=1.0)
    assert utility(world) == pytest.approx(-3.0 * 0.2)
    give_model(world, "lab 0")
    world.first_model = 0
    world.labs["lab 0"].subscribers = 8
    fee = world.labs["lab 0"].settings.price * world.settings.humans.assistants.paying
    income = 8 * 10 * fee
    assert utility(world) == pytest.approx(3.0 * (12 * income / 1e4 - 0.2))  # no trend before the first income
    world.investors.income, world.investors.optimism = income / 2, 0.7
    world.investors.invested[:] = 5e4 / 12
    averaged = income / 2 + 0.25 * income / 2
    expected = 2.0 * 12 * math.log(averaged / (income / 2)) + 3.0 * (12 * income / 5e4 - 0.2) + 0.5 * 0.4
    assert utility(world) == pytest.approx(expected)
    optimism, remembered = feel(world)
    assert remembered == pytest.approx(averaged)
    assert optimism == pytest.approx(0.7 + 0.25 * (1 / (1 + math.exp(-expected)) - 0.7))


def test_investors_see_prices_and_users_and_no_books() -> None:
    world = market(budget=1e4, intensity=1.0)
    give_model(world, "lab 0")
    world.first_model, world.labs["lab 0"].subscribers = 0, 12
    before = utility(world), feel(world)
    world.ledger.settle(Transfers.of(Kind.LAB, 0, Kind.SUPPLIERS, 0, Reason.INFERENCE, 1e9))
    world.labs["lab 0"].losses[:] = 1e9
    assert (utility(world), feel(world)) == before


def test_income_that_ends_is_forgotten_in_the_end() -> None:
    world = market(budget=1.0, inertia=0.0, intensity=1.0)
    world.first_model, world.investors.income = 0, 50.0
    world.investors.optimism, world.investors.income = feel(world)
    assert math.isnan(world.investors.income)
    assert math.isfinite(utility(world))


# --- money ----------------------------------------------------------------------------------------------------------


def invested(world: World) -> list[float]:
    """USD that each lab gets from investors this month."""
    before = world.ledger.usd(Kind.LAB)
    for payment in investment.payments(world):
        world.ledger.settle(payment)
    gained: list[float] = (world.ledger.usd(Kind.LAB) - before).tolist()
    return gained


def with_books(world: World, losses: list[float], cash: list[float]) -> World:
    """Give every lab a model, so much lost in each of the last months, and so much cash."""
    for lab, lost, usd in zip(world.labs.values(), losses, cash, strict=True):
        give_model(world, lab.name)
        lab.losses[-2:] = [lost - 10.0, lost + 10.0]
        world.ledger.settle(Transfers.of(Kind.INVESTORS, 0, Kind.LAB, lab.index, Reason.ENDOWMENT, usd))
    return world


def test_what_is_on_offer_follows_the_mood_and_ends() -> None:
    world = market(budget=1000.0, until="2018-02")
    give_model(world, "lab 0")
    world.investors.optimism = 0.7
    assert invested(world) == pytest.approx([1400.0, 0.0])
    next_month(world)
    assert invested(world) == [0.0, 0.0]


def test_labs_that_run_short_ask_and_the_most_attractive_is_served_first() -> None:
    world = with_books(market(4, rule="rounds", budget=3000.0), [100.0] * 4, [500.0, 0.0, 1300.0, 1199.0])
    world.labs["lab 1"].benchmark = 0.9
    # The third has cash for thirteen months; the others ask for 24 months' losses.
    assert invested(world) == [600.0, 2400.0, 0.0, 0.0]


def test_who_loses_nothing_or_has_no_model_asks_for_nothing() -> None:
    world = with_books(market(3, rule="rounds", budget=1e6), [-100.0, 100.0, 100.0], [0.0, 0.0, 0.0])
    world.labs["lab 1"].fitted = None
    world.labs["lab 2"].losses[:] = np.nan
    assert invested(world) == [0.0, 0.0, 0.0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 1e7), min_size=3, max_size=3), st.floats(0, 1e9))
def test_rounds_give_what_is_asked_or_all_that_is_there_to_the_cent(losses: list[float], budget: float) -> None:
    world = market(3, rule="rounds", budget=budget)
    for lab, lost in zip(world.labs.values(), losses, strict=True):
        give_model(world, lab.name)
        lab.losses[-1] = lost
    paid = sum(int(payment.cents.sum()) for payment in investment.payments(world))
    asked = sum(round(100 * 24 * lost) for lost in losses)
    assert paid == min(math.floor(100 * budget), asked)


def test_losses_are_those_of_the_last_six_months() -> None:
    world = world_of(labs=[FREE | {"name": "alpha", "operations": 70.0, "capital": 1e6}])
    lab = world.labs["alpha"]
    assert math.isnan(lab.burn)
    live(world, 3)
    assert lab.burn == 70.0
    assert np.isnan(lab.losses).tolist() == [True] * 3 + [False] * 3
    live(world, 6)
    assert lab.losses.tolist() == [70.0] * 6


def test_compute_that_is_bought_costs_in_proportion() -> None:
    world = market(lab={"compute": 2.5, "training_cost": 1000.0})
    lab = world.labs["lab 0"]
    lab.trained_at, lab.training_bill = world.clock.step, lab.training_cost
    for payment in labs.payments(world, Asked.none()):
        world.ledger.settle(payment)
    assert world.ledger.flow(reason=Reason.TRAINING) == 2500.0


# --- entry and exit ---------------------------------------------------------------------------------------------------


def test_a_waiting_lab_is_not_in_business_and_has_nothing() -> None:
    world = world_of(labs=[WAITING | {"name": "alpha", "capital": 5e6, "operations": 10.0}])
    live(world, 3)
    lab = world.labs["alpha"]
    assert (lab.active, lab.waiting, lab.generation, lab.since_launch(world.clock)) == (False, True, 0, -1)
    assert world.ledger.usd(Kind.LAB).tolist() == [0.0]


def called(count: int, chance_rate: float) -> World:
    """Waiting labs that cost nothing, for which the lot falls at this rate."""
    world = market(count, WAITING, entry=chance_rate, trend=0.0, worth=0.0, herd=2.0, budget=1000.0)
    world.investors.optimism = 1.0
    return world


def test_entry_is_by_lot_at_the_rate_of_what_optimism_is_worth() -> None:
    world = called(300, 0.05)
    hits = []
    for _ in range(5):
        entering = entrants(world, world.draw)
        hits += [name in entering for name in world.labs]
        next_month(world)
    assert frequent(hits, 1 - math.exp(-0.05 * 2.0))  # 1,500 lots: half or double the chance would be seen


def test_nobody_enters_without_optimism() -> None:
    world = called(50, 1e9)
    world.investors.optimism = 0.5
    assert entrants(world, world.draw) == ()


@pytest.mark.parametrize("rule", ["spread", "rounds"])
def test_entrants_are_founded_while_the_offer_covers_their_capital(rule: str) -> None:
    world = market(6, WAITING | {"capital": 600.0}, entry=1e9, herd=1.0, worth=0.0, budget=1000.0, rule=rule)
    world.investors.optimism = 0.9  # 1,800 USD on offer
    assert entrants(world, world.draw) == ("lab 0", "lab 1", "lab 2")
    world.ledger.settle(Transfers.of(Kind.INVESTORS, 0, Kind.LAB, 0, Reason.INVESTMENT, 1200.0))
    assert entrants(world, world.draw) == ("lab 0",)


@pytest.mark.parametrize("capital", [0.0, 0.01])
def test_what_was_spread_is_not_there_for_entrants(capital: float) -> None:
    waiting = [WAITING | {"name": "late", "capital": capital}]
    there = [FREE | {"name": f"lab {at}"} for at in range(3)]
    world = world_of(labs=[*there, *waiting], investors={"entry": 1e9, "herd": 1.0, "worth": 0.0, "budget": 1000.0 / 3})
    world.investors.optimism = 0.9
    for lab in there:
        give_model(world, lab["name"])
    for payment in investment.payments(world):
        world.ledger.settle(payment)
    assert world.ledger.flow(payee=Kind.LAB) == pytest.approx(600.0)
    assert entrants(world, world.draw) == (("late",) if capital == 0 else ())


def test_nobody_enters_before_its_launch() -> None:
    world = called(1, 1e9)
    late = market(1, WAITING | {"launch": "2018-03"}, entry=1e9, herd=1.0, worth=0.0, budget=1.0)
    late.investors.optimism = 1.0
    months = []
    for _ in range(4):
        months.append(bool(entrants(late, late.draw)))
        next_month(late)
    assert months == [False, False, True, True]
    assert entrants(world, world.draw) == ("lab 0",)


def test_an_entrant_gets_its_capital_and_trains_after_its_lag() -> None:
    entrant = FREE | {"name": "alpha", "enters": "market", "entry_lag": 2, "cadence": 12, "capital": 900.0}
    entrant |= {"operations": 10.0, "data": {"commissions_per_domain": 3, "commission_price": 0.0}}
    world = world_of(labs=[entrant], investors={"entry": 1e9, "herd": 1.0, "worth": 0.0, "budget": 1000.0})
    world.investors.optimism = 0.9
    lab = world.labs["alpha"]
    live(world, 1)
    assert (lab.active, lab.entered) == (True, 1)
    assert world.ledger.usd(Kind.LAB).tolist() == [900.0]
    assert world.investors.invested[-1] == 900.0
    live(world, 2)
    assert (lab.generation, lab.compute) == (0, 1.0)
    assert world.ledger.usd(Kind.LAB).tolist() == [880.0]
    live(world, 1)
    assert (lab.generation, lab.trained_at) == (1, 3)
    assert world.ledger.usd(Kind.LAB).tolist() == [870.0 + 1800.0]  # with a model it gets all that is on offer
    assert world.investors.invested[-4:].tolist() == [900.0, 0.0, 0.0, 1800.0]


def test_investors_get_what_is_left_of_labs_that_close_and_bear_what_they_owe() -> None:
    world = market(2)
    world.deploy(Training({"lab 0": give_model(world, "lab 0")}, {"lab 0": 1.0}, {"lab 0": 0.5}))
    world.ledger.settle(Transfers.of(Kind.INVESTORS, 0, Kind.LAB, 0, Reason.INVESTMENT, 70.0))
    world.ledger.settle(Transfers.of(Kind.LAB, 1, Kind.SUPPLIERS, 0, Reason.OPERATIONS, 30.0))
    shifts = adapt(world, world.draw)
    assert shifts.market.bankrupt == ("lab 1",)
    world.revise(replace(shifts, market=replace(shifts.market, bankrupt=("lab 0", "lab 1"))))
    assert world.ledger.usd(Kind.LAB).tolist() == [0.0, 0.0]
    assert world.ledger.flow(payer=Kind.LAB, payee=Kind.INVESTORS, reason=Reason.LIQUIDATION) == 70.0
    assert world.ledger.flow(payer=Kind.INVESTORS, payee=Kind.LAB, reason=Reason.DEFAULT) == 30.0
    assert world.ledger.raised[Kind.LAB].tolist() == [0, 3000]
    assert not any(lab.active or lab.waiting for lab in world.labs.values())


def test_a_checkpoint_brings_back_investors_and_labs() -> None:
    given_labs = [FREE | {"name": "alpha", "operations": 3.0}, WAITING | {"name": "beta"}]
    before, after = world_of(labs=given_labs), world_of(labs=given_labs, opened=False)
    before.investors.optimism, before.investors.income = 0.25, 17.0
    live(before, 2)
    before.investors.remember(5.0)
    after.load(before.dump())
    assert (after.investors.optimism, after.investors.income) == (0.25, 17.0)
    assert after.investors.invested.tolist() == before.investors.invested.tolist()
    assert after.labs["alpha"].burn == before.labs["alpha"].burn == 3.0
    assert (after.labs["alpha"].entered, after.labs["beta"].entered) == (0, None)
