"""How models know the language of a domain, and how varied what is written is. NaN where items carry no text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.chains import entropy_rate
from ecosystem.measures.base import measure
from ecosystem.measures.models import of_models
from ecosystem.measures.sums import ratio
from ecosystem.measures.view import View
from ecosystem.strategies.learners.base import Model
from ecosystem.world.language import Language

__all__ = ["context_states", "cross_entropies", "divergences", "heterozygosities"]

type F64 = NDArray[np.float64]


# --- models -----------------------------------------------------------------------------------------


def cross_entropies(model: Model, language: Language) -> F64:
    """Mean of -ln Q(next word) over true text, nats per word, shape (domains,).

    Exact sums over all contexts of the true language; infinite where the model rules out what people
    say, NaN where domain or model have no text.
    """
    return _fits(model, language)[0]


def heterozygosities(model: Model, language: Language) -> F64:
    """1 minus the sum of squared Q(next word), mean over the contexts of true text, shape (domains,); else NaN."""
    return _fits(model, language)[1]


def divergences(model: Model, language: Language) -> F64:
    """Kullback-Leibler divergence of Q from the true next word, nats per word, shape (domains,).

    The cross-entropy less the entropy rate of the true language.
    """
    apart = cross_entropies(model, language)
    for source, domains in language.spoken():
        apart[domains] = np.maximum(apart[domains] - entropy_rate(source.chain), 0.0)
    return apart


def _fits(model: Model, language: Language) -> F64:
    """Cross-entropies and heterozygosities, shape (2, domains)."""
    out = np.full((2, len(language.vocabulary)), np.nan)
    for source, domains in language.spoken():
        if model.text is not None:
            out[:, domains] = model.text.fit_to(source.chain, domains)
    return out


def context_states(model: Model, domains: NDArray[np.int64], context: NDArray[np.integer]) -> tuple[F64, F64]:
    """Heterozygosity of the next word after single contexts, and their count in training.

    Args:
        model: any; one without text knows no context.
        domains: shape (domains,).
        context: words, the oldest first, shape (contexts, length).

    Returns:
        both of shape (domains, contexts); see :meth:`TextModel.context_states`.
    """
    if model.text is None:
        return np.full((len(domains), len(context)), np.nan), np.zeros((len(domains), len(context)))
    return model.text.context_states(domains, context)


def _by_demand(view: View, values: F64) -> float:
    """Mean over domains by demand, NaN if it is infinite."""
    mean = view.seen.truth.by_demand(values)
    return mean if np.isfinite(mean) else np.nan


@measure("labs", unit="nats per word")
def cross_entropy(view: View) -> F64:
    """Cross-entropy of people's language under the lab's model: mean of -ln Q(next word) over true text.

    An exact sum over the contexts of the true language, nothing is sampled; Q is what the model has
    estimated, before temperature and top-p. Mean over domains by demand, those without text left out.
    NaN without text, and where it is infinite: a model without smoothing soon rules out something that
    people say.
    """
    language = view.seen.world.reality.language
    return of_models(view, lambda _, model: _by_demand(view, cross_entropies(model, language)))


@measure("labs", unit="nats per word")
def text_kl(view: View) -> F64:
    """Kullback-Leibler divergence of the lab's model from people's language, KL(truth || model) of the next word.

    The cross-entropy less the entropy rate of the language, 0 for a model that knows it; averaged, and
    NaN, as the cross-entropy is.
    """
    language = view.seen.world.reality.language
    return of_models(view, lambda _, model: _by_demand(view, divergences(model, language)))


@measure("labs", unit="words")
def perplexity(view: View) -> F64:
    """Number of equally likely words among which the next would be as hard to guess: exp of the cross-entropy."""
    return np.exp(cross_entropy(view))


@measure("labs", unit="probability")
def context_heterozygosity(view: View) -> F64:
    """Chance that the lab's model, asked twice for the next word after the same words, gives two different ones.

    1 minus the sum of squared Q, mean over the contexts of people's language by their share, the
    analogue for text of expected heterozygosity in genetics. A context that the model does not know
    counts as the shorter one that it falls back on, which is more varied: a model that forgets contexts
    can seem to gain. Averaged over domains as the cross-entropy is.
    """
    language = view.seen.world.reality.language
    return of_models(view, lambda _, model: view.seen.truth.by_demand(heterozygosities(model, language)))


# --- texts ------------------------------------------------------------------------------------------


def _distinct(view: View, length: int) -> F64:
    """Different runs over all runs of the month's new public texts."""
    different, every = view.seen.sequences[length]
    return ratio(view.total(different), view.total(every))


@measure("web", "domains", unit="share")
def type_token_ratio(view: View) -> F64:
    """Different words over all words of the month's new public texts.

    It falls as there is more text, so that only months of equal volume compare. Of the whole web,
    words of different domains are different words. NaN without text. The same as distinct-1.
    """
    return _distinct(view, 1)


@measure("web", "domains", unit="share")
def distinct_2(view: View) -> F64:
    """Different pairs of neighbouring words over all such pairs of the month's new public texts.

    Distinct-2 of Li et al. 2016, arXiv:1510.03055, who divide by words and not by pairs. It falls as
    there is more text. NaN without text, or where texts have a single word.
    """
    return _distinct(view, 2)


@measure("web", "domains", unit="share")
def distinct_3(view: View) -> F64:
    """Different runs of three words over all such runs of the month's new public texts; see distinct_2."""
    return _distinct(view, 3)
