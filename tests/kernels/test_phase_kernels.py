"""Reading, voting and linking: each kernel against its slow truth, bit by bit."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosystem.core.sampling import BLOCK
from ecosystem.phases import reference
from ecosystem.phases.link import link
from ecosystem.phases.read import read
from ecosystem.phases.vote import vote
from ecosystem.world.feed import show
from ecosystem.world.proposals import Reads, Votes
from ecosystem.world.world import Pages, World
from tests.kernels.small_worlds import build, worlds


def slow_read(world: World) -> Reads:
    """Reading with the slow truth in place of the kernel."""
    with patch("ecosystem.phases.read.spend_attention", reference.spend_attention):
        return read(world, world.draw)


def slow_vote(world: World, reads: Reads) -> Votes:
    """Voting with the slow truth in place of the kernel."""
    with patch("ecosystem.phases.vote.upvote", reference.upvote):
        return vote(world, reads, world.draw)


def slow_link(world: World, reads: Reads, votes: Votes, pages: Pages) -> list[tuple[int, int]]:
    """Linking with the slow truth in place of the kernel."""
    with patch("ecosystem.phases.link.link_items", reference.link_items):
        return pairs(world, reads, votes, pages)


def pairs(world: World, reads: Reads, votes: Votes, pages: Pages) -> list[tuple[int, int]]:
    """Links as pairs of rows."""
    links = link(world, reads, votes, pages, world.draw)
    return list(zip(links.source.tolist(), links.target.tolist(), strict=True))


def agreed(world: World, pages: Pages) -> tuple[NDArray[np.int32], NDArray[np.bool_], list[tuple[int, int]]]:
    """Reads, votes and links of a month, after making sure that both tellings agree on each."""
    reads = read(world, world.draw)
    assert np.array_equal(reads.item, slow_read(world).item)
    votes = vote(world, reads, world.draw)
    assert np.array_equal(votes.upvoted, slow_vote(world, reads).upvoted)
    links = pairs(world, reads, votes, pages)
    assert links == slow_link(world, reads, votes, pages)
    return reads.item, votes.upvoted, links


@settings(deadline=None, max_examples=150)
@given(worlds())
def test_kernels_do_what_they_are_said_to_do(drawn: tuple[World, Pages]) -> None:
    agreed(*drawn)


@settings(deadline=None, max_examples=50)
@given(worlds(), st.integers(0, 2**32))
def test_links_agree_whatever_was_upvoted(drawn: tuple[World, Pages], seed: int) -> None:
    world, pages = drawn
    reads = read(world, world.draw)
    good = (reads.item >= 0) & (np.bitwise_xor(reads.item, seed % 4096) % 3 > 0)
    assert pairs(world, reads, Votes(good), pages) == slow_link(world, reads, Votes(good), pages)


def test_a_larger_world_agrees_and_everything_happens_in_it() -> None:
    world, pages = build(5, people=300, curators=3, domains=3, items=400, attention=8)
    item, upvoted, links = agreed(world, pages)
    assert (item < 0).any()
    assert len(np.unique(item)) > 100
    assert 0 < upvoted.sum() < upvoted.size
    liked = {(author, row) for author, rows in enumerate(np.where(upvoted, item, -1).tolist()) for row in rows}
    authors = world.content.author.tolist()
    by_vote = [(authors[source], target) in liked for source, target in links]
    assert any(by_vote)
    assert not all(by_vote)


def test_more_than_one_block_agrees() -> None:
    world, pages = build(7, people=BLOCK // 8 + 50, curators=3, domains=3, items=2 * BLOCK, attention=8)
    item, upvoted, links = agreed(world, pages)
    assert item.size > BLOCK
    liked = np.unique(item[upvoted])
    assert np.count_nonzero(~np.isin([target for _, target in links], liked)) > BLOCK  # these were drawn


@pytest.mark.parametrize("attention", [0, 1, 5])
def test_nobody_reads_nothing(attention: int) -> None:
    item, upvoted, _ = agreed(*build(1, people=0, curators=2, domains=2, items=5, attention=attention))
    assert item.shape == upvoted.shape == (0, attention)


def test_one_person_is_enough() -> None:
    item, _, _ = agreed(*build(2, people=1, curators=1, domains=1, items=6, attention=20))
    assert (item >= 0).any()


def test_without_a_curator_people_read_whom_they_follow() -> None:
    world, pages = build(3, people=4, curators=0, domains=2, items=40, follow=1.0, attention=20)
    item, _, links = agreed(world, pages)
    authors = world.content.author[item[item >= 0]]
    assert authors.size
    assert set(authors.tolist()) <= set(world.follows.indices.tolist())
    assert all(target in item for _, target in links)


def test_before_anything_is_published_there_is_nothing_to_read() -> None:
    world, pages = build(4, people=5, curators=2, domains=2, items=0)
    item, upvoted, links = agreed(world, pages)
    assert np.all(item == -1)
    assert not upvoted.any()
    assert links == []


def test_items_without_weight_are_not_read() -> None:
    world, pages = build(5, people=5, curators=2, domains=2, items=10, follow=0.0)
    world.content.curator[:] = -2  # private: no ranking gives them any weight
    world.feed = show(world)
    item, _, _ = agreed(world, pages)
    assert np.all(item == -1)


def test_people_without_home_go_where_the_audience_is() -> None:
    world, pages = build(6, people=5, curators=3, domains=1, items=30, follow=0.0, attention=20)
    world.humans.home[:] = [-1, -1, -1, -1, 1]  # the one person at home is the whole audience
    world.content.curator[:] = np.arange(len(world.content)) % 3
    world.feed = show(world)
    item, _, _ = agreed(world, pages)
    read_at = set(world.content.curator[item[item >= 0]].tolist())
    assert read_at <= {1}


def test_nothing_is_read_of_domains_that_a_curator_does_not_serve() -> None:
    found = []
    for seed in range(8):
        world, pages = build(seed, people=5, curators=2, domains=3, items=30, follow=0.0, attention=20)
        item, _, _ = agreed(world, pages)
        rows = item[item >= 0]
        assert np.all(world.affinity[world.content.curator[rows], world.content.domain[rows]] > 0)
        found.append(rows.size)
    assert max(found) > 0
