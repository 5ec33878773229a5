"""Figures of comparisons: arms over the control, and differences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import comparison
from analysis.plot import draw
from analysis.results import NothingToDraw, ResultsFolder, load


def with_differences(folder: Path) -> ResultsFolder:
    """The two arms with the differences of web.items."""
    web = pd.read_parquet(folder / "web.parquet")
    control = web[web["arm"] == "control"]
    means = control.groupby("date")["items"].mean()
    pd.DataFrame(
        {"arm": "mandate", "metric": "web.items", "name": "", "date": means.index, "mean": means.to_numpy(),
         "low": means.to_numpy() - 1, "high": means.to_numpy() + 1}
    ).to_parquet(folder / "differences.parquet")  # fmt: skip
    pd.DataFrame({"arm": ["mandate"], "metric": ["web.items"], "name": [""]}).to_parquet(folder / "effects.parquet")
    return load(folder)


def test_a_metric_has_one_figure_with_all_arms(two_arms: ResultsFolder) -> None:
    paths = draw(two_arms.path, ["web.items", "web.mean_depth"])
    assert [path.relative_to(two_arms.path).as_posix() for path in paths] == [
        "figures/web.items.png",
        "figures/web.mean_depth.png",
    ]


def test_the_control_is_behind_and_differences_are_below(two_arms: ResultsFolder) -> None:
    results = with_differences(two_arms.path)
    upper, lower = comparison(results, "web.items").axes
    behind, arm = (next(line for line in upper.lines if line.get_label() == name) for name in ("control", "mandate"))
    assert behind.get_zorder() < arm.get_zorder()
    assert np.allclose(2 * np.asarray(behind.get_ydata()), np.asarray(arm.get_ydata()))
    drawn = [np.asarray(line.get_ydata(), dtype=float) for line in lower.lines]
    assert any(np.array_equal(values, np.asarray(behind.get_ydata())) for values in drawn)


def test_headline_effects_are_drawn_by_themselves(two_arms: ResultsFolder) -> None:
    with_differences(two_arms.path)
    assert draw(two_arms.path)[0].relative_to(two_arms.path).as_posix() == "figures/web.items.png"


def test_policies_of_an_arm_are_shaded_while_in_force(write_results: Callable[..., Path]) -> None:
    from tests.analysis.conftest import in_two_arms  # noqa: PLC0415 - beside the fixture

    folder = load(write_results("comparison", months=6, change=in_two_arms))
    scenario = dict(folder.scenario)
    policy = {"kind": "cap", "start": "2018-02", "end": "2018-05", "ramp": 1}
    other = {**scenario, "policies": [*(scenario.get("policies") or []), policy]}
    arms = {"control": scenario, "mandate": other}
    changed = ResultsFolder(folder.path, {**folder.provenance, "arms": arms}, folder.tables)
    assert any(event.label == "cap" for event in changed.arm("mandate").events)
    upper = comparison(changed, "web.items").axes[0]
    plain = comparison(folder, "web.items").axes[0]
    assert len(upper.patches) == len(plain.patches) + 2  # while it ramps up, and from then on


def test_a_metric_that_is_undefined_everywhere_is_not_drawn(two_arms: ResultsFolder) -> None:
    web = two_arms.table("web").assign(items=np.nan)
    empty = ResultsFolder(two_arms.path, two_arms.provenance, {**dict(two_arms.tables), "web": web})
    with pytest.raises(NothingToDraw, match=r"web.items is undefined in every month"):
        comparison(empty, "web.items")
