"""Exact laws on the engine itself: scenario files reduce it, domains are the replicates.

False alarms: each comparison allows 4 standard errors, 6e-5 for a normal mean; ten comparisons with
fixed seeds make 6e-4 once, at the time of choosing the seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario
from ecosystem.strategies.learners.base import Model

LAWS = Path(__file__).parents[2] / "scenarios" / "laws"


def generations(name: str, seed: int, observe: Callable[[Model], NDArray[np.float64]]) -> NDArray[np.float64]:
    """What is observed of each generation, shape (generations, ..., domains)."""
    scenario = Scenario.read(LAWS / f"{name}.toml")
    model = WebEcosystem(scenario, seed=seed)
    seen = []
    for _ in range(scenario.steps):
        model.step()
        fitted = model.labs["lab"].fitted
        assert fitted is not None
        seen.append(observe(fitted))
    return np.array(seen)


def check(values: NDArray[np.float64], expected: float, tolerance: float) -> None:
    """The mean over replicates lies within 4 standard errors and the relative tolerance."""
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - expected) < 4 * error, (values.mean(), expected, error)
    assert abs(values.mean() / expected - 1) < tolerance, (values.mean(), expected)


def heterozygosity(model: Model) -> NDArray[np.float64]:
    return 1 - model.space.totals(model.probability**2)


def zipf_heterozygosity(ideas: int, exponent: float) -> float:
    p = np.arange(1, ideas + 1) ** -exponent
    p /= p.sum()
    return float(1 - (p**2).sum())


@pytest.fixture(scope="module")
def gaussian() -> NDArray[np.float64]:
    """Variance and squared drift of style by generation, shape (50, 2, 5000)."""
    return generations("a01-gaussian-variance", 2, lambda m: np.array([m.covariance[:, 0, 0], m.mean[:, 0] ** 2]))


# The tolerances are those stated in the scenario file: the mean of s^2 is carried by rare runs for large n.
@pytest.mark.parametrize(("n", "tolerance"), [(1, 0.03), (10, 0.03), (50, 0.08)])
def test_a1_gaussian_variance_is_lost_to_drift(gaussian: NDArray[np.float64], n: int, tolerance: float) -> None:
    kept = (1 - 1 / 50) ** n
    check(gaussian[n - 1, 0], kept, tolerance)
    check(gaussian[n - 1, 1], 1 - kept, 0.08)


def test_a1_variance_and_drift_add_up_to_what_there_was(gaussian: NDArray[np.float64]) -> None:
    check(gaussian[:, :, :].sum(axis=1)[49], 1.0, 0.08)


@pytest.mark.slow
def test_a5_heterozygosity_decays_geometrically() -> None:
    values = generations("a05-heterozygosity", 1, heterozygosity)
    start = zipf_heterozygosity(1000, 1.2)
    for n, tolerance in ((1, 0.005), (10, 0.005), (100, 0.05), (200, 0.05)):
        check(values[n - 1], start * (1 - 1 / 200) ** n, tolerance)


def test_a5_at_a_tenth_of_the_length() -> None:
    # 400 replicates of 1,000 ideas: standard error of H at n = 10 is 0.0015, a third of the tolerance.
    scenario = Scenario.read(LAWS / "a05-heterozygosity.toml").replace({"steps": 10})
    model = WebEcosystem(scenario, seed=3)
    start = zipf_heterozygosity(1000, 1.2)
    for n in range(1, 11):
        model.step()
        fitted = model.labs["lab"].fitted
        assert fitted is not None
        check(heterozygosity(fitted), start * (1 - 1 / 200) ** n, 0.005)
        # E[p_i] = p_i: the mean frequency of the most salient idea stays where it was.
        first = fitted.probability[fitted.space.offsets[:-1]]
        p = np.arange(1, 1001) ** -1.2
        check(first, float(p[0] / p.sum()), 0.05)


def test_a16_accumulation_keeps_what_replacement_loses() -> None:
    values = generations("a16-accumulation", 3, lambda m: np.array([m.covariance[:, 0, 0], heterozygosity(m)]))
    kept = np.cumprod(1 - 1 / (10 * np.arange(1, 101) ** 2))
    start = zipf_heterozygosity(50, 1.0)
    for n in (1, 2, 10, 100):
        check(values[n - 1, 0], float(kept[n - 1]), 0.015)
        check(values[n - 1, 1], start * float(kept[n - 1]), 0.005)
    x = np.pi / np.sqrt(10)
    assert kept[-1] == pytest.approx(np.sin(x) / x, rel=0.002)
