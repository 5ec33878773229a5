"""Running scenarios from Python."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosystem as eco
from ecosystem.core import threads
from ecosystem.experiments import executors
from ecosystem.experiments.errors import RunAborted, RunRefused
from ecosystem.experiments.replicate import Progress
from ecosystem.experiments.seeds import replicate_seed
from ecosystem.experiments.tables import TABLES
from ecosystem.scenario import Scenario

type Contents = Callable[[Path], dict[str, bytes]]


def same(one: eco.Results, other: eco.Results) -> bool:
    """Whether two results hold the same tables to the bit."""
    return list(one.tables) == list(other.tables) and all(
        table.equals(other.tables[name]) for name, table in one.tables.items()
    )


def test_a_run_fills_every_table(scenario: Scenario) -> None:
    results = eco.run(scenario, seed=7)
    assert set(results.tables) == set(TABLES)
    for name in ("web", "domains", "labs", "curators", "publishers", "humans", "ledger", "items"):
        table: pd.DataFrame = getattr(results, name)
        assert list(table.columns[:3]) == ["step", "date", "replicate"], name
        assert len(table), name
        floats = [kind for kind in table.dtypes if getattr(kind, "kind", "") == "f"]
        assert all(kind == np.float64 for kind in floats), name
    assert results.web["date"].tolist()[0] == "2018-01"
    assert len(results.web) == scenario.steps
    assert len(results.sites) > 50
    assert (results.status, results.folder) == ("done", None)
    assert results.scenario == scenario


def test_what_is_undefined_is_missing_not_zero(scenario: Scenario) -> None:
    labs = eco.run(scenario, seed=7).labs
    first = labs[labs["date"] == "2018-01"]
    assert first["accuracy"].isna().all()


def test_memory_and_folder_hold_the_same(scenario: Scenario, tmp_path: Path) -> None:
    kept = eco.run(scenario, seed=7, out=tmp_path / "run")
    assert same(kept, eco.run(scenario, seed=7))
    assert same(kept, eco.load(tmp_path / "run"))
    assert kept.folder == tmp_path / "run"
    assert not same(kept, eco.run(scenario, seed=8))
    left = {path.name for path in kept.folder.iterdir()}
    assert left == {f"{name}.parquet" for name in TABLES} | {"sites.graphml", "scenario.toml", "provenance.json"}
    assert eco.Scenario.read(tmp_path / "run" / "scenario.toml") == scenario


def test_the_provenance_tells_what_was_done(scenario: Scenario, tmp_path: Path) -> None:
    eco.run(scenario, seed=7, replicates=2, out=tmp_path / "run")
    record = json.loads((tmp_path / "run" / "provenance.json").read_text())
    assert (record["status"], record["reason"]) == ("done", None)
    assert record["seeds"] == [7, replicate_seed(7, 1)]
    assert record["months_done"] == [30, 30]
    assert record["wall_seconds"] > 0
    assert record["started"] <= record["ended"]
    assert record["peak_memory_bytes"] > 2**20
    assert record["units"]["web"]["items"]
    assert record["definitions"]["labs"]["accuracy"]


@pytest.mark.parametrize("workers", [2, 3, 9])
def test_results_do_not_depend_on_workers(scenario: Scenario, tmp_path: Path, contents: Contents, workers: int) -> None:
    eco.run(scenario, seed=7, replicates=3, workers=1, out=tmp_path / "one")
    eco.run(scenario, seed=7, replicates=3, workers=workers, out=tmp_path / "more")
    assert contents(tmp_path / "one") == contents(tmp_path / "more")


def test_a_replicate_is_the_run_of_its_seed(scenario: Scenario) -> None:
    together = eco.run(scenario, seed=7, replicates=3).web
    alone = eco.run(scenario, seed=replicate_seed(7, 2)).web
    third = together[together["replicate"] == 2].drop(columns="replicate").reset_index(drop=True)
    assert third.equals(alone.drop(columns="replicate"))


def test_checkpoints_change_nothing(scenario: Scenario, tmp_path: Path, contents: Contents) -> None:
    eco.run(scenario, seed=7, out=tmp_path / "none")
    eco.run(scenario, seed=7, out=tmp_path / "each", checkpoint_every=1)
    assert contents(tmp_path / "none") == contents(tmp_path / "each")


def test_a_run_waits_for_the_disk_where_something_would_be_missed(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[str] = []
    original = os.fsync

    def noted(handle: int) -> None:
        waited.append(Path(f"/proc/self/fd/{handle}").readlink().name.removeprefix(".").removesuffix(".tmp"))
        original(handle)

    monkeypatch.setattr(os, "fsync", noted)
    eco.run(scenario, seed=7)
    assert not {"web.parquet", "replicate-0000.npz"} & set(waited)  # kept nowhere
    eco.run(scenario, seed=7, out=tmp_path / "short")
    assert "web.parquet" in waited
    assert "replicate-0000.npz" not in waited  # sooner made again than waited for
    eco.run(scenario, seed=7, out=tmp_path / "long", checkpoint_every=20)
    assert waited.count("replicate-0000.npz") == 2  # the checkpoint, and the tables that replace it


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_tells_where_each_replicate_stands(scenario: Scenario, workers: int) -> None:
    told: list[Progress] = []
    eco.run(scenario, seed=7, replicates=2, workers=workers, progress=told.append)
    for replicate in (0, 1):
        steps = [progress.step for progress in told if progress.replicate == replicate]
        assert steps == sorted(steps)
        assert steps[-1] == 30
    last = told[-1]
    assert (last.steps, last.date) == (30, "2020-06")
    assert last.items > 0
    assert 0 <= last.synthetic_share <= 1
    assert 0 < last.accuracy <= 1


@pytest.mark.parametrize(
    "empty",
    [
        {"scale": {"humans": 0}},
        {"scale": {"humans": 1}},
        {"labs": []},
        {"curators": []},
        {"publishers": {"groups": []}},
        {"scale": {"humans": 0}, "labs": [], "curators": [], "publishers": {"groups": []}},
        {"steps": 1},
        {"observation": {"sampled_items": 0}},
    ],
)
def test_webs_with_something_missing_run_and_load(
    make: Callable[..., Scenario], empty: dict[str, Any], tmp_path: Path
) -> None:
    scenario = make(**({"steps": 12} | empty))
    results = eco.run(scenario, seed=7, out=tmp_path / "run")
    assert len(results.web) == scenario.steps
    assert len(results.labs) == scenario.steps * len(scenario.labs)
    assert len(results.curators) == scenario.steps * len(scenario.curators)
    if scenario.scale.humans == 0:
        assert (results.web["human_items"] == 0).all()
        assert len(results.items) == 0
    again = results.save(tmp_path / "again")
    assert same(results, eco.load(again))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"seed": 1.5}, "whole number"),
        ({"seed": True}, "whole number"),
        ({"replicates": 0}, "replicates must be at least 1"),
        ({"workers": 0}, "workers must be at least 1"),
        ({"resume": True}, "resume needs the folder"),
        ({"resume": True, "force": True, "out": "x"}, "resume goes on .* choose"),
    ],
)
def test_wrong_use_is_refused(scenario: Scenario, options: dict[str, Any], text: str) -> None:
    with pytest.raises(RunRefused, match=text):
        eco.run(scenario, **options)


def test_results_are_not_overwritten_unless_forced(scenario: Scenario, tmp_path: Path, contents: Contents) -> None:
    folder = tmp_path / "run"
    eco.run(scenario, seed=7, out=folder)
    before = contents(folder)
    with pytest.raises(RunRefused, match="--force"):
        eco.run(scenario, seed=8, out=folder)
    assert contents(folder) == before
    eco.run(scenario, seed=8, out=folder, force=True)
    assert contents(folder) != before
    assert eco.load(folder).provenance["seed"] == 8


def test_resuming_a_finished_run_gives_its_results(scenario: Scenario, tmp_path: Path) -> None:
    first = eco.run(scenario, seed=7, out=tmp_path)
    (tmp_path / "parts").mkdir()  # as if it had died just before tidying up
    again = eco.run(scenario, seed=7, out=tmp_path, resume=True)
    assert same(first, again)
    assert again.provenance == first.provenance
    assert not (tmp_path / "parts").exists()


def test_a_run_into_a_place_that_is_no_folder_is_refused(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(RunRefused, match="choose another --out"):
            eco.run(scenario, out=out)
    assert (tmp_path / "file").read_text() == ""


def test_an_error_in_the_engine_is_written_down(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = eco.WebEcosystem.step

    def broken(model: eco.WebEcosystem) -> None:
        if model.world.clock.step == 9:
            message = "a detector cannot be fitted"
            raise ValueError(message)
        step(model)

    monkeypatch.setattr(eco.WebEcosystem, "step", broken)
    with pytest.raises(RunAborted, match="ValueError: a detector cannot be fitted") as caught:
        eco.run(scenario, seed=7, out=tmp_path / "run", checkpoint_every=4)
    assert (caught.value.folder, caught.value.resumable, caught.value.defect) == (tmp_path / "run", True, True)
    record = json.loads((tmp_path / "run" / "provenance.json").read_text())
    assert record["status"] == "failed"
    assert record["reason"] == "ValueError: a detector cannot be fitted"
    assert record["months_done"] == [9]
    assert record["traceback"][-1].endswith(" broken")
    assert str(Path.home()) not in "".join(record["traceback"])
    with pytest.warns(UserWarning, match=r"failed: ValueError.*months up to 2018-08"):
        assert len(eco.load(tmp_path / "run").web) == 8


def test_an_error_in_one_worker_stops_the_others(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = eco.WebEcosystem.step
    unlucky = replicate_seed(7, 1)

    def broken(model: eco.WebEcosystem) -> None:
        if model.streams.seed == unlucky and model.world.clock.step == 3:
            message = "bad luck"
            raise ValueError(message)
        step(model)

    monkeypatch.setattr(eco.WebEcosystem, "step", broken)
    monkeypatch.setattr(
        executors, "_context", lambda: multiprocessing.get_context("fork")
    )  # so that it is patched there
    long = scenario.replace({"steps": 400})
    with pytest.raises(RunAborted, match="ValueError: bad luck"):
        eco.run(long, seed=7, replicates=2, workers=2, out=tmp_path / "run")
    record = json.loads((tmp_path / "run" / "provenance.json").read_text())
    assert (record["status"], record["months_done"][1]) == ("failed", 3)
    assert 0 < record["months_done"][0] < 400
    assert (tmp_path / "run" / "checkpoint" / "replicate-0000.npz").exists()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_are_forked_or_spawned_with_the_same_results(
    scenario: Scenario, tmp_path: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(executors, "_context", lambda: multiprocessing.get_context(method))
    eco.run(scenario, seed=7, replicates=2, workers=2, out=tmp_path / "more")
    eco.run(scenario, seed=7, replicates=2, workers=1, out=tmp_path / "one")
    assert contents(tmp_path / "one") == contents(tmp_path / "more")


def test_threads_of_kernels_are_gone_when_workers_are_forked_and_allowed_again_afterwards(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, seen = executors._context, list[int]()

    def noted() -> Any:
        seen.append(threading.active_count())
        return original()

    monkeypatch.setattr(executors, "_context", noted)
    before = threading.active_count()
    with threads.allowing(3):
        threads.share_out(lambda start, stop: stop - start, 1_000_000)
        assert threading.active_count() > before
        eco.run(scenario, seed=7, replicates=2, workers=2)
        assert threads.allowed() == 3
    assert seen == [before]


def test_an_error_of_the_listener_fails_the_run(scenario: Scenario, tmp_path: Path) -> None:
    def lost(_: Progress) -> None:
        message = "nobody listens"
        raise RuntimeError(message)

    for workers in (1, 2):
        folder = tmp_path / str(workers)
        with pytest.raises(RunAborted, match="RuntimeError: nobody listens"):
            eco.run(scenario, seed=7, replicates=2, workers=workers, out=folder, progress=lost)
        assert json.loads((folder / "provenance.json").read_text())["status"] == "failed"
