"""How much text was closed to the crawlers of labs when their names became known in 2023."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.targets.base import Family, Target, months_of, window_mean

if TYPE_CHECKING:
    import pandas as pd

    from analysis.results import ResultsFolder

CONSENT = "Longpre et al., Consent in Crisis (2024), arXiv 2407.14933"
REUTERS = (
    "Fletcher, How many news websites block AI crawlers? (Reuters Institute for the Study of Journalism, "
    "February 2024), reutersinstitute.politics.ox.ac.uk/how-many-news-websites-block-ai-crawlers"
)


def newly_closed(results: ResultsFolder, target: Target) -> float:
    """Share of people's new items at hosts closed to crawlers: last month of the window less the first."""
    months, closed = months_of(target.at), _closed(results)
    return window_mean(closed, "share", months[-1]) - window_mean(closed, "share", months[0])


def closed_news(results: ResultsFolder, target: Target) -> float:
    """Share of people's new items at news hosts whose host is closed to crawlers."""
    curators = results.table("curators")
    if not len(curators) or "what" not in curators:
        return math.nan
    news = curators[curators["what"].astype(str).str.contains("news")]
    return window_mean(_share(news), "share", target.at)


def _closed(results: ResultsFolder) -> pd.DataFrame:
    """By month and replicate, the share of people's new public items at hosts closed to crawlers."""
    parts, web = _share(results.table("curators")), results.table("web")
    if "closed_items" not in parts or "human_items" not in web:
        return web.iloc[:0]
    items = parts.merge(web[["date", "replicate", "human_items"]], on=["date", "replicate"], suffixes=("_hosted", ""))
    whole = items["human_items"]
    return items.assign(share=items["closed_items"] / whole.where(whole > 0))


def _share(curators: pd.DataFrame) -> pd.DataFrame:
    """By month and replicate, people's items at closed hosts, and their share of all that are hosted."""
    if not len(curators) or not {"closed", "human_items"} <= set(curators.columns):
        return curators.iloc[:0]
    counted = curators.assign(closed_items=curators["closed"] * curators["human_items"])
    total = counted.groupby(["date", "replicate"], as_index=False)[["closed_items", "human_items"]].sum()
    return total.assign(share=total["closed_items"] / total["human_items"].where(total["human_items"] > 0))


TARGETS: Family = (
    (
        Target(
            key="opt_out_wave",
            title="human text newly closed to crawlers in a year",
            value=0.05,  # of all tokens of C4: "over 5 %"
            low=0.05,
            high=0.28,  # of those of its most actively maintained, critical sources: "over 28 %"
            unit="change of a share",
            at="2023-04/2024-04",
            source=CONSENT,
            measures=(
                "tokens of C4 that robots.txt came to restrict fully, all sources and the most critical ones; C4 is "
                "of 2019, simulated are new items, and each host is closed as a whole"
            ),
            metric="curators.closed, weighted by human_items, of web.human_items: April 2024 less April 2023",
        ),
        newly_closed,
    ),
    (
        Target(
            key="opt_out_news",
            title="news closed to crawlers at the end of 2023",
            value=0.48,  # block OpenAI, mean of ten countries
            low=0.20,  # Mexico and Poland
            high=0.79,  # USA
            unit="share",
            at="2023-12",
            source=REUTERS,
            measures=(
                "of the fifteen most used news sites of each of ten countries those that block OpenAI's crawler; "
                "a web with one news host can only have 0 or 100 %"
            ),
            metric="curators.closed of news hosts, weighted by human_items",
        ),
        closed_news,
    ),
)
