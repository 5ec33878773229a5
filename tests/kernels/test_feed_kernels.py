"""What is on show and how it was received: each kernel against the same told plainly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from ecosystem.core.sampling import SMALLEST
from ecosystem.core.threads import allowing
from ecosystem.phases.read import read
from ecosystem.phases.vote import vote
from ecosystem.strategies.rankers.authority import Authority
from ecosystem.strategies.rankers.base import Feed, exposure
from ecosystem.world.appeal import CHARM, VISIBLE, Appeal, appeal, told
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.exposure import Exposure, expose
from ecosystem.world.feed import show
from ecosystem.world.links import between_authors, cite
from ecosystem.world.reception import VIEWS, VOTES, Reception, received
from ecosystem.world.world import Pages, World
from tests.kernels.small_worlds import build, worlds


def on_show(world: World) -> slice:
    """Rows of the longest window."""
    assert world.feed is not None
    return slice(world.feed.first, world.feed.stop)


def public(world: World) -> NDArray[np.bool_]:
    """Which of the items on show anybody can see."""
    rows = on_show(world)
    return (world.content.curator[rows] >= OPEN_WEB) & ~world.content.has(Marks.REMOVED, rows)


# --- exposure -----------------------------------------------------------------------------------------------


def exposed(world: World) -> Exposure:
    """Exposure, curator by curator and with the rankers' own factors of every item."""
    items, rows, seen = world.content, on_show(world), public(world)
    host, age = items.curator[rows], (world.clock.step - items.step[rows]).astype(float)
    signed, labelled, flagged = (items.has(mark, rows) for mark in (Marks.SIGNED, Marks.LABELLED, Marks.FLAGGED))
    feed = Feed(
        items.votes[rows].astype(float), items.links[rows].astype(float), world.author_authority(rows), age,
        items.views[rows].astype(float), items.domain[rows].astype(np.int64), items.style[rows],
        signed, labelled, flagged, items.score[rows].astype(float),
    )  # fmt: skip
    weight = np.zeros(len(host))
    for curator in world.curators.values():
        mine = seen & (host == curator.index) & (age < curator.settings.window)
        factor = exposure(curator.settings.ranking, feed)
        low = items.has(Marks.DOWNRANKED, rows)
        weight[mine] = np.where(low, curator.settings.penalty, 1.0)[mine] * factor[mine]
    weight[weight < SMALLEST] = 0.0
    by_people = seen & (items.origin[rows] != Origin.SYNTHETIC)
    return Exposure(
        weight,
        (np.maximum(host, 0) * world.reality.domains + items.domain[rows]).astype(np.int32),
        np.where(by_people, items.author[rows], -1).astype(np.int32)[: None if world.settings.humans.follow > 0 else 0],
    )


def standing_out(world: World) -> None:
    """Let authors differ in authority, and let hosts reward it, the first and the last in their own ways."""
    for table in (world.humans, world.publishers):
        table.authority = 1.0 + np.arange(len(table), dtype=np.float32)
    for exponent, curator in zip((0.5, 0.0, 2.0), world.curators.values(), strict=False):
        ranking = (*curator.settings.ranking, Authority(exponent=exponent))
        curator.settings = curator.settings.model_copy(update={"ranking": ranking})


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_exposure_is_the_product_of_the_rankers_factors(drawn: tuple[World, Pages]) -> None:
    world, _ = drawn
    for change in (lambda _: None, standing_out):
        change(world)
        found, plain = expose(world, on_show(world)), exposed(world)
        assert found.weight == pytest.approx(plain.weight, rel=1e-14)  # the factors multiply in another order
        assert np.array_equal(found.weight == 0.0, plain.weight == 0.0)
        assert np.array_equal(found.group, plain.group)
        assert np.array_equal(found.person, plain.person)


# --- appeal -------------------------------------------------------------------------------------------------


