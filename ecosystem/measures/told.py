"""Which ideas the month's new items tell, and how often they are right about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.selection import DENSE
from ecosystem.world.content import OPEN_WEB

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["Ideas"]

type F64 = NDArray[np.float64]
type I64 = NDArray[np.int64]

_PUBLIC = int(OPEN_WEB)


@compiled
def _code(
    curator: NDArray[np.int16],
    domain: NDArray[np.int32],
    idea: NDArray[np.int32],
    correct: NDArray[np.bool_],
    offsets: I64,
    codes: I64,
) -> int:
    """Write twice the flat position of each public item's idea, and one more if it is right; gives how many."""
    public = np.uint64(0)
    for i in range(np.uint64(curator.size)):
        codes[public] = 2 * (offsets[np.uint64(domain[i])] + idea[i]) + np.int64(correct[i])
        public += np.uint64(curator[i] >= _PUBLIC)
    return int(public)


@compiled
def _sum_up(codes: I64, told: I64, count: I64, right: I64) -> int:
    """Fill in what :func:`_counted` gives from codes (items,), ascending; gives how many ideas there are."""
    ideas = np.int64(-1)
    for i in range(codes.size):
        if ideas < 0 or told[ideas] != codes[i] >> 1:
            ideas += 1
            told[ideas], count[ideas], right[ideas] = codes[i] >> 1, 0, 0
        count[ideas] += 1
        right[ideas] += codes[i] & 1
    return int(ideas) + 1


def _counted(codes: I64, ideas: int) -> tuple[I64, I64, I64]:
    """Flat positions of the ideas told, ascending, how often each is, and how often rightly."""
    if 2 * ideas > DENSE * len(codes):  # few of all that might be told: sorted, and not counted in place
        codes.sort()
        told, count, right = np.empty((3, len(codes)), np.int64)
        found = _sum_up(codes, told, count, right)
        return told[:found], count[:found], right[:found]
    wrong, right = np.bincount(codes, minlength=2 * ideas).reshape(-1, 2).T
    at = np.flatnonzero(wrong + right)
    return at, wrong[at] + right[at], right[at]


class Ideas(NamedTuple):
    """Ideas that the month's public items tell; arrays of shape (ideas told,)."""

    domain: I64
    items: F64
    """New items on the idea."""
    correct: F64
    """Those of them that are right."""

    @classmethod
    def of(cls, world: World) -> Ideas:
        """Count the new items of the open month by idea."""
        items, month, space = world.content, world.rows_of(world.clock.step), world.reality.space
        codes = np.empty(month.stop - month.start, np.int64)
        curator, domain, idea, correct = items.curator, items.domain, items.idea, items.correct
        public = _code(curator[month], domain[month], idea[month], correct[month], space.offsets, codes)
        at, count, right = _counted(codes[:public], space.size)
        return cls(space.picked(at).row_of(), count.astype(np.float64), right.astype(np.float64))
