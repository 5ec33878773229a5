"""What is on show this month: items in every curator's window, weighted by exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.sampling import Tables, WeightedGroups
from ecosystem.core.shelves import Shelves, shelve
from ecosystem.world.appeal import CHARM, VISIBLE, Appeal, Told, appeal, novelty_counts, told
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.exposure import expose

if TYPE_CHECKING:
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["Feed", "authors_on_show", "hosted_by_people", "longest_window", "on_show", "show", "wanted"]


class Feed(NamedTuple):
    """Items on show, as a range of rows of the table of items."""

    first: int
    """Row of the first item in the longest window."""
    stop: int
    """Row after the last item."""
    ranked: WeightedGroups
    """Exposure, in groups of curator * domains + domain; positions count from ``first``."""
    by_author: Shelves
    """Positions of each person's public items, one shelf a person; empty where nobody reads whom they follow."""
    appeal: Appeal
    """What about each item wins votes."""

    @property
    def charm(self) -> NDArray[np.float32]:
        """Appeal of each item to a reader who sees no AI in it, as a chance of an upvote, shape (items,)."""
        return self.appeal.doubt[:, CHARM]

    @property
    def visible_ai(self) -> NDArray[np.float32]:
        """Chance that a reader takes each item for AI, shape (items,)."""
        return self.appeal.doubt[:, VISIBLE]

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The feed as arrays."""
        ranked = {f"ranked.{name}": value for name, value in self.ranked.tables._asdict().items()}
        shelves = {f"by_author.{name}": value for name, value in self.by_author._asdict().items()}
        appeal = {f"appeal.{name}": value for name, value in self.appeal._asdict().items()}
        return ranked | shelves | appeal | {name: np.asarray(getattr(self, name)) for name in ("first", "stop")}

    @classmethod
    def load(cls, state: dict[str, NDArray[Any]]) -> Feed:
        """Rebuild from :meth:`dump`."""

        def part(prefix: str) -> dict[str, NDArray[Any]]:
            return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}

        ranked = WeightedGroups.restore(Tables(**part("ranked.")))
        first, stop = int(state["first"]), int(state["stop"])
        return cls(first, stop, ranked, Shelves(**part("by_author.")), Appeal(**part("appeal.")))


def longest_window(settings: WorldSettings) -> int:
    """Newest months of which something is on show, the current one among them."""
    return max((curator.window for curator in settings.curators), default=1)


def wanted(world: World) -> bool:
    """Whether anybody looks at this month's feed: readers, items that link, or publishers that rewrite next month."""
    now, last = world.settings, len(world.timeline) - 1
    after = world.timeline[min(world.clock.step + 1, last)]
    rewriting = any(group.may_rewrite for group in after.publishers.groups)
    return now.humans.attention > 0 or now.links.per_item > 0 or rewriting


def on_show(world: World) -> slice:
    """Rows of the months in the longest window, as far as they have been written."""
    first = world.clock.step - longest_window(world.settings) + 1
    return slice(int(world.month_start[max(0, first)]), len(world.content))


def authors_on_show(world: World) -> NDArray[np.bool_]:
    """Which people have a public item in some window this month, shape (people,)."""
    if world.feed is not None and world.settings.humans.follow > 0:
        return np.diff(world.feed.by_author.start) > 0
    items, window = world.content, on_show(world)
    rows = window.start + np.flatnonzero(items.origin[window] != Origin.SYNTHETIC)
    rows = rows[(items.curator[rows] >= OPEN_WEB) & ~items.has(Marks.REMOVED, rows)]
    return np.bincount(items.author[rows], minlength=len(world.humans)) > 0


def hosted_by_people(world: World) -> NDArray[np.int64]:
    """Rows of the items in their host's window that people wrote, alone or with help, ascending."""
    items, window = world.content, on_show(world)
    written = (items.origin[window] != Origin.SYNTHETIC) & (items.curator[window] > OPEN_WEB)
    rows = window.start + np.flatnonzero(written & ~items.has(Marks.REMOVED, window))
    months = np.array([curator.settings.window for curator in world.curators.values()], dtype=np.int64)
    young: NDArray[np.bool_] = world.clock.step - items.step[rows] < months[items.curator[rows]]
    return rows[young]


def show(world: World) -> Feed:
    """Weigh every item in a window by its curator's ranking, on what was known at the month's start."""
    rows = on_show(world)
    exposure = expose(world, rows)
    groups = max(1, len(world.curators)) * world.reality.domains
    ranked = WeightedGroups(exposure.weight, world.content.key[rows], exposure.group, groups)
    by_author = shelve(exposure.person, len(world.humans))
    del exposure  # its memory serves what comes
    return Feed(rows.start, rows.stop, ranked, by_author, appeal(world, rows, _told(world)))


def _told(world: World) -> list[Told]:
    """What was said in each month of the longest window; what is known of a month is not worked out again.

    Nothing of any where texts have no style and nobody ever has a taste for novelty.
    """
    now = world.clock.step
    if not world.content.dims["styles"] and not novelty_counts(world):
        return []
    months = range(max(0, now - longest_window(world.settings) + 1), now + 1)
    world.told = {step: world.told.get(step) or told(world, step) for step in months}
    return list(world.told.values())
