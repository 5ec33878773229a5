"""Ensembles: bundles, parts, failures, resuming, and the same bytes however they are made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ecosystem as eco
from ecosystem.experiments.ensemble import plan as plans
from ecosystem.experiments.ensemble.attempt import Options, carry_out
from ecosystem.experiments.ensemble.executors import Executor, Here, Processes
from ecosystem.experiments.ensemble.plan import bundles
from ecosystem.experiments.ensemble.shard import WHOLE, Shard
from ecosystem.experiments.errors import RunInterrupted, RunRefused
from tests.units.experiments.ensemble.examples import TINY, Heard, Runs, contents

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(autouse=True)
def pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs a bundle, so that few runs make several."""
    monkeypatch.setattr(plans, "MOST", 2)


def carry(plan: Runs, folder: Path, executor: Executor | None = None, **options: Any) -> dict[str, Any]:
    return carry_out(plan, TINY, folder, executor or Here(), {"kind": "test"}, Options(**options), Heard())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of six runs, made here."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "MOST", 2)
        carry(Runs(), folder)
    return contents(folder)


def test_an_ensemble_keeps_what_its_plan_says(tmp_path: Path, whole: dict[str, bytes]) -> None:
    record = carry(Runs(), tmp_path / "run")
    assert contents(tmp_path / "run") == whole
    assert set(whole) == {"web.parquet", "labs.parquet", "outcomes.parquet", "runs.parquet"}
    assert (record["status"], record["finished_runs"], record["failed_runs"]) == ("done", 6, 0)
    assert not (tmp_path / "run" / "parts").exists()
    runs = pd.read_parquet(tmp_path / "run" / "runs.parquet")
    assert runs["run"].tolist() == list(range(6))
    assert runs["point"].tolist() == [0, 0, 1, 1, 2, 2]
    assert runs["arm"].tolist() == list("ababab")
    web = pd.read_parquet(tmp_path / "run" / "web.parquet")
    assert list(web.columns[:5]) == ["step", "date", "run", "arm", "replicate"]
    alone = eco.run(TINY, seed=int(runs["seed"][4])).web
    assert web[web["run"] == 4]["items"].tolist() == alone["items"].tolist()
    outcomes = pd.read_parquet(tmp_path / "run" / "outcomes.parquet")
    assert outcomes["items"].tolist() == web[web["step"] == 3]["items"].tolist()


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_bytes_do_not_depend_on_workers(tmp_path: Path, whole: dict[str, bytes], workers: int) -> None:
    carry(Runs(), tmp_path / "run", Processes(workers))
    assert contents(tmp_path / "run") == whole


def test_the_size_of_a_bundle_follows_from_the_plan_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "MOST", 64)
    assert [len(bundle) for bundle in bundles(Runs(130))] == [64, 64, 2]
    monkeypatch.setattr(plans, "BUNDLE", 3 * 40 * 4)
    assert [len(bundle) for bundle in bundles(Runs(7))] == [3, 3, 1]
    monkeypatch.setattr(plans, "BUNDLE", 1)
    assert [len(bundle) for bundle in bundles(Runs(2))] == [1, 1]
    assert bundles(Runs(0)) == []


def test_progress_is_told_with_the_time_left(tmp_path: Path) -> None:
    heard = Heard()
    carry_out(Runs(fails=(3,)), TINY, tmp_path / "run", Here(), {}, Options(), heard)
    assert [(one.done, one.failed) for one in heard.told] == [(0, 0), (2, 0), (4, 1), (6, 1)]
    assert heard.told[1].seconds_left > 0
    assert heard.told[-1].seconds_left == 0


def test_a_failed_run_is_a_row_that_says_why(tmp_path: Path, whole: dict[str, bytes]) -> None:
    plan = Runs(fails=(2, 3, 5))
    record = carry(plan, tmp_path / "run", Processes(2))
    assert (record["status"], record["finished_runs"], record["failed_runs"]) == ("done", 6, 3)
    runs = pd.read_parquet(tmp_path / "run" / "runs.parquet")
    assert runs["status"].tolist() == ["done", "done", "failed", "failed", "done", "failed"]
    assert runs["reason"][5] == "ValueError: bad luck"
    assert runs["where"][5].split("\n")[-1].endswith(" scenario")
    assert sorted(pd.read_parquet(tmp_path / "run" / "web.parquet")["run"].unique()) == [0, 1, 4]
    assert carry(plan, tmp_path / "run", resume=True)["failed_runs"] == 3
    assert carry(Runs(), tmp_path / "run", resume=True)["failed_runs"] == 0  # whatever was wrong has been mended
    assert contents(tmp_path / "run") == whole


def test_if_every_run_fails_there_is_the_table_of_runs_alone(tmp_path: Path) -> None:
    carry(Runs(2, fails=(1,)), tmp_path / "run")
    only = replace(Runs(2), fails=(1,))
    assert set(contents(tmp_path / "run")) == {"web.parquet", "labs.parquet", "outcomes.parquet", "runs.parquet"}
    assert carry(only, tmp_path / "run", resume=True)["failed_runs"] == 1


def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path, whole: dict[str, bytes]) -> None:
    marker = tmp_path / "marker"
    marker.touch()
    record = carry(Runs(dies=(3,), marker=str(marker)), tmp_path / "run", Processes(2))
    assert not marker.exists()
    assert record["failed_runs"] == 0
    assert contents(tmp_path / "run") == whole


