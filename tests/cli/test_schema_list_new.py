"""`ecosystem schema`, `ecosystem list`, `ecosystem new`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecosystem.cli.list import KINDS
from ecosystem.measures import MEASURES
from ecosystem.scenario import Scenario
from ecosystem.scenario.json_schema import scenario_schema
from ecosystem.scenario.overlay import overlaid
from ecosystem.scenario.vocabulary import FAMILIES
from tests.cli.conftest import Call
from tests.units.scenario.examples import write

# --- schema --------------------------------------------------------------------------------------


def test_the_schema_is_one_json_document(call: Call) -> None:
    for words in (["schema"], ["schema", "--json"]):
        result = call(*words)
        assert result.exit_code == 0
        assert json.loads(result.stdout) == scenario_schema()


# --- list ----------------------------------------------------------------------------------------


def test_scenarios_are_listed_with_their_titles(call: Call, folder: Path) -> None:
    (folder / "scenarios" / "laws").mkdir()
    (folder / "scenarios" / "studies").mkdir()
    write(folder / "scenarios", "broken", "steps = = 3")
    write(folder / "scenarios" / "laws", "a5", 'title = "A law"\nextends = "base"')
    write(folder / "scenarios" / "laws", "base", 'name = "base"')
    write(folder / "scenarios" / "studies", "plan", 'title = "No scenario"')
    assert call("list", "scenarios").stdout.split("\n") == [
        "broken  (cannot be read; see: ecosystem check scenarios/broken.toml)",
        "dear    Dear text",
        "web     A small web",
        "",
    ]
    assert call("list", "laws").stdout == "laws/a5  A law\n"
    assert call("list", "claims").stdout == "no claims here\n"


def test_what_is_listed_can_be_used(call: Call, folder: Path) -> None:
    (folder / "scenarios" / "laws").mkdir()
    write(folder / "scenarios" / "laws", "one", 'extends = "../web"')
    names = [name for kind in ("scenarios", "laws") for name in json.loads(call("list", kind, "--json").stdout)[kind]]
    assert names == ["dear", "web", "laws/one"]
    assert call("check", *names).exit_code == 0


def test_what_speed_is_measured_with_is_not_listed_but_can_be_used(call: Call, folder: Path) -> None:
    (folder / "scenarios" / "benchmarks").mkdir()
    write(folder / "scenarios" / "benchmarks", "fast", 'extends = "../web"')
    assert list(json.loads(call("list", "scenarios", "--json").stdout)["scenarios"]) == ["dear", "web"]
    assert call("check", "benchmarks/fast").exit_code == 0


@pytest.mark.parametrize("kind", FAMILIES)
def test_components_have_a_line_each(call: Call, kind: str) -> None:
    lines = call("list", kind).stdout.rstrip("\n").split("\n")
    assert [line.split()[0] for line in lines] == list(FAMILIES[kind])
    assert all(len(line.split()) > 2 for line in lines)


def test_measures_have_a_line_each_with_their_unit(call: Call) -> None:
    lines = call("list", "measures").stdout.rstrip("\n").split("\n")
    assert [line.split()[0] for line in lines] == list(MEASURES)
    assert all(line.split(maxsplit=1)[1].startswith(f"[{MEASURES.get(line.split()[0]).unit}] ") for line in lines)


def test_everything_is_listed_without_an_argument(call: Call) -> None:
    text = call("list").stdout
    assert [line.partition(":")[0] for line in text.split("\n") if line and not line.startswith(" ")] == list(KINDS)
    assert list(json.loads(call("list", "--json").stdout)) == list(KINDS)


def test_a_folder_without_scenarios(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert call("list", "scenarios").stdout == "no scenarios here; call it from the folder that has scenarios\n"
    assert call("list", "laws").stdout == "no laws here; call it from the folder that has scenarios/laws\n"


def test_what_cannot_be_listed(call: Call) -> None:
    result = call("list", "plicies")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "nothing is called 'plicies'; did you mean 'policies'?\n"


# --- new -----------------------------------------------------------------------------------------


def test_a_new_scenario_is_valid(call: Call) -> None:
    result = call("new", "mine")
    assert result.stdout == "wrote scenarios/mine.toml; next: ecosystem check scenarios/mine.toml\n"
    assert call("check", "mine").exit_code == 0
    assert Scenario.read("mine").name == "mine"


def test_a_new_scenario_may_change_another(call: Call, folder: Path) -> None:
    write(folder, "elsewhere", 'name = "elsewhere"\nsteps = 7\n')
    told = json.loads(call("new", "one", "--extends", "dear", "--json").stdout)
    assert told == {"ok": True, "file": "scenarios/one.toml"}
    assert Scenario.read("one") == Scenario.read("dear").replace({"name": "one", "title": ""})
    assert call("new", "two", "--extends", "elsewhere.toml", "--quiet").output == ""
    assert 'extends = "../elsewhere.toml"' in Path("scenarios/two.toml").read_text()
    assert Scenario.read("two").steps == 7


def test_the_folder_is_made_where_there_is_none(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert call("new", "mine.toml").exit_code == 0
    assert Path("scenarios/mine.toml").is_file()


def test_no_file_is_overwritten(call: Call) -> None:
    before = Path("scenarios/web.toml").read_text()
    result = call("new", "web")
    assert result.exit_code == 2
    assert result.stderr == "scenarios/web.toml exists already; choose another name or remove it\n"
    assert Path("scenarios/web.toml").read_text() == before


@pytest.mark.parametrize("name", ["a b", "../x", "", "a/b", ".hidden", "ä", "a\nb"])
def test_names_that_cannot_be(call: Call, folder: Path, name: str) -> None:
    result = call("new", "--", name)
    assert result.exit_code == 2
    assert "no name for a scenario" in result.stderr
    assert sorted(path.name for path in folder.rglob("*")) == ["dear.toml", "scenarios", "web.toml"]


def test_nothing_is_written_when_the_base_is_wrong(call: Call, folder: Path) -> None:
    result = call("new", "mine", "--extends", "wab")
    assert (result.exit_code, result.stderr) == (2, "wab: no such file; did you mean scenarios/web.toml?\n")
    assert not (folder / "scenarios" / "mine.toml").exists()


# --- policies and studies ---------------------------------------------------------------------------


def test_policy_files_are_listed_after_the_kinds(call: Call, folder: Path) -> None:
    (folder / "scenarios" / "policies").mkdir()
    write(folder / "scenarios" / "policies", "labels", 'title = "Labels by law"\n')
    lines = call("list", "policies").stdout.rstrip("\n").split("\n")
    assert lines[-1].split(maxsplit=1) == ["labels", "Labels by law"]
    assert [line.split()[0] for line in lines[:-1]] == list(FAMILIES["policies"])


def test_studies_are_listed_with_their_titles(call: Call, folder: Path) -> None:
    assert call("list", "studies").stdout == "no studies here\n"
    (folder / "scenarios" / "studies").mkdir()
    write(folder / "scenarios" / "studies", "first", 'title = "Which share is enough?"\n')
    assert call("list", "studies").stdout == "first  Which share is enough?\n"


@pytest.mark.parametrize("kind", FAMILIES["policies"])
def test_a_new_policy_is_valid_and_shows_every_parameter(call: Call, folder: Path, kind: str) -> None:
    write(folder / "scenarios", "plain", 'extends = "web"\npolicies = []\nsteps = 96\n')
    done = call("new", "mine", "--policy", kind)
    assert done.stdout == ("wrote scenarios/policies/mine.toml; next: ecosystem compare baseline --policy mine\n")
    text = Path("scenarios/policies/mine.toml").read_text()
    for field in FAMILIES["policies"].get(kind).model_fields:
        assert f"{field} = " in text
    plain = Scenario.read("plain")
    assert overlaid(plain, "mine").scenario.policies[0].kind == kind
    # Every line that is left out says the default.
    uncommented = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.split("\n"))
    Path("scenarios/policies/mine.toml").write_text(uncommented.replace("\n# ", "\n#"))
    assert overlaid(plain, "mine").scenario == overlaid(plain, {"kind": kind, "start": "2026-01"}).scenario


def test_a_new_study_is_valid(call: Call, folder: Path) -> None:
    (folder / "scenarios" / "policies").mkdir()
    text = 'replace = true\n[[policies]]\nkind = "label_mandate"\nstart = "2020-06"\n'
    write(folder / "scenarios" / "policies", "labels", text)
    done = call("new", "mine", "--study", "--extends", "web")
    assert done.stdout == "wrote scenarios/studies/mine.toml; next: ecosystem study mine --dry-run\n"
    told = call("study", "mine", "--dry-run")
    assert told.exit_code == 0, told.stderr
    assert "2 choices, each in every state" in told.stdout
    assert "runs          640" in told.stdout


def test_a_policy_is_of_a_kind_and_extends_nothing(call: Call) -> None:
    wrong = call("new", "mine", "--policy", "label_mandat")
    assert wrong.exit_code == 2
    assert "did you mean 'label_mandate'" in wrong.stderr
    assert call("new", "mine", "--policy", "label_mandate", "--study").exit_code == 2
    assert not Path("scenarios/policies").exists()
