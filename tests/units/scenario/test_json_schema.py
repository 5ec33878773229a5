"""The JSON schema of scenario files."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecosystem.scenario import Scenario
from ecosystem.scenario.json_schema import scenario_schema
from ecosystem.scenario.vocabulary import vocabulary
from tests.units.scenario.examples import WEB

SCHEMA = scenario_schema()


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value obeys a schema; of JSON Schema, only what this one uses."""
    if "$ref" in schema:
        return accepts(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], value)
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return any(accepts(inner, value) for inner in schema[word])
    kind = schema.get("type")
    if kind == "object":
        return (
            isinstance(value, dict)
            and all(fits(schema, name, inner) for name, inner in value.items())
            and all(name in value for name in schema.get("required", ()))
        )
    if kind == "array":
        return isinstance(value, list) and all(accepts(schema["items"], inner) for inner in value)
    types: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    right = kind is None or (isinstance(value, types[kind]) and isinstance(value, bool) == (kind == "boolean"))
    return right and (kind not in ("integer", "number") or within(schema, value))


def within(schema: dict[str, Any], value: float) -> bool:
    return schema.get("minimum", value) <= value <= schema.get("maximum", value) and schema.get(
        "exclusiveMinimum", -float("inf")
    ) < value < schema.get("exclusiveMaximum", float("inf"))


def fits(schema: dict[str, Any], name: str, value: Any) -> bool:
    if name in schema.get("properties", {}):
        return accepts(schema["properties"][name], value)
    rest = schema.get("additionalProperties", True)
    return rest if isinstance(rest, bool) else accepts(rest, value)


def fields(node: Any) -> Iterator[dict[str, Any]]:
    """Every key's schema."""
    if isinstance(node, dict):
        for name, inner in node.get("properties", {}).items():
            if name not in ("kind", "remove", "extends"):
                yield inner
        for inner in node.values():
            yield from fields(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from fields(inner)


def test_it_is_json() -> None:
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA


def test_every_parameter_has_unit_role_source_and_meaning() -> None:
    found = [field for field in fields(SCHEMA) if "$ref" not in field]
    assert len(found) > 150
    for field in found:
        assert field["unit"], field
        assert field["source"], field
        assert field["description"], field
        assert field["role"] in ("lever", "uncertainty", "constant")


def test_every_parameter_but_the_required_has_its_default() -> None:
    docs = vocabulary(Scenario).docs
    for table, prefix in (
        ("LabParameters", "labs[]."),
        ("CuratorParameters", "curators[]."),
        ("DataStrategy", "labs[].data."),
    ):
        schema = SCHEMA["$defs"][table]
        for name, field in schema["properties"].items():
            doc = docs.get(prefix + name)
            if doc is not None:
                assert ("default" in field) != (name in schema.get("required", ())), name


def test_there_is_no_null_because_toml_has_none() -> None:
    assert "null" not in json.dumps(SCHEMA)


@pytest.mark.parametrize("path", [*Path("scenarios").glob("*.toml"), *Path("scenarios/laws").glob("*.toml")], ids=str)
def test_it_accepts_the_scenarios_of_the_project(path: Path) -> None:
    assert accepts(SCHEMA, tomllib.loads(path.read_text(encoding="utf-8")))


def test_it_accepts_resolved_files_and_differences() -> None:
    web = Scenario.from_dict(tomllib.loads(WEB))
    assert accepts(SCHEMA, tomllib.loads(web.to_toml()))
    assert accepts(SCHEMA, {"extends": "web", "labs": [{"name": "frontier", "remove": True}]})


@pytest.mark.parametrize(
    "document",
    [
        {"stesp": 3},
        {"steps": 0},
        {"steps": "3"},
        {"labs": [{"price": 3}]},
        {"labs": [{"name": "a", "detector": "gauss"}]},
        {"humans": {"network": {"kind": "watts_strogatz", "m": 3}}},
        {"start": 2018},
        {"quotas": {"exact": 1}},
    ],
    ids=str,
)
def test_it_refuses_what_the_reader_refuses(document: dict[str, Any]) -> None:
    assert not accepts(SCHEMA, document)
