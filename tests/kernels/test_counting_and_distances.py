"""Counting of reads, and distances of texts: the kernels against plain Python and scipy."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import mahalanobis

from ecosystem.core.streams import Streams
from ecosystem.strategies.detectors.gaussian import _distances
from ecosystem.world.attention import Attention


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 6), st.booleans()), max_size=24), st.integers(1, 3), st.integers(0, 1000))
@example([], 1, 0)
@example([(-1, False)], 1, 0)
def test_views_and_votes_are_those_of_each_item(reads: list[tuple[int, bool]], width: int, first: int) -> None:
    reads = reads[: len(reads) - len(reads) % width]
    rows = [row + first if row >= 0 else -1 for row, _ in reads]
    views = Counter(row for row in rows if row >= 0)
    votes = Counter(row for row, (_, good) in zip(rows, reads, strict=True) if row >= 0 and good)
    shape = (len(reads) // width, width)
    upvoted = np.array([good for _, good in reads], dtype=np.bool_).reshape(shape)
    month = Attention.of(np.array(rows, dtype=np.int32).reshape(shape), upvoted)
    assert month.row.tolist() == sorted(views)
    assert month.views.tolist() == [views[row] for row in sorted(views)]
    assert month.votes.tolist() == [votes[row] for row in sorted(views)]


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 8), st.integers(1, 4))
def test_distances_are_those_of_mahalanobis(seed: int, texts: int, styles: int) -> None:
    streams, who = Streams(seed), np.arange(texts)
    domain, style = streams.integers("domain", who, 2), streams.normal("style", who, styles)
    mean, root = streams.normal("mean", np.arange(2), styles), streams.normal("root", np.arange(styles + 2), styles)
    precision, out = root.T @ root, np.empty(texts)
    _distances(domain, style, mean, precision, out)
    told = [mahalanobis(x, mean[d], precision) ** 2 for d, x in zip(domain, style, strict=True)]
    assert np.allclose(out, told)


def test_a_texts_distance_does_not_depend_on_the_others() -> None:
    style = Streams(1).normal("style", np.arange(50), 3)
    mean, precision, domain = np.zeros((1, 3)), np.diag([1.0, 2.0, 3.0]) + 0.1, np.zeros(50, dtype=np.int64)
    together, alone = np.empty(50), np.empty(50)
    _distances(domain, style, mean, precision, together)
    for at in range(50):
        _distances(domain[at : at + 1], style[at : at + 1], mean, precision, alone[at : at + 1])
    assert np.array_equal(together, alone)
