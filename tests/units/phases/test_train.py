"""Training: on its cadence a lab estimates its next model from what it holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.phases.scrape import scrape
from ecosystem.phases.train import benchmark, due, train
from ecosystem.strategies.learners.base import Model
from ecosystem.world.proposals import Training
from ecosystem.world.world import World
from tests.units.phases.worlds import model_of, next_month, proportional, publish, world_of


def school(*, data: dict[str, Any] | None = None, months: int = 40, seed: int = 3, **lab: Any) -> World:
    """A world with one lab that takes every page at once and smooths nothing."""
    learner = {"kind": "empirical", "prior": 0.0}
    entry = {"name": "alpha", "learner": learner, "data": {"settle": 0} | (data or {})} | lab
    return world_of(labs=[entry], months=months, seed=seed)


def taught(world: World, **items: Any) -> Training:
    """What comes of a month in which so many items were published and crawled."""
    publish(world, items.pop("count"), **items)
    world.collect(scrape(world, world.draw))
    training = train(world, world.draw)
    world.deploy(training)
    return training


def ideas_of(model: Model | None) -> NDArray[np.float64]:
    """The idea frequencies of a model in the first domain."""
    assert model is not None
    return model.probability[: model.space.offsets[1]]


# --- when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("launch", "cadence", "months"),
    [(None, 3, [0, 3, 6, 9]), ("2018-03", 2, [2, 4, 6, 8, 10]), ("2017-11", 6, [4, 10])],
)
def test_labs_train_at_launch_and_on_their_cadence(launch: str | None, cadence: int, months: list[int]) -> None:
    world = school(launch=launch, cadence=cadence)
    found = []
    for month in range(12):
        found += [month] if due(world.labs["alpha"], world) else []
        next_month(world)
    assert found == months


def test_closed_labs_do_not_train() -> None:
    world = school()
    world.labs["alpha"].active = False
    assert taught(world, count=5).models == {}


def test_without_documents_there_is_no_model_until_the_next_date() -> None:
    world = school(cadence=2)
    assert taught(world, count=0).models == {}
    next_month(world)
    assert taught(world, count=5).models == {}
    next_month(world)
    training = taught(world, count=5)
    assert training.documents == {"alpha": 10.0}
    assert world.labs["alpha"].generation == 1
    assert world.first_model == world.labs["alpha"].trained_at == 2


# --- from what ------------------------------------------------------------------------------------


def test_data_accumulate_with_full_retention() -> None:
    world = school(cadence=1, data={"retention": 1.0})
    for month in range(3):
        training = taught(world, count=4, idea=month)
        assert training.documents == {"alpha": 4.0 * (month + 1)}
        next_month(world)
    assert np.allclose(ideas_of(world.labs["alpha"].fitted)[:3], 1 / 3)


def test_data_are_replaced_without_retention() -> None:
    world = school(cadence=1, data={"retention": 0.0})
    for month in range(3):
        assert taught(world, count=4, idea=month).documents == {"alpha": 4.0}
        assert ideas_of(world.labs["alpha"].fitted)[month] == 1
        next_month(world)


def test_older_documents_count_for_their_retention() -> None:
    world = school(cadence=1, data={"retention": 0.5})
    for month in range(3):
        taught(world, count=8, idea=month)
        next_month(world)
    assert np.allclose(ideas_of(world.labs["alpha"].fitted)[:3], np.array([2, 4, 8]) / 14)


@pytest.mark.parametrize("retention", [1.0, 0.5])
def test_a_training_draws_its_budget_from_all_held_by_weight(retention: float) -> None:
    counts = np.zeros(2)
    for seed in range(60):
        world = school(cadence=1, seed=seed, data={"retention": retention, "sample_budget": 10})
        for month in range(2):
            training = taught(world, count=200, idea=month)
            assert training.documents == {"alpha": 10.0}
            next_month(world)
        counts += 10 * ideas_of(world.labs["alpha"].fitted)[:2]
    # Ten of four hundred without replacement: the weights hardly move while it is drawn.
    assert proportional(counts, [retention, 1.0])


@pytest.mark.parametrize(("window", "first"), [(1, 3), (2, 2), (4, 0)])
def test_a_window_holds_the_documents_of_the_last_months(window: int, first: int) -> None:
    world = school(cadence=1, data={"window": window})
    for month in range(4):
        training = taught(world, count=6, idea=month)
        next_month(world)
    assert training.documents == {"alpha": 6.0 * window}
    assert np.allclose(ideas_of(world.labs["alpha"].fitted)[first:4], 1 / window)


def test_a_window_counts_months_of_collection_not_of_publication() -> None:
    world = school(cadence=1, data={"window": 1, "settle": 2})
    for month in range(4):
        training = taught(world, count=6, idea=month)
        next_month(world)
    assert training.documents == {"alpha": 6.0}
    assert ideas_of(world.labs["alpha"].fitted)[1] == 1


def test_a_window_of_a_month_is_replacement_to_the_bit() -> None:
    styles = np.arange(40.0).reshape(20, 2) ** 0.5
    models = []
    for data in ({"window": 1}, {"retention": 0.0}):
        world = school(cadence=1, data=data)
        for month in range(3):
            taught(world, count=20, idea=np.arange(20) % (month + 2), style=styles + month, domain=np.arange(20) % 2)
            next_month(world)
        model = world.labs["alpha"].fitted
        assert model is not None
        models.append(model.dump())
    assert all(np.array_equal(models[0][name], models[1][name], equal_nan=True) for name in models[0])


def test_a_human_set_is_reused_beside_fresh_synthetic_documents() -> None:
    world = school(cadence=1, data={"retention": 0.0, "retention_human": 1.0})
    assert taught(world, count=5, idea=0, origin=0).documents == {"alpha": 5.0}
    for month in range(1, 4):
        next_month(world)
        assert taught(world, count=15, idea=month, origin=2).documents == {"alpha": 20.0}
        found = ideas_of(world.labs["alpha"].fitted)
        assert found[[0, month]].tolist() == [0.25, 0.75]


def test_a_human_set_outlasts_the_window_of_other_documents() -> None:
    world = school(cadence=1, data={"window": 1, "window_human": 3})
    assert taught(world, count=5, idea=0, origin=0).documents == {"alpha": 5.0}
    held = []
    for month in range(1, 4):
        next_month(world)
        held.append(taught(world, count=15, idea=month, origin=2).documents["alpha"])
    assert held == [20.0, 20.0, 15.0]


def test_a_training_draws_its_budget_in_every_domain() -> None:
    world = school(cadence=1, data={"sample_per_domain": 10})
    training = taught(world, count=60, idea=np.arange(60) % 5, domain=np.repeat([0, 1], [55, 5]))
    assert training.models["alpha"].weight.tolist() == [10.0, 5.0]
    assert training.documents == {"alpha": 15.0}


def test_a_training_with_replacement_draws_its_budget_even_from_less() -> None:
    world = school(cadence=1, data={"sample_per_domain": 50, "replacement": True})
    training = taught(world, count=20, idea=np.arange(20) % 5, domain=0)
    assert training.models["alpha"].weight.tolist() == [50.0, 0.0]


def test_the_budget_of_a_domain_grows_with_the_root_of_compute() -> None:
    world = school(cadence=12, compute_growth=4.0, data={"sample_per_domain": 20})
    for month in range(13):
        training = taught(world, count=100, idea=np.arange(100) % 8)
        if month == 0:
            assert training.documents == {"alpha": 20.0}
        next_month(world)
    assert training.documents == {"alpha": 40.0}


def test_budget_and_capacity_grow_with_the_root_of_compute() -> None:
    world = school(cadence=12, capacity=2, compute_growth=4.0, data={"sample_budget": 50})
    for month in range(13):
        training = taught(world, count=100, idea=np.arange(100) % 8)
        if month == 0:
            assert training.documents == {"alpha": 50.0}
            assert np.sum(training.models["alpha"].known) == 2
        next_month(world)
    assert training.documents == {"alpha": 100.0}
    assert np.sum(training.models["alpha"].known) == 4


def test_compute_that_is_bought_counts_as_what_has_grown() -> None:
    world = school(capacity=2, compute=4.0, data={"sample_budget": 50})
    training = taught(world, count=100, idea=np.arange(100) % 8)
    assert training.documents == {"alpha": 100.0}
    assert np.sum(training.models["alpha"].known) == 4


def test_a_model_holds_the_most_frequent_ideas_and_guesses_at_the_rest() -> None:
    world = school(capacity=2)
    taught(world, count=9, idea=[0, 1, 1, 1, 1, 2, 2, 2, 3])
    model = world.labs["alpha"].fitted
    assert model is not None
    assert np.flatnonzero(model.known).tolist() == [1, 2]
    assert np.allclose(ideas_of(model)[:4], [0, 4 / 7, 3 / 7, 0])
    assert np.allclose(model.accuracy[:4], [0.2, 1, 1, 0.2])


def test_documents_teach_correctness_style_depth_and_share() -> None:
    world = school()
    style = [[0.0, 1.0], [2.0, 1.0], [4.0, 4.0], [4.0, 4.0]]
    taught(world, count=4, idea=[0, 0, 1, 1], correct=[True, False, True, True], style=style,
           depth=[0.0, 1.0, 2.0, 3.0], share=[0.0, 0.5, 1.0, 1.0], domain=0)  # fmt: skip
    model = world.labs["alpha"].fitted
    assert model is not None
    assert model.accuracy[:2].tolist() == [0.5, 1.0]
    assert np.allclose(model.mean[0], [2.5, 2.5])
    assert np.allclose(model.covariance[0], np.cov(np.array(style).T, bias=True))
    assert model.depth[0] == 1.5
    assert np.isnan(model.depth[1])  # nothing was read about the second domain
    assert model.synthetic_share == 0.625
    assert model.weight.tolist() == [4.0, 0.0]


def test_each_lab_learns_from_its_own_corpus() -> None:
    labs = [{"name": name, "data": {"settle": 0, "sources": [host]}} for name, host in (("alpha", "a"), ("beta", "b"))]
    world = world_of(labs=labs, curators=[{"name": "a"}, {"name": "b"}])
    training = taught(world, count=2, idea=[4, 5], curator=[0, 1])
    assert ideas_of(training.models["alpha"])[4] == 1
    assert ideas_of(training.models["beta"])[5] == 1


# --- how it speaks, and how it is judged ----------------------------------------------------------


def shift(world: World, name: str) -> NDArray[np.float64]:
    """How far tuning moved a lab's model from the plain mean, which is 0."""
    model = world.labs[name].fitted
    assert model is not None
    assert np.allclose(model.mean, model.mean[0])  # the same in every domain
    moved: NDArray[np.float64] = model.mean[0]
    return moved


