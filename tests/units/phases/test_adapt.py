"""Adapt: all changes of a month come together, and every phase only proposes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.phases.adapt import adapt
from ecosystem.phases.ask import ask
from ecosystem.phases.earn import earn
from ecosystem.phases.gate import gate
from ecosystem.phases.link import link
from ecosystem.phases.produce import produce
from ecosystem.phases.read import read
from ecosystem.phases.scrape import scrape
from ecosystem.phases.train import train
from ecosystem.phases.vote import vote
from ecosystem.world.world import Pages, World
from tests.units.phases.worlds import lively


def steps(world: World) -> dict[str, Callable[[], object]]:
    """Each phase by name, on the state as it is; reads and votes are those of now."""
    draw = world.draw
    reads = read(world, draw)
    votes = vote(world, reads, draw)
    first = world.rows_of(world.clock.step - 1)
    pages = Pages(first.start, first.stop)
    asked, crawls, new = ask(world, draw), scrape(world, draw), produce(world, draw)
    return {
        "produce": lambda: produce(world, draw),
        "gate": lambda: gate(world, new, draw),
        "read": lambda: read(world, draw),
        "vote": lambda: vote(world, reads, draw),
        "link": lambda: link(world, reads, votes, pages, draw),
        "ask": lambda: ask(world, draw),
        "scrape": lambda: scrape(world, draw),
        "train": lambda: train(world, draw),
        "earn": lambda: earn(world, asked, crawls),
        "adapt": lambda: adapt(world, draw),
    }


def copied(world: World) -> dict[str, NDArray[Any]]:
    """All state of a world, in arrays of its own."""
    return {name: np.array(value) for name, value in world.dump().items()}


def same(one: dict[str, NDArray[Any]], other: dict[str, NDArray[Any]]) -> bool:
    """Whether two states are equal to the bit."""
    return one.keys() == other.keys() and all(
        np.array_equal(value, other[name], equal_nan=value.dtype.kind == "f") for name, value in one.items()
    )


PHASES = ["produce", "gate", "read", "vote", "link", "ask", "scrape", "train", "earn", "adapt"]


@pytest.fixture(scope="module")
def world() -> World:
    """One lively world for tests that leave it as it is."""
    return lively()


@pytest.mark.parametrize("phase", PHASES)
def test_phases_propose_and_never_write(world: World, phase: str) -> None:
    propose = steps(world)[phase]
    before = copied(world)
    propose()
    assert same(copied(world), before)


def test_all_phases_are_tried(world: World) -> None:
    assert sorted(steps(world)) == sorted(PHASES)


def test_in_a_lively_world_everybody_changes(world: World) -> None:
    shifts = adapt(world, world.draw)
    for proposed, table, columns in (
        (shifts.people, world.humans, ("motivation", "expectation", "assistant", "home", "met")),
        (shifts.publishers, world.publishers, ("volume", "revenue")),
    ):
        for column in columns:
            new, current = getattr(proposed, column), getattr(table, column)
            assert new.shape == current.shape
            assert not np.array_equal(new, current, equal_nan=True), column
    assert list(shifts.institutions.labs) == ["alpha"]
    assert list(shifts.institutions.curators) == ["feed"]
    assert np.all(shifts.people.liked >= 0)


def test_what_is_proposed_is_what_comes() -> None:
    world = lively()
    shifts = adapt(world, world.draw)
    world.revise(shifts)
    people, publishers = shifts.people, shifts.publishers
    assert np.array_equal(world.humans.motivation, people.motivation)
    assert np.array_equal(world.humans.assistant, people.assistant)
    assert np.array_equal(world.humans.home, people.home)
    assert np.array_equal(world.publishers.volume[:5], publishers.volume[:5])
    assert len(world.publishers) == len(publishers.volume) + len(publishers.entrants)
    assert np.array_equal(world.labs["alpha"].trial.levers, shifts.institutions.labs["alpha"].levers)


def test_the_same_month_is_proposed_twice_alike(world: World) -> None:
    one, other = adapt(world, world.draw), adapt(world, world.draw)
    for part in vars(one):
        for name, value in vars(getattr(one, part)).items():
            if isinstance(value, np.ndarray):
                found = getattr(getattr(other, part), name)
                assert np.array_equal(value, found, equal_nan=value.dtype.kind == "f"), name


@pytest.mark.parametrize("absent", ["curators", "labs", "publishers", "people"])
def test_worlds_live_without_some_of_their_kinds(absent: str) -> None:
    without: dict[str, Any] = (
        {"scale": {"humans": 0}} if absent == "people" else {absent: {} if absent == "publishers" else []}
    )
    world = lively(**without)
    assert world.clock.step == 6
    assert world.ledger.total() == 0
