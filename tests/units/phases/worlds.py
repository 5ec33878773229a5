"""Small worlds to try one mechanism in, and verdicts on frequencies.

A verdict is False for a sound mechanism with a chance of at most ALARM; every world has a fixed seed.
"""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ecosystem.core.clock import Month
from ecosystem.core.streams import Streams, child_keys, name_key
from ecosystem.phases.adapt import adapt
from ecosystem.phases.ask import ask
from ecosystem.phases.earn import earn
from ecosystem.phases.gate import gate
from ecosystem.phases.link import link
from ecosystem.phases.produce import produce
from ecosystem.phases.read import read
from ecosystem.phases.scrape import scrape
from ecosystem.phases.train import train
from ecosystem.phases.vote import vote
from ecosystem.strategies.learners.empirical import EmpiricalModel
from ecosystem.world.proposals import Drafts, Reads, Releases, Votes
from ecosystem.world.settings import WorldSettings
from ecosystem.world.world import Pages, World

ALARM = 1e-6
"""Chance of a false alarm of each verdict."""

PLAIN: dict[str, Any] = {
    "scale": {"humans": 12, "people_per_human": 10.0},
    "reality": {
        "styles": 2,
        "domains": [
            {"name": "code", "ideas": 8, "verifiability": 0.9, "novelty": 0.0},
            {"name": "news", "ideas": 5, "verifiability": 0.2, "novelty": 0.0},
        ],
    },
    "humans": {"network": "none", "attention": 4},
}
"""Two domains, twelve people who follow nobody, and nothing else."""


def world_of(*, months: int = 24, seed: int = 3, opened: bool = True, **groups: Any) -> World:
    """A world of PLAIN with some groups of settings changed, its first month open."""
    return later_worlds([(months, groups)], seed=seed, opened=opened)


def later_worlds(parts: list[tuple[int, dict[str, Any]]], *, seed: int = 3, opened: bool = True) -> World:
    """A world whose settings change: so many months of each part."""
    timeline: list[WorldSettings] = []
    for months, groups in parts:
        merged = {
            name: PLAIN.get(name, {}) | groups[name] if isinstance(groups.get(name), dict) else groups[name]
            for name in groups
        }
        timeline += [WorldSettings.model_validate(PLAIN | merged)] * months
    world = World(mesa.Model(rng=0), timeline, Month(2018, 1), Streams(seed))
    if opened:
        world.open_month()
    return world


def next_month(world: World) -> None:
    """Close the month and open the next."""
    world.close_month()
    world.draw.step = world.clock.step
    world.open_month()


def live(world: World, months: int) -> None:
    """Live through whole months from an open one, ending with another open."""
    for _ in range(months):
        draw = world.draw
        pages = world.publish(gate(world, produce(world, draw), draw))
        reads = read(world, draw)
        votes = vote(world, reads, draw)
        world.tally(reads, votes)
        world.connect(link(world, reads, votes, pages, draw))
        asked = ask(world, draw)
        world.answer(asked)
        crawls = scrape(world, draw)
        world.collect(crawls)
        world.deploy(train(world, draw))
        world.ledger.settle(earn(world, asked, crawls).transfers)
        world.revise(adapt(world, draw))
        next_month(world)


def lively(**groups: Any) -> World:
    """A world in which everything has happened for some months."""
    explore = {"kind": "explore", "interval": 1}
    given: dict[str, Any] = {
        "scale": {"humans": 150, "people_per_human": 10.0},
        "humans": {"network": "barabasi_albert", "attention": 6, "settling": 2, "appeal": 0.9, "recognition": 0.9,
                   "assistants": {"innovation": 0.5, "outside": 0.0}},
        "curators": [{"name": "feed", "adaptation": explore, "loyalty": 0.5},
                     {"name": "forum", "detector": "gaussian", "ai_policy": "downrank", "loyalty": 0.5}],
        "labs": [{"name": "alpha", "cadence": 1, "launch": "2018-02", "adaptation": explore, "detector": "gaussian",
                  "data": {"commissions": 2.0, "log_share": 0.2}}],
        "publishers": {"groups": [{"name": "farm", "count": 5, "volume": 3.0, "mode": "rewrite"}]},
        "links": {"refresh": 2},
    }  # fmt: skip
    world = world_of(**(given | groups))
    live(world, 6)
    return world


def keys(count: int, name: str = "item") -> NDArray[np.uint64]:
    """So many identities."""
    return child_keys(np.full(count, name_key(name)), 0, np.arange(count))


