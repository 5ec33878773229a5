"""Documents made for labs alone: commissioned human work, and their own verified synthetic data."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosystem.phases.private import commission, synthesise
from ecosystem.world.content import PRIVATE, Marks, Origin
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, near, proportional, publish, read_rows, world_of


def lab_world(*strategies: dict[str, Any], **groups: Any) -> World:
    """A world with a lab for each data strategy, named in their order."""
    return world_of(labs=[{"name": f"lab {at}", "data": data} for at, data in enumerate(strategies)], **groups)


def test_commissions_come_in_the_numbers_ordered_and_to_the_lab_that_ordered() -> None:
    world = lab_world({"commissions": 900.0}, {}, {"commissions": 100.0})
    counts = np.bincount(commission(world, world.draw).lab, minlength=3)
    assert near(float(counts[0]), 900.0, 900.0)
    assert counts[1] == 0
    assert near(float(counts[2]), 100.0, 100.0)


def test_commissioned_work_is_private_human_and_first_hand() -> None:
    world = lab_world({"commissions": 2000.0}, humans={"grounding": 0.0, "reliance": 1.0})
    give_model(world, "lab 0")
    world.humans.assistant = 0
    read_rows(world, np.repeat(publish(world, 1).rows, 12).reshape(12, 1))
    drafts = commission(world, world.draw)
    assert set(drafts.curator.tolist()) == {PRIVATE}
    assert np.all((drafts.marks & Marks.COMMISSIONED) > 0)
    assert set(drafts.origin.tolist()) == {Origin.HUMAN}
    assert np.all(drafts.source == -1)
    assert np.all(drafts.depth == 0)
    assert frequent(drafts.correct, world.humans.skill[drafts.author])
    assert proportional(np.bincount(drafts.author, minlength=12), np.ones(12))


def test_labs_out_of_business_and_empty_worlds_commission_nothing() -> None:
    world = lab_world({"commissions": 50.0})
    world.labs["lab 0"].active = False
    assert len(commission(world, world.draw)) == 0
    empty = lab_world({"commissions": 50.0}, scale={"humans": 0})
    assert len(commission(empty, empty.draw)) == 0


def test_own_synthetic_data_is_private_and_a_generation_deeper() -> None:
    world = lab_world({}, {"synthetic": 2000.0})
    give_model(world, "lab 1", depth=1.0, accuracy=0.25)
    drafts = synthesise(world, world.draw)
    assert near(float(len(drafts)), 2000.0, 2000.0)
    assert set(drafts.curator.tolist()) == {PRIVATE}
    assert set(drafts.lab.tolist()) == {1}
    assert set(drafts.origin.tolist()) == {Origin.SYNTHETIC}
    assert np.all(drafts.depth == 2)
    assert frequent(drafts.correct, 0.25)
    assert proportional(np.bincount(drafts.domain, minlength=2), world.reality.demand)


def test_a_perfect_verifier_keeps_all_that_is_right_and_nothing_else() -> None:
    world = lab_world({"synthetic": 2000.0, "verifier_false_positive": 0.0})
    give_model(world, "lab 0", accuracy=0.25)
    drafts = synthesise(world, world.draw)
    assert np.all(drafts.correct)
    assert near(float(len(drafts)), 500.0, 500.0)


def test_a_verifier_keeps_right_and_wrong_items_at_its_two_rates() -> None:
    data = {"synthetic": 4000.0, "verifier_true_positive": 0.8, "verifier_false_positive": 0.3}
    world = lab_world(data)
    give_model(world, "lab 0", accuracy=0.5)
    correct = synthesise(world, world.draw).correct
    assert near(float(correct.sum()), 1600.0, 1600.0)
    assert near(float((~correct).sum()), 600.0, 600.0)


def test_no_model_and_no_wish_means_no_synthetic_data() -> None:
    world = lab_world({"synthetic": 50.0}, {})
    assert len(synthesise(world, world.draw)) == 0
    give_model(world, "lab 1")
    assert len(synthesise(world, world.draw)) == 0


def test_what_a_model_does_not_know_it_does_not_synthesise() -> None:
    world = lab_world({"synthetic": 500.0})
    offsets = world.reality.space.offsets
    give_model(world, "lab 0", probability=np.where(np.arange(offsets[2]) < offsets[1], 1 / 8, 0.0))
    assert set(synthesise(world, world.draw).domain.tolist()) == {0}
