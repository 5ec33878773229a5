"""Random small worlds with something on show, odd ones included."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosystem.core.clock import Month
from ecosystem.core.graph import Graph
from ecosystem.core.streams import Streams
from ecosystem.world.content import Marks, Origin
from ecosystem.world.proposals import Drafts, Releases
from ecosystem.world.settings import WorldSettings
from ecosystem.world.world import Pages, World

DOMAINS = [
    {"name": "code", "ideas": 3, "demand": 2.0, "verifiability": 0.9},
    {"name": "news", "ideas": 2, "demand": 1.0, "verifiability": 0.0},
    {"name": "song", "ideas": 1, "demand": 0.0, "verifiability": 1.0},
]
HOSTS: dict[str, list[Any]] = {
    "domains": [{}, {"code": 1.0}, {"news": 0.5, "song": 3.0}, {"code": 0.0}],  # the last is for nothing at all
    "ranking": [[], ["engagement"], [{"kind": "engagement", "votes": 2.0, "links": 1.0}, "recency"]],
    "penalty": [0.0, 0.5],
    "audience": [0.0, 1.0, 2.0],
    "window": [1, 2],
}
"""What a curator may be like."""
SHARES = st.sampled_from([0.0, 0.4, 1.0])


class Lots:
    """Numbers by lot; each call draws anew."""

    def __init__(self, seed: int) -> None:
        """Draw anew for each seed."""
        self._streams = Streams(seed)

    def whole(self, count: int, low: int, high: int) -> NDArray[np.int64]:
        """Whole numbers from ``low`` up to but not including ``high``."""
        self._streams.step += 1
        return low + self._streams.integers("whole", np.arange(count), high - low)

    def one_of(self, count: int, choices: list[Any]) -> list[Any]:
        """Some of the choices, each time anew."""
        return [choices[at] for at in self.whole(count, 0, len(choices))]


def build(
    seed: int, *, people: int, curators: int, domains: int, items: int, attention: int = 3,
    follow: float = 0.4, home_share: float = 0.4, focus: float = 0.4,
) -> tuple[World, Pages]:  # fmt: skip
    """A world in its second month, with items of both months on show, and the rows of the newer ones."""
    lots = Lots(seed)
    hosts = [
        {"name": f"host {at}", **{name: lots.one_of(1, choices)[0] for name, choices in HOSTS.items()}}
        for at in range(curators)
    ]
    settings = WorldSettings.model_validate({
        "scale": {"humans": people},
        "reality": {"styles": 2, "domains": DOMAINS[:domains]},
        "humans": {"network": "none", "attention": attention, "follow": follow, "home_share": home_share,
                   "focus": focus, "appeal": 0.9, "recognition": 0.5},
        "curators": hosts,
        "publishers": {"groups": [{"name": "farm", "count": 2}]},
        "links": {"per_item": 2.5},
    })  # fmt: skip
    world = World(mesa.Model(rng=0), [settings] * 3, Month(2018, 1), Streams(seed))
    _endow(world, lots)
    pages = Pages(0, 0)
    for month in range(2):
        if month:
            world.content.votes[:] = lots.whole(len(world.content), 0, 4)
            world.content.links[:] = lots.whole(len(world.content), 0, 4)
            world.close_month()
            world.draw.step = world.clock.step
        world.open_month()
        pages = world.publish(_invent(world, lots, items))
    return world, pages


def _endow(world: World, lots: Lots) -> None:
    """Give people homes, some none, and let them follow one another."""
    people = len(world.humans)
    world.humans.home = lots.whole(people, -1, len(world.curators))
    if people:
        edges = 2 * people
        world.follows = Graph.from_edges(people, lots.whole(edges, 0, people), lots.whole(edges, 0, people))


def _invent(world: World, lots: Lots, items: int) -> Releases:
    """Items by lot: hidden ones, private ones and publishers' ones among them."""
    people = len(world.humans)
    synthetic = np.array(lots.one_of(items, [True, False] if people else [True]), dtype=np.bool_)
    author = np.where(synthetic, lots.whole(items, 0, 2), lots.whole(items, 0, max(1, people)))
    marks = lots.one_of(items, [0, 0, Marks.REMOVED, Marks.DOWNRANKED, Marks.LABELLED])
    drafts = Drafts(
        key=lots.whole(items, 0, 1 << 40).astype(np.uint64),
        domain=lots.whole(items, 0, world.reality.domains).astype(np.int32),
        idea=np.zeros(items, dtype=np.int32),
        correct=lots.whole(items, 0, 2).astype(np.bool_),
        style=lots.whole(2 * items, -3, 4).reshape(items, 2).astype(np.float32),
        origin=np.where(synthetic, Origin.SYNTHETIC, Origin.HUMAN).astype(np.uint8),
        share=np.where(synthetic, 1.0, 0.0).astype(np.float32),
        depth=np.zeros(items, dtype=np.float32),
        author=author.astype(np.int32),
        lab=np.full(items, -1, dtype=np.int16),
        curator=lots.whole(items, -2, len(world.curators)).astype(np.int16),
        marks=np.array(marks, dtype=np.uint8),
        source=np.full(items, -1, dtype=np.int64),
        tokens=np.empty((items, 0), dtype=np.int32),
    )
    return Releases(drafts, np.full(items, np.nan, dtype=np.float32))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, Pages]:
    """Any small world: nobody or a few, no curator or some, nothing on show or something."""
    return build(
        draw(st.integers(0, 2**32)),
        people=draw(st.integers(0, 5)),
        curators=draw(st.integers(0, 3)),
        domains=draw(st.integers(1, 3)),
        items=draw(st.integers(0, 10)),
        attention=draw(st.integers(0, 4)),
        follow=draw(SHARES),
        home_share=draw(SHARES),
        focus=draw(SHARES),
    )
