"""The n-gram learner: what word follows what, counted and smoothed."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.chains import Chain
from ecosystem.core.fading import lasting
from ecosystem.core.parameters import param
from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams
from ecosystem.strategies.learners.base import Corpus, Documents, TextFit, TextModel, Writing
from ecosystem.strategies.learners.empirical import Empirical, EmpiricalCorpus, EmpiricalModel
from ecosystem.strategies.learners.ngram_sums import context_states, expectations, next_words
from ecosystem.strategies.learners.ngram_writing import Weights, weights_at, written
from ecosystem.strategies.learners.ngrams import Backoff, backoff, counted, merged

__all__ = ["NGram", "NGramCorpus", "NGramModel", "NGramText"]

TEXT = ("sequences", "occurrences", "vocabulary", "length")


class NGramCorpus(EmpiricalCorpus):
    """The sums that the empirical learner keeps, and how often each word followed each context."""

    def __init__(self, space: Ragged, styles: int, order: int) -> None:
        """Start empty."""
        super().__init__(space, styles)
        self.sequences = np.empty((0, order + 2), dtype=np.int32)
        """As `counted` gives them: domain, context, next word, shape (sequences, order + 2)."""
        self.occurrences = np.empty(0)
        """Weight of each sequence, shape (sequences,)."""
        self.vocabulary = np.zeros(space.rows, dtype=np.int64)
        """Words of each domain's vocabulary, shape (domains,); 0 until a text of it was seen."""
        self.length = np.zeros((), dtype=np.int64)
        """Words of a text; 0 until one was seen."""

    def absorb(self, documents: Documents) -> None:
        """See :class:`Corpus`; documents without text count for ideas and style alone."""
        super().absorb(documents)
        if documents.tokens is None or documents.words is None or documents.tokens.size == 0:
            return
        order = self.sequences.shape[1] - 2
        self.length = np.asarray(documents.tokens.shape[1])
        self.vocabulary = self.vocabulary.copy()
        np.maximum.at(self.vocabulary, documents.domain, documents.words)
        found = counted(documents.domain, documents.tokens, documents.weight, order)
        self.sequences, self.occurrences = merged(self.sequences, self.occurrences, *found)

    def forget(self, retention: float) -> None:
        """See :class:`Corpus`."""
        super().forget(retention)
        if retention == 1.0:
            return
        weight = self.occurrences * retention
        kept = lasting(weight, self.sequences[:, 0], self.space.rows)
        self.sequences, self.occurrences = self.sequences[kept], weight[kept]

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """See :class:`Corpus`."""
        super().load({name: value for name, value in state.items() if name not in TEXT})
        for name in TEXT:
            setattr(self, name, state[name])


class NGramText(TextModel):
    """The words of an n-gram model."""

    def __init__(self, tables: Backoff, length: int, tie: np.uint64) -> None:
        """Hold the chances, the words of a text, and the key of the lots by which ties fall."""
        self.tables, self._length, self._tie = tables, length, tie
        self._weights: dict[tuple[float, float], Weights] = {}
        self._fits: list[tuple[Chain, NDArray[np.int64], TextFit]] = []

    def write(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], temperature: float, top_p: float, draw: Streams
    ) -> NDArray[np.int32]:
        """See :class:`TextModel`."""
        if (temperature, top_p) not in self._weights:
            self._weights[temperature, top_p] = weights_at(self.tables, temperature, top_p)
        weights, key = self._weights[temperature, top_p], draw.key("model.text")
        return written(self.tables, weights, self._tie, key, keys, domains, self._length)

    def fit_to(self, chain: Chain, domains: NDArray[np.int64]) -> TextFit:
        """See :class:`TextModel`; remembered, since several measures ask."""
        for known, whose, fit in self._fits:
            if known is chain and np.array_equal(whose, domains):
                return fit
        fit = TextFit(*expectations(self.tables, chain, domains).T)
        self._fits.append((chain, np.array(domains), fit))
        return fit

    def next_words(self, domain: int, context: NDArray[np.integer]) -> NDArray[np.float64]:
        """See :class:`TextModel`."""
        return next_words(self.tables, domain, context)

    def context_states(
        self, domains: NDArray[np.int64], context: NDArray[np.integer]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """See :class:`TextModel`."""
        return context_states(self.tables, domains, context)


class NGramModel(EmpiricalModel):
    """An empirical model that also writes text, of the sequences in its state and with their smoothing."""

    @property
    def text(self) -> NGramText | None:
        """See :class:`Model`."""
        return self._text

    @cached_property
    def _text(self) -> NGramText | None:
        state = self._state
        if len(state["sequences"]) == 0:
            return None
        tables = backoff(state["sequences"], state["occurrences"], state["vocabulary"], float(state["smoothing"]))
        return NGramText(tables, int(state["length"]), self._tie)

    def write(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], temperature: float, top_p: float, draw: Streams
    ) -> Writing:
        """See :class:`Model`."""
        said = self.write_without_words(keys, domains, temperature, top_p, draw)
        if self.text is None:
            return said
        return said._replace(tokens=self.text.write(keys, domains, temperature, top_p, draw))

    def write_without_words(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], temperature: float, top_p: float, draw: Streams
    ) -> Writing:
        """See :class:`Model`."""
        return super().write(keys, domains, temperature, top_p, draw)


class NGram(Empirical):
    """The empirical learner, and for text the chance of each word after the words before it.

    Counts of sequences by domain, smoothed towards shorter contexts by a hierarchical Dirichlet prior:
    P(w | c) = (n(c, w) + smoothing * P(w | c')) / (n(c) + smoothing), c' being c without its oldest
    word, and all words of the vocabulary alike beyond the empty context (MacKay and Peto 1995,
    doi:10.1017/S1351324900000218). Without smoothing it is maximum likelihood, and only a context never
    seen gives way to a shorter one. Under replacement each context then drifts as ideas do (Seddik et
    al. 2024, arXiv:2404.05090, section 2). Temperature and top-p act on the smoothed chances, word by
    word. What a text says and what it is about are drawn apart.
    """

    kind: ClassVar[str] = "n_gram"

    order: int = param(
        2,
        ge=0,
        le=16,
        unit="words",
        role="uncertainty",
        source="assumption: trigrams, the classic choice",
        meaning="words of context before the next word",
    )
    smoothing: float = param(
        1.0,
        ge=0,
        unit="words",
        role="uncertainty",
        source="assumption: a shorter context weighs as much as one word seen; 0 is maximum likelihood",
        meaning="weight of what a shorter context says in the chances after a longer one",
    )

    def corpus(self, space: Ragged, styles: int) -> NGramCorpus:
        """See :class:`Learner`."""
        return NGramCorpus(space, styles, self.order)

    def fit(
        self, corpus: Corpus, capacity: int | None, tuning: NDArray[np.float64], key: np.uint64, draw: Streams
    ) -> NGramModel:
        """See :class:`Learner`."""
        if not isinstance(corpus, NGramCorpus):
            message = f"the n-gram learner needs its own corpus, not {type(corpus).__name__}"
            raise TypeError(message)
        plain = super().fit(corpus, capacity, tuning, key, draw)
        text = {name: np.array(getattr(corpus, name)) for name in TEXT}
        return NGramModel(corpus.space, plain.dump() | text | {"smoothing": np.asarray(self.smoothing)})

    def restore(self, space: Ragged, state: dict[str, NDArray[Any]]) -> NGramModel:
        """See :class:`Learner`."""
        return NGramModel(space, state)
