"""Races within groups: of those that run, the first few of each group."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.core.races import first_of_each
from ecosystem.core.streams import Streams

runners = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=40)


@settings(deadline=None)
@given(runners, st.integers(0, 12))
def test_the_first_of_each_group_have_its_places(field: list[tuple[int, int]], places: int) -> None:
    groups = np.array([group for group, _ in field], dtype=np.int64)
    times = np.array([time for _, time in field], dtype=float)
    times += Streams(1).uniform("order", np.arange(len(field)))  # no ties
    found = first_of_each(times, groups, 4, places)
    for group in range(4):
        mine = np.flatnonzero(groups == group)
        expected = mine[np.argsort(times[mine])[:places]]
        assert set(np.flatnonzero(found & (groups == group))) == set(expected.tolist())


def test_ties_at_the_last_place_never_make_more_places() -> None:
    found = first_of_each(np.array([1.0, 1.0, 0.5, 1.0]), np.zeros(4, dtype=np.int64), 1, 2)
    assert found.sum() == 2


def test_one_runner_more_displaces_at_most_one_of_its_own_group() -> None:
    times, groups = Streams(2).uniform("time", np.arange(301)), np.arange(301) % 3
    before, after = first_of_each(times[:300], groups[:300], 3, 20), first_of_each(times, groups, 3, 20)
    lost = np.flatnonzero(before & ~after[:300])
    assert not (after[:300] & ~before).any()
    assert len(lost) <= 1
    assert set(groups[lost].tolist()) <= {300 % 3}


@pytest.mark.parametrize(("runners", "places"), [(0, 3), (5, 0)])
def test_without_runners_or_places_nobody_arrives(runners: int, places: int) -> None:
    found = first_of_each(np.arange(runners, dtype=float), np.zeros(runners, dtype=np.int64), 2, places)
    assert found.tolist() == [False] * runners
