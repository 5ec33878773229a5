"""Standing of labs, curators and publishers; people by their home; money: row by row."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecosystem.measures.observation import Observation
from ecosystem.measures.rows import row_codes, row_names
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World
from tests.units.measures.conftest import Measured, WorldOf, invent

type Rows = list[Any]


def over(values: list[float]) -> float:
    return sum(values) / len(values) if values else math.nan


@pytest.fixture(params=range(3))
def world(request: pytest.FixtureRequest, world_of: WorldOf) -> World:
    """An invented world."""
    world = world_of()
    invent(world, request.param)
    people = len(world.humans)
    world.humans.satisfaction = np.where(world.humans.assistant >= 1, np.linspace(0, 1, people), np.nan)
    world.publishers.active = [True, False, True, True, False]
    world.publishers.margin = [0.5, 9.0, math.nan, -0.25, 9.0]
    world.publishers.volume = [1.0, 9.0, 2.0, 4.0, 9.0]
    return world


def new_items(world: World) -> Rows:
    rows = [world.content.row(at) for at in range(len(world.content))]
    return [row for row in rows if row.step == world.clock.step and row.curator != PRIVATE]


def reads(world: World, belongs: Callable[[Any], bool]) -> Rows:
    found = [world.content.row(int(at)) for at in world.reads.ravel() if at >= 0]
    return [row for row in found if belongs(row)]


def hosted_by(curator: int) -> Callable[[Any], bool]:
    return lambda row: bool(row.curator == curator)


def test_curators(world: World, measured: Measured) -> None:
    homes = world.humans.home.tolist()
    for index in (0, 1):
        hosted = [row for row in new_items(world) if row.curator == index]
        seen = reads(world, hosted_by(index))
        expected = {
            "audience_share": homes.count(index) / (homes.count(0) + homes.count(1)),
            "items": len(hosted),
            "human_items": sum(row.origin == Origin.HUMAN for row in hosted),
            "synthetic_share": over([float(row.origin == Origin.SYNTHETIC) for row in hosted]),
            "views": len(seen),
            "mean_quality": over([float(row.correct) for row in seen]),
        }
        for name, value in expected.items():
            assert measured(world, f"curators.{name}")[index] == pytest.approx(value), name


def test_labs(world: World, measured: Measured) -> None:
    chosen = world.humans.assistant.tolist()
    users = [chosen.count(lab) for lab in range(3)]
    assert measured(world, "labs.market_share") == pytest.approx([n / sum(users) for n in users])
    assert measured(world, "labs.subscribers") == [10.0 * n for n in users]
    assert measured(world, "labs.price") == [lab.settings.price for lab in world.labs.values()]


def test_publishers(world: World, measured: Measured) -> None:
    groups = world.publishers.group.tolist()
    for group in (0, 1):

        def theirs(row: Any, group: int = group) -> bool:
            return bool(row.origin == Origin.SYNTHETIC and groups[row.author] == group)

        assert measured(world, "publishers.items")[group] == sum(theirs(row) for row in new_items(world))
        assert measured(world, "publishers.views")[group] == len(reads(world, theirs))
    # Brand: publishers 0 and 1; farm: 2, 3 and 4.
    assert measured(world, "publishers.active") == [1.0, 2.0]
    assert measured(world, "publishers.volume") == [1.0, 3.0]
    assert measured(world, "publishers.margin") == [0.5, -0.25]


def test_publishers_out_of_business_have_no_volume(world: World, measured: Measured) -> None:
    world.publishers.active = [False, False, True, False, False]
    assert measured(world, "publishers.volume") == pytest.approx([math.nan, 2.0], nan_ok=True)
    assert all(math.isnan(value) for value in measured(world, "publishers.margin"))


def test_people_by_home(world: World, measured: Measured) -> None:
    people = [world.humans.row(at) for at in range(len(world.humans))]
    for group, home in enumerate((0, 1, -1)):
        here = [person for person in people if person.home == home]
        rows = {person.index for person in here}
        theirs = [row for row in new_items(world) if row.origin != Origin.SYNTHETIC and row.author in rows]
        expected = {
            "count": len(here),
            "human_items": sum(row.origin == Origin.HUMAN for row in theirs),
            "adoption": over([float(person.assistant >= 0) for person in here]),
            "motivation": over([float(person.motivation) for person in here]),
            "activity": len(theirs) / len(here) if here else math.nan,
            "satisfaction": over([float(p.satisfaction) for p in here if not math.isnan(p.satisfaction)]),
        }
        for name, value in expected.items():
            assert measured(world, f"humans.{name}")[group] == pytest.approx(value, nan_ok=True), name


def test_groups_without_people_have_no_means(world: World, measured: Measured) -> None:
    world.humans.home[:] = 0
    assert measured(world, "humans.count") == [12.0, 0.0, 0.0]
    for name in ("adoption", "motivation", "activity", "satisfaction"):
        assert all(math.isnan(value) for value in measured(world, f"humans.{name}")[1:]), name
    assert measured(world, "curators.audience_share") == [1.0, 0.0]


def test_shares_of_nothing_are_undefined(world_of: WorldOf, measured: Measured) -> None:
    world = world_of(scale={"humans": 0, "people_per_human": 1.0})
    for key in ("curators.audience_share", "curators.synthetic_share", "curators.mean_quality", "labs.market_share"):
        assert all(math.isnan(value) for value in measured(world, key)), key
    assert measured(world, "curators.views") == [0.0, 0.0]
    assert measured(world, "labs.subscribers") == [0.0, 0.0, 0.0]


def test_books_leave_capital_out_and_sum_over_groups(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    world.ledger.begin()
    start = {kind: world.ledger.usd(kind) for kind in (Kind.LAB, Kind.CURATOR, Kind.PUBLISHER)}
    earners = np.array([0, 2, 4])
    for transfers in (
        Transfers.of(Kind.PEOPLE, 0, Kind.LAB, 1, Reason.SUBSCRIPTION, 12.34),
        Transfers.of(Kind.INVESTORS, 0, Kind.LAB, 1, Reason.INVESTMENT, 1000.0),
        Transfers.of(Kind.LAB, 1, Kind.CURATOR, 0, Reason.LICENCE, 5.0),
        Transfers.of(Kind.CURATOR, 0, Kind.PUBLISHER, earners, Reason.REVENUE_SHARE, np.array([1.0, 2.0, 3.5])),
        Transfers.of(Kind.PUBLISHER, 4, Kind.LAB, 0, Reason.API, 0.5),
    ):  # fmt: skip
        world.ledger.settle(transfers)
    assert measured(world, "labs.revenue") == [0.5, 12.34, 0.0]
    assert measured(world, "labs.cost") == [0.0, 5.0, 0.0]
    assert measured(world, "labs.cash") == pytest.approx((start[Kind.LAB] + [0.5, 1007.34, 0.0]).tolist())
    assert measured(world, "curators.revenue") == [5.0, 0.0]
    assert measured(world, "curators.cost") == [6.5, 0.0]
    assert measured(world, "publishers.revenue") == [1.0, 5.5]
    assert measured(world, "publishers.cost") == [0.0, 0.5]
    capital = start[Kind.PUBLISHER]
    assert measured(world, "publishers.cash") == pytest.approx([capital[:2].sum() + 1.0, capital[2:].sum() + 5.0])


def test_the_first_month_shows_what_all_start_with(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    assert measured(world, "labs.raised") == measured(world, "labs.cash")
    codes, names = row_codes(Observation(world), "ledger"), row_names(world, "ledger")
    payees = [tuple(name[code] for name, code in zip(names, row, strict=True)) for row in zip(*codes, strict=True)]
    assert set(payees) == {("investors", payee, "endowment") for payee in ("lab", "curator", "publisher")}
    for kind in (Kind.LAB, Kind.CURATOR, Kind.PUBLISHER):
        shown = measured(world, "ledger.amount")[payees.index(("investors", kind.name.lower(), "endowment"))]
        assert shown == pytest.approx(world.ledger.usd(kind).sum())
        assert shown > 0
    world.close_month()
    world.open_month()
    assert measured(world, "ledger.amount") == []


def test_the_ledger_has_a_row_for_each_payment_that_was_made(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    world.ledger.begin()
    assert measured(world, "ledger.amount") == []
    for lab, usd in ((0, 2.5), (1, 1.0)):
        world.ledger.settle(Transfers.of(Kind.PEOPLE, 0, Kind.LAB, lab, Reason.SUBSCRIPTION, usd))
    world.ledger.settle(Transfers.of(Kind.LAB, 0, Kind.SUPPLIERS, 0, Reason.CRAWL, 0.25))
    codes, names = row_codes(Observation(world), "ledger"), row_names(world, "ledger")
    told = [tuple(name[code] for name, code in zip(names, row, strict=True)) for row in zip(*codes, strict=True)]
    assert dict(zip(told, measured(world, "ledger.amount"), strict=True)) == {
        ("lab", "suppliers", "crawl"): 0.25,
        ("people", "lab", "subscription"): 3.5,
    }
