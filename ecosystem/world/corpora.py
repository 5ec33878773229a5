"""What each lab holds to train on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.fading import lasting
from ecosystem.core.ragged import Ragged
from ecosystem.core.sampling import SMALLEST
from ecosystem.core.selection import selected
from ecosystem.core.streams import Streams
from ecosystem.strategies.learners.base import Corpus, Learner
from ecosystem.world.budgets import Budget, Pool
from ecosystem.world.content import Items
from ecosystem.world.held import Held, absorb, documents

__all__ = ["Corpora", "Holding", "Limit"]

LEFT = 0.9
"""Share of the most documents that stay where there are more.

assumption: a tenth is room for a while, so that lots of all of them need not be drawn every month.
"""


class Limit(NamedTuple):
    """How many documents a lab keeps one by one at most."""

    most: int
    draw: Streams
    """Streams of the founding: whether a document stays is settled once and for all."""
    who: np.uint64
    """Identity of the lab."""

    def lots(self, keys: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Lot of each document, shape (documents,); the lowest stay."""
        return self.draw.uniform("lab.keeps", keys ^ self.who)


class Holding:
    """One lab's documents: sufficient statistics, or copies where single documents have to be told apart.

    Attributes:
        corpus: what the learner keeps; empty where documents are kept one by one.
        held: documents kept one by one; empty where statistics are.
        stay: share of its documents that a lab with a limit keeps; each stands for 1 / stay of them.
    """

    def __init__(
        self,
        learner: Learner,
        space: Ragged,
        styles: int,
        *,
        one_by_one: bool,
        tokens: int = 0,
        vocabulary: NDArray[np.int64] | None = None,
        limit: Limit | None = None,
    ) -> None:
        """Start empty.

        Args:
            learner: what it trains.
            space: layout of ideas by domain.
            styles: style dimensions.
            one_by_one: whether documents have to be told apart.
            tokens: words of an item.
            vocabulary: words of each domain's, shape (domains,), where items carry text.
            limit: of documents kept one by one; None for none.
        """
        self._learner, self._space, self._styles = learner, space, styles
        self._vocabulary, self._limit = vocabulary, limit
        self.corpus: Corpus = learner.corpus(space, styles)
        self.one_by_one = one_by_one
        self.held = Held(styles=styles, tokens=tokens)
        self.stay = 1.0

    def collect(self, items: Items, rows: NDArray[np.int64], weight: NDArray[np.float64], step: int) -> None:
        """Take in items by row, each counting for its weight; those of weight 0 are left out."""
        some = weight > 0
        if not some.all():
            rows, weight = rows[some], weight[some]
        if not self.one_by_one:
            self.corpus.absorb(documents(items, rows, weight, self._vocabulary))
            return
        if self._limit is not None and self.stay < 1.0:
            lucky = self._limit.lots(items.key[rows]) < self.stay
            rows, weight = rows[lucky], weight[lucky]
        self.held.take_in(items, rows, weight, step)
        if self._limit is not None and len(self.held) > self._limit.most:
            self._thin(self._limit)

    def _thin(self, limit: Limit) -> None:
        """Keep the documents with the lowest lots, and remember the lot below which they stay.

        So they are a sample of all that was collected in which each is as likely: bottom-k sampling
        (Cohen and Kaplan 2007, doi:10.1145/1281100.1281133), where 1 / stay estimates without bias how many
        each stands for.
        """
        lot = limit.lots(self.held.key)
        left = int(LEFT * limit.most)
        self.stay = float(np.partition(lot, left)[left])
        self.held.keep(lot < self.stay)

    @property
    def documents(self) -> float:
        """Weighted number of documents held."""
        return float(self.held.weight.sum()) / self.stay if self.one_by_one else self.corpus.documents

    def sample(self, budget: Budget, who: np.uint64, domains: NDArray[np.uint64], draw: Streams) -> Corpus:
        """What a training uses: everything held, or what is drawn of it; see :meth:`Pool.draw`."""
        if not self.one_by_one:
            return self.corpus
        everything = Pool(np.arange(len(self.held)), self.held.weight / self.stay, 1 / self.stay)
        drawn = everything.draw(self.held, budget, who, domains, draw)
        corpus = self._learner.corpus(self._space, self._styles)
        absorb(corpus, self.held, drawn.rows, drawn.weight, self._vocabulary)
        return corpus

    def forget(self, retention: float, retention_human: float | None = None) -> None:
        """Keep this share of the weight of everything held, and that of human documents, if it is another.

        What has become too light beside the heaviest of its domain is dropped, and what can no longer be drawn;
        nothing is dropped whose weight stays.
        """
        self.corpus.forget(retention)
        held = self.held
        if not len(held):
            return
        share = np.full(len(held), retention)
        if retention_human is not None:
            share[~held.machine] = retention_human
        if (share == 1.0).all():
            return
        held.weight = held.weight * share
        heavy = lasting(held.weight, held.domain, self._space.rows) & (held.weight >= SMALLEST)
        held.keep((share == 1.0) | heavy)

    def expire(self, before: int | None, before_human: int | None) -> None:
        """Drop what was collected before a step, where documents are kept one by one; None drops nothing.

        Args:
            before: the step for all documents but those that people wrote alone.
            before_human: the step for these.
        """
        if before is None and before_human is None:
            return
        first, first_human = (0 if step is None else step for step in (before, before_human))
        self.held.keep(self.held.collected >= np.where(self.held.machine, first, first_human))

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The state as arrays."""
        state = {f"corpus.{name}": value for name, value in self.corpus.dump().items()}
        state |= {f"held.{name}": value for name, value in self.held.dump().items()}
        return state | {"stay": np.asarray(self.stay)}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""

        def part(prefix: str) -> dict[str, NDArray[Any]]:
            return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}

        self.corpus.load(part("corpus."))
        self.held.load(part("held."))
        self.stay = float(state["stay"])


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
