"""Text that learns from itself: contexts that drift, perplexity on what people say, distinct words and pairs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.finding import Curve
from ecosystem.measures.sequences import distinct_sequences
from ecosystem.measures.text import context_states, cross_entropies, heterozygosities
from ecosystem.strategies.texts.matrix import Matrix

if TYPE_CHECKING:
    from ecosystem.experiments.laws.cases import Case
    from ecosystem.model import WebEcosystem
    from ecosystem.strategies.learners.base import Model
    from ecosystem.world.language import Language
    from ecosystem.world.world import World

__all__ = ["paired", "understood"]

type FloatArray = NDArray[np.float64]


def paired(trial: Trial) -> list[Case]:
    """The cases of a comparison with one seed, so that people speak one language and write the same texts in all."""
    return [replace(case, seed=trial.cases[0].seed) for case in trial.cases]


def understood(case: Case, observe: Callable[[Model, Language], Any]) -> Any:
    """Run a case; after every month look at the model that the first lab has fitted and at people's language."""
    return case.watch(lambda model: observe(_fitted(case, model), model.world.reality.language))


def _fitted(case: Case, model: WebEcosystem) -> Model:
    fitted = model.labs[case.lab.name].fitted
    assert fitted is not None  # noqa: S101 - the lab trains every month, the first among them
    return fitted


# --- contexts -----------------------------------------------------------------------------------------


