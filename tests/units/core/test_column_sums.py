"""Sums of columns by group."""

from __future__ import annotations

import numpy as np
import pytest

from ecosystem.core.columns import column_sums, row_sum
from ecosystem.core.streams import Streams


def test_columns_are_summed_within_each_group() -> None:
    values = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    found = column_sums(np.array([2, 0, 2]), 4, values)
    assert found.tolist() == [[2, 20], [0, 0], [5, 50], [0, 0]]


@pytest.mark.parametrize("shape", [(0, 3), (5, 0), (0, 0)])
def test_nothing_sums_to_nothing(shape: tuple[int, int]) -> None:
    found = column_sums(np.zeros(shape[0], dtype=np.int64), 2, np.ones(shape))
    assert found.shape == (2, shape[1])
    assert not found.any()


@pytest.mark.parametrize("size", [*range(20), 31, 100, 127, 128])
def test_a_row_is_summed_to_the_bits_of_numpy(size: int) -> None:
    # Fifty rows: an order of its own shows in the last bit of one sum in three.
    values = Streams(size).normal("values", np.arange(50), size) ** 2
    assert [row_sum(row) for row in values] == values.sum(axis=1).tolist()


def test_a_long_row_is_summed() -> None:
    values = Streams(1).normal("values", np.arange(1), 1000)[0]
    assert row_sum(values) == pytest.approx(values.sum(), rel=1e-12)
