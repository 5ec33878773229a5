"""Views and upvotes by item, against counting one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from ecosystem.core.streams import Streams
from ecosystem.core.threads import allowing
from ecosystem.world.attention import IN_CACHE, Attention


@settings(deadline=None)
@given(st.data())
def test_views_and_votes_are_counts(data: st.DataObject) -> None:
    shape = data.draw(array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=6))
    reads = data.draw(arrays(np.int32, shape, elements=st.integers(-1, 12)))
    upvoted = data.draw(arrays(np.bool_, shape))
    month = Attention.of(reads, upvoted)
    seen = Counter(int(row) for row in reads.ravel() if row >= 0)
    liked = Counter(int(row) for row, vote in zip(reads.ravel(), upvoted.ravel(), strict=True) if row >= 0 and vote)
    assert month.row.tolist() == sorted(seen)
    assert month.views.tolist() == [seen[row] for row in sorted(seen)]
    assert month.votes.tolist() == [liked[row] for row in sorted(seen)]


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("items", [IN_CACHE // 5, 2 * IN_CACHE], ids=["in place", "in blocks"])
def test_counts_of_many_items_do_not_depend_on_threads(items: int, threads: int) -> None:
    # Items enough for several blocks, of which some are not read at all; the first item is read most.
    streams, people = Streams(1), np.arange(20_000)
    reads = np.floor(items * streams.uniforms("read", people, 4) ** 3).astype(np.int32)
    reads[(reads >= 0.35 * items) & (reads < 0.7 * items)] = -1
    upvoted = streams.uniforms("vote", people, 4) < 0.3
    with allowing(threads):
        month = Attention.of(reads + 5 * (reads >= 0), upvoted)
    assert month.first == 5
    seen, liked = reads[reads >= 0], reads[(reads >= 0) & upvoted]
    counts = np.bincount(seen) + (np.bincount(liked, minlength=seen.max() + 1) << 32)
    assert np.array_equal(month.counts, counts.astype(np.uint64))
