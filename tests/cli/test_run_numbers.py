"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.cli.run_numbers import amount, compact, memory, seconds


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (math.nan, "-"),
        (1.0, "1"),
        (360.0, "360"),
        (0.163, "0.163"),
        (0.00012345, "0.0001"),
        (-0.16, "-0.160"),
        (2.385, "2.38"),
        (93.6, "93.6"),
        (1500.0, "1,500"),
        (99_999.0, "99,999"),
        (250_000.0, "250 thousand"),
        (1_500_000.0, "1.50 million"),
        (142_000_000.0, "142 million"),
        (-2_500_000_000.0, "-2.50 billion"),
        (3.14e12, "3.14 trillion"),
    ],
)
def test_compact(value: float, text: str) -> None:
    assert compact(value) == text


@given(st.floats(1e-3, 1e15))
def test_compact_is_right_to_half_a_per_cent(value: float) -> None:
    words = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
    number, _, word = compact(value).partition(" ")
    # Three digits of a number, or four places behind the point.
    assert math.isclose(float(number.replace(",", "")) * words.get(word, 1.0), value, rel_tol=5e-3, abs_tol=5e-5)


def test_units_decide_how_a_number_is_shown() -> None:
    assert amount(0.123, "share") == amount(0.123, "probability") == "12.3 %"
    assert amount(-0.16, "relative change") == "-16.0 %"
    assert amount(1.42e8, "USD per year") == "142 million USD"
    assert amount(155.2, "ideas") == "155"
    assert amount(math.nan, "share") == "-"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.25, "1.2 s"), (59.94, "59.9 s"), (68.0, "1 min 8 s"), (119.7, "2 min 0 s"), (3_720.0, "1 h 2 min")],
)
def test_seconds(value: float, text: str) -> None:
    assert seconds(value) == text


def test_memory() -> None:
    assert (memory(317e6), memory(1.05e9)) == ("317 MB", "1.1 GB")
