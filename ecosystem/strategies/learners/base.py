"""How a lab turns documents into a model: absorb, forget, fit; write, answer, be measured."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.chains import Chain
from ecosystem.core.ragged import Ragged
from ecosystem.core.registry import Component, Registry
from ecosystem.core.selection import Selection
from ecosystem.core.streams import Streams

__all__ = ["Corpus", "Documents", "Learner", "Model", "TextFit", "TextModel", "Writing"]


class Documents(NamedTuple):
    """Training documents; every array has shape (documents,) but for style."""

    domain: NDArray[np.int64]
    idea: NDArray[np.int64]
    """Number of the idea within its domain."""
    correct: NDArray[np.bool_]
    style: NDArray[np.floating]
    """Shape (documents, styles), style units."""
    depth: NDArray[np.floating]
    """Model generations the document has been through."""
    share: NDArray[np.floating]
    """Synthetic share of the document, in [0, 1]."""
    weight: NDArray[np.float64]
    """How many documents each one counts for."""
    key: NDArray[np.uint64] | None = None
    """Identity of each document, for learners that draw from among them; None where nobody needs it."""
    tokens: NDArray[np.int32] | None = None
    """Words of each text as numbers of its domain's vocabulary, shape (documents, length).

    -1 throughout for a document without text; None where items carry none.
    """
    words: NDArray[np.int64] | None = None
    """Size of the vocabulary of each document's domain, given with ``tokens``."""

    def take(self, rows: NDArray[np.integer]) -> Documents:
        """The documents at ``rows``."""
        return Documents._make(None if column is None else column[rows] for column in self)


class Writing(NamedTuple):
    """What a model wrote; arrays of shape (texts,) but for style."""

    idea: NDArray[np.int64]
    """Number within the domain; -1 where the model knows nothing of the domain."""
    correct: NDArray[np.bool_]
    style: NDArray[np.float32]
    """Shape (texts, styles)."""
    tokens: NDArray[np.int32] | None = None
    """Words, shape (texts, length); -1 throughout where the model knows no text; None if it writes none."""


class Corpus(ABC):
    """What a learner keeps of the documents it was shown."""

    @property
    @abstractmethod
    def documents(self) -> float:
        """Weighted number of documents held."""

    @abstractmethod
    def absorb(self, documents: Documents) -> None:
        """Add documents; the order in which batches come does not matter but for rounding."""

    @abstractmethod
    def forget(self, retention: float) -> None:
        """Keep this share (0 to 1) of the weight of everything absorbed so far."""

    @abstractmethod
    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The state as arrays of its own, which absorbing more does not change."""

    @abstractmethod
    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""


class TextFit(NamedTuple):
    """How a model's text compares with the truth; arrays of shape (domains,), NaN where it knows no text."""

    cross_entropy: NDArray[np.float64]
    """Mean of -ln Q(next word) over true text, nats per word; infinite where the model rules out what comes."""
    heterozygosity: NDArray[np.float64]
    """Mean over the contexts of true text of 1 minus the sum of squared Q."""


