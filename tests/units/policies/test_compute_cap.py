"""A cap on the compute of trainings: who keeps to it, and who pays what."""

from __future__ import annotations

import numpy as np
import pytest

from ecosystem.phases.regulate import regulate
from ecosystem.phases.train import compute_used, train
from ecosystem.policies.compute_cap import ComputeCap
from ecosystem.world.ledger import NO_TRANSFERS, Kind, Reason
from ecosystem.world.proposals import Crawls, Money
from ecosystem.world.world import World
from tests.units.phases.worlds import live, world_of


def grown(**settings: object) -> tuple[ComputeCap, World]:
    """A cap in force in the second month, in which one lab of two has four times the compute; a training is 1000 USD.

    Half of the compute above a cap of 2 is worth 500 USD.
    """
    labs = [
        {"name": name, "cadence": 1, "training_cost": 1000.0 / compute, "compute": compute, "data": {"settle": 0}}
        for name, compute in (("large", 4.0), ("small", 1.0))
    ]
    world = world_of(labs=labs)
    live(world, 1)
    cap = ComputeCap.model_validate({"start": "2018-01", "cap": 2.0} | settings)
    world.enact(cap.amend(regulate(world), world, world.draw))
    return cap, world


def paid(cap: ComputeCap, world: World) -> dict[int, float]:
    """Train, and see what each lab pays the state, USD."""
    world.deploy(train(world, world.draw))
    assert [lab.trained_at for lab in world.labs.values()] == [1, 1]
    nobody = Money(NO_TRANSFERS, _no_crawls())
    transfers = cap.amend(nobody, world, world.draw).transfers
    assert set(transfers.payee_kind.tolist()) <= {Kind.STATE}
    assert set(transfers.reason.tolist()) <= {Reason.FINE}
    return dict(zip(transfers.payer.tolist(), (transfers.cents / 100).tolist(), strict=True))


def _no_crawls() -> Crawls:
    none = np.zeros(0, dtype=np.int64)
    return Crawls(none, none, none.astype(float), np.zeros(2, dtype=np.int64))


@pytest.mark.parametrize(("fine", "used"), [(624.99, 4.0), (625.0, 2.0), (1e6, 2.0), (0.0, 4.0)])
def test_a_lab_keeps_to_it_where_the_fine_to_be_expected_is_what_the_compute_above_costs(
    fine: float, used: float
) -> None:
    _, world = grown(fine=fine, enforcement=0.8)
    assert [compute_used(lab, world) for lab in world.labs.values()] == [used, 1.0]


def test_who_trains_above_it_is_fined_and_who_keeps_to_it_is_not() -> None:
    cap, world = grown(fine=499.0, enforcement=1.0)
    assert paid(cap, world) == {0: 499.0}
    assert [lab.training_bill for lab in world.labs.values()] == [1000.0, 1000.0]
    cap, world = grown(fine=500.0, enforcement=1.0)
    assert paid(cap, world) == {}
    assert [lab.training_bill for lab in world.labs.values()] == [500.0, 1000.0]


def test_who_is_not_found_pays_nothing() -> None:
    assert paid(*grown(fine=1e6, enforcement=0.0)) == {}


def test_who_does_not_train_this_month_is_not_fined() -> None:
    cap, world = grown(fine=499.0, enforcement=1.0)
    assert cap.amend(Money(NO_TRANSFERS, _no_crawls()), world, world.draw).transfers is NO_TRANSFERS


def test_it_remarks_that_nobody_trains() -> None:
    cap, world = grown()
    assert not list(cap.notes([world.settings]))
    assert list(cap.notes([world_of().settings]))
