"""Runs that are stopped, killed or run out of disk, and go on to the same bits."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ecosystem as eco
from ecosystem.experiments.attempt import RESERVED
from ecosystem.experiments.errors import PartialResults, RunAborted, RunInterrupted, RunRefused
from ecosystem.experiments.files import Emerging, remove
from ecosystem.experiments.lock import held_by
from ecosystem.experiments.replicate import Progress
from ecosystem.scenario import Scenario

type Contents = Callable[[Path], dict[str, bytes]]
type Start = Callable[..., subprocess.Popen[str]]


STEPS = 120


@pytest.fixture(scope="module")
def long(make: Callable[..., Scenario]) -> Scenario:
    """Return a scenario that takes a second or two, so that it can be killed in the middle."""
    return make(steps=STEPS, scale={"humans": 300})


@pytest.fixture(scope="module")
def whole(long: Scenario, contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the tables of two replicates that nothing has disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    eco.run(long, seed=7, replicates=2, out=folder)
    return contents(folder)


def status(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "provenance.json").read_text())
    return record


def wait_for(process: subprocess.Popen[str], lines: int) -> None:
    """Wait until a run has told of its progress so many times."""
    assert process.stdout is not None
    for _ in range(lines):
        assert process.stdout.readline(), process.stderr.read() if process.stderr else ""


def stop(_: Progress) -> None:
    """Ask for the end of the run."""
    os.kill(os.getpid(), signal.SIGTERM)


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_killed_at_any_moment_goes_on_to_the_same_bits(
    long: Scenario, tmp_path: Path, start: Start, contents: Contents, whole: dict[str, bytes], workers: int
) -> None:
    folder = tmp_path / "killed"
    chance = random.Random(workers)  # noqa: S311 - moments to kill at; nothing else depends on them
    for turn in range(3):
        resume, out = turn > 0, str(folder)
        process = start(long, seed=7, replicates=2, workers=workers, out=out, resume=resume, checkpoint_every=5)
        wait_for(process, chance.randint(1, 4))
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.wait()
        assert status(folder)["status"] == "running"
        deadline = time.monotonic() + 10
        while held_by(folder) and time.monotonic() < deadline:
            time.sleep(0.01)  # until its workers have noticed
        with pytest.warns(PartialResults, match="was killed while running"):
            partial = eco.load(folder)
        assert len(partial.web) < 2 * STEPS
    told: list[Progress] = []
    resumed = eco.run(long, 7, 2, workers, folder, resume=True, progress=told.append)
    assert {progress.replicate for progress in told if progress.step == STEPS} == {0, 1}
    assert contents(folder) == whole
    assert len(resumed.provenance["resumed"]) == 3
    assert not (folder / "checkpoint").exists()


@pytest.mark.parametrize(
    ("number", "workers"), [(signal.SIGINT, 1), (signal.SIGINT, 2), (signal.SIGTERM, 2), (signal.SIGHUP, 1)]
)
def test_a_run_asked_to_stop_saves_and_says_so(
    long: Scenario, tmp_path: Path, start: Start, contents: Contents, whole: dict[str, bytes],
    number: signal.Signals, workers: int,
) -> None:  # fmt: skip
    folder = tmp_path / "run"
    process = start(long, seed=7, replicates=2, workers=workers, out=str(folder))
    wait_for(process, 2)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    reason = "stopped by " + ("Ctrl-C" if number == signal.SIGINT else f"the signal {number.name}")
    assert errors.strip() == f"RunInterrupted: {reason}"
    assert process.returncode == 1
    record = status(folder)
    assert (record["status"], record["reason"]) == ("interrupted", reason)
    assert 0 < record["months_done"][0] < STEPS
    with pytest.warns(PartialResults, match=f"was interrupted: {reason}"):
        partial = eco.load(folder)
    first = partial.web[partial.web["replicate"] == 0]
    assert len(first) == record["months_done"][0]  # nothing is lost
    eco.run(long, seed=7, replicates=2, out=folder, resume=True)
    assert contents(folder) == whole


def test_a_second_request_stops_at_once(scenario: Scenario, tmp_path: Path) -> None:
    def impatient(_: Progress) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(RunInterrupted, match="stopped at once"):
        eco.run(scenario, out=tmp_path / "run", progress=impatient)
    assert status(tmp_path / "run")["status"] == "interrupted"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_in_memory_that_is_stopped_keeps_nothing(scenario: Scenario) -> None:
    with pytest.raises(RunInterrupted) as caught:
        eco.run(scenario.replace({"steps": 200}), progress=stop)
    assert (caught.value.folder, caught.value.resumable) == (None, False)


def test_workers_do_not_outlive_the_program(long: Scenario, tmp_path: Path, start: Start) -> None:
    process = start(long, seed=7, replicates=2, workers=2, out=str(tmp_path / "run"))
    wait_for(process, 1)
    children = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    assert len([pid for pid in children if alive(pid)]) >= 2
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while any(map(alive, children)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(alive, children))


def test_a_worker_that_is_killed_fails_the_run(long: Scenario, tmp_path: Path, start: Start) -> None:
    process = start(long, seed=7, replicates=2, workers=2, out=str(tmp_path / "run"))
    wait_for(process, 2)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[-1]), signal.SIGKILL)
    _, errors = process.communicate(timeout=60)
    assert "RunAborted: a worker process died: out of memory" in errors
    assert status(tmp_path / "run")["status"] == "failed"


def test_two_runs_into_one_folder_do_not_mix(long: Scenario, tmp_path: Path, start: Start) -> None:
    folder = tmp_path / "run"
    process = start(long, seed=7, out=str(folder))
    wait_for(process, 1)
    for resume in (False, True):
        with pytest.raises(RunRefused, match=rf"another run \(process {process.pid}\)"):
            eco.run(long, seed=7, out=folder, resume=resume)
    with pytest.warns(PartialResults, match=rf"still running \(process {process.pid}\)"):
        eco.load(folder)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the bytes left on a made-up disk, which every file that is written uses up."""
    left = [float("inf")]
    original = Emerging.publish

    def freeing(path: Path) -> None:
        left[0] += RESERVED if path.name == ".reserve" and path.exists() else 0
        remove(path)

    def limited(emerging: Emerging, *, sync: bool = True) -> None:
        size = emerging.file.tell()
        if size > left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(emerging.path))
        left[0] -= size
        original(emerging, sync=sync)

    monkeypatch.setattr(Emerging, "publish", limited)
    monkeypatch.setattr("ecosystem.experiments.attempt.remove", freeing)
    return left


