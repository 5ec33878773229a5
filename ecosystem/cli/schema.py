"""`ecosystem schema`: what a scenario file may hold, for other programs."""

from __future__ import annotations

from ecosystem.cli.app import app
from ecosystem.cli.common import JsonOption, print_json


@app.command(epilog="Example: ecosystem schema > scenario.schema.json")
def schema(*, json: JsonOption = False) -> None:  # noqa: ARG001 - the output is JSON in any case
    """Print the JSON schema of scenario files.

    With unit, range, default and source of every key; editors complete and check files with it.
    """
    from ecosystem.scenario.json_schema import scenario_schema  # noqa: PLC0415 - slow to import

    print_json(scenario_schema())
