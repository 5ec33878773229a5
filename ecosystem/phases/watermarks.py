"""Watermarks: which labs put them in, and the test for them, as curators and labs apply it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.core.streams import Streams
from ecosystem.phases.compliance import complies
from ecosystem.world.content import OPEN_WEB
from ecosystem.world.settings.general import MarkParameters, WatermarkTest
from ecosystem.world.world import World

__all__ = ["Chances", "chances", "find", "in_use", "written_by"]


class Chances(NamedTuple):
    """How well the test does."""

    power: float
    """Chance that it finds a watermark that is there."""
    false_positive: float
    """Chance that it finds one that is not."""


def chances(settings: MarkParameters) -> Chances:
    """The two chances: as set, or exactly as the test has them."""
    test = settings.watermark_test
    if test is None:
        return Chances(settings.watermark_power, settings.watermark_false_positive)
    return Chances(_passes(test, test.green_share), _passes(test, test.green_list))


def in_use(world: World) -> NDArray[np.bool_]:
    """Which labs watermark what they write, shape (labs,): of their own accord, or as the law makes it the cheaper.

    What it costs a lab in a month it judges by the public items that it had a part in the month before.
    """
    own = np.array([lab.settings.watermarks for lab in world.labs.values()], dtype=np.bool_)
    expected = world.rules.labs.unwatermarked
    if not expected.any():
        return own
    scale, cost = world.settings.scale.people_per_human, world.settings.marks.watermark_cost
    return own | complies(written_by(world, world.clock.step - 1) * scale * cost, expected)


def written_by(world: World, step: int) -> NDArray[np.int64]:
    """Public items of a month that each lab has had a part in, shape (labs,)."""
    rows = world.rows_of(step)
    public = world.content.curator[rows] >= OPEN_WEB
    return times_each(np.maximum(world.content.lab[rows][public], -1), len(world.labs))


def find(
    there: NDArray[np.bool_], settings: MarkParameters, decision: str, keys: NDArray[np.uint64], draw: Streams
) -> NDArray[np.bool_]:
    """Whether the test finds a watermark in each text, shape (texts,).

    Args:
        there: whether a text carries one, shape (texts,).
        settings: how well the test does.
        decision: names the draws.
        keys: identity of each trial, shape (texts,).
        draw: streams of the month.
    """
    known = chances(settings)
    if known.false_positive == 0 and not there.any():
        return np.zeros(len(there), dtype=np.bool_)
    return draw.chance(decision, keys, np.where(there, known.power, known.false_positive))


@lru_cache(maxsize=64)
def _passes(test: WatermarkTest, green: float) -> float:
    """Chance that z exceeds the threshold where each token is green with the chance ``green``.

    The number of green tokens is binomial, and the chance its exact upper tail
    (Kirchenbauer et al. 2023, arXiv:2301.10226).
    """
    from scipy.special import bdtrc  # noqa: PLC0415 - slow to import

    count, share = np.arange(test.tokens + 1), test.green_list
    z = (count - share * test.tokens) / np.sqrt(test.tokens * share * (1 - share))
    unsuspicious = int(np.sum(z <= test.threshold))  # z grows with the count
    if unsuspicious == 0:
        return 1.0
    return float(bdtrc(unsuspicious - 1, test.tokens, green))
