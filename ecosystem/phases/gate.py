"""Gate: each curator marks, downranks or removes what its detector and the marks tell it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.selection import Selection, held, selected
from ecosystem.core.streams import Streams
from ecosystem.phases import watermarks
from ecosystem.phases.detection import refit
from ecosystem.phases.moderation import consequence, detector_of, dutiful, threshold
from ecosystem.world.content import Marks
from ecosystem.world.proposals import Drafts, Releases
from ecosystem.world.world import World

__all__ = ["gate"]

CONSEQUENCE = {"allow": Marks(0), "label": Marks.LABELLED, "downrank": Marks.DOWNRANKED, "remove": Marks.REMOVED}


def gate(world: World, drafts: Drafts, draw: Streams) -> Releases:
    """Pass drafts through their hosts' gates; nobody sees an item's true origin here."""
    marks = drafts.marks
    score = np.full(len(drafts), np.nan, dtype=np.float32)
    fitted, duties, rules = {}, dutiful(world, drafts.curator, drafts.origin), world.rules.hosts
    for name, curator in world.curators.items():
        duty = bool(duties[curator.index])
        kind = detector_of(curator, world, duty=duty)
        detector = refit(kind, curator.fitted_at, curator.key, world, draw)
        if detector is not None:
            fitted[name] = detector
        elif kind is not None:
            detector = curator.detector
        rows = selected(drafts.curator == curator.index)
        if held(rows) == 0:
            continue
        suspect, flagged = _marked(drafts, rows, world, draw), np.zeros(held(rows), dtype=np.bool_)
        if detector is not None:
            score[rows] = detector.score(drafts.domain[rows], drafts.style[rows])
            least = float(np.nan_to_num(rules.standard[curator.index])) if duty else 0.0
            flagged = score[rows] > threshold(curator.settings.detector, detector, least)
            if rules.trusts[curator.index]:
                flagged &= (drafts.marks[rows] & np.uint8(Marks.SIGNED)) == 0
            suspect |= flagged
        if suspect.any():
            own = marks[rows].copy()
            own[flagged] |= np.uint8(Marks.FLAGGED)
            own[suspect] |= np.uint8(CONSEQUENCE[consequence(curator, world, duty=duty)])
            marks = marks.copy() if marks is drafts.marks else marks
            marks[rows] = own
    return Releases(drafts if marks is drafts.marks else replace(drafts, marks=marks), score, fitted)


def _marked(drafts: Drafts, rows: Selection, world: World, draw: Streams) -> NDArray[np.bool_]:
    """Which drafts say that they are AI, by a label or by a watermark that the test finds."""
    there = (drafts.marks[rows] & np.uint8(Marks.WATERMARKED)) != 0
    found = watermarks.find(there, world.settings.marks, "gate.watermark", drafts.key[rows], draw)
    return found | ((drafts.marks[rows] & np.uint8(Marks.LABELLED)) != 0)
