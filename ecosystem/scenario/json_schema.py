"""The JSON schema of scenario files, for editors and other programs."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, NoDefault
from pydantic_core import core_schema

from ecosystem.core.registry import load_plugins
from ecosystem.scenario.schema import Scenario

__all__ = ["scenario_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _WithDefaults(GenerateJsonSchema):
    """Shows the defaults that are made anew for each use, too."""

    def get_default_value(self, schema: core_schema.WithDefaultSchema) -> Any:
        """The default of a field, NoDefault if it has none."""
        factory: Any = schema.get("default_factory")
        return schema.get("default", NoDefault) if factory is None else factory()


def scenario_schema() -> dict[str, Any]:
    """What a scenario file may hold, with unit, role and source of every key.

    Besides the scenario's own keys a file may say what it extends, and take inherited entries out
    of a list; TOML knows no null, so the word "none" stands for it.
    """
    load_plugins()
    schema = Scenario.model_json_schema(schema_generator=_WithDefaults)
    _written(schema)
    extends = {
        "type": "string",
        "description": "the scenario that this file changes: a name in the same folder, or a path",
    }
    schema["properties"] = {"extends": extends, **schema["properties"]}
    remove = {"const": True, "description": "take the inherited entry of this name out"}
    for table in schema["$defs"].values():
        if "name" in table.get("required", ()):
            table["properties"]["remove"] = remove
    return {"$schema": DIALECT, **schema}


def _written(node: Any) -> None:
    """Replace null by the word that stands for it in TOML, in place."""
    if isinstance(node, dict):
        if node.get("type") == "null":
            del node["type"]
            node["const"] = "none"
        if "default" in node:
            node["default"] = _worded(node["default"])
        for inner in node.values():
            _written(inner)
    elif isinstance(node, list):
        for inner in node:
            _written(inner)


def _worded(value: Any) -> Any:
    """A default as a file would have it."""
    if isinstance(value, dict):
        return {name: _worded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_worded(inner) for inner in value]
    return "none" if value is None else value
