"""The empirical learner: frequencies of ideas, how often they were right, mean and covariance of style."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams, child_keys
from ecosystem.strategies.learners.base import Corpus, Documents, Learner, Model, Writing
from ecosystem.strategies.learners.moments import add_documents, factors, styled

__all__ = ["Empirical", "EmpiricalCorpus", "EmpiricalModel"]


class EmpiricalCorpus(Corpus):
    """Sufficient statistics; nothing of the documents themselves is kept."""

    def __init__(self, space: Ragged, styles: int) -> None:
        """Start empty."""
        self.space = space
        domains = space.rows
        self.count = np.zeros(space.size)
        self.right = np.zeros(space.size)
        self.total = np.zeros(domains)
        self.mean = np.zeros((domains, styles))
        self.scatter = np.zeros((domains, styles, styles))
        self.depths = np.zeros(domains)
        self.shares = np.zeros(domains)

    @property
    def documents(self) -> float:
        """See :class:`Corpus`."""
        return float(self.total.sum())

    def absorb(self, documents: Documents) -> None:
        """See :class:`Corpus`."""
        add_documents(
            documents.domain,
            self.space.flat(documents.domain, documents.idea),
            documents.correct,
            np.asarray(documents.style, dtype=np.float32),
            documents.depth.astype(float),
            documents.share.astype(float),
            documents.weight,
            self.count,
            self.right,
            self.total,
            self.mean,
            self.scatter,
            self.depths,
            self.shares,
        )

    def forget(self, retention: float) -> None:
        """See :class:`Corpus`."""
        for sums in (self.count, self.right, self.total, self.scatter, self.depths, self.shares):
            np.multiply(sums, retention, out=sums)
        if retention == 0.0:
            self.mean[:] = 0.0

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """See :class:`Corpus`."""
        return {name: value.copy() for name, value in vars(self).items() if name != "space"}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """See :class:`Corpus`."""
        for name, value in state.items():
            setattr(self, name, value.astype(float))


class EmpiricalModel(Model):
    """Draws ideas by their estimated frequency and style from one Gaussian per domain."""

    def __init__(self, space: Ragged, state: dict[str, NDArray[Any]]) -> None:
        """Hold the estimates; ``state`` names the attributes of :class:`Model` and the key of the lots for ties."""
        self.space = space
        self.probability = state["probability"]
        self.accuracy = state["accuracy"]
        self.known = state["known"]
        self.mean = state["mean"]
        self.covariance = state["covariance"]
        self.depth = state["depth"]
        self.weight = state["weight"]
        self.synthetic_share = float(state["synthetic_share"])
        self._tie = np.uint64(state.get("tie", 0))
        self._state = state
        self._factor = np.zeros_like(self.covariance)
        factors(self.covariance, self._factor)
        self._cumulative: dict[tuple[float, float], NDArray[np.float64]] = {}

    def cumulative(self, temperature: float, top_p: float) -> NDArray[np.float64]:
        """Running sums, within each domain, of the tempered and truncated idea weights, shape (ideas,)."""
        if (temperature, top_p) not in self._cumulative:
            weights = self.probability
            if temperature != 1.0:
                # Relative to the most likely idea, so that a low temperature cannot underflow them all.
                top = np.repeat(self.space.maxima(weights), self.space.lengths)
                ratio = np.divide(weights, top, out=np.zeros_like(weights), where=top > 0)
                weights = ratio ** (1.0 / temperature)
            if top_p < 1.0:
                weights = self._nucleus(weights, top_p)
            self._cumulative[temperature, top_p] = self.space.running(weights)
        return self._cumulative[temperature, top_p]

    def _nucleus(self, weights: NDArray[np.float64], top_p: float) -> NDArray[np.float64]:
        """Weights with all but the smallest set of at least ``top_p`` of the mass set to 0.

        Nucleus sampling, Holtzman et al. 2020, arXiv:1904.09751. Ties at its edge fall by lot.
        """
        lot = child_keys(np.full(self.space.size, self._tie), 0, _numbers(self.space))
        order = np.lexsort((lot, -weights, self.space.row_of()))
        ordered = self.space.shares(weights)[order]
        before = self.space.running(ordered) - ordered
        kept = np.zeros_like(weights)
        inside = order[before < top_p]
        kept[inside] = weights[inside]
        return kept

    def write(
        self,
        keys: NDArray[np.uint64],
        domains: NDArray[np.int64],
        temperature: float,
        top_p: float,
        draw: Streams,
    ) -> Writing:
        """See :class:`Model`."""
        cumulative = self.cumulative(temperature, top_p)
        idea = draw.categorical_ragged("model.idea", keys, domains, self.space.offsets, cumulative)
        correct = draw.chance("model.correct", keys, self.accuracy[self.space.flat(domains, np.maximum(idea, 0))])
        styles = self.mean.shape[1]
        out = np.empty((len(keys), styles), dtype=np.float32)
        normal = draw.normal("model.style", keys, styles)
        styled(domains, self.mean, self._factor, temperature, normal, out)
        return Writing(idea, correct, out)

    def answer(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], ideas: NDArray[np.int64], draw: Streams
    ) -> NDArray[np.bool_]:
        """See :class:`Model`."""
        return draw.chance("model.answer", keys, self.accuracy[self.space.flat(domains, ideas)])

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """See :class:`Model`."""
        return dict(self._state)


class Empirical(Learner):
    """Maximum likelihood on what the corpus holds, smoothed only where correctness is concerned.

    Idea frequencies are relative counts; accuracy of an idea is (right + prior * hallucination) /
    (count + prior); style is the mean and covariance of each domain. Under replacement this is
    Wright-Fisher drift (Seddik et al. 2024, arXiv:2404.05090) and the Gaussian model of Shumailov et
    al. 2024, doi:10.1038/s41586-024-07566-y.
    """

    kind: ClassVar[str] = "empirical"

    prior: float = param(
        1.0,
        ge=0,
        unit="pseudo-documents",
        role="uncertainty",
        source="assumption: one document's worth of doubt",
        meaning="weight of the prior in the estimated correctness of an idea",
    )
    hallucination: float = param(
        0.2,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: a guess without support is right one time in five",
        meaning="chance that a statement without any support in the training set is right",
    )
    estimator: Literal["maximum_likelihood", "unbiased"] = param(
        "maximum_likelihood",
        unit="name",
        source="the usual estimator of generative models",
        meaning="style covariance divided by N (maximum_likelihood) or by N - 1 (unbiased)",
    )

    def corpus(self, space: Ragged, styles: int) -> EmpiricalCorpus:
        """See :class:`Learner`."""
        return EmpiricalCorpus(space, styles)

    def fit(
        self, corpus: Corpus, capacity: int | None, tuning: NDArray[np.float64], key: np.uint64, draw: Streams
    ) -> EmpiricalModel:
        """See :class:`Learner`."""
        if not isinstance(corpus, EmpiricalCorpus):
            message = f"the empirical learner needs its own corpus, not {type(corpus).__name__}"
            raise TypeError(message)
        space = corpus.space
        known = _most_frequent(space, corpus.count, capacity, key, draw)
        supported = np.divide(
            corpus.right + self.prior * self.hallucination,
            corpus.count + self.prior,
            out=np.full(space.size, self.hallucination),
            where=corpus.count + self.prior > 0,
        )
        some = corpus.total > 0
        divisor = corpus.total if self.estimator == "maximum_likelihood" else corpus.total - 1
        lower = np.divide(
            corpus.scatter,
            divisor[:, None, None],
            out=np.zeros_like(corpus.scatter),
            where=(divisor > 0)[:, None, None],
        )
        diagonal = np.einsum("dii->di", lower)
        covariance = lower + lower.transpose(0, 2, 1)
        np.einsum("dii->di", covariance)[...] -= diagonal
        depth = np.divide(corpus.depths, corpus.total, out=np.full(space.rows, np.nan), where=some)
        documents = corpus.documents
        share = corpus.shares.sum() / documents if documents > 0 else np.nan
        return EmpiricalModel(
            space,
            {
                "probability": space.shares(np.where(known, corpus.count, 0.0)),
                "accuracy": np.where(known, supported, self.hallucination),
                "known": known,
                "mean": corpus.mean + tuning,
                "covariance": covariance,
                "depth": depth,
                "weight": corpus.total.copy(),
                "synthetic_share": np.asarray(share),
                "tie": draw.bits("learner.nucleus", np.array([key]))[0],
            },
        )

    def restore(self, space: Ragged, state: dict[str, NDArray[Any]]) -> EmpiricalModel:
        """See :class:`Learner`."""
        return EmpiricalModel(space, state)


def _numbers(space: Ragged) -> NDArray[np.int64]:
    """A number of each idea for lots, shape (ideas,), from its domain and its place there.

    A flat position would not do: it depends on how many ideas are still to come in other domains.
    """
    row = space.row_of()
    return (row << 32) + np.arange(space.size) - space.offsets[row]


def _most_frequent(
    space: Ragged, count: NDArray[np.float64], capacity: int | None, key: np.uint64, draw: Streams
) -> NDArray[np.bool_]:
    """Which ideas a model of that capacity holds, shape (ideas,): the most frequent ones seen."""
    seen = count > 0
    if capacity is None or int(seen.sum()) <= capacity:
        return seen
    # Ties fall by lot: idea numbers follow true salience, which no learner may profit from.
    lot = draw.uniform("learner.tie", np.full(space.size, key), _numbers(space))
    order = np.lexsort((lot, -count))
    known = np.zeros(len(count), dtype=np.bool_)
    known[order[:capacity]] = True
    return known & seen
