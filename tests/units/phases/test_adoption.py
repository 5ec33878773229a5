"""Adoption: people take up assistants, compare them and leave them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.adapt import adapt
from ecosystem.phases.adoption import choose_assistants, utilities
from ecosystem.world.ledger import Kind
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, proportional, world_of

EVERYONE = {"innovation": 1.0, "reconsider": 1.0}
"""Everybody considers every month."""
PLAIN_TASTE = {"quality": 6.0, "price": 0.05, "hype": 0.5, "reluctance": 1.0, "outside": 2.0, "trust_loss": 2.0}


def market(count: int = 4000, *, assistants: dict[str, Any] | None = None, **groups: Any) -> World:
    """A market with two labs that have models, and one that has none."""
    labs = [{"name": "alpha", "price": 20.0}, {"name": "beta", "price": 40.0}, {"name": "gamma"}]
    humans = {"aversion": 0.0, "assistants": PLAIN_TASTE | (assistants or {})}
    world = world_of(scale={"humans": count}, labs=labs, humans=humans, **groups)
    for name, benchmark in (("alpha", 0.5), ("beta", 0.75)):
        give_model(world, name)
        world.labs[name].benchmark = benchmark
    return world


def everyone(world: World) -> Any:
    """Rows of all people."""
    return np.arange(len(world.humans))


def chosen(world: World) -> list[int]:
    """How many choose nothing, and each lab."""
    counts: list[int] = np.bincount(choose_assistants(world, world.draw) + 1, minlength=4).tolist()
    return counts


# --- what it is worth -----------------------------------------------------------------------------


def test_utility_weighs_quality_against_price() -> None:
    told = utilities(market(1), np.array([0]))[0]
    assert told[:3].tolist() == pytest.approx([2.0, 6 * 0.5 - 0.05 * 20, 6 * 0.75 - 0.05 * 40])
    assert told[3] == -np.inf


def test_a_reputation_is_hype_and_what_users_report() -> None:
    world = market(1, assistants={"hype": 0.25})
    world.labs["alpha"].experience = 0.9
    assert utilities(world, np.array([0]))[0, 1] == pytest.approx(6 * (0.25 * 0.5 + 0.75 * 0.9) - 1)


def test_own_experience_counts_for_more_than_hearsay_and_disappointment_hurts() -> None:
    world = market(3)
    world.labs["alpha"].experience = 0.9
    world.humans.assistant = [0, 0, 1]
    world.humans.satisfaction, world.humans.reference = [0.4, np.nan, 0.4], [0.6, np.nan, 0.3]
    told = utilities(world, everyone(world))
    assert told[0, 1] == pytest.approx(6 * (0.5 * 0.5 + 0.5 * 0.4) - 1 - 2.0 * 0.2)
    assert told[1, 1] == pytest.approx(6 * (0.5 * 0.5 + 0.5 * 0.9) - 1)
    assert told[2, 1] == told[1, 1]
    assert told[2, 2] == pytest.approx(6 * (0.5 * 0.75 + 0.5 * 0.4) - 2)  # better than expected costs nothing


def test_the_averse_are_reluctant() -> None:
    world = market(2)
    world.humans.aversion = [0.0, 0.5]
    told = utilities(world, everyone(world))
    assert told[0, 1] - told[1, 1] == pytest.approx(0.5)
    assert told[0, 0] == told[1, 0]


def test_a_lever_moves_the_price() -> None:
    world = market(1)
    lab = world.labs["alpha"]
    lab.trial = lab.trial._replace(levers=np.array([[np.log(2.0), 0.0]]))
    assert utilities(world, np.array([0]))[0, 1] == pytest.approx(6 * 0.5 - 0.05 * 40)


# --- who chooses what -----------------------------------------------------------------------------


def test_choices_are_a_logit() -> None:
    world = market(assistants=EVERYONE)
    weight = np.exp([2.0, 2.0, 2.5])
    assert proportional(chosen(world), [*weight, 0.0])


def test_only_those_who_consider_change() -> None:
    world = market(assistants={"innovation": 0.2, "imitation": 0.0, "outside": -99.0})
    assert frequent(choose_assistants(world, world.draw) >= 0, 0.2)


@pytest.mark.parametrize("having", [0.0, 0.5])
def test_others_who_have_one_make_one_think_of_it(having: float) -> None:
    world = market(assistants={"innovation": 0.1, "imitation": 0.4, "reconsider": 0.0, "outside": -99.0})
    world.humans.assistant[: int(having * 4000)] = 0
    without = world.humans.assistant < 0
    assert frequent(choose_assistants(world, world.draw)[without] >= 0, 0.1 + 0.4 * having)


def test_domains_differ_in_uptake() -> None:
    world = market(assistants={"innovation": 0.2, "imitation": 0.0, "outside": -99.0})
    world.reality.uptake = np.array([2.0, 0.5])
    taken = choose_assistants(world, world.draw) >= 0
    assert frequent(taken[world.humans.domain == 0], 0.4)
    assert frequent(taken[world.humans.domain == 1], 0.1)


def test_users_reconsider_at_their_own_rate() -> None:
    world = market(assistants={"reconsider": 0.3, "outside": 99.0})
    world.humans.assistant = 0
    assert frequent(choose_assistants(world, world.draw) < 0, 0.3)


def test_nobody_adopts_or_leaves_without_considering() -> None:
    world = market(assistants={"innovation": 0.0, "imitation": 0.0, "reconsider": 0.0})
    world.humans.assistant[:100] = 1
    assert np.array_equal(choose_assistants(world, world.draw), world.humans.assistant)


@pytest.mark.parametrize("end", ["closed", "bankrupt"])
def test_users_of_a_lab_that_closes_move_on(end: str) -> None:
    world = market(assistants={"innovation": 0.0, "imitation": 0.0, "reconsider": 0.0})
    world.humans.assistant = 1
    if end == "closed":
        world.labs["beta"].active = False
    else:
        world.ledger.balances[Kind.LAB][1] = -1  # in debt: it closes at the end of the month
    assert proportional(chosen(world), [*np.exp([2.0, 2.0]), 0.0, 0.0])


def test_without_any_model_nobody_has_an_assistant() -> None:
    world = market(60, assistants=EVERYONE)
    world.humans.assistant[:20] = 0
    for lab in world.labs.values():
        lab.fitted = None
    assert chosen(world) == [60, 0, 0, 0]


@pytest.mark.parametrize(("outside", "users"), [(5000.0, 0), (-5000.0, 60)])
def test_overwhelming_utilities_decide_without_overflow(outside: float, users: int) -> None:
    world = market(60, assistants=EVERYONE | {"outside": outside})
    assert sum(chosen(world)[1:]) == users
    world = market(60, assistants=EVERYONE | {"quality": 5000.0, "hype": 1.0})
    assert chosen(world) == [0, 0, 60, 0]


def test_a_better_outside_makes_nobody_adopt() -> None:
    """Choices are coupled: nobody who stayed out at a worse alternative goes in at a better one."""
    worlds = [market(600, assistants=EVERYONE | {"outside": outside}) for outside in (1.0, 3.0)]
    worse, better = (choose_assistants(world, world.draw) for world in worlds)
    assert np.all(better[worse < 0] < 0)
    assert np.sum(better < 0) > np.sum(worse < 0)


def test_switching_wipes_own_experience() -> None:
    """What one knew of another assistant says nothing of the new one."""
    world = market(200, assistants=EVERYONE)
    world.humans.assistant, world.humans.satisfaction, world.humans.reference = 0, 0.5, 0.5
    shifts = adapt(world, world.draw)
    world.revise(shifts)
    assert 0 < np.sum(shifts.people.assistant == 0) < 200
    assert np.array_equal(np.isnan(world.humans.satisfaction), shifts.people.assistant != 0)
    assert np.array_equal(np.isnan(world.humans.reference), shifts.people.assistant != 0)


def test_without_labs_or_people_nobody_adopts() -> None:
    world, empty = world_of(), market(0)
    assert choose_assistants(world, world.draw).tolist() == [-1] * 12
    assert choose_assistants(empty, empty.draw).shape == (0,)
