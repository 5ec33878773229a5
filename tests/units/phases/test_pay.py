"""Pay: what each person is credited of what people were paid, against dollars worked out by hand.

One simulated person stands for ten in these worlds, and a read for 100 views: a read is worth a thousand views.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ecosystem.phases.adapt import adapt
from ecosystem.phases.earn import earn
from ecosystem.phases.motivation import feel
from ecosystem.phases.pay import credit
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.proposals import Asked, Crawls
from ecosystem.world.world import World
from tests.units.phases.worlds import later_worlds, next_month, publish, read_rows, world_of

HOSTS: list[dict[str, Any]] = [
    {"name": "feed", "rpm": 5.0, "author_share": 0.1, "publisher_share": 0.6, "operations": 0.0, "capital": 0.0},
    {"name": "forum", "rpm": 2.0, "author_share": 0.5, "publisher_share": 0.5, "operations": 0.0, "capital": 0.0},
]
SYNTHETIC = Origin.SYNTHETIC
HUMANS: dict[str, Any] = {"views_per_read": 100.0, "pay_reward": 2.0, "settling": 0}


def town(*changes: dict[str, Any], humans: dict[str, Any] | None = None, **groups: Any) -> World:
    """Two hosts, whose settings are changed in order, and two publishers."""
    hosts = [host | change for host, change in zip(HOSTS, (*changes, {}, {}), strict=False)]
    farms = {"groups": [{"name": "farm", "count": 2, "capital": 0.0}], "production": 0.0}
    return world_of(humans=HUMANS | (humans or {}), curators=hosts, publishers=farms, **groups)


def viewed(world: World, views: list[int], **columns: Any) -> World:
    """Let items be published and get so many reads each, and all be paid."""
    publish(world, len(views), **columns)
    rows = np.repeat(np.arange(len(views)), views)
    read = np.full((len(world.humans), max(1, -(-len(rows) // len(world.humans)))), -1)
    read.ravel()[: len(rows)] = rows
    read_rows(world, read)
    crawls = Crawls(*(np.empty(0, dtype=np.int64),) * 2, np.empty(0), np.zeros(len(world.labs), np.int64))
    world.ledger.settle(earn(world, Asked.none(), crawls).transfers)
    return world


def paid(world: World, reason: Reason) -> float:
    """USD paid this month for a reason."""
    return world.ledger.flow(reason=reason)


def also(world: World, reason: Reason, usd: float, payer: Kind = Kind.STATE) -> None:
    """Pay people for another reason."""
    world.ledger.settle(Transfers.of(payer, 0, Kind.PEOPLE, 0, reason, usd))


# --- who gets it ----------------------------------------------------------------------------------


def test_people_are_credited_their_share_of_the_advertising_on_what_they_wrote() -> None:
    columns = {"curator": [0, 0, 1, 0, 1, -1], "author": [0, 1, 0, 1, 2, 3]}
    world = viewed(town(), [3, 1, 2, 4, 1, 5], origin=[0, 1, 0, SYNTHETIC, 0, 0], **columns)
    # To ten people each: 0.5 USD a read at the feed, 1 USD at the forum, and nothing on the open web.
    assert credit(world)[:4].tolist() == pytest.approx([(3 * 0.5 + 2 * 1.0) / 10, 0.05, 0.1, 0.0])
    assert credit(world)[4:].tolist() == [0.0] * 8
    assert credit(world).sum() * 10 == pytest.approx(paid(world, Reason.AUTHOR_PAY))


def test_commissions_go_to_who_was_commissioned() -> None:
    labs = [
        {"name": "alpha", "data": {"commission_price": 80.0}},
        {"name": "beta", "data": {"commission_price": 100.0}},
    ]
    world = town(labs=labs)
    marks = [Marks.COMMISSIONED] * 3 + [0]
    viewed(world, [0] * 4, curator=PRIVATE, lab=[0, 1, 1, 1], author=[3, 3, 5, 5], marks=marks)
    assert credit(world)[[3, 5]].tolist() == pytest.approx([180.0, 100.0])
    assert credit(world).sum() * 10 == pytest.approx(paid(world, Reason.COMMISSION))


def test_licence_money_goes_to_authors_on_show_at_hosts_that_sell() -> None:
    sells = {"crawl": "licence", "licence_price": 500.0, "licence_share": 1.0}
    labs = [{"name": name, "data": {"licences": ["feed", "forum"]}} for name in ("alpha", "beta")]
    world = town(sells | {"licence_price": 100.0}, sells, labs=labs)
    columns = {"author": [0, 1, 1, 1, 3, 4], "curator": [0, 0, 1, 1, 1, -1]}
    viewed(world, [0] * 6, origin=[0, 0, 0, SYNTHETIC, 1, 0], marks=[0, 0, 0, 0, 0, 0], **columns)
    assert paid(world, Reason.AUTHOR_LICENCE) == 1200.0
    # Each host gets twice its price; two items of people share that of the feed, and two that of the forum.
    assert credit(world).tolist() == pytest.approx([10.0, 10.0 + 50.0, 0.0, 50.0] + [0.0] * 8)


def test_a_subsidy_goes_to_who_published_this_month() -> None:
    world = town()
    publish(world, 3, author=5)
    next_month(world)
    columns = {"author": [0, 1, 1, 2, 0], "curator": [0, -1, 1, PRIVATE, 0]}
    viewed(world, [0] * 5, origin=[0, 0, 1, 0, SYNTHETIC], marks=0, **columns)
    also(world, Reason.SUBSIDY, 60.0)
    assert credit(world).tolist() == pytest.approx([2.0, 4.0] + [0.0] * 10)


def test_money_that_nobody_has_a_claim_to_is_shared_by_all() -> None:
    world = viewed(town(), [0], origin=SYNTHETIC)
    also(world, Reason.SUBSIDY, 60.0)
    assert credit(world).tolist() == pytest.approx([0.5] * 12)


def test_what_is_credited_is_what_was_paid_also_if_that_is_less_than_was_owed() -> None:
    world = viewed(town(), [3, 1], author=[0, 1], curator=0)
    owed = credit(world)
    world.ledger.month[Kind.CURATOR, Kind.PEOPLE, Reason.AUTHOR_PAY] //= 4
    assert credit(world).tolist() == pytest.approx((owed / 4).tolist())


# --- pay for reach and for signatures -------------------------------------------------------------


def test_paying_for_reach_pays_out_no_more_but_more_of_it_to_whom_many_see() -> None:
    columns = {"author": [0, 1, 0, 1], "origin": [0, 0, SYNTHETIC, SYNTHETIC], "curator": 0}
    plain = viewed(town(), [6, 2, 4, 1], **columns)
    world = viewed(town({"reach_bonus": 1.0}), [6, 2, 4, 1], **columns)
    shared = 0.1 * 5.0 * (6 + 2) + 0.6 * 5.0 * (4 + 1)
    claims = np.array([0.1 * 36, 0.1 * 4, 0.6 * 16, 0.6 * 1])
    due = shared * claims / claims.sum()
    assert credit(world)[:2].tolist() == pytest.approx(due[:2] / 10, abs=0.001)  # 4 payments, rounded to the cent
    assert world.ledger.income[Kind.PUBLISHER].tolist() == pytest.approx(100 * due[2:], abs=0.5)
    given = [paid(one, Reason.AUTHOR_PAY) + paid(one, Reason.REVENUE_SHARE) for one in (plain, world)]
    assert given == pytest.approx([shared, shared], abs=0.02)


def test_paying_for_reach_changes_nothing_at_other_hosts() -> None:
    world = viewed(town({"reach_bonus": 2.0}), [3, 1, 2], author=[0, 1, 2], curator=[0, 0, 1])
    assert credit(world)[2] == np.float32(0.2)


def test_signatures_earn_their_bonus_on_top() -> None:
    marks, columns = [Marks.SIGNED, 0, Marks.SIGNED], {"author": [0, 1, 2], "curator": [0, 0, 1]}
    world = viewed(town({"signed_bonus": 3.0}), [3, 1, 2], marks=marks, **columns)
    assert credit(world)[:3].tolist() == pytest.approx([3 * (0.5 + 3.0) / 10, 0.05, 0.2])
    assert paid(world, Reason.AUTHOR_PAY) == pytest.approx(10 * credit(world).sum())
    alone = viewed(town({"signed_bonus": 3.0, "rpm": 0.0}), [3, 1, 2], marks=marks, **columns)
    assert credit(alone)[0] == pytest.approx(0.9)


# --- what it does ---------------------------------------------------------------------------------


def test_pay_is_a_part_of_the_reward() -> None:
    world = viewed(town(), [3], author=0, curator=0)
    reward = math.log(1 + 0.1 * 3 + 2.0 * 0.15)
    assert feel(world, credit(world)).expectation[0] == pytest.approx(reward)
    assert adapt(world, world.draw).people.expectation[0] == pytest.approx(reward)


def test_where_pay_moves_nobody_it_is_not_worked_out() -> None:
    world = viewed(town(humans={"pay_reward": 0.0}), [3], author=0, curator=0)
    assert paid(world, Reason.AUTHOR_PAY) > 0
    assert credit(world) is world.humans.paid
    assert feel(world, np.ones(12, np.float32)).expectation[0] == pytest.approx(math.log(1 + 0.1 * 3))


def test_pay_that_will_count_is_known_before() -> None:
    humans = HUMANS | {"pay_reward": 0.0}
    world = later_worlds([(2, {"humans": humans, "curators": HOSTS}), (2, {"humans": HUMANS, "curators": HOSTS})])
    viewed(world, [3], author=0, curator=0)
    assert credit(world)[0] == pytest.approx(0.15)


def test_people_remember_the_pay_of_a_month_until_the_next() -> None:
    world = viewed(town(), [3], author=0, curator=0)
    world.revise(adapt(world, world.draw))
    assert world.humans.paid[0] == pytest.approx(0.15)
    next_month(world)
    viewed(world, [0], author=1)
    world.revise(adapt(world, world.draw))
    assert not world.humans.paid.any()


def test_a_dump_keeps_what_curators_are_known_for() -> None:
    world, other = town(), town()
    feed, again = world.curators["feed"], other.curators["feed"]
    feed.premium, feed.usual_seen = 0.5, 0.25
    again.load(feed.dump())
    assert (again.premium, again.usual_seen) == (0.5, 0.25)
