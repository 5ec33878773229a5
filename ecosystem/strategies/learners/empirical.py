"""The empirical learner: frequencies of ideas, how often they were right, mean and covariance of style."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.ragged import Ragged
from ecosystem.core.selection import Selection, selected
from ecosystem.core.streams import Streams, Urns, child_keys
from ecosystem.strategies.learners.base import Corpus, Documents, Learner, Model, Writing
from ecosystem.strategies.learners.moments import add_documents, factors, styled

__all__ = ["Counting", "Empirical", "EmpiricalCorpus", "EmpiricalModel"]


class EmpiricalCorpus(Corpus):
    """Sufficient statistics; nothing of the documents themselves is kept."""

    def __init__(self, space: Ragged, styles: int) -> None:
        """Start empty."""
        self.space = space
        domains = space.rows
        self._told = np.zeros(space.size, np.bool_)  # quicker to look through than counts
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
        flat = self.space.flat(documents.domain, documents.idea)
        self._told[flat] = True
        add_documents(
            documents.domain,
            flat,
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
        if retention == 1.0:
            return
        for sums in (self.count, self.right, self.total, self.scatter, self.depths, self.shares):
            np.multiply(sums, retention, out=sums)
        if retention == 0.0:
            self.mean[:] = 0.0

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """See :class:`Corpus`."""
        return {name: value.copy() for name, value in vars(self).items() if name not in {"space", "_told"}}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """See :class:`Corpus`."""
        for name, value in state.items():
            setattr(self, name, value.astype(float))
        self._told = self.count > 0

    def seen(self) -> NDArray[np.int64]:
        """Flat positions of the ideas that count, ascending, shape (ideas seen,)."""
        told = np.flatnonzero(self._told)
        counts = self.count[told] > 0
        return told if counts.all() else told[counts]


OF_ALL = ("probability", "accuracy", "known")
"""What a dump of a model gives of all ideas, each of shape (ideas,)."""
OF_HELD = ("held", "held_probability", "held_accuracy", "guess")
"""What estimates give of ideas instead: their flat positions, each of shape (held,), and the accuracy of a guess."""


class EmpiricalModel(Model):
    """Draws ideas by their estimated frequency and style from one Gaussian per domain.

    Of all the ideas that there may be it keeps those that it holds; arrays of all of them are made if somebody asks.
    """

    def __init__(self, space: Ragged, state: dict[str, NDArray[Any]]) -> None:
        """Hold the estimates.

        Args:
            space: ideas by domain.
            state: names the attributes of :class:`Model` and the key of the lots for ties. What is known of ideas
                is given for those held, with the accuracy of a guess on the others, or for all (see :data:`OF_ALL`).
        """
        self.space = space
        if "held" in state:
            self.held = state["held"]
            self.held_probability, self.held_accuracy = state["held_probability"], state["held_accuracy"]
        else:
            self.probability, self.accuracy, self.known = (state[name] for name in OF_ALL)
        self.mean = state["mean"]
        self.covariance = state["covariance"]
        self.depth = state["depth"]
        self.weight = state["weight"]
        self.synthetic_share = float(state["synthetic_share"])
        self._tie = np.uint64(state.get("tie", 0))
        self._state = state
        self._cumulative: dict[tuple[float, float], NDArray[np.float64]] = {}
        self._urns: dict[tuple[float, float], Urns] = {}

    @cached_property
    def probability(self) -> NDArray[np.float64]:  # type: ignore[override]  # an attribute like any other
        """See :class:`Model`."""
        return self._of_all(0.0, self.held_probability)

    @cached_property
    def accuracy(self) -> NDArray[np.float64]:  # type: ignore[override]
        """See :class:`Model`."""
        return self._of_all(self._state["guess"], self.held_accuracy)

    @cached_property
    def known(self) -> NDArray[np.bool_]:  # type: ignore[override]
        """See :class:`Model`."""
        return self._of_all(0.0, np.ones(len(self.held))) > 0

    def _of_all(self, other: Any, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """An array of all ideas, shape (ideas,), from what holds of those held and of any other."""
        out = np.full(self.space.size, other, dtype=np.float64)
        out[self.held] = held
        return out

    def skill(self, at: Selection) -> NDArray[np.float64]:
        """See :class:`Model`."""
        if not isinstance(at, slice):
            return super().skill(at)
        first, stop = np.searchsorted(self.held, [at.start, at.stop])
        out = np.zeros(at.stop - at.start)
        out[self.held[first:stop] - at.start] = self.held_accuracy[first:stop]
        return out

    @cached_property
    def _factor(self) -> NDArray[np.float64]:
        """Lower Cholesky factor of each domain's covariance."""
        out = np.zeros_like(self.covariance)
        factors(self.covariance, out)
        return out

    def cumulative(self, temperature: float, top_p: float) -> NDArray[np.float64]:
        """Running sums, within each domain, of the tempered and truncated weights of ideas held, shape (held,)."""
        if (temperature, top_p) not in self._cumulative:
            weights = self.held_probability
            if temperature != 1.0:
                # Relative to the most likely idea, so that a low temperature cannot underflow them all.
                top = np.repeat(self.held_space.maxima(weights), self.held_space.lengths)
                ratio = np.divide(weights, top, out=np.zeros_like(weights), where=top > 0)
                weights = ratio ** (1.0 / temperature)
            if top_p < 1.0:
                weights = self._nucleus(weights, top_p)
            self._cumulative[temperature, top_p] = self.held_space.running(weights)
        return self._cumulative[temperature, top_p]

    def _nucleus(self, weights: NDArray[np.float64], top_p: float) -> NDArray[np.float64]:
        """Weights (held,) with all but the smallest set of at least ``top_p`` of the mass set to 0.

        Nucleus sampling, Holtzman et al. 2020, arXiv:1904.09751. Ties at its edge fall by lot.
        """
        space = self.held_space
        lot = child_keys(np.full(space.size, self._tie), 0, _numbers(self.space, self.held, space))
        order = np.lexsort((lot, -weights, space.row_of()))
        ordered = space.shares(weights)[order]
        before = space.running(ordered) - ordered
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
        at = self._ideas(keys, domains, temperature, top_p, draw)
        some = selected(at >= 0)
        idea, right = np.full(len(at), -1), np.zeros(len(at))
        idea[some] = self.held[at[some]] - self.space.offsets[domains[some]]
        right[some] = self.held_accuracy[at[some]]
        correct = draw.chance("model.correct", keys, right)
        return Writing(idea, correct, self._styles(keys, domains, temperature, draw))

    def _ideas(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], temperature: float, top_p: float, draw: Streams
    ) -> NDArray[np.int64]:
        """Which of the ideas held each text tells, shape (texts,); -1 in a domain without ideas."""
        offsets, manner = self.held_space.offsets, (temperature, top_p)
        if manner not in self._urns:
            self._urns[manner] = Urns(offsets, self.cumulative(temperature, top_p))
        place = draw.categorical_from("model.idea", keys, domains, self._urns[manner])
        return np.where(place >= 0, offsets[domains] + place, -1)

    def _styles(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], temperature: float, draw: Streams
    ) -> NDArray[np.float32]:
        """Style of each text, shape (texts, styles): from the Gaussian of its domain."""
        out = np.empty((len(keys), self.mean.shape[1]), dtype=np.float32)
        if out.size == 0:
            return out
        normal = draw.normal("model.style", keys, out.shape[1])
        styled(domains, self.mean, self._factor, temperature, normal, out)
        return out

    def answer(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], ideas: NDArray[np.int64], draw: Streams
    ) -> NDArray[np.bool_]:
        """See :class:`Model`."""
        return draw.chance("model.answer", keys, self.accuracy[self.space.flat(domains, ideas)])

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """See :class:`Model`."""
        rest = {name: value for name, value in self._state.items() if name not in OF_HELD}
        return rest | {name: getattr(self, name) for name in OF_ALL}


