"""`ecosystem show`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from ecosystem.scenario import Scenario
from ecosystem.scenario.vocabulary import vocabulary
from tests.cli.conftest import Call


def test_the_output_is_the_resolved_scenario(call: Call, folder: Path) -> None:
    result = call("show", "dear")
    assert result.exit_code == 0
    (folder / "again.toml").write_text(result.stdout)
    assert Scenario.read("again.toml") == Scenario.read("dear")
    assert "extends" not in tomllib.loads(result.stdout)


def test_a_changed_key_shows(call: Call) -> None:
    result = call("show", "dear", "publishers.api_price", "--set", "publishers.api_price=0.5")
    assert result.stdout == "0.5\n"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("steps", "24\n"),
        ("labs.cheap.price", "5.0\n"),
        ("labs.*.price", "[5.0, 20.0]\n"),
        ("labs.frontier.data.licences", '["forum"]\n'),
        ("curators.search.detector", '"none"\n'),
        ("links", "per_item = 1.0\nwindow = 12\nrefresh = 3\ndamping = 0.85\n"),
    ],
)
def test_a_part_can_be_asked_for(call: Call, key: str, text: str) -> None:
    assert call("show", "web", key).stdout == text


def test_as_json(call: Call) -> None:
    assert json.loads(call("show", "web", "--json").stdout) == Scenario.read("web").to_dict()
    assert json.loads(call("show", "web", "labs.*.price", "--json").stdout) == [5.0, 20.0]


def test_describe_covers_every_key(call: Call) -> None:
    text = call("show", "web", "--describe").stdout
    heads = [line.partition(" = ")[0] for line in text.split("\n") if line and not line.startswith(" ")]
    assert len(set(heads)) == len(heads)
    words = vocabulary(Scenario)
    general = {words.readable(pattern) for pattern in words.docs if "[kind=" not in pattern}
    empty = tuple(f"{head}." for head in heads if f"\n{head} = none\n" in text)  # tables that this scenario lacks
    assert {"law.", "marks.watermark_test."} <= set(empty)
    assert {key for key in general if not key.startswith(empty)} <= set(heads)
    assert max(map(len, text.split("\n"))) <= 80


def test_describe_tells_all_about_a_key(call: Call) -> None:
    lines = call("show", "web", "labs", "--describe").stdout.split("\n")
    at = lines.index("labs.*.price = 5.0 (cheap), 20.0 (frontier)")
    assert lines[at + 1 : at + 4] == [
        "    USD per month, at least 0, default 20.0, lever",
        "    price of a subscription",
        "    source: ChatGPT Plus, February 2023",
    ]


def test_describe_as_json(call: Call) -> None:
    rows = json.loads(call("show", "web", "labs.cheap", "--describe", "--json").stdout)
    (row,) = (row for row in rows if row["key"] == "labs.cheap.data.retention")
    assert (row["value"], row["unit"], row["range"], row["default"], row["role"]) == (
        1.0,
        "share",
        "0 to 1",
        1.0,
        "lever",
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("web", "labs.chep"), "labs.chep: nothing in 'labs' is called 'chep'; did you mean 'cheap'?\n"),
        (("web", "labs.chep", "--describe"), "labs.chep: nothing in 'labs' is called 'chep'; did you mean 'cheap'?\n"),
        (("web", "--set", "steps=0"), "--set: steps: must be at least 1, is 0 (range 1 to 12_000, months)\n"),
        (("wab",), "wab: no such file; did you mean scenarios/web.toml?\n"),
    ],
)
def test_what_is_not_there(call: Call, words: tuple[str, ...], says: str) -> None:
    result = call("show", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", says)


def test_what_is_not_there_as_json(call: Call) -> None:
    result = call("show", "wab", "--json")
    assert (result.exit_code, json.loads(result.stdout)["ok"]) == (2, False)
    assert json.loads(result.stdout)["problems"][0]["remedy"] == "did you mean scenarios/web.toml?"
