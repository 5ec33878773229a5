"""The files of the policies on access to text: what they say can be laid over the baseline, and has something to do."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ecosystem.scenario import Scenario
from ecosystem.scenario.notes import notes

FOLDER = Path("scenarios/policies")
FILES = [
    "opt-out-enforcement", "copyright-removal", "licence-floor", "compulsory-licence", "crawler-fee", "data-sharing",
    "public-archive",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_each_is_one_policy_that_has_something_to_do_in_the_baseline(name: str) -> None:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    assert content.keys() == {"name", "title", "policies"}
    assert content["name"] == name
    assert [policy["kind"] for policy in content["policies"]] == [name.replace("-", "_")]
    scenario = Scenario.read("scenarios/baseline.toml").replace({"policies": content["policies"]})
    assert [found for found in notes(scenario) if found.path[0] == "policies"] == []
    assert text.startswith("# ")


@pytest.mark.parametrize(
    ("policy", "world", "key"),
    [
        ({"kind": "opt_out_enforcement"}, {"labs": [{"name": "a"}]}, "kind"),
        ({"kind": "copyright_removal"}, {}, "kind"),
        ({"kind": "licence_floor"}, {"curators": [{"name": "a"}]}, "kind"),
        ({"kind": "licence_floor"}, {"curators": [{"name": "a", "crawl": "licence"}]}, "floor"),
        ({"kind": "compulsory_licence"}, {"labs": [{"name": "a", "data": {"crawlers": []}}]}, "kind"),
        ({"kind": "compulsory_licence", "royalty": 0.2}, {"labs": [{"name": "a"}]}, "royalty"),
        ({"kind": "crawler_fee"}, {"labs": [{"name": "a"}]}, "kind"),
        ({"kind": "data_sharing"}, {"labs": [{"name": "a", "data": {"log_share": 0.1}}]}, "kind"),
        ({"kind": "data_sharing"}, {"labs": [{"name": "a"}, {"name": "b"}]}, "kind"),
        ({"kind": "public_archive"}, {"labs": [{"name": "a", "data": {"crawlers": []}}]}, "kind"),
    ],
)
def test_what_has_nothing_to_do_is_remarked(
    policy: dict[str, object], world: dict[str, list[dict[str, object]]], key: str
) -> None:
    scenario = Scenario.model_validate({"steps": 12, "policies": [policy | {"start": "2020-03"}]} | world)
    found = [note.path for note in notes(scenario) if note.path[0] == "policies"]
    assert ("policies", 0, key) in found
