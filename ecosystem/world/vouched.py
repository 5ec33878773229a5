"""Texts that are known to be human, which detectors are fitted on: a sample by lot, kept however old they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.races import first_of_each
from ecosystem.core.streams import Streams
from ecosystem.strategies.detectors.base import Samples
from ecosystem.world.content import OPEN_WEB, Marks

if TYPE_CHECKING:
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["Vouched", "most_samples", "vouched_for"]


class Vouched(NamedTuple):
    """The texts with the lowest lots of each half, in order of publication; arrays of shape (texts,) but for style.

    Everybody who fits a detector draws a lot for each text, once and for all. The half of the range that
    it lies in says what the text is for (to fit, or to be set aside), the rest how early it is taken. So
    the lowest of all months are among the lowest of some months and those of the others, and a text
    that was set aside stays so.
    """

    half: NDArray[np.int64]
    """0 or 1."""
    lot: NDArray[np.float64]
    """From 0 to 1 within its half."""
    domain: NDArray[np.int64]
    style: NDArray[np.float32]
    """Shape (texts, styles)."""

    @classmethod
    def none(cls, styles: int) -> Self:
        """No texts, of so many style dimensions."""
        number = np.empty(0, dtype=np.int64)
        return cls(number, np.empty(0), number, np.empty((0, styles), dtype=np.float32))

    def joined(self, world: World, rows: NDArray[np.int64], who: np.uint64, each: int) -> Vouched:
        """The lowest ``each`` of either half of these and of items by row, as ``who`` draws lots for them."""
        items = world.content
        drawn = 2.0 * Streams(world.draw.seed, 0).uniform("detect.human", items.key[rows] ^ who)
        low = np.flatnonzero(drawn - np.floor(drawn) < self._last(each)[(drawn >= 1).astype(np.int64)])
        rows, drawn = rows[low], drawn[low]
        half, lot = np.concatenate([self.half, drawn >= 1]), np.concatenate([self.lot, drawn - np.floor(drawn)])
        kept = np.flatnonzero(first_of_each(lot, half, 2, each))
        old, new = kept[kept < len(self.lot)], rows[kept[kept >= len(self.lot)] - len(self.lot)]
        return Vouched(
            half[kept],
            lot[kept],
            np.concatenate([self.domain[old], items.domain[new].astype(np.int64)]),
            np.concatenate([self.style[old], items.style[new]]),
        )

    def _last(self, each: int) -> NDArray[np.float64]:
        """Lot in each half from which on a text comes too late, shape (2,)."""
        lots = [self.lot[self.half == half] for half in (0, 1)]
        return np.array([mine.max(initial=0.0) if len(mine) >= each else np.inf for mine in lots])

    def samples(self, count: int) -> Samples | None:
        """The lowest of each half, in turns, ``count`` in all or as many as there are; None without any at all."""
        if len(self.lot) == 0:
            return None
        each = min(int(np.sum(self.half == 0)), int(np.sum(self.half == 1)), count // 2)
        lowest = first_of_each(self.lot, self.half, 2, each)
        places = np.stack([np.flatnonzero(lowest & (self.half == half)) for half in (0, 1)], axis=1).ravel()
        return Samples(self.domain[places], self.style[places])


def vouched_for(world: World, step: int) -> NDArray[np.int64]:
    """Rows of the public items of a month that are older than the first model, or signed."""
    items, window = world.content, world.rows_of(step)
    known = items.curator[window] >= OPEN_WEB
    before = world.clock.step if world.first_model is None else world.first_model
    if step >= before:
        known &= items.has(Marks.SIGNED, window)
    rows: NDArray[np.int64] = window.start + np.flatnonzero(known)
    return rows


def most_samples(world: World, timeline: list[WorldSettings]) -> dict[np.uint64, int]:
    """Most human texts that a fit uses under any settings, by the identity of those who ever have a detector."""
    most: dict[np.uint64, int] = {}
    keys = [curator.key for curator in world.curators.values()] + [lab.key for lab in world.labs.values()]
    for settings in timeline:
        detectors = [curator.detector for curator in settings.curators] + [lab.detector for lab in settings.labs]
        for key, detector in zip(keys, detectors, strict=True):
            if detector is not None:
                most[key] = max(most.get(key, 0), detector.samples)
    return most
