"""Shards put together are what one machine would have made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ecosystem.experiments.ensemble import plan as plans
from ecosystem.experiments.ensemble.attempt import Options, carry_out
from ecosystem.experiments.ensemble.executors import Here
from ecosystem.experiments.ensemble.merge import merge
from ecosystem.experiments.ensemble.shard import Shard
from ecosystem.experiments.errors import RunAborted, RunRefused
from tests.units.experiments.ensemble.examples import TINY, Heard, Runs, contents


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six runs as a whole, as shards of two and of three, and another plan's."""
    place = tmp_path_factory.mktemp("shards")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "MOST", 2)
        carry_out(Runs(), TINY, place / "whole", Here(), {}, Options(), Heard())
        carry_out(Runs(4), TINY, place / "other", Here(), {}, Options(shard=Shard(1, 2)), Heard())
        for number, of in ((1, 2), (2, 2), (1, 3), (2, 3), (3, 3)):
            options = Options(shard=Shard(number, of))
            record = carry_out(Runs(), TINY, place / f"{number}of{of}", Here(), {}, options, Heard())
            assert (record["status"], record["shard"]) == ("partial", f"{number}/{of}")
    return place


@pytest.mark.parametrize("names", [("1of2", "2of2"), ("3of3", "1of3", "2of3"), ("1of2", "2of3", "2of2", "3of3")])
def test_merged_shards_are_the_whole(made: Path, tmp_path: Path, names: tuple[str, ...]) -> None:
    record = merge([made / name for name in names], tmp_path / "out")
    assert contents(tmp_path / "out") == contents(made / "whole")
    assert (record["status"], record["finished_runs"], record["shard"]) == ("done", 6, None)
    assert record["merged"] == [name.replace("of", "/") for name in names]
    left = {path.name for path in (tmp_path / "out").iterdir()} - {*contents(tmp_path / "out")}
    assert left == {"provenance.json", "scenario.toml"}


def test_a_missing_shard_is_told(made: Path, tmp_path: Path) -> None:
    with pytest.raises(RunAborted, match=r"2 of 6 runs are missing \(number 2, 3\)"):
        merge([made / "1of3", made / "3of3"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_shards_of_different_plans_or_programs_are_refused(made: Path, tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="cannot be merged: their plans differ in tasks"):
        merge([made / "1of2", made / "other"], tmp_path / "out")
    shutil.copytree(made / "2of2", tmp_path / "old")
    record = json.loads((tmp_path / "old" / "provenance.json").read_text())
    record |= {"identity": "x", "versions": record["versions"] | {"numpy": "1.0"}}
    (tmp_path / "old" / "provenance.json").write_text(json.dumps(record))
    with pytest.raises(RunRefused, match=r"different versions of the program \(numpy .* and 1.0\)"):
        merge([made / "1of2", tmp_path / "old"], tmp_path / "out")


def test_different_results_of_one_run_are_refused(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "1of3", tmp_path / "odd")
    path = tmp_path / "odd" / "parts" / "web-0000000.parquet"
    pd.read_parquet(path).assign(items=0.0).to_parquet(path)
    with pytest.raises(RunRefused, match="differs from that of another shard"):
        merge([made / "1of2", made / "2of2", tmp_path / "odd"], tmp_path / "out")


def test_what_is_no_shard_is_not_merged(made: Path, tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="holds no shard"):
        merge([tmp_path], tmp_path / "out")
    with pytest.raises(RunRefused, match="has no parts"):
        merge([made / "whole"], tmp_path / "out")
    with pytest.raises(RunRefused, match="replace them with --force"):
        merge([made / "1of2", made / "2of2"], made / "whole")
