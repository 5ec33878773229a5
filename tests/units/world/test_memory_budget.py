"""Bytes by item, document, link and person: what is stated is what is used.

What a process uses is read as Linux tells it, in a process of its own: the most it ever held, beyond what it
held after a small run that had loaded everything.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ecosystem.world.content import Items
from ecosystem.world.held import Held
from ecosystem.world.humans import Humans
from ecosystem.world.links import Links

on_linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read as Linux tells it")

MEASURE = """if True:
    import gc, json, sys
    from ecosystem.model import WebEcosystem
    from ecosystem.scenario import Scenario

    def most():
        with open("/proc/self/status") as status:
            return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

    def run(path, people, changes, months):
        changes = {key: people // -value if value < 0 else value for key, value in changes.items()}
        model = WebEcosystem(Scenario.read(path).replace({**changes, "scale.humans": people}), seed=1)
        used = []
        for month in range(1, max(months) + 1):
            model.step()
            if month in months:
                used.append(most())
        return used

    path, people, changes, months = json.loads(sys.argv[1])
    run(path, 1000, changes, months)
    gc.collect()
    empty = most()
    print(json.dumps([(used - empty) / people for used in run(path, people, changes, months)]))
    """


def used(path: str, people: int, changes: dict[str, Any], months: list[int]) -> list[float]:
    """Bytes a person that a run of a scenario has used after so many months.

    A negative change -n stands for one in every n people.
    """
    told = json.dumps([path, people, changes, months])
    done = subprocess.run([sys.executable, "-c", MEASURE, told], check=True, capture_output=True, text=True)
    found: list[float] = json.loads(done.stdout)
    return found


def test_the_bytes_of_a_row() -> None:
    """An item of eight style dimensions takes 95 bytes, 12 of which only come with detectors and rewriting."""
    assert Items(styles=8, tokens=0).bytes_per_row == 95
    assert Items(styles=0, tokens=0).bytes_per_row == 63
    assert Items(styles=8, tokens=20).bytes_per_row == 95 + 20 * 4
    assert sum(entry.dtype.itemsize for entry in Items.schema().values() if entry.sparse) == 12
    assert Held(styles=8, tokens=0).bytes_per_row == 68
    assert Links().bytes_per_row == 12
    assert Humans(styles=8).bytes_per_row == 98


@on_linux
def test_the_bytes_of_a_person_who_only_reads_and_writes() -> None:
    """The web of the benchmarks, all of it in memory: twenty months, three items a person.

    Measured: 360, of which 130 are items. assumption: a fifth more is not noise.
    """
    changes = {"publishers.groups.writer.quota": -20, "links.window": 1}
    [most] = used("scenarios/benchmarks/webstep.toml", 200_000, changes, [20])
    assert most < 430


@on_linux
@pytest.mark.slow
def test_the_baseline_takes_no_more_memory_once_old_items_leave() -> None:
    """People write as much each month, so that after 23 months all that grows is noise.

    Copies of documents are limited to two a person, which is reached in the fifth month.
    """
    changes = {"scale.people_per_human": 20_000, "steps": 60, "scale.keep_items": 23, "scale.keep_documents": 100_000}
    early, late = used("scenarios/baseline.toml", 50_000, changes, [30, 60])
    assert late < 1.15 * early
    assert late < 2600  # measured: 2,100; assumption: a fifth more is not noise
