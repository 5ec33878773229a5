"""A subsidy for human work: what is offered, what it costs, and who passes AI off as human."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.earn import earn
from ecosystem.phases.produce import produce
from ecosystem.phases.programmes import subsidies
from ecosystem.phases.regulate import regulate
from ecosystem.phases.scrape import scrape
from ecosystem.policies.human_work_subsidy import HumanWorkSubsidy
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.ledger import NO_TRANSFERS, Kind, Reason
from ecosystem.world.proposals import Asked, Crawls, Money
from ecosystem.world.world import World
from tests.units.phases.worlds import publish, world_of

NONE = np.zeros(0, dtype=np.int64)
NOTHING = Money(NO_TRANSFERS, Crawls(NONE, NONE, NONE.astype(float), NONE))


def under(**settings: Any) -> tuple[HumanWorkSubsidy, World]:
    """A subsidy in force, and a world with its rules: domains code and news, an item stands for ten."""
    world = world_of(
        curators=[{"name": "feed"}],
        publishers={"groups": [{"name": "farm", "count": 3}]},
        humans={"pay_reward": 1.0, "activity": 0.0},
    )
    subsidy = HumanWorkSubsidy.model_validate({"start": "2018-01"} | settings)
    world.enact(subsidy.amend(regulate(world), world, world.draw))
    return subsidy, world


def paid(subsidy: HumanWorkSubsidy, world: World) -> dict[tuple[Kind, int, Kind, int, Reason], float]:
    """All payments, USD, by payer, payee and reason."""
    columns = (column.tolist() for column in subsidy.amend(NOTHING, world, world.draw).transfers)
    return {
        (Kind(kind), payer, Kind(payee_kind), payee, Reason(reason)): cents / 100
        for kind, payer, payee_kind, payee, reason, cents in zip(*columns, strict=True)
    }


@pytest.mark.parametrize(
    ("settings", "offered", "orders"),
    [
        ({}, [[0.5, 0.0, 100.0]] * 2, [0.0, 0.0]),
        ({"coverage": 0.5, "vote": 0.1, "orders": 4.0}, [[0.25, 0.05, 50.0]] * 2, [2.0, 2.0]),
        ({"domains": ["news"], "orders": 4.0}, [[0.0, 0.0, 0.0], [0.5, 0.0, 100.0]], [0.0, 4.0]),
    ],
)
def test_it_offers_and_orders_in_its_domains_as_far_as_it_reaches(
    settings: dict[str, Any], offered: list[list[float]], orders: list[float]
) -> None:
    _, world = under(**settings)
    assert world.rules.people.subsidy.tolist() == offered
    assert world.rules.people.commissions.tolist() == orders


def test_what_is_ordered_is_written_by_people() -> None:
    _, world = under(orders=20.0, domains=["code"])
    drafts = produce(world, world.draw)
    assert 5 < len(drafts) < 40  # Poisson with mean 20: outside with a chance below 1e-4, and the seed is fixed
    assert (drafts.origin == Origin.HUMAN).all()
    assert (drafts.domain == 0).all()


def test_people_are_paid_and_so_are_those_who_run_the_scheme() -> None:
    subsidy, world = under(item=2.0, administration=0.25)
    publish(world, 3, author=np.array([3, 3, 4]), curator=0)
    assert subsidies(world)[3:5].tolist() == [40.0, 20.0]
    money = earn(world, Asked.none(), scrape(world, world.draw))
    world.ledger.settle(subsidy.amend(money, world, world.draw).transfers)
    assert world.ledger.flow(payer=Kind.STATE, payee=Kind.PEOPLE, reason=Reason.SUBSIDY) == 60.0
    assert world.ledger.flow(payer=Kind.STATE, payee=Kind.SUPPLIERS, reason=Reason.PROGRAMME) == 15.0
    assert world.ledger.flow(payer=Kind.STATE) == 75.0


def test_running_one_of_two_schemes_costs_by_what_it_pays() -> None:
    subsidy, world = under(item=2.0, administration=0.25)
    world.enact(world.rules.plus(people={"subsidy": np.full((2, 3), 9.0)}))
    publish(world, 1, author=3, curator=0)
    assert paid(subsidy, world) == {(Kind.STATE, 0, Kind.SUPPLIERS, 0, Reason.PROGRAMME): 5.0}


@pytest.mark.parametrize(("fine", "passes"), [(2.9, True), (3.0, False), (0.0, True)])
def test_publishers_pass_ai_off_where_that_brings_more_than_the_fine_to_be_expected(
    fine: float, *, passes: bool
) -> None:
    """One in four is found: three quarters of 1 USD against a quarter of the fine."""
    subsidy, world = under(item=1.0, fine=fine, enforcement=0.25)
    publish(world, 40, origin=Origin.SYNTHETIC, author=1, curator=0)
    items = world.content
    found = int(subsidy.caught(items.key[:40], world.draw).sum())
    assert 0 < found < 40
    expected = {
        (Kind.STATE, 0, Kind.PUBLISHER, 1, Reason.SUBSIDY): 10.0 * (40 - found),
        (Kind.PUBLISHER, 1, Kind.STATE, 0, Reason.FINE): pytest.approx(10.0 * found * fine),
    }
    if fine == 0:
        del expected[Kind.PUBLISHER, 1, Kind.STATE, 0, Reason.FINE]
    assert paid(subsidy, world) == (expected if passes else {})


def test_only_what_nothing_gives_away_passes() -> None:
    subsidy, world = under(item=1.0, enforcement=0.0)
    marks = np.array([0, Marks.LABELLED, Marks.FLAGGED, Marks.REMOVED, Marks.DOWNRANKED])
    publish(world, 5, origin=Origin.SYNTHETIC, author=2, curator=0, marks=marks)
    publish(world, 2, origin=Origin.SYNTHETIC, curator=PRIVATE)
    assert paid(subsidy, world) == {(Kind.STATE, 0, Kind.PUBLISHER, 2, Reason.SUBSIDY): 20.0}


def test_it_remarks_on_what_has_no_effect() -> None:
    subsidy, world = under(domains=["code", "art"])
    assert list(subsidy.notes([world.settings])) == [("domains", "there is no domain 'art'")]
    plain = [world_of().settings]
    assert [key for key, _ in under()[0].notes(plain)] == ["kind"]
    assert not list(under(orders=1.0)[0].notes(plain))