class Counting(Learner):
    """What learners share that count documents by idea: frequencies, capacity, accuracy, depth."""

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

    def estimates(
        self,
        corpus: EmpiricalCorpus,
        free: NDArray[np.float64],
        capacity: int | None,
        tuning: NDArray[np.float64],
        key: np.uint64,
        draw: Streams,
    ) -> dict[str, NDArray[Any]]:
        """The state of an :class:`EmpiricalModel`; as for :meth:`Learner.fit`, and what scatter is divided by.

        ``free``, shape (domains,), is the divisor of the style covariance; where it is not above 0, so is no variance.
        """
        space = corpus.space
        # Of millions of ideas a model holds some thousand.
        held = _most_frequent(corpus, capacity, key, draw)
        count, right = corpus.count[held], corpus.right[held]
        depth = np.divide(corpus.depths, corpus.total, out=np.full(space.rows, np.nan), where=corpus.total > 0)
        documents = corpus.documents
        share = corpus.shares.sum() / documents if documents > 0 else np.nan
        return {
            "held": held,
            "held_probability": space.picked(held).shares(count),
            "held_accuracy": (right + self.prior * self.hallucination) / (count + self.prior),
            "guess": np.asarray(self.hallucination),
            "mean": corpus.mean + tuning,
            "covariance": _covariance(corpus.scatter, free),
            "depth": depth,
            "weight": corpus.total.copy(),
            "synthetic_share": np.asarray(share),
            "tie": draw.bits("learner.nucleus", np.array([key]))[0],
        }


