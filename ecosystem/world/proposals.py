"""What phases propose, policies amend and the world commits: frozen arrays.

Shapes: n items or documents, h people, a reads per person, p publishers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem.strategies.adaptation.base import Trials
from ecosystem.strategies.detectors.base import FittedDetector
from ecosystem.strategies.learners.base import Model
from ecosystem.world.ledger import Transfers
from ecosystem.world.licences import Terms
from ecosystem.world.rules import Rules

__all__ = [
    "Asked",
    "Crawls",
    "Drafts",
    "InstitutionShifts",
    "LinkSet",
    "MarketShifts",
    "Money",
    "PeopleShifts",
    "PublisherShifts",
    "Reads",
    "Releases",
    "Rules",
    "Shifts",
    "Training",
    "Votes",
]


@dataclass(frozen=True)
class Drafts:
    """Items about to be published, and documents that labs had made for themselves."""

    key: NDArray[np.uint64]
    domain: NDArray[np.int32]
    idea: NDArray[np.int32]
    """Number within the domain; one that is not in use yet is an invention."""
    correct: NDArray[np.bool_]
    style: NDArray[np.float32]
    """Shape (n, styles)."""
    origin: NDArray[np.uint8]
    share: NDArray[np.float32]
    depth: NDArray[np.float32]
    author: NDArray[np.int32]
    lab: NDArray[np.int16]
    curator: NDArray[np.int16]
    marks: NDArray[np.uint8]
    source: NDArray[np.int64]
    tokens: NDArray[np.int32]
    """Words of the text, shape (n, tokens)."""

    def __len__(self) -> int:
        """Number of drafts."""
        return len(self.key)

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """The drafts as columns of the table of items."""
        return {entry.name: getattr(self, entry.name) for entry in fields(Drafts)}

    def take(self, rows: NDArray[np.generic]) -> Drafts:
        """The drafts at ``rows`` (indices or a mask)."""
        return Drafts(**{name: column[rows] for name, column in self.columns().items()})

    @classmethod
    @cache
    def none(cls, styles: int, tokens: int = 0) -> Drafts:
        """No drafts at all, of so many style dimensions and words."""
        types = {
            "key": np.uint64,
            "domain": np.int32,
            "idea": np.int32,
            "correct": np.bool_,
            "style": np.float32,
            "origin": np.uint8,
            "share": np.float32,
            "depth": np.float32,
            "author": np.int32,
            "lab": np.int16,
            "curator": np.int16,
            "marks": np.uint8,
            "source": np.int64,
            "tokens": np.int32,
        }
        wide = {"style": (0, styles), "tokens": (0, tokens)}
        return cls(**{name: np.empty(wide.get(name, 0), dtype=kind) for name, kind in types.items()})

    @classmethod
    def join(cls, parts: list[Drafts]) -> Drafts:
        """All drafts of a non-empty list, in order."""
        some = [part for part in parts if len(part)] or parts[:1]
        if len(some) == 1:
            return some[0]
        return cls(
            **{entry.name: np.concatenate([getattr(part, entry.name) for part in some]) for entry in fields(Drafts)}
        )


@dataclass(frozen=True)
class Releases:
    """Drafts after the hosts' gates, and the detectors that were refitted for it."""

    drafts: Drafts
    score: NDArray[np.float32]
    """The host's detector score of each draft, nats; NaN without a detector."""
    detectors: dict[str, FittedDetector] = field(default_factory=dict)
    """Newly fitted detectors by name of the curator."""

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """As columns of the table of items."""
        return self.drafts.columns() | {"score": self.score}


@dataclass(frozen=True)
class Reads:
    """Which item each person read each time."""

    item: NDArray[np.int32]
    """Row of the item, -1 for a read that found nothing, shape (h, a)."""


@dataclass(frozen=True)
class Votes:
    """Which reads ended in an upvote."""

    upvoted: NDArray[np.bool_]
    """Shape (h, a)."""


@dataclass(frozen=True)
class LinkSet:
    """Hyperlinks of this month's items."""

    source: NDArray[np.int64]
    """Row of the item that links, shape (links,)."""
    target: NDArray[np.int64]
    """Row of the item linked to, shape (links,)."""


@dataclass(frozen=True)
class Asked:
    """Questions put to assistants; arrays of shape (questions,). There may be ten for each item, so they are short."""

    human: NDArray[np.int32]
    ordinal: NDArray[np.int32]
    """Number of the question among its asker's of the month."""
    lab: NDArray[np.int16]
    domain: NDArray[np.int32]
    idea: NDArray[np.int32]
    right: NDArray[np.bool_]
    """Whether the assistant's answer was right."""
    corrected: NDArray[np.bool_]
    """Whether the asker saw a wrong answer and put it right."""
    logged: NDArray[np.bool_]
    """Whether the lab keeps the question, as asked and corrected, to train on."""

    @classmethod
    @cache
    def none(cls) -> Asked:
        """No questions."""
        return cls.blank(0)

    @classmethod
    def blank(cls, count: int) -> Asked:
        """Room for ``count`` questions, to be filled."""
        types: Any = (np.int32, np.int32, np.int16, np.int32, np.int32, np.bool_, np.bool_, np.bool_)
        return cls(*(np.empty(count, dtype=kind) for kind in types))

    def part(self, rows: slice) -> Asked:
        """A view of some of the questions."""
        return Asked(*(getattr(self, entry.name)[rows] for entry in fields(Asked)))