@pytest.mark.parametrize("room", [100_000, 200_000, 400_000])
def test_a_full_disk_leaves_a_folder_that_says_so(
    scenario: Scenario, tmp_path: Path, disk: list[float], room: int, contents: Contents
) -> None:
    folder = tmp_path / "run"
    disk[0] = room

    def emptier(_: Progress) -> None:
        disk[0] = min(disk[0], 60_000)  # others write, too

    with pytest.raises(RunAborted, match="No space left on device") as caught:
        eco.run(scenario, seed=7, out=folder, checkpoint_every=10, progress=emptier)
    assert caught.value.resumable
    assert status(folder)["status"] == "failed"
    assert "No space left on device" in status(folder)["reason"]
    with pytest.warns(PartialResults, match="No space left"):
        eco.load(folder)
    disk[0] = float("inf")
    eco.run(scenario, seed=7, out=folder, resume=True)
    eco.run(scenario, seed=7, out=tmp_path / "whole")
    assert contents(folder) == contents(tmp_path / "whole")


def test_a_place_that_cannot_be_written_is_told_at_once(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(RunAborted, match=r"Read-only file system; choose another --out"):
        eco.run(scenario, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_that_becomes_read_only_cannot_say_so_but_the_error_does(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Emerging, path: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    def lock(_: Progress) -> None:
        monkeypatch.setattr(Emerging, "__init__", refuse)

    with pytest.raises(RunAborted, match=r"Read-only file system: .* \(and .* cannot say so: Read-only"):
        eco.run(scenario, out=tmp_path / "run", progress=lock)
    with pytest.warns(PartialResults, match="killed while running"):
        eco.load(tmp_path / "run")


def test_a_damaged_part_is_made_again(
    scenario: Scenario, tmp_path: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("ecosystem.experiments.attempt.merge_parts", lambda *_, **__: 1 / 0)
        with pytest.raises(RunAborted, match="ZeroDivisionError"):
            eco.run(scenario, replicates=2, out=tmp_path / "run")
    part = tmp_path / "run" / "parts" / "replicate-0001.npz"
    part.write_bytes(part.read_bytes()[:-100])
    with pytest.warns(PartialResults):
        assert set(eco.load(tmp_path / "run").web["replicate"]) == {0}
    eco.run(scenario, replicates=2, out=tmp_path / "run", resume=True)
    eco.run(scenario, replicates=2, out=tmp_path / "whole")
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")


def test_a_damaged_checkpoint_costs_time_but_no_bits(scenario: Scenario, tmp_path: Path, contents: Contents) -> None:
    folder = tmp_path / "run"
    with pytest.raises(RunInterrupted):
        eco.run(scenario.replace({"steps": 200}), out=folder, progress=stop)
    path = folder / "checkpoint" / "replicate-0000.npz"
    path.write_bytes(path.read_bytes()[:-100])
    told: list[Progress] = []
    eco.run(scenario.replace({"steps": 200}), out=folder, resume=True, progress=told.append)
    assert "replicate-0000.npz: damaged: " in told[0].note
    assert "starting this replicate again" in told[0].note
    eco.run(scenario.replace({"steps": 200}), out=tmp_path / "whole")
    assert contents(folder) == contents(tmp_path / "whole")
