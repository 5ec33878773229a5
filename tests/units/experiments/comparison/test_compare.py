"""Comparisons: paired runs of arms, and what differs between them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosystem as eco
from ecosystem.experiments.comparison.compare import load_comparison
from ecosystem.experiments.comparison.savings import savings
from ecosystem.experiments.errors import RunRefused
from ecosystem.scenario import Scenario, ScenarioError
from tests.units.experiments.conftest import SMALL

MANDATE = {"kind": "label_mandate", "start": "2019-01", "fine": 1000.0}
TABLES = ("web", "labs", "ledger")


@pytest.fixture(scope="module")
def control() -> Scenario:
    return Scenario.from_dict(SMALL)


@pytest.fixture(scope="module")
def effect(control: Scenario) -> eco.Comparison:
    return eco.compare([control], [MANDATE], replicates=3, tables=TABLES)


def test_arms_share_their_seeds_and_are_the_runs_they_would_be_alone(effect: eco.Comparison, control: Scenario) -> None:
    assert effect.arms == ["small", "label_mandate"]
    assert effect.runs.groupby("replicate")["seed"].nunique().tolist() == [1, 1, 1]
    assert effect.runs["status"].tolist() == ["done"] * 6
    alone = eco.run(control, replicates=3)
    mine = effect.tables["web"].query("arm == 'small'").drop(columns=["run", "arm"]).reset_index(drop=True)
    assert mine.equals(alone.web)


def test_differences_are_those_of_the_tables(effect: eco.Comparison) -> None:
    web = effect.tables["web"].pivot_table(index="replicate", columns=["arm", "step"], values="items")
    found = effect.differences.query("metric == 'web.items'").set_index("step")
    apart = web["label_mandate"] - web["small"]
    assert np.allclose(found["mean"], apart.mean())
    assert found["n"].eq(3).all()
    assert found["date"].iloc[0] == "2018-01"
    assert found.loc[29, "mean"] != 0
    assert list(effect.differences.columns[:3]) == ["step", "date", "arm"]


def test_nothing_differs_before_the_policy_starts(effect: eco.Comparison) -> None:
    before = effect.differences[effect.differences["date"] < "2019-01"]
    assert len(before)
    assert (before["mean"] == 0).all()


def test_entities_are_told_apart(effect: eco.Comparison) -> None:
    labs = effect.differences.query("metric == 'labs.accuracy'")
    assert set(labs["name"]) == {"a", "b"}
    ledger = effect.differences.query("metric == 'ledger.amount'")
    assert "advertisers → curator → advertising" in set(ledger["name"])
    assert ledger["n"].eq(3).all()  # what was not paid is no gap


def test_headline_effects_are_means_over_the_last_months(effect: eco.Comparison) -> None:
    row = effect.effects.query("metric == 'web.items'").iloc[0]
    assert (row["since"], row["until"]) == ("2019-12", "2020-06")
    web = effect.tables["web"].query("step >= 23").groupby(["arm", "replicate"])["items"].mean()
    assert row["mean"] == pytest.approx((web["label_mandate"] - web["small"]).mean())
    assert row["factor_low"] < row["factor"] < row["factor_high"]


def test_savings_speak_of_months_in_which_something_differs(effect: eco.Comparison) -> None:
    found = savings(effect.differences, effect.effects, "label_mandate")
    assert found.since >= "2019-01"
    assert found.median > 1
    assert all(factor < 5 for _, _, factor in found.below)


def test_the_folder_holds_it_all(control: Scenario, effect: eco.Comparison, tmp_path: Path) -> None:
    kept = eco.compare([control], [MANDATE], replicates=3, tables=TABLES, workers=2, out=tmp_path / "c")
    assert {path.name for path in (tmp_path / "c").iterdir()} == {
        "web.parquet", "labs.parquet", "ledger.parquet", "runs.parquet", "differences.parquet", "effects.parquet",
        "provenance.json", "scenario.toml",
    }  # fmt: skip
    for name, table in load_comparison(tmp_path / "c").tables.items():
        assert table.equals(effect.tables[name]), name
    record = json.loads((tmp_path / "c" / "provenance.json").read_text())
    assert (record["status"], record["kind"], record["failed_runs"]) == ("done", "comparison", 0)
    assert record["arms"]["label_mandate"]["policies"][0]["kind"] == "label_mandate"
    assert kept.folder == tmp_path / "c"
    with pytest.raises(RunRefused, match="replace them with --force"):
        eco.compare([control], [MANDATE], replicates=3, out=tmp_path / "c")


def test_an_arm_that_is_the_control_differs_in_nothing(control: Scenario) -> None:
    found = eco.compare([control, control], replicates=2, tables=["web"])
    assert found.arms == ["small", "small-2"]
    assert (found.differences["mean"] == 0).all()
    assert savings(found.differences, found.effects, "small-2").since == ""


def test_policies_together_make_an_arm(control: Scenario) -> None:
    longer = control.replace({"steps": 14})
    other = {"kind": "label_mandate", "start": "2019-02"}
    with pytest.raises(ScenarioError, match="policy of this kind already"):
        eco.compare([longer], [MANDATE, other], replicates=1, together=True)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"steps": 12}, r"cannot be paired: they differ in steps \(30 and 12\), so that one would end"),
        ({"start": "2019-01"}, "differ in start"),
        ({"scale.humans": 90}, r"differ in scale.humans \(100 and 90\)"),
        ({"reality.domains.code.ideas": 100}, "differ in reality, so that there would be other things to say"),
        ({"observation.every": 2}, "differ in observation"),
    ],
)
def test_what_cannot_be_paired_is_refused(control: Scenario, change: dict[str, Any], text: str) -> None:
    with pytest.raises(RunRefused, match=text):
        eco.compare([control, control.replace(change)], replicates=1)


def test_wrong_use_of_compare_is_refused(control: Scenario) -> None:
    with pytest.raises(RunRefused, match="nothing to compare with; name a second scenario or a policy"):
        eco.compare([control])
    with pytest.raises(RunRefused, match="replicates must be at least 1"):
        eco.compare([control], [MANDATE], replicates=0)
    with pytest.raises(RunRefused, match="no table 'wep'; there are web, "):
        eco.compare([control], [MANDATE], tables=["wep"])
    with pytest.raises(RunRefused, match="give a scenario first"):
        eco.compare([])


def test_a_folder_of_something_else_is_no_comparison(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="holds no comparison"):
        load_comparison(tmp_path)


def test_a_run_that_fails_is_a_row_and_its_pair_does_not_count(
    control: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = eco.WebEcosystem.step

    def broken(model: eco.WebEcosystem) -> None:
        if model.streams.seed == 0 and model.policies:
            message = "bad luck"
            raise ValueError(message)
        step(model)

    monkeypatch.setattr(eco.WebEcosystem, "step", broken)
    found = eco.compare([control.replace({"steps": 14})], [MANDATE], replicates=3, tables=["web"])
    runs: pd.DataFrame = found.runs
    assert runs["status"].tolist() == ["done", "failed", "done", "done", "done", "done"]
    assert runs["reason"].tolist()[1] == "ValueError: bad luck"
    assert found.provenance["failed_runs"] == 1
    assert found.differences["n"].max() == 2
