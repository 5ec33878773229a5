"""`ecosystem plot`."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import ecosystem as eco
from ecosystem.cli import app
from ecosystem.experiments.errors import RunInterrupted
from ecosystem.experiments.replicate import Progress

type Plot = Callable[..., Result]

SCENARIO = {
    "name": "small",
    "start": "2021-01",
    "steps": 30,
    "scale": {"humans": 100},
    "reality": {"domains": [{"name": "code", "ideas": 100}]},
    "labs": [{"name": "frontier", "launch": "2021-11"}],
}


@pytest.fixture
def plot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plot:
    """Return what runs `ecosystem plot` with further words, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["plot", *words])


def test_a_metric_is_drawn_into_the_results_folder(plot: Plot) -> None:
    eco.run(eco.Scenario.from_dict(SCENARIO), out="run")
    done = plot("run", "--metric", "labs.accuracy", "--metric", "web.items")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == ["run/figures/labs.accuracy.png", "run/figures/web.items.png"]
    assert Path("run/figures/labs.accuracy.png").read_bytes().startswith(b"\x89PNG")


def test_the_place_and_the_format_can_be_chosen(plot: Plot) -> None:
    eco.run(eco.Scenario.from_dict(SCENARIO), out="run")
    done = plot("run", "--metric", "web.items", "--format", "svg", "--out", "paper", "--json")
    assert json.loads(done.stdout) == {"ok": True, "files": ["paper/web.items.svg"], "skipped": {}}
    assert "<svg" in Path("paper/web.items.svg").read_text()
    assert not Path("run/figures").exists()


def stop(_: Progress) -> None:
    """Ask for the end of the run."""
    os.kill(os.getpid(), signal.SIGTERM)


def test_of_an_unfinished_run_the_saved_months_are_drawn(plot: Plot) -> None:
    scenario = eco.Scenario.from_dict(SCENARIO | {"steps": 300})
    with pytest.raises(RunInterrupted):
        eco.run(scenario, out="run", progress=stop)
    done = plot("run", "--metric", "web.items")
    assert done.exit_code == 0, done.output
    assert "the run was interrupted: stopped by the signal SIGTERM; these are its months up to 20" in done.stderr
    assert done.stdout == "run/figures/web.items.png\n"
    assert not Path("run/web.parquet").exists()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["nothing"], "nothing: is no folder; give a folder that `ecosystem run` wrote"),
        (["."], "holds no results"),
        (["run", "--metric", "web.itmes"], "metric 'web.itmes' is not in run; nearest: web.items"),
        (["run", "--format", "jpg"], "format 'jpg' is not known; choose one of png, svg, pdf"),
    ],
)
def test_wrong_use_is_told_and_writes_nothing(plot: Plot, words: list[str], text: str) -> None:
    eco.run(eco.Scenario.from_dict(SCENARIO | {"steps": 2}), out="run")
    done = plot(*words)
    assert done.exit_code == 2
    assert text in done.stderr
    assert not Path("run/figures").exists()


def test_a_figure_without_data_is_named_with_its_reason(plot: Plot) -> None:
    eco.run(eco.Scenario.from_dict(SCENARIO | {"steps": 2}), out="run")
    done = plot("run", "--metric", "labs.accuracy")
    assert done.exit_code == 1
    assert "labs.accuracy not drawn: labs.accuracy is undefined in every month" in done.stderr
