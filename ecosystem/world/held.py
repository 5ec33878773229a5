"""Documents that a lab keeps one by one, apart from the table of items: what a training reads of them, and no more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.selection import as_selection, part, taken
from ecosystem.core.table import Table, column
from ecosystem.core.threads import in_pieces
from ecosystem.strategies.learners.base import Corpus, Documents
from ecosystem.world.content import NO_TEXT, Items, Origin

__all__ = ["Held", "absorb", "documents"]

COPIED = ("key", "domain", "idea", "correct", "style", "share", "depth", "tokens")
"""Columns that are those of the item."""
COPIED_AT_ONCE = 1 << 14
"""Documents copied at once, so that what is in between stays in the processor's caches."""
AT_ONCE = 1 << 20
"""Documents that a learner is given at once where there are more.

assumption: a hundred megabytes or so, and enough for the cost of a call not to matter.
"""


class Held(Table):
    """Documents in the order of their collection. Once an item is published nothing of this changes."""

    key = column(np.uint64, unit="key", meaning="identity of the item")
    domain = column(np.int32, unit="domain", meaning="what field it belongs to")
    idea = column(np.int32, unit="idea", meaning="what it says: number of the idea within its domain")
    correct = column(np.bool_, unit="yes or no", meaning="whether it is right", default=False)
    style = column(np.float32, unit="style units", meaning="how it says it", shape=("styles",))
    share = column(np.float32, unit="share", meaning="synthetic share of the text")
    depth = column(np.float32, unit="generations", meaning="model generations the text has been through")
    machine = column(np.bool_, unit="yes or no", meaning="whether a model helped or wrote", default=False)
    collected = column(np.int16, unit="month", meaning="step of collection")
    weight = column(np.float64, unit="documents", meaning="how many documents it counts for")
    tokens = column(
        np.int32, unit="word", meaning="its text, as in the table of items", shape=("tokens",), default=NO_TEXT
    )

    def take_in(self, items: Items, rows: NDArray[np.int64], weight: NDArray[np.float64], step: int) -> None:
        """Copy items by row, each counting for its weight, shape (documents,), collected in month ``step``."""
        these, new = as_selection(rows), self.append(len(rows), collected=np.int16(step), weight=weight)
        pairs = [(getattr(self, name)[new], getattr(items, name)) for name in COPIED]
        machine, origin = self.machine[new], items.origin

        def work(start: int, stop: int) -> None:
            some = part(these, start, stop)
            machine[start:stop] = origin[some] != Origin.HUMAN
            for copy, texts in pairs:
                copy[start:stop] = texts[some]

        in_pieces(work, len(rows), COPIED_AT_ONCE)

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Drop all documents but these (mask of shape (documents,))."""
        if not kept.all():
            self.discard(len(self), np.flatnonzero(kept))


def documents(
    texts: Items | Held,
    rows: NDArray[np.int64],
    weight: NDArray[np.float64],
    vocabulary: NDArray[np.int64] | None = None,
) -> Documents:
    """Training documents from rows of a table, each counting for ``weight``; in arrays of their own.

    ``vocabulary``, words of each domain's, shape (domains,), is needed where items carry text.
    """
    these = as_selection(rows)
    told = vocabulary is not None and texts.dims["tokens"] > 0
    return Documents(
        texts.domain[these].astype(np.int64),
        texts.idea[these].astype(np.int64),
        taken(texts.correct, these),
        taken(texts.style, these),
        taken(texts.depth, these),
        taken(texts.share, these),
        weight,
        taken(texts.key, these),
        taken(texts.tokens, these) if told else None,
        vocabulary[texts.domain[these]] if vocabulary is not None and told else None,
    )


def absorb(
    corpus: Corpus,
    texts: Items | Held,
    rows: NDArray[np.int64],
    weight: NDArray[np.float64],
    vocabulary: NDArray[np.int64] | None,
) -> None:
    """Show documents to a learner in order of row, not too many at once; arguments as for :func:`documents`."""
    for start in range(0, max(1, len(rows)), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        corpus.absorb(documents(texts, rows[some], weight[some], vocabulary))
