"""A standard for signatures: who signs, who forges, and who pays what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.produce import produce
from ecosystem.phases.publishers.habits import habits
from ecosystem.phases.regulate import regulate
from ecosystem.phases.signing import costs
from ecosystem.policies.provenance_standard import ProvenanceStandard
from ecosystem.world.content import Marks, Origin
from ecosystem.world.ledger import NO_TRANSFERS, Kind, Reason
from ecosystem.world.proposals import Crawls, Money
from ecosystem.world.world import World
from tests.units.phases.worlds import publish, world_of

NONE = np.zeros(0, dtype=np.int64)
NOTHING = Money(NO_TRANSFERS, Crawls(NONE, NONE, NONE.astype(float), NONE))
HUMANS = {"signing_cost": 3.0, "activity": 2.0}


def under(humans: dict[str, Any] | None = None, **settings: Any) -> tuple[ProvenanceStandard, World]:
    """A standard in force, and a world with its rules in which two publishers out of three weigh marks."""
    groups = [{"name": "brand", "count": 1}, {"name": "farm", "count": 2, "weighs_marks": True, "mark_loss": 0.5}]
    world = world_of(
        humans=HUMANS | (humans or {}),
        curators=[{"name": "feed"}, {"name": "forum"}],
        publishers={"groups": groups, "forging_cost": 1.0},
    )
    standard = ProvenanceStandard.model_validate({"start": "2018-01"} | settings)
    world.enact(standard.amend(regulate(world), world, world.draw))
    return standard, world


def paid(standard: ProvenanceStandard, world: World) -> dict[tuple[Kind, int, Kind, Reason], float]:
    """All payments, USD, by payer, payee and reason."""
    columns = (column.tolist() for column in standard.amend(NOTHING, world, world.draw).transfers)
    return {
        (Kind(kind), payer, Kind(payee_kind), Reason(reason)): cents / 100
        for kind, payer, payee_kind, _, reason, cents in zip(*columns, strict=True)
    }


def test_who_takes_part_signs_where_it_is_free() -> None:
    _, world = under(adoption=0.5)
    takes_part = world.rules.people.signing == 1.0
    assert 0 < takes_part.sum() < 12
    drafts = produce(world, world.draw)
    signed = (drafts.marks & np.uint8(Marks.SIGNED)) != 0
    assert (signed == takes_part[drafts.author]).all()
    assert 0 < signed.sum() < len(signed)


def test_without_support_nobody_takes_it_up_where_no_host_pays_for_it() -> None:
    _, world = under(adoption=1.0, support=0.9)
    assert not (produce(world, world.draw).marks & np.uint8(Marks.SIGNED)).any()


def test_hosts_reached_trust_and_pay_for_checking() -> None:
    _, world = under(checking=0.25)
    assert world.rules.hosts.trusts.tolist() == [True, True]
    assert world.rules.hosts.checking.tolist() == [0.25, 0.25]


@pytest.mark.parametrize(("fine", "forges"), [(7.9, True), (8.1, False)])
def test_publishers_that_weigh_marks_forge_where_a_mark_costs_more(fine: float, *, forges: bool) -> None:
    """A mark costs half of the 10 USD of an item, forging one: what is left is half of a fine of eight."""
    _, world = under(fine=fine, enforcement=0.5)
    world.publishers.revenue[:], world.publishers.produced[:] = 100.0, 1.0
    assert habits(world).forges.tolist() == [False, forges, forges]


def test_the_state_and_people_share_what_signing_costs_those_who_did() -> None:
    standard, world = under(adoption=1.0, support=0.25)
    publish(world, 3, author=np.array([4, 4, 7]), marks=np.array([Marks.SIGNED, Marks.SIGNED, 0]))
    publish(world, 1, author=5, origin=Origin.ASSISTED, marks=Marks.SIGNED)
    cost = 10 * float(costs(world, np.array([4, 5]), world.draw).sum())
    assert cost > 0
    assert paid(standard, world) == {
        (Kind.STATE, 0, Kind.SUPPLIERS, Reason.PROGRAMME): pytest.approx(0.25 * cost, abs=0.006),
        (Kind.PEOPLE, 0, Kind.SUPPLIERS, Reason.COMPLIANCE): pytest.approx(0.75 * cost, abs=0.006),
    }


def test_forgers_are_fined_for_what_is_found() -> None:
    standard, world = under(fine=2.0, enforcement=1.0)
    marks = np.array([Marks.SIGNED, Marks.SIGNED, 0])
    publish(world, 3, author=np.array([1, 1, 2]), origin=Origin.SYNTHETIC, marks=marks)
    assert paid(standard, world) == {(Kind.PUBLISHER, 1, Kind.STATE, Reason.FINE): 40.0}
    standard, world = under(fine=2.0, enforcement=0.0)
    publish(world, 3, author=np.array([1, 1, 2]), origin=Origin.SYNTHETIC, marks=marks)
    assert paid(standard, world) == {}


def test_it_remarks_on_what_has_no_effect() -> None:
    standard, world = under()
    assert not list(standard.notes([world.settings]))
    assert [key for key, _ in standard.notes([world_of().settings])] == ["support", "fine"]
