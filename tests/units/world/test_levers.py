"""Levers: what institutions make of the settings that they are given."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.strategies.adaptation.base import Trials
from ecosystem.world import levers as catalogue
from ecosystem.world.levers import chosen, in_force
from ecosystem.world.settings.curators import CuratorParameters
from ecosystem.world.settings.labs import LabParameters
from ecosystem.world.world import World
from tests.units.phases.worlds import later_worlds, next_month, world_of

LABS = chosen(catalogue.LABS, LabParameters.model_fields["levers"].default)
CURATORS = chosen(catalogue.CURATORS, CuratorParameters.model_fields["levers"].default)
LAB = LabParameters(name="alpha", price=20.0, api_ratio=0.5)


def forum(**settings: object) -> CuratorParameters:
    """A forum with a detector of a 2 % target."""
    given = {"name": "forum", "penalty": 0.25, "detector": {"kind": "gaussian", "false_positive": 0.02}}
    return CuratorParameters.model_validate(given | settings)


def test_levers_at_rest_give_back_the_very_settings() -> None:
    given = forum()
    assert in_force(given, CURATORS, np.zeros(2)) is given
    assert in_force(LAB, LABS, np.zeros(2)) is LAB


def test_a_lever_multiplies_its_setting_and_no_other() -> None:
    dearer = in_force(LAB, LABS, np.log([2.0, 1.0]))
    assert dearer == LAB.model_copy(update={"price": 40.0})
    assert in_force(LAB, LABS, np.log([1.0, 3.0])).api_ratio == pytest.approx(1.5)
    assert LAB.price == 20.0


def test_a_lever_reaches_into_a_part() -> None:
    given = forum()
    strict = in_force(given, CURATORS, np.log([1.0, 5.0]))
    assert strict.detector is not None
    assert given.detector is not None
    assert strict.detector.false_positive == pytest.approx(0.1)
    assert given.detector.false_positive == 0.02
    assert strict.detector == given.detector.model_copy(update={"false_positive": strict.detector.false_positive})


@pytest.mark.parametrize(("penalty", "most"), [(0.25, 1.0), (3.0, 3.0)])
def test_a_penalty_becomes_no_reward_and_no_reward_a_greater_one(penalty: float, most: float) -> None:
    assert in_force(forum(penalty=penalty), CURATORS, np.log([100.0, 1.0])).penalty == most


def test_nobody_flags_most_of_what_people_write() -> None:
    detector = in_force(forum(), CURATORS, np.log([1.0, 1e3])).detector
    assert detector is not None
    assert detector.false_positive == 0.5


def test_a_lever_on_what_is_absent_moves_nothing() -> None:
    given = forum(detector=None)
    assert in_force(given, CURATORS, np.log([1.0, 5.0])) is given


def moved(world: World, levers: NDArray[np.float64]) -> None:
    """Move the levers of the lab alpha."""
    world.labs["alpha"].trial = Trials.begin(1, 2)._replace(levers=levers[None])


def test_what_is_in_force_follows_levers_and_shocks() -> None:
    world = later_worlds([(1, {"labs": [{"name": "alpha", "price": 20.0}]}),
                          (2, {"labs": [{"name": "alpha", "price": 30.0}]})])  # fmt: skip
    lab = world.labs["alpha"]
    assert lab.settings is lab.given
    moved(world, np.log([2.0, 1.0]))
    assert (lab.given.price, lab.settings.price) == (20.0, 40.0)
    next_month(world)
    assert (lab.given.price, lab.settings.price) == (30.0, 60.0)
    moved(world, np.zeros(2))
    assert lab.settings is lab.given


def test_a_checkpoint_brings_back_what_is_in_force() -> None:
    labs = [{"name": "alpha", "price": 20.0}]
    before, after = world_of(labs=labs), world_of(labs=labs, opened=False)
    moved(before, np.log([2.0, 3.0]))
    next_month(before)
    after.load(before.dump())
    lab = after.labs["alpha"]
    assert lab.settings == before.labs["alpha"].settings != lab.given
