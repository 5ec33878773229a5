"""Pure replacement until the end: ideas are lost one after the other, and the last one stays."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import entr

from ecosystem.experiments.laws import observe, theory, wright_fisher
from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.cases import Case
from ecosystem.strategies.learners.base import Model

type FloatArray = NDArray[np.float64]


@law("A6")
def survival(trial: Trial) -> Found:
    """An idea told L times at first is alive at fit n with chance 1 - exp(-L s_n), s_n near 2/(n + 1)."""
    for case in trial.cases:
        first = case.documents * theory.human(case.domain)
        expected = np.array([theory.alive(first, n).mean() for n in range(1, case.steps + 1)])
        alive = case.fits(observe.ideas) / case.domain.ideas
        if case.domain.zipf > 0:
            # Some ideas have a good part of all documents, of which the law knows nothing.
            exact = wright_fisher.alive_and_alone(case.documents, first / case.documents, case.steps)[0].mean(axis=1)
            for n in (1, case.steps // 2, case.steps):
                yield trial.mean(case, "share of ideas alive", alive[n - 1], exact[n - 1], f"n = {n}")
                yield trial.limit(case, "law of rare ideas", alive[n - 1], expected[n - 1], f"n = {n}")
        else:
            for n in (case.steps // 5, case.steps):
                yield trial.mean(case, "share of ideas alive", alive[n - 1], expected[n - 1], f"n = {n}")
                yield trial.within(case, "published bound", alive[n - 1], -np.expm1(-first[0] / n), 1.0, f"n = {n}")
        yield trial.curve(case, "share of ideas alive", alive, expected, log_x=True, log_y=True)


@law("A7")
def fixation(trial: Trial) -> Found:
    """The last idea is i with chance p_i; from N ideas it takes 2(N - 1) fits, of two -2N (x ln x + (1-x) ln(1-x))."""
    case = trial.case("four ideas")
    human, groups = theory.human(case.domain), _groups(case.domain.ideas)
    watch = _Watch(case, groups)
    case.fits(watch)
    for idea, chance in enumerate(human):
        yield trial.mean(case, "last idea", watch.alone[:, idea], chance, f"p = {chance:g}")
    order = np.argsort(groups @ human)
    share, time = (groups @ human)[order], watch.fits[:, order]
    yield from _two_ideas(trial, case, time[:, -1], share[-1])
    grid = np.linspace(0, 0.5, 50)
    yield trial.curve(
        case, "fits until one of two is left", time.T, x=share, line=(grid, _diffusion(case.documents, grid)),
        label="two ideas", x_label="frequency x of the rarer idea",
    )  # fmt: skip

    case = trial.case("distinct ideas")
    ideas = case.domain.ideas
    tenths = np.repeat(np.eye(10), ideas // 10, axis=1)
    watch = _Watch(case, np.concatenate([tenths, np.eye(ideas)]))
    several = 1 - case.fits(watch)
    yield from _two_ideas(trial, case, watch.fits[:, :10].mean(axis=1), 0.1)
    alone = wright_fisher.alive_and_alone(case.documents, theory.human(case.domain), case.steps)[1].sum(axis=1)
    time = watch.fits[:, 10:].max(axis=1)
    yield trial.mean(case, "fits until one is left", time, 1 + (1 - alone)[:-1].sum())
    yield trial.limit(case, "law of many documents", time, 2 * (case.documents - 1))
    yield trial.curve(case, "share of runs with several ideas", several, 1 - alone, log_y=True)


@law("A8")
def collapse_time(trial: Trial) -> Found:
    """The time T until one idea is left, its mean and its distribution, lie between bounds of H0, N and the support."""
    case = trial.case()
    human, fits = theory.human(case.domain), np.arange(1, case.steps + 1)
    watch = _Watch(case, np.eye(case.domain.ideas))
    one = case.fits(watch)
    time = watch.fits.max(axis=1)
    diversity, spread = theory.heterozygosity(human), 1 - 1 / case.domain.ideas
    left = diversity * theory.drifted(case.documents, fits)
    low, high = 1 - case.documents * left, 1 - left / spread
    alone = wright_fisher.alive_and_alone(case.documents, human, case.steps)[1].sum(axis=1)
    others = diversity * (case.documents - 1)
    yield trial.within(case, "bounds of E[T]", time, 1 + others / spread, 1 + others * case.documents)
    yield trial.mean(case, "E[T]", time, 1 + (1 - alone)[:-1].sum())
    n = 4 * case.documents
    yield trial.within(case, "bounds of P(T <= n)", time <= n, low[n - 1], high[n - 1], f"n = {n}")
    yield trial.mean(case, "P(T <= n)", time <= n, alone[n - 1], f"n = {n}")
    yield trial.curve(case, "share of runs with one idea", one, alone, label="exact chain")
    for name, bound in (("lower bound", low), ("upper bound", high)):
        yield trial.curve(case, "share of runs with one idea", np.full(case.steps, np.nan), bound.clip(0), label=name)


class _Watch:
    """Counts the fits until groups of ideas are lost or alone; to be given to `Case.fits`.

    Attributes:
        fits: until each group is lost or alone, or all there were, shape (replicates, groups).
        alone: whether each idea is alone at the last fit, shape (replicates, ideas).
    """

    def __init__(self, case: Case, groups: FloatArray) -> None:
        """Watch groups of ideas, rows of 0 and 1 of shape (groups, ideas)."""
        self._groups, self._half = groups, 0.5 / case.documents
        self._undecided = np.ones((case.replicates, len(groups)), dtype=np.bool_)
        self.fits = np.zeros((case.replicates, len(groups)))

    def __call__(self, model: Model) -> float:
        """Look at the next fit; the share of replicates in which one idea is alone."""
        self.fits += self._undecided
        frequency = observe.frequencies(model)
        share = frequency @ self._groups.T
        self._undecided = (share > self._half) & (share < 1 - self._half)
        self.alone = frequency > 1 - self._half
        return float(self.alone.any(axis=1).mean())


def _groups(ideas: int) -> FloatArray:
    """Every group of ideas without the first, as rows of 0 and 1, shape (groups, ideas)."""
    return np.array([(0, *members) for members in product((0, 1), repeat=ideas - 1) if any(members)], dtype=np.float64)


def _diffusion(documents: int, share: ArrayLike) -> FloatArray:
    """Fits until one of two ideas is left, in the limit of many documents.

    Kimura and Ohta 1969, doi:10.1093/genetics/61.3.763: the mean of their times to fixation and to loss.
    """
    x = np.asarray(share, dtype=np.float64)
    time: FloatArray = 2.0 * documents * (entr(x) + entr(1 - x))
    return time


def _two_ideas(trial: Trial, case: Case, time: FloatArray, share: float) -> Found:
    """The time until one of two ideas is left, one of frequency x: against the exact chain, and the limit."""
    exact, at = wright_fisher.duration(case.documents, share, case.steps)[0], f"x = {share:g}"
    yield trial.mean(case, "fits until one of two is left", time, exact, at)
    yield trial.limit(case, "law of many documents", time, float(_diffusion(case.documents, share)), at)
