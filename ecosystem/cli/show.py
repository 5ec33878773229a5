"""`ecosystem show`: a scenario with everything resolved."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import (
    JsonOption,
    QuietOption,
    ScenarioArgument,
    SetOption,
    console,
    fail,
    print_json,
    read_scenario,
    say,
    state,
)

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario
    from ecosystem.scenario.rows import Row

Key = Annotated[
    str | None,
    typer.Argument(metavar="KEY", help="Show only this part, e.g. labs.frontier or humans.", show_default=False),
]
Describe = Annotated[
    bool, typer.Option("--describe", help="Every key with value, unit, range, default, role, source and meaning.")
]


@app.command(
    epilog="Example: ecosystem show baseline labs --describe",
)
def show(
    scenario: ScenarioArgument,
    key: Key = None,
    *,
    describe: Describe = False,
    set_: SetOption = None,
    json: JsonOption = False,  # noqa: ARG001 - set by callback
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Print a scenario with every default written out.

    The output is a scenario file itself, with what the scenario extends put together.

    With --describe, print what every key means: `*` stands for each entry of a list. A lever is what
    someone chooses, an uncertainty what is not known and worth varying, a constant neither.
    """
    found = read_scenario(scenario, set_ or ())
    if describe:
        _describe(found, key)
    elif state.json:
        print_json(_part(found, key))
    else:
        say(_toml(found, key))


def _part(scenario: Scenario, key: str | None) -> Any:
    """The value of a key; the whole scenario without one."""
    from ecosystem.scenario import Scenario as Root  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.keys import UnknownKey, get_key  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.vocabulary import vocabulary  # noqa: PLC0415 - slow to import

    if key is None:
        return scenario.to_dict()
    try:
        values = get_key(vocabulary(Root), scenario.to_dict(), key)
    except UnknownKey as unknown:
        fail(unknown)
    return values[0] if len(values) == 1 and "*" not in key else values


def _toml(scenario: Scenario, key: str | None) -> str:
    from ecosystem.scenario.writing import toml_text, toml_value  # noqa: PLC0415 - slow to import

    if key is None:
        return scenario.to_toml().rstrip()
    value = _part(scenario, key)
    return toml_text(value).rstrip() if isinstance(value, dict) else toml_value(value)


def _describe(scenario: Scenario, key: str | None) -> None:
    from ecosystem.scenario.rows import rows  # noqa: PLC0415 - slow to import

    found = [row for row in rows(scenario) if key is None or row.below(key)]
    if not found:
        _part(scenario, key)  # says what is wrong with the key
        fail(f"{key}: nothing to describe; name the table or list it is in")
    if state.json:
        print_json([row.to_dict() for row in found])
        return
    width = min(console().width, 100)
    for _, group in groupby(sorted(found, key=_order(found)), key=lambda row: row.general):
        say(_entry(list(group), width))


def _order(found: list[Row]) -> Any:
    """Rows of one general key together, in the order in which the key is first met."""
    first: dict[str, int] = {}
    for row in found:
        first.setdefault(row.general, len(first))
    return lambda row: first[row.general]


def _entry(group: list[Row], width: int) -> str:
    """What a key means and is, in a few lines."""
    from ecosystem.scenario.vocabulary import span  # noqa: PLC0415 - slow to import

    doc = group[0].doc
    default = "required" if doc.default is ... else f"default {_value(group[0].to_dict()['default'])}"
    facts = ", ".join(fact for fact in (doc.unit, span(doc), default, doc.role) if fact)
    key = group[0].general
    head = _fill(f"{key} = {_values(group)}", width, "")
    return "\n".join(
        [
            typer.style(key, bold=True) + head.removeprefix(key),
            *(_fill(line, width, "    ") for line in (facts, doc.meaning, f"source: {doc.source}") if line),
        ]
    )


def _fill(line: str, width: int, indent: str) -> str:
    return textwrap.fill(
        line, width, initial_indent=indent, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def _values(group: list[Row]) -> str:
    """The value, or each entry's value where they differ."""
    values = [_value(row.value) for row in group]
    if len(set(values)) == 1:
        return values[0]
    names = [_entry_name(row) for row in group]
    return ", ".join(f"{value} ({name})" for name, value in zip(names, values, strict=True))


def _entry_name(row: Row) -> str:
    """The part of a key that stands in the place of `*`."""
    own, general = row.key.split("."), row.general.split(".")
    return ".".join(part for part, place in zip(own, general, strict=False) if place == "*")


def _value(value: Any) -> str:
    from ecosystem.scenario.writing import toml_value  # noqa: PLC0415 - slow to import

    return "none" if value is None else toml_value(value).replace('"none"', "none")
