"""`ecosystem laws`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ecosystem.cli import app
from ecosystem.experiments.laws.base import LAWS
from ecosystem.experiments.laws.files import load_functions
from tests.units.laws.small_laws import broken, law_folder, measuring, met, missed, write_law

type Call = Callable[..., Any]


@pytest.fixture
def laws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return what runs `ecosystem laws` with further words, in a folder with a few laws and no others."""
    folder = law_folder(tmp_path)
    functions = {"Z1": met, "Z2": measuring, "Z3": missed, "Z10": broken}
    for identifier in functions:
        note = 'kind = "comparison"\ntolerance = { "one" = 0.5 }' if identifier == "Z2" else ""
        write_law(folder, identifier, note)
    load_functions()  # once per process: loaded later, they would be lost with the registry put in place here
    monkeypatch.setattr(LAWS, "_things", functions)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    return lambda *words: CliRunner().invoke(app, ["laws", *words], prog_name="ecosystem", catch_exceptions=False)


def test_laws_that_are_met(laws: Call) -> None:
    done = laws("Z1", "Z2", "--workers", "1")
    assert done.exit_code == 0, done.output
    assert "laws: all 2 met; seed 0" in done.stdout
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["law", "measured", "expected", "SE", "tolerance", "verdict", "seconds"] in rows
    assert ["one", "1", "1", "50", "%", "pass"] in rows
    assert "reduced to twenty domains; source: arXiv:2404.05090" in done.stdout
    assert {"1/2", "2/2"} <= {line.split()[0] for line in done.stderr.splitlines()}
    assert not Path("runs").exists()


def test_a_law_that_is_not_met_makes_it_fail(laws: Call) -> None:
    done = laws("Z3", "Z1")
    assert done.exit_code == 1
    assert "laws: 1 of 2 met, not Z3" in done.stdout
    assert ["one", "2", "1", "50", "%", "fail"] in [line.split() for line in done.stdout.splitlines()]


def test_an_error_in_a_law_is_told_and_the_others_run(laws: Call) -> None:
    done = laws()
    assert done.exit_code == 1
    assert "error: small_laws.py" in done.stdout
    assert "laws: 2 of 4 met, not Z3, Z10" in done.stdout


@pytest.mark.parametrize("columns", [60, 100, 160])
def test_the_table_keeps_to_the_width(laws: Call, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = laws("--quiet", "Z1").stdout + laws("Z1", "Z2", "Z3").stdout
    assert max(map(len, lines.splitlines())) <= max(columns, 96)


def test_quiet_says_nothing(laws: Call) -> None:
    done = laws("Z1", "-q")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert laws("Z3", "-q").exit_code == 1


def test_json_is_one_document(laws: Call) -> None:
    done = laws("Z2", "Z3", "--json", "--seed", "5")
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (found["ok"], found["seed"], found["files"]) == (False, 5, [])
    assert [law["id"] for law in found["laws"]] == ["Z2", "Z3"]
    keys = {
        "id", "kind", "name", "source", "reduction", "statement", "meaning", "measured", "expected", "standard_error",
        "tolerance", "verdict", "failure", "seconds", "findings", "curves",
    }  # fmt: skip
    assert all(set(law) == keys for law in found["laws"])
    assert [law["verdict"] for law in found["laws"]] == ["pass", "fail"]
    assert (found["laws"][1]["measured"], found["laws"][1]["standard_error"]) == (2.0, None)


def test_the_seed_changes_what_is_measured(laws: Call) -> None:
    def measured(*words: str) -> object:
        return json.loads(laws("Z2", "--json", *words).stdout)["laws"][0]["measured"]

    assert measured() == measured("--seed", "0") != measured("--seed", "1")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["Z11"], "no law is called 'Z11'; did you mean 'Z1' or 'Z10'"),
        (["Z1", "--format", "jpg"], "format 'jpg' is not known; choose one of png, svg, pdf"),
    ],
)
def test_wrong_use_of_laws_is_told(laws: Call, words: list[str], text: str) -> None:
    done = laws(*words)
    assert done.exit_code == 2
    assert text in done.stderr


def test_outside_a_folder_with_laws_it_says_where_to_go(laws: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("scenarios")
    done = laws()
    assert done.exit_code == 2
    assert "no laws here; call it from the folder that has scenarios/laws" in done.stderr


@pytest.mark.parametrize(("out", "why"), [("file", "File exists"), ("file/below", "Not a directory")])
def test_a_folder_that_cannot_be_made_is_told_before_anything_runs(laws: Call, out: str, why: str) -> None:
    Path("file").write_text("", encoding="utf-8")
    done = laws("Z1", "--out", out)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"{out}: results cannot be kept there: {why}; name another folder with --out\n"


def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(
    laws: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    done = laws("Z1", "--plot")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "runs/laws: results cannot be kept there: Permission denied" in done.stderr


def test_no_folder_is_made_for_laws_that_there_are_not(laws: Call) -> None:
    assert laws("Z11", "--out", "kept").exit_code == 2
    assert not Path("kept").exists()


def test_what_was_measured_is_told_though_it_cannot_be_kept_or_drawn(
    laws: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    (Path("kept") / "laws.json").mkdir(parents=True)
    done = laws("Z1", "--out", "kept")
    assert done.exit_code == 1
    assert "law: all 1 met" in done.stdout
    assert "kept: results cannot be kept: " in done.stderr

    def broken_drawing(*_: object) -> None:
        message = "no ink"
        raise RuntimeError(message)

    monkeypatch.setattr("analysis.laws.draw", broken_drawing)
    done = laws("Z1", "--plot", "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["ok"], found["files"]) == (1, False, ["runs/laws/laws.json"])
    assert found["problems"] == [{"cause": "runs/laws: results cannot be drawn: no ink"}]
    assert [law["verdict"] for law in found["laws"]] == ["pass"]


def test_results_are_kept_and_drawn(laws: Call) -> None:
    done = laws("Z1", "Z2", "--out", "kept")
    assert done.stdout.splitlines()[-1] == "kept/laws.json"
    assert [path.name for path in Path("kept").iterdir()] == ["laws.json"]
    done = laws("Z1", "Z2", "--plot", "--json")
    assert json.loads(done.stdout)["files"] == [
        "runs/laws/laws.json", "runs/laws/laws.png", "runs/laws/comparisons.png",
    ]  # fmt: skip
    assert Path("runs/laws/laws.png").read_bytes().startswith(b"\x89PNG")
