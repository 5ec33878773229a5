"""What is on show this month: items in every curator's window, weighted by exposure."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.sampling import Tables, WeightedGroups

__all__ = ["Feed", "Shelves", "shelve"]


class Shelves(NamedTuple):
    """Rows sorted into shelves: shelf s holds ``rows[start[s]:start[s + 1]]``, in order of row."""

    start: NDArray[np.int64]
    rows: NDArray[np.int64]


@compiled
def _place(shelf: NDArray[np.int64], start: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    filled = start.copy()
    for i in range(shelf.size):
        if shelf[i] >= 0:
            rows[filled[shelf[i]]] = i
            filled[shelf[i]] += 1


def shelve(shelf: NDArray[np.int64], shelves: int) -> Shelves:
    """Sort positions onto ``shelves`` shelves in linear time; shelf -1 is left out."""
    start = np.zeros(shelves + 1, dtype=np.int64)
    np.cumsum(np.bincount(shelf[shelf >= 0], minlength=shelves), out=start[1:])
    rows = np.empty(int(start[-1]), dtype=np.int64)
    _place(shelf, start, rows)
    return Shelves(start, rows)


class Feed(NamedTuple):
    """Items on show, as a range of rows of the table of items."""

    first: int
    """Row of the first item in the longest window."""
    stop: int
    """Row after the last item."""
    ranked: WeightedGroups
    """Exposure, in groups of curator * domains + domain; positions count from ``first``."""
    by_author: Shelves
    """Positions of each person's public items, one shelf a person."""
    charm: NDArray[np.float32]
    """Appeal of each item to a reader who sees no AI in it, as a chance of an upvote, shape (items,)."""
    truth: NDArray[np.float32]
    """Chance of an upvote for being visibly right, shape (items,)."""
    visible_ai: NDArray[np.float32]
    """Chance that a reader takes each item for AI, shape (items,)."""

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The feed as arrays."""
        ranked = {f"ranked.{name}": value for name, value in self.ranked.tables._asdict().items()}
        shelves = {f"by_author.{name}": value for name, value in self.by_author._asdict().items()}
        rest = {name: np.asarray(getattr(self, name)) for name in ("first", "stop", "charm", "truth", "visible_ai")}
        return ranked | shelves | rest

    @classmethod
    def load(cls, state: dict[str, NDArray[Any]]) -> Feed:
        """Rebuild from :meth:`dump`."""

        def part(prefix: str) -> dict[str, NDArray[Any]]:
            return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}

        ranked = WeightedGroups.restore(Tables(**part("ranked.")))
        return cls(
            int(state["first"]),
            int(state["stop"]),
            ranked,
            Shelves(**part("by_author.")),
            state["charm"],
            state["truth"],
            state["visible_ai"],
        )
