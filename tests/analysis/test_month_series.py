"""From tables to lines."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.series import days, isolated, leading, series


def table(values: dict[str, list[float]], **more: list[str]) -> pd.DataFrame:
    """Rows for each month, one for each replicate."""
    rows = [
        {"date": date, "replicate": replicate, "x": value}
        for date, row in values.items()
        for replicate, value in enumerate(row)
    ]
    return pd.DataFrame(rows).assign(**more)


def test_months_without_a_row_are_gaps() -> None:
    (one,) = series(table({"2020-01": [1.0], "2020-04": [4.0]}), "x")
    assert [str(month) for month in one.months] == ["2020-01", "2020-02", "2020-03", "2020-04"]
    np.testing.assert_array_equal(one.median, [1.0, np.nan, np.nan, 4.0])


def test_undefined_values_are_gaps_not_zeros() -> None:
    (one,) = series(table({"2020-01": [1.0], "2020-02": [np.nan], "2020-03": [3.0]}), "x")
    np.testing.assert_array_equal(one.median, [1.0, np.nan, 3.0])
    assert one.last == (pd.Period("2020-03", "M"), 3.0)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_band_is_the_quantiles_over_replicates(values: list[float]) -> None:
    (one,) = series(table({"2020-01": values}), "x")
    expected = np.quantile(values, [0.05, 0.5, 0.95])
    # 1e-9 of the largest value: rounding in two ways of interpolating between neighbours
    close = 1e-9 * max(1.0, *np.abs(values))
    np.testing.assert_allclose([one.low[0], one.median[0], one.high[0]], expected, atol=close)
    assert one.replicates == len(values)


def test_a_replicate_without_a_value_is_left_out() -> None:
    (one,) = series(table({"2020-01": [1.0, np.nan, 3.0]}), "x")
    assert one.median[0] == 2.0


def test_entities_are_apart_and_sorted() -> None:
    rows = pd.concat(
        [table({"2020-01": [1.0]}, who=["b"]), table({"2020-02": [2.0]}, who=["a"])],
        ignore_index=True,
    )
    first, second = series(rows, "x", ["who"])
    assert (first.name, second.name) == ("a", "b")
    np.testing.assert_array_equal(first.median, [np.nan, 2.0])
    np.testing.assert_array_equal(second.median, [1.0, np.nan])


def test_several_columns_name_an_entity() -> None:
    rows = table({"2020-01": [1.0]}, payer=["labs"], payee=["curators"])
    assert series(rows, "x", ["payer", "payee"])[0].name == "labs → curators"


def test_no_rows_or_no_column_give_no_series() -> None:
    assert series(pd.DataFrame(), "x") == []
    assert series(table({"2020-01": [1.0]}), "y") == []


def test_isolated_values() -> None:
    values = np.array([1.0, np.nan, 2.0, 3.0, np.nan, 4.0])
    np.testing.assert_array_equal(isolated(values), [True, False, False, False, False, True])
    np.testing.assert_array_equal(isolated(np.array([1.0])), [True])


def test_middle_of_a_month_lies_between_its_days() -> None:
    (one,) = series(table({"2020-02": [1.0]}), "x")
    first, last = days("2020-02")
    assert first < one.x[0] < last
    assert 28.9 < last - first < 29.0


def test_days_of_a_window() -> None:
    assert days("2020-01/2020-12")[0] == days("2020-01")[0]
    assert days("2020-01/2020-12")[1] == days("2020-12")[1]


def test_leading_are_the_largest_by_weight_sorted_by_name() -> None:
    rows = pd.DataFrame({"lab": ["a", "b", "c", "d"], "w": [1.0, 3.0, np.nan, 2.0]})
    assert leading(rows, ["lab"], "w", 2) == ["b", "d"]
    assert leading(rows, ["lab"], "missing", 2) == ["a", "b"]
    assert leading(pd.DataFrame(), ["lab"], "w", 2) == []
