"""Labelled samples for detectors: what a curator or a lab can know to be human or a model's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, child_keys
from ecosystem.strategies.detectors.base import Detector, FittedDetector, Samples
from ecosystem.world.content import OPEN_WEB, Marks
from ecosystem.world.world import World

__all__ = ["known_human", "known_machine", "refit"]


def refit(
    kind: Detector | None, last_fit: int | None, key: np.uint64, world: World, draw: Streams
) -> FittedDetector | None:
    """A new detector for whom ``key`` names, if it uses one and its last fit (a step) is too old."""
    if kind is None or (last_fit is not None and world.clock.step - last_fit < kind.refresh):
        return None
    machine = known_machine(world, kind.samples, key, draw)
    if machine is None:
        return None
    human = known_human(world, kind.samples, key, draw)
    return None if human is None else kind.fit(human, machine, world.reality.domains)


def known_human(world: World, count: int, key: np.uint64, draw: Streams) -> Samples | None:
    """Public text from before the first model, and signed text; None where there is none.

    Nobody may look at an item's true origin: only its date and its signature vouch for it. Each item
    draws a lot; the lowest are taken without replacement, and the half of the range that a lot lies in
    decides whether it comes at an even or an odd place. So one more item displaces one other, and the
    texts that a detector sets aside stay set aside.
    """
    items = world.content
    before = world.clock.step if world.first_model is None else world.first_model
    rows = np.arange(world.rows_of(before).start if before < len(world.month_start) else len(items))
    signed = np.arange(len(rows), len(items))
    signed = signed[items.has(Marks.SIGNED, signed)]
    rows = np.concatenate([rows, signed])
    rows = rows[items.curator[rows] >= OPEN_WEB]
    if len(rows) == 0:
        return None
    halves, lot = np.divmod(2.0 * draw.uniform("detect.human", items.key[rows] ^ key), 1.0)
    even, odd = np.flatnonzero(halves == 0), np.flatnonzero(halves == 1)
    each = min(len(even), len(odd), count // 2)
    places = np.stack([_lowest(lot, even, each), _lowest(lot, odd, each)], axis=1).ravel()
    rows = rows[places]
    return Samples(items.domain[rows].astype(np.int64), items.style[rows])


def _lowest(lot: NDArray[np.float64], places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Of the places the ``count`` with the lowest lots, in order of place."""
    if count == 0:
        return places[:0]
    lowest: NDArray[np.int64] = np.sort(places[np.argpartition(lot[places], count - 1)[:count]])
    return lowest


def known_machine(world: World, count: int, key: np.uint64, draw: Streams) -> Samples | None:
    """Text that the curator or lab had the public models write for it; None before there is one."""
    models = [(lab, lab.fitted) for lab in world.labs.values() if lab.usable and lab.fitted is not None]
    if not models:
        return None
    picks = child_keys(np.full(count, key), draw.step, np.arange(count))
    domain = draw.categorical("detect.domain", picks, world.reality.demand)
    turn = np.arange(count) % len(models)
    domains, styles = [], []
    for i, (lab, model) in enumerate(models):
        mine = turn == i
        text = model.write_without_words(picks[mine], domain[mine], lab.settings.temperature, lab.settings.top_p, draw)
        told = text.idea >= 0
        domains.append(domain[mine][told])
        styles.append(text.style[told])
    return Samples(np.concatenate(domains), np.concatenate(styles))
