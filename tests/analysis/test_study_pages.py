"""All that is said and drawn of a study, and regime maps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from SALib.sample import sobol

from analysis.outcomes import Outcome, load
from analysis.phase_diagram import PANELS, maps_of, regime_map, words
from analysis.results import NothingToDraw, ResultsError
from analysis.study import analyse
from tests.analysis.study_folders import write

LEVERS = [{"policy": "none"}, {"policy": "label-mandate"}, {"policy": "label-mandate + watermark-mandate"}]
KEYS = ("humans.activity", "labs.*.data.retention", "publishers.api_price")


def run(point: Mapping[str, Any], rng: np.random.Generator) -> dict[str, float]:
    """Accuracy falls with retention where people write little; policies help a little."""
    help_ = 0.1 * [row["policy"] for row in LEVERS].index(point["policy"])
    accuracy = 0.9 - 0.6 * point[KEYS[1]] * (1 - point[KEYS[0]]) + help_ * point[KEYS[1]] + 0.01 * float(rng.normal())
    return {"accuracy": accuracy, "share": point[KEYS[2]]}


def sobol_study(folder: Path) -> Path:
    box = {"num_vars": 3, "names": list(KEYS), "bounds": [[0.0, 1.0]] * 3}
    unit = sobol.sample(box, 32, calc_second_order=False, seed=1)
    states = [dict(zip(KEYS, map(float, row), strict=True)) for row in unit]
    outcomes = [{"label": "accuracy", "better": "higher", "fails": "< 0.5"}, {"label": "share", "better": "lower"}]
    return write(folder, run, outcomes, levers=LEVERS, states=states, unit=unit, replicates=3, design="sobol")


def factorial(folder: Path, others: tuple[float, ...] = (0.5,), **changes: Any) -> Path:
    grid = [float(value) for value in np.linspace(0, 1, 5)]
    states = [{KEYS[0]: a, KEYS[1]: b, KEYS[2]: c} for a in grid for b in grid for c in others]
    outcomes = [{"label": "accuracy", "fails": "< 0.5"}]
    return write(folder, run, outcomes, levers=LEVERS[:1], states=states, replicates=3, design="factorial", **changes)


def test_a_study_is_analysed_as_a_whole(tmp_path: Path) -> None:
    pytest.importorskip("ema_workbench", reason="the extra `discovery` is not installed", exc_type=ImportError)
    folder = sobol_study(tmp_path / "s")
    found = analyse(folder)
    assert set(found.words) == {"indices", "boxes", "regret", "timing"}
    assert not found.skipped
    assert {path.name for path in found.figures} == {"indices.png", "boxes-accuracy.png", "regret.png"}
    assert all(path.stat().st_size > 10_000 for path in found.figures)
    for name in ("indices", "boxes", "regret", "timing"):
        assert len(pd.read_parquet(folder / f"{name}.parquet")) == len(found.tables[name])


def test_only_what_is_asked_for_is_made(tmp_path: Path) -> None:
    folder = factorial(tmp_path / "s", analyses=["map", "regret"])
    found = analyse(folder, figures=False)
    assert set(found.words) == {"map"}
    assert "levers to choose from" in found.skipped["regret"]


def test_failed_runs_are_told(tmp_path: Path) -> None:
    folder = factorial(tmp_path / "s", analyses=["indices"], fails=lambda point, _: point[KEYS[0]] == 0)
    found = analyse(folder, figures=False)
    assert "missing at 5 of 25 points" in found.skipped["accuracy"]
    assert "no outcome that is complete" in found.skipped["indices"]


def test_a_study_without_any_result_says_so(tmp_path: Path) -> None:
    folder = factorial(tmp_path / "s", fails=lambda _point, _replicate: True)
    (folder / "outcomes.parquet").unlink()
    found = analyse(folder)
    assert found.skipped["accuracy"] == "accuracy: missing at 25 of 25 points; most often: labs.a: too small"
    assert not found.figures


def test_one_missing_outcome_leaves_the_others(tmp_path: Path) -> None:
    def gappy(point: Mapping[str, Any], rng: np.random.Generator) -> dict[str, float]:
        return run(point, rng) | {"share": np.nan if point[KEYS[0]] == 0 else 1.0}

    grid = [{KEYS[0]: a / 4, KEYS[1]: b / 4, KEYS[2]: 0.5} for a in range(5) for b in range(5)]
    outcomes = [{"label": "accuracy"}, {"label": "share"}]
    folder = write(tmp_path / "s", gappy, outcomes, levers=LEVERS[:1], states=grid, replicates=2, design="factorial")
    found = analyse(folder, figures=False)
    assert set(found.tables["indices"]["outcome"]) == {"accuracy"}
    assert found.skipped == {"share": "share: missing at 5 of 25 points; it is undefined there"}


def test_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="not the folder of a study"):
        analyse(tmp_path)
    (tmp_path / "provenance.json").write_text('{"status": "done"}', encoding="utf-8")
    with pytest.raises(ResultsError, match="something else, not of a study"):
        analyse(tmp_path)


def test_a_map_has_its_cells_in_order(tmp_path: Path) -> None:
    study = load(factorial(tmp_path / "s"))
    keys, (panel,) = maps_of(study, study.kinds[0])
    assert keys == list(KEYS[:2])
    # 0.9 - 0.6 retention (1 - activity), rows are retention
    assert panel.mean[4, 0] == pytest.approx(0.3, abs=0.05)
    assert panel.mean[0, 4] == pytest.approx(0.9, abs=0.05)
    assert "in 3 of 25 cells" in words(study, study.kinds[0])[0]


def test_cells_at_the_threshold_are_open(tmp_path: Path) -> None:
    study = load(factorial(tmp_path / "s"))
    _, (panel,) = maps_of(study, Outcome("accuracy", fails="< 0.9"))
    assert panel.open[0].any() or panel.open[:, 4].any()  # where it is 0.9 but for noise
    assert not panel.open[2:, :3].any()


def test_a_failed_cell_stays_empty(tmp_path: Path) -> None:
    study = load(factorial(tmp_path / "s", fails=lambda point, r: point[KEYS[0]] == 0 and r == 0))
    _, (panel,) = maps_of(study, study.kinds[0])
    assert np.isnan(panel.mean[:, 0]).all()
    assert not np.isnan(panel.mean[:, 1:]).any()


def test_more_keys_are_small_multiples(tmp_path: Path) -> None:
    study = load(factorial(tmp_path / "s", tuple(np.linspace(0, 1, 4))))
    _, panels = maps_of(study, study.kinds[0])
    assert [panel.title for panel in panels] == [f"publishers.api_price = {c:g}" for c in np.linspace(0, 1, 4)]
    figure = regime_map(study, study.kinds[0])
    assert sum(axes.axison for axes in figure.axes) == 5  # four panels and the bar
    assert PANELS == 9


def test_maps_need_a_factorial_design(tmp_path: Path) -> None:
    study = load(sobol_study(tmp_path / "s"))
    with pytest.raises(NothingToDraw, match="factorial design over two keys"):
        maps_of(study, study.kinds[0])
