"""The webstep in the engine, in Mesa's objects and in numpy's arrays: the same statistics, and each right by itself."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.agreement import EXACT, TOLERANCE
from benchmarks.webstep import IDEAS, LINKS, WINDOW, Summarised, Summary, people, salience
from benchmarks.webstep_engine import EngineWeb
from benchmarks.webstep_mesa import Item, MesaWeb, inverse_poisson
from benchmarks.webstep_numpy import NumpyWeb, _alias

PROGRAMS: dict[str, Callable[[int, int, int], Summarised]] = {
    "engine": EngineWeb,
    "mesa": lambda humans, _, seed: MesaWeb(humans, seed),
    "numpy": NumpyWeb,
}


@functools.cache
def summaries(name: str, humans: int, months: int, seeds: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A row for each seed."""
    rows = []
    for seed in range(1, seeds + 1):
        web = PROGRAMS[name](humans, months, seed)
        for _ in range(months):
            web.step()
        rows.append(web.summary())
    return np.array(rows)


def apart(other: str, humans: int, months: int, seeds: int) -> dict[str, tuple[float, float]]:
    """How far means are from the engine's, relative to these, and in standard errors."""
    ours, theirs = (summaries(name, humans, months, seeds) for name in ("engine", other))
    differences = theirs.mean(axis=0) - ours.mean(axis=0)
    errors = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / seeds)
    relative, normalised = differences / ours.mean(axis=0), differences / errors
    return dict(zip(Summary._fields, zip(relative.tolist(), normalised.tolist(), strict=True), strict=True))


@pytest.mark.parametrize("other", ["mesa", "numpy"])
def test_programs_agree_in_every_mean(other: str) -> None:
    # 8 means beyond 4.5 standard errors (t with 60 degrees of freedom: 3e-5 each): a false alarm in 4,000 versions
    # of the programs. With 30 seeds 4.5 standard errors are 2 % of the votes of an item, 5 % of the items.
    found = apart(other, humans=1_000, months=10, seeds=30)
    assert {name: far for name, far in found.items() if abs(far[1]) > 4.5} == {}


@pytest.mark.slow
@pytest.mark.parametrize("other", ["mesa", "numpy"])
def test_programs_agree_within_the_tolerance(other: str) -> None:
    # At 50,000 people the means of 10 seeds have standard errors of 0.1 to 0.25 %, so that a difference of 1 %
    # between equals is four of them: a false alarm in 1,000 versions of the programs (7 means).
    found = apart(other, humans=50_000, months=20, seeds=10)
    assert {name: found[name] for name in EXACT if abs(found[name][0]) > TOLERANCE} == {}


# --- what is common -----------------------------------------------------------------------------------------


def test_people_are_those_of_the_engine() -> None:
    humans = 200_000
    activity, skill = people(humans, np.random.default_rng(1))
    ours = EngineWeb(humans, 1, seed=1).model.world.humans
    for theirs, mine in ((activity, ours.activity), (skill, ours.skill)):
        # Kolmogorov and Smirnov: 2.5 has a chance of 1e-5 between equals.
        points = np.sort(np.concatenate([theirs, mine]))
        shares = [np.searchsorted(np.sort(x), points, side="right") / humans for x in (theirs, mine)]
        assert np.abs(shares[0] - shares[1]).max() * np.sqrt(humans / 2) < 2.5
    assert activity.max() < 1.01
    assert abs(activity.mean() - 0.1) < 0.002  # 6 standard errors; the standard deviation is 0.13


def test_ideas_are_those_of_the_engine() -> None:
    ours = EngineWeb(100, 1, seed=1).model
    ours.step()
    np.testing.assert_allclose(ours.world.reality.salience, salience(), rtol=1e-12)


