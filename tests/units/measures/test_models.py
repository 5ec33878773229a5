"""Measures of labs' models, against sums idea by idea."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.core.ragged import Ragged
from ecosystem.measures.truth import TAIL, Tail
from ecosystem.strategies.learners.base import Model
from ecosystem.world.world import World
from tests.units.measures.conftest import Measured, WorldOf, give_model

OF_MODELS = (
    "accuracy", "benchmark", "tail_coverage", "effective_ideas", "tv", "kl", "style_variance", "confidence",
    "confidence_gap", "train_synthetic_share", "train_depth", "train_items",
)  # fmt: skip


BIG = {"styles": 2, "domains": [{"name": "big", "count": 2, "ideas": 3000, "novelty": 0.02}]}


def mass_in_tail(salience: list[float]) -> list[float]:
    """Mass of each idea within the least salient tenth; no two of equal salience."""
    left, out = TAIL * sum(salience), [0.0] * len(salience)
    for at in sorted(range(len(salience)), key=lambda i: salience[i]):
        out[at] = min(salience[at], left)
        left -= out[at]
    return out


def slices(world: World) -> list[slice]:
    return [slice(a, b) for a, b in itertools.pairwise(world.reality.space.offsets.tolist())]


def fitted(world: World) -> Model:
    model = world.labs["alpha"].fitted
    assert model is not None
    return model


@pytest.fixture
def world(world_of: WorldOf) -> World:
    """A world whose lab alpha has a model with something to say in both domains."""
    reality = {
        "styles": 2,
        "domains": [
            {"name": "code", "ideas": 6, "demand": 3.0, "novelty": 0.2},
            {"name": "news", "ideas": 9, "demand": 1.0, "zipf": 0.7},
        ],
    }
    world = world_of(reality=reality)
    accuracy = np.linspace(0.1, 0.9, world.reality.space.size)
    give_model(world, "alpha", [[5, 0, 2, 1], [1, 1, 0, 0, 3]], accuracy=accuracy)
    return world


def test_accuracy_is_the_chance_of_a_right_answer(world: World, measured: Measured) -> None:
    model, expected = fitted(world), 0.0
    for demand, part in zip((0.75, 0.25), slices(world), strict=True):
        for at in range(part.start, part.stop):
            expected += demand * world.reality.salience[at] * model.accuracy[at] * model.known[at]
    values = measured(world, "labs.accuracy")
    assert values == pytest.approx([expected, math.nan, math.nan], nan_ok=True)
    top = 0.75 * 5 / 8 + 0.25 * 3 / 5
    assert measured(world, "labs.confidence")[0] == pytest.approx(top)
    assert measured(world, "labs.confidence_gap")[0] == pytest.approx(top - expected)


def test_distances_and_diversity_are_means_by_demand(world: World, measured: Measured) -> None:
    model = fitted(world)
    tv, kl, effective = 0.0, 0.0, 0.0
    for demand, part in zip((0.75, 0.25), slices(world), strict=True):
        both = list(zip(model.probability[part].tolist(), world.reality.salience[part].tolist(), strict=True))
        tv += demand * sum(abs(p - q) for p, q in both) / 2
        kl += demand * sum(p * math.log(p / q) for p, q in both if p > 0)
        effective += demand * math.exp(-sum(p * math.log(p) for p, _ in both if p > 0))
    assert measured(world, "labs.tv")[0] == pytest.approx(tv)
    assert measured(world, "labs.kl")[0] == pytest.approx(kl)
    assert measured(world, "labs.effective_ideas")[0] == pytest.approx(effective)


def test_tail_coverage_counts_mass_in_the_least_salient_tenth(world: World, measured: Measured) -> None:
    model, expected = fitted(world), 0.0
    for demand, part in zip((0.75, 0.25), slices(world), strict=True):
        tail = mass_in_tail(world.reality.salience[part].tolist())
        expected += demand * sum(m for m, k in zip(tail, model.known[part], strict=True) if k) / TAIL
    assert measured(world, "labs.tail_coverage")[0] == pytest.approx(expected)


def test_a_model_that_knows_the_last_idea_alone_covers_its_mass(world_of: WorldOf, measured: Measured) -> None:
    # 20 ideas of equal salience: the tail takes a tenth of each, so 5 known ones cover a quarter.
    world = world_of(reality={"styles": 2, "domains": [{"name": "flat", "ideas": 20, "zipf": 0.0, "novelty": 0.0}]})
    give_model(world, "alpha", [[0.0] * 15 + [1.0] * 5])
    assert measured(world, "labs.tail_coverage")[0] == pytest.approx(0.25)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.0]), min_size=1, max_size=12), min_size=1, max_size=4))
def test_the_least_salient_mass_is_exact_and_fair(rows: list[list[float]]) -> None:
    space = Ragged.of_lengths(np.array([len(row) for row in rows]))
    salience = np.array([value for row in rows for value in row])
    tail = Tail.of(space.offsets[:-1], space.offsets[1:], salience, 0.3).mass(salience, space.row_of())
    assert np.allclose(space.totals(tail), 0.3 * space.totals(salience))
    assert np.all((tail >= 0) & (tail <= salience + 1e-12))
    for start, stop in itertools.pairwise(space.offsets):
        for a, b in itertools.combinations(range(start, stop), 2):
            if salience[a] == salience[b]:
                assert tail[a] == pytest.approx(tail[b])
            elif salience[a] < salience[b] and tail[b] > 1e-9:
                assert tail[a] == pytest.approx(salience[a])


def test_fresh_coverage_is_of_ideas_born_within_a_year(world_of: WorldOf, measured: Measured) -> None:
    world = world_of(months=24)
    give_model(world, "alpha", [[1.0] * 6, [1.0] * 9])
    assert math.isnan(measured(world, "labs.fresh_coverage")[0])
    for _ in range(14):
        world.clock.advance()
        world.open_month()
    space, born = world.reality.space, world.reality.born
    recent = [at for at in range(space.size) if 14 - 12 < born[at] <= 14]
    old = [at for at in range(space.size) if 0 <= born[at] <= 14 - 12]
    assert recent
    assert old
    demand = np.repeat(world.reality.demand, space.lengths)
    mass = {at: demand[at] * world.reality.salience[at] for at in recent}
    assert measured(world, "labs.fresh_coverage")[0] == 0.0
    known = np.zeros(space.size, dtype=np.bool_)
    known[[*recent[::2], *old]] = True
    give_model(world, "alpha", [[1.0] * 6, [1.0] * 9], known=known)
    expected = sum(mass[at] for at in recent[::2]) / sum(mass.values())
    assert measured(world, "labs.fresh_coverage")[0] == pytest.approx(expected)


def test_domains_without_ideas_are_left_out_of_what_is_undefined_there(world: World, measured: Measured) -> None:
    give_model(world, "beta", [[0.0], [2.0, 2.0]], weight=[0.0, 4.0], depth=[math.nan, 3.0])
    assert measured(world, "labs.effective_ideas")[1] == pytest.approx(2.0)
    assert measured(world, "labs.confidence")[1] == pytest.approx(0.5)
    assert measured(world, "labs.train_depth")[1] == 3.0
    # Not knowing a domain is an answer, and it is wrong: accuracy keeps its demand in the sum.
    salience = world.reality.salience[slices(world)[1]][:2].sum()
    assert measured(world, "labs.accuracy")[1] == pytest.approx(0.25 * salience * 0.5)


def test_a_model_without_any_ideas_has_no_distribution(world: World, measured: Measured) -> None:
    give_model(world, "beta", [[0.0], [0.0]], weight=[0.0, 0.0], depth=[math.nan, math.nan])
    for name in ("effective_ideas", "tv", "kl", "confidence", "style_variance", "train_depth"):
        assert math.isnan(measured(world, f"labs.{name}")[1]), name
    assert measured(world, "labs.accuracy")[1] == 0.0


def test_kl_is_infinite_once_what_the_model_tells_is_no_longer_true(world: World, measured: Measured) -> None:
    world.reality.salience[0] = 0.0
    assert measured(world, "labs.kl")[0] == math.inf


def test_a_domain_that_nobody_asks_for_does_not_count(world: World, measured: Measured) -> None:
    expected = world.reality.salience[slices(world)[1]][:2].sum()
    give_model(world, "alpha", [[1.0], [1.0, 1.0]])
    world.reality.salience[0] = 0.0  # an infinite divergence, but in the other domain
    world.reality.demand = np.array([0.0, 1.0])
    assert 0.0 < measured(world, "labs.kl")[0] < math.inf
    assert measured(world, "labs.accuracy")[0] == pytest.approx(0.5 * expected)


def test_style_variance_is_relative_to_people_and_as_written(world: World, measured: Measured) -> None:
    give_model(world, "alpha", [[1], [1]], covariance=[[[2, 0], [0, 4]], [[1, 5], [5, 1]]])
    give_model(world, "beta", [[1], [1]], covariance=[[[2, 0], [0, 4]], [[1, 5], [5, 1]]], weight=[0.0, 1.0])
    human = 2 * (1.0**2 + 0.5**2)
    # Temperature 0.5 for alpha, 0.8 by default for beta, which has seen nothing of the first domain.
    expected = [0.25 * (0.75 * 6 + 0.25 * 2) / human, 0.64 * 2 / human, math.nan]
    assert measured(world, "labs.style_variance") == pytest.approx(expected, nan_ok=True)


def test_style_variance_against_people_without_any_is_undefined(world_of: WorldOf, measured: Measured) -> None:
    world = world_of(humans={"between": 0.0, "within": 0.0})
    give_model(world, "alpha", [[1], [1]])
    assert math.isnan(measured(world, "labs.style_variance")[0])


def test_what_a_model_was_trained_on(world: World, measured: Measured) -> None:
    give_model(world, "alpha", [[1], [1]], depth=[1.0, 4.0], weight=[30.0, 10.0], synthetic_share=0.4)
    assert measured(world, "labs.train_depth")[0] == pytest.approx((30 + 40) / 40)
    assert measured(world, "labs.train_synthetic_share")[0] == pytest.approx(0.4)
    assert measured(world, "labs.train_items")[0] == 40.0
    assert measured(world, "labs.benchmark")[0] == 0.75
    assert measured(world, "labs.generation") == [2.0, 0.0, 0.0]


def test_ideas_still_to_come_change_no_bit(world_of: WorldOf, measured: Measured) -> None:
    figures = []
    for months in (2, 200):
        world = world_of(months=months, reality=BIG)
        space = world.reality.space
        place = np.arange(space.size) - space.offsets[space.row_of()]
        known = (place < 3000) & (place % 3 > 0)
        give_model(world, "alpha", [list(1.0 / np.arange(1, 3001))] * 2, accuracy=1 / np.sqrt(3 + place), known=known)
        figures.append([measured(world, f"labs.{name}")[0] for name in OF_MODELS])
    assert figures[0] == figures[1]


def test_labs_without_a_model_have_no_figures(world_of: WorldOf, measured: Measured) -> None:
    world = world_of()
    world.labs["beta"].benchmark, world.labs["beta"].trained_on = 0.9, 10.0  # as after a bankruptcy
    for name in (*OF_MODELS, "fresh_coverage"):
        assert all(math.isnan(value) for value in measured(world, f"labs.{name}")), name
