"""`ecosystem diff`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Call
from tests.units.scenario.examples import write


def test_what_differs_has_a_line_with_its_unit(call: Call, folder: Path) -> None:
    text = 'extends = "web"\n[publishers]\napi_price = 99.0\n[[policies]]\nkind = "label_mandate"\nstart = "2021-03"\n'
    write(folder / "scenarios", "dear", text)
    result = call("diff", "web", "dear")
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.split("\n") if line]
    assert lines == [
        ["key", "web", "dear", "unit"],
        ["publishers.api_price", "10.0", "99.0", "USD", "per", "million", "tokens"],
        ["policies.label_mandate#2", "absent", "present"],
        ["policies.label_mandate#2.start", "absent", "2021-03", "month"],
    ]
    assert max(map(len, result.stdout.split("\n"))) <= 80


def test_brackets_in_values_are_no_markup(call: Call, folder: Path) -> None:
    write(folder / "scenarios", "own", 'extends = "web"\n[[labs]]\nname = "[bold]"\n')
    assert "labs.[bold]" in call("diff", "web", "own").stdout


def test_nothing_differs(call: Call) -> None:
    result = call("diff", "web", "scenarios/web.toml")
    assert result.stdout == "web and scenarios/web.toml do not differ, but for name and title.\n"


def test_as_json(call: Call) -> None:
    assert json.loads(call("diff", "web", "dear", "--json").stdout) == {
        "first": "web",
        "second": "dear",
        "differences": [
            {"key": "publishers.api_price", "first": 10.0, "second": 99.0, "unit": "USD per million tokens"}
        ],
    }


def test_a_file_that_is_wrong(call: Call, folder: Path) -> None:
    write(folder / "scenarios", "bad", "steps = 0")
    result = call("diff", "web", "bad")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("scenarios/bad.toml:1: steps: ")


def test_files_of_one_name_are_told_apart(call: Call, folder: Path) -> None:
    write(folder, "one", 'name = "web"\nsteps = 3\n')
    write(folder, "two", 'name = "web"\nsteps = 4\n')
    words = call("diff", "one.toml", "two.toml").stdout.split()
    assert words == ["key", "one.toml", "two.toml", "unit", "steps", "3", "4", "months"]
