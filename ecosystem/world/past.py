"""What is kept of items that have left memory: all that later months and the results need of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.races import first_of_each
from ecosystem.core.selection import tally
from ecosystem.core.streams import Streams
from ecosystem.world.content import OPEN_WEB, Items, Origin
from ecosystem.world.vouched import Vouched, most_samples, vouched_for

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["InLinks", "Past", "in_links", "sample_lots"]

type I64 = NDArray[np.int64]


class InLinks(NamedTuple):
    """How many public items have how many in-links; arrays of shape (cells,), rising by domain and in-links."""

    domain: I64
    links: I64
    items: I64

    @classmethod
    def none(cls) -> InLinks:
        """No items."""
        return cls(*(np.empty(0, dtype=np.int64) for _ in range(3)))

    def plus(self, items: Items, rows: slice, least: int = 0) -> InLinks:
        """These and the public ones of some rows that have at least so many in-links."""
        linked = rows.start + np.flatnonzero(items.links[rows] >= least)
        linked = linked[items.curator[linked] >= OPEN_WEB]
        domain = np.concatenate([self.domain, items.domain[linked].astype(np.int64)])
        links = np.concatenate([self.links, items.links[linked].astype(np.int64)])
        count = np.concatenate([self.items, np.ones(len(linked), dtype=np.int64)])
        width = int(links.max(initial=0)) + 1
        found, number = tally(domain * width + links, count)
        return InLinks(found // width, found % width, number)


class Past:
    """What is left of the items of the first months; nothing while all are in memory.

    Attributes:
        months: how many months have left.
        items: how many items they had.
        texts: human texts for detectors, by the identity of whoever ever fits one, from all items of the months
            looked through, whether these are in memory or not.
        looked_through: how many months have been.
        in_links: in-links of public items.
        sample: those of their public items that may be among the recorded ones, as they were in the end.
        wrote: whether each person had a public item, shape (people,).
        written: public items of each publisher by domain, shape (publishers, domains).
    """

    def __init__(self, world: World) -> None:
        """Start with nothing."""
        dims = world.content.dims
        self.months = self.items = self.looked_through = 0
        self._most = most_samples(world, world.timeline)
        self.texts = {who: Vouched.none(dims["styles"]) for who in self._most}
        self.in_links = InLinks.none()
        self.sample = Items(**dims)
        self.wrote = np.zeros(len(world.humans), dtype=np.bool_)
        self.written = np.zeros((0, world.reality.domains), dtype=np.int64)

    def look_through(self, world: World, months: int) -> None:
        """Take the human texts of the first ``months`` months, all of them over, that detectors may be fitted on."""
        for step in range(self.looked_through, months if self._most else 0):
            rows = vouched_for(world, step)
            for who, most in self._most.items():
                self.texts[who] = self.texts[who].joined(world, rows, who, most // 2)
        self.looked_through = max(self.looked_through, months)

    def take_in(self, world: World, months: int, cut: int) -> None:
        """Keep what is needed of the rows before ``cut``, which are what is left of the first ``months`` months."""
        items = world.content
        self.in_links = self.in_links.plus(items, slice(0, cut))
        rows = np.flatnonzero(items.curator[:cut] >= OPEN_WEB)
        self._sample(world, rows)
        synthetic = items.origin[rows] == Origin.SYNTHETIC
        self.wrote[items.author[rows[~synthetic]]] = True
        made = rows[synthetic]
        shape = (len(world.publishers), world.reality.domains)
        cell = items.author[made].astype(np.int64) * shape[1] + items.domain[made]
        before = len(self.written)
        self.written = np.concatenate([self.written, np.zeros((shape[0] - before, shape[1]), dtype=np.int64)])
        self.written += np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
        self.months, self.items = months, self.items + cut

    def _sample(self, world: World, rows: I64) -> None:
        """Keep of these items, too, those that have the lowest lots of all so far."""
        items, most = world.content, world.settings.observation.sampled_items
        lots = np.concatenate([sample_lots(world, keys) for keys in (self.sample.key, items.key[rows])])
        stays = first_of_each(lots, np.zeros(len(lots), dtype=np.int64), 1, most)
        new = rows[stays[len(self.sample) :]]
        self.sample.discard(len(self.sample), np.flatnonzero(stays[: len(self.sample)]))
        self.sample.append(len(new), **{name: getattr(items, name)[new] for name in Items.schema()})

    # --- checkpoints --------------------------------------------------------------------------------

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The state as arrays."""
        state: dict[str, NDArray[np.generic]] = {
            "months": np.asarray(self.months),
            "items": np.asarray(self.items),
            "looked_through": np.asarray(self.looked_through),
            "wrote": self.wrote.copy(),
            "written": self.written.copy(),
        }
        state |= {f"in_links.{name}": value for name, value in self.in_links._asdict().items()}
        state |= {f"sample.{name}": value for name, value in self.sample.dump().items()}
        for who, texts in self.texts.items():
            state |= {f"texts.{who}.{name}": value for name, value in texts._asdict().items()}
        return state

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""

        def part(prefix: str) -> dict[str, NDArray[Any]]:
            return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}

        self.months, self.items, self.looked_through = (int(state[n]) for n in ("months", "items", "looked_through"))
        self.wrote, self.written = state["wrote"], state["written"]
        self.in_links = InLinks(**part("in_links."))
        self.sample.load(part("sample."))
        self.texts = {who: Vouched(**part(f"texts.{who}.")) for who in self._most}


def in_links(world: World, least: int) -> InLinks:
    """In-links of all public items so far that have at least so many."""
    past = world.past.in_links
    many = past.links >= least
    before = InLinks(*(column[many] for column in past))
    return before.plus(world.content, slice(0, len(world.content)), least)


def sample_lots(world: World, keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Lot of each item, shape (items,): those with the lowest are the sample of items that is recorded."""
    return Streams(world.draw.seed, 0).uniform("measures.items", keys)
