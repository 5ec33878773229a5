"""Labelled samples for detectors: what a curator or a lab can know to be human or a model's."""

from __future__ import annotations

import numpy as np

from ecosystem.core.streams import Streams, child_keys
from ecosystem.strategies.detectors.base import Detector, FittedDetector, Samples
from ecosystem.world.vouched import Vouched, vouched_for
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
    human = known_human(world, kind.samples, key)
    return None if human is None else kind.fit(human, machine, world.reality.domains)


def known_human(world: World, count: int, key: np.uint64) -> Samples | None:
    """Public text from before the first model, and signed text, by lot; None where there is none.

    Nobody may look at an item's true origin: only its date and its signature vouch for it. One more item
    displaces one other, and the texts that a detector sets aside stay set aside; see :class:`Vouched`.
    """
    past = world.past
    if key in past.texts:
        known, first = past.texts[key], past.looked_through
    else:
        known, first = Vouched.none(world.content.dims["styles"]), past.months
    for step in range(first, world.clock.step + 1):
        known = known.joined(world, vouched_for(world, step), key, count // 2)
    return known.samples(count)


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