@pytest.mark.parametrize(("likeness", "cosine"), [(1.0, 1.0), (0.0, None), (0.7, None)])
def test_tuning_shifts_style_by_its_length_and_alike_for_like_labs(likeness: float, cosine: float | None) -> None:
    reality = {"styles": 64, "domains": [{"name": "code", "ideas": 8}, {"name": "news", "ideas": 5}]}
    labs = [{"name": n, "tuning": 2.0, "likeness": likeness, "data": {"settle": 0}} for n in ("alpha", "beta")]
    world = world_of(labs=labs, reality=reality)
    taught(world, count=8, domain=np.arange(8) % 2)
    one, other = shift(world, "alpha"), shift(world, "beta")
    found = float(one @ other / 4.0)
    assert np.allclose([np.linalg.norm(one), np.linalg.norm(other)], 2.0)
    # Two directions of 64 dimensions have a cosine of 0 with a standard deviation of 1/8.
    assert found == pytest.approx(likeness if cosine is None else cosine, abs=0.5 if cosine is None else 1e-9)


def test_in_one_dimension_tuning_goes_one_way_or_the_other() -> None:
    """Of two equal and opposite parts nothing would be left; what is common decides then."""
    reality = {"styles": 1, "domains": [{"name": "code", "ideas": 8}, {"name": "news", "ideas": 5}]}
    for seed in range(12):
        labs = [{"name": "alpha", "tuning": 2.0, "likeness": 0.5, "data": {"settle": 0}}]
        world = world_of(labs=labs, reality=reality, seed=seed)
        taught(world, count=8, domain=np.arange(8) % 2)
        assert abs(float(shift(world, "alpha")[0])) == 2.0


