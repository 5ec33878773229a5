"""What goes wrong is said in plain words on standard error, with an exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecosystem.cli import common
from ecosystem.experiments.errors import RunAborted, RunRefused
from tests.cli.conftest import Call

SOURCE = {**os.environ, "PYTHONPATH": str(Path(common.__file__).parents[2])}
"""The environment in which the program is found, wherever it runs."""

ERRORS: list[tuple[BaseException, int, str]] = [
    (RunRefused("runs/x is in use"), 2, "runs/x is in use"),
    (RunAborted("disk full"), 1, "disk full"),
    (OSError(28, "No space left on device", "runs/x"), 1, "runs/x: No space left on device"),
    (PermissionError(13, "Permission denied", "scenarios/x.toml"), 1, "scenarios/x.toml: Permission denied"),
    (MemoryError(), 1, "out of memory; use fewer humans (--set scale.humans=N) or fewer workers"),
    (KeyboardInterrupt(), 1, "interrupted"),
    (ImportError("plugin 'x' (y) cannot be loaded: no"), 2, "plugin 'x' (y) cannot be loaded: no"),
    (KeyError("x"), 1, "unexpected KeyError: 'x'"),
]


@pytest.mark.parametrize(("error", "code", "text"), ERRORS, ids=lambda value: type(value).__name__)
def test_errors_in_plain_words(
    call: Call, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, text: str
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("ecosystem.cli.show.read_scenario", broken)
    result = call("show", "web")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(f"{text}\n")
    assert "Traceback" not in result.stderr
    as_json = call("show", "web", "--json")
    assert as_json.exit_code == code
    assert json.loads(as_json.stdout)["ok"] is False


@pytest.mark.parametrize("how", ["option", "variable"])
def test_debug_shows_where(call: Call, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    def broken(*_: object) -> None:
        message = "here"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("ecosystem.cli.show.read_scenario", broken)
    if how == "variable":
        monkeypatch.setenv("ECOSYSTEM_DEBUG", "1")
    with pytest.raises(ZeroDivisionError, match="here"):
        call(*(["--debug"] if how == "option" else []), "show", "web")


def test_one_call_leaves_no_trace_in_the_next(call: Call) -> None:
    call("--debug", "show", "web", "--json", "--quiet")
    assert call("show", "web", "steps").stdout == "24\n"
    assert not common.state.debug


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    words = ["sh", "-c", f"{sys.executable} -m ecosystem show web | head -n 1"]
    done = subprocess.run(words, cwd=folder, env=SOURCE, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ('name = "web"\n', "")


def test_a_terminal_without_unicode_is_no_error(folder: Path) -> None:
    (folder / "scenarios" / "odd.toml").write_text('title = "Überfluß 網"\nextends = "web"\n', encoding="utf-8")
    environment = {**SOURCE, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for words in (["show", "odd"], ["list", "scenarios"], ["diff", "odd", "web"], ["check", "odd"]):
        program = [sys.executable, "-m", "ecosystem", *words]
        done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_no_number_in_json_is_nan(capsys: pytest.CaptureFixture[str]) -> None:
    common.print_json({"a": float("nan"), "b": [float("inf"), 1.5], "c": {"d": -float("inf")}})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None, 1.5], "c": {"d": None}}
