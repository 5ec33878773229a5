"""Moderation: what hosts do to suspects of their own accord, and what a duty to moderate adds to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.phases.compliance import complies
from ecosystem.strategies.detectors import Detector
from ecosystem.strategies.detectors.base import FittedDetector
from ecosystem.strategies.detectors.gaussian import Gaussian
from ecosystem.world.content import OPEN_WEB, Origin
from ecosystem.world.curators import Curator
from ecosystem.world.levers import MOST_FALSE_POSITIVES
from ecosystem.world.rules import CONSEQUENCES
from ecosystem.world.world import World

__all__ = ["consequence", "detector_of", "dutiful", "threshold"]


def dutiful(world: World, host: NDArray[np.integer], origin: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which hosts do their duty to moderate this month, shape (curators,).

    A host compares what a new item would save it, running no detector and looking at no suspect beyond what it does
    anyway, with the fine to be expected times the share of AI among new items, which surveys tell it.

    Args:
        world: as it is.
        host: of each new item, shape (items,).
        origin: likewise.
    """
    hosts, fine = list(world.curators.values()), world.rules.hosts.unmoderated
    if not fine.any():
        return np.zeros(len(hosts), dtype=np.bool_)
    items = times_each(np.maximum(host, OPEN_WEB), len(hosts))
    machine = times_each(np.maximum(host[origin == Origin.SYNTHETIC], OPEN_WEB), len(hosts))
    share = np.divide(machine, items, out=np.zeros(len(hosts)), where=items > 0)
    allows = np.array([c.settings.ai_policy == "allow" for c in hosts])
    own = np.array([c.settings.detector is not None for c in hosts])
    anew = np.where(own, allows, ~np.isnan(world.rules.hosts.standard))
    running = np.where(anew, [c.settings.moderation_cost for c in hosts], 0.0)
    looking = np.where(allows, [c.settings.review_cost for c in hosts], 0.0)
    return complies(running + looking * share, fine * share)


def detector_of(curator: Curator, world: World, *, duty: bool) -> Detector | None:
    """The detector that a host uses: its own, or where it has none and does its duty, one of the standard's rate."""
    standard = float(world.rules.hosts.standard[curator.index])
    if curator.settings.detector is None and duty and not np.isnan(standard):
        return Gaussian(false_positive=standard)
    return curator.settings.detector


def threshold(kind: Detector | None, detector: FittedDetector, least: float = 0.0) -> float:
    """Score above which who uses a detector flags, at the target it has moved to, or the ``least`` it is allowed.

    Args:
        kind: its detector in force, the false-positive target of which may have moved since the fit; None if it has
            none of its own.
        detector: as last fitted.
        least: false-positive rate that it must accept.
    """
    if kind is None and least == 0:
        return detector.threshold
    target = min(max(kind.false_positive if kind is not None else 0.0, least), MOST_FALSE_POSITIVES)
    return float(np.quantile(detector.human_scores, 1 - target))


def consequence(curator: Curator, world: World, *, duty: bool) -> str:
    """What a host does to suspects: as it wants to, or what its duty demands if that is more."""
    own = CONSEQUENCES.index(curator.settings.ai_policy)
    return CONSEQUENCES[max(own, int(world.rules.hosts.consequence[curator.index])) if duty else own]
