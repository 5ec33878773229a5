"""Parameters that carry their unit, range, source and role, and say so when asked."""

from __future__ import annotations

import math
import types
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

type Role = Literal["lever", "uncertainty", "constant"]


class SettingTooSmall(RuntimeError):  # noqa: N818 - says what happened
    """A run came to a limit that its scenario sets; the text names the key."""


@runtime_checkable
class Choice(Protocol):
    """A mark on a field's type: the value is one of several named models."""

    def alternatives(self) -> Mapping[str, type[BaseModel]]:
        """The models by kind."""


def param(
    default: Any = ...,
    *,
    unit: str,
    source: str,
    meaning: str,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    role: Role = "constant",
    default_factory: Callable[[], Any] | None = None,
) -> Any:
    """Declare a field of `Parameters`.

    Args:
        default: the value when none is given; without one the field is required.
        unit: the unit of the value ("1" for a pure number).
        source: where the default comes from, or "assumption: ...".
        meaning: what the value means, one plain sentence.
        ge: least value allowed.
        gt: bound that the value must exceed.
        le: largest value allowed.
        lt: bound that the value must stay below.
        role: "lever" (someone chooses it), "uncertainty" (unknown, to be varied) or "constant".
        default_factory: makes the default, in place of `default`.

    Bounds on the elements of a tuple belong on the element's type:
    `tuple[Annotated[float, annotated_types.Ge(0)], ...]`.
    """
    options: dict[str, Any] = {"ge": ge, "gt": gt, "le": le, "lt": lt, "description": meaning}
    if default_factory is None:
        options["default"] = default
    else:
        options["default_factory"] = default_factory
    facts: dict[str, Any] = {"unit": unit, "source": source, "role": role}
    return Field(json_schema_extra=facts, **options)


class Parameters(BaseModel):
    """A frozen, strict group of parameters.

    A text is not a number and a truth value is not a number; a whole number is accepted for a
    float and a list for a tuple. NaN, infinities and unknown names are errors.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _lists_to_tuples(cls, data: Any) -> Any:
        return _tuples(data) if isinstance(data, dict) else data


def _tuples(value: Any) -> Any:
    """TOML and JSON know only lists; a frozen model holds tuples."""
    if isinstance(value, dict):
        return {key: _tuples(entry) for key, entry in value.items()}
    return tuple(_tuples(entry) for entry in value) if isinstance(value, list) else value


@dataclass(frozen=True)
class ParameterDoc:
    """One line of the parameter reference. `default` is `...` for a required parameter."""

    key: str
    type: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    source: str
    role: str
    meaning: str
    low_open: bool = False
    high_open: bool = False


def describe(cls: type[BaseModel], prefix: str = "") -> Iterator[ParameterDoc]:
    """Every parameter of a model and of the models within it, in the order of declaration.

    Keys are written as in a scenario file: `humans.count`, `labs[].price` for each of a list,
    `labs[].data.crawlers[kind=curated].min_votes` for a parameter of one kind only, and
    `prices.*.amount` for each entry of a mapping.
    """
    yield from _describe(cls, prefix, None)


def _describe(cls: type[BaseModel], prefix: str, example: Any) -> Iterator[ParameterDoc]:
    for name, field in cls.model_fields.items():
        default = getattr(example, name) if isinstance(example, cls) else _default(field)
        key = prefix + name
        inner = list(_models(field.annotation, field.metadata, key))
        if field.description is not None or not inner:
            yield _document(key, field, default)
        for path, model in inner:
            yield from _describe(model, path + ".", default)


def _default(field: FieldInfo) -> Any:
    if field.is_required():
        return ...
    return field.get_default(call_default_factory=True, validated_data={})


def _document(key: str, field: FieldInfo, default: Any) -> ParameterDoc:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    low, low_open, high, high_open = _bounds([*field.metadata, *_metadata(field.annotation)])
    return ParameterDoc(
        key=key,
        type=_type_name(field.annotation, field.metadata),
        default=... if default is PydanticUndefined else default,
        unit=str(extra.get("unit", "")),
        low=low,
        high=high,
        source=str(extra.get("source", "")),
        role=str(extra.get("role", "constant")),
        meaning=field.description or "",
        low_open=low_open,
        high_open=high_open,
    )


def _bounds(metadata: Sequence[Any]) -> tuple[float | None, bool, float | None, bool]:
    """The range that annotated-types marks such as Ge and Lt declare."""
    found: dict[str, Any] = {}
    for mark in metadata:
        for bound in ("ge", "gt", "le", "lt"):
            value = getattr(mark, bound, None)
            if value is not None:
                found.setdefault(bound, value)
    low, high = found.get("ge", found.get("gt")), found.get("le", found.get("lt"))
    return low, "ge" not in found and "gt" in found, high, "le" not in found and "lt" in found


def limits(cls: type[BaseModel], name: str) -> tuple[float, float]:
    """The least and the largest value that a number in a model may have; infinite where nothing is said.

    Of a bound that must not be met, the next number is given.
    """
    field = cls.model_fields[name]
    low, low_open, high, high_open = _bounds([*field.metadata, *_metadata(field.annotation)])
    least, most = -math.inf if low is None else low, math.inf if high is None else high
    return (
        math.nextafter(least, math.inf) if low_open else least,
        math.nextafter(most, -math.inf) if high_open else most,
    )


def _metadata(annotation: Any) -> list[Any]:
    """The marks on the element types within an annotation."""
    own = list(getattr(annotation, "__metadata__", ()))
    return own + [mark for part in typing.get_args(annotation) for mark in _metadata(part)]


def _models(annotation: Any, metadata: Sequence[Any], key: str) -> Iterator[tuple[str, type]]:
    """The models within a type, each with the key that leads to it."""
    choice = next((mark for mark in metadata if isinstance(mark, Choice)), None)
    annotation = getattr(annotation, "__value__", annotation)  # of a `type` statement
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if choice is not None:
        for kind, model in choice.alternatives().items():
            yield f"{key.removesuffix('[]')}[kind={kind}]", model
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield key, annotation
    elif origin is typing.Annotated:
        yield from _models(parts[0], annotation.__metadata__, key)
    elif origin in (typing.Union, types.UnionType):
        for part in parts:
            yield from _models(part, (), key)
    elif origin in (tuple, list):
        for part in parts:
            yield from _models(part, (), key + "[]")
    elif origin is dict:
        yield from _models(parts[1], (), key + ".*")


def _type_name(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """A type as one would say it: "float", "list of int", "one of a, b"."""
    choice = next((mark for mark in metadata if isinstance(mark, Choice)), None)
    annotation = getattr(annotation, "__value__", annotation)  # of a `type` statement
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if choice is not None:
        return "one of " + ", ".join(choice.alternatives())
    if origin is typing.Annotated:
        return _type_name(parts[0], annotation.__metadata__)
    if origin is Literal:
        return "one of " + ", ".join(str(part) for part in parts)
    if origin in (typing.Union, types.UnionType):
        return " or ".join("nothing" if p is types.NoneType else _type_name(p) for p in parts)
    if origin in (tuple, list):
        return "list of " + ", ".join(dict.fromkeys(_type_name(p) for p in parts if p is not ...))
    name = str(getattr(annotation, "__name__", annotation))
    return f"table of {_type_name(parts[1])}" if origin is dict else name
