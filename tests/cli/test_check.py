"""`ecosystem check`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Call
from tests.units.scenario.examples import write


def test_what_is_right_is_summed_up(call: Call) -> None:
    result = call("check", "web", "scenarios/dear.toml")
    assert result.exit_code == 0
    assert result.stderr == ""
    facts = "ok: 2020-01 to 2021-12, 100 humans, 2 domains, 2 curators, 2 labs, 1 policy, 1 shock"
    assert result.stdout.split("\n") == [f"scenarios/web.toml: {facts}", f"scenarios/dear.toml: {facts}", ""]


def test_every_mistake_has_a_line_on_standard_error(call: Call, folder: Path) -> None:
    write(folder / "scenarios", "bad", 'extends = "web"\nstesp = 3\n[[labs]]\nname = "cheap"\nprice = -1\n')
    result = call("check", "bad", "web", "nowhere")
    assert result.exit_code == 2
    assert result.stderr.split("\n") == [
        "scenarios/bad.toml:2: stesp: no such key; did you mean 'steps'?",
        "scenarios/bad.toml:5: labs.cheap.price: must be at least 0, is -1 (USD per month)",
        "nowhere: no such file; `ecosystem list scenarios` shows those there are",
        "",
    ]
    assert result.stdout.startswith("scenarios/web.toml: ok: ")


def test_notes_are_told_and_are_no_mistakes(call: Call, folder: Path) -> None:
    write(folder / "scenarios", "late", 'extends = "web"\n[[shocks]]\nat = "2050-01"\nset = {}\n')
    result = call("check", "late")
    assert result.exit_code == 0
    note = "  note: scenarios/late.toml:3: shocks.2050-01.at: after the end of the run (2021-12): it has no effect"
    assert result.stdout.split("\n")[1] == note


def test_as_json(call: Call, folder: Path) -> None:
    write(folder / "scenarios", "bad", "steps = 0\n")
    result = call("check", "--json", "web", "bad")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert (found["ok"], [file["ok"] for file in found["files"]]) == (False, [True, False])
    assert found["files"][1]["problems"] == [
        {
            "file": "scenarios/bad.toml",
            "line": 1,
            "key": "steps",
            "cause": "must be at least 1, is 0 (range 1 to 12_000, months)",
            "remedy": "",
        }
    ]


def test_quiet_tells_mistakes_only(call: Call, folder: Path) -> None:
    assert call("check", "-q", "web").output == ""
    write(folder / "scenarios", "bad", "steps = 0\n")
    result = call("check", "--quiet", "web", "bad")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("scenarios/bad.toml:1: steps: ")


def test_nothing_is_written(call: Call, folder: Path) -> None:
    call("check", "web", "dear", "nowhere")
    assert sorted(path.name for path in folder.rglob("*")) == ["dear.toml", "scenarios", "web.toml"]


def test_changes_are_checked_as_run_would_take_them(call: Call, folder: Path) -> None:
    result = call("check", "web", "dear", "--set", "scale.humans=7", "--set", "steps=12")
    assert result.exit_code == 0
    facts = "ok: 2020-01 to 2020-12, 7 humans, 2 domains, 2 curators, 2 labs, 1 policy, 1 shock"
    lines = result.stdout.split("\n")
    assert lines[0] == f"scenarios/web.toml: {facts}"
    assert lines[1].startswith("  note: --set: policies.label_mandate.start: after the end of the run (2020-12)")
    assert lines[2] == f"scenarios/dear.toml: {facts}"
    refused = call("check", "web", "--set", "scale.humans=-1", "--set", "nothing")
    assert refused.exit_code == 2
    assert "--set: scale.humans: must be at least 0, is -1" in refused.stderr
    assert "--set: nothing: not of the form KEY=VALUE" in refused.stderr
    assert sorted(path.name for path in folder.rglob("*")) == ["dear.toml", "scenarios", "web.toml"]


def test_a_note_of_the_file_keeps_its_line_beside_changes(call: Call, folder: Path) -> None:
    write(folder / "scenarios", "late", 'extends = "web"\n[[shocks]]\nat = "2050-01"\nset = {}\n')
    result = call("check", "late", "--set", "scale.humans=7")
    note = "  note: scenarios/late.toml:3: shocks.2050-01.at: after the end of the run (2021-12): it has no effect"
    assert result.stdout.split("\n")[1] == note
