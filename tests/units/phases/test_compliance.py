"""Whether a rule is kept: what a breach pays against the fine to be expected."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.phases.compliance import complies

amounts = st.floats(-1e6, 1e6)
fines = st.floats(0, 1e6)


def test_it_is_kept_where_the_fine_is_at_least_what_a_breach_pays() -> None:
    assert complies(np.array([0.0, 0.99, 1.0, 1.01]), 1.0).tolist() == [True, True, True, False]


def test_what_costs_nothing_binds_nobody() -> None:
    assert complies(np.array([-1.0, 0.0, 1.0]), 0.0).tolist() == [False] * 3


def test_what_cannot_be_known_is_no_reason_to_comply() -> None:
    assert not complies(np.nan, 1.0)
    assert not complies(1.0, np.nan)


@given(st.lists(amounts, min_size=1, max_size=20), fines, fines)
def test_a_higher_fine_only_adds_to_those_who_comply(pays: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert (complies(np.array(pays), low) <= complies(np.array(pays), high)).all()


@pytest.mark.parametrize("expected", [0.0, 0.5])
def test_the_shape_is_that_of_both_together(expected: float) -> None:
    assert complies(np.zeros((3, 1)), np.full(2, expected)).shape == (3, 2)
