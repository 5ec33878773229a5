"""Parameters: strictness, and the reference that they write themselves."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import annotated_types
import pytest
from pydantic import BaseModel, ValidationError

from ecosystem.core.clock import Month
from ecosystem.core.parameters import ParameterDoc, Parameters, describe, param

type Size = Literal["small", "large"]


class Pay(Parameters):
    """A nested group."""

    amount: float = param(2.0, unit="EUR", source="a price list", meaning="price", ge=0)


class Lab(Parameters):
    """One of each sort of field."""

    name: str = param(unit="name", source="the user", meaning="name")
    price: float = param(1.0, unit="EUR", source="assumption: x", meaning="price", gt=0, lt=9, role="lever")
    count: int = param(3, unit="1", source="x", meaning="count", ge=0, le=8, role="uncertainty")
    open: bool = param(default=True, unit="1", source="x", meaning="whether")
    shares: tuple[Annotated[float, annotated_types.Ge(0)], ...] = param(
        default_factory=lambda: (0.5, 0.5), unit="1", source="x", meaning="shares"
    )
    span: tuple[int, float] = param((1, 2.0), unit="1", source="x", meaning="span")
    start: Month = param(Month(2018, 1), unit="month", source="x", meaning="start")
    end: Month | None = param(None, unit="month", source="x", meaning="end")
    size: Size = param("small", unit="1", source="x", meaning="size")
    pay: Pay = Pay(amount=5)


class World(Parameters):
    """A group of groups."""

    labs: tuple[Lab, ...] = param((), unit="1", source="x", meaning="labs")
    rates: dict[str, Pay] = param(default_factory=dict, unit="1", source="x", meaning="rates")
    maybe: Pay | None = None


def lab(**values: Any) -> Lab:
    return Lab.model_validate({"name": "a"} | values)


@pytest.mark.parametrize(
    "values",
    [
        {"name": 3},
        {"price": "1"},
        {"price": True},
        {"price": math.nan},
        {"price": math.inf},
        {"price": 0},
        {"price": 9},
        {"count": 3.0},
        {"count": True},
        {"count": "3"},
        {"count": 9},
        {"open": 1},
        {"open": "true"},
        {"shares": [0.5, -1]},
        {"shares": 0.5},
        {"shares": [math.nan]},
        {"span": [1]},
        {"start": "2018-13"},
        {"start": 2018},
        {"size": "huge"},
        {"pay": {"amount": -1}},
        {"unknown": 1},
    ],
)
def test_a_wrong_value_is_refused_at_its_place(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        lab(**values)
    assert {error["loc"][0] for error in caught.value.errors()} == set(values)


def test_what_files_can_say_is_accepted() -> None:
    made = lab(price=2, shares=[1, 0.5], span=[3, 4], start="2020-02", end="2021-01")
    assert isinstance(made.price, float)
    assert made.shares == (1.0, 0.5)
    assert made.span == (3, 4.0)
    assert made.start == Month(2020, 2)
    assert made.end == Month(2021, 1)
    assert lab(pay={"amount": 1}).pay == Pay(amount=1)
    assert lab(pay=Pay(amount=1)).pay == Pay(amount=1)
    world = World.model_validate({"labs": [{"name": "a"}], "rates": {"x": {"amount": 3}}})
    assert world.labs == (lab(),)
    assert world.rates["x"].amount == 3


def test_parameters_are_frozen_and_survive_a_round_trip() -> None:
    made = lab(price=2)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(made, "price", 3)  # noqa: B010 - mypy knows that it is frozen
    assert hash(made) == hash(lab(price=2.0))
    assert Lab.model_validate(made.model_dump()) == made
    assert Lab.model_validate_json(made.model_dump_json()) == made


def test_a_default_outside_its_range_is_refused() -> None:
    class Bad(Parameters):
        share: float = param(2.0, unit="1", source="x", meaning="share", le=1)

    with pytest.raises(ValidationError, match="less than or equal to 1"):
        Bad()


def test_the_schema_carries_unit_source_role_and_meaning() -> None:
    price = Lab.model_json_schema()["properties"]["price"]
    assert price["unit"] == "EUR"
    assert price["source"] == "assumption: x"
    assert price["role"] == "lever"
    assert price["description"] == "price"
    assert price["exclusiveMinimum"] == 0


def docs(cls: type[BaseModel], prefix: str = "") -> dict[str, ParameterDoc]:
    return {doc.key: doc for doc in describe(cls, prefix)}


def test_describe_tells_everything_about_a_parameter() -> None:
    assert docs(Lab)["price"] == ParameterDoc(
        key="price",
        type="float",
        default=1.0,
        unit="EUR",
        low=0,
        high=9,
        source="assumption: x",
        role="lever",
        meaning="price",
        low_open=True,
        high_open=True,
    )
    count = docs(Lab)["count"]
    assert (count.low, count.high, count.low_open, count.high_open) == (0, 8, False, False)
    assert count.role == "uncertainty"


def test_describe_names_types_and_defaults() -> None:
    found = docs(Lab)
    assert {key: doc.type for key, doc in found.items()} == {
        "name": "str",
        "price": "float",
        "count": "int",
        "open": "bool",
        "shares": "list of float",
        "span": "list of int, float",
        "start": "Month",
        "end": "Month or nothing",
        "size": "one of small, large",
        "pay.amount": "float",
    }
    assert found["name"].default is ...
    assert found["shares"].default == (0.5, 0.5)
    assert found["shares"].low == 0
    assert found["pay.amount"].default == 5  # as the outer group sets it, not as Pay does
    assert found["end"].default is None


def test_describe_goes_into_lists_tables_and_options() -> None:
    found = docs(World, "web.")
    assert found["web.labs"].type == "list of Lab"
    assert found["web.rates"].type == "table of Pay"
    assert list(found)[:3] == ["web.labs", "web.labs[].name", "web.labs[].price"]
    assert found["web.labs[].pay.amount"].default == 5
    assert found["web.rates.*.amount"].default == 2
    assert found["web.maybe.amount"].unit == "EUR"
    assert "web.maybe" not in found  # a group without a meaning of its own is told by its parts
