"""Which pages a lab's crawler takes, of those the rules let it take."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.registry import Component, Registry

__all__ = ["Crawler", "Pages"]


class Pages(NamedTuple):
    """What a crawler can see of settled pages; every array has shape (pages,)."""

    month: NDArray[np.int64]
    """Month of publication, counted as 12 * year + month - 1."""
    votes: NDArray[np.float64]
    links: NDArray[np.float64]
    authority: NDArray[np.float64]
    """PageRank of the author, in multiples of an author whom nobody links to."""
    signed: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    watermarked: NDArray[np.bool_]
    """Carries a watermark that the crawler's test recognises."""
    flagged: NDArray[np.bool_]
    """Taken for synthetic by the lab's detector at its false-positive target; never without a detector."""
    licensed: NDArray[np.bool_]
    """Hosted by a curator that the lab has bought a licence from."""


class Crawler(Component):
    """A choice of pages."""

    registry: ClassVar[Registry[type[Crawler]]] = Registry("crawler")
    takes_all: ClassVar[bool] = False
    """Whether it accepts every page, so that nobody has to look at them."""

    @abstractmethod
    def accepts(self, pages: Pages) -> NDArray[np.bool_]:
        """Whether each page is taken, shape (pages,)."""
