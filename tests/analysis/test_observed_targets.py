"""Observed figures, and a run read beside them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analysis.results import ResultsFolder, load
from analysis.targets import Target, all_targets, compare, judge
from analysis.targets.base import around, months_of, window_mean
from analysis.targets.forum import QUESTIONS, forum_names, observed_index

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


@pytest.mark.parametrize("target", all_targets(), ids=lambda target: target.key)
def test_target_is_complete(target: Target) -> None:
    assert target.low <= target.value <= target.high
    assert target.low < target.high
    assert target.unit in {
        "share", "change of a share", "2018 = 100", "odds ratio", "relative change", "ratio", "ratio per year",
        "USD per year",
    }  # fmt: skip
    assert target.source
    assert target.measures
    assert target.metric
    assert not target.at or all(len(month) == 7 for month in months_of(target.at))
    if target.unit == "share":
        assert target.low >= 0.0
        assert target.high <= 1.0


def test_keys_are_unique() -> None:
    keys = [target.key for target in all_targets()]
    assert len(keys) == len(set(keys))


def test_questions_agree_with_their_published_rounding() -> None:
    # thousands a month, as rounded means of the same counts
    rounded = {"2018": 156, "2019": 146, "2020": 155, "2021": 128, "2022": 111, "2023": 66}
    for window, questions in QUESTIONS.items():
        if window[:4] in rounded:
            assert round(questions / 1_000) == rounded[window[:4]]
    assert observed_index("2018-01/2018-12") == 100.0
    assert round(observed_index("2023-01/2023-12")) == 42


def test_every_target_has_a_row_and_a_verdict(write_results: WriteResults) -> None:
    rows = compare(load(write_results()))
    assert list(rows["key"]) == [target.key for target in all_targets()]
    assert rows["verdict"].str.len().min() > 0
    assert list(rows.columns[:4]) == ["key", "target", "date", "simulated"]


def test_reads_the_made_up_numbers(write_results: WriteResults) -> None:
    results = load(write_results())
    web = results.table("web").set_index("date")
    read = simulated(results)
    assert read["ai_articles_12"] == web.loc["2023-11", "synthetic_share"]
    assert read["ai_articles_detected_24"] == web.loc["2024-11", "detected_share"]
    year = web.loc["2025-01":"2025-12", "synthetic_view_share"]
    assert math.isclose(read["ai_ranked"], year.mean())
    assert math.isclose(read["votes_top_5"], 0.36)
    assert math.isclose(read["licence_fees_2025"], 12 * 1e7)


def test_selection_odds_by_hand(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        web = tables["web"].assign(synthetic_share=0.5, synthetic_view_share=0.2)
        return tables | {"web": web}

    assert math.isclose(simulated(load(write_results(change=change)))["ai_selection_odds"], 0.25)


def test_selection_odds_are_undefined_without_synthetic_items(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        web = tables["web"].assign(synthetic_share=0.0, synthetic_view_share=0.0)
        return tables | {"web": web}

    results = load(write_results(change=change))
    assert math.isnan(simulated(results)["ai_selection_odds"])
    assert verdicts(results)["ai_selection_odds"] == "not recorded or undefined in this run"


def test_forum_index_by_hand(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        curators = tables["curators"]
        year = curators["date"].str[:4].astype(int)
        curators["human_items"] = np.where(year == 2018, 200.0, 50.0)
        return tables | {"curators": curators}

    assert math.isclose(simulated(load(write_results(change=change)))["forum_questions_2021"], 25.0)


def test_forum_index_needs_all_of_2018(write_results: WriteResults) -> None:
    results = load(write_results(start="2018-02"))
    assert math.isnan(simulated(results)["forum_questions_2021"])


def test_forum_by_name_where_kinds_are_missing(write_results: WriteResults) -> None:
    curators = load(write_results(months=2)).table("curators")
    assert forum_names(curators) == ["answers"]
    assert forum_names(curators.drop(columns="what")) == []
    renamed = curators.drop(columns="what").replace({"answers": "forum-a"})
    assert forum_names(renamed) == ["forum-a"]


def test_launch_effect_is_the_shortfall_from_the_trend(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        curators = tables["curators"]
        trend = 1_000.0 * 0.99 ** curators["step"]
        curators["human_items"] = np.where(curators["date"] < "2022-12", trend, 0.7 * trend)
        return tables | {"curators": curators}

    effect = simulated(load(write_results(change=change)))["forum_launch_effect"]
    assert math.isclose(effect, -0.3, abs_tol=1e-9)  # rounding of a 24-point fit


def test_launch_effect_is_undefined_for_an_empty_forum(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        return tables | {"curators": tables["curators"].assign(human_items=0.0)}

    assert math.isnan(simulated(load(write_results(change=change)))["forum_launch_effect"])


def test_adoption_is_weighted_by_people(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        humans = tables["humans"]
        home = humans["group"]
        humans["count"] = np.where(home == "answers", 100, np.where(home == "feed", 300, 0))
        humans["adoption"] = np.where(home == "answers", 0.8, np.where(home == "feed", 0.4, np.nan))
        return tables | {"humans": humans}

    read = simulated(load(write_results(change=change)))
    assert math.isclose(read["adoption_public_2025-02"], 0.5)
    assert math.isclose(read["adoption_developers_2024"], 0.8)


def test_activity_of_the_top_authors(write_results: WriteResults) -> None:
    # 36 of 1,200 authors with 100 items each, all others with 5
    assert math.isclose(simulated(load(write_results()))["activity_top_3_percent"], 3_600 / (3_600 + 1_164 * 5))


def test_thin_sample_of_authors_is_not_read(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        return tables | {"items": tables["items"].drop_duplicates()}

    assert math.isnan(simulated(load(write_results(change=change)))["activity_top_3_percent"])


def test_median_over_replicates(write_results: WriteResults) -> None:
    results = load(write_results(replicates=3))
    web = results.table("web")
    expected = web.loc[web["date"] == "2023-11", "synthetic_share"].median()
    assert simulated(results)["ai_articles_12"] == expected


def test_short_run_says_where_it_ends(write_results: WriteResults) -> None:
    results = load(write_results(months=24))
    assert math.isnan(simulated(results)["ai_articles_12"])
    assert verdicts(results)["ai_articles_12"] == "run ends 2019-12"


def test_late_run_says_where_it_starts(write_results: WriteResults) -> None:
    results = load(write_results(months=60, start="2022-01"))
    assert verdicts(results)["votes_top_1"] == "run starts 2022-01"


def test_missing_tables_are_not_zero(write_results: WriteResults) -> None:
    folder = write_results()
    for name in ("curators", "humans", "ledger", "items"):
        (folder / f"{name}.parquet").unlink()
    read = simulated(load(folder))
    for key in ("forum_questions_2021", "adoption_public_2024-02", "licence_fees_2025"):
        assert math.isnan(read[key])
    assert math.isnan(read["adoption_developers_2024"])
    assert math.isnan(read["activity_top_3_percent"])


def test_no_licences_are_a_real_zero(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        return tables | {"ledger": tables["ledger"].assign(reason="crawl")}

    assert simulated(load(write_results(change=change)))["licence_fees_2025"] == 0.0


def test_run_without_months(write_results: WriteResults) -> None:
    def change(tables: Tables) -> Tables:
        return {name: table.iloc[:0] for name, table in tables.items()}

    assert set(compare(load(write_results(change=change)))["verdict"]) == {"run has no months"}


def test_window_mean_needs_every_month(write_results: WriteResults) -> None:
    web = load(write_results(months=13)).table("web")
    assert math.isfinite(window_mean(web, "items", "2018-01/2018-12"))
    assert math.isnan(window_mean(web, "items", "2018-01/2019-02"))
    assert math.isnan(window_mean(web[web["date"] != "2018-05"], "items", "2018-01/2018-12"))
    assert math.isnan(window_mean(web, "no_such_column", "2018-01"))


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("share", 0.5, "within range"),
        ("share", 0.723, "above by 12.3 points"),
        ("share", 0.31, "below by 9.0 points"),
        ("relative change", 0.3, "below by 10.0 points"),
        ("USD per year", 4e7 + 0.6, "above by 40 million USD"),
        ("2018 = 100", 5.6, "above by 5"),
    ],
)
def test_verdicts(write_results: WriteResults, unit: str, value: float, words: str) -> None:
    target = Target("k", "t", 0.5, 0.4, 0.6, unit, "2018-01", "s", "m", "web.x")
    assert judge(load(write_results(months=1)), target, value) == words


def test_around_is_a_tenth_either_way() -> None:
    assert around(10.0) == pytest.approx((9.0, 11.0))


def test_every_arm_is_compared(two_arms: ResultsFolder) -> None:
    rows = compare(two_arms)
    assert rows.columns[0] == "arm"
    assert rows["arm"].value_counts().to_dict() == {
        "control": len(all_targets()),
        "mandate": len(all_targets()),
    }
