"""Invented languages: chains by lot, whose words follow Zipf's law."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from ecosystem.core.chains import chain_of
from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams, child_keys
from ecosystem.strategies.texts.base import Source, TextSource, numbered

__all__ = ["Markov"]

LARGEST = 10_000_000
"""Most pairs of a context and a next word. assumption: half a gigabyte, as much as one domain may take."""


class Markov(TextSource):
    """A Markov chain by lot: each context allows some next words, in proportion to Zipf weights times luck.

    Word w has the weight (w + 1)^-zipf. A context allows `successors` words, drawn without replacement
    in proportion to weight (Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003), and the number
    after its last word, which links all words. Each of them follows with a chance in proportion to its
    weight over its chance to be drawn, times an exponential draw of mean 1. At order 0 words are
    independent and their frequencies are the weights themselves.
    """

    kind: ClassVar[str] = "markov"

    vocabulary: int = param(
        500,
        ge=1,
        le=1_000_000,
        unit="words",
        role="uncertainty",
        source="assumption: large enough for rare words, small enough for thousands of texts to show most of them",
        meaning="words V of the language",
    )
    order: int = param(
        1,
        ge=0,
        le=8,
        unit="words",
        role="uncertainty",
        source="assumption: the simplest language in which words depend on each other",
        meaning="words before it that the next word depends on",
    )
    zipf: float = param(
        1.0,
        ge=0,
        le=5,
        unit="exponent",
        role="uncertainty",
        source="word frequencies, Piantadosi 2014, doi:10.3758/s13423-014-0585-6",
        meaning="exponent of the weights of words, rank^-zipf, which their frequencies follow roughly",
    )
    successors: int | None = param(
        20,
        ge=1,
        unit="words",
        role="uncertainty",
        source="assumption: grammar and topic leave few of many words",
        meaning="next words that a context allows, by lot; none, or as many as there are words: all",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        pairs = self.vocabulary ** (self.order + 1)
        if pairs > LARGEST:
            message = (
                f"vocabulary and order make {pairs:,} pairs of a context and a next word, "
                f"more than {LARGEST:,}; lower one of them"
            )
            raise ValueError(message)
        return self

    def source(self, key: np.uint64, draw: Streams) -> Source:
        """See :class:`TextSource`."""
        words, size = self.vocabulary, self.vocabulary**self.order
        weight: NDArray[np.float64] = np.arange(1, words + 1).astype(float) ** -self.zipf
        code = np.arange(size)
        places = [code // words**place % words for place in range(self.order - 1, -1, -1)]
        context = np.array(places, dtype=np.int32).reshape(self.order, size).T
        chance: NDArray[np.float64] = np.tile(weight, (size, 1))
        if self.order > 0:
            who = child_keys(np.full(size, key), 0, code)
            if self.successors is not None and self.successors < words:
                u = draw.uniforms("text.successors", who, words)
                np.multiply(chance, _allowed(self.successors, weight, u, context[:, -1]), out=chance)
            np.multiply(chance, -np.log1p(-draw.uniforms("text.luck", who, words)), out=chance)
        row, word = np.nonzero(chance)
        probability = (chance / chance.sum(axis=1, keepdims=True))[row, word]
        start = np.searchsorted(row, np.arange(size + 1))
        after = (row * words + word) % size
        return Source(chain_of(words, context, start, word.astype(np.int32), probability, after), numbered(words))


def _allowed(
    count: int, weight: NDArray[np.float64], u: NDArray[np.float64], last: NDArray[np.int32]
) -> NDArray[np.float64]:
    """What each word's weight is multiplied by after each context, 0 if not allowed, shape (contexts, words).

    A word that is drawn gets 1 over its chance to be drawn, which keeps frequencies near the weights.

    Args:
        count: words drawn, fewer than there are.
        weight: of each word, shape (words,).
        u: uniform draws, shape (contexts, words).
        last: last word of each context, shape (contexts,).
    """
    race = -np.log1p(-u) / weight
    edge = np.partition(race, count - 1, axis=1)[:, count - 1 : count]
    factor = np.where(race <= edge, 1.0 / -np.expm1(-weight * edge), 0.0)
    here, following = np.arange(len(race)), (last + 1) % len(weight)
    factor[here, following] = np.maximum(factor[here, following], 1.0)
    return factor
