"""Draws in proportion to weights that are known by their running sums, row by row.

A draw looks for the first running sum above u times the row's total. Where many draws are made, a guide says where
to begin: it cuts [0, 1) into at least as many cells as the row has weights and remembers the answer at the start of
each, so that a draw looks at two sums on average, however many there are, and gives the same answer (H.-C. Chen and
Y. Asau 1974, doi:10.1080/05695557408974949).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain
from ecosystem.core.keyed import agent_base, draw_bits, search_running, unit
from ecosystem.core.threads import share_out

__all__ = ["Urns"]

type Keys = NDArray[np.uint64]
type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]

_WORTH = 4
"""Weights for each draw, up to which a guide is worth making: it takes 4 ns a weight, and saves 10 to 40 ns a draw.
Measured."""


@compiled
def _cut(offsets: Ints, running: Floats, cells: Ints) -> None:
    """Lay out the cells of all rows (rows + 1,): a power of two for each, or none where nothing can be drawn."""
    cells[0] = 0
    for row in range(offsets.size - 1):
        size, number = offsets[row + 1] - offsets[row], 0
        if size > 0 and running[offsets[row + 1] - 1] > 0.0:
            number = 1
            while number < size:
                number *= 2
        cells[row + 1] = cells[row] + number


@compiled
def _guide(offsets: Ints, running: Floats, cells: Ints, most: Floats, guide: NDArray[np.int32]) -> None:
    """Answers at the start of every cell; ``most`` (rows,) is the most that a draw of each row may look for."""
    for row in range(most.size):
        number, start, at = cells[row + 1] - cells[row], offsets[row], 0
        for cell in range(number):
            target = min(cell / number * running[offsets[row + 1] - 1], most[row])
            while running[start + at] <= target:
                at += 1
            guide[cells[row] + cell] = at


@compiled
def _fill_searched(key: np.uint64, who: Keys, rows: Ints, out: Ints, offsets: Ints, running: Floats) -> bool:
    """Draw by halving; gives whether all ``rows`` exist."""
    last = np.uint64(offsets.size - 1)
    for i in range(who.size):
        row = np.uint64(rows[i])
        if row >= last:
            return False
        u = unit(draw_bits(agent_base(key, who[i]), 0))
        out[i] = search_running(running, offsets[row], offsets[row + np.uint64(1)], u)
    return True


@compiled
def _fill_guided(
    key: np.uint64, who: Keys, rows: Ints, out: Ints, offsets: Ints, running: Floats,
    cells: Ints, most: Floats, guide: NDArray[np.int32],
) -> bool:  # fmt: skip
    """Draw the same by the guide; gives whether all ``rows`` exist."""
    last, one = np.uint64(offsets.size - 1), np.uint64(1)
    for i in range(who.size):
        row = np.uint64(rows[i])
        if row >= last:
            return False
        number = cells[row + one] - cells[row]
        if number == 0:
            out[i] = -1
            continue
        u = unit(draw_bits(agent_base(key, who[i]), 0))
        start, stop = np.uint64(offsets[row]), np.uint64(offsets[row + one])
        target = min(u * running[stop - one], most[row])
        at = np.uint64(guide[np.uint64(cells[row]) + np.uint64(u * number)])  # a power of two times u is exact
        while running[start + at] <= target:
            at += one
        out[i] = at
    return True


class Urns:
    """Rows of weights, to be drawn from again and again while they stay as they are.

    Row r owns ``running[offsets[r]:offsets[r + 1]]``, its own running sums of weights: finite, never falling (not
    checked), and not necessarily normalised.

    Args:
        offsets: shape (rows + 1,).
        running: shape (weights in all,).

    Raises:
        ValueError: the last offset is not the number of running sums.
    """

    __slots__ = ("_drawn", "_tables")

    def __init__(self, offsets: Any, running: Any) -> None:
        """Look at weights; nothing is copied."""
        bounds, sums = plain(offsets, np.int64), plain(running, np.float64)
        if bounds.size == 0 or int(bounds[-1]) != sums.size:
            message = f"offsets do not end at {sums.size}, the number of running sums"
            raise ValueError(message)
        self._tables: tuple[NDArray[Any], ...] = (bounds, sums)
        self._drawn = 0

    def draw(self, key: np.uint64, who: Keys, rows: Ints) -> Ints:
        """Index within row ``rows[i]`` for each identity key ``who[i]``, shape (draws,); -1 for a row of zeros.

        Raises:
            IndexError: there is no such row.
        """
        out = np.empty(who.size, np.int64)
        kernel, tables = self._prepared(who.size)

        def work(start: int, stop: int) -> bool:
            part = slice(start, stop)
            return kernel(key, who[part], rows[part], out[part], *tables)

        if not all(share_out(work, who.size)):
            message = f"rows outside 0 to {self._tables[0].size - 2}"
            raise IndexError(message)
        return out

    def _prepared(self, draws: int) -> tuple[Callable[..., bool], tuple[NDArray[Any], ...]]:
        """Make the guide if so many more draws are worth it; gives the loop to draw with, and what it looks into."""
        tables = self._tables  # taken once: another thread may be about to make the guide, too
        if len(tables) > 2:  # noqa: PLR2004 - offsets, running sums, and what guides
            return _fill_guided, tables
        self._drawn += draws
        offsets, running = tables
        if running.size == 0 or _WORTH * self._drawn < running.size:
            return _fill_searched, tables
        cells = np.empty_like(offsets)
        _cut(offsets, running, cells)
        # As in search_running; a row without weights has no cells, so that it does not matter what it gets here.
        most, guide = np.nextafter(running[offsets[1:] - 1], 0.0), np.empty(int(cells[-1]), np.int32)
        _guide(offsets, running, cells, most, guide)
        self._tables = (offsets, running, cells, most, guide)
        return _fill_guided, self._tables
