"""How people's items differ from their own voice."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ecosystem.phases.produce import produce
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.world import World
from tests.units.phases.worlds import keys, lively, near, world_of

MANY = 4000
ROUNDING = 1e-5
"""Voices and styles are kept as float32, with seven digits."""


def people(noise: str, within: float = 0.5) -> World:
    """A world of people whose items differ in that manner."""
    return world_of(humans={"network": "none", "noise": noise, "within": within, "activity": 20.0})


def apart(world: World, count: int = MANY) -> NDArray[np.float64]:
    """How far texts lie from their authors' voices, shape (texts, styles)."""
    rows = np.arange(count) % len(world.humans)
    style = world.humans.spoken(rows, "test", keys(count), world.settings.humans, world.draw)
    return np.asarray(style - world.humans.voice[rows], np.float64)


@pytest.mark.parametrize("noise", ["normal", "uniform"])
def test_within_is_the_standard_deviation_of_either(noise: str) -> None:
    found = apart(people(noise))
    for column in (found[:, 0], found[:, 1]):
        assert near(float(column.sum()), 0.0, 0.25 * MANY)
        # The variance of a square is 2 variance^2 for a normal and less for a uniform.
        assert near(float((column**2).sum()), 0.25 * MANY, 2 * 0.25**2 * MANY)
    # Independent dimensions: 5 standard errors of a correlation.
    assert abs(float((found[:, 0] * found[:, 1]).mean())) / 0.25 < 5 / np.sqrt(MANY)


def test_uniform_noise_is_uniform_and_normal_noise_is_not() -> None:
    edge = 0.5 * np.sqrt(3)
    uniform, normal = apart(people("uniform")).ravel(), apart(people("normal")).ravel()
    assert np.abs(uniform).max() <= edge + ROUNDING
    assert stats.kstest(uniform, stats.uniform(-edge, 2 * edge).cdf).pvalue > 1e-6
    assert stats.kstest(normal, stats.norm(0, 0.5).cdf).pvalue > 1e-6
    assert np.abs(normal).max() > 2 * edge


def test_each_text_keeps_its_quantile() -> None:
    uniform, normal = apart(people("uniform")), apart(people("normal"))
    assert np.allclose(stats.norm.cdf(normal / 0.5), uniform / np.sqrt(3) + 0.5, atol=ROUNDING)


def test_people_write_with_that_noise() -> None:
    world = people("uniform")
    written = produce(world, world.draw)
    alone = written.origin == Origin.HUMAN
    assert alone.sum() > 100
    style = written.style[alone] - world.humans.voice[written.author[alone]]
    assert np.abs(style).max() <= 0.5 * np.sqrt(3) + ROUNDING
    assert np.abs(style).max() > 0.8


def test_logged_questions_have_that_noise() -> None:
    assistants = {"innovation": 1.0, "outside": -5.0}
    world = lively(
        humans={"network": "none", "noise": "uniform", "assistants": assistants},
        labs=[{"name": "alpha", "cadence": 1, "data": {"log_share": 0.5}}],
    )
    items = world.content
    logged = (items.curator == PRIVATE) & (items.origin == Origin.HUMAN)
    assert logged.sum() > 100
    style = items.style[logged] - world.humans.voice[items.author[logged]]
    assert np.abs(style).max() <= 0.5 * np.sqrt(3) + ROUNDING
    assert np.abs(style).max() > 0.8
