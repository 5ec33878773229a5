"""Indices against functions whose indices are known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from SALib.sample import morris, sobol

from analysis.outcomes import load
from analysis.sensitivity import indices, morris_indices, rank_indices, sobol_indices, words
from tests.analysis.study_folders import write

BOX = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0.0, 1.0]] * 3}
A, B = 7.0, 0.1


def ishigami(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Ishigami and Homma (1990) on the unit cube stretched to -pi..pi."""
    x1, x2, x3 = (2 * math.pi * (column - 0.5) for column in x.T)
    found: np.ndarray[Any, Any] = np.sin(x1) + A * np.sin(x2) ** 2 + B * x3**4 * np.sin(x1)
    return found


def exact() -> tuple[list[float], list[float]]:
    """First-order and total indices of Ishigami's function in closed form."""
    v1, v2 = 0.5 * (1 + B * math.pi**4 / 5) ** 2, A**2 / 8
    v13 = B**2 * math.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return [v1 / v, v2 / v, 0.0], [(v1 + v13) / v, v2 / v, v13 / v]


def test_sobol_indices_of_ishigami() -> None:
    design = sobol.sample(BOX, 1024, calc_second_order=False, seed=1)
    found = sobol_indices(ishigami(design), 3)
    for name, known in zip(("S1", "ST"), exact(), strict=True):
        for entry, value in zip(found[name], known, strict=True):
            # Its interval is 1.96 standard errors; 1.5 times as much is missed once in 300 times, six numbers.
            assert abs(entry.value - value) <= 1.5 * (entry.high - entry.value)
            assert abs(entry.value - value) < 0.03


def test_intervals_are_the_same_again_and_shrink_with_the_root() -> None:
    halves = []
    for samples in (256, 1024):
        values = ishigami(sobol.sample(BOX, samples, calc_second_order=False, seed=1))
        once, again = sobol_indices(values, 3), sobol_indices(values, 3)
        assert once == again
        halves.append(once["ST"][0].high - once["ST"][0].value)
    assert halves[0] / halves[1] == pytest.approx(2, rel=0.3)  # of bootstrap errors of some 5 % each


def test_second_order_designs_are_taken() -> None:
    design = sobol.sample(BOX, 512, calc_second_order=True, seed=1)
    found = sobol_indices(ishigami(design), 3, second_order=True)
    assert found["ST"][0].value == pytest.approx(exact()[1][0], abs=0.05)


def test_morris_of_a_line_has_its_slopes_and_no_spread() -> None:
    design = morris.sample(BOX, 10, num_levels=4, seed=1)
    found = morris_indices(design @ np.array([3.0, -1.0, 0.0]), design, 4)
    assert [entry.value for entry in found["mu_star"]] == pytest.approx([3, 1, 0], abs=1e-9)
    assert [entry.value for entry in found["mu"]] == pytest.approx([3, -1, 0], abs=1e-9)
    assert [entry.value for entry in found["sigma"]] == pytest.approx([0, 0, 0], abs=1e-9)


def test_morris_sees_interactions_as_spread() -> None:
    design = morris.sample(BOX, 20, num_levels=4, seed=1)
    found = morris_indices(design[:, 0] * design[:, 1], design, 4)
    assert found["sigma"][0].value > 0.1
    assert found["sigma"][2].value == 0


def test_ranks_see_what_rises() -> None:
    x = np.random.default_rng(1).random((200, 3))
    found = rank_indices(np.exp(4 * x[:, 0]) - 0.2 * x[:, 1], x)
    assert found["PRCC"][0].low > 0.9
    assert found["PRCC"][2].low < 0 < found["PRCC"][2].high
    assert found["SRRC"][0].value == pytest.approx(1, abs=0.05)


def test_ranks_of_a_monotone_function_are_certain() -> None:
    x = np.random.default_rng(1).random((50, 1))
    assert rank_indices(x[:, 0] ** 3, x)["PRCC"][0].value == pytest.approx(1)


def test_what_does_not_move_has_no_indices() -> None:
    flat = np.ones(20)
    for found in (
        sobol_indices(flat, 3),
        morris_indices(flat, np.zeros((20, 3)), 4),
        rank_indices(flat, np.ones((20, 3))),
    ):
        assert all(math.isnan(entry.value) for entries in found.values() for entry in entries)


def _study(folder: Path, noise: float) -> Path:
    unit = sobol.sample(BOX, 64, calc_second_order=False, seed=1)
    states = [dict(zip(("a", "b", "c"), map(float, row), strict=True)) for row in unit]

    def run(point: Mapping[str, Any], rng: np.random.Generator) -> dict[str, float]:
        return {"line": 2 * point["a"] + point["b"] + noise * float(rng.normal()), "flat": 1.0}

    return write(
        folder, run, [{"label": "line"}, {"label": "flat"}], states=states, unit=unit, replicates=2, design="sobol",
        samples=64,
    )  # fmt: skip


def test_the_table_and_the_words_of_a_study(tmp_path: Path) -> None:
    study = load(_study(tmp_path / "quiet", 0.0))
    table = indices(study)
    assert set(table["index"]) == {"S1", "ST"}
    share = table[(table["outcome"] == "line") & (table["factor"] == "a") & (table["index"] == "ST")]
    assert float(share["value"].iloc[0]) == pytest.approx(0.8, abs=0.05)
    told = words(study, table)
    assert told[0].startswith("line depends on (ST): a 0.8")
    assert told[1] == "flat does not move."


def test_noise_of_seeds_is_told(tmp_path: Path) -> None:
    study = load(_study(tmp_path / "noisy", 1.0))
    # Variance of the line 4/12 + 1/12 = 0.42; of the mean of two seeds 0.5: more than half of the total.
    assert indices(study)["noise"].iloc[0] == pytest.approx(0.5 / 0.92, abs=0.15)
    assert "raise replicates" in words(study, indices(study))[0]
