"""Mandatory watermarks: which labs fasten them, where they are, and who pays what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.produce import produce
from ecosystem.phases.publishers.costs import evasion_cost, legal_cost
from ecosystem.phases.regulate import regulate
from ecosystem.phases.watermarks import in_use, written_by
from ecosystem.policies.watermark_mandate import WatermarkMandate
from ecosystem.scenario import Scenario
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.ledger import NO_TRANSFERS, Kind, Reason
from ecosystem.world.proposals import Crawls, Money
from ecosystem.world.world import World
from tests.units.phases.worlds import live, publish, world_of

NONE = np.zeros(0, dtype=np.int64)
NOTHING = Money(NO_TRANSFERS, Crawls(NONE, NONE, NONE.astype(float), NONE))
GROUPS = [
    {"name": "brand", "count": 2, "volume": 8.0, "lab": "bare", "strips_marks": False},
    {"name": "farm", "count": 2, "volume": 8.0, "lab": "bare", "strips_marks": True},
]


def under(**settings: Any) -> tuple[WatermarkMandate, World]:
    """A mandate in force, and a world with its rules and two labs of which the second fastens watermarks by itself."""
    labs = [{"name": name, "cadence": 1, "data": {"settle": 0}} for name in ("bare", "marked")]
    labs[1]["watermarks"] = True
    publishers = {"groups": GROUPS, "strip_cost": 0.25, "api_price": 0.0}
    assistants = {"innovation": 0.5, "outside": 0.0}
    humans = {"assistants": assistants}
    world = world_of(
        labs=labs, publishers=publishers, humans=humans, curators=[{"name": "feed"}], marks={"watermark_cost": 0.1}
    )
    live(world, 3)
    mandate = WatermarkMandate.model_validate({"start": "2018-01"} | settings)
    world.enact(mandate.amend(regulate(world), world, world.draw))
    # The first lab had a part in many items last month, and an item stands for ten.
    assert written_by(world, 2)[0] * 10 * 0.1 > 10.0
    return mandate, world


def paid(mandate: WatermarkMandate, world: World) -> dict[tuple[Kind, int, Kind, Reason], float]:
    """All payments, USD, by payer, payee and reason."""
    columns = (column.tolist() for column in mandate.amend(NOTHING, world, world.draw).transfers)
    return {
        (Kind(kind), payer, Kind(payee_kind), Reason(reason)): cents / 100
        for kind, payer, payee_kind, _, reason, cents in zip(*columns, strict=True)
    }


@pytest.mark.parametrize(("part", "does"), [(0.999, False), (1.001, True), (0.0, False)])
def test_a_lab_complies_where_the_fine_to_be_expected_is_what_watermarks_cost(part: float, *, does: bool) -> None:
    _, world = under()
    cost = float(written_by(world, 2)[0]) * 10 * 0.1
    mandate = WatermarkMandate.model_validate({"start": "2018-01", "fine": part * cost / 0.5, "enforcement": 0.5})
    world.enact(mandate.amend(regulate(world), world, world.draw))
    assert in_use(world).tolist() == [does, True]


@pytest.mark.parametrize("does", [False, True])
def test_what_models_write_carries_it_unless_stripped(*, does: bool) -> None:
    _, world = under(fine=1e6 if does else 0.0, strip_fine=0.0)
    drafts = produce(world, world.draw)
    marked = (drafts.marks & np.uint8(Marks.WATERMARKED)) != 0
    mine = drafts.lab == 0
    synthetic = mine & (drafts.origin == Origin.SYNTHETIC) & (drafts.curator != PRIVATE)
    honest = synthetic & (drafts.author < 2)
    assert honest.sum() > 5
    assert (marked[honest] == does).all()
    assert (synthetic & ~honest).sum() > 5
    assert not marked[synthetic & ~honest].any()
    assert not marked[drafts.lab == -1].any()


def test_publishers_reckon_with_stripping_and_its_fine_once_there_is_something_to_strip() -> None:
    _, world = under(fine=0.0, strip_fine=2.0, strip_enforcement=0.25)
    assert evasion_cost(world).tolist() == [0.0] * 4
    assert legal_cost(world).tolist() == [0.0] * 4
    # Where a mark costs them a lot, farms go on stripping: 25 cents an item, and a fine of 50 to be expected.
    _, other = under(strip_fine=2.0, strip_enforcement=0.25)
    other.publishers.revenue[:] = 1e6
    other.publishers.produced[:] = 1.0
    assert evasion_cost(other).tolist() == [0.0, 0.0, 0.25, 0.25]
    assert legal_cost(other).tolist() == [0.0, 0.0, 0.5, 0.5]


def test_labs_that_are_found_to_do_without_are_fined() -> None:
    assert paid(*under(fine=9.0, enforcement=1.0)) == {(Kind.LAB, 0, Kind.STATE, Reason.FINE): 9.0}
    assert paid(*under(fine=1e6, enforcement=0.0)) == {}
    assert paid(*under(fine=1e6, enforcement=1.0)) == {}


def test_stripped_items_are_fined_where_there_was_a_watermark() -> None:
    mandate, world = under(fine=9.0, enforcement=1.0, strip_fine=2.0, strip_enforcement=1.0)
    marks = np.array([0, Marks.WATERMARKED, 0, 0])
    publish(world, 4, origin=Origin.SYNTHETIC, author=np.array([0, 0, 1, 2]), lab=np.array([1, 1, 1, 0]), marks=marks)
    # The lab of publisher 2 does without, and pays for it; an item stands for ten.
    assert paid(mandate, world) == {
        (Kind.LAB, 0, Kind.STATE, Reason.FINE): 9.0,
        (Kind.PUBLISHER, 0, Kind.STATE, Reason.FINE): 20.0,
        (Kind.PUBLISHER, 1, Kind.STATE, Reason.FINE): 20.0,
    }


def test_the_items_of_last_month_are_needed() -> None:
    with pytest.raises(ValueError, match="labs go by what they wrote last month"):
        Scenario.model_validate(
            {
                "steps": 3,
                "scale": {"keep_items": 1},
                "humans": {"attention": 0},
                "links": {"per_item": 0},
                "policies": [{"kind": "watermark_mandate", "start": "2018-02"}],
            }
        )


def test_it_remarks_that_nobody_has_a_model() -> None:
    mandate, world = under()
    assert not list(mandate.notes([world.settings]))
    assert list(mandate.notes([world_of().settings]))
