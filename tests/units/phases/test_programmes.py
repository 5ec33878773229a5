"""What the rules of a month offer people: orders, subsidies, a share of what signing costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.earn import earn
from ecosystem.phases.pay import credit
from ecosystem.phases.produce import produce
from ecosystem.phases.programmes import ordered, subsidies
from ecosystem.phases.regulate import regulate
from ecosystem.phases.scrape import scrape
from ecosystem.phases.signing import signed
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.proposals import Asked
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, near, publish, read_rows, world_of


def town(count: int = 12, **humans: Any) -> World:
    """People at home at one of two hosts."""
    given = {"pay_reward": 1.0, "views_per_read": 4.0} | humans
    world = world_of(scale={"humans": count}, humans=given, curators=[{"name": "a"}, {"name": "b"}])
    world.humans.home = np.arange(count) % 2
    return world


def law(world: World, **people: Any) -> None:
    world.enact(regulate(world).plus(people=people))


# --- orders ---------------------------------------------------------------------------------------


def test_nothing_is_ordered_without_a_rule() -> None:
    assert not len(ordered(town(), town().draw))


def test_orders_are_written_alone_by_inhabitants_and_published_at_home() -> None:
    world = town(200)
    before = produce(world, world.draw)
    law(world, commissions=[0.0, 300.0])
    found = ordered(world, world.draw)
    assert near(len(found), 300, 300)
    assert (found.domain == 1).all()
    assert (world.humans.domain[found.author] == 1).all()
    assert np.array_equal(found.curator, world.humans.home[found.author])
    assert (found.origin == Origin.HUMAN).all()
    assert (found.source == -1).all()
    assert ((found.marks & Marks.COMMISSIONED) > 0).all()
    assert len(np.unique(found.key)) == len(found)
    after = produce(world, world.draw)
    kept = np.isin(after.key, before.key)
    assert set(after.key[~kept]) == set(found.key)
    assert all(np.array_equal(one[kept], before.columns()[name]) for name, one in after.columns().items())


def test_orders_of_the_state_are_not_paid_by_labs() -> None:
    world = town()
    law(world, commissions=20.0)
    drafts = ordered(world, world.draw)
    columns = {name: getattr(drafts, name) for name in ("author", "curator", "marks", "domain")}
    publish(world, len(drafts), **columns)
    world.ledger.settle(earn(world, Asked.none(), scrape(world, world.draw)).transfers)
    assert world.ledger.flow(reason=Reason.COMMISSION) == 0
    assert not credit(world).any()


# --- subsidies ------------------------------------------------------------------------------------


def village() -> World:
    """Items of three people and a publisher this month, of which some were read and liked."""
    world = town()
    publish(
        world, 7, author=[0, 0, 1, 1, 2, 2, 0], domain=[0, 1, 1, 1, 0, 0, 0],
        origin=[0, Origin.ASSISTED, 0, 0, 0, 0, Origin.SYNTHETIC], curator=[0, 0, -1, PRIVATE, 0, 1, 0],
        marks=[0, 0, Marks.COMMISSIONED, Marks.COMMISSIONED, Marks.REMOVED, 0, 0],
    )  # fmt: skip
    rows = np.full((12, 2), -1)
    rows[:3, 0], rows[:2, 1] = [0, 0, 1], [6, 6]
    read_rows(world, rows, upvoted=True)
    return world


@pytest.mark.parametrize(
    ("offer", "due"),
    [
        ([[1.0, 0.0, 0.0], [2.0, 0.0, 0.0]], [1.0 + 2.0, 2.0, 1.0]),
        ([[0.0, 0.5, 0.0], [0.0, 3.0, 0.0]], [4 * (2 * 0.5 + 3.0), 0.0, 0.0]),
        ([[0.0, 0.0, 7.0], [0.0, 0.0, 5.0]], [0.0, 5.0, 0.0]),
    ],
)
def test_subsidies_are_paid_for_what_is_offered_and_go_to_who_did_it(
    offer: list[list[float]], due: list[float]
) -> None:
    world = village()
    law(world, subsidy=offer)
    assert subsidies(world).tolist() == pytest.approx([10 * each for each in due] + [0.0] * 9)
    world.ledger.settle(earn(world, Asked.none(), scrape(world, world.draw)).transfers)
    assert world.ledger.flow(payer=Kind.STATE, payee=Kind.PEOPLE, reason=Reason.SUBSIDY) == 10 * sum(due)
    assert credit(world).tolist() == pytest.approx([*due] + [0.0] * 9)


def test_without_an_offer_the_state_pays_nobody() -> None:
    world = village()
    assert not subsidies(world).any()
    world.ledger.settle(earn(world, Asked.none(), scrape(world, world.draw)).transfers)
    assert world.ledger.flow(payer=Kind.STATE) == 0


# --- signing --------------------------------------------------------------------------------------


def test_where_a_scheme_bears_a_share_of_the_cost_more_sign() -> None:
    world = town(3000, signing_cost=10.0)
    world.humans.activity, world.curators["a"].premium, world.curators["b"].premium = 2.0, 1.0, 1.0

    def sign() -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        out = np.zeros(3000, dtype=np.bool_)
        out[signed(world, np.arange(3000), world.draw)] = True
        return out

    alone = sign()
    assert frequent(alone, 0.2)  # it earns two, against costs of up to ten
    law(world, signing=np.where(np.arange(3000) < 1500, 0.6, 0.0))
    helped = sign()
    assert frequent(helped[:1500], 0.5)
    assert not (alone & ~helped).any()
    assert np.array_equal(helped[1500:], alone[1500:])
    law(world, signing=1.0)
    assert sign().all()
