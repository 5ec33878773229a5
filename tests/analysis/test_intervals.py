"""Intervals and tests against numbers worked out by hand or by textbooks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intervals import fieller, fisher_z, holm, t_interval, wilson


def test_student_of_three_numbers() -> None:
    found = t_interval(np.array([1.0, 2.0, 3.0]))
    assert found.value == 2
    assert found.high == pytest.approx(2 + 4.302653 / math.sqrt(3), abs=1e-6)  # t of 2 degrees at 97.5 %


def test_one_number_has_no_interval_and_equal_ones_a_point() -> None:
    assert math.isnan(t_interval(np.array([1.0])).low)
    assert t_interval(np.array([4.0, 4.0])) == (4, 4, 4)
    assert math.isnan(t_interval(np.array([np.nan])).value)


def test_wilson_of_one_in_ten() -> None:
    assert wilson(1, 10) == pytest.approx((0.1, 0.017876, 0.404150), abs=1e-5)  # Wilson's formula at z = 1.96
    assert wilson(0, 10).low == 0
    assert wilson(10, 10).high == 1


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_holds_the_share(successes: int, more: int) -> None:
    found = wilson(successes, successes + more)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_fieller_misses_one_in_twenty() -> None:
    # 2,000 samples of 10 pairs: misses are binomial with sd 0.49 %, so 5 % +- 3 sd; false alarm 0.3 %.
    rng = np.random.default_rng(1)
    missed = 0
    for _ in range(2000):
        bottom = rng.normal(2.0, 1.0, 10)
        found = fieller(0.5 * bottom + rng.normal(0.0, 0.5, 10), bottom)
        missed += not math.isnan(found.low) and not found.low <= 0.5 <= found.high
    assert 0.05 - 0.0147 <= missed / 2000 <= 0.05 + 0.0147


def test_fieller_of_a_proportion_without_noise() -> None:
    bottom = np.array([1.0, 2.0, 3.0])
    assert fieller(0.25 * bottom, bottom).value == pytest.approx(0.25)
    assert math.isnan(fieller(np.array([1.0, 2.0]), np.array([1.0, -1.0])).low)  # nothing to divide by


def test_fisher_of_a_correlation() -> None:
    found = fisher_z(0.5, 28)
    assert found == pytest.approx((0.5, 0.156, 0.736), abs=1e-3)  # tanh(0.5493 -+ 1.96 / 5)
    assert math.isnan(fisher_z(1.0, 28).low)


def test_holm_steps_down() -> None:
    # 0.05 / 3 = 0.0167, then 0.025, then 0.05: the second stops it.
    assert holm(np.array([0.04, 0.01, 0.03])).tolist() == [False, True, False]
    assert holm(np.array([0.04, 0.01, 0.02])).tolist() == [True, True, True]
    assert holm(np.array([np.nan, 0.01])).tolist() == [False, True]
