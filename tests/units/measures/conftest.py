"""Small invented worlds: a few people, two or three domains, items drawn by lot or given by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.clock import Month
from ecosystem.core.streams import Streams
from ecosystem.measures.base import MEASURES
from ecosystem.measures.observation import Observation
from ecosystem.strategies.learners.empirical import EmpiricalModel
from ecosystem.world.content import Marks, Origin
from ecosystem.world.proposals import Reads, Votes
from ecosystem.world.settings import WorldSettings
from ecosystem.world.world import World

type WorldOf = Callable[..., World]
type Measured = Callable[[World, str], list[float]]

SETTINGS: dict[str, Any] = {
    "scale": {"humans": 12, "people_per_human": 10.0},
    "reality": {
        "styles": 2,
        "domains": [
            {"name": "code", "ideas": 6, "demand": 3.0, "novelty": 0.2},
            {"name": "news", "ideas": 9, "demand": 1.0, "zipf": 0.0},
        ],
    },
    "curators": [{"name": "feed", "what": "feed"}, {"name": "forum", "what": "forum"}],
    "labs": [{"name": "alpha", "temperature": 0.5}, {"name": "beta"}, {"name": "gamma"}],
    "publishers": {"groups": [{"name": "brand", "count": 2}, {"name": "farm", "count": 3}]},
}
"""Two of everything that matters; overridden by what a test names."""


class Lots:
    """Draws for invented data, by name."""

    def __init__(self, seed: int) -> None:
        """Draw anew for each seed."""
        self._streams = Streams(seed)

    def whole(self, name: str, count: int, high: int) -> NDArray[np.int64]:
        """Whole numbers below ``high``."""
        return self._streams.integers(name, np.arange(count), high)

    def normal(self, name: str, count: int, columns: int) -> NDArray[np.float64]:
        """Standard normals, shape (count, columns)."""
        return self._streams.normal(name, np.arange(count), columns)

    def chance(self, name: str, count: int, p: float) -> NDArray[np.bool_]:
        """Events of probability p."""
        return self._streams.chance(name, np.arange(count), p)


@pytest.fixture
def world_of() -> WorldOf:
    """Return a function that builds a world, with month 0 open and nothing written.

    Arguments replace the groups of SETTINGS; `months` is how long it may last (24).
    """

    def build(months: int = 24, **changes: Any) -> World:
        settings = WorldSettings.model_validate(SETTINGS | changes)
        world = World(mesa.Model(), [settings] * months, Month(2018, 1), Streams(7))
        world.open_month()
        return world

    return build


@pytest.fixture
def measured() -> Measured:
    """Return a function that computes a measure, "web.items", of a world as it is."""

    def compute(world: World, key: str) -> list[float]:
        values: list[float] = MEASURES.get(key).compute(Observation(world)).tolist()
        return values

    return compute


def publish(world: World, **columns: Any) -> slice:
    """Add items to this month; each column a list, or one value for all.

    Whatever is not given is a right human item by person 0 on idea 0 of domain 0, on the open web.
    """
    count = max((len(value) for value in columns.values() if isinstance(value, list)), default=1)
    given: dict[str, Any] = {"key": list(range(len(world.content), len(world.content) + count)), "correct": True}
    arrays = {}
    for name, value in (given | {"step": world.clock.step} | columns).items():
        entry = type(world.content).schema()[name]
        arrays[name] = np.asarray(value, dtype=entry.dtype)
    return world.content.append(count, **arrays)


def read(world: World, rows: list[int], votes: list[int] | None = None) -> None:
    """Let one person each read the rows, and upvote those among them that ``votes`` lists."""
    reads = np.array(rows, dtype=np.int32).reshape(-1, 1)
    world.tally(Reads(reads), Votes(np.isin(reads, votes or [])))


def invent(world: World, seed: int, count: int = 60, months: int = 2) -> None:
    """Fill some months with items by lot, the last of them open; then reads and votes of that month."""
    for month in range(months):
        if month:
            world.clock.advance()
            world.open_month()
        _invent_items(world, Lots(100 * seed + month), count)
    lots, people = Lots(seed), len(world.humans)
    public = np.flatnonzero(world.content.curator >= -1)
    picks = public[lots.whole("read", 9 * people, len(public))]
    reads = np.where(lots.chance("found", 9 * people, 0.8), picks, -1).reshape(people, 9).astype(np.int32)
    world.tally(Reads(reads), Votes(lots.chance("vote", 9 * people, 0.4).reshape(people, 9) & (reads >= 0)))
    world.humans.motivation = lots.normal("motivation", people, 1)[:, 0] ** 2
    world.humans.assistant = lots.whole("assistant", people, 4).astype(np.int16) - np.int16(1)
    world.humans.home = lots.whole("home", people, len(world.curators) + 1).astype(np.int16) - np.int16(1)


def _invent_items(world: World, lots: Lots, count: int) -> None:
    domain = lots.whole("domain", count, world.reality.domains)
    origin = lots.whole("origin", count, len(Origin))
    share = np.array([0.0, 0.25, 1.0])[origin]
    share[(origin == Origin.ASSISTED) & lots.chance("much", count, 0.5)] = 0.85
    marks = np.where(lots.chance("label", count, 0.3), Marks.LABELLED, 0)
    marks |= np.where(lots.chance("flag", count, 0.3), Marks.FLAGGED, 0)
    marks |= np.where(lots.chance("watermark", count, 0.2), Marks.WATERMARKED, 0)
    host = lots.whole("host", count, len(world.curators) + 2).astype(np.int64) - 2
    score = np.where(host == 0, lots.whole("score", count, 7).astype(float), np.nan)
    publish(
        world, key=list(lots.whole("key", count, 1 << 40)), domain=list(domain), origin=list(origin), share=list(share),
        idea=list(lots.whole("idea", count, 5)), correct=list(lots.chance("correct", count, 0.7)),
        style=list(lots.normal("style", count, 2)), depth=list(share * lots.whole("depth", count, 4)),
        author=list(lots.whole("author", count, min(12, len(world.publishers)))), curator=list(host),
        marks=list(marks), score=list(score), links=list(lots.whole("links", count, 12)),
        source=list(np.where(lots.chance("source", count, 0.4), 0, -1)),
    )  # fmt: skip


def give_model(world: World, name: str, counts: list[list[float]], **state: Any) -> None:
    """Give a lab a model with these idea frequencies by domain (short lists are filled with zeros).

    Accuracy 0.5, ideas with a count known, style of unit variance, depth 1 and weight 10 in every
    domain, unless ``state`` says otherwise.
    """
    space, styles = world.reality.space, world.settings.reality.styles
    count = np.zeros(space.size)
    for row, values in enumerate(counts):
        count[space.offsets[row] : space.offsets[row] + len(values)] = values
    eye = np.eye(styles)[None].repeat(space.rows, axis=0)
    given: dict[str, Any] = {
        "probability": space.shares(count), "accuracy": np.full(space.size, 0.5), "known": count > 0,
        "mean": np.zeros((space.rows, styles)), "covariance": eye, "depth": np.ones(space.rows),
        "weight": np.full(space.rows, 10.0), "synthetic_share": np.asarray(0.25),
    }  # fmt: skip
    lab = world.labs[name]
    lab.fitted = EmpiricalModel(space, given | {k: np.asarray(v, dtype=given[k].dtype) for k, v in state.items()})
    lab.generation, lab.trained_on, lab.benchmark = 2, 40.0, 0.75