def test_a_run_that_always_ends_its_process_is_a_row(tmp_path: Path) -> None:
    record = carry(Runs(dies=(3,)), tmp_path / "run", Processes(2))
    assert record["failed_runs"] == 1
    runs = pd.read_parquet(tmp_path / "run" / "runs.parquet")
    assert runs["status"].tolist() == ["done", "done", "done", "failed", "done", "done"]
    assert runs["reason"][3].startswith("a worker process died: out of memory")


def test_resuming_runs_only_what_is_missing(tmp_path: Path, whole: dict[str, bytes]) -> None:
    class Stops(Heard):
        def __call__(self, progress: Any) -> None:
            super().__call__(progress)
            if progress.done == 4:
                os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(RunInterrupted, match="stopped by Ctrl-C"):
        carry_out(Runs(), TINY, tmp_path / "run", Here(), {}, Options(), Stops())
    assert json.loads((tmp_path / "run" / "provenance.json").read_text())["status"] == "interrupted"
    heard = Heard()
    carry_out(Runs(), TINY, tmp_path / "run", Here(), {}, Options(resume=True), heard)
    assert [one.done for one in heard.told] == [4, 6]
    assert contents(tmp_path / "run") == whole


def test_a_part_that_is_damaged_is_made_again(tmp_path: Path, whole: dict[str, bytes]) -> None:
    carry(Runs(fails=(5,)), tmp_path / "run")  # what failed may yet succeed, so that the parts stay
    for name, size in (("web", 100), ("runs", 3)):
        path = tmp_path / "run" / "parts" / f"{name}-0000000.parquet"
        path.write_bytes(path.read_bytes()[:size])
        assert carry(Runs(fails=(5,)), tmp_path / "run", resume=True)["finished_runs"] == 6
    carry(Runs(), tmp_path / "run", resume=True)
    assert contents(tmp_path / "run") == whole


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"plan": {"tasks": 9}, "identity": "x"}, r"made from another plan \(tasks\)"),
        ({"identity": "x"}, "by another version of the program"),
        ({"plan": None, "identity": "x"}, "from another plan|by another command"),
        ({"shard": "1/2"}, "it is shard 1/2 of its plan"),
    ],
)
def test_what_cannot_be_resumed(tmp_path: Path, change: dict[str, Any], text: str) -> None:
    record = carry(Runs(2), tmp_path / "run")
    changed = {name: value for name, value in (record | change).items() if value is not None or name == "shard"}
    (tmp_path / "run" / "provenance.json").write_text(json.dumps(changed))
    with pytest.raises(RunRefused, match=text):
        carry(Runs(2), tmp_path / "run", resume=True)


def test_folders_of_ensembles_are_guarded(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="nothing to resume"):
        carry(Runs(2), tmp_path / "run", resume=True)
    carry(Runs(2), tmp_path / "run")
    with pytest.raises(RunRefused, match="replace them with --force"):
        carry(Runs(2), tmp_path / "run")
    with pytest.raises(RunRefused, match="choose"):
        carry(Runs(2), tmp_path / "run", resume=True, force=True)
    assert carry(Runs(4), tmp_path / "run", force=True)["finished_runs"] == 4


def test_a_shard_is_every_so_manyth_bundle() -> None:
    all_of_them = bundles(Runs(12))
    shares = [Shard(number, 3).share(all_of_them) for number in (1, 2, 3)]
    together = [bundle for share in shares for bundle in share]
    assert sorted(together, key=lambda bundle: bundle.start) == all_of_them
    assert [len(share) for share in shares] == [2, 2, 2]
    assert WHOLE.share(all_of_them) == all_of_them
    assert str(Shard.parse(" 2/3 ")) == "2/3"


@pytest.mark.parametrize("text", ["0/3", "4/3", "2", "a/b", "1/0", "-1/2"])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(RunRefused, match="must be i/n with i from 1 to n"):
        Shard.parse(text)


DRIVER = """
import sys
from pathlib import Path
from ecosystem.experiments.ensemble import plan as plans
from ecosystem.experiments.ensemble.attempt import Options, carry_out
from ecosystem.experiments.ensemble.executors import Processes
from tests.units.experiments.ensemble.examples import TINY, Heard, Runs

class Tells(Heard):
    def __call__(self, progress):
        print(progress.done, flush=True)

if __name__ == "__main__":
    plans.MOST = 2
    carry_out(Runs(40), TINY, Path(sys.argv[1]), Processes(2), {}, Options(resume=sys.argv[2] == "resume"), Tells())
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    """Start forty runs in a process of their own; one is never left behind."""
    driver, started = tmp_path / "driver.py", list[subprocess.Popen[str]]()
    driver.write_text(DRIVER)

    def begin(folder: Path, how: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, str(driver), str(folder), how],
                env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_killed_twice_and_resumed_it_gives_the_same_bytes(tmp_path: Path, start: Any) -> None:
    for how, until in (("new", 12), ("resume", 26)):
        process = start(tmp_path / "killed", how)
        for line in process.stdout:
            if int(line) >= until:
                process.kill()
                break
        process.wait()
    time.sleep(0.2)  # its workers notice
    last = start(tmp_path / "killed", "resume")
    told = [int(line) for line in last.stdout]
    assert last.wait() == 0
    assert 24 <= told[0] < 40
    assert told[-1] == 40
    carry(Runs(40), tmp_path / "whole")
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
