"""Selections and joins that copy least."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from ecosystem.core.selection import as_selection, held, joined, selected, taken, tally

COLUMN = np.arange(100, 140)


@given(hnp.arrays(np.bool_, st.integers(0, 40)))
def test_a_selection_finds_what_its_mask_marks(mask: NDArray[np.bool_]) -> None:
    column = COLUMN[: len(mask)]
    chosen = selected(mask)
    assert column[chosen].tolist() == column[mask].tolist()
    assert held(chosen) == mask.sum()
    assert isinstance(chosen, slice) == mask.all()


@given(st.lists(st.integers(0, 39), max_size=12) | st.integers(0, 30).map(lambda first: list(range(first, first + 9))))
def test_rows_as_a_range_are_the_same_rows(rows: list[int]) -> None:
    chosen = as_selection(np.array(rows, dtype=np.int64))
    part = taken(COLUMN, chosen)
    assert part.tolist() == COLUMN[rows].tolist()
    assert held(chosen) == len(rows)
    assert isinstance(chosen, slice) == (rows != [] and rows == list(range(rows[0], rows[0] + len(rows))))
    assert not np.shares_memory(part, COLUMN)


@given(st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=4))
def test_joined_parts_are_all_parts_in_order(lists: list[list[int]]) -> None:
    parts = [np.array(part, dtype=np.int64) for part in lists]
    whole = joined(parts, np.int64)
    assert whole.tolist() == [number for part in lists for number in part]
    assert whole.dtype == np.int64
    some = [part for part in parts if len(part)]
    assert (whole is some[0]) if len(some) == 1 else True


@given(st.lists(st.tuples(st.integers(0, 9) | st.integers(0, 10**12), st.integers(1, 5)), max_size=12))
def test_numbers_are_tallied_however_far_they_reach(pairs: list[tuple[int, int]]) -> None:
    numbers, counts = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True)) if pairs else (
        np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))  # fmt: skip
    found, count = tally(numbers, counts)
    expected: dict[int, int] = {}
    for number, more in pairs:
        expected[number] = expected.get(number, 0) + more
    assert dict(zip(found.tolist(), count.tolist(), strict=True)) == expected
    assert found.tolist() == sorted(expected)
