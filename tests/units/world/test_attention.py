"""Views and upvotes by item, against counting one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from ecosystem.world.attention import Attention


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
