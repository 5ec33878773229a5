"""Curation: what a lab keeps of what it collected goes by how it pleases."""

from __future__ import annotations

import math
from itertools import product
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem.experiments.laws import observe, theory, wright_fisher
from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.cases import Case
from ecosystem.model import WebEcosystem
from ecosystem.strategies.learners.base import Model

type FloatArray = NDArray[np.float64]


@law("A25")
def preferred_idea(trial: Trial) -> Found:
    """An idea told x times and favoured by 1 + s is the last one with chance (1 - e^(-2sx)) / (1 - e^(-2Ns))."""
    for case in trial.cases:
        favour, copies = 1 + _advantage(case), _copies(case)
        share = np.arange(case.documents + 1) / case.documents
        chance = _favoured(share, favour)
        course = wright_fisher.distributions(
            wright_fisher.binomial(case.documents, chance[copies])[0], chance, case.steps
        )
        told = case.fits(_Told(case.documents, favour))
        for n in (case.steps // 10, case.steps):
            yield trial.standard_errors(case, "lost by then", told[n - 1] == 0, course[n - 1, 0], f"n = {n}")
        # A run that is undecided counts for the chance that it has from there.
        last = wright_fisher.last_one(chance)[told[-1]]
        yield trial.standard_errors(case, "last one", last, _kimura(favour - 1, copies, case.documents))
        yield trial.curve(case, "share of runs that still have it", told > 0, 1 - course[:, 0], log_x=True, log_y=True)


def _kimura(advantage: float, copies: int, documents: int) -> float:
    """Chance of x copies of N to be the only ones in the end, in the limit of a small s (Kimura 1962)."""
    return math.expm1(-2 * advantage * copies) / math.expm1(-2 * documents * advantage)


def _advantage(case: Case) -> float:
    """How much more often than the other idea the first one is chosen, s."""
    reward = case.lab.data.reward.strength * case.domain.rewards[0]
    return math.expm1(reward)


def _copies(case: Case) -> int:
    """Documents x of N of the generation that comes before what people write, who favour the idea as the lab does."""
    first = theory.human(case.domain)[0]
    return round(case.documents * float(_favoured(first, 1 / (1 + _advantage(case)))))


def _favoured[T: (float, FloatArray)](share: T, favour: float) -> T:
    """Share of documents that an idea has where each counts for ``favour`` of another."""
    return share * favour / (1 + share * (favour - 1))


class _Told:
    """On how many of its documents a fit found the first idea, shape (domains,)."""

    def __init__(self, documents: int, favour: float) -> None:
        """For N documents, each on that idea counted ``favour`` times."""
        self._documents, self._favour = documents, favour

    def __call__(self, model: Model) -> NDArray[np.int64]:
        """Of the fit, what was before the choice."""
        share = _favoured(observe.frequencies(model)[:, 0], 1 / self._favour)
        return np.rint(self._documents * share).astype(np.int64)


@law("A26")
def choice_by_reward(trial: Trial) -> Found:
    """Choice of one of k by reward, k -> infinity: p' = p e^r / E[e^r], and E[e^r] gains its variance over its mean."""
    for case in trial.cases:
        seen = _Choice.of(case)
        if seen.candidates is None:
            yield from _reweighted(trial, seen)
        else:
            yield from _one_of_few(trial, seen)
        best, course = int(np.argmax(seen.worth)), _course(seen)
        share = seen.after[:, :, best]
        for n in (2, case.steps):
            yield trial.mean(case, "share of the best idea", share[n - 1], course[n - 1, best], f"n = {n}")
        yield trial.curve(case, "share of the best idea", share, course[:, best])


class _Choice(NamedTuple):
    """What a lab made of what was written in a case."""

    case: Case
    candidates: int | None
    """k; None without limit."""
    worth: FloatArray
    """e^r of each idea, shape (ideas,)."""
    before: FloatArray
    """Frequency of each idea in what was written in each month, shape (months, domains, ideas)."""
    after: FloatArray
    """The same in the lab's model."""

    @classmethod
    def of(cls, case: Case) -> Self:
        """Run a case."""
        choice = case.lab.data.reward

        def look(model: WebEcosystem) -> tuple[FloatArray, FloatArray]:
            world, fitted = model.world, model.labs[case.lab.name].fitted
            assert fitted is not None  # noqa: S101 - the lab trains every month
            items, rows, space = world.content, world.rows_of(world.clock.step - 1), world.reality.space
            told = np.bincount(space.flat(items.domain[rows], items.idea[rows]), minlength=space.size)
            return told.reshape(space.rows, -1) / case.documents, observe.frequencies(fitted)

        before, after = case.watch(look)
        return cls(case, choice.candidates, np.exp(choice.strength * np.array(case.domain.rewards)), before, after)

    @property
    def gain(self) -> FloatArray:
        """By how much E[e^r] grows at each choice, shape (months, domains)."""
        return (self.after - self.before) @ self.worth

    @property
    def limit(self) -> FloatArray:
        """By how much it does with k -> infinity, Var(e^r) / E[e^r], shape (months, domains)."""
        mean = self.before @ self.worth
        return (self.before @ self.worth**2) / mean - mean


def _reweighted(trial: Trial, seen: _Choice) -> Found:
    """Many candidates: what follows from the documents of each month without any chance."""
    case, worth = seen.case, seen.worth
    expected = seen.before * worth / (seen.before @ worth)[:, :, None]
    yield trial.exact(case, "largest error of a frequency", np.abs(seen.after - expected).max(), 0.0)
    yield trial.exact(case, "gain of E[e^r]", seen.gain.mean(), seen.limit.mean())
    one, other = np.argsort(-seen.before[0].mean(axis=0))[:2]
    odds = np.log(seen.after[:, :, one] / seen.after[:, :, other])
    grown = odds - np.log(seen.before[:, :, one] / seen.before[:, :, other])
    apart = math.log(worth[one] / worth[other])
    yield trial.exact(case, "growth of log odds at a choice", grown.mean(), apart)
    months = case.steps // 2
    yield trial.mean(case, "growth of log odds in a month", (odds[months] - odds[0]) / months, apart)


def _one_of_few(trial: Trial, seen: _Choice) -> Found:
    """Few candidates: the gain in the first month, from each sample as it came out."""
    case, worth, sample = seen.case, seen.worth, seen.before[0]
    assert seen.candidates is not None  # noqa: S101 - the caller has looked
    chosen = _chosen(sample, worth, seen.candidates, case.documents)
    gain, limit = seen.gain[0], seen.limit[0]
    expected = (chosen - sample) @ worth / limit
    error = float((gain / limit - expected).std(ddof=1)) / math.sqrt(len(limit))
    yield trial.estimate(case, "share of the gain", float((gain / limit).mean()), error, float(expected.mean()))
    spread = limit.mean() * (sample @ worth).mean()
    least = (seen.candidates - 1) / seen.candidates * spread / worth.max()
    yield trial.within(case, "bounds of the gain", gain, least, limit.mean())


def _chosen(frequency: FloatArray, worth: FloatArray, size: int, documents: float) -> FloatArray:
    """Expected frequency of each idea among the winners of groups made by lot, shape of ``frequency``.

    All ordered groups of ideas are gone through: each has a chance of being drawn, without replacement from the
    documents, and each of its members of being chosen with odds e^r.

    Args:
        frequency: of each idea before, shape (..., ideas).
        worth: e^r of each, shape (ideas,).
        size: documents k of a group.
        documents: N; infinity for what many documents tend to.
    """
    groups = np.array(list(product(range(len(worth)), repeat=size)))
    place = np.arange(size)
    earlier = np.array([(groups[:, :at] == groups[:, at : at + 1]).sum(axis=1) for at in place]).T
    ways = np.prod((frequency[..., groups] - earlier / documents) / (1 - place / documents), axis=-1)
    odds = worth[groups] / worth[groups].sum(axis=1, keepdims=True)
    won = np.zeros((len(groups), len(worth)))
    for at in place:
        won[np.arange(len(groups)), groups[:, at]] += odds[:, at]
    expected: FloatArray = ways @ won
    return expected


def _course(seen: _Choice) -> FloatArray:
    """Frequency of each idea in each fit, with many documents, shape (fits, ideas)."""
    now, course = theory.human(seen.case.domain), []
    for _ in range(seen.case.steps):
        if seen.candidates is None:
            now = now * seen.worth / (now @ seen.worth)
        else:
            now = _chosen(now, seen.worth, seen.candidates, math.inf)
        course.append(now)
    return np.array(course)
