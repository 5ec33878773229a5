"""Results in memory and on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import ecosystem as eco
from ecosystem.experiments import provenance
from ecosystem.experiments.errors import PartialResults, RunRefused
from ecosystem.scenario import Scenario


def test_results_saved_elsewhere_are_the_same(scenario: Scenario, tmp_path: Path) -> None:
    results = eco.run(scenario, seed=7, replicates=2)
    folder = results.save(tmp_path / "saved")
    again = eco.load(str(folder))
    assert again.provenance == results.provenance
    assert again.graphml == results.graphml
    for name, table in results.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table, check_exact=True)
    with pytest.raises(RunRefused, match="finished run"):
        results.save(folder)


def test_the_author_graph_has_who_they_are(scenario: Scenario) -> None:
    sites = eco.run(scenario, seed=7).sites
    kinds = {data["kind"] for _, data in sites.nodes(data=True)}
    assert kinds == {"human", "publisher"}
    assert sites.is_directed()


def test_what_is_no_results_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="is no folder"):
        eco.load(tmp_path / "nothing")
    with pytest.raises(RunRefused, match=r"holds no results.*provenance\.json"):
        eco.load(tmp_path)


def test_a_newer_layout_is_refused(tmp_path: Path, scenario: Scenario) -> None:
    provenance.write(tmp_path, provenance.begin(scenario, [1], 1) | {"schema_version": 2})
    with pytest.raises(RunRefused, match="newer version"):
        eco.load(tmp_path)


def test_a_damaged_table_is_named(tmp_path: Path, scenario: Scenario) -> None:
    eco.run(scenario, seed=7, out=tmp_path)
    (tmp_path / "labs.parquet").write_bytes(b"PAR1 nonsense PAR1")
    with pytest.raises(RunRefused, match=r"labs\.parquet: not a readable table"):
        eco.load(tmp_path)


def test_a_run_killed_before_its_first_checkpoint_is_empty_and_says_so(tmp_path: Path, scenario: Scenario) -> None:
    provenance.write(tmp_path, provenance.begin(scenario, [1], 1))
    with pytest.warns(PartialResults, match="was killed while running; none of its months has been saved"):
        results = eco.load(tmp_path)
    assert results.status == "running"
    assert len(results.web) == len(results.sites) == 0


def test_partial_results_can_be_saved_and_read_again(tmp_path: Path, scenario: Scenario) -> None:
    done = eco.run(scenario, seed=7)
    partial = eco.Results(done.provenance | {"status": "failed", "reason": "no power"}, done.tables, done.graphml)
    partial.save(tmp_path / "saved")
    with pytest.warns(PartialResults, match="failed: no power; these are its months up to 2020-06"):
        assert eco.load(tmp_path / "saved").web.equals(done.web)
    assert json.loads((tmp_path / "saved" / "provenance.json").read_text())["status"] == "failed"
