"""A folder with scenarios, and a way to call the program in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ecosystem.cli import app
from tests.units.scenario.examples import WEB, write

type Call = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with scenarios/web.toml and scenarios/dear.toml, which extends it."""
    (tmp_path / "scenarios").mkdir()
    write(tmp_path / "scenarios", "web", WEB)
    write(tmp_path / "scenarios", "dear", 'title = "Dear text"\nextends = "web"\n[publishers]\napi_price = 99.0\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("ECOSYSTEM_DEBUG", raising=False)
    return tmp_path


@pytest.fixture
def call(folder: Path) -> Call:  # noqa: ARG001 - the program runs in the folder
    """Call the program; exceptions other than its own are not caught."""

    def invoke(*words: object) -> Any:
        return CliRunner().invoke(app, [str(word) for word in words], prog_name="ecosystem", catch_exceptions=False)

    return invoke