def test_poisson_numbers_are_quantiles() -> None:
    chances = [np.exp(-LINKS)]
    for number in range(1, 20):
        chances.append(chances[-1] * LINKS / number)
    edges = np.cumsum(chances)
    for number, edge in enumerate(edges):
        assert inverse_poisson(np.nextafter(edge, 0), LINKS, chances[0]) == number
        assert inverse_poisson(edge, LINKS, chances[0]) == number + 1
    assert inverse_poisson(np.nextafter(1.0, 0), 0.5, 0.0) == 0  # a chance that has vanished ends it


def test_alias_tables_keep_chances() -> None:
    chance = salience()
    threshold, alias = _alias(chance)
    assert threshold.min() >= 0
    told = threshold.copy()
    np.add.at(told, alias, 1 - threshold)
    np.testing.assert_allclose(told / IDEAS, chance, rtol=1e-9, atol=1e-15)


# --- numpy ---------------------------------------------------------------------------------------------------


def numpy_web(months: int = 8, room: int = 8) -> NumpyWeb:
    web = NumpyWeb(2_000, room, seed=3)
    for _ in range(months):
        web.step()
    return web


def test_columns_without_room_grow() -> None:
    roomy, tight = numpy_web(months=20, room=20), numpy_web(months=20, room=0)
    assert len(tight.idea) > 1000  # as many as there was room for
    assert tight.summary() == roomy.summary()


def test_links_of_arrays_lead_to_what_is_on_show() -> None:
    web, everything = NumpyWeb(2_000, 8, seed=3), []
    for month in range(8):
        web.step()
        everything.append(web.targets)
        assert np.all(web.sources != web.targets)
        assert web.sources.min() >= web.starts[month]
        assert web.sources.max() < web.items
        assert web.targets.min() >= web.starts[max(0, month - WINDOW + 1)]
        assert web.targets.max() < web.items
    assert np.array_equal(web.links[: web.items], np.bincount(np.concatenate(everything), minlength=web.items))


def test_votes_of_arrays_are_counted() -> None:
    web = numpy_web()
    assert web.votes[: web.items].sum() == web.voted
    assert [record[0] for record in web.records] == [*web.starts[1:], web.items]
    assert web.told.sum() == web.items


# --- Mesa ----------------------------------------------------------------------------------------------------


def mesa_web(months: int = 8) -> MesaWeb:
    web = MesaWeb(1_000, seed=3)
    for _ in range(months):
        web.step()
    return web


def test_links_of_objects_are_counted() -> None:
    web, counted = MesaWeb(1_000, seed=3), Counter[int]()
    for _ in range(8):
        web.step()
        assert len(web.sources) == len(web.targets)
        assert all(source is not target for source, target in zip(web.sources, web.targets, strict=True))
        counted.update(map(id, web.targets))
    items = [item for month in web.months for item in month]
    assert [item.links for item in items] == [counted[id(item)] for item in items]


def test_links_of_objects_go_first_to_what_was_liked() -> None:
    web = mesa_web(1)
    author = next(human for human in web.humans if human.wrote)
    item, liked = Item(author, 0, right=True), [Item(None, idea, right=True) for idea in range(3)]
    author.liked = [item, *liked]
    before = len(web.targets)
    while len(web.targets) < before + 400:
        start = len(web.targets)
        web._link(item)
        made = web.targets[start:]
        assert made[:3] == liked[: len(made)]


def test_there_is_a_ticket_for_each_item_and_each_vote() -> None:
    web = mesa_web()
    shown = [item for month in web.months[-WINDOW:] for item in month]
    web.tickets = []
    assert web._print_tickets() == sum(item.votes for item in shown)
    assert len(web.tickets) == sum(item.votes + 1 for item in shown)
    assert web.voted == sum(item.votes for month in web.months for item in month)


def test_months_are_collected() -> None:
    web = mesa_web()
    frame = web.datacollector.get_model_vars_dataframe()
    assert frame["items"].tolist() == np.cumsum([len(month) for month in web.months]).tolist()
    assert frame["votes"].iloc[-1] == web.voted / web.items
    assert frame["ideas"].iloc[-1] == np.count_nonzero(web.told)
