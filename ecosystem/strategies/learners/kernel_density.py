"""The kernel density learner: style as the sum of small Gaussians around the documents themselves."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.fading import heaviest, lasting
from ecosystem.core.parameters import param
from ecosystem.core.ragged import Ragged
from ecosystem.core.sampling import Tables, WeightedGroups
from ecosystem.core.streams import Streams
from ecosystem.strategies.learners.base import Corpus, Documents
from ecosystem.strategies.learners.empirical import Counting, EmpiricalCorpus, EmpiricalModel

__all__ = ["KernelCorpus", "KernelDensity", "KernelModel"]

ROWS = ("row_domain", "row_style", "row_weight", "row_key")


class KernelCorpus(EmpiricalCorpus):
    """The sums that the empirical learner keeps, and the style of every document."""

    def __init__(self, space: Ragged, styles: int) -> None:
        """Start empty."""
        super().__init__(space, styles)
        self.row_domain = np.empty(0, dtype=np.int64)
        self.row_style = np.empty((0, styles), dtype=np.float32)
        self.row_weight = np.empty(0)
        self.row_key = np.empty(0, dtype=np.uint64)

    def absorb(self, documents: Documents) -> None:
        """See :class:`Corpus`.

        Raises:
            ValueError: the documents have no identity.
        """
        if documents.key is None:
            message = "the kernel density learner draws from among documents; give Documents.key"
            raise ValueError(message)
        super().absorb(documents)
        some = documents.weight > 0
        self.row_domain = np.concatenate([self.row_domain, documents.domain[some]])
        self.row_style = np.concatenate([self.row_style, documents.style[some].astype(np.float32)])
        self.row_weight = np.concatenate([self.row_weight, documents.weight[some]])
        self.row_key = np.concatenate([self.row_key, documents.key[some]])

    def relative(self) -> NDArray[np.float64]:
        """Weight of each document over that of the heaviest of its domain, 0 if forgotten, shape (documents,)."""
        top = heaviest(self.row_weight, self.row_domain, self.space.rows)
        kept = lasting(self.row_weight, self.row_domain, self.space.rows)
        return np.divide(self.row_weight, top, out=np.zeros_like(top), where=kept)

    def forget(self, retention: float) -> None:
        """See :class:`Corpus`."""
        super().forget(retention)
        if retention == 1.0:
            return
        self.row_weight = self.row_weight * retention
        kept = lasting(self.row_weight, self.row_domain, self.space.rows)
        for name in ROWS:
            setattr(self, name, getattr(self, name)[kept])

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """See :class:`Corpus`."""
        super().load({name: value for name, value in state.items() if name not in ROWS})
        for name in ROWS:
            setattr(self, name, state[name])


class KernelModel(EmpiricalModel):
    """Draws ideas by their estimated frequency, and style near that of a document it was trained on.

    Beyond the state of an :class:`EmpiricalModel` it holds the bandwidth, the shift by tuning, and the
    styles of documents with the tables to draw from them, named as the fields of `Tables`.
    """

    def __init__(self, space: Ragged, state: dict[str, NDArray[Any]]) -> None:
        """Hold the estimates."""
        super().__init__(space, state)
        self.bandwidth = float(state["bandwidth"])
        self._shift, self._centre = state["shift"], state["centre"]
        self._centres = WeightedGroups.restore(Tables(*(state[name] for name in Tables._fields)))

    def style_variance(self, temperature: float) -> NDArray[np.float64]:
        """See :class:`Model`: temperature widens the kernels and leaves the documents where they are."""
        wider = self.bandwidth**2 * (temperature**2 - 1) * self.mean.shape[1]
        return np.where(self.weight > 0, super().style_variance(1.0) + wider, 0.0)

    def _styles(
        self, keys: NDArray[np.uint64], domains: NDArray[np.int64], temperature: float, draw: Streams
    ) -> NDArray[np.float32]:
        """Style of each text, shape (texts, styles): that of some document, and temperature times the bandwidth off."""
        row = self._centres.draw(draw.key("model.centre"), keys, 0, domains)  # -1, the last, where nothing was seen
        apart = self.bandwidth * temperature * draw.normal("model.style", keys, self._centre.shape[1])
        style: NDArray[np.float32] = (self._centre[row] + self._shift + apart).astype(np.float32)
        return style


class KernelDensity(Counting):
    """A Gaussian kernel around every document's style; ideas, correctness and depth as the empirical learner.

    Style is estimated by a kernel density of fixed bandwidth h (Parzen 1962, doi:10.1214/aoms/1177704472):
    a text takes the style of a document drawn in proportion to weight, and h times a standard normal.
    Its covariance is that of the documents (divisor N) plus h^2 in every dimension, so that under
    replacement by N documents variance grows towards (N - 1) h^2 instead of being lost, the setting of
    Kazdan et al. 2024, arXiv:2410.16713. A temperature multiplies h alone.
    """

    kind: ClassVar[str] = "kernel_density"

    bandwidth: float = param(
        0.3,
        ge=0,
        unit="style units",
        role="uncertainty",
        source="assumption: a quarter of the spread of human style in the default world, sqrt(1 + 0.5^2)",
        meaning="standard deviation of the kernel around each document, per style dimension",
    )

    def corpus(self, space: Ragged, styles: int) -> KernelCorpus:
        """See :class:`Learner`."""
        return KernelCorpus(space, styles)

    def fit(
        self, corpus: Corpus, capacity: int | None, tuning: NDArray[np.float64], key: np.uint64, draw: Streams
    ) -> KernelModel:
        """See :class:`Learner`."""
        if not isinstance(corpus, KernelCorpus):
            message = f"the kernel density learner needs its own corpus, not {type(corpus).__name__}"
            raise TypeError(message)
        state = self.estimates(corpus, corpus.total, capacity, tuning, key, draw)
        kernel = self.bandwidth**2 * np.eye(len(tuning))
        state["covariance"] += np.where((corpus.total > 0)[:, None, None], kernel, 0.0)
        groups = WeightedGroups(corpus.relative(), corpus.row_key, corpus.row_domain, corpus.space.rows)
        state["bandwidth"], state["shift"] = np.asarray(self.bandwidth), np.array(tuning)
        state["centre"] = np.concatenate([corpus.row_style, np.zeros((1, len(tuning)), dtype=np.float32)])
        return KernelModel(corpus.space, state | groups.tables._asdict())

    def restore(self, space: Ragged, state: dict[str, NDArray[Any]]) -> KernelModel:
        """See :class:`Learner`."""
        return KernelModel(space, state)
