"""A levy on AI items: what publishers reckon with, who declares, and who pays what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.publishers.costs import item_cost, production_cost
from ecosystem.phases.regulate import regulate
from ecosystem.policies.synthetic_levy import SyntheticLevy
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.ledger import NO_TRANSFERS, Kind, Reason
from ecosystem.world.proposals import Crawls, Money
from ecosystem.world.world import World
from tests.units.phases.worlds import publish, world_of

NONE = np.zeros(0, dtype=np.int64)
NOTHING = Money(NO_TRANSFERS, Crawls(NONE, NONE, NONE.astype(float), NONE))


def taxed(**settings: Any) -> tuple[SyntheticLevy, World]:
    """A levy in force, and a world with its rules in which an item stands for ten and costs 3 USD or so to make."""
    world = world_of(publishers={"groups": [{"name": "farm", "count": 3}], "production": 3.0}, curators=[{"name": "a"}])
    levy = SyntheticLevy.model_validate({"start": "2018-01"} | settings)
    world.enact(levy.amend(regulate(world), world, world.draw))
    return levy, world


def written(world: World) -> None:
    """Publisher 0 writes two public items and publisher 2 one; people and labs write as well."""
    publish(world, 3, origin=Origin.SYNTHETIC, author=np.array([0, 2, 0]), curator=np.array([0, 0, -1]))
    publish(world, 2, origin=Origin.HUMAN, curator=0)
    publish(world, 2, origin=Origin.ASSISTED, curator=0)
    publish(world, 1, origin=Origin.SYNTHETIC, curator=PRIVATE)


def paid(levy: SyntheticLevy, world: World) -> dict[tuple[Kind, int, Kind, Reason], float]:
    """All payments, USD, by payer, payee and reason."""
    transfers = levy.amend(NOTHING, world, world.draw).transfers
    columns = (column.tolist() for column in transfers)
    return {
        (Kind(kind), payer, Kind(payee_kind), Reason(reason)): cents / 100
        for kind, payer, payee_kind, _, reason, cents in zip(*columns, strict=True)
    }


@pytest.mark.parametrize(
    ("fine", "enforcement", "expected"),
    [(0.5, 1.0, 0.2), (0.6, 0.25, 0.2), (0.6, 0.2, 0.16), (0.6, 0.0, 0.0), (0.0, 0.5, 0.1)],
)
def test_publishers_reckon_with_the_levy_or_with_what_hiding_costs(
    fine: float, enforcement: float, expected: float
) -> None:
    _, world = taxed(levy=0.2, fine=fine, enforcement=enforcement)
    assert world.rules.publishers.levy == pytest.approx([expected] * 3)
    assert item_cost(world) - production_cost(world) == pytest.approx([expected] * 3)


def test_who_declares_pays_the_levy_for_every_item_and_no_fine() -> None:
    levy, world = taxed(levy=0.2, fine=0.6, enforcement=0.25, recycled=0.5)
    written(world)
    assert paid(levy, world) == {
        (Kind.PUBLISHER, 0, Kind.STATE, Reason.LEVY): 4.0,
        (Kind.PUBLISHER, 2, Kind.STATE, Reason.LEVY): 2.0,
        (Kind.STATE, 0, Kind.PEOPLE, Reason.SUBSIDY): 3.0,
    }


def test_who_hides_pays_levy_and_fine_for_what_is_found() -> None:
    levy, world = taxed(levy=0.2, fine=0.1, enforcement=0.5)
    written(world)
    rows = np.flatnonzero((world.content.origin == Origin.SYNTHETIC) & (world.content.curator != PRIVATE))
    found = rows[levy.caught(world.content.key[rows], world.draw)]
    count = np.bincount(world.content.author[found], minlength=3)
    assert 0 < len(found) < 3
    expected = {}
    for publisher in np.flatnonzero(count).tolist():
        expected[Kind.PUBLISHER, publisher, Kind.STATE, Reason.LEVY] = pytest.approx(2.0 * count[publisher])
        expected[Kind.PUBLISHER, publisher, Kind.STATE, Reason.FINE] = pytest.approx(1.0 * count[publisher])
    assert paid(levy, world) == expected


def test_nobody_pays_where_nobody_looks() -> None:
    levy, world = taxed(enforcement=0.0)
    written(world)
    assert paid(levy, world) == {}


def test_it_remarks_on_what_has_no_effect() -> None:
    levy, world = taxed(recycled=0.5)
    assert [key for key, _ in levy.notes([world.settings])] == ["recycled"]
    assert [key for key, _ in levy.notes([world_of(humans={"pay_reward": 1.0}).settings])] == ["kind"]
