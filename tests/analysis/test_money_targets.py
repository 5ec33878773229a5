"""Observed figures of crawl terms, training costs and older trends, read off made-up runs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analysis.results import ResultsFolder, load
from analysis.targets import compare
from analysis.targets.forum import QUESTIONS, trend

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    WriteResults = Callable[..., Path]

Tables = dict[str, "pd.DataFrame"]


def simulated(results: ResultsFolder) -> dict[str, float]:
    """Simulated number by key."""
    rows = compare(results)
    return dict(zip(rows["key"], rows["simulated"], strict=True))


def verdicts(results: ResultsFolder) -> dict[str, str]:
    """Verdict by key."""
    rows = compare(results)
    return dict(zip(rows["key"], rows["verdict"], strict=True))


def closing(tables: Tables) -> Tables:
    """Hosts with 100, 200, 300 and 400 items of people, of 2,000 in all; the first and the third close in 2023-08."""
    curators, web = tables["curators"], tables["web"]
    rank = curators["curator"].map({"answers": 1, "feed": 2, "headlines": 3, "search": 4})
    closed = (rank % 2 == 1) & (curators["date"] >= "2023-08")
    curators = curators.assign(human_items=100.0 * rank, closed=closed.astype(float))
    return tables | {"curators": curators, "web": web.assign(human_items=2_000.0)}


def test_the_opt_out_wave_is_the_rise_of_the_closed_share(write_results: WriteResults) -> None:
    read = simulated(load(write_results(change=closing)))
    assert math.isclose(read["opt_out_wave"], (100 + 300) / 2_000)
    assert read["opt_out_news"] == 1.0  # "headlines", the only news host


def test_half_of_the_news_may_be_closed(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        tables = closing(tables)
        return tables | {"curators": tables["curators"].assign(what="news")}

    read = simulated(load(write_results(change=change)))
    assert math.isclose(read["opt_out_news"], (100 + 300) / 1_000)


def test_opt_outs_of_a_run_that_did_not_record_them_are_undefined(write_results: WriteResults) -> None:
    results = load(write_results())
    read, said = simulated(results), verdicts(results)
    for key in ("opt_out_wave", "opt_out_news", "training_cost_growth", "licence_fees_per_run_2025"):
        assert math.isnan(read[key]), key
        assert said[key] == "not recorded or undefined in this run", key


def training(tables: Tables, *, factor: float = 2.0, every: int = 6) -> Tables:
    """One lab trains every so many months at a cost that grows; another trains in the same months for half as much."""
    labs = tables["labs"]
    first = 58  # 2022-11
    due = (labs["step"] >= first) & ((labs["step"] - first) % every == 0)
    price = labs["lab"].map({"frontier": 1e8, "open": 5e7, "archive": 0.0})
    return tables | {"labs": labs.assign(training_spend=due * price * factor ** ((labs["step"] - first) / 12))}


@pytest.mark.parametrize("factor", [1.3, 2.4])
def test_cost_growth_is_that_of_the_dearest_training(write_results: WriteResults, factor: float) -> None:
    read = simulated(load(write_results(change=lambda tables: training(tables, factor=factor))))
    assert math.isclose(read["training_cost_growth"], factor, rel_tol=1e-9)


def test_two_trainings_are_no_growth(write_results: WriteResults) -> None:
    results = load(write_results(change=lambda tables: training(tables, every=30)))
    assert math.isnan(simulated(results)["training_cost_growth"])
    short = load(write_results("short", months=80, change=training))
    assert verdicts(short)["training_cost_growth"] == "run ends 2024-08"


def test_licence_fees_are_set_against_the_dearest_training_of_the_year(write_results: WriteResults) -> None:
    results = load(write_results(change=training))
    # Twelve months of 10 million; the last training of 2025 is in November, three years after the first.
    assert math.isclose(simulated(results)["licence_fees_per_run_2025"], 12 * 1e7 / (1e8 * 2**3))


def test_the_plateau_is_the_change_between_two_springs(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        web = tables["web"]
        share = np.where(web["date"].str[:4] == "2025", 0.4, np.where(web["date"].str[:4] == "2026", 0.45, 0.1))
        return tables | {"web": web.assign(synthetic_share=share)}

    results = load(write_results(change=change))
    assert math.isclose(simulated(results)["ai_articles_plateau"], 0.05)
    assert verdicts(results)["ai_articles_plateau"] == "above by 2.0 points"


def test_the_older_trend_by_hand(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        curators = tables["curators"]
        year = curators["date"].str[:4].astype(int)
        return tables | {"curators": curators.assign(human_items=1_000 * 0.9 ** (year - 2018.0))}

    assert math.isclose(simulated(load(write_results(change=change)))["forum_older_trend"], -0.1)
    assert math.isnan(simulated(load(write_results("late", start="2018-02")))["forum_older_trend"])


def test_the_observed_trend_is_that_of_the_counts() -> None:
    whole = {int(window[:4]): count for window, count in QUESTIONS.items() if window < "2022-12"}
    assert list(whole) == [2018, 2019, 2020, 2021, 2022]
    assert round(100 * trend(whole)) == -8  # per cent a year
    assert math.isnan(trend({2018: 1.0, 2019: 0.0}))
