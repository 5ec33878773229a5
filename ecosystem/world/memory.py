"""What stays in memory: items that nobody needs any more leave, and what names items by row learns the new rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ecosystem.world.feed import longest_window

if TYPE_CHECKING:
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["Need", "first_kept", "let_go", "needs"]


class Need(NamedTuple):
    """Somebody who has to find items of some age."""

    months: int
    """Newest months whose items it may look at, the current one among them."""
    who: str
    """Who that is and which keys say so, as a clause."""
    remedy: str = "lower curators.*.window"
    """What to change for the need to be less."""


def needs(settings: list[WorldSettings]) -> Iterator[Need]:
    """How old the items are that somebody looks at in a run under these settings, one after the other.

    Two need not be told: what a lab holds it has copies of, and for those who fit detectors the past keeps texts.
    """
    window = max(map(longest_window, settings))
    yield Need(window, "they are on show for so long (curators.*.window)")
    for now in settings:
        if now.humans.attention > 0:
            # Whoever writes next month repeats what was read in this one.
            yield Need(window + 1, "people repeat what they read last month (curators.*.window plus one)")
        if any(group.may_rewrite for group in now.publishers.groups):
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


def first_kept(settings: WorldSettings, step: int) -> int:
    """First month whose items are in memory in month ``step``; whoever needs those before must take them earlier."""
    keep = settings.scale.keep_items
    return 0 if keep is None else max(0, step + 1 - keep)


def let_go(world: World) -> None:
    """Let everything leave that nobody looks at any more: links first, then items, if the scenario says so.

    What later months need of the items has been taken in by the past before.
    """
    _let_links_go(world)
    world.past.look_through(world, world.clock.step)
    months = first_kept(world.settings, world.clock.step)
    if months <= world.past.months:
        return
    cut = int(world.month_start[months])
    world.past.take_in(world, months, cut)
    if cut > 0:
        world.content.discard(cut)
        _renumber(world, cut)


def _let_links_go(world: World) -> None:
    """Let links leave that are too old to count for authority, under any settings."""
    longest = max(settings.links.window for settings in world.regimes)
    world.links.discard(world.links.after(world.clock.step - longest))


def _renumber(world: World, cut: int) -> None:
    """Bring everything up to date that names items by row; whatever else does so one day belongs here."""
    world.month_start = np.maximum(world.month_start - cut, 0)
    links = world.links
    here = (links.source >= cut) & (links.target >= cut)
    links.discard(len(links), np.flatnonzero(here))
    links.source -= cut
    links.target -= cut
    reads = world.reads  # changed where they are, as memory is what this is about
    np.maximum(np.subtract(reads, np.int32(cut), out=reads), np.int32(-1), out=reads)
    world.remember(reads, world.upvoted)
    if world.feed is not None:
        first = world.feed.first - cut
        world.feed = world.feed._replace(first=first, stop=world.feed.stop - cut) if first >= 0 else None
