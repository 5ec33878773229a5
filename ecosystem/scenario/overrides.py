"""Changes of single keys: `--set KEY=VALUE`, and the same from Python."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel

from ecosystem.core.clock import Month
from ecosystem.core.registry import load_plugins
from ecosystem.scenario.keys import UnknownKey, select, set_key
from ecosystem.scenario.nodes import Node, Place, TooDeep
from ecosystem.scenario.problems import Problem, ScenarioError
from ecosystem.scenario.schema import Scenario
from ecosystem.scenario.validate import validated
from ecosystem.scenario.vocabulary import vocabulary

__all__ = ["SET", "apply_overrides", "changed", "from_document"]

SET = "--set"
_OPENING = ('"', "'", "[", "{")


def apply_overrides(scenario: Scenario, overrides: Iterable[str]) -> Scenario:
    """A scenario with other values, each written `KEY=VALUE`, such as `labs.*.data.retention=0`.

    Values are TOML; bare words are texts, and "none" empties a setting that may be empty.

    Raises:
        ScenarioError: lists every override that cannot be used.
    """
    words, document, problems = vocabulary(Scenario), scenario.to_dict(), list[Problem]()
    for text in overrides:
        key, equals, raw = text.partition("=")
        key = key.strip()
        if not equals or not key:
            problems.append(Problem(SET, None, text, "not of the form KEY=VALUE", "such as --set scale.humans=1000"))
            continue
        try:
            value = _value(raw.strip())
            doc = words.doc(words.pattern(document, select(words, document, key)[0]))
            if doc is not None and doc.type in ("str", "Month") and isinstance(value, (int, float)):
                value = raw.strip()  # a name may look like a number
            set_key(words, document, key, value)
        except UnknownKey as unknown:
            problems.append(Problem(SET, None, key, unknown.cause, unknown.remedy))
        except ValueError:
            remedy = 'quote it for the shell, such as --set \'KEY=["a", "b"]\''
            problems.append(Problem(SET, None, key, f"not a TOML value: {raw.strip()}", remedy))
    return _checked(document, SET, problems)


def _value(raw: str) -> Any:
    """A TOML value; what is none, but for lists, tables and quoted texts, is a text.

    Raises:
        ValueError: a list, table or quoted text that is not TOML.
    """
    try:
        document = tomllib.loads(f"value = {raw}")
    except (ValueError, RecursionError):
        if raw.startswith(_OPENING):
            raise ValueError from None
        return raw
    return document["value"] if len(document) == 1 else raw


def changed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """A scenario with other values by key; models, months and NumPy numbers are taken, too.

    Raises:
        ScenarioError: lists every change that cannot be made.
    """
    words, document, problems = vocabulary(Scenario), scenario.to_dict(), list[Problem]()
    for key, value in changes.items():
        try:
            set_key(words, document, key, _plain(value))
        except UnknownKey as unknown:
            problems.append(Problem("replace", None, key, unknown.cause, unknown.remedy))
    return _checked(document, "replace", problems)


def from_document(document: Mapping[str, Any]) -> Scenario:
    """A scenario from a nested dict.

    Raises:
        ScenarioError: lists everything that is wrong.
    """
    load_plugins()
    return _checked(_plain(document), "scenario", [])


def _checked(document: Any, where: str, problems: list[Problem]) -> Scenario:
    try:
        node = Node.of(document, Place(where))
    except TooDeep as error:
        raise ScenarioError([*problems, Problem(where, None, "", str(error))]) from error
    return validated(node, problems)


def _plain(value: Any) -> Any:
    """A value as JSON could hold it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, (list, tuple, np.ndarray)) else value
