"""A scenario as a list of keys, and what differs between two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecosystem.scenario import Scenario
from ecosystem.scenario.differences import Difference, State, differences
from ecosystem.scenario.rows import Row, rows
from ecosystem.scenario.vocabulary import Vocabulary, span, vocabulary
from tests.units.scenario.examples import WEB, read

WORDS: Vocabulary = vocabulary(Scenario)


@pytest.fixture
def web(tmp_path: Path) -> Scenario:
    return read(tmp_path, WEB)


def by_key(scenario: Scenario) -> dict[str, Row]:
    return {row.key: row for row in rows(scenario)}


def test_a_row_knows_its_value_and_its_documentation(web: Scenario) -> None:
    row = by_key(web)["labs.cheap.price"]
    assert (row.general, row.value, row.doc.unit, row.doc.default, row.doc.role) == (
        "labs.*.price",
        5.0,
        "USD per month",
        20.0,
        "lever",
    )
    crawler = by_key(web)["labs.frontier.data.crawlers.curated.min_votes"]
    assert (crawler.general, crawler.value) == ("labs.*.data.crawlers.curated.min_votes", 2.0)
    choice = by_key(web)["curators.forum.detector"]
    assert (choice.value, by_key(web)["curators.forum.detector.refresh"].general) == (
        "gaussian",
        "curators.*.detector.refresh",
    )
    assert by_key(web)["labs"].value == ["cheap", "frontier"]
    assert by_key(web)["publishers.groups.farms.targets"].value == {"search": 1.0}


def test_every_key_stands_in_the_list_once(web: Scenario) -> None:
    found = rows(web)
    assert len({row.key for row in found}) == len(found)
    general = {row.general for row in found}
    empty = tuple(f"{row.general}." for row in found if row.value is None)  # nothing stands below what is none
    for pattern, doc in WORDS.docs.items():
        if "[kind=" not in pattern:
            assert WORDS.readable(pattern) in general or WORDS.readable(pattern).startswith(empty), doc


def test_rows_of_a_part(web: Scenario) -> None:
    assert {row.key for row in rows(web) if row.below("labs.cheap.learner")} == {
        "labs.cheap.learner",
        "labs.cheap.learner.prior",
        "labs.cheap.learner.hallucination",
        "labs.cheap.learner.estimator",
    }
    assert [row.key for row in rows(web) if row.below("labs.*.price")] == ["labs.cheap.price", "labs.frontier.price"]
    assert not [row for row in rows(web) if row.below("lab")]


def test_a_row_as_json(web: Scenario) -> None:
    found = by_key(web)["humans.skill"].to_dict()
    assert (found["low"], found["low_open"], found["high"], found["high_open"]) == (0.0, True, 1.0, True)
    assert found["range"] == "above 0 and below 1"
    required = by_key(web)["labs.cheap.name"].to_dict()
    assert (required["required"], required["default"]) == (True, None)


def test_ranges_in_words() -> None:
    docs = WORDS.docs
    assert span(docs["humans.grounding"]) == "0 to 1"
    assert span(docs["labs[].price"]) == "at least 0"
    assert span(docs["links.damping"]) == "at least 0 and below 1"
    assert span(docs["scale.humans"]) == "0 to 100_000_000"
    assert span(docs["humans.assistants.outside"]) == ""


def found(first: Scenario, second: Scenario) -> list[tuple[str, Any, Any]]:
    return [(difference.key, difference.first, difference.second) for difference in differences(first, second)]


def test_equal_scenarios_do_not_differ(web: Scenario) -> None:
    assert differences(web, web.replace({"name": "other", "title": "Other"})) == []


def test_values_that_differ(web: Scenario) -> None:
    other = web.replace({"labs.*.price": 7.0, "steps": 25, "publishers.groups.farms.targets.forum": 1.0})
    assert differences(web, other) == [
        Difference("publishers.groups.farms.targets.forum", State.ABSENT, 1.0, "weight by curator"),
        Difference("labs.cheap.price", 5.0, 7.0, "USD per month"),
        Difference("labs.frontier.price", 20.0, 7.0, "USD per month"),
        Difference("steps", 24, 25, "months"),
    ]


def test_choices_that_differ(web: Scenario) -> None:
    kinds = {"humans.network": "none", "curators.forum.detector.refresh": 2, "curators.search.detector": "gaussian"}
    changed = found(web, web.replace(kinds))
    assert changed[0] == ("humans.network", {"kind": "barabasi_albert", "m": 5}, "none")
    assert changed[1] == ("curators.forum.detector.refresh", 6, 2)
    assert changed[2][:2] == ("curators.search.detector", None)
    assert changed[2][2]["kind"] == "gaussian"


def test_entries_that_only_one_has(web: Scenario) -> None:
    policy = [{"kind": "label_mandate", "start": "2021-01"}, {"kind": "label_mandate", "start": "2021-06", "ramp": 3}]
    other = web.replace({"policies": policy, "labs": [{"name": "cheap", "price": 5.0}]})
    assert found(web, other) == [
        ("labs.frontier", State.PRESENT, State.ABSENT),
        ("labs.frontier.data.crawlers", web.to_dict()["labs"][1]["data"]["crawlers"], State.ABSENT),
        ("labs.frontier.data.licences", ["forum"], State.ABSENT),
        ("policies.label_mandate#2", State.ABSENT, State.PRESENT),
        ("policies.label_mandate#2.start", State.ABSENT, "2021-06"),
        ("policies.label_mandate#2.ramp", State.ABSENT, 3),
    ]
    assert differences(web, other)[0].to_dict() == {"key": "labs.frontier", "first": True, "unit": ""}


def test_shocks_that_only_one_has(web: Scenario) -> None:
    other = web.replace({"shocks.2020-06.at": "2020-07"})
    assert [key for key, _, _ in found(web, other)] == [
        "shocks.2020-06",
        "shocks.2020-06.set",
        "shocks.2020-07",
        "shocks.2020-07.set",
    ]


def test_differences_turn_round(web: Scenario) -> None:
    other = web.replace({"labs": [], "steps": 3, "humans.network": "none", "publishers.groups.farms.lab": "any"})
    there = {(key, str(a), str(b)) for key, a, b in found(web, other)}
    assert {(key, str(b), str(a)) for key, a, b in found(other, web)} == there
    assert ("labs.cheap", "State.PRESENT", "State.ABSENT") in there
