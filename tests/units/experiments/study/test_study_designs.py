"""Designs and distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ecosystem.experiments.study.design import states, unit_points
from ecosystem.experiments.study.distributions import (
    Choice,
    Distribution,
    LogUniform,
    Normal,
    Triangular,
    TruncatedNormal,
    Uniform,
)
from ecosystem.experiments.study.factors import Factor
from ecosystem.experiments.study.schema import OutcomeTable, StudyFile

PLACE = ("study.toml", 1)
THREE = [Factor(name, Uniform(low=0.0, high=1.0), PLACE) for name in "abc"]


def settings(**changes: object) -> StudyFile:
    table = OutcomeTable(metric="labs.accuracy")
    return StudyFile.model_validate({"name": "x", "scenario": "web", "outcomes": [table.model_dump()], **changes})


@pytest.mark.parametrize("design", ["factorial", "latin_hypercube", "sobol", "morris"])
def test_designs_have_the_points_they_say(design: str) -> None:
    of = settings(design=design, samples=8)
    found = unit_points(of, THREE)
    assert found.shape == (states(of, THREE), 3)
    assert found.min() >= 0
    assert found.max() <= 1
    assert np.array_equal(found, unit_points(of, THREE))  # the same again


def test_counts_of_the_designs() -> None:
    assert states(settings(design="factorial", levels=3), THREE) == 27
    assert states(settings(design="sobol", samples=8), THREE) == 8 * 5
    assert states(settings(design="sobol", samples=8, second_order=True), THREE) == 8 * 8
    assert states(settings(design="morris", samples=5), THREE) == 5 * 4


def test_another_seed_lays_out_other_points() -> None:
    for design in ("latin_hypercube", "sobol", "morris"):
        one, other = (unit_points(settings(design=design, samples=8, seed=seed), THREE) for seed in (0, 1))
        assert not np.array_equal(one, other)


def test_a_latin_hypercube_has_one_point_in_every_row() -> None:
    found = unit_points(settings(samples=10), THREE)
    assert all(sorted((column * 10).astype(int)) == list(range(10)) for column in found.T)


def test_factorial_takes_both_ends_and_all_choices() -> None:
    choice = Factor("d", Choice(values=("x", "y", "z")), PLACE)
    found = unit_points(settings(design="factorial", levels=3), [THREE[0], choice])
    values = {(a, b) for a, b in zip(THREE[0].value(found[:, 0]), choice.value(found[:, 1]), strict=True)}
    assert values == {(a, b) for a in (0.0, 0.5, 1.0) for b in "xyz"}


CURVES: list[tuple[Distribution, stats.distributions.rv_frozen]] = [
    (Uniform(low=2.0, high=4.0), stats.uniform(2, 2)),
    (LogUniform(low=1.0, high=100.0), stats.loguniform(1, 100)),
    (Triangular(low=0.0, mode=1.0, high=4.0), stats.triang(0.25, 0, 4)),
    (Normal(mean=3.0, sd=2.0), stats.norm(3, 2)),
    (TruncatedNormal(mean=0.0, sd=1.0, low=-1.0, high=2.0), stats.truncnorm(-1, 2)),
]


@pytest.mark.parametrize(("distribution", "known"), CURVES)
def test_distributions_are_inverted(distribution: Distribution, known: stats.distributions.rv_frozen) -> None:
    u = np.linspace(0.01, 0.99, 50)
    assert np.allclose(known.cdf(distribution.value(u)), u, atol=1e-12)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_values_rise_with_u_and_stay_in_the_range(u: list[float]) -> None:
    for distribution, _ in CURVES:
        values = distribution.value(np.sort(np.array(u)))
        assert values == sorted(values)
        assert isinstance(distribution, Normal) or all(
            distribution.ends[0] <= value <= distribution.ends[1] for value in values
        )


def test_whole_numbers_are_rounded() -> None:
    factor = Factor("n", Uniform(low=1.0, high=5.0), PLACE, whole=True)
    assert factor.value(np.array([0.0, 0.4, 1.0])) == [1, 3, 5]
    assert all(isinstance(value, int) for value in factor.value(np.array([0.2])))
