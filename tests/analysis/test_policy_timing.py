"""Effects over start and strength, what is left after the end, and ways up and down, on known curves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.hysteresis import loop, loops
from analysis.hysteresis import words as loop_words
from analysis.outcomes import load
from analysis.results import NothingToDraw
from analysis.timing import returns, surface, words
from tests.analysis.study_folders import write

START, STRENGTH = "policies.label_mandate.start", "policies.label_mandate.fine"
LEVERS: list[dict[str, Any]] = [
    {"policy": "none", START: None, STRENGTH: None},
    *({"policy": "label", START: s, STRENGTH: f} for s in ("2021-01", "2022-01") for f in (1.0, 10.0)),
]


def effect(point: Mapping[str, Any], rng: np.random.Generator) -> dict[str, float]:
    """Noise of the seed that the policy shares with none, and an effect that is larger early and with strength."""
    noise = float(rng.normal())
    if point["policy"] == "none":
        return {"y": noise}
    own = 0.1 * float(rng.normal())
    return {"y": noise + own + (2.0 if point[START] == "2021-01" else 1.0) * point[STRENGTH]}


def test_effects_are_paired(tmp_path: Path) -> None:
    table = surface(load(write(tmp_path / "s", effect, [{"label": "y"}], levers=LEVERS, replicates=8)))
    assert len(table) == 4
    known = {("2021-01", 1.0): 2.0, ("2021-01", 10.0): 20.0, ("2022-01", 1.0): 1.0, ("2022-01", 10.0): 10.0}
    for row in table.to_dict("records"):
        # The noise that both share, ten times the rest, is gone: 0.1 / sqrt(8) * 2.36 = 0.08.
        assert row["high"] - row["low"] < 0.3
        assert row["difference"] == pytest.approx(known[row[START], row[STRENGTH]], abs=0.15)
    assert "against no policy" in words(table, None)[0]


def test_effects_need_a_choice_without_policy(tmp_path: Path) -> None:
    with pytest.raises(NothingToDraw, match="exactly one choice without policy"):
        surface(load(write(tmp_path / "s", effect, [{"label": "y"}], levers=LEVERS[1:])))


def _ending(folder: Path, left: float) -> Path:
    """A policy in force from 2021 to 2022 that moves a metric by 1, and of which a share is left afterwards."""
    outcome = {"label": "y", "metric": "web.y", "name": "*"}
    write(folder, lambda _p, _r: {"y": 0.0}, [outcome], levers=[{"policy": "none"}, {"policy": "label"}], replicates=6,
          arms=[{"arm": "none", "end": None}, {"arm": "label", "end": "2023-01"}])  # fmt: skip
    rng, rows = np.random.default_rng(1), []
    for run in range(12):
        for month in range(60):
            date = f"{2020 + month // 12}-{month % 12 + 1:02d}"
            now = 0.0 if date < "2021-01" else 1.0 if date < "2023-01" else left
            rows.append({"run": run, "date": date, "y": now * (run >= 6) + 0.05 * float(rng.normal())})
    pd.DataFrame(rows).to_parquet(folder / "web.parquet")
    return folder


def test_what_is_left_of_a_policy(tmp_path: Path) -> None:
    stays = returns(load(_ending(tmp_path / "stays", 0.5)))
    assert list(stays["after"]) == [12, 24]
    assert stays["remains"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.08)  # 4 se of 0.05 * sqrt(2 / 72)
    assert (stays["low"] < 0.5).all()
    assert (stays["high"] > 0.5).all()
    assert stays["back_by"].isna().all()
    goes = returns(load(_ending(tmp_path / "goes", 0.0)))
    assert goes["remains"].to_numpy() == pytest.approx([0, 0], abs=0.08)
    assert goes["back_by"].iloc[0] >= "2023-01"
    assert "of the effect is left" in words(None, goes)[0]


def test_what_is_left_needs_monthly_tables(tmp_path: Path) -> None:
    folder = _ending(tmp_path / "s", 0.5)
    (folder / "web.parquet").unlink()
    with pytest.raises(NothingToDraw, match=r'tables = \["web"\] in the study file'):
        returns(load(folder))


VALUES = (0.1, 0.2, 0.4)


def _sweep(folder: Path, gap: Mapping[int, float]) -> Path:
    """A sweep in which the way down lies below the way up, by so much for each length of stay."""
    outcomes = [
        {"label": f"y {branch} {value:g}", "base": "y", "branch": branch, "value_of_key": value}
        for branch, value in [*(("up", v) for v in VALUES), *(("down", v) for v in VALUES[1::-1])]
    ]

    def run(point: Mapping[str, Any], rng: np.random.Generator) -> dict[str, float]:
        noise = {o["label"]: 0.01 * float(rng.normal()) for o in outcomes}
        return {
            str(o["label"]): float(str(o["value_of_key"])) + noise[o["label"]]
            - (gap[point["dwell"]] if o["branch"] == "down" else 0.0)
            for o in outcomes
        }  # fmt: skip

    return write(
        folder, run, outcomes, states=[{"dwell": 12}, {"dwell": 24}], replicates=6, design="sweep",
        sweep={"key": "humans.activity", "values": VALUES, "dwell": 12},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        ({12: 0.0, 24: 0.0}, "the web comes back."),
        ({12: 0.2, 24: 0.0}, "a lag, not a second state"),
        ({12: 0.2, 24: 0.2}, "does not come back (hysteresis)"),
        ({12: 0.2, 24: 0.06}, "at least in part a lag"),
    ],
)
def test_loops_are_told_from_lags(gap: dict[int, float], expected: str, tmp_path: Path) -> None:
    table = loops(load(_sweep(tmp_path / "s", gap)))
    assert loop_words(table)[-1].endswith(f"{expected}" + ("" if expected.endswith(".") else "."))
    for dwell, part in table.groupby("dwell"):
        assert part["gap"].to_numpy() == pytest.approx(np.full(2, gap[int(str(dwell))]), abs=0.03)


def test_the_area_of_a_loop_by_hand() -> None:
    key = np.array([0.0, 1.0, 2.0])
    assert loop(key, np.array([0.0, 0.0, 1.0]), np.array([1.0, 1.0, 1.0])) == 0.75
    assert loop(key, np.zeros(3), np.zeros(3)) == 0
