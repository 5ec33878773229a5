"""Designs: points of the unit cube, laid out so that few runs tell much.

Latin hypercubes are from scipy.stats.qmc, the designs of Sobol (in the form of Saltelli) and of Morris from SALib. Both
draw from numpy, but only where the points lie; no run draws from there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import name_key
from ecosystem.experiments.study.distributions import Choice
from ecosystem.experiments.study.factors import Factor
from ecosystem.experiments.study.schema import StudyFile

__all__ = ["problem", "states", "unit_points"]

type Numbers = NDArray[np.float64]

_SEEDS = 2**32  # SALib hands its seed to numpy's legacy generator, which takes 32 bits


def problem(number: int) -> dict[str, Any]:
    """SALib's description of a unit cube of so many dimensions."""
    return {"num_vars": number, "names": [f"x{i}" for i in range(number)], "bounds": [[0.0, 1.0]] * number}


def states(settings: StudyFile, factors: Sequence[Factor]) -> int:
    """How many points the design has, without laying it out."""
    number = len(factors)
    if settings.design == "factorial":
        return int(np.prod([_count(factor, settings.levels) for factor in factors], dtype=np.float64)) if number else 1
    if settings.design == "sweep":
        return 2
    if not number:
        return 1
    if settings.design == "sobol":
        return settings.samples * ((2 * number if settings.second_order else number) + 2)
    return settings.samples * (number + 1 if settings.design == "morris" else 1)


def unit_points(settings: StudyFile, factors: Sequence[Factor]) -> Numbers:
    """The design in the unit cube, (points, factors)."""
    if not factors:
        return np.zeros((1, 0))
    found = _DESIGNS[settings.design](settings, factors)
    return np.ascontiguousarray(found, dtype=np.float64)


def _count(factor: Factor, levels: int) -> int:
    return len(factor.distribution.values) if isinstance(factor.distribution, Choice) else levels


def _seed(settings: StudyFile) -> int:
    """A seed of 32 bits that is never 0, which SALib takes for none."""
    return int(name_key("design", settings.seed)) % _SEEDS | 1


def _factorial(settings: StudyFile, factors: Sequence[Factor]) -> Numbers:
    axes = []
    for factor in factors:
        count = _count(factor, settings.levels)
        choice = isinstance(factor.distribution, Choice)
        axes.append((np.arange(count) + 0.5) / count if choice else np.linspace(0.0, 1.0, count))
    return np.array(list(itertools.product(*axes)))


def _latin_hypercube(settings: StudyFile, factors: Sequence[Factor]) -> Numbers:
    from scipy.stats import qmc  # noqa: PLC0415 - slow to import

    # It swaps values between points, so that they fill the cube more evenly; of one there is nothing to swap.
    spread: Literal["random-cd"] | None = "random-cd" if settings.samples > 1 and len(factors) > 1 else None
    sampler = qmc.LatinHypercube(len(factors), optimization=spread, rng=_seed(settings))
    return np.asarray(sampler.random(settings.samples))


def _sobol(settings: StudyFile, factors: Sequence[Factor]) -> Numbers:
    from SALib.sample import sobol  # noqa: PLC0415 - slow to import

    found = sobol.sample(
        problem(len(factors)), settings.samples, calc_second_order=settings.second_order, seed=_seed(settings)
    )
    return np.asarray(found)


def _morris(settings: StudyFile, factors: Sequence[Factor]) -> Numbers:
    from SALib.sample import morris  # noqa: PLC0415 - slow to import

    found = morris.sample(problem(len(factors)), settings.samples, num_levels=settings.levels, seed=_seed(settings))
    return np.asarray(found)


_DESIGNS: dict[str, Callable[[StudyFile, Sequence[Factor]], Numbers]] = {
    "factorial": _factorial,
    "latin_hypercube": _latin_hypercube,
    "sobol": _sobol,
    "morris": _morris,
}