def appealing(world: World) -> Appeal:
    """Charm, truth and visibility of everything on show, from all of it at once."""
    items, rows, people = world.content, on_show(world), world.settings.humans
    seen, domain, style = public(world), items.domain[rows], items.style[rows].astype(float)
    charm = np.empty(len(domain))
    for field in range(world.reality.domains):
        here, shown = domain == field, seen & (domain == field)
        mean = style[shown].mean(axis=0) if shown.any() else np.zeros(style.shape[1])
        apart = ((style - mean) ** 2).mean(axis=1)
        typical = apart[shown].mean() if shown.any() else 0.0
        with np.errstate(over="ignore"):
            fluency = np.exp(-0.5 * apart[here] / max(typical, np.finfo(float).tiny))
        idea = items.idea[rows]
        rarity = 1.0 / np.maximum([(shown & (idea == one)).sum() for one in idea[here]], 1)
        unverified = 1.0 - world.reality.verifiability[field]
        charm[here] = unverified * people.appeal * (fluency + people.novelty_taste * (rarity - fluency))
    truth = world.reality.verifiability[domain] * people.discernment * items.correct[rows]
    visible = np.where(items.has(Marks.LABELLED, rows), 1.0, people.recognition * items.share[rows])
    chance = np.where(visible > 0, -1, 1) * (charm + truth)
    return Appeal(chance.astype(np.float32), np.stack([charm, visible], axis=1).astype(np.float32))


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_appeal_is_that_of_all_texts_at_once(drawn: tuple[World, Pages]) -> None:
    world, _ = drawn
    assert world.feed is not None
    found = world.feed.appeal
    expected = appealing(world)
    assert found.chance == pytest.approx(expected.chance, rel=1e-6, abs=1e-12)  # float32
    assert found.doubt == pytest.approx(expected.doubt, rel=1e-6, abs=1e-12)
    assert (np.signbit(found.chance) == (found.doubt[:, VISIBLE] > 0)).all()


def test_where_all_texts_are_alike_each_is_as_fluent_as_can_be() -> None:
    world, _ = build(3, people=5, curators=2, domains=2, items=40)
    world.content.style[:] = np.float32(0.1)  # not a sum of powers of two
    months = [told(world, step) for step in range(2)]
    assert all(np.all(month.scatter == 0.0) for month in months)
    alike = appeal(world, on_show(world), months).doubt[:, CHARM]
    world.content.style[-1] += np.float32(1e-6)  # and any other is infinitely far from them
    assert alike[-1] > 2 * appeal(world, on_show(world), months).doubt[-1, CHARM]


# --- reception ----------------------------------------------------------------------------------------------


def counted(world: World) -> tuple[Reception, NDArray[np.int64]]:
    """Views and upvotes, read by read, the latter part by person."""
    items, hosts = world.content, len(world.curators)
    sums = Reception(*(np.zeros_like(part) for part in world.reception))
    by_person = np.zeros((len(world.humans), 2), np.int64)
    for row, good in zip(world.reads.ravel(), world.upvoted.ravel(), strict=True):
        if row < 0:
            continue
        synthetic, host = int(items.origin[row] == Origin.SYNTHETIC), max(int(items.curator[row]), -1) % (hosts + 1)
        for what, number in ((VIEWS, 1), (VOTES, int(good))):
            sums.by_domain[items.domain[row], synthetic, what] += number
            sums.by_curator[host, synthetic, int(items.correct[row]), what] += number
            if not synthetic:
                by_person[items.author[row], what] += number
        if synthetic:
            sums.by_publisher[host, items.author[row]] += 1
    return sums, by_person


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_reception_counts_every_read_once(drawn: tuple[World, Pages]) -> None:
    world, _ = drawn
    reads = read(world, world.draw)
    world.remember(reads.item, vote(world, reads, world.draw).upvoted)
    sums, by_person = counted(world)
    for found, plain in zip(world.reception, sums, strict=True):
        assert np.array_equal(found, plain)
    assert np.array_equal(received(world), by_person)


# --- links --------------------------------------------------------------------------------------------------


def test_links_count_at_their_targets_and_between_different_authors() -> None:
    world, pages = build(7, people=3, curators=2, domains=2, items=50)
    source = np.resize(pages.rows, 120)
    target = (source * 7) % pages.stop
    world.links.append(120, step=np.int32(1), source=source, target=target)
    before = world.content.links.copy()
    cite(target, world.content.links)
    assert np.array_equal(world.content.links - before, np.bincount(target, minlength=pages.stop))
    author = world.author_number(np.arange(pages.stop))
    for first in (0, 100, 120):
        ends = [(author[a], author[b]) for a, b in zip(source[first:], target[first:], strict=True)]
        others = [pair for pair in ends if pair[0] != pair[1]]
        assert len(others) < len(ends) or first == 120
        assert list(zip(*between_authors(world.links, first, world.content, 3), strict=True)) == others


# --- threads ------------------------------------------------------------------------------------------------


def test_a_feed_and_its_reception_do_not_depend_on_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecosystem.core.threads.LEAST_ROWS", 16)
    world, _ = build(11, people=200, curators=3, domains=3, items=300, attention=5)
    found = []
    for threads in (1, 2, 3):
        with allowing(threads):
            world.told = {}
            world.feed = show(world)
            reads = read(world, world.draw)
            world.remember(reads.item, vote(world, reads, world.draw).upvoted)
            found.append({**world.feed.dump(), **world.reception._asdict(), "upvoted": world.upvoted})
    for other in found[1:]:
        assert found[0].keys() == other.keys()
        assert all(np.array_equal(found[0][name], other[name]) for name in other)
