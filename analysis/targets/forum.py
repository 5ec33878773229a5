"""Questions on Stack Overflow: the best count of people who ask models, not each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.targets.base import Family, Target, around, months_of, over_replicates, window_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.results import ResultsFolder

BASE_YEAR = "2018-01/2018-12"
"""Window that counts as 100."""

QUESTIONS = {
    "2018-01/2018-12": 156_408.25,
    "2019-01/2019-12": 146_320.92,
    "2020-01/2020-12": 154_602.17,
    "2021-01/2021-12": 127_870.50,
    "2022-01/2022-12": 111_349.92,
    "2023-01/2023-12": 65_693.83,
    "2024-01/2024-06": 42_106.50,
}
"""Questions a month on Stack Overflow, means of the windows, of monthly counts (SOURCE)."""

SOURCE = (
    "Stack Exchange API counts in github.com/tecunningham/ai-discovery-data (2019 on) and "
    "github.com/BKZhao/ai-knowledge-ecosystem (2018)"
)

LAUNCH = "2022-12"
"""First full month of ChatGPT, released 30 November 2022 (OpenAI, openai.com/index/chatgpt)."""

TREND_MONTHS = 24
"""Months before LAUNCH that set the trend.

assumption: two years, whole seasons, and clear of the surge of questions in spring 2020.
"""

EFFECT_MONTHS = 6
"""Months from LAUNCH on whose shortfall is compared: the span of the estimate in CAUSAL_SOURCE."""

CAUSAL_SOURCE = (
    "del Rio-Chanona, Laurentsyeva and Wachs (2023), arXiv 2307.07367 (16 %); "
    "Burtch, Lee and Chen, Communications of the ACM (over 10 % for each topic)"
)


def observed_index(window: str) -> float:
    """Return the observed questions of a window, 2018 = 100."""
    return 100.0 * QUESTIONS[window] / QUESTIONS[BASE_YEAR]


def forum_names(curators: pd.DataFrame) -> list[str]:
    """Names of the curators that are forums; in a table that does not say what they are, those named so."""
    what = curators["what"] if "what" in curators else curators["curator"]
    return sorted(curators.loc[what.astype(str).str.contains("forum"), "curator"].unique())


def forum_posts(results: ResultsFolder) -> pd.DataFrame:
    """Sum what people wrote on all forums.

    Returns:
        Columns `date`, `replicate`, `human_items` (items a month); no rows without a forum.
    """
    curators = results.table("curators")
    if not len(curators) or "human_items" not in curators:
        return curators.iloc[:0]
    forums = curators[curators["curator"].isin(forum_names(curators))]
    total = forums.groupby(["date", "replicate"], as_index=False)[["human_items"]]
    return total.sum(min_count=1)


def indexed_posts(results: ResultsFolder) -> pd.DataFrame:
    """Return `forum_posts` with a column `index`, each replicate's mean of 2018 being 100.

    A run that has part of 2018 only is indexed to that part; without any of 2018 it is NaN.
    """
    posts = forum_posts(results)
    if not len(posts):
        return posts.assign(index=math.nan)
    in_base = posts[posts["date"].isin(months_of(BASE_YEAR))]
    base = in_base.groupby("replicate")["human_items"].mean()
    level = posts["replicate"].map(base).astype("float64")
    return posts.assign(index=100.0 * posts["human_items"] / level.where(level > 0))


def yearly_index(results: ResultsFolder, target: Target) -> float:
    """Human posts on forums, mean of the window over mean of 2018, times 100."""
    posts = indexed_posts(results)
    whole_base = window_mean(posts, "index", BASE_YEAR)
    return window_mean(posts, "index", target.at) if math.isfinite(whole_base) else math.nan


def trend(yearly: Mapping[int, float]) -> float:
    """Relative change per year of a log-linear fit to yearly numbers; NaN unless all are positive."""
    if not all(value > 0 for value in yearly.values()):
        return math.nan
    slope = np.polyfit(list(yearly), np.log(list(yearly.values())), 1)[0]
    return float(np.expm1(slope))


def older_trend(results: ResultsFolder, target: Target) -> float:
    """The same of human posts on forums, whole years of the window."""
    posts = forum_posts(results)
    years = sorted({int(month[:4]) for month in months_of(target.at)})
    return trend({year: window_mean(posts, "human_items", f"{year}-01/{year}-12") for year in years})


def launch_effect(results: ResultsFolder, target: Target) -> float:
    """Shortfall after launch against the forum's own log-linear trend before it."""
    before = months_of(f"{_earlier(LAUNCH, TREND_MONTHS)}/{_earlier(LAUNCH, 1)}")
    after = months_of(target.at)

    def read(part: pd.DataFrame) -> float:
        values = part.set_index("date")["human_items"].reindex([*before, *after])
        counts = values.to_numpy(dtype=np.float64)
        if not (counts[: len(before)] > 0).all():
            return math.nan
        steps = np.arange(len(counts))
        slope, level = np.polyfit(steps[: len(before)], np.log(counts[: len(before)]), 1)
        return float(np.mean(counts / np.exp(level + slope * steps) - 1.0, where=steps >= len(before)))

    return over_replicates(forum_posts(results), read)


def _earlier(month: str, by: int) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - by, 12)
    return f"{year}-{number + 1:02d}"


def _yearly(window: str) -> Target:
    year = window[:4]
    value = observed_index(window)
    low, high = around(value)
    part = "" if window.endswith("12") else ", January to June"
    return Target(
        key=f"forum_questions_{year}",
        title=f"forum questions, {year}{part}",
        value=value,
        low=low,
        high=high,
        unit="2018 = 100",
        at=window,
        source=SOURCE,
        measures=(
            "questions a month on Stack Overflow that still exist (deleted ones are missing), mean "
            "of the window; the fall before 2022-12 has other causes than models"
        ),
        metric="curators.human_items of forums, mean of the window over mean of 2018",
    )


_BEFORE = {int(window[:4]): count for window, count in QUESTIONS.items() if window < LAUNCH}
"""Questions a month in the years before, the last of which has one month after LAUNCH."""

_WITHOUT_ONE = [trend({year: count for year, count in _BEFORE.items() if year != left}) for left in _BEFORE]
"""The trend without each of the years, which shows how well five of them determine it."""

TARGETS: Family = (
    *((_yearly(window), yearly_index) for window in QUESTIONS if window != BASE_YEAR),
    (
        Target(
            key="forum_older_trend",
            title="change of forum questions per year before ChatGPT",
            value=trend(_BEFORE),
            low=min(_WITHOUT_ONE),
            high=max(_WITHOUT_ONE),
            unit="relative change",
            at="2018-01/2022-12",
            source=SOURCE,
            measures=(
                "log-linear fit to the yearly means of questions on Stack Overflow that still exist; range: the "
                "fits without one of the years"
            ),
            metric="curators.human_items of forums, the same fit",
        ),
        older_trend,
    ),
    (
        Target(
            key="forum_launch_effect",
            title="fall of forum posts caused by ChatGPT in its first months",
            value=-0.16,  # difference in differences, weekly posts
            low=-0.18,  # the Stack Overflow series against its own 24-month trend, as computed here
            high=-0.10,  # by late March 2023, each of the 50 largest topics
            unit="relative change",
            at="2022-12/2023-05",
            source=CAUSAL_SOURCE,
            measures=(
                "posts against forums that models reach less (mathematics, Russian, Chinese); the "
                "simulated figure compares with the forum's own trend of 24 months instead"
            ),
            metric="curators.human_items of forums, mean shortfall against the trend before",
        ),
        launch_effect,
    ),
)
