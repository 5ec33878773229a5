"""How many people use a model: the general public, and developers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.targets.base import Family, Reading, Target, window_mean
from analysis.targets.forum import forum_names

if TYPE_CHECKING:
    import pandas as pd

    from analysis.results import ResultsFolder

PEW = "Pew Research Center, American Trends Panel, pewresearch.org"
SURVEY = "Stack Overflow, Annual Developer Survey, survey.stackoverflow.co"

PEW_ERROR = 0.02
"""Half-width of the range of a Pew share.

assumption: two points; panels of 3,560 to 11,004 state a sampling error of 1.8 to 1.4 points
(Pew, methodology of waves 184 and December 2022), and these had 5,057, 10,133 and 5,123.
"""


def adoption(results: ResultsFolder, target: Target) -> float:
    """Share of all people with an assistant."""
    return window_mean(_pooled(results.table("humans")), "adoption", target.at)


def developer_adoption(results: ResultsFolder, target: Target) -> float:
    """Share with an assistant among people whose home is a forum."""
    humans, curators = results.table("humans"), results.table("curators")
    if not len(humans) or not len(curators):
        return math.nan
    at_forums = humans[humans["group"].isin(forum_names(curators))]
    return window_mean(_pooled(at_forums), "adoption", target.at)


def _pooled(humans: pd.DataFrame) -> pd.DataFrame:
    """Mean adoption over groups, weighted by their number of people; NaN for months without any."""
    if not len(humans):
        return humans
    people = humans.assign(users=humans["count"] * humans["adoption"])
    people = people[people["count"] > 0]
    total = people.groupby(["date", "replicate"], as_index=False)[["count", "users"]].sum()
    return total.assign(adoption=total["users"] / total["count"])


def _public(at: str, value: float, *, window: str = "") -> tuple[Target, Reading]:
    target = Target(
        key=f"adoption_public_{at}",
        title=f"adults who use a model, {at}",
        value=value,
        low=value - PEW_ERROR,
        high=value + PEW_ERROR,
        unit="share",
        at=window or at,
        source=PEW,
        measures="US adults who ever used ChatGPT: more than those who use a model now",
        metric="humans.adoption, weighted by count",
    )
    return target, adoption


def _developers(year: int, low: float, value: float, counted: str) -> tuple[Target, Reading]:
    target = Target(
        key=f"adoption_developers_{year}",
        title=f"developers who use a model, {year}",
        value=value,
        low=low,
        high=value,
        unit="share",
        at=f"{year}-05",  # the survey runs each year in May or June (survey.stackoverflow.co)
        source=SURVEY,
        measures=f"developers who use or plan to use AI tools; the lower end: {counted}",
        metric="humans.adoption of people whose home curator is a forum",
    )
    return target, developer_adoption


TARGETS: Family = (
    _public("2023-07", 0.18),
    _public("2024-02", 0.23),
    _public("2025-02", 0.34),
    _public("2026", 0.44, window="2026-01/2026-12"),  # month of the survey not known
    _developers(2023, 0.44, 0.70, "those who use them now"),
    _developers(2024, 0.62, 0.76, "those who use them now"),
    _developers(2025, 0.51, 0.84, "professionals who use them daily"),
)
