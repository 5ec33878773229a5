"""Levers: the settings that institutions move by themselves, and what their positions make of a file's settings."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import Parameters

__all__ = ["CURATORS", "LABS", "MOST_FALSE_POSITIVES", "Lever", "in_force"]

MOST_FALSE_POSITIVES = 0.5
"""Share of human text that a curator flags at most. assumption: nobody flags most of what people write."""


def _unbounded(given: float) -> float:
    del given
    return math.inf


def _no_reward(given: float) -> float:
    """A lever can undo a penalty but not make it a reward, nor raise a reward beyond the file's."""
    return max(given, 1.0)


def _not_most(given: float) -> float:
    del given
    return MOST_FALSE_POSITIVES


class Lever(NamedTuple):
    """A setting that is multiplied by e to the position of the lever."""

    name: str
    path: str
    """Where the setting is, its parts joined by dots."""
    most: Callable[[float], float] = _unbounded
    """The largest value in force, from the value given."""


LABS = (Lever("price", "price"), Lever("api_ratio", "api_ratio"))
CURATORS = (
    Lever("penalty", "penalty", _no_reward),
    Lever("false_positive", "detector.false_positive", _not_most),
)


def in_force[P: Parameters](given: P, levers: tuple[Lever, ...], positions: NDArray[np.float64]) -> P:
    """Settings as the levers make them; where all stand at 0, the very object that was given.

    A lever on a part that is absent, such as the target of no detector, moves nothing.

    Args:
        given: what the scenario says for the month.
        levers: which settings move.
        positions: natural logarithms of multipliers, shape (levers,).
    """
    settings = given
    for lever, position in zip(levers, positions, strict=True):
        if position != 0:
            settings = _moved(settings, given, lever.path.split("."), float(np.exp(position)), lever.most)
    return settings


def _moved[P: Parameters](
    settings: P, given: Parameters, path: list[str], factor: float, most: Callable[[float], float]
) -> P:
    """Settings with the value at the end of the path changed in copies of the parts on the way."""
    name, *rest = path
    before = getattr(given, name)
    if before is None:
        return settings
    after = _moved(getattr(settings, name), before, rest, factor, most) if rest else min(before * factor, most(before))
    return settings.model_copy(update={name: after})
