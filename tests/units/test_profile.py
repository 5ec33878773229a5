"""Where the time of a month goes, and that looking at it changes nothing."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

import ecosystem as eco
from tests.randomness.worlds import differing, run, web

PHASES = [
    "open month", "regulate+enact", "produce", "gate+publish", "read", "vote+tally", "link+connect", "ask+answer",
    "scrape+collect", "train+deploy", "earn+settle", "adapt+revise", "record", "close month",
]  # fmt: skip


def test_every_line_of_the_step_is_a_phase() -> None:
    model = web()
    assert model.timings == {}
    model.profile = True
    run(model, 3)
    assert list(model.timings) == PHASES
    assert all(seconds > 0 for seconds in model.timings.values())
    before = model.timings
    model.profile = False
    run(model, 1)
    assert (model.profile, model.timings) == (False, before)


def test_results_do_not_depend_on_being_timed() -> None:
    model = web()
    model.profile = True
    assert differing(run(model, 6).dump(), run(web(), 6).dump()) == []


def test_a_timed_model_can_be_copied() -> None:
    model = run(web(), 1)
    model.profile = True
    other = copy.deepcopy(model)
    assert not other.profile
    assert differing(run(other, 1).dump(), run(model, 1).dump()) == []


def test_many_replicates_in_one_process_can_be_timed() -> None:
    found = eco.run(web().plan.replace({"steps": 1}), replicates=8, profile=True)
    assert len(found.web) == 8
    assert found.provenance["profile"]["items"] >= found.web["items"].sum() > 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_tells_the_seconds_of_all_replicates(workers: int, tmp_path: Path) -> None:
    scenario = web().plan.replace({"steps": 4})
    found = eco.run(scenario, replicates=2, workers=workers, out=tmp_path / "run", profile=True)
    profile = json.loads((tmp_path / "run" / "provenance.json").read_text())["profile"]
    assert found.provenance["profile"] == profile
    assert list(profile["seconds"]) == ["start-up", *PHASES, "writing"]
    assert all(seconds > 0 for seconds in profile["seconds"].values())
    assert profile["items"] == sum(len(run(web(seed=seed), 4).world.content) for seed in found.provenance["seeds"])


def test_a_run_that_is_not_timed_says_nothing_of_time() -> None:
    assert eco.run(web().plan.replace({"steps": 1})).provenance["profile"] is None


def test_the_number_of_threads_is_noted_and_has_no_effect() -> None:
    scenario = web().plan.replace({"steps": 6})
    one, three = eco.run(scenario, threads=1), eco.run(scenario, threads=3)
    assert (one.provenance["threads"], three.provenance["threads"]) == (1, 3)
    assert all(table.equals(three.tables[name]) for name, table in one.tables.items())


@pytest.mark.parametrize("threads", [0, -1])
def test_fewer_threads_than_one_are_refused(threads: int) -> None:
    with pytest.raises(Exception, match=f"threads must be at least 1, not {threads}"):
        eco.run(web().plan, threads=threads)
