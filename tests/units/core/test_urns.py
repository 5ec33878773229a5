"""Draws by weight: with a guide and without, one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecosystem.core import urns
from ecosystem.core.streams import Streams, search_running, unit
from ecosystem.core.threads import allowing
from ecosystem.core.urns import Urns

KEY = np.uint64(77)
weights = st.lists(st.one_of(st.just(0.0), st.floats(1e-12, 1e12)), max_size=40)


def running(table: list[list[float]]) -> tuple[np.ndarray, np.ndarray]:
    """Offsets and running sums of a table."""
    sums = [np.cumsum(row) for row in table]
    return np.cumsum([0, *map(len, table)]), np.concatenate([np.empty(0), *sums])


@settings(deadline=None)
@given(st.lists(weights, min_size=1, max_size=4), st.integers(0, 2**32))
@example([[]], 0)
@example([[], [], [1.0]], 0)
@example([[1.0], [], []], 0)
def test_a_guide_changes_no_answer(table: list[list[float]], seed: int) -> None:
    offsets, sums = running(table)
    keys = np.arange(200, dtype=np.uint64)
    rows = np.arange(200) % len(table)
    draw = Streams(seed)
    found = Urns(offsets, sums).draw(draw.key("d"), keys, rows)  # as many draws as this make a guide
    u = [unit(bits) for bits in draw.bits("d", keys)]
    expected = [search_running(sums, offsets[row], offsets[row + 1], x) for row, x in zip(rows, u, strict=True)]
    assert found.tolist() == expected


def test_a_guide_is_made_once_it_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kernels: list[str] = []

    def watched(name: str, kernel: Callable[..., bool]) -> Callable[..., bool]:
        def call(*arguments: Any) -> bool:
            kernels.append(name)
            return kernel(*arguments)

        return call

    for name in ("_fill_searched", "_fill_guided"):
        monkeypatch.setattr(urns, name, watched(name, getattr(urns, name)))
    urn = Urns(np.array([0, 1000]), np.arange(1.0, 1001.0))
    keys = np.arange(100, dtype=np.uint64)
    drawn = [urn.draw(KEY, keys, np.zeros(100, np.int64)) for _ in range(4)]
    assert kernels == ["_fill_searched"] * 2 + ["_fill_guided"] * 2
    assert all(np.array_equal(drawn[0], other) for other in drawn)


@pytest.mark.parametrize("draws", [3, 30_000])  # without a guide and with one
@pytest.mark.parametrize("row", [-1, 2, 2**40])
def test_a_row_that_is_not_there_is_refused(draws: int, row: int) -> None:
    rows = np.zeros(draws, np.int64)
    rows[-1] = row
    with allowing(2), pytest.raises(IndexError, match="rows outside 0 to 1"):
        Urns([0, 60, 120], np.arange(1.0, 121.0)).draw(KEY, np.arange(draws, dtype=np.uint64), rows)


def test_offsets_have_to_end_with_the_sums() -> None:
    with pytest.raises(ValueError, match="offsets do not end at 3"):
        Urns([0, 2], [1.0, 2.0, 3.0])
