"""A table of every item, written as the run goes."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import ecosystem as eco
from ecosystem.experiments import archive, tables
from ecosystem.experiments.archive import ItemArchive
from ecosystem.experiments.errors import PartialResults, RunAborted, RunInterrupted, RunRefused
from ecosystem.experiments.replicate import Progress
from ecosystem.experiments.segments import Segments
from ecosystem.experiments.tables import frame_of
from ecosystem.measures.extracts import item_arrays, item_columns
from ecosystem.measures.named import frame
from ecosystem.scenario import Scenario
from ecosystem.world.content import PRIVATE

type Contents = Callable[[Path], dict[str, bytes]]

SHORT = 13
"""Months kept in the small web when items may leave: links of a year, to items on show for two months."""
FEW = 40
"""Items of a row group here, so that there are many: the small web has a hundred or so a month."""


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make row groups small."""
    monkeypatch.setattr(archive, "LEAST", FEW)
    monkeypatch.setattr(archive, "MOST", 2 * FEW)


@pytest.fixture(scope="session")
def full(make: Callable[..., Scenario]) -> Callable[..., Scenario]:
    """Return the small scenario with all its items, which rewrite each other; lab a holds some privately."""

    def build(**changes: Any) -> Scenario:
        curators = [
            {"name": "search", "what": "search", "window": 2},
            {"name": "forum", "what": "forum", "window": 2},
        ]
        labs = [{"name": "a", "launch": "2018-03", "cadence": 3, "data": {"settle": 1, "commissions": 2.0}}]
        farm = {"name": "farm", "count": 5, "mode": "rewrite"}
        base = {"curators": curators, "labs": labs, "publishers": {"groups": [farm], "api_price": 1.0}}
        return make(**base, links={"window": SHORT - 1}, observation={"items": "all"}, **changes)

    return build


def kept_for(scenario: Scenario, months: int) -> Scenario:
    return scenario.replace({"scale.keep_items": months})


def test_every_public_item_is_there_as_it_is_in_the_end(full: Callable[..., Scenario]) -> None:
    scenario = full()
    model = eco.WebEcosystem(scenario, seed=7)
    for _ in range(scenario.steps):
        model.step()
    world = model.world
    public = np.flatnonzero(world.content.curator > PRIVATE)
    assert 1000 < len(public) < len(world.content)
    assert (world.content.source[public] >= 0).any()
    expected = frame(item_columns(world, {"number": public, **item_arrays(world, public)}))
    found = eco.run(scenario, seed=7).items
    assert list(found.columns) == ["step", "date", "replicate", "number", *expected.columns[3:]]
    pd.testing.assert_frame_equal(found[list(expected.columns)], expected, check_dtype=False, check_exact=True)
    told = eco.run(scenario, seed=7).provenance["definitions"]["items"]
    assert set(told) == set(found.columns)


def test_where_an_item_comes_from_can_be_looked_up(full: Callable[..., Scenario]) -> None:
    items = eco.run(full(), seed=7).items
    rewritten = items[items["source"] >= 0]
    sources = rewritten.merge(items, left_on="source", right_on="number", suffixes=("", "_source"))
    assert len(sources) == len(rewritten) > 100
    assert (sources["step_source"] < sources["step"]).all()
    assert (sources["domain_source"] == sources["domain"]).all()
    assert (sources["idea_source"] == sources["idea"]).all()


def test_the_table_is_the_same_when_items_leave_memory(
    full: Callable[..., Scenario], tmp_path: Path, contents: Contents
) -> None:
    eco.run(full(), seed=7, replicates=2, out=tmp_path / "whole")
    for months in (SHORT, SHORT + 7):
        eco.run(kept_for(full(), months), seed=7, replicates=2, out=tmp_path / str(months))
        assert contents(tmp_path / str(months))["items.parquet"] == contents(tmp_path / "whole")["items.parquet"]


def test_no_more_is_in_memory_than_makes_a_row_group(full: Callable[..., Scenario], tmp_path: Path) -> None:
    model = eco.WebEcosystem(kept_for(full(), SHORT), seed=7)
    items = ItemArchive(tmp_path / "items", 0)
    written = []
    for _ in range(model.plan.steps):
        model.step()
        items.follow(model.world)
        state = items.dump()
        assert len(state.get("tail.key", ())) < FEW
        # A checkpoint does not grow with what has been written.
        assert {name for name in state if not name.startswith("tail.")} == {"month", "seals"}
        written.append(len(items.segments.seals))
    assert written[SHORT - 2] == 0
    assert written[-1] > (model.plan.steps - SHORT) / 3
    items.finish(model.world)
    files = [pq.ParquetFile(path) for path in sorted((tmp_path / "items").iterdir())]
    assert max(file.metadata.row_group(0).num_rows for file in files) <= 2 * FEW
    assert len(pd.concat(map(frame_of, sorted((tmp_path / "items").iterdir())))) == sum(
        file.metadata.num_rows for file in files
    )


@pytest.mark.parametrize("keep", [None, SHORT])
def test_checkpoints_and_workers_change_no_byte(
    full: Callable[..., Scenario], tmp_path: Path, contents: Contents, keep: int | None
) -> None:
    scenario = full().replace({"scale.keep_items": keep})
    eco.run(scenario, seed=7, replicates=2, out=tmp_path / "none")
    eco.run(scenario, seed=7, replicates=2, out=tmp_path / "each", checkpoint_every=1)
    eco.run(scenario, seed=7, replicates=2, workers=2, out=tmp_path / "two")
    assert contents(tmp_path / "none") == contents(tmp_path / "each") == contents(tmp_path / "two")
    items = eco.load(tmp_path / "none").items
    assert items["replicate"].is_monotonic_increasing
    assert set(items["replicate"]) == {0, 1}
    assert all(part["step"].is_monotonic_increasing for _, part in items.groupby("replicate"))


