"""What rankers make of whole items: those that are no product of what each thing known of an item counts for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosystem.strategies.rankers.base import Feed, exposure
from ecosystem.world.content import Marks

if TYPE_CHECKING:
    from ecosystem.world.curators import Curator
    from ecosystem.world.world import World

__all__ = ["judged"]


def judged(world: World, rows: slice) -> NDArray[np.float64]:
    """Product of the factors of such rankers, each curator's for its own items; one 1 where there are none.

    Args:
        world: as things stand now.
        rows: of the longest window.

    Returns:
        By item of ``rows``, or shape (1,).

    Raises:
        ValueError: a ranker gave no factors.
    """
    looking = {
        curator: tuple(ranker for ranker in curator.settings.ranking if not ranker.is_product())
        for curator in world.curators.values()
    }
    if not any(looking.values()):
        return np.ones(1)
    factor = np.ones(rows.stop - rows.start)
    for curator, rankers in looking.items():
        if rankers:
            shown = _shown(world, rows, curator)
            factor[shown - rows.start] = exposure(rankers, _known(world, shown))
    return factor


def _shown(world: World, rows: slice, curator: Curator) -> NDArray[np.int64]:
    """Rows of what a curator shows."""
    items = world.content
    shown = items.curator[rows] == curator.index
    shown &= items.step[rows] > world.clock.step - curator.settings.window
    return rows.start + np.flatnonzero(shown & ~items.has(Marks.REMOVED, rows))


def _known(world: World, rows: NDArray[np.int64]) -> Feed:
    """What their hosts know of items."""
    items = world.content
    return Feed(
        votes=items.votes[rows].astype(float),
        links=items.links[rows].astype(float),
        authority=world.author_authority(rows),
        age=(world.clock.step - items.step[rows]).astype(float),
        views=items.views[rows].astype(float),
        domain=items.domain[rows].astype(np.int64),
        style=items.style[rows],
        signed=items.has(Marks.SIGNED, rows),
        labelled=items.has(Marks.LABELLED, rows),
        flagged=items.has(Marks.FLAGGED, rows),
        score=items.score[rows].astype(float),
    )