@law("A5b")
def contexts_of_text(trial: Trial) -> Found:
    """E[H_j,n] = H_j prod_g (1 - 1/N_j,g): each context is a population of its own size."""
    one, two = trial.case("one word of context"), trial.case("two words of context")
    human = _human_diversity(one)
    contexts, domains = np.arange(len(human))[:, None], np.arange(one.replicates)
    diversity, occurs, mean = understood(
        one, lambda model, language: (*context_states(model, domains, contexts), heterozygosities(model, language))
    )
    diversity, expected = _while_known(diversity, occurs, human)
    for n in (1, 5, 10, one.steps):
        measured, predicted = diversity[n - 1].mean(axis=1), expected[n - 1].mean(axis=1)
        # Both vary with how often contexts occurred, and together.
        error = (measured - predicted).std(ddof=1) / np.sqrt(one.replicates)
        yield trial.estimate(one, "diversity H", measured.mean(), error, predicted.mean(), f"n = {n}")
    usual, last = occurs[0].mean(axis=0), f"n = {one.steps}"
    order = np.argsort(-usual)
    left, predicted = diversity / human, (expected / human).mean(axis=1)
    common, rare = left[-1, :, order[0]], left[-1, :, order[-1]]
    yield trial.order("share left after the most frequent word, after the rarest", (one, common), (one, rare), last)
    longer = understood(two, heterozygosities)
    yield trial.order("mean diversity H by length of context", (one, mean[-1]), (two, longer[-1]), last)
    for context in order[[0, len(order) // 2, -1]]:
        label = f"after a word of {usual[context] / usual.sum():.0%}"
        yield trial.curve(one, "share of diversity H left", left[:, :, context], predicted[:, context], label=label)


def _human_diversity(case: Case) -> FloatArray:
    """1 minus the sum of squared chances of the next word after each word, among people, shape (words,)."""
    source = case.domain.text
    if not isinstance(source, Matrix):
        message = f"needs a language by its matrix, has {source and source.kind}"
        raise TypeError(message)
    diversity: FloatArray = 1.0 - (np.array(source.transition) ** 2).sum(axis=1)
    return diversity


def _while_known(diversity: FloatArray, occurs: FloatArray, human: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Diversity after each context and what the law says of it, shape (fits, domains, contexts) both.

    A context that a text lacks is lost, and from then on both stay as they were.

    Args:
        diversity: measured, of the same shape.
        occurs: how often each context did in the text of each fit, N_j,g, of the same shape.
        human: diversity after each context among people, shape (contexts,).
    """
    known = np.logical_and.accumulate(occurs > 0, axis=0)
    expected = human * np.cumprod(1.0 - known / np.maximum(occurs, 1.0), axis=0)
    fits = np.arange(len(occurs))[:, None, None]
    last = np.maximum.accumulate(np.where(known, fits, 0), axis=0)
    return np.take_along_axis(diversity, last, axis=0), expected


# --- published experiments ----------------------------------------------------------------------------

MINOR = 0.5
"""Share of a rise below which another one is minor. assumption: less than half of it."""


class _Texts(NamedTuple):
    """What came of a case with text; arrays of shape (generations, domains)."""

    case: Case
    cross_entropy: FloatArray
    """Of people's language under the model of each generation, nats per word."""
    words: FloatArray
    """Different words over all words of the texts that it was trained on."""
    pairs: FloatArray
    """Different pairs of neighbouring words over all pairs of these texts."""
    diversity: FloatArray
    """1 minus the sum of squared frequencies of words in these texts."""

    @classmethod
    def of(cls, case: Case) -> Self:
        """Run a case."""

        def look(model: WebEcosystem) -> tuple[FloatArray, ...]:
            return cross_entropies(_fitted(case, model), model.world.reality.language), *_variety(model.world)

        return cls(case, *case.watch(look))

    @property
    def perplexity(self) -> FloatArray:
        """Number of equally likely words among which the next would be as hard to guess."""
        return np.exp(self.cross_entropy)


def _variety(world: World) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Different words, different pairs and diversity of words in the texts of the last month, shape (domains,) each."""
    rows, domains = world.rows_of(world.clock.step - 1), world.reality.domains
    domain, tokens = world.content.domain[rows], world.content.tokens[rows]
    words, pairs = (
        different / every for different, every in (distinct_sequences(domain, tokens, size, domains) for size in (1, 2))
    )
    vocabulary = int(world.reality.language.vocabulary.max())
    code = np.repeat(domain.astype(np.int64), tokens.shape[1]) * vocabulary + tokens.ravel()
    count = np.bincount(code, minlength=domains * vocabulary).reshape(domains, vocabulary)
    frequency = count / count.sum(axis=1, keepdims=True)
    return words, pairs, 1.0 - (frequency**2).sum(axis=1)


@law("B1")
def tenth_of_original_data(trial: Trial) -> Found:
    """Perplexity on people's language rises without original data and less with a tenth of it; T < 1 adds to both."""
    found = {case.name: _Texts.of(case) for case in paired(trial)}
    none, tenth = found["no original data"], found["10 % original data"]
    cold, cold_tenth = found["no original data, T = 0.8"], found["10 % original data, T = 0.8"]
    last = f"generation {none.case.steps - 1}"
    for more, less in ((none, tenth), (cold, cold_tenth), (cold, none)):
        ends = (more.case, more.cross_entropy[-1]), (less.case, less.cross_entropy[-1])
        yield trial.order("cross-entropy", *ends, last)
    for run in found.values():
        start, end = (run.case, run.cross_entropy[0]), (run.case, run.cross_entropy[-1])
        yield trial.order("cross-entropy", end, start, f"{last} > generation 0")
        yield trial.order("distinct pairs", (run.case, run.pairs[0]), (run.case, run.pairs[-1]), f"people > {last}")
    for run in (none, tenth):
        early, late = (run.cross_entropy[after] - run.cross_entropy[before] for before, after in ((0, 3), (-4, -1)))
        yield trial.order("rise of cross-entropy", (run.case, early), (run.case, late), "first three > last three")
    rise = (tenth.perplexity[-1] - tenth.perplexity[0]) / (none.perplexity[-1] - none.perplexity[0]).mean()
    yield trial.within(tenth.case, "rise of perplexity over that without original data", rise, -math.inf, MINOR)
    yield from _generations(trial, found.values())


def _generations(trial: Trial, found: Iterable[_Texts]) -> Iterator[Curve]:
    """Perplexity and distinct pairs of all cases, for two panels."""
    found, x_label = list(found), "generation, 0 trained on people"
    for run in found:
        x = np.arange(run.case.steps)
        yield trial.curve(run.case, "perplexity on people's language", run.perplexity, x=x, x_label=x_label, log_y=True)
    for run in found:
        x = np.arange(run.case.steps)
        yield trial.curve(run.case, "distinct pairs of words", run.pairs, x=x, x_label=x_label)


@law("B16")
def variety_of_text(trial: Trial) -> Found:
    """Distinct pairs fall faster than the diversity of words, and most where there was most to choose from."""
    found = [_Texts.of(case) for case in trial.cases]
    last = f"iteration {found[0].case.steps - 1}"
    for run in found:
        for name, values in (("distinct words", run.words), ("distinct pairs", run.pairs)):
            yield trial.order(name, (run.case, values[0]), (run.case, values[-1]), f"people > {last}")
        kept, lost = ((run.case, _left(values)[-1]) for values in (run.diversity, run.pairs))
        yield trial.order("share left, diversity H of words > distinct pairs", kept, lost, last)
    for few, many in pairwise(found):
        kept, lost = ((run.case, _left(run.pairs)[-1]) for run in (few, many))
        yield trial.order("share left of distinct pairs", kept, lost, last)
    x = np.arange(found[0].case.steps)
    for run in found:
        yield trial.curve(
            run.case, "distinct pairs over people's", _left(run.pairs), x=x, x_label="iteration, 0 people"
        )
    free, quantity = found[-1], f"share of people's left, {found[-1].case.name}"
    measures = {"diversity H of words": free.diversity, "distinct words": free.words, "distinct pairs": free.pairs}
    for name, values in measures.items():
        yield trial.curve(free.case, quantity, _left(values), label=name, x=x, x_label="iteration, 0 people")


def _left(values: FloatArray) -> FloatArray:
    """Values over those of the texts of people, both of shape (iterations, domains)."""
    left: FloatArray = values / values[0].mean()
    return left