class Empirical(Counting):
    """Maximum likelihood on what the corpus holds, smoothed only where correctness is concerned.

    Idea frequencies are relative counts; accuracy of an idea is (right + prior * hallucination) /
    (count + prior); style is the mean and covariance of each domain. Under replacement this is
    Wright-Fisher drift (Seddik et al. 2024, arXiv:2404.05090) and the Gaussian model of Shumailov et
    al. 2024, doi:10.1038/s41586-024-07566-y.
    """

    kind: ClassVar[str] = "empirical"

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
        free = corpus.total if self.estimator == "maximum_likelihood" else corpus.total - 1
        return EmpiricalModel(corpus.space, self.estimates(corpus, free, capacity, tuning, key, draw))

    def restore(self, space: Ragged, state: dict[str, NDArray[Any]]) -> EmpiricalModel:
        """See :class:`Learner`."""
        return EmpiricalModel(space, state)


def _covariance(scatter: NDArray[np.float64], free: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scatter over its divisor ``free`` (domains,), both triangles of it, shape (domains, styles, styles)."""
    lower = np.zeros_like(scatter)
    if lower.size == 0:
        return lower
    np.divide(scatter, free[:, None, None], out=lower, where=(free > 0)[:, None, None])
    diagonal = np.einsum("dii->di", lower)
    covariance = lower + lower.transpose(0, 2, 1)
    np.einsum("dii->di", covariance)[...] -= diagonal
    return covariance


def _numbers(space: Ragged, at: NDArray[np.int64], layout: Ragged) -> NDArray[np.int64]:
    """A number for lots of each idea at some flat positions, from its domain and its place there, shape (at,).

    A flat position would not do: it depends on how many ideas are still to come in other domains.
    ``layout`` is that of these ideas by domain.
    """
    row = layout.row_of()
    return (row << 32) + at - space.offsets[row]


def _most_frequent(corpus: EmpiricalCorpus, capacity: int | None, key: np.uint64, draw: Streams) -> NDArray[np.int64]:
    """Flat positions, ascending, of the ideas that a model of that capacity holds: the most frequent ones seen."""
    seen, space = corpus.seen(), corpus.space
    if capacity is None or len(seen) <= capacity:
        return seen
    # Ties fall by lot: idea numbers follow true salience, which no learner may profit from.
    lot = draw.uniform("learner.tie", np.full(len(seen), key), _numbers(space, seen, space.picked(seen)))
    order = np.lexsort((lot, -corpus.count[seen]))
    return np.sort(seen[order[:capacity]])
