"""Regret and robustness against tables worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.outcomes import load, noise_share
from analysis.results import NothingToDraw
from analysis.robustness import regret_of, regrets, words
from tests.analysis.study_folders import write

TABLE = {
    ("none", 0.0): 0.2, ("none", 1.0): 0.9, ("none", 2.0): 0.5, ("none", 3.0): 0.4,
    ("label", 0.0): 0.6, ("label", 1.0): 0.7, ("label", 2.0): 0.5, ("label", 3.0): 0.6,
    ("mark", 0.0): 0.3, ("mark", 1.0): 0.8, ("mark", 2.0): 0.9, ("mark", 3.0): 0.1,
}  # fmt: skip
"""An outcome of three policies in four states."""
LEVERS = [{"policy": name} for name in ("none", "label", "mark")]


def study(folder: Path, better: str = "higher", fails: str = "< 0.5") -> Path:
    def run(point: Mapping[str, Any], _rng: np.random.Generator) -> dict[str, float]:
        return {"accuracy": TABLE[point["policy"], point["a"]]}

    outcome = {"label": "accuracy", "better": better, "fails": fails}
    return write(folder, run, [outcome], levers=LEVERS, states=[{"a": float(a)} for a in range(4)])


def test_regret_by_hand() -> None:
    values = np.array([[0.2, 0.9, 0.5, 0.4], [0.6, 0.7, 0.5, 0.6], [0.3, 0.8, 0.9, 0.1]])
    expected = [[0.4, 0.0, 0.4, 0.2], [0.0, 0.2, 0.4, 0.0], [0.3, 0.1, 0.0, 0.5]]
    assert regret_of(values, higher=True) == pytest.approx(np.array(expected))
    expected = [[0.0, 0.2, 0.0, 0.3], [0.4, 0.0, 0.0, 0.5], [0.1, 0.1, 0.4, 0.0]]
    assert regret_of(values, higher=False) == pytest.approx(np.array(expected))


def test_the_table_by_hand(tmp_path: Path) -> None:
    table = regrets(load(study(tmp_path / "s"))).set_index("levers")
    assert table["mean_regret"].to_dict() == pytest.approx({"none": 0.25, "label": 0.15, "mark": 0.225})
    assert table["max_regret"].to_dict() == pytest.approx({"none": 0.4, "label": 0.4, "mark": 0.5})
    assert table["worst"].to_dict() == pytest.approx({"none": 0.2, "label": 0.5, "mark": 0.1})
    assert table["suffices"].to_dict() == pytest.approx({"none": 0.5, "label": 1.0, "mark": 0.5})
    assert table["regret_90"]["none"] == pytest.approx(0.4)
    assert set(table["rank"]) == {1}  # four states cannot tell them apart


def test_lower_may_be_better(tmp_path: Path) -> None:
    table = regrets(load(study(tmp_path / "s", "lower"))).set_index("levers")
    assert table["mean_regret"].to_dict() == pytest.approx({"none": 0.125, "label": 0.225, "mark": 0.15})
    assert table["worst"].to_dict() == pytest.approx({"none": 0.9, "label": 0.7, "mark": 0.9})


def test_choices_that_differ_have_ranks(tmp_path: Path) -> None:
    def run(point: Mapping[str, Any], _rng: np.random.Generator) -> dict[str, float]:
        return {"y": {"none": 0.0, "label": 1.0, "mark": 0.5}[point["policy"]] + 0.01 * point["a"]}

    folder = write(
        tmp_path / "s", run, [{"label": "y", "better": "higher"}],
        levers=LEVERS, states=[{"a": a / 8} for a in range(8)],
    )  # fmt: skip
    table = regrets(load(folder)).set_index("levers")
    assert table["rank"].to_dict() == {"label": 1, "mark": 2, "none": 3}
    told = words(table.reset_index())
    assert told[1].startswith("  1. label: mean 0")
    assert "Choices of equal rank" not in "".join(told)


def test_words_tell_ties_and_shares(tmp_path: Path) -> None:
    told = words(regrets(load(study(tmp_path / "s"))))
    assert told[0] == "Regret in accuracy, over 4 states:"
    assert told[1].startswith("  1. label: mean 0.15")
    assert "does not fail in 100% [51%, 100%] of states" in told[1]
    assert told[-2] == "  Choices of equal rank cannot be told apart."


def test_without_a_direction_there_is_no_regret(tmp_path: Path) -> None:
    with pytest.raises(NothingToDraw, match="which way is better"):
        regrets(load(study(tmp_path / "s", "")))


def test_noise_share_by_hand() -> None:
    # Means 1 and 3 (variance 2); within variances 2 and 2, over two replicates 1 each: 1 / 2.
    assert noise_share(np.array([[0.0, 2.0], [2.0, 4.0]])) == 0.5
    assert np.isnan(noise_share(np.array([[1.0], [2.0]])))
    assert np.isnan(noise_share(np.array([[1.0, 2.0], [1.0, 2.0]])))
