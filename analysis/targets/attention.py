"""How unequally votes fall on items, and writing on people."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from analysis.targets.base import Family, Reading, Target, around, over_replicates, window_mean

if TYPE_CHECKING:
    import pandas as pd

    from analysis.results import ResultsFolder

HACKER_NEWS = (
    "Hacker News front pages minute by minute, 2021: "
    "github.com/social-protocols/hacker-news-data, data.tsv, commit bf1b4b6"
)

USENET = "Whittaker, Terveen, Hill and Cherny (1998), The dynamics of mass interaction, doi 10.1145/289444.289500"

USENET_POSTS_PER_AUTHOR = 2_150_000 / 659_450
"""Messages for each poster in the Usenet sample, about 3.3 (USENET, abstract)."""

FEWEST_AUTHORS = 1_000
"""Authors below which no share of a top 3 % is read.

assumption: 30 people in the top group at least, so that one person moves it little.
"""


def top_votes(results: ResultsFolder, target: Target, *, rank: int) -> float:
    """Share of the month's votes in the largest feed on its `rank` most voted items."""
    return window_mean(results.table("web"), f"vote_share_top{rank}", target.at)


def top_authors(results: ResultsFolder, _target: Target, *, share: float) -> float:
    """Share of sampled human and assisted items by the most active authors of the sample.

    NaN where the sample has fewer authors than `FEWEST_AUTHORS`, or fewer items for each author
    than the Usenet sample has: a thin sample makes everyone look alike.
    """
    items = results.table("items")
    if not {"author", "origin"} <= set(items.columns):
        return math.nan

    def read(part: pd.DataFrame) -> float:
        counts = part["author"].value_counts().to_numpy()
        if len(counts) < FEWEST_AUTHORS or counts.mean() < USENET_POSTS_PER_AUTHOR:
            return math.nan
        return float(counts[: round(share * len(counts))].sum() / counts.sum())

    return over_replicates(items[items["origin"].isin(["human", "assisted"])], read)


def _votes(rank: int, value: float) -> tuple[Target, Reading]:
    low, high = around(value)
    target = Target(
        key=f"votes_top_{rank}",
        title=f"share of votes on the top {rank}" if rank > 1 else "share of votes on rank 1",
        value=value,
        low=low,
        high=high,
        unit="share",
        at="2021-01/2021-12",
        source=HACKER_NEWS,
        measures=(
            "upvotes that arrive while a story stands at these ranks, of all on ranks 1 to 90; a "
            "front page turns over in hours, the simulated items of a month are ranked once"
        ),
        metric=f"web.vote_share_top{rank}, mean of the year",
    )
    return target, partial(top_votes, rank=rank)


_LOW, _HIGH = around(0.25)

TARGETS: Family = (
    _votes(1, 0.1268),  # HACKER_NEWS, ranks summed
    _votes(5, 0.3448),
    _votes(30, 0.8402),
    (
        Target(
            key="activity_top_3_percent",
            title="share of posts by the most active 3 % of authors",
            value=0.25,
            low=_LOW,
            high=_HIGH,
            unit="share",
            at="",
            source=USENET,
            measures="2.15 million messages in 500 newsgroups over six months",
            metric="items (sample of the whole run): human and assisted items by author",
        ),
        partial(top_authors, share=0.03),
    ),
)
