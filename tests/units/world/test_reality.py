"""Reality: how salient every idea is, against the formula told idea by idea, and births by themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.world.ideas import UNBORN
from ecosystem.world.reality import Reality
from ecosystem.world.settings.reality import RealityParameters

MONTHS = 8


def parameters(*domains: dict[str, Any]) -> RealityParameters:
    """Settings of reality with these domains, named a, b, ... in order; nothing is born unless they say so."""
    return RealityParameters.model_validate(
        {"styles": 1, "domains": [{"name": "abc"[at], "novelty": 0.0, **domain} for at, domain in enumerate(domains)]}
    )


def reality_of(now: RealityParameters, *, inventions: int = 0, horizon: int = MONTHS, seed: int = 3) -> Reality:
    """Reality under these settings for so many months."""
    novelty = np.array([domain.novelty for domain in now.domains])
    room = np.full(len(now.domains), inventions)
    return Reality(now, horizon, novelty, room, Streams(seed))


def told_slowly(reality: Reality, now: RealityParameters, step: int) -> tuple[list[float], list[float]]:
    """Salience of every idea and its running sums by the formula of the model, one idea after the other."""
    salience: list[float] = []
    running: list[float] = []
    for row, kind in enumerate(reality.kinds):
        domain = now.domains[kind]
        weights = []
        for at in range(int(reality.space.offsets[row]), int(reality.space.offsets[row + 1])):
            born, rank = int(reality.born[at]), int(reality.rank[at])
            if born == UNBORN:
                weights.append(0.0)
                continue
            stands = domain.salience[rank - 1] if domain.salience else float(np.power(float(rank), -domain.zipf))
            surge = domain.surge * float(np.exp2(-float(step - born) / domain.half_life))
            weights.append((1.0 if born < 0 else surge + domain.residual) * stands)
        total, sum_ = 0.0, 0.0
        for weight in weights:
            total += weight
        for weight in weights:
            salience.append(weight / total)
            sum_ += weight / total
            running.append(sum_)
    return salience, running


def is_as_told(reality: Reality, now: RealityParameters, step: int) -> bool:
    """Whether salience is that of the formula, to the bit."""
    return (reality.salience.tolist(), reality.running.tolist()) == told_slowly(reality, now, step)


NUMBERS: list[dict[str, Any]] = [{"ideas": 1}, {"ideas": 5}, {"salience": [0.0, 2.0, 0.5]}, {"salience": [3.0]}]
kinds = st.fixed_dictionaries(
    {"novelty": st.sampled_from([0.0, 0.2, 1.0])},
    optional={
        "count": st.integers(1, 3),
        "zipf": st.sampled_from([0.0, 1.0, 1.7]),
        "surge": st.sampled_from([0.0, 5.0]),
        "residual": st.sampled_from([0.0, 0.5]),
        "half_life": st.sampled_from([0.5, 6.0]),
    },
).flatmap(lambda rest: st.sampled_from(NUMBERS).map(lambda ideas: {**rest, **ideas}))
changes = st.fixed_dictionaries(
    {},
    optional={
        "zipf": st.sampled_from([0.3, 2.0]),
        "surge": st.sampled_from([0.0, 2.0]),
        "residual": st.sampled_from([0.0, 1.0]),
        "half_life": st.just(2.0),
    },
)


@settings(deadline=None)
@given(st.lists(kinds, min_size=1, max_size=3), st.lists(st.none() | changes, min_size=MONTHS, max_size=MONTHS))
def test_salience_is_that_of_the_formula_whatever_changes(
    domains: list[dict[str, Any]], months: list[dict[str, Any] | None]
) -> None:
    now = parameters(*domains)
    reality = reality_of(now, inventions=4)
    for step, change in enumerate(months):
        if change is not None:
            now = parameters(*({**domain, **change} for domain in domains))
        reality.move(now, step)
        assert is_as_told(reality, now, step)
        if step % 2:  # in one domain somebody invents something
            one = np.array([step % reality.domains])
            reality.invent(one, reality.unsaid(one), np.array([step], dtype=np.uint64), step)
            assert is_as_told(reality, now, step)


@given(st.lists(kinds, min_size=1, max_size=3), st.integers(0, MONTHS - 1))
@settings(deadline=None)
def test_what_was_dumped_goes_on_to_the_bit(domains: list[dict[str, Any]], after: int) -> None:
    now = parameters(*domains)
    whole, part, other = (reality_of(now, inventions=MONTHS) for _ in range(3))

    def live(reality: Reality, first: int, stop: int, room: int = 1) -> None:
        for step in range(first, stop):
            reality.move(now, step)
            domain = np.zeros(room, dtype=np.int64)
            reality.invent(domain, reality.unsaid(domain), np.arange(room, dtype=np.uint64) + step, step)

    live(whole, 0, MONTHS)
    live(part, 0, after)
    live(other, 0, 2, room=2)  # has a past of its own, which has to go
    state = part.dump()
    before = {name: np.array(value) for name, value in state.items()}
    other.load(state)
    for reality in (part, other):
        live(reality, after, MONTHS)
        for name in ("born", "rank", "taken", "salience", "running"):
            assert np.array_equal(getattr(reality, name), getattr(whole, name)), name
    assert all(np.array_equal(state[name], value) for name, value in before.items())


def test_a_longer_run_gives_the_same_ideas_the_same_numbers_and_salience() -> None:
    now = parameters({"ideas": 4, "novelty": 0.3}, {"ideas": 7, "novelty": 0.1, "count": 2})
    short, long = reality_of(now, inventions=6), reality_of(now, inventions=50, horizon=10 * MONTHS)
    for step in range(MONTHS):
        for reality in (short, long):
            reality.move(now, step)
            if step < 3:
                two = np.array([0, 2])
                reality.invent(two, reality.unsaid(two), np.array([step, 9 + step], dtype=np.uint64), step)
    for row, present in enumerate(short.taken):
        mine, theirs = (slice(one.space.offsets[row], one.space.offsets[row] + present) for one in (short, long))
        for name in ("born", "rank", "salience", "running"):
            assert np.array_equal(getattr(short, name)[mine], getattr(long, name)[theirs]), name


# --- births by themselves ---------------------------------------------------------------------------------


def test_ideas_are_born_at_their_rate_from_the_second_month_on() -> None:
    now = parameters({"ideas": 10, "novelty": 0.25})
    reality = reality_of(now)
    counts = []
    for step in range(MONTHS):
        reality.move(now, step)
        counts.append(int(reality.taken[0]) - 10)
    assert counts == [0, 2, 5, 7, 10, 12, 15, 17]
    assert np.bincount(reality.born[10:27], minlength=8).tolist() == [0, 2, 3, 2, 3, 2, 3, 2]
    assert ((reality.rank[:27] >= 1) & (reality.rank[:27] <= 10)).all()
    assert reality.rank[:10].tolist() == list(range(1, 11))


def test_inventions_leave_the_ranks_of_what_is_born_by_itself_alone() -> None:
    now = parameters({"ideas": 50, "novelty": 0.1})
    without, with_some = reality_of(now, inventions=40), reality_of(now, inventions=40)
    for step in range(MONTHS):
        without.move(now, step)
        with_some.move(now, step)
        five = np.zeros(5, dtype=np.int64)
        with_some.invent(five, with_some.unsaid(five), np.arange(5, dtype=np.uint64) + 5 * step, step)
    by_itself = [int(with_some.rank[at]) for at in _born_by_themselves(with_some, 5)]
    assert len(by_itself) == 35
    assert by_itself == without.rank[50 : without.taken[0]].tolist()


def _born_by_themselves(reality: Reality, inventions: int) -> list[int]:
    """Positions in the only domain of what was born by itself: in each month, before its inventions."""
    found: list[int] = []
    for step in range(MONTHS):
        here = np.flatnonzero(reality.born == step)
        found += here[: len(here) - inventions].tolist()
    return found


# --- explicit salience ------------------------------------------------------------------------------------


def test_listed_weights_take_the_place_of_zipfs_law() -> None:
    now = parameters({"salience": [1.0, 0.0, 3.0]}, {"ideas": 2, "zipf": 1.0, "count": 2})
    reality = reality_of(now)
    reality.move(now, 0)
    assert reality.salience.tolist() == [0.25, 0.0, 0.75, *[2 / 3, 1 / 3] * 2]
    ideas = reality.sample(np.zeros(4000, dtype=np.int64), np.arange(4000, dtype=np.uint64), Streams(1), "said")
    counts = np.bincount(ideas, minlength=3)
    assert counts[1] == 0
    # 4,000 draws: the standard error of a share of 1/4 is 27; 5 of them are rarer than one in a million.
    assert abs(counts[0] - 1000) < 5 * 27.4


def test_newborn_ideas_take_a_listed_weight() -> None:
    now = parameters({"salience": [4.0, 1.0], "novelty": 1.0, "surge": 0.0, "residual": 1.0})
    reality = reality_of(now)
    for step in range(MONTHS):
        reality.move(now, step)
    weight = reality.salience / reality.salience[1]
    assert set(np.round(weight, 12)) == {1.0, 4.0}
    assert np.array_equal(np.round(weight), np.where(reality.rank == 1, 4.0, 1.0))


def test_a_shock_may_list_other_weights_or_none() -> None:
    before, after, zipf = (parameters({"salience": list(w), "ideas": 2, "zipf": 0.0}) for w in ([3, 1], [1, 4], []))
    reality = reality_of(before)
    found = []
    for step, now in enumerate((before, before, after, zipf)):
        reality.move(now, step)
        found.append(reality.salience.tolist()[:2])
    assert found == [[0.75, 0.25], [0.75, 0.25], [0.2, 0.8], [0.5, 0.5]]


def test_the_best_known_ideas_are_those_most_salient_at_the_start() -> None:
    now = parameters({"salience": [1, 5, 0, 5, 2], "count": 2}, {"ideas": 3})
    reality = reality_of(now)
    reality.move(parameters({"salience": [9, 0, 9, 0, 9], "count": 2}, {"ideas": 3}), 0)
    assert reality.best_known(2).tolist() == [1, 3, 6, 8, 10, 11]
    assert reality.best_known(3).tolist() == [1, 3, 4, 6, 8, 9, 10, 11, 12]
    assert reality.best_known(100).tolist() == list(range(13))


def test_rewards_are_those_of_founding_ideas_in_every_copy() -> None:
    now = parameters({"ideas": 3, "rewards": [1.0, -2.0], "count": 2, "novelty": 0.2}, {"ideas": 2})
    reality = reality_of(now)
    reality.prepare(now)
    rows: list[NDArray[np.float64]] = np.split(reality.rewards, reality.space.offsets[1:-1])
    assert [row[:3].tolist() for row in rows] == [[1.0, -2.0, 0.0]] * 2 + [[0.0, 0.0]]
    assert not any(row[3:].any() for row in rows)


@pytest.mark.parametrize("novelty", [0.0, 0.01])
def test_nothing_is_computed_anew_while_nothing_changes(novelty: float) -> None:
    now = parameters({"ideas": 30, "novelty": novelty, "surge": 0.0, "residual": 0.0})
    reality = reality_of(now)
    reality.move(now, 0)
    reality.salience[:] = -1.0  # what nobody touches stays
    for step in range(1, MONTHS):
        reality.move(now, step)
    assert (reality.salience == -1.0).all()