def test_raw_models_are_not_shifted() -> None:
    world = school()
    taught(world, count=4, domain=np.arange(4) % 2)
    assert shift(world, "alpha").tolist() == [0.0, 0.0]


def test_the_benchmark_asks_about_well_known_ideas_by_demand() -> None:
    world = world_of(observation={"benchmark_ideas": 2})
    world.reality.demand = np.array([0.75, 0.25])
    accuracy = np.zeros(13)
    accuracy[[0, 1, 2, 8, 9]] = [1.0, 0.5, 1.0, 0.4, 0.2]
    known = np.ones(13)
    assert benchmark(model_of(world, accuracy=accuracy, known=known), world) == pytest.approx(0.75 * 0.75 + 0.25 * 0.3)
    known[0] = 0
    assert benchmark(model_of(world, accuracy=accuracy, known=known), world) == pytest.approx(0.75 * 0.25 + 0.25 * 0.3)


def test_the_benchmark_does_not_notice_what_has_become_of_the_world() -> None:
    world = world_of(observation={"benchmark_ideas": 3})
    model = model_of(world, accuracy=np.linspace(0, 1, 13))
    before = benchmark(model, world)
    world.reality.salience = world.reality.salience[::-1].copy()
    assert benchmark(model, world) == before


def test_training_leaves_the_corpus_as_it_was() -> None:
    world = school()
    publish(world, 9, idea=np.arange(9) % 8)
    world.collect(scrape(world, world.draw))
    before = world.corpora[0].dump()
    train(world, world.draw)
    assert all(np.array_equal(value, before[name]) for name, value in world.corpora[0].dump().items())


def test_a_model_does_not_change_when_more_is_read() -> None:
    world = school(cadence=12)
    model = taught(world, count=5).models["alpha"]
    before = {name: value.copy() for name, value in model.dump().items()}
    next_month(world)
    taught(world, count=5, idea=3)
    assert all(np.array_equal(value, before[name], equal_nan=True) for name, value in model.dump().items())
