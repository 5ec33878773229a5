"""What the columns of a results folder mean: units and definitions, by table and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ecosystem.measures.choice import chosen
from ecosystem.world.content import Items

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = ["definitions", "units"]


class _Column(NamedTuple):
    unit: str
    meaning: str


_LEADING = {
    "step": _Column("months", "months since the start of the run, from 0"),
    "date": _Column("month", "calendar month"),
    "replicate": _Column("number", "which of the runs that differ in their seed, from 0"),
}
_KEYS = {
    "domains": {"domain": "name of the domain"},
    "labs": {"lab": "name of the lab"},
    "curators": {"curator": "name of the curator", "what": "what kind of place it is"},
    "publishers": {"group": "name of the group of publishers"},
    "humans": {"group": "curator at which these people are at home, or none"},
    "ledger": {"payer": "kind of the payer", "payee": "kind of the payee", "reason": "what is paid for"},
}
_NAMED = {
    "domain": "name of the domain",
    "origin": "human, assisted or synthetic",
    "lab": "lab whose model helped or wrote, or none",
    "curator": "host, or the open web",
}
"""Columns of items that are kept as codes and shown as names."""
_NUMBER = _Column("number", "number of the item in order of publication from 0, documents that are not public included")
"""Column of items that only the table of all of them has."""


def _columns(scenario: Scenario) -> dict[str, dict[str, _Column]]:
    """Every column of every table that a run of the scenario fills."""
    tables = {}
    for table, measures in chosen(scenario.observation.measures).items():
        keys = {key: _Column("name", meaning) for key, meaning in _KEYS.get(table, {}).items()}
        metrics = {found.name: _Column(found.unit, found.definition) for found in measures}
        tables[table] = _LEADING | keys | metrics
    declared = {
        part: _Column(entry.unit, entry.meaning)
        for name, entry in Items.schema().items()
        for part in ([f"{name}_{axis}" for axis in range(scenario.reality.styles)] if entry.shape else [name])
        if name != "tokens"
    }
    named = {name: _Column("name", meaning) for name, meaning in _NAMED.items()}
    numbered = {"number": _NUMBER} if scenario.observation.items == "all" else {}
    tables["items"] = _LEADING | numbered | declared | named
    tables["degrees"] = {
        "replicate": _LEADING["replicate"],
        "in_degree": _Column("links", "links to an item from other items"),
        "count": _Column("items", "public items with so many in-links at the end"),
    }
    tables["texts"] = _LEADING | {
        "domain": named["domain"],
        "lab": named["lab"],
        "origin": named["origin"],
        "depth": declared["depth"],
        "text": _Column("words", "the text of one of the month's items, by lot"),
    }
    return tables


def units(scenario: Scenario) -> dict[str, dict[str, str]]:
    """The unit of every column, by table."""
    return {
        table: {name: entry.unit for name, entry in columns.items()} for table, columns in _columns(scenario).items()
    }


def definitions(scenario: Scenario) -> dict[str, dict[str, str]]:
    """What every column means, by table."""
    return {
        table: {name: entry.meaning for name, entry in columns.items()} for table, columns in _columns(scenario).items()
    }
