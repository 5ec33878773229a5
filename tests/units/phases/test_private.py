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


# --- exact numbers, and some domains only -------------------------------------------------------------


def test_exact_numbers_are_commissioned_and_synthesised_in_every_domain() -> None:
    world = lab_world({"commissions_per_domain": 7, "synthetic_per_domain": 5})
    give_model(world, "lab 0")
    human, own = commission(world, world.draw), synthesise(world, world.draw)
    assert np.bincount(human.domain).tolist() == [7, 7]
    assert np.bincount(own.domain).tolist() == [5, 5]
    assert set(human.origin.tolist()) == {Origin.HUMAN}
    assert np.all((human.marks & Marks.COMMISSIONED) > 0)
    assert np.array_equal(world.humans.domain[human.author], human.domain)
    assert len({*human.key.tolist(), *own.key.tolist()}) == 24


def test_exact_numbers_come_beside_those_by_volume_and_move_none_of_them() -> None:
    plain, both = (
        lab_world({"commissions": 30.0, "synthetic": 40.0}),
        lab_world({"commissions": 30.0, "commissions_per_domain": 3, "synthetic": 40.0, "synthetic_per_domain": 2}),
    )
    for world in (plain, both):
        give_model(world, "lab 0")
    for make, more in ((commission, 6), (synthesise, 4)):
        few, many = make(plain, plain.draw), make(both, both.draw)
        assert len(many) == len(few) + more
        told = {key: (idea, author) for key, idea, author in zip(many.key, many.idea, many.author, strict=True)}
        assert all(told[k] == (i, a) for k, i, a in zip(few.key, few.idea, few.author, strict=True))


def test_labs_order_and_make_documents_of_their_own() -> None:
    data = {"commissions_per_domain": 4, "synthetic_per_domain": 4}
    world = lab_world(data, data)
    for name in world.labs:
        give_model(world, name)
    human, own = commission(world, world.draw), synthesise(world, world.draw)
    assert np.bincount(human.lab).tolist() == np.bincount(own.lab).tolist() == [8, 8]
    assert len({*human.key.tolist(), *own.key.tolist()}) == 32


def test_exact_numbers_are_counted_before_the_verifier() -> None:
    data = {"synthetic_per_domain": 3000, "verifier_true_positive": 0.5, "verifier_false_positive": 0.0}
    world = lab_world(data)
    give_model(world, "lab 0")
    assert frequent(np.arange(6000) < len(synthesise(world, world.draw)), 0.5)


def test_labs_of_some_domains_order_and_make_documents_there_alone() -> None:
    data = {"commissions": 40.0, "synthetic": 60.0, "commissions_per_domain": 2, "synthetic_per_domain": 3}
    world = lab_world(data | {"domains": ["news"]})
    give_model(world, "lab 0")
    human, own = commission(world, world.draw), synthesise(world, world.draw)
    assert set(human.domain.tolist()) == set(own.domain.tolist()) == {1}
    assert near(float(len(human)), 42.0, 40.0)
    assert near(float(len(own)), 63.0, 60.0)


def test_where_nobody_lives_only_what_is_due_in_every_domain_is_written() -> None:
    domains = [{"name": "code", "ideas": 8, "demand": 1.0}, {"name": "news", "ideas": 5, "demand": 0.0}]
    reality = {"styles": 2, "domains": domains}
    data = {"commissions": 20.0, "commissions_per_domain": 3, "synthetic": 20.0, "domains": ["news"]}
    world = lab_world(data, reality=reality)
    give_model(world, "lab 0")
    assert not (world.humans.domain == 1).any()
    assert commission(world, world.draw).domain.tolist() == [1, 1, 1]
    assert len(synthesise(world, world.draw)) == 0
