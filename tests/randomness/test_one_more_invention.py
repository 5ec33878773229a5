"""Two worlds, one difference: one more person who invents moves numbers in its domain, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.model import WebEcosystem
from ecosystem.world.content import Items, Origin
from ecosystem.world.world import World
from tests.randomness.identity import changes, only, portrait
from tests.randomness.worlds import differing, document, run, web

MONTHS = 8


def inventive(humans: int) -> dict[str, Any]:
    """The busy web without reading and links, in which two of five items are inventions.

    What is invented nobody hits upon by himself: salience stays as it is.
    """
    content = document(scale={"humans": humans})
    content["humans"] |= {"attention": 0, "invention": 0.4, "network": "none"}
    content["links"] |= {"per_item": 0.0}
    content["labs"], content["publishers"], content["policies"], content["shocks"] = [], {}, [], []
    for domain in content["reality"]["domains"]:
        domain |= {"inventions": 4000, "surge": 0.0, "residual": 0.0}
    return content


def in_others(world: World, people: int) -> NDArray[np.int64]:
    """Rows of the items by the first so many people."""
    return np.flatnonzero(world.content.author < people)


def invented(world: World, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of these items say an idea that came up during the run."""
    items, reality = world.content, world.reality
    found: NDArray[np.bool_] = reality.born[reality.space.flat(items.domain[rows], items.idea[rows])] >= 0
    return found


def test_in_the_first_month_one_more_person_changes_no_ones_inventions() -> None:
    without, with_one = (run(web(inventive(humans)), 1).world for humans in (300, 301))
    mine, theirs = in_others(without, 300), in_others(with_one, 300)
    assert invented(without, mine).sum() > 20
    for name in Items.schema():
        assert getattr(without.content, name)[mine].tobytes() == getattr(with_one.content, name)[theirs].tobytes(), name


def ranks(world: World, rows: NDArray[np.int64]) -> NDArray[np.int32]:
    """Rank of the idea of each of these items."""
    items, reality = world.content, world.reality
    return reality.rank[reality.space.flat(items.domain[rows], items.idea[rows])]


@pytest.mark.parametrize("novelty", [0.0, 0.1])
def test_later_it_shifts_numbers_in_its_own_domain_in_their_order(novelty: float) -> None:
    contents = [inventive(humans) for humans in (300, 301)]
    for content in contents:
        for domain in content["reality"]["domains"]:
            domain["novelty"] = novelty
    models = [web(content) for content in contents]
    models[1].humans[-1].activity = 8.0
    without, with_one = (run(model, MONTHS).world for model in models)
    own = int(with_one.humans.domain[-1])
    mine, theirs = in_others(without, 300), in_others(with_one, 300)
    for name in set(Items.schema()) - {"idea"}:
        assert getattr(without.content, name)[mine].tobytes() == getattr(with_one.content, name)[theirs].tobytes(), name
    domain, old, new = without.content.domain[mine], without.content.idea[mine], with_one.content.idea[theirs]
    fresh = invented(without, mine)
    assert np.array_equal(fresh, invented(with_one, theirs))
    assert np.array_equal(old[~fresh | (domain != own)], new[~fresh | (domain != own)])
    shifted = fresh & (domain == own)
    assert (new[shifted] >= old[shifted]).all()
    assert (new[shifted] > old[shifted]).mean() > 0.5
    assert np.array_equal(np.argsort(old[shifted], kind="stable"), np.argsort(new[shifted], kind="stable"))
    # What became of each is the same whatever its number is.
    assert np.array_equal(ranks(without, mine), ranks(with_one, theirs))


def lively() -> dict[str, Any]:
    """The busy web in which people also invent, and others hit upon what they invented."""
    content = document()
    content["humans"] |= {"invention": 0.1}
    for domain in content["reality"]["domains"]:
        domain["inventions"] = 2000
    return content


@pytest.mark.parametrize("months", [1, 9])
def test_an_inventive_run_goes_on_from_a_dump(months: int) -> None:
    whole = run(web(lively()))
    assert (whole.world.content.origin[invented(whole.world, np.arange(len(whole.world.content)))] < 2).any()
    state = run(web(lively()), months).dump()
    other = web(lively())
    other.load(state)
    assert differing(other.dump(), state) == []
    assert differing(run(other, 24 - months).dump(), whole.dump()) == []


def test_a_longer_run_begins_alike() -> None:
    short, long = lively(), lively()
    short["steps"], long["steps"] = MONTHS, 24
    short["shocks"] = long["shocks"] = []
    one, other = run(web(short), MONTHS), run(web(long), MONTHS)
    found = changes(one, other)
    assert found == {}
    assert only(portrait(one)["items"], portrait(other)["items"]).size == 0


def test_a_chance_of_zero_and_unused_room_change_no_bit() -> None:
    plain, roomy = document(), document()
    for domain in roomy["reality"]["domains"]:
        domain["inventions"] = 50
    roomy["humans"]["invention"] = 0.0
    one, other = run(web(plain), MONTHS), run(web(roomy), MONTHS)
    assert changes(one, other) == {}


def test_people_repeat_what_others_invented_and_models_learn_it() -> None:
    content = lively()
    for domain in content["reality"]["domains"]:
        domain["novelty"] = 0.0
    content["shocks"] = []
    model: WebEcosystem = run(web(content))
    world = model.world
    new = invented(world, np.arange(len(world.content)))
    items = world.content
    assert (new & (items.source >= 0) & (items.origin != Origin.SYNTHETIC)).any()
    assert (new & (items.origin == Origin.SYNTHETIC)).any()
    # The first item that says an idea is of the month in which the idea was born.
    flat, first = np.unique(world.reality.space.flat(items.domain[new], items.idea[new]), return_index=True)
    assert np.array_equal(items.step[np.flatnonzero(new)[first]], world.reality.born[flat])
