"""A ranker written as a factor of whole items shows the same as one written as a product, and sees what a host can."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from ecosystem.core.threads import allowing
from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario
from ecosystem.strategies.rankers import Ranker
from ecosystem.strategies.rankers.base import Feed
from ecosystem.world.content import OPEN_WEB, Marks
from ecosystem.world.exposure import expose
from ecosystem.world.world import Pages, World
from tests.kernels.small_worlds import build, worlds

PRODUCTS = [ranker for _, ranker in Ranker.registry.items() if ranker.is_product()]
type F64 = NDArray[np.float64]


def by_factor(ranker: type[Ranker]) -> type[Ranker]:
    """The same ranker, written the other way."""

    class Whole(ranker):  # type: ignore[valid-type, misc]
        """Overrides what it has anyway."""

        def factor(self, feed: Feed) -> F64:
            """See Ranker."""
            told: F64 = super().factor(feed)
            return told

    return Whole


class Disputed(Ranker):
    """Rewards votes per view, more in later domains and of what is flagged: no product of a few things' worths."""

    def factor(self, feed: Feed) -> F64:
        """See Ranker."""
        return (1 + feed.votes) / (1 + feed.views) * (1 + feed.domain + feed.flagged)


def ranked_by(world: World, *rankings: tuple[Ranker, ...]) -> F64:
    """Exposure with one ranking for each curator in turn, or the one for all."""
    for at, curator in enumerate(world.curators.values()):
        ranking = rankings[at % len(rankings)]
        curator.settings = curator.settings.model_copy(update={"ranking": ranking})
    return expose(world, on_show(world)).weight


def on_show(world: World) -> slice:
    assert world.feed is not None
    return slice(world.feed.first, world.feed.stop)


def lively(world: World) -> None:
    """Let authors differ in authority, and items in views and in what the host's detector said."""
    for table in (world.humans, world.publishers):
        table.authority = 1.0 + np.arange(len(table), dtype=np.float32)
    items, number = world.content, np.arange(len(world.content))
    items.views = items.votes + (number % 5).astype(np.float32)
    items.marks = np.where(number % 3 == 0, items.marks | np.uint8(Marks.FLAGGED), items.marks)
    items.score = (number % 7).astype(np.float32)


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_both_ways_of_writing_show_the_same(drawn: tuple[World, Pages]) -> None:
    world, _ = drawn
    lively(world)
    products = tuple(ranker() for ranker in PRODUCTS)
    wholes = tuple(by_factor(ranker)() for ranker in PRODUCTS)
    for product, whole in zip(products, wholes, strict=True):
        assert not whole.is_product()
        # The numbers multiplied are the same, and so is their order.
        assert np.array_equal(ranked_by(world, (product,)), ranked_by(world, (whole,)))
    plain = ranked_by(world, products)
    for mixed in (wholes, (*products[:1], *wholes[1:]), (*wholes[:1], *products[1:])):
        found = ranked_by(world, mixed)
        assert found == pytest.approx(plain, rel=1e-14)  # some ten roundings of 1e-16, in another order
        assert np.array_equal(found == 0, plain == 0)


RUN: dict[str, Any] = {
    "name": "ranked", "start": "2020-01", "steps": 5,
    "scale": {"humans": 60},
    "reality": {"domains": [{"name": "news", "ideas": 20}]},
    "curators": [{"name": "feed", "window": 2}, {"name": "forum", "ranking": ["authority"]}],
    "labs": [{"name": "lab", "cadence": 1}],
    "publishers": {"groups": [{"name": "farm", "count": 3, "volume": 3.0}]},
    "links": {"per_item": 1.0},
}  # fmt: skip


def after_a_run() -> dict[str, NDArray[Any]]:
    model = WebEcosystem(Scenario.model_validate(RUN), seed=3)
    for _ in range(model.plan.steps):
        model.step()
    return model.world.dump()


def test_runs_are_the_same_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    before, calls = after_a_run(), list[str]()

    def factor(self: Ranker, feed: Feed) -> F64:
        calls.append(self.kind)
        return Ranker.factor(self, feed)

    for ranker in PRODUCTS:
        monkeypatch.setattr(ranker, "factor", factor)
    after = after_a_run()
    assert set(calls) == {"engagement", "recency", "authority"}
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name], equal_nan=before[name].dtype.kind == "f") for name in before)


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_each_item_counts_for_what_its_own_hosts_ranker_says(drawn: tuple[World, Pages]) -> None:
    world, _ = drawn
    lively(world)
    items, rows, hosts = world.content, on_show(world), list(world.curators.values())
    bare, found = ranked_by(world, ()), ranked_by(world, (Disputed(),), ())
    for row in range(rows.start, rows.stop):
        worth, host = 1.0, int(items.curator[row])
        if host > OPEN_WEB and host % 2 == 0:
            flagged = bool(items.marks[row] & Marks.FLAGGED)
            worth = (1 + items.votes[row]) / (1 + items.views[row]) * (1 + items.domain[row] + flagged)
        assert found[row - rows.start] == pytest.approx(worth * bare[row - rows.start], rel=1e-6)  # float32 here
    assert len(found) == rows.stop - rows.start
    assert len(hosts) > 0 or not found.any()


def test_a_ranker_sees_what_its_own_host_shows_and_nothing_else() -> None:
    world, _ = build(5, people=4, curators=3, domains=2, items=60)
    lively(world)
    seen = list[Feed]()

    class Watching(Ranker):
        """Remembers what it saw."""

        def factor(self, feed: Feed) -> F64:
            """See Ranker."""
            seen.append(feed)
            return np.ones(len(feed.votes))

    ranked_by(world, (Watching(),))
    items, rows = world.content, np.arange(on_show(world).start, on_show(world).stop)
    assert len(seen) == 3
    for curator, feed in zip(world.curators.values(), seen, strict=True):
        mine = rows[items.curator[rows] == curator.index]
        mine = mine[world.clock.step - items.step[mine] < curator.settings.window]
        mine = mine[~items.has(Marks.REMOVED, mine)]
        assert len(mine) > 0
        expected = {
            "votes": items.votes[mine], "links": items.links[mine], "views": items.views[mine],
            "authority": world.author_authority(mine), "age": world.clock.step - items.step[mine],
            "domain": items.domain[mine], "style": items.style[mine], "score": items.score[mine],
            "signed": items.has(Marks.SIGNED, mine), "labelled": items.has(Marks.LABELLED, mine),
            "flagged": items.has(Marks.FLAGGED, mine),
        }  # fmt: skip
        assert set(expected) == set(Feed._fields)  # and so neither origin nor share, depth nor correctness
        assert all(np.array_equal(value, expected[name]) for name, value in feed._asdict().items())


def test_exposure_of_whole_items_does_not_depend_on_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecosystem.core.threads.LEAST_ROWS", 16)
    world, _ = build(11, people=20, curators=3, domains=3, items=300)
    lively(world)
    found = []
    for threads in (1, 2, 3):
        with allowing(threads):
            found.append(ranked_by(world, (Disputed(),), (PRODUCTS[0](),)))
    assert found[0].any()
    assert all(np.array_equal(found[0], other) for other in found[1:])
