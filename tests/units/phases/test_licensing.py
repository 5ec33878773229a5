"""Licences: what hosts ask, what labs bid, what a contract gives and costs, and what authors get of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.phases.adapt import adapt
from ecosystem.phases.earn import earn
from ecosystem.phases.licensing import documents_expected, trade
from ecosystem.phases.payments.data import licence_share_by_host
from ecosystem.phases.scrape import scrape
from ecosystem.world.content import Marks, Origin
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.licences import fees, licensed
from ecosystem.world.proposals import Asked, Crawls
from ecosystem.world.world import World
from tests.units.phases.worlds import live, next_month, publish, world_of

FREE: dict[str, Any] = {"operations": 0.0, "capital": 0.0}
QUIET: dict[str, Any] = FREE | {"training_cost": 0.0, "crawl_cost": 0.0, "launch": "2030-01", "capital": 1e9}


def seller(name: str = "forum", price: float = 10.0, **more: Any) -> dict[str, Any]:
    """A host that asks for a licence."""
    return FREE | {"name": name, "crawl": "licence", "licence_price": price} | more


def buyer(name: str = "alpha", *hosts: str, value: float = 0.1, **more: Any) -> dict[str, Any]:
    """A lab that wants licences of hosts and costs nothing else."""
    data = {"licences": list(hosts or ["forum"]), "document_value": value} | more.pop("data", {})
    return QUIET | {"name": name, "data": data} | more


def deal(hosts: list[dict[str, Any]], labs: list[dict[str, Any]], months: int = 240, **market: Any) -> World:
    """A market of licences; a simulated item stands for ten."""
    return world_of(months=months, curators=hosts, labs=labs, licences={"market": True} | market)


def agree(world: World) -> None:
    """Trade, and let the month pass."""
    world.licences.terms = trade(world)
    next_month(world)


# --- prices -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("term", [1, 3, 12])
@pytest.mark.parametrize("split", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("first", [10.0, 400.0])
def test_what_is_asked_finds_the_value_of_a_single_bidder(term: int, split: float, first: float) -> None:
    """Asking more after each sale and less after each refusal, the host stays within one step of the value."""
    world = deal([seller(price=first)], [buyer(value=0.7)], split=split, term=term, adjust=0.1)
    value = 0.7 * 5 * 10
    gaps = []
    for _ in range(200):
        publish(world, 5, curator=0)
        asked = world.licences.terms.ask[0]
        bought = trade(world).until[0, 0] > world.licences.terms.until[0, 0]
        agree(world)
        if bought and not np.isnan(asked):
            price = world.licences.terms.price[0, 0]
            assert asked <= price <= value * (1 + 1e-12)
            assert price == pytest.approx(split * value + (1 - split) * asked)
        gaps.append(abs(np.log(world.licences.terms.ask[0] / value)))
    # From 400 USD it takes ln(400 / 35) / 0.1 = 25 months, from 10 it takes ln(35 / 10) / 0.1 = 13 deals.
    assert max(gaps[max(25, 13 * term) :]) <= 0.1 + 1e-9


prices = st.floats(0.0, 1e3)


@settings(max_examples=60, deadline=None)
@given(st.lists(prices, min_size=2, max_size=2), st.lists(prices, min_size=2, max_size=2), st.floats(0, 1), prices)
def test_nobody_trades_below_what_is_asked_or_above_what_it_is_worth(
    asks: list[float], values: list[float], split: float, floor: float
) -> None:
    hosts = [seller("forum", asks[0]), seller("news", asks[1])]
    labs = [buyer(name, "forum", "news", value=v) for name, v in zip(("alpha", "beta"), values, strict=True)]
    world = deal(hosts, labs, split=split, floor=floor)
    publish(world, 3, curator=[0, 1, 1])
    terms = trade(world)
    asked = np.maximum(asks, floor)
    worth = np.outer(values, [10.0, 20.0])
    bought = terms.until > 0
    assert bought.tolist() == (worth >= asked).tolist()
    assert (terms.price[bought] >= np.broadcast_to(asked, (2, 2))[bought] * (1 - 1e-12)).all()
    assert (terms.price[bought] <= worth[bought] * (1 + 1e-12)).all()
    assert (terms.ask >= floor).all()


def test_what_is_asked_moves_with_the_share_of_those_at_the_table_that_buy() -> None:
    labs = [buyer(name, "forum", "news", value=value) for name, value in (("a", 2.0), ("b", 1.0), ("c", 0.1))]
    world = deal([seller("forum", 15.0), seller("news", 1.0), seller("posh")], labs, adjust=0.3, term=6)
    publish(world, 2, curator=[0, 1])
    agree(world)
    # Two of three buy at the forum (20 and 10 against 15: one), all at the news site; nobody wants the third.
    assert world.licences.terms.ask == pytest.approx([15.0 * np.exp(0.3 * (2 / 3 - 1)), np.exp(0.3), 10.0])
    publish(world, 2, curator=[0, 1])
    agree(world)
    # Only the two without a contract are at the table of the forum, and nobody is at that of the news site.
    assert world.licences.terms.ask[1] == pytest.approx(np.exp(0.3))
    assert world.licences.terms.ask[0] == pytest.approx(15.0 * np.exp(-0.1 - 0.3))


def test_a_lab_spends_at_most_what_leaves_it_its_runway() -> None:
    world = deal([seller("forum"), seller("news"), seller("wire")], [
        buyer("alpha", "forum", "news", "wire", value=2.0, capital=12 * 25.0)], split=0.0)  # fmt: skip
    publish(world, 3, curator=[0, 1, 2])
    terms = trade(world)
    assert terms.until[0].tolist() == [13, 13, 0]  # 25 USD a month are enough for two at 10
    world.licences.terms = terms
    next_month(world)
    publish(world, 1, curator=2)
    assert trade(world).until[0].tolist() == [13, 13, 0]  # what is bound already counts


def test_a_lab_expects_to_take_the_share_that_it_took() -> None:
    world = deal([seller("forum"), seller("news")], [buyer(), buyer("beta")])
    publish(world, 6, curator=[0, 0, 0, 0, 1, 1], marks=[0, 0, 0, Marks.REMOVED, 0, 0])
    assert documents_expected(world).tolist() == [[30.0, 20.0]] * 2  # nothing fetched yet: all
    world.licences.learn(crawls_of(10, fetched=[0, 40]), np.array([1] * 10))
    assert documents_expected(world) == pytest.approx(np.array([[7.5, 5.0], [30.0, 20.0]]))
    world.licences.learn(crawls_of(3, fetched=[3, 0]), np.array([0] * 3))
    assert documents_expected(world)[0] == pytest.approx([30.0, 5.0])


def crawls_of(taken: int, fetched: list[int]) -> Crawls:
    """What the first of two labs took, having fetched so many pages of each host."""
    first = np.zeros(taken, dtype=np.int64)
    visited, by_host = np.array([sum(fetched), 0]), np.array([fetched, [0, 0]])
    return Crawls(first, np.arange(taken), np.ones(taken), visited, {}, by_host)


# --- contracts --------------------------------------------------------------------------------------------------------


def test_a_contract_gives_access_at_its_price_for_its_term_and_then_ends() -> None:
    world = deal([seller(price=20.0)], [buyer(value=5.0)], term=3, split=0.5, adjust=0.0)
    paid, fetched = [], []
    for month in range(6):
        publish(world, 1 if month < 1 else 2, curator=0)
        crawls = scrape(world, world.draw)
        fetched.append(int(crawls.fetched[0, 0]))
        world.collect(crawls)
        world.ledger.settle(earn(world, Asked.none(), crawls).transfers)
        paid.append(world.ledger.flow(payer=Kind.LAB, payee=Kind.CURATOR, reason=Reason.LICENCE))
        if month:  # later it is not wanted any more
            world.labs["alpha"].given = world.labs["alpha"].given.model_copy(
                update={"data": world.labs["alpha"].given.data.model_copy(update={"licences": ()})}
            )
        agree(world)
    assert paid == [0.0, 35.0, 35.0, 35.0, 0.0, 0.0]  # halfway between 20 and 50
    assert fetched == [0, 1, 2, 2, 0, 0]


def test_a_contract_is_renewed_without_a_gap() -> None:
    world = deal([seller()], [buyer(value=5.0)], term=2)
    held = []
    for _ in range(8):
        publish(world, 1, curator=0)
        held.append(bool(licensed(world.labs["alpha"], world)[0]))
        agree(world)
    assert held == [False] + [True] * 7


def test_a_contract_outlasts_a_change_of_terms_but_not_its_lab() -> None:
    world = deal([seller()], [buyer(value=5.0), buyer("beta", value=5.0)])
    publish(world, 1, curator=0)
    agree(world)
    host = world.curators["forum"]
    host.given = host.given.model_copy(update={"crawl": "opt_out"})
    world.licences.end(1)
    assert licensed(world.labs["alpha"], world).tolist() == [True]
    assert fees(world)[:, 0].tolist() == [world.licences.terms.price[0, 0], 0.0]


def test_who_buys() -> None:
    hosts = [seller("forum"), seller("news"), FREE | {"name": "open"}]
    labs = [
        buyer("all", "forum", value=50.0, data={"licences": []}), buyer("closed", "forum", value=50.0),
        buyer("idle", "forum", value=50.0, data={"crawlers": []}),
        buyer("picky", "forum", value=50.0, data={"licences": [], "sources": ["news"]}),
        buyer("rude", "forum", value=50.0, data={"licences": [], "respects_opt_out": False}),
    ]  # fmt: skip
    world = deal(hosts, labs, all=True)
    world.labs["closed"].active = False
    publish(world, 3, curator=[0, 1, 2])
    bought = {lab.name: (trade(world).until[lab.index] > 0).tolist() for lab in world.labs.values()}
    assert bought == {
        "all": [True, True, False], "closed": [False] * 3, "idle": [False] * 3,
        "picky": [False, True, False], "rude": [False] * 3,
    }  # fmt: skip


def test_a_lab_that_goes_bankrupt_buys_nothing_and_its_contracts_end() -> None:
    world = deal([seller()], [buyer(value=5.0), buyer("beta", value=5.0, operations=2e9)])
    live(world, 1)
    assert not world.labs["beta"].active
    publish(world, 1, curator=0)
    agree(world)
    assert (world.licences.terms.until[:, 0] > 0).tolist() == [True, False]


def test_without_a_market_nothing_is_agreed() -> None:
    world = world_of(curators=[seller()], labs=[buyer(value=5.0)])
    publish(world, 1, curator=0)
    terms = trade(world)
    assert terms is world.licences.terms
    assert fees(world).tolist() == [[10.0]]


# --- authors ----------------------------------------------------------------------------------------------------------


def test_income_from_licences_is_at_the_prices_that_were_paid() -> None:
    world = world_of(curators=[seller(levers=["licence_price"])], labs=[buyer()])
    world.ledger.settle(earn(world, Asked.none(), scrape(world, world.draw)).transfers)
    trial = world.curators["forum"].trial._replace(levers=np.array([[0.5]]))
    shifts = adapt(world, world.draw)
    world.revise(replace(shifts, institutions=replace(shifts.institutions, curators={"forum": trial})))
    assert world.curators["forum"].settings.licence_price > 10.0
    assert world.licences.income.tolist() == [10.0]
    assert world.ledger.flow(reason=Reason.LICENCE) == 10.0


def test_authors_share_what_licences_bring_where_they_have_something_on_show() -> None:
    hosts = [seller("forum", 100.0, licence_share=0.3, window=2), seller("news", 50.0, licence_share=0.5)]
    hosts += [seller("wire", 70.0)]
    world = world_of(curators=hosts, labs=[buyer("alpha", "forum", "news", "wire"), buyer("beta", "forum")])
    publish(world, 3, curator=[0, 1, 2], origin=[0, Origin.SYNTHETIC, 0])
    assert licence_share_by_host(world).tolist() == pytest.approx([60.0, 0.0, 0.0])
    crawls = scrape(world, world.draw)
    world.ledger.settle(earn(world, Asked.none(), crawls).transfers)
    assert world.ledger.flow(payer=Kind.CURATOR, payee=Kind.PEOPLE, reason=Reason.AUTHOR_LICENCE) == 60.0
    next_month(world)
    assert licence_share_by_host(world)[0] == pytest.approx(60.0)
    next_month(world)
    assert licence_share_by_host(world)[0] == 0.0  # the host shows it no more


def test_removed_text_earns_its_author_nothing() -> None:
    world = world_of(curators=[seller("forum", 100.0, licence_share=0.3)], labs=[buyer()])
    publish(world, 1, curator=0, marks=Marks.REMOVED)
    assert licence_share_by_host(world).tolist() == [0.0]


# --- checkpoints ------------------------------------------------------------------------------------------------------


def test_a_checkpoint_brings_back_contracts_and_what_labs_found() -> None:
    hosts, labs = [seller()], [buyer(value=5.0)]
    before, after = deal(hosts, labs), deal(hosts, labs)
    for _ in range(3):
        publish(before, 2, curator=0)
        before.collect(scrape(before, before.draw))
        agree(before)
    after = world_of(months=240, opened=False, curators=hosts, labs=labs, licences={"market": True})
    after.load(before.dump())
    assert after.licences.in_force(before.clock.step).all()
    for name, array in before.licences.terms._asdict().items():
        assert array.tolist() == getattr(after.licences.terms, name).tolist()
    assert after.licences.fetched.tolist() == before.licences.fetched.tolist() != [[0.0]]
