"""Fresh human documents against drift: the diversity of ideas settles where both balance."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from ecosystem.experiments.laws import observe, theory, wright_fisher
from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.cases import Case
from ecosystem.experiments.laws.finding import mean_and_error
from ecosystem.strategies.learners.base import Model

type FloatArray = NDArray[np.float64]

SETTLED = 5e-4
"""Share of its limit that expected diversity may be away from it to count as settled: a twentieth of 1 %,
the smallest tolerance."""

LOOKS = 5
"""Months between two looks at a sample's ideas, which change over tens of months."""

SIZES = 12
"""Sizes of samples, evenly spread on a logarithmic scale, that make a curve."""


@law("A10")
def diversity_inflow(trial: Trial) -> Found:
    """Diversity settles near H0 theta/(1 + theta), theta = 2Nm: the number of human documents alone matters."""
    found = list[tuple[float, float, float]]()
    for case in trial.cases:
        start = theory.heterozygosity(theory.human(case.domain))
        share = theory.mixed_diversity(case.documents, case.human_share)
        course = _expected(case, start)
        diversity = case.fits(observe.heterozygosity)
        settled = _settled(course, start * share)
        if settled == case.steps:
            yield trial.mean(case, "diversity H on its way", diversity[-1], course[-1], f"n = {case.steps}")
            continue
        values = diversity[settled:].mean(axis=0)
        yield trial.mean(case, "diversity H", values, start * share)
        theta = round(2 * case.documents * case.human_share, 6)
        if all(theta != other[0] for other in found):  # the others of the same theta would lie upon it
            yield trial.curve(case, "diversity H", diversity, course, log_x=True)
        found.append((theta, *mean_and_error(values / start)))
    thetas, shares, errors = np.array(sorted(found)).T
    grid = np.geomspace(thetas[0] / 2, thetas[-1] * 2, 50)
    yield trial.curve(
        trial.cases[0], "share of human diversity", shares, x=thetas, line=(grid, grid / (1 + grid)),
        standard_error=errors, label="all N and m", x_label="theta = 2 N m", log_x=True,
    )  # fmt: skip


@law("A11")
def new_ideas(trial: Trial) -> Found:
    """Where each human document is a new idea, two documents share one with chance near 1/(1 + theta)."""
    for case in trial.cases:
        sample = case.documents // 10
        sizes = np.unique(np.geomspace(1, sample, SIZES).round().astype(np.int64))
        samples = _Samples(case.documents, sizes)
        limit = theory.mixed_diversity(case.documents, case.human_share)
        # From this month back to the last change, a sample descends from some twenty documents: few enough
        # to be alike in the smaller web before.
        start = max(_settled(_expected(case, 1.0), limit), _last_change(case) + 2 * sample)
        diversity, ideas = case.fits(partial(_looked, samples=samples), start, LOOKS)
        yield trial.mean(case, "chance of the same idea", 1 - diversity.mean(axis=0), 1 - limit)
        ideas = ideas.mean(axis=0)
        expected = wright_fisher.ideas_in_sample(case.documents, case.human_share, sample)
        yield trial.mean(case, "ideas in a sample", ideas[-1], expected, f"k = {sample}")
        theta = 2 * case.documents * case.human_share
        ewens = np.cumsum(theta / (theta + np.arange(sample)))[sizes - 1]
        yield trial.limit(case, "Ewens's formula", ideas[-1], ewens[-1], f"k = {sample}")
        yield trial.curve(case, "ideas in a sample", ideas, ewens, x=sizes, x_label="documents k", log_x=True)


def _expected(case: Case, human: float) -> FloatArray:
    """Diversity H expected at each fit, shape (fits,).

    Args:
        case: N and m of every month are read from it.
        human: H0, chance that two human documents have different ideas.
    """
    months = [settings.quotas for settings in case.timeline]
    copied = np.array([(1 - month.human_share) ** 2 for month in months])
    return human * theory.mixed_course([month.documents for month in months], copied)


def _settled(course: FloatArray, limit: float) -> int:
    """First fit, counted from 0, from which on what is expected stays close to its limit."""
    away = np.flatnonzero(np.abs(course / limit - 1) > SETTLED)
    return int(away[-1]) + 1 if len(away) else 0


def _last_change(case: Case) -> int:
    """First month of the settings that are in force in the last one."""
    months = case.timeline
    return max((month for month in range(1, case.steps) if months[month] is not months[month - 1]), default=0)


def _looked(model: Model, samples: _Samples) -> tuple[FloatArray, FloatArray]:
    """Diversity H, shape (domains,), and ideas in samples, shape (sizes, domains)."""
    return observe.heterozygosity(model), samples(model)


class _Samples:
    """Expected number of ideas among documents drawn without replacement from the N of a generation."""

    def __init__(self, documents: int, sizes: NDArray[np.int64]) -> None:
        """Prepare the chance that an idea with each number of documents, 0 to N, is in samples of each size."""
        self._documents = documents
        others = documents - np.arange(documents + 1)
        without = np.zeros((len(sizes), documents + 1))
        for chance, size in zip(without, sizes, strict=True):
            some = others >= size
            ways = gammaln(others[some] + 1) - gammaln(others[some] - size + 1)
            chance[some] = np.exp(ways - gammaln(documents + 1) + gammaln(documents - size + 1))
        self._chance = 1 - without

    def __call__(self, model: Model) -> FloatArray:
        """The expected number of each domain, shape (sizes, domains)."""
        count = np.rint(model.probability[model.held] * self._documents).astype(np.int64)
        return np.stack([model.held_space.totals(chance[count]) for chance in self._chance])
