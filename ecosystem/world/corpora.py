"""What each lab holds to train on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams
from ecosystem.strategies.learners.base import Corpus, Documents, Learner
from ecosystem.world.content import Items

__all__ = ["Corpora", "Holding", "documents"]

FORGOTTEN = 1e-9
"""Weight below which a document is dropped; a billion of them would count as one."""


def documents(items: Items, rows: NDArray[np.int64], weight: NDArray[np.float64]) -> Documents:
    """Training documents from rows of the table of items, each counting for ``weight``."""
    return Documents(
        items.domain[rows].astype(np.int64),
        items.idea[rows].astype(np.int64),
        items.correct[rows],
        items.style[rows],
        items.depth[rows],
        items.share[rows],
        weight,
    )


class Holding:
    """One lab's documents: sufficient statistics, or rows where trainings draw a sample of them."""

    def __init__(self, learner: Learner, space: Ragged, styles: int, *, keeps_rows: bool) -> None:
        """Start empty."""
        self._learner, self._space, self._styles = learner, space, styles
        self.corpus: Corpus = learner.corpus(space, styles)
        self.keeps_rows = keeps_rows
        self.rows = np.empty(0, dtype=np.int64)
        self.weight = np.empty(0)

    def collect(self, items: Items, rows: NDArray[np.int64]) -> None:
        """Take in items by row."""
        weight = np.ones(len(rows))
        if self.keeps_rows:
            self.rows = np.concatenate([self.rows, rows])
            self.weight = np.concatenate([self.weight, weight])
        else:
            self.corpus.absorb(documents(items, rows, weight))

    @property
    def documents(self) -> float:
        """Weighted number of documents held."""
        return float(self.weight.sum()) if self.keeps_rows else self.corpus.documents

    def sample(self, items: Items, budget: int | None, key: np.uint64, draw: Streams) -> Corpus:
        """What a training uses: everything held, or ``budget`` documents drawn without replacement.

        The draw is in proportion to weight by exponential races (Efraimidis and Spirakis 2006,
        doi:10.1016/j.ipl.2005.11.003), keyed by item: a document more displaces at most one other.
        """
        if not self.keeps_rows:
            return self.corpus
        rows, weight = self.rows, self.weight
        if budget is not None and budget < len(rows):
            race = draw.exponential("train.sample", items.key[rows] ^ key) / weight
            chosen = np.sort(np.argpartition(race, budget)[:budget]) if budget > 0 else np.empty(0, dtype=np.int64)
            # Each chosen document counts once: its weight has been spent on being chosen.
            rows, weight = rows[chosen], np.ones(len(chosen))
        corpus = self._learner.corpus(self._space, self._styles)
        corpus.absorb(documents(items, rows, weight))
        return corpus

    def forget(self, retention: float) -> None:
        """Keep this share of the weight of everything held."""
        self.corpus.forget(retention)
        self.weight = self.weight * retention
        kept = self.weight > FORGOTTEN
        self.rows, self.weight = self.rows[kept], self.weight[kept]

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The state as arrays."""
        state = {f"corpus.{name}": value for name, value in self.corpus.dump().items()}
        return state | {"rows": self.rows, "weight": self.weight}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        prefix = "corpus."
        self.corpus.load({k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)})
        self.rows, self.weight = state["rows"], state["weight"]


class Corpora:
    """The holdings of all labs, by index of the lab."""

    def __init__(self, holdings: list[Holding]) -> None:
        """Take the holdings in the order of the labs."""
        self.holdings = holdings

    def __getitem__(self, lab: int) -> Holding:
        """The holding of a lab."""
        return self.holdings[lab]

    def collect(self, items: Items, lab: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """Give each crawled row to the lab that crawled it (arrays of shape (crawled,))."""
        for index, holding in enumerate(self.holdings):
            holding.collect(items, rows[lab == index])
