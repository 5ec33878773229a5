"""Runs that record only what is asked for."""

from __future__ import annotations

import math
import os
import signal
from pathlib import Path

import pandas as pd
import pytest

import ecosystem as eco
from ecosystem.experiments.errors import PartialResults, RunInterrupted
from ecosystem.experiments.replicate import Progress
from ecosystem.experiments.summary import moved
from ecosystem.measures import MEASURES, TABLES
from ecosystem.measures.choice import chosen
from ecosystem.scenario import Scenario, ScenarioError


def recording(scenario: Scenario, *measures: str) -> Scenario:
    return scenario.replace({"observation.measures": list(measures)})


def test_only_what_is_asked_for_is_written_and_it_is_the_same(scenario: Scenario, tmp_path: Path) -> None:
    everything = eco.run(scenario, seed=7)
    few = eco.run(recording(scenario, "labs.accuracy", "domains", "web.items"), seed=7, replicates=1, out=tmp_path)
    rest = {"items", "degrees", "texts"}
    assert set(few.tables) == {"web", "domains", "labs"} | rest
    assert {path.stem for path in tmp_path.glob("*.parquet")} == set(few.tables)
    assert list(few.web.columns) == ["step", "date", "replicate", "items"]
    assert list(few.labs.columns) == ["step", "date", "replicate", "lab", "accuracy"]
    for name, table in few.tables.items():
        pd.testing.assert_frame_equal(table, everything.tables[name][list(table.columns)], check_exact=True)
    assert len(few.curators) == 0
    for told in (few.provenance["units"], few.provenance["definitions"]):
        assert {table: set(columns) for table, columns in told.items()} == {
            name: set(table.columns) for name, table in few.tables.items()
        }
    assert [entry.metric for entry in moved(few)] == ["web.items", *["labs.accuracy"] * 2]


def test_progress_leaves_out_what_is_not_recorded(scenario: Scenario) -> None:
    told: list[Progress] = []
    eco.run(recording(scenario, "web.synthetic_share"), seed=7, progress=told.append)
    assert math.isnan(told[-1].items)
    assert math.isnan(told[-1].accuracy)
    assert 0 < told[-1].synthetic_share < 1


def test_a_run_may_measure_nothing(scenario: Scenario) -> None:
    results = eco.run(recording(scenario), seed=7)
    assert set(results.tables) == {"items", "degrees", "texts"}
    assert len(results.items) > 1000
    assert moved(results) == []


def test_a_run_without_the_web_goes_on_and_says_how_far_it_came(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(progress: Progress) -> None:
        if progress.step == 11:
            os.kill(os.getpid(), signal.SIGTERM)

    few = recording(scenario, "labs.cash")
    with monkeypatch.context() as patch:
        patch.setattr("ecosystem.experiments.replicate.REPORT_SECONDS", 0.0)
        with pytest.raises(RunInterrupted):
            eco.run(few, seed=7, out=tmp_path / "run", progress=stop)
    with pytest.warns(PartialResults, match="months up to 2018-11"):
        assert len(eco.load(tmp_path / "run").labs) == 22
    resumed = eco.run(few, seed=7, out=tmp_path / "run", resume=True)
    pd.testing.assert_frame_equal(resumed.labs, eco.run(few, seed=7).labs, check_exact=True)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("web.item", "did you mean 'web.items'?"),
        ("lab", "did you mean 'labs'?"),
        ("xyzzy", "valid: curators, curators."),
    ],
)
def test_a_name_that_does_not_exist_is_refused(scenario: Scenario, name: str, hint: str) -> None:
    with pytest.raises(ScenarioError) as error:
        recording(scenario, "web.items", name)
    assert f"observation.measures[1]: no table or measure is called {name!r}; {hint}" in str(error.value)


@pytest.mark.parametrize(("key", "value"), [("measures", ["web"]), ("items", "all")])
def test_a_shock_cannot_change_what_is_recorded(scenario: Scenario, key: str, value: object) -> None:
    with pytest.raises(ScenarioError, match=f"observation.{key}"):
        scenario.replace({"shocks": [{"at": "2018-06", "set": {f"observation.{key}": value}}]})


def test_a_choice_stands_for_measures_in_the_order_of_tables() -> None:
    assert list(chosen(None)) == list(TABLES)
    assert sum(map(len, chosen(None).values())) == len(MEASURES)
    found = chosen(["web.views", "labs", "web.items", "labs.cash"])
    assert {table: [m.name for m in measures] for table, measures in found.items()} == {
        "web": ["items", "views"],
        "labs": [m.name for _, m in MEASURES.items() if m.table == "labs"],
    }
