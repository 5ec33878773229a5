"""Scrape: each lab takes the items that have settled, under its strategy and the hosts' terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.core.ragged import Ragged
from ecosystem.core.selection import joined
from ecosystem.core.streams import Streams
from ecosystem.phases import access, watermarks
from ecosystem.phases.curation import curate, served
from ecosystem.phases.detection import refit
from ecosystem.phases.moderation import threshold
from ecosystem.strategies.crawlers.base import Pages
from ecosystem.strategies.detectors.base import FittedDetector
from ecosystem.world.content import PRIVATE, Marks
from ecosystem.world.labs import Lab
from ecosystem.world.licences import licensed, opened
from ecosystem.world.proposals import Crawls
from ecosystem.world.world import World

__all__ = ["accepted", "scrape"]


def scrape(world: World, draw: Streams) -> Crawls:
    """Choose for every lab which settled items, and which private documents of its own, it takes and how they count."""
    labs, rows, weights, detectors = [], [], [], {}
    visited = np.zeros(len(world.labs), dtype=np.int64)
    by_host = np.zeros((len(world.labs), len(world.curators)), dtype=np.int64)
    for name, lab in world.labs.items():
        if not lab.active:
            continue
        detector = refit(lab.settings.detector, lab.detector_fitted_at, lab.key, world, draw)
        if detector is not None:
            detectors[name] = detector
        # Without a crawler nothing is fetched, and nothing paid for.
        reachable = access.reachable(lab, world) if lab.settings.data.crawlers else np.empty(0, dtype=np.int64)
        visited[lab.index] = len(reachable)
        if world.settings.licences.market or world.rules.labs.has("fee"):
            by_host[lab.index] = times_each(world.content.curator[reachable], len(world.curators))
        chosen = accepted(lab, reachable, detector or lab.detector, world, draw)
        taken, weight = curate(lab, joined([chosen, _own(lab, world)], np.int64), world, draw)
        labs.append(np.full(len(taken), lab.index, dtype=np.int64))
        rows.append(taken)
        weights.append(weight)
    lab_of, row, weight = joined(labs, np.int64), joined(rows, np.int64), joined(weights, np.float64)
    return Crawls(lab_of, row, weight, visited, detectors, by_host)


def accepted(
    lab: Lab, rows: NDArray[np.int64], detector: FittedDetector | None, world: World, draw: Streams
) -> NDArray[np.int64]:
    """Of the fetched rows those that a crawler accepts, within the cap per idea and the budget."""
    strategy, items = lab.settings.data, world.content
    if not any(crawler.takes_all for crawler in strategy.crawlers):
        pages = _pages(lab, rows, detector, world, draw)
        taken = np.zeros(len(rows), dtype=np.bool_)
        for crawler in strategy.crawlers:
            taken |= crawler.accepts(pages)
        rows = rows[taken]
    if strategy.cap_per_idea is None and strategy.crawl_budget is None:
        return rows
    lot = draw.uniform("scrape.lot", items.key[rows] ^ lab.key)
    if strategy.cap_per_idea is not None and len(rows):
        flat = world.reality.space.flat(items.domain[rows], items.idea[rows])
        rows, lot = _cap(rows, lot, flat, strategy.cap_per_idea)
    if strategy.crawl_budget is not None and strategy.crawl_budget < len(rows):
        rows = np.sort(rows[np.argsort(lot, kind="stable")[: strategy.crawl_budget]])
    return rows


def _pages(lab: Lab, rows: NDArray[np.int64], detector: FittedDetector | None, world: World, draw: Streams) -> Pages:
    """What the lab's crawlers can see of the rows."""
    items = world.content
    flagged = np.zeros(len(rows), dtype=np.bool_)
    if detector is not None and len(rows):
        flagged = detector.score(items.domain[rows], items.style[rows]) > threshold(lab.settings.detector, detector)
    there, key = items.has(Marks.WATERMARKED, rows), items.key[rows] ^ lab.key
    start = world.clock.date - world.clock.step
    return Pages(
        month=12 * start.year + start.month - 1 + items.step[rows].astype(np.int64),
        votes=items.votes[rows].astype(float),
        links=items.links[rows].astype(float),
        authority=world.author_authority(rows),
        signed=items.has(Marks.SIGNED, rows),
        labelled=items.has(Marks.LABELLED, rows),
        watermarked=watermarks.find(there, world.settings.marks, "scrape.watermark", key, draw),
        flagged=flagged,
        licensed=(np.append(licensed(lab, world), False) | opened(lab, world))[items.curator[rows]],
    )


def _cap(
    rows: NDArray[np.int64], lot: NDArray[np.float64], flat: NDArray[np.int64], cap: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """At most ``cap`` rows on each idea, by lot, in order of row."""
    order = np.lexsort((lot, flat))
    counts = np.bincount(flat)
    layout = Ragged.of_lengths(counts)
    place = np.arange(len(rows)) - layout.offsets[flat[order]]
    kept = np.sort(order[place < cap])
    return rows[kept], lot[kept]


def _own(lab: Lab, world: World) -> NDArray[np.int64]:
    """Rows of this month's private documents of the lab: commissions, logs, own synthetic data."""
    items, window = world.content, world.rows_of(world.clock.step)
    mine = (items.curator[window] == PRIVATE) & (items.lab[window] == lab.index)
    if lab.settings.data.domains:
        mine &= served(lab, world)[items.domain[window]]
    return window.start + np.flatnonzero(mine)
