"""What is on show this month: items in every curator's window, weighted by exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import column_sums
from ecosystem.core.compiled import compiled
from ecosystem.core.sampling import SMALLEST, Tables, WeightedGroups
from ecosystem.strategies.rankers.base import Feed as Ranked
from ecosystem.strategies.rankers.base import exposure
from ecosystem.world.content import OPEN_WEB, Marks, Origin

if TYPE_CHECKING:
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["Feed", "Shelves", "authors_on_show", "longest_window", "shelve", "show", "wanted"]


class Shelves(NamedTuple):
    """Rows sorted into shelves: shelf s holds ``rows[start[s]:start[s + 1]]``, in order of row."""

    start: NDArray[np.int64]
    rows: NDArray[np.int64]


@compiled
def _place(shelf: NDArray[np.int64], start: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
    filled = start.copy()
    for i in range(shelf.size):
        if shelf[i] >= 0:
            rows[filled[shelf[i]]] = i
            filled[shelf[i]] += 1


def shelve(shelf: NDArray[np.int64], shelves: int) -> Shelves:
    """Sort positions onto ``shelves`` shelves in linear time; shelf -1 is left out."""
    start = np.zeros(shelves + 1, dtype=np.int64)
    np.cumsum(np.bincount(shelf[shelf >= 0], minlength=shelves), out=start[1:])
    rows = np.empty(int(start[-1]), dtype=np.int64)
    _place(shelf, start, rows)
    return Shelves(start, rows)


class Feed(NamedTuple):
    """Items on show, as a range of rows of the table of items."""

    first: int
    """Row of the first item in the longest window."""
    stop: int
    """Row after the last item."""
    ranked: WeightedGroups
    """Exposure, in groups of curator * domains + domain; positions count from ``first``."""
    by_author: Shelves
    """Positions of each person's public items, one shelf a person."""
    charm: NDArray[np.float32]
    """Appeal of each item to a reader who sees no AI in it, as a chance of an upvote, shape (items,)."""
    truth: NDArray[np.float32]
    """Chance of an upvote for being visibly right, shape (items,)."""
    visible_ai: NDArray[np.float32]
    """Chance that a reader takes each item for AI, shape (items,)."""

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The feed as arrays."""
        ranked = {f"ranked.{name}": value for name, value in self.ranked.tables._asdict().items()}
        shelves = {f"by_author.{name}": value for name, value in self.by_author._asdict().items()}
        rest = {name: np.asarray(getattr(self, name)) for name in ("first", "stop", "charm", "truth", "visible_ai")}
        return ranked | shelves | rest

    @classmethod
    def load(cls, state: dict[str, NDArray[Any]]) -> Feed:
        """Rebuild from :meth:`dump`."""

        def part(prefix: str) -> dict[str, NDArray[Any]]:
            return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}

        ranked = WeightedGroups.restore(Tables(**part("ranked.")))
        return cls(
            int(state["first"]),
            int(state["stop"]),
            ranked,
            Shelves(**part("by_author.")),
            state["charm"],
            state["truth"],
            state["visible_ai"],
        )


def longest_window(settings: WorldSettings) -> int:
    """Newest months of which something is on show, the current one among them."""
    return max((curator.window for curator in settings.curators), default=1)


def wanted(world: World) -> bool:
    """Whether anybody looks at this month's feed: readers, items that link, or publishers that rewrite next month."""
    now, last = world.settings, len(world.timeline) - 1
    after = world.timeline[min(world.clock.step + 1, last)]
    rewriting = any(group.mode == "rewrite" for group in after.publishers.groups)
    return now.humans.attention > 0 or now.links.per_item > 0 or rewriting


def _on_show(world: World) -> slice:
    """Rows of the months in the longest window, as far as they have been written."""
    first = world.clock.step - longest_window(world.settings) + 1
    return slice(int(world.month_start[max(0, first)]), len(world.content))


