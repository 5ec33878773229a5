"""Scenario discovery on boxes that are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.discovery import boxes, boxes_of, words
from analysis.outcomes import load
from analysis.results import NothingToDraw, ResultsError
from tests.analysis.study_folders import write

pytest.importorskip("ema_workbench", reason="the extra `discovery` is not installed", exc_type=ImportError)

OUTCOME = {"label": "accuracy", "fails": "< 0.5"}


def points(number: int = 600) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(1).random((number, 3)), columns=["a", "b", "c"])


def box(rows: list[dict[str, Any]], method: str, number: int = 1) -> dict[str, tuple[float, float]]:
    return {row["key"]: (row["low"], row["high"]) for row in rows if row["method"] == method and row["box"] == number}


@pytest.mark.parametrize("method", ["prim", "cart"])
def test_a_corner_is_found(method: str) -> None:
    x = points()
    found = list(boxes_of(x, ((x["a"] < 0.4) & (x["b"] > 0.6)).to_numpy(), 0.8))
    corner = box(found, method)
    assert set(corner) == {"a", "b"}
    assert np.isnan(corner["a"][0])
    assert corner["a"][1] == pytest.approx(0.4, abs=0.06)  # PRIM peels a twentieth at a time
    assert corner["b"][0] == pytest.approx(0.6, abs=0.06)
    first = next(row for row in found if row["method"] == method)
    assert first["density"] >= 0.8
    assert first["coverage"] > 0.95
    assert first["failures"] <= first["cases"]


def test_density_and_coverage_are_those_of_the_box_told() -> None:
    x = points()
    fails = (x["a"] < 0.4).to_numpy() & (np.random.default_rng(2).random(len(x)) < 0.95)
    for row in boxes_of(x, fails, 0.8):
        if row["key"] == "a" and np.isnan(row["low"]):
            inside = (x["a"] <= row["high"]).to_numpy()
            assert row["cases"] <= inside.sum()
    first = next(iter(boxes_of(x, fails, 0.8)))
    inside = (x["a"] <= first["high"]).to_numpy()
    assert (first["cases"], first["failures"]) == (inside.sum(), fails[inside].sum())


def test_names_are_restricted_to_some() -> None:
    x = points().assign(kind=np.random.default_rng(3).choice(["u", "v", "w"], 600))
    found = [row for row in boxes_of(x, (x["kind"] == "u").to_numpy(), 0.8) if row["method"] == "prim"]
    assert [row["values"] for row in found] == ["u"]


def test_chance_makes_no_box() -> None:
    fails = np.random.default_rng(4).random(600) < 0.3
    assert not list(boxes_of(points(), fails, 0.8))


def test_too_few_failures_are_not_looked_at() -> None:
    fails = np.zeros(600, dtype=np.bool_)
    fails[0] = True
    assert not list(boxes_of(points(), fails, 0.8))


def _study(folder: Path, threshold: float, **changes: Any) -> Path:
    states = [{"a": float(a), "b": float(b)} for a, b in points()[["a", "b"]].to_numpy()]

    def run(point: Mapping[str, Any], _rng: np.random.Generator) -> dict[str, float]:
        return {"accuracy": 0.4 if point["a"] < threshold and point["b"] > threshold else 0.8}

    return write(folder, run, [OUTCOME], states=states, **changes)


def test_a_study_is_told_in_words(tmp_path: Path) -> None:
    table = boxes(load(_study(tmp_path / "some", 0.5)))
    told = words(table, 0.8)
    assert told[0].startswith("accuracy fails where a < 0.5")
    assert " and b > 0." in told[0] or "b > 0." in told[0]
    assert "density" in told[0]
    assert "of all failures (coverage)" in told[0]
    assert any(line.endswith("(by CART)") for line in told)


def test_nothing_fails_and_everything_fails(tmp_path: Path) -> None:
    never = words(boxes(load(_study(tmp_path / "never", -1.0))), 0.8)
    assert never == ["accuracy never fails in 600 states."]

    def bad(_point: Mapping[str, Any], _rng: np.random.Generator) -> dict[str, float]:
        return {"accuracy": 0.1}

    states = [{"a": float(a)} for a in points()["a"]]
    assert words(boxes(load(write(tmp_path / "all", bad, [OUTCOME], states=states))), 0.8) == [
        "accuracy fails in all 600 states."
    ]


def test_a_missing_run_is_told(tmp_path: Path) -> None:
    folder = _study(tmp_path / "gap", 0.5, fails=lambda point, _: point["a"] < 0.01)
    with pytest.raises(ResultsError, match=r"accuracy: missing at \d+ of 600 points; most often: labs.a: too small"):
        boxes(load(folder))


def test_without_thresholds_there_is_nothing_to_find(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", lambda _p, _r: {"y": 1.0}, [{"label": "y"}], states=[{"a": 0.1}, {"a": 0.2}])
    with pytest.raises(NothingToDraw, match="an outcome that can fail"):
        boxes(load(folder))
