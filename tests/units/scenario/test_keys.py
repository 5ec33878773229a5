"""Keys name settings in a nested document."""

from __future__ import annotations

from typing import Any

import pytest

from ecosystem.scenario import Scenario
from ecosystem.scenario.keys import UnknownKey, get_key, key_text, select, set_key, split_key
from ecosystem.scenario.rows import rows
from ecosystem.scenario.vocabulary import vocabulary

WORDS = vocabulary(Scenario)


@pytest.fixture
def document() -> dict[str, Any]:
    return Scenario.model_validate(
        {
            "labs": [
                {"name": "a.b", "data": {"crawlers": ["open", {"kind": "curated", "min_votes": 2}]}},
                {"name": "c", "detector": "gaussian"},
            ],
            "publishers": {"groups": [{"name": "f"}]},
            "shocks": [{"at": "2019-01", "set": {"links.window": 3}}],
        }
    ).to_dict()


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("steps", ["steps"]),
        ("a.b-c.*", ["a", "b-c", "*"]),
        ('labs."a.b".price', ["labs", "a.b", "price"]),
        ("labs.'x y' . price ", ["labs", "x y", "price"]),
        ('a.""', ["a", ""]),
    ],
)
def test_a_key_falls_into_parts(key: str, parts: list[str]) -> None:
    assert split_key(key) == parts


@pytest.mark.parametrize("key", ["", ".", "a.", ".a", "a..b", 'a."b', "a b", "a.'b", '"a"b'])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(UnknownKey, match="not a key"):
        split_key(key)


def test_every_key_of_a_scenario_leads_to_its_value(document: dict[str, Any]) -> None:
    for row in rows(Scenario.model_validate(document)):
        (value,) = get_key(WORDS, document, row.key)
        assert row.value == value or isinstance(value, (dict, list))


def test_a_star_stands_for_every_entry(document: dict[str, Any]) -> None:
    assert get_key(WORDS, document, "labs.*.name") == ["a.b", "c"]
    assert select(WORDS, document, "labs.*.data.crawlers.*.kind") == [
        ("labs", 0, "data", "crawlers", 0, "kind"),
        ("labs", 0, "data", "crawlers", 1, "kind"),
        ("labs", 1, "data", "crawlers", 0, "kind"),
    ]


def test_entries_without_the_key_are_passed_over_if_one_has_it(document: dict[str, Any]) -> None:
    set_key(WORDS, document, "labs.*.data.crawlers.curated.min_votes", 7)
    set_key(WORDS, document, "labs.*.detector.refresh", 9)
    assert get_key(WORDS, document, "labs.*.data.crawlers.*.min_votes") == [7]
    assert document["labs"][1]["detector"]["refresh"] == 9


def test_text_of_a_path(document: dict[str, Any]) -> None:
    assert (
        key_text(document, ("labs", 0, "data", "crawlers", 1, "min_votes"))
        == 'labs."a.b".data.crawlers.curated.min_votes'
    )
    assert key_text(document, ("humans", "assistance", 2)) == "humans.assistance[2]"
    assert key_text(document, ("shocks", 0, "set", "links.window")) == 'shocks.2019-01.set."links.window"'


def test_setting_replaces_values_and_merges_tables(document: dict[str, Any]) -> None:
    assert set_key(WORDS, document, "links", {"window": 3, "per_item": 2.0}) == [
        ("links", "window"),
        ("links", "per_item"),
    ]
    assert document["links"] == {"per_item": 2.0, "window": 3, "refresh": 3, "damping": 0.85}
    set_key(WORDS, document, "publishers.groups.f.targets.somewhere", 1.0)
    assert document["publishers"]["groups"][0]["targets"] == {"somewhere": 1.0}
    set_key(WORDS, document, "publishers.groups.f.targets", {})
    assert document["publishers"]["groups"][0]["targets"] == {}


def test_setting_another_kind_drops_the_parameters_of_the_first(document: dict[str, Any]) -> None:
    set_key(WORDS, document, "humans.network.kind", "watts_strogatz")
    assert document["humans"]["network"] == {"kind": "watts_strogatz"}
    set_key(WORDS, document, "humans.network.k", 4)
    assert document["humans"]["network"] == {"kind": "watts_strogatz", "k": 4}
    set_key(WORDS, document, "humans.network", "stochastic_block")
    set_key(WORDS, document, "humans.network.within", 3)  # a bare kind stands for a table
    assert document["humans"]["network"] == {"kind": "stochastic_block", "within": 3}


def test_a_value_is_copied(document: dict[str, Any]) -> None:
    value: list[str] = ["open"]
    set_key(WORDS, document, "labs.*.data.crawlers", value)
    value.append("archive")
    assert get_key(WORDS, document, "labs.*.data.crawlers") == [["open"], ["open"]]


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("stesp", "no key 'stesp'; did you mean 'steps'?"),
        ("labs.d.price", "nothing in 'labs' is called 'd'; valid: a.b, c"),
        ("labs.c.retention", "no key 'retention' in 'labs.c'; did you mean 'data.retention'?"),
        ("labs.*.detectr", "no key 'detectr' in 'labs.\"a.b\"'; did you mean 'detector'?"),
        ("curators.*.rpm", "nothing in 'curators' is called '*'; there is none"),
        ("steps.x", "'steps' is a single value, without keys below it; set 'steps' itself"),
        ("humans.assistance.0", "'humans.assistance' is a plain list; set it as a whole"),
        ('labs."a.b".detector.refresh', "'labs.\"a.b\".detector' is none; choose a kind first: gaussian"),
        ("labs.c.detector.cadence", "no key 'cadence' in 'labs.c.detector'; there is 'labs.*.cadence'"),
    ],
)
def test_a_key_that_leads_nowhere(document: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(UnknownKey) as caught:
        select(WORDS, document, key)
    assert str(caught.value) == f"{key}: {says}"
