"""A Dask cluster: a real scheduler and two real workers on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ecosystem.experiments.ensemble import cluster as clusters
from ecosystem.experiments.ensemble import plan as plans
from ecosystem.experiments.ensemble.attempt import Options, carry_out
from ecosystem.experiments.ensemble.cluster import Cluster
from ecosystem.experiments.ensemble.executors import Here
from ecosystem.experiments.ensemble.progress import Progress
from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.provenance import engine
from tests.units.experiments.ensemble.examples import TINY, Heard, Runs, contents

pytestmark = pytest.mark.cluster
"""In a process of their own (`pytest -m cluster`): Dask leaves threads behind, beside which workers are not forked."""
pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

ROOT = Path(__file__).resolve().parents[4]
UP_SECONDS = 60
"""How long scheduler and workers may take to be up. assumption: seven seconds on an idle machine, and patience."""


@dataclass
class Machines:
    """A scheduler, and what starts workers of it.

    Attributes:
        address: of the scheduler.
        worker: starts one, with further words for `dask worker`.
    """

    address: str
    worker: Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler on a port of its own; what is started is never left behind."""
    started: list[subprocess.Popen[bytes]] = []
    env = os.environ | {"PYTHONPATH": str(ROOT)}

    def begin(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:], "--no-dashboard"]
        started.append(subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.DEVNULL))
        return started[-1]

    place = tmp_path / "scheduler.json"
    begin("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(place))
    address = json.loads(_content(place))["address"]

    def worker(threads: int = 1) -> subprocess.Popen[bytes]:
        return begin("worker", address, "--nthreads", str(threads), "--no-nanny", "--host", "127.0.0.1")

    yield Machines(address, worker)
    for process in reversed(started):
        process.kill()
        process.wait()


def _content(path: Path) -> str:
    limit = time.monotonic() + UP_SECONDS
    while time.monotonic() < limit:
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.1)
    message = "the scheduler did not come up"
    raise TimeoutError(message)


def _connected(machines: Machines, workers: int) -> Cluster:
    """A cluster once so many workers are there."""
    import distributed  # noqa: PLC0415 - an extra

    connect: Any = distributed.Client
    with connect(machines.address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=UP_SECONDS)
    return Cluster(machines.address)


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(
    tmp_path: Path, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "MOST", 2)
    first, _ = machines.worker(), machines.worker()

    class Kills(Heard):
        def __call__(self, progress: Progress) -> None:
            super().__call__(progress)
            if len(self.told) == 3:
                first.kill()

    plan = Runs(20, fails=(7,))
    with _connected(machines, 2) as cluster:
        assert cluster.workers == 2
        record = carry_out(plan, TINY, tmp_path / "there", cluster, {}, Options(), Kills())
    assert first.poll() is not None
    assert (record["finished_runs"], record["failed_runs"]) == (20, 1)
    carry_out(plan, TINY, tmp_path / "here", Here(), {}, Options(), Heard())
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_workers_that_are_not_fit_are_refused(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RunRefused, match="has no workers; start some with"):
        Cluster(machines.address)
    machines.worker(1)
    with _connected(machines, 1):
        pass
    monkeypatch.setattr(clusters, "engine", lambda: engine() | {"numpy": "1.0"})
    monkeypatch.setattr(clusters, "_engine_there", engine)
    with pytest.raises(RunRefused, match=r"another version: numpy 1.0 here, .* there; install the same"):
        Cluster(machines.address)
    machines.worker(2)
    with pytest.raises(RunRefused, match="several threads"):
        _connected(machines, 2)


def test_addresses_that_lead_nowhere_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RunRefused, match="must begin with tcp:// or tls://"):
        Cluster("localhost:8786")
    monkeypatch.setattr(clusters, "WAIT_SECONDS", 0.5)
    with pytest.raises(RunRefused, match="no scheduler answers there"):
        Cluster("tcp://127.0.0.1:9")


def test_without_dask_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunRefused, match=r"pip install 'ecosystem\[cluster\]'"):
        Cluster("tcp://127.0.0.1:9")
