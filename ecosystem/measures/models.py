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
type I64 = NDArray[np.int64]


def of_models(view: View, figure: Callable[[Lab, Model], float]) -> F64:
    """A figure of each lab's model in use, shape (labs,); NaN for labs without one."""
    return np.array([
        np.nan if lab.fitted is None else figure(lab, lab.fitted)
        for lab in view.seen.world.labs.values()
    ], dtype=np.float64)  # fmt: skip


def _over_known(model: Model, weights: Callable[[I64, I64], F64]) -> float:
    """Sum over the ideas that the model knows of their weights, a function of their flat positions and domains."""
    # Domain by domain and one after the other: neither the ideas still to come, which a longer run has
    # more of, nor the number of threads, over which BLAS spreads a long dot product, changes a bit.
    return float(model.held_space.totals(weights(model.held, model.held_space.row_of())).sum())


def _by_domain(model: Model, values: F64) -> F64:
    """Values (domains,), NaN for domains in which the model has no ideas."""
    return np.where(model.held_space.totals(model.held_probability) > 0, values, np.nan)


@measure("labs", unit="share")
def accuracy(view: View) -> F64:
    """Chance that the model answers a question right.

    Questions come up by demand for their domain and true salience of their idea: the sum over
    domains and ideas of demand * p* * q, over the ideas that the model knows; it has nothing to
    say on the others.
    """
    truth = view.seen.truth

    def right(_: Lab, model: Model) -> float:
        return _over_known(model, lambda at, domain: truth.asked(at, domain) * model.held_accuracy)

    return of_models(view, right)


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
    return of_models(view, lambda _, model: _over_known(model, view.seen.truth.tail))


@measure("labs", unit="share")
def fresh_coverage(view: View) -> F64:
    """Share of the true mass of ideas born in the last 12 months that the model knows.

    Domains count by demand; NaN where no idea was born that anybody could hit upon.
    """
    truth = view.seen.truth
    if truth.fresh_mass == 0:
        return np.full(view.rows, np.nan)
    return of_models(view, lambda _, model: _over_known(model, truth.fresh))


@measure("labs", unit="ideas")
def effective_ideas(view: View) -> F64:
    """exp(H) of the model's idea frequencies, H being Shannon entropy in nats.

    The number of equally frequent ideas that would be as diverse (Hill 1973, doi:10.2307/1934352,
    order 1). Mean over domains by demand, those in which the model has no ideas left out. The
    frequencies are those estimated, before temperature and top-p.
    """
    truth = view.seen.truth
    return of_models(view, lambda _, model: truth.by_demand(np.exp(model.held_space.entropies(model.held_probability))))


@measure("labs", unit="share")
def tv(view: View) -> F64:
    """Total variation distance between the model's idea frequencies and true salience.

    Half the sum of |p - p*|. Mean over domains by demand, those in which the model has no ideas
    left out.
    """
    truth = view.seen.truth

    def distance(_: Lab, model: Model) -> float:
        return truth.by_demand(_by_domain(model, truth.apart(model.probability)))

    return of_models(view, distance)


@measure("labs", unit="nats")
def kl(view: View) -> F64:
    """Kullback-Leibler divergence of the model's idea frequencies from true salience, KL(p || p*).

    In this direction it is finite as soon as every idea that the model tells is still true: a
    training set holds only ideas that somebody found in reality, or made up. It is infinite where the
    model tells one that nobody hits upon any more. KL(p* || p) is infinite from the first forgotten
    idea on. Mean over domains by demand, those in which the model has no ideas
    left out.
    """
    truth = view.seen.truth

    def divergence(_: Lab, model: Model) -> float:
        share = model.held_probability
        told = share > 0
        terms = np.zeros(len(share))
        with np.errstate(divide="ignore"):
            terms[told] = share[told] * np.log(share[told] / truth.salience[model.held[told]])
        return truth.by_demand(_by_domain(model, model.held_space.totals(terms)))

    return of_models(view, divergence)


@measure("labs", unit="ratio")
def style_variance(view: View) -> F64:
    """Variance of the style that the lab's assistant writes, over that of people.

    Trace of the model's style covariance at its temperature, over styles *
    (humans.between^2 + humans.within^2), the variance of what all people of a domain write. Mean
    over domains by demand, those without training documents left out; NaN where people do not vary,
    as where there is no style.
    """
    people = view.seen.world.settings.humans
    human = view.seen.world.settings.reality.styles * (people.between**2 + people.within**2)

    def spread(lab: Lab, model: Model) -> float:
        machine = np.where(model.weight > 0, model.style_variance(lab.settings.temperature), np.nan)
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
        lambda _, model: truth.by_demand(_by_domain(model, model.held_space.maxima(model.held_probability))),
    )


@measure("labs", unit="share")
def confidence_gap(view: View) -> F64:
    """Confidence minus accuracy: how far the model is surer than it is right."""
    return confidence(view) - accuracy(view)
