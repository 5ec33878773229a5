"""Zipf tails: how many ideas a corpus covers, and what is missing from it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from ecosystem.experiments.laws import observe, theory, wright_fisher
from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.cases import Case
from ecosystem.strategies.learners.base import Model

type FloatArray = NDArray[np.float64]


@law("A22")
def coverage(trial: Trial) -> Found:
    """N draws from a Zipf law of exponent b cover about Gamma(1-1/b) (cN)^(1/b) ideas and miss a mass ~ N^-(1-1/b)."""
    for case in trial.cases:
        ideas, missed = case.fits(partial(_covered, human=theory.human(case.domain)))
        documents = _grown(case)
        law = [theory.zipf_coverage(number, case.domain.ideas, case.domain.zipf) for number in documents]
        covered, unseen = np.array(law).T
        if documents[0] == documents[-1]:
            yield trial.mean(case, "ideas covered", ideas.ravel(), covered[0])
            yield trial.mean(case, "mass not covered", missed.ravel(), unseen[0])
            continue
        places: dict[str, Any] = {"x": documents, "label": "", "x_label": "documents N", "log_x": True, "log_y": True}
        yield trial.curve(
            case, "ideas covered, share of all", ideas / case.domain.ideas, covered / case.domain.ideas, **places
        )
        yield trial.curve(case, "mass not covered", missed, unseen, **places)


@law("A23")
def forgotten_mass(trial: Trial) -> Found:
    """After n fits a human mass sum p exp(-N p s_n) is forgotten, as if only N s_n documents had been written."""
    case = trial.case()
    human = theory.human(case.domain)
    first = case.documents * human
    missed = case.fits(lambda model: _missed(model, human))
    expected = np.array([human @ (1 - theory.alive(first, n)) for n in range(1, case.steps + 1)])
    for n in (1, 5, 20, case.steps):
        yield trial.mean(case, "mass forgotten", missed[n - 1], expected[n - 1], f"n = {n}")
    yield trial.curve(case, "mass forgotten", missed, expected, log_x=True, log_y=True)


@law("A32")
def sample_entropy(trial: Trial) -> Found:
    """The entropy of N documents on K ideas falls short of the true one by about (K - 1)/(2N)."""
    for case in trial.cases:
        entropy = case.fits(lambda model: model.space.entropies(model.probability))
        human, documents = theory.human(case.domain), _grown(case)
        exact = np.array([_sample_entropy(number, human) for number in documents])
        first_order = -xlogy(human, human).sum() - (case.domain.ideas - 1) / (2 * np.array(documents))
        if case.steps == 1:
            yield trial.mean(case, "entropy", entropy[0], exact[0])
            yield trial.limit(case, "first order", entropy[0], first_order[0])
            continue
        places: dict[str, Any] = {"x": documents, "x_label": "documents N", "log_x": True}
        yield trial.curve(case, "entropy", entropy, exact, label="exact", **places)
        yield trial.curve(case, "entropy", np.full(case.steps, np.nan), first_order, label="first order", **places)


def _grown(case: Case) -> list[int]:
    """Documents written in a domain in each month."""
    return [now.quotas.grown(now.quotas.documents, month) for month, now in enumerate(case.timeline)]


def _covered(model: Model, human: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Ideas that the model holds, and the human mass of the others, shape (domains,) both."""
    return observe.ideas(model), _missed(model, human)


def _missed(model: Model, human: FloatArray) -> FloatArray:
    """Human mass of the ideas that the model does not hold, shape (domains,)."""
    space = model.held_space
    local = model.held - np.repeat(model.space.offsets[:-1], space.lengths)
    return 1.0 - space.totals(human[local])


def _sample_entropy(documents: int, human: FloatArray) -> float:
    """Exact expected entropy of the frequencies of ideas among N documents, in nats."""
    share = np.arange(documents + 1) / documents
    return -float((wright_fisher.binomial(documents, human) @ xlogy(share, share)).sum())
