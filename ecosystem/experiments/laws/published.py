"""Published experiments on documents with style and ideas, compared in order and shape."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem.experiments.laws import observe, theory
from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.text import MINOR, paired, understood
from ecosystem.measures.text import divergences

if TYPE_CHECKING:
    from ecosystem.experiments.laws.cases import Case
    from ecosystem.strategies.learners.base import Model

type FloatArray = NDArray[np.float64]

BASEL = math.pi**2 / 6
"""Sum of 1/k^2: what accumulated errors of all generations come to, in units of the first one."""


def distance(model: Model) -> FloatArray:
    """Squared 2-Wasserstein distance of the fitted normal from people's, N(0, 1), by coordinate, shape (domains,).

    mu^2 + (s - 1)^2, averaged over the coordinates of style.
    """
    apart = model.mean**2 + (np.sqrt(observe.variances(model)) - 1.0) ** 2
    return apart.mean(axis=1)


def forgotten(case: Case) -> Callable[[Model], FloatArray]:
    """Share of people's diversity of ideas that a model lacks, 1 - H / H0, shape (domains,)."""
    human = theory.heterozygosity(theory.human(case.domain))
    return lambda model: 1.0 - observe.heterozygosity(model) / human


# --- replacing, accumulating, subsampling -------------------------------------------------------------


@law("B2")
def accumulating(trial: Trial) -> Found:
    """What is lost grows with every generation that replaces the last, and stays within pi^2/6 of it if all is kept."""
    cases = {case.name: case for case in paired(trial)}
    quantity = "loss over that of n = 1"
    for learner, lost in (("text", _lost_of_text), ("style", _lost_of_style), ("ideas", _lost_of_ideas)):
        replaced, kept = cases[f"{learner}, replace"], cases[f"{learner}, accumulate"]
        worse, bounded = (values / values[0].mean() for values in (lost(replaced), lost(kept)))
        last, rises = f"n = {replaced.steps}", np.diff(worse, axis=0)
        yield trial.order(quantity, (replaced, worse[-1]), (kept, bounded[-1]), last)
        yield trial.within(kept, quantity, bounded[-1], -math.inf, BASEL, last)
        least = int(np.argmin(rises.mean(axis=1) / rises.std(axis=1)))
        ends = (replaced, rises[least]), (replaced, 0.0)
        yield trial.order("least certain rise in a generation", *ends, at=f"n = {least + 2}")
        yield trial.curve(replaced, quantity, worse)
        yield trial.curve(kept, quantity, bounded)


def _lost_of_text(case: Case) -> FloatArray:
    found: FloatArray = understood(case, divergences)
    return found


def _lost_of_style(case: Case) -> FloatArray:
    found: FloatArray = case.fits(observe.drift)
    return found


def _lost_of_ideas(case: Case) -> FloatArray:
    found: FloatArray = case.fits(forgotten(case))
    return found


@law("B3")
def fixed_budget(trial: Trial) -> Found:
    """Replacing loses most, accumulating least, and a fixed number of documents drawn from all lies between."""
    for learner in ("Gaussian", "kernel density", "ideas"):
        cases = [trial.case(f"{learner}, {strategy}") for strategy in ("replace", "subsample", "accumulate")]
        lost = [case.fits(forgotten(case) if learner == "ideas" else distance) for case in cases]
        half, last = cases[0].steps // 2 - 1, f"n = {cases[0].steps}"
        for more, less in ((0, 1), (1, 2)):
            yield trial.order("loss", (cases[more], lost[more][-1]), (cases[less], lost[less][-1]), last)
        late, early = ([values[end] - values[start] for values in lost] for start, end in ((half, -1), (0, half)))
        replaced, sampled = ((cases[at], late[at]) for at in (0, 1))
        yield trial.order("rise of the loss in the second half", replaced, sampled)
        slower = late[1] / early[1].mean()
        yield trial.within(cases[1], "rise of the loss, second half over first", slower, -math.inf, MINOR)
        quantity = "share of diversity H lost" if learner == "ideas" else f"squared distance from people, {learner}"
        for case, values in zip(cases, lost, strict=True):
            label = case.name.removeprefix(f"{learner}, ")
            yield trial.curve(case, quantity, values, label=label, log_y=True)


# --- fixed and fresh real data ------------------------------------------------------------------------


