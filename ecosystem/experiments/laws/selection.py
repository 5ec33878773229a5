"""Selection: what a model writes, or a lab keeps, is not a fair sample of what was learnt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from ecosystem.experiments.laws import observe, theory, wright_fisher
from ecosystem.experiments.laws.base import Found, Trial, law

type FloatArray = NDArray[np.float64]


@law("A29")
def biased_sampling(trial: Trial) -> Found:
    """Sampling at T shrinks variance by lambda = T^2 a generation: E[s_n^2] = s0^2 lambda^(n-1) (1 - 1/N)^n."""
    for case in trial.cases:
        shrink = case.settings.publishers.groups[0].temperature ** 2
        if case.human_share > 0:
            kept, _ = theory.mixed_gaussian(case.documents, case.human_share, shrink)
            variance = case.fits(observe.variance)
            settled = variance[case.steps // 3 :].mean(axis=0)
            yield trial.mean(case, "variance", settled, case.style_variance * kept)
            yield trial.curve(case, "variance", variance, case.style_variance * kept)
            continue
        fits = np.arange(1, case.steps + 1)
        expected = case.style_variance * shrink ** (fits - 1) * theory.drifted(case.documents, fits)
        variance = case.fits(observe.variance)
        yield trial.mean(case, "variance", variance[-1], expected[-1], f"n = {case.steps}")
        yield trial.curve(case, "variance", variance, expected, log_y=True)


@law("A28")
def symmetry(trial: Trial) -> Found:
    """Two like ideas stay equally common while (1-m)/T < 1; above, sampling at T makes one of them win."""
    for case in trial.cases:
        temperature = case.settings.publishers.groups[0].temperature
        count = np.arange(case.documents + 1)
        major = np.maximum(count, case.documents - count) / case.documents
        chance = _sharpened(count / case.documents, temperature, case.human_share)
        human = wright_fisher.binomial(case.documents, 0.5)[0]
        expected = wright_fisher.distributions(human, chance, case.steps) @ major
        share = case.fits(lambda model: observe.frequencies(model).max(axis=1))
        limit = _major_share(temperature, case.human_share)
        yield trial.mean(case, "share of the major idea", share[-1], expected[-1], f"n = {case.steps}")
        yield trial.limit(case, "law of many documents", share[-1], limit)
        yield trial.curve(case, "share of the major idea", share, expected)


def _sharpened[T: (float, FloatArray)](share: T, temperature: float, human: float) -> T:
    """Chance of one of two ideas in the next generation: human, or sampled in proportion to p^(1/T)."""
    one, other = share ** (1 / temperature), (1 - share) ** (1 / temperature)
    return human / 2 + (1 - human) * one / (one + other)


def _major_share(temperature: float, human: float) -> float:
    """Share of the major of two ideas at which sampling and people balance, in the limit of many documents.

    One half is always such a share. It is left for another where the slope (1-m)/T of the map exceeds 1.
    """
    if 1 - human <= temperature:
        return 0.5
    above = 0.5 + 1e-6  # assumption: nothing settles closer to one half, unless (1-m)/T is within 1e-11 of 1
    found: float = brentq(lambda share: _sharpened(share, temperature, human) - share, above, 1.0)
    return found


@law("A30")
def verified_loop(trial: Trial) -> Found:
    """Accuracy settles at 1 - (e/(1-e)) / (phi/psi - 1), or goes to 0 where phi/psi <= 1/(1-e)."""
    for case in trial.cases:
        data, slip = case.lab.data, case.lab.slip
        ratio = data.verifier_true_positive / data.verifier_false_positive
        expected = np.ones(case.steps)
        for fit in range(1, case.steps):
            right = expected[fit - 1] * (1 - slip)
            expected[fit] = right * ratio / (right * ratio + 1 - right)
        limit = max(0.0, 1 - slip / (1 - slip) / (ratio - 1))
        accuracy = case.fits(lambda model: model.space.totals(model.probability * model.accuracy))
        # Close to 0 few replicates have any right document left, too few for a mean.
        for n in (2, case.steps // 5, *((case.steps,) if limit > 0 else ())):
            yield trial.mean(case, "accuracy", accuracy[n - 1], expected[n - 1], f"n = {n}")
        yield trial.limit(case, "accuracy after many months", accuracy[-1], limit)
        yield trial.curve(case, "accuracy", accuracy, expected, log_x=True)