class TextModel(ABC):
    """The part of a model that knows words: chances Q of the next word, before temperature and top-p."""

    @abstractmethod
    def write(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], temperature: float, top_p: float, draw: Streams
    ) -> NDArray[np.int32]:
        """Words of one text per key, shape (texts, length); as :meth:`Model.write`."""

    @abstractmethod
    def fit_to(self, chain: Chain, domains: NDArray[np.int64]) -> TextFit:
        """How the model fits what is true in some domains, exactly.

        Args:
            chain: the truth of all of them.
            domains: shape (domains,).
        """

    @abstractmethod
    def next_words(self, domain: int, context: NDArray[np.integer]) -> NDArray[np.float64]:
        """Q after some contexts of a domain, shape (contexts, vocabulary).

        Args:
            domain: a single one.
            context: words, the oldest first, shape (contexts, length).
        """

    @abstractmethod
    def context_states(
        self, domains: NDArray[np.int64], context: NDArray[np.integer]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How varied Q is after some contexts, and how often the model has seen them.

        Args:
            domains: shape (domains,).
            context: as for :meth:`next_words`, the same in all domains.

        Returns:
            1 minus the sum of squared Q, NaN in a domain without text, and the weighted number of words
            that followed each context in training; both of shape (domains, contexts).
        """


class Model(ABC):
    """A trained generation: frozen, able to write, to answer and to be measured."""

    space: Ragged
    """Layout of ideas by domain."""
    probability: NDArray[np.float64]
    """Chance that each idea is written about, given its domain, shape (ideas,)."""
    accuracy: NDArray[np.float64]
    """Chance that what is said of each idea is right, shape (ideas,)."""
    known: NDArray[np.bool_]
    """Whether the model holds each idea, shape (ideas,)."""
    mean: NDArray[np.float64]
    """Mean style of each domain, shape (domains, styles)."""
    covariance: NDArray[np.float64]
    """Style covariance of each domain, shape (domains, styles, styles)."""
    depth: NDArray[np.float64]
    """Mean depth of the training documents of each domain, shape (domains,); NaN without any."""
    weight: NDArray[np.float64]
    """Weighted training documents of each domain, shape (domains,)."""
    synthetic_share: float
    """Mean synthetic share of the training documents; NaN without any."""

    @property
    def text(self) -> TextModel | None:
        """What it knows of words; None for a model that writes none."""
        return None

    @cached_property
    def held(self) -> NDArray[np.int64]:
        """Flat positions of the ideas that the model holds, ascending: few of all that there may be, shape (held,)."""
        return np.flatnonzero(self.known)

    @cached_property
    def held_space(self) -> Ragged:
        """Layout by domain of the ideas that the model holds."""
        return self.space.picked(self.held)

    @cached_property
    def held_probability(self) -> NDArray[np.float64]:
        """Chance that each idea held is written about, given its domain, shape (held,)."""
        return self.probability[self.held]

    @cached_property
    def held_accuracy(self) -> NDArray[np.float64]:
        """Chance that what is said of each idea held is right, shape (held,)."""
        return self.accuracy[self.held]

    def skill(self, at: Selection) -> NDArray[np.float64]:
        """Chance that a question on each idea at some flat positions is answered right: 0 on an idea not held."""
        return np.asarray(self.accuracy[at] * self.known[at])

    @abstractmethod
    def write(
        self,
        keys: NDArray[np.uint64],
        domains: NDArray[np.int64],
        temperature: float,
        top_p: float,
        draw: Streams,
    ) -> Writing:
        """Write one text per key, in its domain.

        Args:
            keys: identity of each text, shape (texts,).
            domains: shape (texts,).
            temperature: ideas are drawn from p^(1/T), style as :meth:`style_variance` says; > 0.
            top_p: ideas are drawn from the smallest set with at least this share of the mass.
            draw: streams of the month.
        """

    def write_without_words(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], temperature: float, top_p: float, draw: Streams
    ) -> Writing:
        """The same texts as :meth:`write`, for those who do not look at their words: ``tokens`` is None."""
        return self.write(keys, domains, temperature, top_p, draw)._replace(tokens=None)

    def style_variance(self, temperature: float) -> NDArray[np.float64]:
        """Variance of what is written at a temperature T, summed over the style dimensions, shape (domains,).

        T^2 times that of T = 1, unless a model says otherwise.
        """
        trace: NDArray[np.float64] = np.trace(self.covariance, axis1=1, axis2=2)
        return trace * temperature**2

    @abstractmethod
    def answer(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], ideas: NDArray[np.int64], draw: Streams
    ) -> NDArray[np.bool_]:
        """Whether each answer to a question on an idea is right, shape (questions,)."""

    @abstractmethod
    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The state as arrays."""


class Learner(Component):
    """A way to estimate a model from a corpus."""

    registry: ClassVar[Registry[type[Learner]]] = Registry("learner")

    @abstractmethod
    def corpus(self, space: Ragged, styles: int) -> Corpus:
        """An empty corpus over ``space`` (ideas by domain) and ``styles`` style dimensions."""

    @abstractmethod
    def fit(
        self, corpus: Corpus, capacity: int | None, tuning: NDArray[np.float64], key: np.uint64, draw: Streams
    ) -> Model:
        """Estimate a model.

        Args:
            corpus: what was absorbed.
            capacity: most ideas the model can hold; None for no limit.
            tuning: shift of the model's style by how its lab tunes it, shape (styles,).
            key: identity of the lab, for draws.
            draw: streams of the month.
        """

    @abstractmethod
    def restore(self, space: Ragged, state: dict[str, NDArray[Any]]) -> Model:
        """Rebuild a model from its dump."""
