"""Months and the clock."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from ecosystem.core.clock import Clock, Month

# Far from the ends of the calendar, so that sums of them stay within it.
months = st.builds(Month, st.integers(1000, 3000), st.integers(1, 12))
steps = st.integers(-5000, 5000)


def test_a_month_reads_and_writes_itself() -> None:
    month = Month.parse("2018-01")
    assert (month.year, month.month, str(month)) == (2018, 1, "2018-01")
    assert month.first_day() == dt.date(2018, 1, 1)
    assert repr(month) == 'Month.parse("2018-01")'


@pytest.mark.parametrize("text", ["2018-13", "2018-00", "2018-1", "2018", "18-01", "2018-01-01", ""])
def test_what_is_no_month_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(ValueError, match=r'is not a month; write year and month as "2018-01"'):
        Month.parse(text)


def test_a_month_outside_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="no such month"):
        Month(2018, 13)
    with pytest.raises(ValueError, match="no such month"):
        Month(9999, 12) + 1


@settings(deadline=None)
@given(months, steps)
def test_adding_and_subtracting_undo_each_other(month: Month, count: int) -> None:
    later = month + count
    assert later - month == count
    assert later - count == month
    assert (later > month) == (count > 0)
    assert (later >= month) == (count >= 0)


@settings(deadline=None)
@given(months, months)
def test_order_and_hash_are_those_of_the_calendar(a: Month, b: Month) -> None:
    assert (a < b) == (a.first_day() < b.first_day())
    assert (a == b) == (str(a) == str(b))
    assert hash(a) == hash(Month.parse(str(a)))
    assert pickle.loads(pickle.dumps(a)) == a  # noqa: S301 - our own bytes


def test_a_month_is_frozen_and_no_number() -> None:
    month = Month(2018, 1)
    with pytest.raises(AttributeError, match="cannot be changed"):
        month.year = 2019
    assert month != "2018-01"
    with pytest.raises(TypeError):
        month + 0.5  # type: ignore[operator]
    with pytest.raises(TypeError):
        month < 2018  # type: ignore[operator]  # noqa: B015 - it raises


class Dated(BaseModel):
    start: Month = Month(2018, 1)


def test_a_month_is_a_type_for_fields() -> None:
    assert Dated.model_validate({"start": "2022-12"}).start == Month(2022, 12)
    assert Dated(start=Month(2022, 12)).model_dump() == {"start": "2022-12"}
    assert Dated().model_dump_json() == '{"start":"2018-01"}'
    schema = TypeAdapter(Month).json_schema()
    assert schema["type"] == "string"
    assert Dated.model_json_schema()["properties"]["start"]["default"] == "2018-01"
    with pytest.raises(ValidationError, match="is not a month"):
        Dated.model_validate({"start": 2018})


def test_the_clock_counts_months() -> None:
    clock = Clock(Month(2018, 11))
    assert (clock.step, clock.date) == (0, Month(2018, 11))
    clock.advance()
    clock.advance()
    assert (clock.step, str(clock.date)) == (2, "2019-01")
    assert clock.step_of(Month(2022, 12)) == 49
    assert clock.step_of(Month(2018, 10)) == -1
    assert repr(clock) == "Clock(start=2018-11, step=2)"
