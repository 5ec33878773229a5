"""Registries and the components that register themselves."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import pytest
from pydantic import TypeAdapter, ValidationError

from ecosystem.core import registry as module
from ecosystem.core.parameters import Parameters, describe, param
from ecosystem.core.registry import (
    Component,
    Registry,
    UnknownName,
    chosen_from,
    import_all,
    load_plugins,
)

if TYPE_CHECKING:
    from pathlib import Path

CRAWLERS: Registry[type[Crawler]] = Registry("crawler")


class Crawler(Component):
    """The base of a family."""

    registry: ClassVar[Registry[Any]] = CRAWLERS


class Filtered(Crawler):
    """A part of the family that is no choice by itself."""

    min_votes: int = param(3, unit="votes", source="x", meaning="least votes", ge=0)


class Curated(Filtered):
    """A choice with a list of its own."""

    kind: ClassVar[str] = "curated"
    weights: tuple[float, ...] = param((), unit="1", source="x", meaning="weights")


class Open(Crawler):
    """A choice without parameters, its kind not annotated."""

    kind = "open_web"


class Data(Parameters):
    """Fields that hold components."""

    crawlers: tuple[Annotated[Crawler, chosen_from(Crawler)], ...] = param(
        default_factory=lambda: (Open(),), unit="1", source="x", meaning="crawlers"
    )
    first: Annotated[Crawler, chosen_from(CRAWLERS)] = param(
        Curated(min_votes=7), unit="1", source="x", meaning="the first"
    )
    strict: Annotated[Filtered, chosen_from(Filtered)] | None = None


class Lab(Parameters):
    """A group above it."""

    data: Data = Data()


class Scenario(Parameters):
    """The whole."""

    labs: tuple[Lab, ...] = ()


def error_of(crawler: Any) -> tuple[tuple[str | int, ...], str]:
    """Where and what is wrong with a crawler of the second lab."""
    labs = [{}, {"data": {"crawlers": ["open_web", crawler]}}]
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate({"labs": labs})
    (error,) = caught.value.errors()
    assert error["loc"][:5] == ("labs", 1, "data", "crawlers", 1)
    return error["loc"][5:], error["msg"]


def test_an_unknown_name_says_what_is_near_and_what_there_is() -> None:
    names: Registry[int] = Registry("colour")
    with pytest.raises(UnknownName, match=r"no colour is called 'red' \(valid: none is registered"):
        names.get("red")
    names.add("green", 1)
    names.add("grey", 2)
    names.add("blue", 3)
    with pytest.raises(ValueError, match="no colour is called 'gren'; did you mean 'green'") as e:
        names.get("gren")
    assert str(e.value).endswith("(valid: blue, green, grey)")
    assert isinstance(e.value, UnknownName)
    assert e.value.valid == ("blue", "green", "grey")


def test_a_registry_iterates_by_name_and_refuses_a_name_taken() -> None:
    names: Registry[int] = Registry("colour")
    for i, name in enumerate("cab"):
        assert names.add(name, i) == i
    assert list(names) == ["a", "b", "c"]
    assert list(names.items()) == [("a", 1), ("b", 2), ("c", 0)]
    assert len(names) == 3
    assert "a" in names
    assert "z" not in names
    assert 1 not in names
    assert names.add("a", 1) == 1  # the same thing again is no clash
    with pytest.raises(ValueError, match="two colours are called 'a'"):
        names.add("a", 9)


def test_naming_a_kind_registers_and_two_of_a_kind_clash() -> None:
    assert dict(CRAWLERS.items()) == {"curated": Curated, "open_web": Open}
    with pytest.raises(ValueError, match="two crawlers are called 'curated'"):
        type("Other", (Crawler,), {"kind": "curated", "__module__": __name__})
    assert CRAWLERS.get("curated") is Curated


@pytest.mark.parametrize(
    "written",
    ["curated", {"kind": "curated"}, {"kind": "curated", "min_votes": 3}, Curated()],
)
def test_a_component_is_an_instance_a_kind_or_a_table(written: Any) -> None:
    data = Data.model_validate({"crawlers": [written], "first": written, "strict": written})
    assert data.crawlers == (Curated(),)
    assert data.first == data.strict == Curated()


def test_lists_within_components_become_tuples() -> None:
    data = Data.model_validate({"first": {"kind": "curated", "weights": [1, 2]}})
    assert data.first == Curated(weights=(1.0, 2.0))


def test_components_serialise_with_their_kind_first() -> None:
    data = Data(crawlers=(Curated(), Open()))
    dump = data.model_dump()
    assert list(dump["crawlers"][0].items()) == [
        ("kind", "curated"),
        ("min_votes", 3),
        ("weights", ()),
    ]
    assert dump["crawlers"][1] == {"kind": "open_web"}
    assert dump["strict"] is None
    assert Data.model_validate(dump) == data
    assert Data.model_validate_json(data.model_dump_json()) == data
    assert hash(data) == hash(Data.model_validate(dump))


@pytest.mark.parametrize(
    ("crawler", "place", "text"),
    [
        ({"kind": "curated", "min_votes": "3"}, ("min_votes",), "valid integer"),
        ({"kind": "curated", "min_votes": -1}, ("min_votes",), "greater than or equal to 0"),
        ({"kind": "curated", "weights": [1, "x"]}, ("weights", 1), "valid number"),
        ({"kind": "curated", "min_vote": 3}, ("min_vote",), "Extra inputs"),
        ({"kind": "curatd"}, ("kind",), "did you mean 'curated'? (valid: curated, open_web)"),
        ({"kind": 3}, ("kind",), "no crawler is called 3"),
        ({"min_votes": 3}, ("kind",), "Field required"),
        ("curatd", (), "did you mean 'curated'?"),
        (3, (), "a crawler is written as its kind or as a table with a kind"),
        (None, (), "a crawler is written as its kind"),
    ],
)
def test_errors_keep_their_place_in_the_file(crawler: Any, place: tuple[str | int, ...], text: str) -> None:
    found, message = error_of(crawler)
    assert found == place
    assert text in message


def test_a_field_may_hold_a_part_of_a_family_only() -> None:
    with pytest.raises(ValidationError, match=r"no crawler is called 'open_web' \(valid: curated"):
        Data.model_validate({"strict": "open_web"})
    with pytest.raises(ValidationError, match="a crawler is written as its kind"):
        Data.model_validate({"strict": Open()})


def test_the_schema_lists_the_kinds() -> None:
    schema = Scenario.model_json_schema()
    choice = schema["$defs"]["Data"]["properties"]["crawlers"]["items"]["oneOf"]
    assert choice == [
        {"type": "string", "enum": ["curated", "open_web"]},
        {"$ref": "#/$defs/Curated"},
        {"$ref": "#/$defs/Open"},
    ]
    curated = schema["$defs"]["Curated"]
    assert curated["properties"]["kind"] == {"const": "curated", "type": "string"}
    assert curated["required"] == ["kind"]
    assert curated["properties"]["min_votes"]["unit"] == "votes"
    alone = TypeAdapter(Annotated[Crawler, chosen_from(Crawler)]).json_schema()
    assert len(alone["oneOf"]) == 3


def test_describe_shows_the_parameters_of_every_kind() -> None:
    found = {doc.key: doc for doc in describe(Scenario)}
    assert found["labs[].data.crawlers"].type == "list of one of curated, open_web"
    assert found["labs[].data.crawlers[kind=curated].min_votes"].default == 3
    assert found["labs[].data.first[kind=curated].min_votes"].default == 7
    assert found["labs[].data.strict[kind=curated].weights"].type == "list of float"


def test_one_new_file_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "family_of_files"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text("seen = ['one']\n")
    (package / "two.py").write_text("from family_of_files.one import seen\nseen.append('two')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import_all("family_of_files", [str(package)])
    assert sys.modules["family_of_files.one"].seen == ["one", "two"]
    for name in [name for name in sys.modules if name.startswith("family_of_files")]:
        monkeypatch.delitem(sys.modules, name)


def test_plugins_are_loaded_once_and_a_broken_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_plugin.py").write_text("count = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    points = [EntryPoint("good", "a_plugin", module.PLUGINS)]
    groups: list[str] = []

    def found(group: str) -> list[EntryPoint]:
        groups.append(group)
        return points

    monkeypatch.setattr(module, "entry_points", found)
    load_plugins.cache_clear()
    CRAWLERS.load_plugins()
    CRAWLERS.load_plugins()
    assert groups == ["ecosystem.plugins"]
    assert sys.modules["a_plugin"].count == 1
    points.append(EntryPoint("bad", "no_such_plugin", module.PLUGINS))
    load_plugins.cache_clear()
    with pytest.raises(ImportError, match=r"plugin 'bad' \(no_such_plugin\) cannot be loaded"):
        load_plugins()
    load_plugins.cache_clear()
    monkeypatch.delitem(sys.modules, "a_plugin")
