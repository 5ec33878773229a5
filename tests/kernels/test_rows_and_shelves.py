"""Ragged rows and shelves against plain lists."""

from __future__ import annotations

import functools
import math
import operator
from unittest.mock import patch

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecosystem.core.ragged import Ragged
from ecosystem.core.shelves import loads, shelve
from ecosystem.core.threads import allowing

NUMBERS = st.one_of(st.just(0.0), st.floats(1e-3, 1e3))
ROWS = st.lists(st.lists(NUMBERS, max_size=6), max_size=6)


def added(values: list[float]) -> float:
    """Added up from the left, each sum rounded; Python's own sum makes up for the rounding."""
    return functools.reduce(operator.add, values, 0.0)


def laid_out(rows: list[list[float]]) -> tuple[Ragged, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Rows end to end, and their layout."""
    return Ragged.of_lengths(np.array([len(row) for row in rows], dtype=np.int64)), np.array(
        [value for row in rows for value in row]
    )


@settings(deadline=None)
@given(ROWS)
@example([])
@example([[], []])
@example([[0.0, 0.0], [], [3.0]])
def test_rows_are_worked_on_one_by_one(rows: list[list[float]]) -> None:
    layout, values = laid_out(rows)
    assert (layout.rows, layout.size) == (len(rows), sum(map(len, rows)))
    assert layout.lengths.tolist() == [len(row) for row in rows]
    assert layout.row_of().tolist() == [at for at, row in enumerate(rows) for _ in row]
    assert layout.totals(values).tolist() == [added(row) for row in rows]
    assert layout.maxima(values).tolist() == [max(row, default=0.0) for row in rows]
    assert layout.running(values).tolist() == [added(row[: at + 1]) for row in rows for at in range(len(row))]


@settings(deadline=None)
@given(ROWS)
def test_shares_add_up_to_one_in_each_row_with_anything_in_it(rows: list[list[float]]) -> None:
    layout, values = laid_out(rows)
    told = [value / added(row) if added(row) > 0 else 0.0 for row in rows for value in row]
    assert layout.shares(values).tolist() == told


@settings(deadline=None)
@given(ROWS)
def test_entropies_are_those_of_the_shares(rows: list[list[float]]) -> None:
    layout, values = laid_out(rows)
    for row, entropy in zip(rows, layout.entropies(layout.shares(values)), strict=True):
        parts = [value / sum(row) for value in row if value > 0]
        told = -sum(part * math.log(part) for part in parts) if parts else math.nan
        assert math.isclose(entropy, told, abs_tol=1e-12) or (math.isnan(entropy) and not parts)


@settings(deadline=None)
@given(ROWS.filter(lambda rows: sum(map(len, rows)) > 0))
def test_flat_positions_find_their_entries(rows: list[list[float]]) -> None:
    layout, values = laid_out(rows)
    places = [(row, local) for row, entries in enumerate(rows) for local in range(len(entries))]
    row, local = np.array(places).T
    assert values[layout.flat(row, local)].tolist() == [rows[r][at] for r, at in places]


@settings(deadline=None)
@given(st.lists(st.integers(-1, 4), max_size=20))
@example([])
@example([-1, -1])
def test_shelves_hold_positions_in_order(shelf: list[int]) -> None:
    shelves = shelve(np.array(shelf, dtype=np.int32), 5)
    told = [[at for at, chosen in enumerate(shelf) if chosen == number] for number in range(5)]
    parts = [shelves.rows[shelves.start[s] : shelves.start[s + 1]].tolist() for s in range(5)]
    assert parts == told
    assert shelves.start[-1] == len(shelves.rows) == sum(chosen >= 0 for chosen in shelf)


@settings(deadline=None)
@given(st.lists(st.integers(-1, 4), max_size=60), st.integers(1, 4))
def test_shelves_do_not_depend_on_threads(shelf: list[int], threads: int) -> None:
    rows = np.array(shelf, dtype=np.int32)
    alone = shelve(rows, 5)
    with patch("ecosystem.core.threads.LEAST_ROWS", 3), allowing(threads):
        together, load = shelve(rows, 5), loads(rows, 5)
    assert together.start.tolist() == alone.start.tolist()
    assert together.rows.tolist() == alone.rows.tolist()
    assert load.tolist() == [shelf.count(number) for number in range(5)]


def test_no_shelf_holds_nothing() -> None:
    shelves = shelve(np.empty(0, dtype=np.int32), 0)
    assert shelves.start.tolist() == [0]
    assert shelves.rows.size == 0
