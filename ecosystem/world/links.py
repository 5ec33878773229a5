"""Hyperlinks between items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.table import Table, column
from ecosystem.core.threads import share_out
from ecosystem.world.content import Origin

if TYPE_CHECKING:
    from ecosystem.world.content import Items

__all__ = ["Links", "between_authors", "cite"]

_SYNTHETIC = int(Origin.SYNTHETIC)


class Links(Table):
    """Item-to-item links in order of creation, as far back as any may count for authority (`links.window`)."""

    step = column(np.int32, unit="month", meaning="step of creation")
    source = column(np.int32, unit="row", meaning="item that links")
    target = column(np.int32, unit="row", meaning="item linked to")

    def after(self, step: int) -> int:
        """The first row of those created after a month."""
        return int(np.searchsorted(self.step, np.int32(step), side="right"))  # another type would copy the column


@compiled
def cite(targets: NDArray[np.int64], links: NDArray[np.float32]) -> None:
    """Count each target among the in-links so far of all items, shape (items,)."""
    for i in range(np.uint64(targets.size)):
        links[np.uint64(targets[i])] += np.float32(1.0)


@compiled
def _find_authors(
    rows: NDArray[np.int32],
    origin: NDArray[np.uint8],
    author: NDArray[np.int32],
    people: int,
    out: NDArray[np.int32],
) -> None:
    """Fill ``out`` with the authors of the items in ``rows``, publishers after people."""
    for i in range(np.uint64(rows.size)):
        row = np.uint64(rows[i])
        out[i] = author[row] + people * np.int64(origin[row] == _SYNTHETIC)


def between_authors(links: Links, first: int, items: Items, people: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Who links to whom, over the links from row ``first`` on; nobody gains standing by linking to themselves.

    Returns:
        the author of each link's source and of its target, people numbered before publishers.
    """
    sources, targets = links.source[first:], links.target[first:]

    def work(start: int, stop: int) -> NDArray[np.int32]:
        ends = np.empty((2, stop - start), np.int32)
        for rows, out in ((sources, ends[0]), (targets, ends[1])):
            _find_authors(rows[start:stop], items.origin, items.author, people, out)
        return ends[:, ends[0] != ends[1]]

    found = np.concatenate(share_out(work, len(sources)), axis=1)
    return found[0], found[1]
