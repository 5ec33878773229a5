"""A duty to moderate: which hosts do it, and what those pay that do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.moderation import dutiful
from ecosystem.phases.regulate import regulate
from ecosystem.policies.moderation_duty import ModerationDuty
from ecosystem.world.content import Marks, Origin
from ecosystem.world.ledger import NO_TRANSFERS, Kind, Reason
from ecosystem.world.proposals import Crawls, Money
from ecosystem.world.world import World
from tests.units.phases.worlds import publish, world_of

NONE = np.zeros(0, dtype=np.int64)
NOTHING = Money(NO_TRANSFERS, Crawls(NONE, NONE, NONE.astype(float), NONE))
GROUPS = [{"name": "farm", "count": 2}]


def bound(curators: list[dict[str, Any]], **settings: Any) -> tuple[ModerationDuty, World]:
    """A duty in force, and a world with its rules: an item stands for ten."""
    world = world_of(curators=curators, publishers={"groups": GROUPS})
    duty = ModerationDuty.model_validate({"start": "2018-01"} | settings)
    world.enact(duty.amend(regulate(world), world, world.draw))
    return duty, world


def fined(duty: ModerationDuty, world: World) -> dict[int, float]:
    """What each host pays the state, USD."""
    transfers = duty.amend(NOTHING, world, world.draw).transfers
    assert set(transfers.payer_kind.tolist()) <= {Kind.CURATOR}
    assert set(transfers.payee_kind.tolist()) <= {Kind.STATE}
    assert set(transfers.reason.tolist()) <= {Reason.FINE}
    return dict(zip(transfers.payer.tolist(), (transfers.cents / 100).tolist(), strict=True))


@pytest.mark.parametrize(("fine", "does"), [(0.19, False), (0.2, True), (0.0, False)])
def test_a_host_does_its_duty_where_the_fine_to_be_expected_is_what_that_costs(fine: float, *, does: bool) -> None:
    """A quarter of its items is AI: a detector at 2.5 cents an item against half of the fine for a quarter of them."""
    _, world = bound([{"name": "feed", "moderation_cost": 0.025}], fine=fine, enforcement=0.5)
    origin = np.array([Origin.SYNTHETIC, Origin.HUMAN, Origin.HUMAN, Origin.HUMAN])
    assert dutiful(world, np.zeros(4, dtype=np.int64), origin).tolist() == [does]


def test_who_looks_away_is_fined_for_every_item_found_that_nothing_was_done_to() -> None:
    duty, world = bound([{"name": "feed"}, {"name": "forum"}], fine=0.001, enforcement=1.0, consequence="downrank")
    marks = [0, 0, Marks.LABELLED, Marks.DOWNRANKED, Marks.REMOVED]
    publish(world, 5, origin=Origin.SYNTHETIC, curator=0, marks=np.array(marks))
    publish(world, 3, origin=Origin.HUMAN, curator=0)
    publish(world, 4, origin=Origin.SYNTHETIC, curator=-1)
    # Three breaches at the first host, each of ten real items; nobody else shows AI.
    assert fined(duty, world) == {0: 0.03}


def test_whoever_does_its_duty_is_not_fined_for_what_the_detector_misses() -> None:
    duty, world = bound([{"name": "feed"}], fine=1e3, enforcement=1.0)
    publish(world, 5, origin=Origin.SYNTHETIC, curator=0)
    assert fined(duty, world) == {}


def test_nothing_is_found_without_enforcement() -> None:
    duty, world = bound([{"name": "feed"}], fine=1e3, enforcement=0.0)
    publish(world, 5, origin=Origin.SYNTHETIC, curator=0)
    assert fined(duty, world) == {}


def test_hosts_not_reached_are_told_nothing() -> None:
    _, other = bound([{"name": f"host{number}"} for number in range(12)], coverage=0.5)
    rules = other.rules.hosts
    told = rules.unmoderated > 0
    assert 0 < told.sum() < 12
    assert (np.isnan(rules.standard) == ~told).all()
    assert ((rules.consequence > 0) == told).all()


def test_it_remarks_that_nobody_hosts() -> None:
    duty, world = bound([{"name": "feed"}])
    assert not list(duty.notes([world.settings]))
    assert list(duty.notes([world_of().settings]))
