"""How good models are, and how good they look. NaN for a lab without a model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.view import View
from ecosystem.strategies.learners.base import Model
from ecosystem.world.labs import Lab

__all__ = ["of_models"]

type F64 = NDArray[np.float64]


def of_models(view: View, figure: Callable[[Lab, Model], float]) -> F64:
    """A figure of each lab's model in use, shape (labs,); NaN for labs without one."""
    return np.array([
        np.nan if lab.fitted is None else figure(lab, lab.fitted)
        for lab in view.seen.world.labs.values()
    ], dtype=np.float64)  # fmt: skip


def _over_known(model: Model, weights: F64) -> float:
    """Sum of weights (ideas,) over the ideas that the model knows."""
    # Domain by domain and one after the other: neither the ideas still to come, which a longer run has
    # more of, nor the number of threads, over which BLAS spreads a long dot product, changes a bit.
    return float(model.space.totals(np.where(model.known, weights, 0.0)).sum())


def _by_domain(model: Model, values: F64) -> F64:
    """Values (domains,), NaN for domains in which the model has no ideas."""
    return np.where(model.space.totals(model.probability) > 0, values, np.nan)


@measure("labs", unit="share")
def accuracy(view: View) -> F64:
    """Chance that the model answers a question right.

    Questions come up by demand for their domain and true salience of their idea: the sum over
    domains and ideas of demand * p* * q, over the ideas that the model knows; it has nothing to
    say on the others.
    """
    asked = view.seen.truth.asked
    return of_models(view, lambda _, model: _over_known(model, asked * model.accuracy))


@measure("labs", unit="share")
def benchmark(view: View) -> F64:
    """Accuracy on the public benchmark as published at the last training.

    The benchmark asks, all alike, the most salient founding ideas of each domain
    (`observation.benchmark_ideas`); it is never refreshed. Domains count by demand.
    """
    return of_models(view, lambda lab, _: lab.benchmark)


@measure("labs", unit="share")
def tail_coverage(view: View) -> F64:
    """Share of the least salient tenth of true mass that lies on ideas which the model knows.

    The tenth is taken in each domain; domains count by demand.
    """
    tail = view.seen.truth.tail
    return of_models(view, lambda _, model: _over_known(model, tail))


@measure("labs", unit="share")
def fresh_coverage(view: View) -> F64:
    """Share of the true mass of ideas born in the last 12 months that the model knows.

    Domains count by demand; NaN where no idea was born.
    """
    fresh = view.seen.truth.fresh
    if not fresh.any():
        return np.full(view.rows, np.nan)
    return of_models(view, lambda _, model: _over_known(model, fresh))


@measure("labs", unit="ideas")
def effective_ideas(view: View) -> F64:
    """exp(H) of the model's idea frequencies, H being Shannon entropy in nats.

    The number of equally frequent ideas that would be as diverse (Hill 1973, doi:10.2307/1934352,
    order 1). Mean over domains by demand, those in which the model has no ideas left out. The
    frequencies are those estimated, before temperature and top-p.
    """
    truth = view.seen.truth
    return of_models(view, lambda _, model: truth.by_demand(np.exp(model.space.entropies(model.probability))))


@measure("labs", unit="share")
def tv(view: View) -> F64:
    """Total variation distance between the model's idea frequencies and true salience.

    Half the sum of |p - p*|. Mean over domains by demand, those in which the model has no ideas
    left out.
    """
    truth = view.seen.truth

    def distance(_: Lab, model: Model) -> float:
        apart = 0.5 * truth.space.totals(np.abs(model.probability - truth.salience))
        return truth.by_demand(_by_domain(model, apart))

    return of_models(view, distance)


@measure("labs", unit="nats")
def kl(view: View) -> F64:
    """Kullback-Leibler divergence of the model's idea frequencies from true salience, KL(p || p*).

    In this direction it is finite as soon as every idea that the model tells is still true: a
    training set holds only ideas that somebody found in reality. KL(p* || p) is infinite from the
    first forgotten idea on. Mean over domains by demand, those in which the model has no ideas
    left out.
    """
    truth = view.seen.truth

    def divergence(_: Lab, model: Model) -> float:
        told = model.probability > 0
        terms = np.zeros(truth.space.size)
        with np.errstate(divide="ignore"):
            terms[told] = model.probability[told] * np.log(model.probability[told] / truth.salience[told])
        return truth.by_demand(_by_domain(model, truth.space.totals(terms)))

    return of_models(view, divergence)


@measure("labs", unit="ratio")
def style_variance(view: View) -> F64:
    """Variance of the style that the lab's assistant writes, over that of people.

    Trace of the model's style covariance times temperature^2, over styles *
    (humans.between^2 + humans.within^2), the variance of what all people of a domain write. Mean
    over domains by demand, those without training documents left out; NaN where people do not vary.
    """
    people = view.seen.world.settings.humans
    human = view.seen.world.settings.reality.styles * (people.between**2 + people.within**2)

    def spread(lab: Lab, model: Model) -> float:
        trace = np.trace(model.covariance, axis1=1, axis2=2)
        machine = np.where(model.weight > 0, trace, np.nan) * lab.settings.temperature**2
        return view.seen.truth.by_demand(machine) / human if human > 0 else np.nan

    return of_models(view, spread)


@measure("labs", unit="share")
def confidence(view: View) -> F64:
    """Mass that the model puts on its favourite idea: mean of max p over domains by demand.

    Domains in which the model has no ideas are left out.
    """
    truth = view.seen.truth
    return of_models(
        view,
        lambda _, model: truth.by_demand(_by_domain(model, model.space.maxima(model.probability))),
    )


@measure("labs", unit="share")
def confidence_gap(view: View) -> F64:
    """Confidence minus accuracy: how far the model is surer than it is right."""
    return confidence(view) - accuracy(view)
