"""The rules by which a law is met: what is right passes, planted errors do not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.experiments.laws.base import Trial
from ecosystem.experiments.laws.finding import CURVE_POINTS, Finding
from ecosystem.scenario import Scenario

TOLERANCE = {"share": 0.1, "share, n = 5": 0.01, "level": 0.1, "sigma": 5.0, "gap": 3.0}


def trial(**note: Any) -> Trial:
    law = {
        "id": "A1", "statement": "s", "reduction": "r", "sources": ["derived: d"], "meaning": "m",
        "tolerance": TOLERANCE, "absolute": ["level"], **note,
    }  # fmt: skip
    return Trial.of(Scenario.from_dict({"name": "law", "title": "A law", "law": law}), 7)


def spread(mean: float, error: float, replicates: int = 100) -> Any:
    """Values of replicates with exactly that mean and standard error."""
    values = np.resize([-1.0, 1.0], replicates)
    return mean + values * error * math.sqrt(replicates - 1)


@pytest.mark.parametrize(
    ("measured", "error", "met"),
    [
        (1.0, 0.01, True),
        (1.039, 0.01, True),
        (1.041, 0.01, False),  # more than 4 standard errors
        (0.959, 0.01, False),
        (1.09, 0.1, True),
        (1.11, 0.1, False),  # more than 10 %
        (0.89, 0.1, False),
        (1.0 + 1e-9, 0.0, False),
        (math.nextafter(1.0, 2.0), 1.0, True),
    ],
)
def test_a_mean_may_miss_by_its_standard_error_and_its_tolerance(measured: float, error: float, *, met: bool) -> None:
    found = trial().mean(trial().case(), "share", spread(measured, error), 1.0)
    assert found.passed is met
    assert found.measured == pytest.approx(measured)
    assert found.standard_error == pytest.approx(error)
    assert (found.tolerance, found.rule) == (0.1, "10 % and 4 SE")


def test_the_tolerance_of_the_place_counts() -> None:
    one = trial()
    assert one.mean(one.case(), "share", spread(1.02, 0.1), 1.0).passed
    assert not one.mean(one.case(), "share", spread(1.02, 0.1), 1.0, "n = 5").passed


def test_the_tolerance_is_a_share_of_what_is_expected_unless_it_is_listed() -> None:
    one = trial()
    assert one.mean(one.case(), "share", spread(10.9, 1.0), 10.0).passed
    assert not one.mean(one.case(), "level", spread(10.9, 1.0), 10.0).passed
    found = one.mean(one.case(), "level", spread(0.05, 1.0), 0.0)
    assert (found.passed, found.rule) == (True, "0.1 and 4 SE")
    with pytest.raises(ValueError, match=r'"share" is expected to be 0; list it in law.absolute'):
        one.mean(one.case(), "share", spread(0.05, 1.0), 0.0)


@pytest.mark.parametrize(("measured", "met"), [(1.0999, True), (1.1001, False), (0.8999, False), (math.nan, False)])
def test_what_is_exact_may_miss_by_its_tolerance(measured: float, *, met: bool) -> None:
    one = trial()
    found = one.exact(one.case(), "share", measured, 1.0)
    assert found.passed is met
    assert math.isnan(found.standard_error)


@pytest.mark.parametrize(("measured", "met"), [(1.09, True), (1.11, False), (0.89, False)])
def test_near_an_approximate_formula_the_tolerance_alone_decides(measured: float, *, met: bool) -> None:
    one = trial()
    found = one.limit(one.case(), "share", spread(measured, 0.001), 1.0)  # 90 standard errors away
    assert (found.passed, found.rule) == (met, "10 %")
    assert found.standard_error == pytest.approx(0.001)
    assert one.limit(one.case(), "level", spread(measured - 1, 0.001), 0.0).passed is met
    assert math.isnan(one.limit(one.case(), "share", measured, 1.0).standard_error)


@pytest.mark.parametrize(("measured", "met"), [(1.49, True), (1.51, False), (0.49, False)])
def test_standard_errors_alone(measured: float, *, met: bool) -> None:
    one = trial()
    assert one.standard_errors(one.case(), "sigma", spread(measured, 0.1), 1.0).passed is met


@pytest.mark.parametrize(("measured", "met", "nearer"), [(0.2, True, 0.1), (0.05, False, 0.1), (1.05, False, 1.0)])
def test_bounds(measured: float, nearer: float, *, met: bool) -> None:
    one = trial()
    for values in (measured, spread(measured, 0.01)):
        found = one.within(one.case(), "share", values, 0.1, 1.0)
        assert (found.passed, found.expected, found.rule) == (met, nearer, "0.1 to 1")


def test_a_bound_may_be_on_one_side_only() -> None:
    one = trial()
    low, high = (one.within(one.case(), "share", 0.5, *bounds) for bounds in ((0.4, math.inf), (-math.inf, 0.4)))
    assert (low.passed, low.expected, low.rule) == (True, 0.4, "at least 0.4")
    assert (high.passed, high.expected, high.rule) == (False, 0.4, "at most 0.4")


@pytest.mark.parametrize(("gap", "met"), [(0.5, True), (0.43, True), (0.42, False), (0.0, False), (-0.5, False)])
def test_an_order_takes_a_margin(gap: float, *, met: bool) -> None:
    # Two standard errors of 0.1 make one of 0.1414 for the difference; three of those are 0.4243.
    one = trial()
    found = one.order("gap", (one.case(), spread(1.0 + gap, 0.1)), (one.case(), spread(1.0, 0.1)))
    assert (found.passed, found.rule) == (met, "larger by 3 SE")


def test_plain_numbers_have_an_order() -> None:
    one = trial()
    assert one.order("gap", (one.case(), 2.0), (one.case(), 1.0)).passed
    assert not one.order("gap", (one.case(), 1.0), (one.case(), 1.0)).passed


@given(st.floats(-3, 3), st.floats(0.001, 0.2))
def test_strain_is_what_decides(measured: float, error: float) -> None:
    one = trial()
    found = one.mean(one.case(), "share", spread(measured, error), 1.0)
    missed = abs(found.measured - 1.0)
    assert found.passed == (missed <= 0.1 and missed <= 4 * found.standard_error)
    assert found.strain == pytest.approx(max(missed / 0.1, missed / (4 * found.standard_error)))


@pytest.mark.parametrize(
    "values", [[1.0], [], [1.0, math.nan], [[1.0, 2.0], [3.0, 4.0]], [1.0, math.inf]], ids=str
)  # fmt: skip
def test_a_mean_takes_finite_values_of_several_replicates(values: Any) -> None:
    one = trial()
    with pytest.raises(ValueError, match="needs one finite value for each of at least two replicates"):
        one.mean(one.case(), "share", values, 1.0)


def test_a_quantity_without_tolerance_names_the_key_to_write() -> None:
    one = trial()
    with pytest.raises(KeyError, match=r'states no tolerance of .*"other".*add it to law.tolerance'):
        one.mean(one.case(), "other", spread(1, 0.1), 1.0)


def test_tolerances_that_nothing_measured_are_known() -> None:
    one = trial()
    one.mean(one.case(), "share", spread(1, 0.1), 1.0)
    one.exact(one.case(), "level", 1.0, 1.0)
    assert one.unused == ["share, n = 5", "sigma", "gap"]


def test_a_finding_is_plain_numbers() -> None:
    one = trial()
    found = one.mean(one.case(), "share", spread(1, 0.1), float(np.float32(1)), "n = 1").to_dict()
    assert {type(value) for value in found.values()} == {str, float, bool}
    assert isinstance(Finding.of(("a", "", ""), (1, 2, 3), 1, 1, "r").measured, float)


# --- curves -------------------------------------------------------------------------------------------


def test_a_curve_of_replicates_has_their_means_and_errors() -> None:
    one = trial()
    values = np.array([spread(1.0, 0.1), spread(2.0, 0.2)])
    curve = one.curve(one.case(), "share", values, [1.0, 2.0], label="all")
    assert (curve.label, curve.y_label, curve.x) == ("all", "share", (1.0, 2.0))
    assert curve.measured == pytest.approx((1.0, 2.0))
    assert curve.standard_error == pytest.approx((0.1, 0.2))
    assert curve.expected == (1.0, 2.0)


def test_a_long_curve_keeps_its_ends_and_few_points_between() -> None:
    one = trial()
    values = np.arange(6000.0)
    for log in (False, True):
        curve = one.curve(one.case(), "share", values, 5.0, log_x=log)
        assert len(curve.x) <= CURVE_POINTS
        assert (curve.x[0], curve.x[-1]) == (1.0, 6000.0)
        assert np.array_equal(np.array(curve.x) - 1, curve.measured)
        assert curve.expected == (5.0,) * len(curve.x)
        assert all(map(math.isnan, curve.standard_error))
    assert one.curve(one.case(), "share", values).expected is None


def test_a_formula_may_have_a_grid_of_its_own() -> None:
    one = trial()
    curve = one.curve(one.case(), "share", [1.0, 2.0], x=[0.0, 1.0], line=([0.0, 0.5, 1.0], np.array([1.0, 1.4, 2.0])))
    assert curve.line == ((0.0, 0.5, 1.0), (1.0, 1.4, 2.0))
    with pytest.raises(ValueError, match=r"a curve needs 3 of line, has shape \(2,\)"):
        one.curve(one.case(), "share", [1.0, 2.0], line=([0.0, 0.5, 1.0], [1.0, 1.4]))


def test_curves_of_unequal_lengths_are_refused() -> None:
    one = trial()
    with pytest.raises(ValueError, match=r"a curve needs 3 of expected, has shape \(2,\)"):
        one.curve(one.case(), "share", [1.0, 2.0, 3.0], [1.0, 2.0])
