"""What provenance.json says."""

from __future__ import annotations

import getpass
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path

import pytest

import ecosystem as eco
from ecosystem.experiments import provenance
from ecosystem.scenario import Scenario


def test_it_is_enough_to_run_again(scenario: Scenario) -> None:
    record = json.loads(json.dumps(provenance.begin(scenario, [3, 99], 2)))
    assert Scenario.from_dict(record["scenario"]) == scenario
    assert (record["seed"], record["seeds"], record["replicates"]) == (3, [3, 99], 2)
    assert record["status"] == "running"
    for name in ("python", "ecosystem", "numpy", "numba", "llvmlite", "scipy", "mesa", "pandas", "pyarrow", "pydantic"):
        assert record["versions"][name], name


def test_it_says_what_machine_it_was_but_not_whose(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", [str(Path.home() / "bin" / "ecosystem"), "run", str(Path.home() / "my file.toml")])
    record = provenance.begin(scenario, [3], 1)
    assert record["command"] == "ecosystem run '~/my file.toml'"
    assert record["machine"]["cpus"] == os.cpu_count()
    assert record["machine"]["memory_bytes"] > 2**28
    text = json.dumps(record["machine"]).lower()
    assert platform.node().lower() not in text
    assert f'"{getpass.getuser()}"' not in text


def test_reading_gives_back_what_was_written(tmp_path: Path, scenario: Scenario) -> None:
    record = provenance.begin(scenario, [3], 1)
    provenance.write(tmp_path, record)
    assert provenance.read(tmp_path) == record


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"status": "done"}', "\udcff"])
def test_what_is_no_provenance_is_read_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "provenance.json").write_text(text, errors="surrogateescape")
    assert provenance.read(tmp_path) is None


def test_the_hash_of_a_scenario_tells_scenarios_apart(scenario: Scenario, make: Callable[..., Scenario]) -> None:
    same = Scenario.from_dict(json.loads(json.dumps(scenario.to_dict())))
    assert provenance.scenario_hash(same) == provenance.scenario_hash(scenario)
    others = [make(steps=31), make(title="other"), scenario.replace({"labs.a.temperature": 0.81})]
    hashes = {provenance.scenario_hash(other) for other in [scenario, *others]}
    assert len(hashes) == 4


def test_every_column_has_a_unit_and_a_meaning(scenario: Scenario) -> None:
    results = eco.run(scenario, seed=7)
    found, meaning = results.provenance["units"], results.provenance["definitions"]
    for name, table in results.tables.items():
        assert set(found[name]) == set(meaning[name]) == set(table.columns), name
        assert all(found[name].values()), name
        assert all(meaning[name].values()), name
    assert found["labs"]["cash"] == "USD"


def test_the_commit_is_that_of_this_source_or_none() -> None:
    found = provenance.commit()
    assert found is None or len(found.removesuffix("+changes")) == 40
