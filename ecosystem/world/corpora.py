"""What each lab holds to train on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.fading import lasting
from ecosystem.core.ragged import Ragged
from ecosystem.core.sampling import SMALLEST
from ecosystem.core.selection import as_selection, selected, taken
from ecosystem.core.streams import Streams
from ecosystem.strategies.learners.base import Corpus, Documents, Learner
from ecosystem.world.budgets import Budget, Pool
from ecosystem.world.content import Items, Origin

__all__ = ["Corpora", "Holding", "documents"]


def documents(
    items: Items, rows: NDArray[np.int64], weight: NDArray[np.float64], vocabulary: NDArray[np.int64] | None = None
) -> Documents:
    """Training documents from rows of the table of items, each counting for ``weight``; in arrays of their own.

    ``vocabulary``, words of each domain's, shape (domains,), is needed where items carry text.
    """
    these = as_selection(rows)
    told = vocabulary is not None and items.dims["tokens"] > 0
    return Documents(
        items.domain[these].astype(np.int64),
        items.idea[these].astype(np.int64),
        taken(items.correct, these),
        taken(items.style, these),
        taken(items.depth, these),
        taken(items.share, these),
        weight,
        taken(items.key, these),
        taken(items.tokens, these) if told else None,
        vocabulary[items.domain[these]] if vocabulary is not None and told else None,
    )


class Holding:
    """One lab's documents: sufficient statistics, or rows where single documents have to be told apart.

    Attributes:
        corpus: what the learner keeps; empty where rows are kept.
        rows: row of each document held, shape (documents,).
        weight: how many documents each counts for, shape (documents,).
        collected: step in which each was collected, shape (documents,).
    """

    def __init__(
        self,
        learner: Learner,
        space: Ragged,
        styles: int,
        *,
        keeps_rows: bool,
        vocabulary: NDArray[np.int64] | None = None,
    ) -> None:
        """Start empty; ``vocabulary`` holds the words of each domain's, shape (domains,), where items carry text."""
        self._learner, self._space, self._styles = learner, space, styles
        self._vocabulary = vocabulary
        self.corpus: Corpus = learner.corpus(space, styles)
        self.keeps_rows = keeps_rows
        self.rows = np.empty(0, dtype=np.int64)
        self.weight = np.empty(0)
        self.collected = np.empty(0, dtype=np.int32)

    def collect(self, items: Items, rows: NDArray[np.int64], weight: NDArray[np.float64], step: int) -> None:
        """Take in items by row, each counting for its weight; those of weight 0 are left out."""
        some = weight > 0
        if not some.all():
            rows, weight = rows[some], weight[some]
        if self.keeps_rows:
            self.rows = np.concatenate([self.rows, rows])
            self.weight = np.concatenate([self.weight, weight])
            self.collected = np.concatenate([self.collected, np.full(len(rows), step, dtype=np.int32)])
        else:
            self.corpus.absorb(documents(items, rows, weight, self._vocabulary))

    @property
    def documents(self) -> float:
        """Weighted number of documents held."""
        return float(self.weight.sum()) if self.keeps_rows else self.corpus.documents

    def sample(
        self, items: Items, budget: Budget, who: np.uint64, domains: NDArray[np.uint64], draw: Streams
    ) -> Corpus:
        """What a training uses: everything held, or what is drawn of it; see :meth:`Pool.draw`."""
        if not self.keeps_rows:
            return self.corpus
        rows, weight = Pool(self.rows, self.weight).draw(items, budget, who, domains, draw)
        corpus = self._learner.corpus(self._space, self._styles)
        corpus.absorb(documents(items, rows, weight, self._vocabulary))
        return corpus

    def forget(self, items: Items, retention: float, retention_human: float | None = None) -> None:
        """Keep this share of the weight of everything held, and that of human documents, if it is another.

        What has become too light beside the heaviest of its domain is dropped, and what can no longer be drawn;
        nothing is dropped whose weight stays.
        """
        self.corpus.forget(retention)
        share = np.full(len(self.rows), retention)
        if retention_human is not None:
            share[items.origin[self.rows] == Origin.HUMAN] = retention_human
        if (share == 1.0).all():
            return
        self.weight = self.weight * share
        heavy = lasting(self.weight, items.domain[self.rows], self._space.rows) & (self.weight >= SMALLEST)
        self._keep((share == 1.0) | heavy)

    def expire(self, items: Items, before: int | None, before_human: int | None) -> None:
        """Drop what was collected before a step, where rows are kept; None drops nothing.

        Args:
            items: table of items.
            before: the step for all documents but those that people wrote alone.
            before_human: the step for these.
        """
        if before is None and before_human is None:
            return
        first, first_human = (0 if step is None else step for step in (before, before_human))
        human = items.origin[self.rows] == Origin.HUMAN
        self._keep(self.collected >= np.where(human, first_human, first))

    def _keep(self, kept: NDArray[np.bool_]) -> None:
        if not kept.all():
            self.rows, self.weight, self.collected = self.rows[kept], self.weight[kept], self.collected[kept]

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The state as arrays."""
        state = {f"corpus.{name}": value for name, value in self.corpus.dump().items()}
        return state | {"rows": self.rows, "weight": self.weight, "collected": self.collected}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        prefix = "corpus."
        self.corpus.load({k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)})
        self.rows, self.weight, self.collected = state["rows"], state["weight"], state["collected"]


class Corpora:
    """The holdings of all labs, by index of the lab."""

    def __init__(self, holdings: list[Holding]) -> None:
        """Take the holdings in the order of the labs."""
        self.holdings = holdings

    def __getitem__(self, lab: int) -> Holding:
        """The holding of a lab."""
        return self.holdings[lab]

    def collect(
        self,
        items: Items,
        lab: NDArray[np.int64],
        rows: NDArray[np.int64],
        weight: NDArray[np.float64],
        step: int,
    ) -> None:
        """Give each crawled row to the lab that crawled it (arrays of shape (crawled,))."""
        for index, holding in enumerate(self.holdings):
            mine = selected(lab == index)
            holding.collect(items, rows[mine], weight[mine], step)