def stop_after(months: int) -> Callable[[Progress], None]:
    """What asks for the end of a run once so many months are done."""

    def listen(progress: Progress) -> None:
        if progress.step >= months:
            os.kill(os.getpid(), signal.SIGTERM)

    return listen


def interrupted(scenario: Scenario, folder: Path, months: int, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
    """Run and stop."""
    with monkeypatch.context() as patch:
        patch.setattr("ecosystem.experiments.replicate.REPORT_SECONDS", 0.0)
        with pytest.raises(RunInterrupted):
            eco.run(scenario, seed=7, out=folder, progress=stop_after(months), **options)


def test_a_stopped_run_goes_on_to_the_same_bytes(
    full: Callable[..., Scenario], tmp_path: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = kept_for(full(), SHORT)
    eco.run(scenario, seed=7, out=tmp_path / "whole")
    folder = tmp_path / "run"
    for number, months in enumerate((4, 17, 24)):
        interrupted(scenario, folder, months, monkeypatch, resume=number > 0)
    # Files of a later time than the checkpoint are those of a run that was killed: they are written anew.
    later = folder / "parts" / "replicate-0000-items" / "00099.parquet"
    later.write_bytes(b"what came after the checkpoint")
    (later.parent / ".00002.parquet.tmp").write_bytes(b"half")
    eco.run(scenario, seed=7, out=folder, resume=True)
    assert contents(folder) == contents(tmp_path / "whole")
    assert not (folder / "parts").exists()


@pytest.mark.parametrize("damage", ["cut", "changed", "missing"])
def test_a_damaged_file_of_items_costs_time_but_no_bytes(
    full: Callable[..., Scenario], tmp_path: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    scenario = kept_for(full(), SHORT)
    folder = tmp_path / "run"
    interrupted(scenario, folder, 25, monkeypatch)
    path = folder / "parts" / "replicate-0000-items" / "00000.parquet"
    content = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    else:
        content[100] ^= 1
        path.write_bytes(content if damage == "changed" else content[:-1])
    told: list[Progress] = []
    eco.run(scenario, seed=7, out=folder, resume=True, progress=told.append)
    assert "00000.parquet: damaged; starting this replicate again" in told[0].note
    eco.run(scenario, seed=7, out=tmp_path / "whole")
    assert contents(folder) == contents(tmp_path / "whole")


def test_a_finished_replicate_whose_items_are_damaged_is_made_again(
    full: Callable[..., Scenario], tmp_path: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr("ecosystem.experiments.attempt.merge_parts", lambda *_, **__: 1 / 0)
        with pytest.raises(RunAborted, match="ZeroDivisionError"):
            eco.run(full(), seed=7, replicates=2, out=folder)
    with pytest.warns(PartialResults):
        partial = eco.load(folder)
    assert set(partial.items["replicate"]) == {0, 1}
    path = folder / "parts" / "replicate-0001-items" / "00000.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    eco.run(full(), seed=7, replicates=2, out=folder, resume=True)
    eco.run(full(), seed=7, replicates=2, out=tmp_path / "whole")
    assert contents(folder) == contents(tmp_path / "whole")
    pd.testing.assert_frame_equal(partial.tables["web"], eco.load(folder).web, check_exact=True)


def test_an_unfinished_run_has_the_items_of_its_finished_replicates(
    full: Callable[..., Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(progress: Progress) -> None:
        if progress.replicate == 1:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("ecosystem.experiments.replicate.REPORT_SECONDS", 0.0)
    with pytest.raises(RunInterrupted):
        eco.run(full(), seed=7, replicates=2, out=tmp_path / "run", progress=late)
    with pytest.warns(PartialResults):
        partial = eco.load(tmp_path / "run")
    pd.testing.assert_frame_equal(partial.items, eco.run(full(), seed=7).items, check_exact=True)


def test_a_web_without_items_has_a_table_without_rows(full: Callable[..., Scenario]) -> None:
    nobody = full(steps=3, scale={"humans": 0}).replace({"publishers.groups": [], "labs": []})
    items = eco.run(nobody, replicates=2).items
    assert len(items) == 0
    assert {"step", "replicate", "number", "key", "style_7"} <= set(items.columns)


def test_a_sample_is_a_part_of_all(full: Callable[..., Scenario]) -> None:
    whole = eco.run(full(), seed=7).items.set_index("key")
    sample = eco.run(full().replace({"observation.items": "sample", "observation.sampled_items": 100}), seed=7).items
    assert len(sample) == 100
    same = whole.loc[sample["key"]].reset_index()[list(sample.columns)]
    pd.testing.assert_frame_equal(same, sample, check_exact=True)


def test_a_table_is_read_only_when_asked_for(full: Callable[..., Scenario], tmp_path: Path) -> None:
    eco.run(full(), seed=7, out=tmp_path / "run")
    results = eco.load(tmp_path / "run")
    assert len(results.web) == 30
    (tmp_path / "run" / "items.parquet").write_bytes(b"gone since")
    with pytest.raises(RunRefused, match=r"items\.parquet: not a readable table"):
        _ = results.items


def test_a_row_group_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    segments = Segments(tmp_path / "items")
    part = tables.arrow({"step": np.arange(3)})
    segments.write(part)
    segments.abandon()
    assert list((tmp_path / "items").iterdir()) == []
    segments.write(part)
    segments.seal()
    segments.seal()
    assert [path.name for path in (tmp_path / "items").iterdir()] == ["00000.parquet"]
    assert json.dumps(segments.seals)
    segments.clear()
    assert not (tmp_path / "items").exists()
