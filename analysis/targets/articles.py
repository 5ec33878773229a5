"""AI share of new articles, and of the articles that search and chatbots show.

Four counts go by the name "AI share": articles, pages with any AI text, sites, running text.
These are of articles, each article wholly on one side by a majority of its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.targets.base import Family, Target, over_replicates, window_mean

if TYPE_CHECKING:
    import pandas as pd

    from analysis.results import ResultsFolder

GRAPHITE_2026 = "Graphite, AI now writes as many online articles as humans do (May 2026), graphite.io/five-percent"
GRAPHITE_2025 = (
    "Graphite, More articles are now created by AI than humans (October 2025), "
    "graphite.io/five-percent/more-articles-are-now-created-by-ai-than-humans"
)
GRAPHITE_SEARCH = (
    "Graphite, AI content in search and LLMs (October 2025), graphite.io/five-percent/ai-content-in-search-and-llms"
)


@dataclass(frozen=True)
class Anchor:
    """One published point of the AI share of new articles; `at` a month or window."""

    at: str
    share: float


THREE_DETECTORS = (
    Anchor("2022-11", 0.0),
    Anchor("2023-11", 0.359),
    Anchor("2024-11", 0.48),
    Anchor("2025-01/2025-03", 0.50),
    Anchor("2026-01/2026-03", 0.50),
)
"""Mean of Pangram, GPTZero and Copyleaks on 55,400 Common Crawl articles (GRAPHITE_2026)."""

ONE_DETECTOR = (
    Anchor("2022-12", 0.10),
    Anchor("2023-11", 0.39),
    Anchor("2024-11", 0.50),
    Anchor("2025-01", 0.55),
    Anchor("2025-05", 0.52),
)
"""Surfer on 65,000 articles (GRAPHITE_2025); reads 3.3 points above the three-detector mean,
false-positive rate 4.2 %, false-negative rate 0.6 %."""

YEAR_BEFORE = "2025-01/2025-03"
"""First quarter with the level that the series still has a year later (GRAPHITE_2026)."""

MEASURES = (
    "new English articles in Common Crawl (100 words or more) of which a detector calls most of "
    "the text AI; sites that block the crawler are missing, so the human share may be understated"
)


def new_share(results: ResultsFolder, target: Target) -> float:
    """Share of the month's new items that are wholly model-written."""
    return window_mean(results.table("web"), "synthetic_share", target.at)


def detected_share(results: ResultsFolder, target: Target) -> float:
    """Share of the month's new items that an imperfect detector would report."""
    return window_mean(results.table("web"), "detected_share", target.at)


def viewed_share(results: ResultsFolder, target: Target) -> float:
    """Share of views that go to wholly model-written items, mean of the window."""
    return window_mean(results.table("web"), "synthetic_view_share", target.at)


def selection_odds(results: ResultsFolder, target: Target) -> float:
    """Odds of a synthetic item among views against its odds among new items."""

    def read(part: pd.DataFrame) -> float:
        seen = window_mean(part, "synthetic_view_share", target.at)
        made = window_mean(part, "synthetic_share", target.at)
        denominator = made * (1.0 - seen)
        return seen * (1.0 - made) / denominator if denominator > 0 else float("nan")

    return over_replicates(results.table("web"), read)


def plateau(results: ResultsFolder, target: Target) -> float:
    """Change of the share of new items from the first quarter of a year to that of the next."""
    web = results.table("web")
    return window_mean(web, "synthetic_share", target.at) - window_mean(web, "synthetic_share", YEAR_BEFORE)


# Months after launch, share, range. Lower ends: two points below, the stated bound of the false
# positives. Upper ends: the single-detector study at the same month where it is higher, else the
# detectors' two points. At 36 months both studies speak of roughly a half: three points either way
# (assumption: what "roughly" covers; the series moved no more in its flat year).
_NEW = (
    (12, "2023-11", 0.359, 0.339, 0.39),
    (24, "2024-11", 0.48, 0.46, 0.50),
    (36, "2025-11", 0.50, 0.47, 0.53),
)

_PRODUCED: Family = tuple(
    (
        Target(
            key=f"ai_articles_{months}",
            title=f"AI share of new articles, {months} months after ChatGPT",
            value=value,
            low=low,
            high=high,
            unit="share",
            at=at,
            source=GRAPHITE_2026,
            measures=MEASURES,
            metric="web.synthetic_share",
        ),
        new_share,
    )
    for months, at, value, low, high in _NEW
)

_PLATEAU: Family = (
    (
        Target(
            key="ai_articles_plateau",
            title="change of the AI share of new articles within a year, once it is flat",
            value=0.0,
            low=-0.03,  # as at 36 months
            high=0.03,
            unit="change of a share",
            at="2026-01/2026-03",
            source=GRAPHITE_2026,
            measures=f"{MEASURES}; about 50 % in both quarters",
            metric=f"web.synthetic_share, mean of the quarter less that of {YEAR_BEFORE}",
        ),
        plateau,
    ),
)

_DETECTED: Family = tuple(
    (
        Target(
            key=f"ai_articles_detected_{months}",
            title=f"the same as a detector reports it, {months} months",
            value=value,
            low=low,
            high=high,
            unit="share",
            at=at,
            source=GRAPHITE_2026,
            measures=f"{MEASURES}; compared with the simulated detector, its errors included",
            metric="web.detected_share",
        ),
        detected_share,
    )
    for months, at, value, low, high in _NEW
)

_RANKED: Family = (
    (
        Target(
            key="ai_ranked",
            title="AI share among articles that rank or are cited",
            value=0.14,  # of articles ranking in Google Search
            low=0.14,
            high=0.18,  # of articles cited by ChatGPT and Perplexity
            unit="share",
            at="2025-01/2025-12",  # assumption: the year of publication; the source gives no month
            source=GRAPHITE_SEARCH,
            measures="articles ranking in Google or cited by chatbots; simulated: weighed by views",
            metric="web.synthetic_view_share, mean of the year",
        ),
        viewed_share,
    ),
    (
        Target(
            key="ai_selection_odds",
            title="odds that AI articles are shown, against their odds of being written",
            value=0.163,  # (0.14 / 0.86) / (0.50 / 0.50)
            low=0.163,
            high=0.220,  # (0.18 / 0.82) / (0.50 / 0.50)
            unit="odds ratio",
            at="2025-01/2025-12",  # assumption: as above
            source=GRAPHITE_SEARCH,
            measures="odds among ranked or cited articles over odds among new articles (one half)",
            metric="odds of web.synthetic_view_share over web.synthetic_share, means of the year",
        ),
        selection_odds,
    ),
)

TARGETS: Family = (*_PRODUCED, *_PLATEAU, *_DETECTED, *_RANKED)
