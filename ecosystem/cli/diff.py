"""`ecosystem diff`: what differs between two scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import JsonOption, QuietOption, console, print_json, read_scenario, say, state

if TYPE_CHECKING:
    from ecosystem.scenario.differences import Difference

First = Annotated[str, typer.Argument(metavar="A", help="A scenario file or name.", show_default=False)]
Second = Annotated[str, typer.Argument(metavar="B", help="Another one.", show_default=False)]


@app.command(epilog="Example: ecosystem diff baseline scenarios/mine.toml")
def diff(a: First, b: Second, *, json: JsonOption = False, quiet: QuietOption = False) -> None:  # noqa: ARG001 - set by callback
    """Show what differs between two scenarios, key by key.

    What they extend is put together first.
    """
    from ecosystem.scenario.differences import differences  # noqa: PLC0415 - slow to import

    first, second = read_scenario(a), read_scenario(b)
    found = differences(first, second)
    if state.json:
        names = {"first": first.name, "second": second.name}
        print_json({**names, "differences": [difference.to_dict() for difference in found]})
    elif found:
        _table(found, _title(first.name, a, second.name), _title(second.name, b, first.name))
    else:
        say(f"{a} and {b} do not differ, but for name and title.")


def _title(name: str, file: str, other: str) -> str:
    return name if name != other else file


def _table(found: list[Difference], first: str, second: str) -> None:
    if state.quiet:
        return
    from rich.table import Table  # noqa: PLC0415 - needed only here

    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("key", no_wrap=True)
    for title in (first, second, "unit"):
        table.add_column(title, overflow="fold")
    for difference in found:
        table.add_row(difference.key, _cell(difference.first), _cell(difference.second), difference.unit)
    console().print(table)


def _cell(value: Any) -> str:
    from ecosystem.scenario.differences import State  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.problems import printable  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.writing import toml_value  # noqa: PLC0415 - slow to import

    if isinstance(value, State):
        return value.value
    return printable(value) if isinstance(value, str) else toml_value(value).replace('"none"', "none")