@dataclass(frozen=True)
class Crawls:
    """What each lab takes into its corpus."""

    lab: NDArray[np.int64]
    """Lab of each row taken, shape (taken,)."""
    row: NDArray[np.int64]
    """Row of the item, shape (taken,)."""
    weight: NDArray[np.float64]
    """How many documents each counts for, shape (taken,)."""
    visited: NDArray[np.int64]
    """Pages each lab fetched, whether kept or not, shape (labs,)."""
    detectors: dict[str, FittedDetector] = field(default_factory=dict)
    """Newly fitted detectors by name of the lab."""
    fetched: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """Pages of each host that each lab fetched, shape (labs, curators).

    Only looked at in a market of licences, and where a fee is due for pages.
    """

    def take(self, kept: NDArray[np.bool_]) -> Crawls:
        """What is left if only these (mask of shape (taken,)) are taken; what was fetched stays fetched."""
        return replace(self, lab=self.lab[kept], row=self.row[kept], weight=self.weight[kept])

    def plus(self, lab: NDArray[np.int64], row: NDArray[np.int64], weight: NDArray[np.float64]) -> Self:
        """These and what labs are given besides, arrays of shape (given,); nobody takes a row twice.

        In order of lab and row, so that it makes no difference which of two gifts comes first.
        """
        size = 1 + max(self.row.max(initial=0), row.max(initial=0))
        new = ~np.isin(lab * size + row, self.lab * size + self.row)
        if not new.any():
            return self
        labs, rows = np.concatenate([self.lab, lab[new]]), np.concatenate([self.row, row[new]])
        order = np.lexsort((rows, labs))
        weights = np.concatenate([self.weight, weight[new]])
        return replace(self, lab=labs[order], row=rows[order], weight=weights[order])


@dataclass(frozen=True)
class Training:
    """New generations of models by name of the lab."""

    models: dict[str, Model]
    documents: dict[str, float]
    """Weighted documents that each was trained on."""
    benchmarks: dict[str, float]
    """Accuracy on the public benchmark, by name of the lab."""
    effort: dict[str, float] = field(default_factory=dict)
    """Share of its compute that each lab used; all of it where it is not named."""


@dataclass(frozen=True)
class Money:
    """Payments of the month."""

    transfers: Transfers
    crawls: Crawls
    """What labs took, for whoever collects for it."""


@dataclass(frozen=True)
class PeopleShifts:
    """How people change, arrays over people (h,); where nobody does, the columns as they stand."""

    motivation: NDArray[np.float32]
    expectation: NDArray[np.float32]
    assistant: NDArray[np.int16]
    home: NDArray[np.int16]
    met: NDArray[np.float32]
    liked: NDArray[np.float64]
    """Upvotes per read at each curator this month, shape (curators,)."""
    paid: NDArray[np.float32]
    """What each real person was paid, USD."""
    seen: NDArray[np.float64]
    """Share of reads at each curator in which readers saw AI, shape (curators,)."""
    premiums: NDArray[np.float64]
    """What a signed item earns above an unsigned one at each curator, averaged over months, USD; (curators,)."""


@dataclass(frozen=True)
class PublisherShifts:
    """How publishers change, arrays over publishers (p,); where none does, the columns as they stand."""

    volume: NDArray[np.float32]
    margin: NDArray[np.float32]
    lab: NDArray[np.int16]
    active: NDArray[np.bool_]
    produced: NDArray[np.float32]
    revenue: NDArray[np.float64]
    cost: NDArray[np.float64]
    views: NDArray[np.float32]
    pay: NDArray[np.float32]
    """Shape (p, curators, modes)."""
    wrote: NDArray[np.float32]
    """Shape (p, curators, modes)."""
    read: NDArray[np.float64]
    """See `Market`, shape (curators, 2)."""
    posted: NDArray[np.float64]
    """See `Market`, shape (curators, 2)."""
    levers: NDArray[np.float64]
    """Where their levers stand, shape (p, levers)."""
    settled: NDArray[np.float64]
    """Where they stood before the present trial, shape (p, levers)."""
    settled_payoff: NDArray[np.float64]
    memory: NDArray[np.float64]
    """Shape (p, numbers)."""
    earned: NDArray[np.float64]
    months: NDArray[np.int32]
    entrants: NDArray[np.int64]
    """Group of each new publisher, shape (entrants,)."""
    planned: NDArray[np.int64]
    """See `Market`, shape (planned, 2)."""


@dataclass(frozen=True)
class InstitutionShifts:
    """Next trials of the institutions that review, by name; each of a single row."""

    curators: dict[str, Trials]
    labs: dict[str, Trials]


@dataclass(frozen=True)
class MarketShifts:
    """Who comes and goes among labs, and what investors think of them."""

    bankrupt: tuple[str, ...]
    """Labs that close."""
    entering: tuple[str, ...]
    """Labs that have waited and are founded for next month."""
    optimism: float
    """Share of investors who are optimists next month."""
    income: float
    """What users pay all labs in a month, averaged, as investors see it, USD; NaN before the first payment."""
    licences: Terms
    """What hosts ask, and all contracts."""


@dataclass(frozen=True)
class Shifts:
    """How everyone changes."""

    people: PeopleShifts
    publishers: PublisherShifts
    institutions: InstitutionShifts
    market: MarketShifts
