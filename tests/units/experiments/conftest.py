"""Small scenarios, and runs of them in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecosystem.scenario import Scenario

ROOT = Path(__file__).resolve().parents[3]

SMALL: dict[str, Any] = {
    "name": "small",
    "title": "A small web",
    "steps": 30,
    "start": "2018-01",
    "scale": {"humans": 100},
    "reality": {
        "domains": [
            {"name": "code", "verifiability": 0.9, "ideas": 200},
            {"name": "news", "verifiability": 0.3, "ideas": 200},
        ]
    },
    "curators": [
        {"name": "search", "what": "search"},
        {"name": "forum", "what": "forum", "ai_policy": "downrank", "detector": {"kind": "gaussian"}},
    ],
    "labs": [
        {"name": "a", "launch": "2018-03", "tuning": 1.0, "cadence": 3},
        {"name": "b", "launch": "2018-06", "data": {"crawlers": [{"kind": "curated"}]}},
    ],
    "publishers": {"groups": [{"name": "farm", "count": 5}], "api_price": 1.0},
}
"""A web of a hundred people, with something of everything."""

DRIVER = """
import json, sys
import ecosystem as eco
from ecosystem.experiments.errors import RunAborted

document, options = json.loads(sys.argv[1]), json.loads(sys.argv[2])

def tell(progress):
    print(progress.replicate, progress.step, flush=True)

if __name__ == "__main__":
    try:
        eco.run(eco.Scenario.from_dict(document), progress=tell, **options)
    except RunAborted as aborted:
        sys.exit(f"{type(aborted).__name__}: {aborted}")
"""


@pytest.fixture(scope="session")
def make() -> Callable[..., Scenario]:
    """Return the small scenario with other values of its first level."""
    return lambda **changes: Scenario.from_dict(SMALL | changes)


@pytest.fixture
def scenario() -> Scenario:
    """Return the small scenario."""
    return Scenario.from_dict(SMALL)


@pytest.fixture(scope="session")
def contents() -> Callable[[Path], dict[str, bytes]]:
    """Return what gives the tables of a results folder and its graph, byte by byte."""
    return lambda folder: {
        path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".parquet", ".graphml")
    }


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a run in a process of its own; one is never left behind."""
    driver = tmp_path / "driver.py"
    driver.write_text(DRIVER)
    started: list[subprocess.Popen[str]] = []

    def begin(scenario: Scenario, **options: Any) -> subprocess.Popen[str]:
        command = [sys.executable, str(driver), json.dumps(scenario.to_dict()), json.dumps(options)]
        process = subprocess.Popen(
            command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()