@law("B5")
def real_data(trial: Trial) -> Found:
    """Variance is kept best with fresh real data, then with fixed ones, and not without; a bias lowers all three."""
    cases = {case.name: case for case in paired(trial)}
    found = {name: _Loop.of(case) for name, case in cases.items() if "for one" not in name}
    kinds = ("fresh real", "fixed real", "fully synthetic")
    for bias in ("", ", biased"):
        for better, worse in pairwise(found[kind + bias] for kind in kinds):
            yield from _closer(trial, better, worse)
    for kind in kinds:
        plain, biased = found[kind], found[f"{kind}, biased"]
        n = trial.case("fully synthetic").documents  # later, few runs without real data have any variance left
        variances = (plain.case, plain.variance[n - 1]), (biased.case, biased.variance[n - 1])
        yield trial.order("variance", *variances, f"n = {n}")
    for run in found.values():
        yield trial.curve(run.case, "variance of style", run.variance)
    for run in found.values():
        yield trial.curve(run.case, "squared distance from people", run.distance, log_y=True)
    yield from _beside_fresh(trial, [case for name, case in cases.items() if "for one" in name])


class _Loop(NamedTuple):
    """What came of a case; arrays of shape (fits, domains)."""

    case: Case
    variance: FloatArray
    distance: FloatArray

    @classmethod
    def of(cls, case: Case) -> Self:
        """Run a case."""
        return cls(case, *case.fits(lambda model: (observe.variance(model), distance(model))))


def _closer(trial: Trial, better: _Loop, worse: _Loop) -> Found:
    """The first of two loops ends with more variance and closer to people than the second."""
    last = f"n = {better.case.steps}"
    yield trial.order("variance", (better.case, better.variance[-1]), (worse.case, worse.variance[-1]), last)
    distances = (worse.case, worse.distance[-1]), (better.case, better.distance[-1])
    yield trial.order("squared distance from people", *distances, last)


def _beside_fresh(trial: Trial, cases: list[Case]) -> Found:
    """Beside fresh real documents, as many biased synthetic ones are better than none, and many times as many worse."""
    cases = sorted(cases, key=lambda case: -case.human_share)
    apart = np.stack([case.fits(distance, start=case.steps // 2).mean(axis=0) for case in cases])
    (none, far), (some, near), *_, (many, further) = zip(cases, apart, strict=True)
    yield trial.order("squared distance from people", (none, far), (some, near))
    yield trial.order("squared distance from people", (many, further), (none, far))
    ratio = np.array([1.0 / case.human_share - 1.0 for case in cases])
    x_label = "biased synthetic documents for one fresh real"
    yield trial.curve(none, "squared distance from people", apart, x=ratio, x_label=x_label, label="")


# --- rates of collapse --------------------------------------------------------------------------------

LEAST = 0.3
"""e, the share of people's standard deviation below which a fit counts as collapsed. assumption: a third, about."""
GROUPS = 8
"""Groups of domains, each of which gives one median. assumption: enough for a standard error."""
LINEAR = 0.25
"""How far the exponent of time against count may be from 1 to be about linear. assumption: a quarter."""


@law("B6")
def rate_of_collapse(trial: Trial) -> Found:
    """P(s_k > e) <= (s0/e) exp(-k/(4N)), and an idea is forgotten in a time about linear in its first count."""
    case = trial.case("style")
    wide = case.fits(lambda model: (observe.variances(model) > LEAST**2 * case.style_variance).mean(axis=1))
    bound = np.exp(-np.arange(1, case.steps + 1) / (4 * case.documents)) / LEAST
    for k in (2 * case.documents, case.steps):
        yield trial.within(case, f"share of fits with s_k > {LEAST:g} s0", wide[k - 1], 0.0, bound[k - 1], f"k = {k}")
    yield trial.curve(case, f"share of fits with s_k > {LEAST:g} s0", wide, bound, x_label="generation k", log_y=True)
    case = trial.case("ideas")
    counts, median, expected = _forgetting(case)
    slope = np.polyfit(np.log(counts), np.log(median), 1)[0]
    yield trial.within(case, "exponent of the time to forget", slope, 1 - LINEAR, 1 + LINEAR)
    yield trial.curve(
        case, "generations until half are forgotten", median, expected, x=counts,
        x_label="documents expected at first", log_x=True, log_y=True,
    )  # fmt: skip


def _forgetting(case: Case) -> tuple[FloatArray, FloatArray, FloatArray]:
    """How many fits hold an idea, by how many documents on it are expected in the first.

    Returns:
        the counts that several ideas have, shape (counts,); the median over these ideas in each group of
        domains, shape (counts, groups); and that of the law of rare ideas (A6), shape (counts,).
    """
    first = case.documents * theory.human(case.domain)
    held = case.fits(lambda model: observe.frequencies(model) > 0).sum(axis=0)  # what is lost never returns
    counts, ideas = np.unique(first.round(9), return_counts=True)
    counts = counts[ideas > 1]
    groups = np.array_split(held, GROUPS)
    median = np.array([[np.median(group[:, np.isclose(first, count)]) for group in groups] for count in counts])
    alive = np.array([theory.alive(counts, n) for n in range(1, case.steps + 1)])
    return counts, median, (alive > 0.5).sum(axis=0).astype(np.float64)  # noqa: PLR2004 - the median