def drafts(world: World, count: int, **columns: ArrayLike) -> Drafts:
    """Drafts, each column from an array or one value for all.

    What is not given is a right human item by person 0 on idea 0 of domain 0, on the open web.
    """
    styles = world.settings.reality.styles
    given: dict[str, Any] = {"key": keys(count, f"drafts of {len(world.content)}"), "correct": True, "curator": -1}
    given |= {"lab": -1, "source": -1} | columns
    filled = {}
    given.setdefault("tokens", -1)
    for name, empty in Drafts.none(styles, world.settings.reality.tokens).columns().items():
        value = np.asarray(given.get(name, 0))
        shape = (count, *empty.shape[1:])
        filled[name] = np.array(np.broadcast_to(value, shape), dtype=empty.dtype)
    return Drafts(**filled)


def publish(world: World, count: int, **columns: ArrayLike) -> Pages:
    """Put items on show without any gate; the columns of `drafts`."""
    new = drafts(world, count, **columns)
    return world.publish(Releases(new, np.full(count, np.nan, dtype=np.float32)))


def read_rows(world: World, rows: ArrayLike, *, upvoted: ArrayLike = False) -> tuple[Reads, Votes]:
    """Let people read rows (people, reads), -1 for none, and tally it; upvoted alike or one for all."""
    item = np.array(rows, dtype=np.int32)
    good = np.array(np.broadcast_to(np.asarray(upvoted), item.shape)) & (item >= 0)
    reads, votes = Reads(item), Votes(good)
    world.tally(reads, votes)
    return reads, votes


def model_of(world: World, **state: Any) -> EmpiricalModel:
    """A model that knows every idea equally well; ``state`` changes what it names.

    Without changes: every idea alike, accuracy 1, standard normal style, depth 1, weight 10.
    """
    space, styles = world.reality.space, world.settings.reality.styles
    shapes: dict[str, tuple[int, ...]] = {
        "probability": (space.size,), "accuracy": (space.size,), "known": (space.size,), "mean": (space.rows, styles),
        "covariance": (space.rows, styles, styles), "depth": (space.rows,), "weight": (space.rows,),
        "synthetic_share": (),
    }  # fmt: skip
    given: dict[str, Any] = {
        "probability": space.shares(np.ones(space.size)), "accuracy": 1.0, "known": True, "mean": 0.0,
        "covariance": np.eye(styles), "depth": 1.0, "weight": 10.0, "synthetic_share": 0.0,
    } | state  # fmt: skip
    return EmpiricalModel(
        space,
        {
            name: np.array(np.broadcast_to(given[name], shape), dtype=np.bool_ if name == "known" else np.float64)
            for name, shape in shapes.items()
        },
    )


def give_model(world: World, lab: str, **state: Any) -> EmpiricalModel:
    """Give a lab a model made by `model_of`."""
    model = model_of(world, **state)
    world.labs[lab].fitted, world.labs[lab].benchmark = model, 0.5
    return model


def frequent(hits: ArrayLike, p: ArrayLike) -> bool:
    """Whether events happened as often as their chances ``p`` (one, or one each) say.

    Exact binomial test for one chance; otherwise the normal limit of the sum, for some hundred events
    or more.
    """
    happened, chance = np.asarray(hits, dtype=bool), np.asarray(p, dtype=float)
    if chance.ndim == 0:
        return bool(stats.binomtest(int(happened.sum()), happened.size, float(chance)).pvalue > ALARM)
    return near(float(happened.sum()), float(chance.sum()), float((chance * (1 - chance)).sum()))


def near(total: float, mean: float, variance: float) -> bool:
    """Whether a sum of many independent draws is as near its mean as its variance says (normal limit)."""
    if variance == 0:
        return total == mean
    return bool(abs(total - mean) < stats.norm.isf(ALARM / 2) * np.sqrt(variance))


def proportional(counts: ArrayLike, weights: ArrayLike) -> bool:
    """Whether counts follow weights: nothing where the weight is 0, and a chi-square test elsewhere."""
    found, weight = np.asarray(counts, dtype=float), np.asarray(weights, dtype=float)
    if np.any(found[weight == 0] > 0):
        return False
    some = weight > 0
    if some.sum() == 1:
        return True
    expected = weight[some] / weight[some].sum() * found.sum()
    return bool(stats.chisquare(found[some], expected).pvalue > ALARM)