def authors_on_show(world: World) -> NDArray[np.bool_]:
    """Which people have a public item in some window this month, shape (people,)."""
    if world.feed is not None:
        return np.diff(world.feed.by_author.start) > 0
    items, window = world.content, _on_show(world)
    rows = window.start + np.flatnonzero(items.origin[window] != Origin.SYNTHETIC)
    rows = rows[(items.curator[rows] >= OPEN_WEB) & ~items.has(Marks.REMOVED, rows)]
    return np.bincount(items.author[rows], minlength=len(world.humans)) > 0


def show(world: World) -> Feed:
    """Weigh every item in a window by its curator's ranking, on what was known at the month's start."""
    now, items, domains = world.clock.step, world.content, world.reality.domains
    rows = _on_show(world)
    age = (now - items.step[rows]).astype(float)
    host = items.curator[rows]
    shown = ~items.has(Marks.REMOVED, rows)
    feed = Ranked(items.votes[rows].astype(float), items.links[rows].astype(float), world.author_authority(rows), age)
    weight = np.zeros(len(age))
    for curator in world.curators.values():
        mine = np.flatnonzero(shown & (host == curator.index) & (age < curator.settings.window))
        part = exposure(curator.settings.ranking, Ranked(*(column[mine] for column in feed)))
        low = items.has(Marks.DOWNRANKED, rows)[mine]
        # The lever can undo a penalty but not make it a reward, nor raise a reward beyond the scenario's.
        penalty = min(curator.settings.penalty * curator.lever("penalty"), max(curator.settings.penalty, 1.0))
        weight[mine] = np.where(low, part * penalty, part)
    weight[weight < SMALLEST] = 0.0  # what has faded beyond all counting is not seen
    group = np.maximum(host, 0).astype(np.int64) * domains + items.domain[rows]
    ranked = WeightedGroups(weight, items.key[rows], group, max(1, len(world.curators)) * domains)
    by_people = shown & (host >= OPEN_WEB) & (items.origin[rows] != Origin.SYNTHETIC)
    by_author = shelve(np.where(by_people, items.author[rows], -1).astype(np.int64), len(world.humans))
    charm, truth, visible = _attraction(world, rows, shown & (host >= OPEN_WEB))
    return Feed(rows.start, rows.stop, ranked, by_author, charm, truth, visible)


def _attraction(
    world: World, rows: slice, public: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """What about each item on show wins votes; see :class:`Feed`."""
    people, items, domains = world.settings.humans, world.content, world.reality.domains
    domain = items.domain[rows]
    style = items.style[rows]
    here = domain[public]
    count = np.maximum(np.bincount(here, minlength=domains), 1)
    mean = column_sums(here, domains, style[public]) / count[:, None]
    # Without style every text is like every other.
    apart = ((style - mean[domain]) ** 2).mean(axis=1) if style.shape[1] else np.zeros(len(domain))
    typical = np.bincount(here, apart[public], domains) / count
    # A text at the typical distance from its domain's mean has fluency exp(-1/2).
    with np.errstate(over="ignore"):  # where all public texts are alike, any other is infinitely far from them
        distance = apart / np.maximum(typical, np.finfo(float).tiny)[domain]
    fluency = np.exp(-0.5 * distance)
    flat = world.reality.space.flat(domain, items.idea[rows])
    told = np.bincount(flat[public], minlength=world.reality.space.size)
    rarity = 1.0 / np.maximum(told[flat], 1)
    taste = people.novelty_taste
    verifiable = world.reality.verifiability[domain]
    charm = (1 - verifiable) * people.appeal * ((1 - taste) * fluency + taste * rarity)
    truth = verifiable * people.discernment * items.correct[rows]
    visible = np.where(items.has(Marks.LABELLED, rows), 1.0, people.recognition * items.share[rows])
    return charm.astype(np.float32), truth.astype(np.float32), visible.astype(np.float32)
