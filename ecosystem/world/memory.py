"""What stays in memory: items that nobody needs any more leave, and what names items by row learns the new rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.world.content import GONE
from ecosystem.world.feed import longest_window

if TYPE_CHECKING:
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["Need", "Stay", "let_go", "needs"]

type Rows = NDArray[np.int64]


class Need(NamedTuple):
    """Somebody who has to find items of some age."""

    months: int | None
    """Newest months whose items it may look at, the current one among them; None for every month."""
    who: str
    """Who that is and which keys say so, as a clause."""
    remedy: str = "lower curators.*.window"
    """What to change for the need to be less."""


def needs(settings: list[WorldSettings]) -> Iterator[Need]:
    """How old the items are that somebody looks at in a run under these settings, one after the other.

    What the holding of a lab names by row need not be told: that stays by itself.
    """
    window = max(map(longest_window, settings))
    yield Need(window, "they are on show for so long (curators.*.window)")
    for now in settings:
        if now.humans.attention > 0:
            # Whoever writes next month repeats what was read in this one.
            yield Need(window + 1, "people repeat what they read last month (curators.*.window plus one)")
        if any(group.mode == "rewrite" for group in now.publishers.groups):
            yield Need(window + 1, "publishers rewrite what was on show last month (curators.*.window plus one)")
        if now.links.per_item > 0:
            past = max(after.links.window for after in settings)
            yield Need(
                past + window - 1,
                "authority goes by who linked to whom (links.window plus curators.*.window less one)",
                "lower links.window or curators.*.window",
            )
        for lab in now.labs:
            if lab.data.crawlers:
                key = f"labs.{lab.name}.data.settle"
                yield Need(lab.data.settle + 1, f"lab {lab.name!r} crawls them late ({key} plus one)", f"lower {key}")
        if any(lab.detector is not None for lab in now.labs) or any(c.detector is not None for c in now.curators):
            yield Need(
                None,
                "detectors are fitted on human text of any age (curators.*.detector, labs.*.detector)",
                "use no detector",
            )


class Stay(NamedTuple):
    """Which rows of the table of items stay: all from one on, and some before it."""

    cut: int
    """The first of the newer rows, all of which stay."""
    held: Rows
    """The older rows that stay, rising."""

    def places(self, starts: Rows) -> Rows:
        """How many rows that stay come before each row: where a range that started there starts now."""
        newer = starts - self.cut + len(self.held)
        return np.where(starts >= self.cut, newer, np.searchsorted(self.held, starts))

    def renumbered(self, rows: NDArray[np.integer], gone: int) -> Rows:
        """The new number of each row, ``gone`` for one that leaves; negative numbers, which name no row, stay."""
        if rows.size == 0:
            return rows.astype(np.int64)
        new = self.places(rows.astype(np.int64, copy=False))
        leaves = (rows >= 0) & (rows < self.cut) & ~np.isin(rows, self.held)
        return np.where(rows < 0, rows, np.where(leaves, gone, new))


def let_go(world: World) -> None:
    """Let the items leave that are older than the scenario keeps and that no lab holds by row."""
    keep = world.settings.scale.keep_items
    oldest = world.clock.step + 1 - keep if keep is not None else 0
    if oldest <= 0:
        return
    cut = int(world.month_start[oldest])
    stay = Stay(cut, _held(world, cut))
    if len(stay.held) == cut:
        return
    world.content.discard(cut, stay.held)
    _renumber(world, stay)


def _held(world: World, cut: int) -> Rows:
    """Rows before ``cut`` that a lab's holding names, rising."""
    named = np.zeros(cut, dtype=np.bool_)
    for holding in world.corpora.holdings:
        named[holding.rows[holding.rows < cut]] = True
    return np.flatnonzero(named)


def _renumber(world: World, stay: Stay) -> None:
    """Bring everything up to date that names items by row; whatever else does so one day belongs here."""
    world.month_start = stay.places(world.month_start)
    items, links = world.content, world.links
    items.source = stay.renumbered(items.source, GONE)
    ends = np.stack([stay.renumbered(links.source, GONE), stay.renumbered(links.target, GONE)])
    links.source, links.target = ends
    lost = (ends == GONE).any(axis=0)
    stop = len(lost) - int(np.argmax(lost[::-1])) if lost.any() else 0
    links.discard(stop, np.flatnonzero(~lost[:stop]))
    for holding in world.corpora.holdings:
        holding.rows = stay.renumbered(holding.rows, GONE)
    world.remember(stay.renumbered(world.reads, -1).astype(np.int32), world.upvoted)
    if world.feed is not None:
        shown = stay.places(np.array([world.feed.first, world.feed.stop]))
        kept = world.feed.first >= stay.cut
        world.feed = world.feed._replace(first=int(shown[0]), stop=int(shown[1])) if kept else None
