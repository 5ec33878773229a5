"""Policy files, and scenarios with policies put over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.policies import Policy
from ecosystem.scenario import Scenario, ScenarioError
from ecosystem.scenario.overlay import find_policy, is_policy_file, overlaid
from tests.units.scenario.examples import WEB, write

PLAIN = WEB.replace('[[policies]]\nkind = "label_mandate"\nstart = "2021-01"\n', "")
MANDATE = '[[policies]]\nkind = "label_mandate"\nstart = "2020-06"\nfine = 3.0\n'


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios" / "policies").mkdir(parents=True)
    write(tmp_path / "scenarios", "web", PLAIN)
    return Scenario.read("web")


def policy(name: str, text: str) -> Path:
    return write(Path("scenarios") / "policies", name, text)


def test_a_policy_file_is_put_over_a_scenario(base: Scenario) -> None:
    policy("mandate", f"title = 'Labels'\n{MANDATE}[humans]\nsigning = 0.25\n")
    found = overlaid(base, "mandate")
    assert found.name == "mandate"
    assert [one.kind for one in found.scenario.policies] == ["label_mandate"]
    assert (found.scenario.humans.signing, found.scenario.name) == (0.25, "web")
    assert found.scenario.replace({"policies": [], "humans.signing": base.humans.signing, "title": base.title}) == base


def test_policies_may_come_as_they_are(base: Scenario) -> None:
    keys = {"kind": "label_mandate", "start": "2020-06", "fine": 3.0}
    policy("mandate", MANDATE)
    whole = overlaid(base, "mandate").scenario
    assert overlaid(base, keys).scenario == whole
    mandate: Policy = whole.policies[0]
    assert overlaid(base, mandate).scenario == whole
    assert overlaid(base, mandate).name == "label_mandate"


def test_a_second_policy_of_a_kind_is_refused_unless_it_replaces_the_first(base: Scenario) -> None:
    policy("mandate", MANDATE)
    policy("dear", f"replace = true\n{MANDATE.replace('3.0', '9.0')}")
    under = overlaid(base, "mandate").scenario
    with pytest.raises(ScenarioError) as refused:
        overlaid(under, "mandate")
    assert str(refused.value) == (
        "scenarios/policies/mandate.toml:1: policies.label_mandate: the scenario has a policy of this kind already; "
        "write `replace = true` at the top of the file to put this one in its place"
    )
    assert [one.model_dump()["fine"] for one in overlaid(under, "dear").scenario.policies] == [9.0]


def test_mistakes_have_file_and_line(base: Scenario) -> None:
    policy("bad", f"steps = 3\nreplace = 1\n{MANDATE}coverge = 0.5\n")
    with pytest.raises(ScenarioError) as refused:
        overlaid(base, "bad")
    lines = str(refused.value).split("\n")
    assert lines[0].startswith("scenarios/policies/bad.toml:1: steps: has no place in a policy file")
    assert lines[1] == "scenarios/policies/bad.toml:2: replace: must be true or false"
    assert lines[2].startswith("scenarios/policies/bad.toml:7: policies.label_mandate.coverge: no such key; did you")


def test_files_are_found_by_name_or_path(base: Scenario) -> None:  # noqa: ARG001 - the folder
    path = policy("label-mandate", MANDATE)
    assert find_policy("label-mandate") == find_policy(path) == path
    with pytest.raises(ScenarioError, match=r"no such policy file; did you mean scenarios/policies/label-mandate.toml"):
        find_policy("label-mandat")
    with pytest.raises(ScenarioError, match=r"or one of the folder scenarios/policies"):
        find_policy("zzz")


def test_a_policy_file_is_told_from_a_scenario(base: Scenario) -> None:  # noqa: ARG001 - the folder
    assert is_policy_file(policy("mandate", MANDATE))
    assert not is_policy_file(policy("signing", "[humans]\nsigning = 0.25\n"))
    assert not is_policy_file(Path("scenarios/web.toml"))
    assert not is_policy_file(write(Path("scenarios"), "more", f'extends = "web"\n{MANDATE}'))


def test_what_has_no_effect_is_noted(base: Scenario) -> None:
    policy("late", MANDATE.replace("2020-06", "2050-01"))
    assert [note.line for note in overlaid(base, "late").notes] == [3]
