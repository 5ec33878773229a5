"""What a scenario may say about a curator."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge
from pydantic import Field

from ecosystem.core.parameters import Parameters, param
from ecosystem.core.registry import chosen_from
from ecosystem.strategies.adaptation import Adaptation
from ecosystem.strategies.detectors import Detector
from ecosystem.strategies.rankers import Ranker

__all__ = ["CuratorLever", "CuratorParameters"]

type CuratorLever = Literal[
    "penalty", "false_positive", "refresh", "ai_policy", "crawl", "licence_price", "votes", "links", "authority",
    "half_life", "publisher_share", "author_share",
]  # fmt: skip
"""The names in :data:`ecosystem.world.levers.CURATORS`."""


class CuratorParameters(Parameters):
    """One host and its rules."""

    name: Annotated[str, Field(min_length=1)] = param(
        unit="name", source="chosen by the scenario", meaning="name of the curator"
    )
    what: Literal["search", "forum", "feed", "news", "community"] = param(
        "feed",
        unit="name",
        source="chosen by the scenario",
        meaning="what kind of place it is; for reading, it changes nothing",
    )
    ranking: tuple[Annotated[Ranker, chosen_from(Ranker)], ...] = param(
        default_factory=lambda: (Ranker.registry.get("engagement")(), Ranker.registry.get("recency")()),
        unit="rankers",
        role="lever",
        source="assumption: what is new and liked",
        meaning="factors of exposure; they multiply",
    )
    window: int = param(
        6,
        ge=1,
        le=1200,
        unit="months",
        role="uncertainty",
        source="assumption: half a year",
        meaning="age beyond which items are no longer shown",
    )
    domains: dict[str, Annotated[float, Ge(0)]] = param(
        {},
        unit="weight by domain",
        role="constant",
        source="all alike",
        meaning="what it is for; empty: every domain alike, unnamed: none",
    )
    audience: float = param(
        1.0,
        ge=0,
        unit="weight",
        role="uncertainty",
        source="assumption: equal at the start",
        meaning="share of people at home here at the start",
    )
    loyalty: float = param(
        0.95,
        ge=0,
        le=1,
        unit="share per month",
        role="uncertainty",
        source="assumption: one in twenty reconsiders in a month",
        meaning="share of its audience that does not even think of leaving",
    )
    ai_policy: Literal["allow", "label", "downrank", "remove"] = param(
        "allow",
        unit="name",
        role="lever",
        source="assumption: no rule",
        meaning="what happens to items that its detector or their marks say are AI",
    )
    penalty: float = param(
        0.2,
        ge=0,
        le=100,
        unit="ratio",
        role="lever",
        source="14/86 of ranked against 50/50 of new articles gives odds of 0.16, Graphite 2025",
        meaning="factor of exposure of downranked items; above 1 it promotes them",
    )
    detector: Annotated[Detector, chosen_from(Detector)] | None = param(
        None,
        unit="detector",
        role="lever",
        source="none: marks only",
        meaning="classifier that looks for unmarked synthetic items",
    )
    crawl: Literal["open", "opt_out", "licence"] = param(
        "open",
        unit="name",
        role="lever",
        source="robots.txt before 2023 rarely named AI crawlers, Longpre et al. 2024, arXiv:2407.14933",
        meaning="terms for crawlers",
    )
    licence_price: float = param(
        5e6,
        ge=0,
        unit="USD per month and lab",
        role="lever",
        source="Reddit and Google 2024: 60 million USD a year",
        meaning="price of a licence to its items; in a market the first that it asks",
    )
    licence_share: float = param(
        0.0,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="assumption: hosts keep what licences bring in",
        meaning="share of licence income that goes to the people who wrote what is on show, item by item",
    )
    rpm: float = param(
        5.0,
        ge=0,
        unit="USD per 1,000 views",
        role="uncertainty",
        source="assumption: display advertising, a few dollars",
        meaning="advertising income",
    )
    publisher_share: float = param(
        0.6,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="AdSense pays publishers 68 % of display revenue less its buy-side cut; assumption: 60 %",
        meaning="share of advertising income on a publisher's item that it gets",
    )
    author_share: float = param(
        0.0,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="assumption: forums and feeds pay authors nothing",
        meaning="share of advertising income on a person's item that its author gets",
    )
    reach_bonus: float = param(
        0.0,
        ge=0,
        le=2,
        unit="exponent",
        role="lever",
        source="0: every view pays the same",
        meaning="what its authors and publishers share is divided by views to the power of 1 plus this: above 0, "
        "a view of what many see pays more",
    )
    signed_bonus: float = param(
        0.0,
        ge=0,
        unit="USD per 1,000 views",
        role="lever",
        source="0: a signature earns nothing",
        meaning="what it pays people for views of what they have signed, on top of their share",
    )
    moderation_cost: float = param(
        0.01,
        ge=0,
        unit="USD per item",
        role="uncertainty",
        source="assumption: a cent of compute and review per item looked at",
        meaning="cost of running the detector and acting on it, where it does something to suspects (ai_policy)",
    )
    review_cost: float = param(
        0.0,
        ge=0,
        unit="USD per item",
        role="uncertainty",
        source="0: nobody looks",
        meaning="cost of a person's look at an item that its detector flags, where its ai_policy acts on that",
    )
    detector_cost: float = param(
        0.0,
        ge=0,
        unit="USD per fit",
        role="uncertainty",
        source="0: fitting is free",
        meaning="cost of fitting its detector anew",
    )
    operations: float = param(
        0.5,
        ge=0,
        unit="USD per 1,000 views",
        role="uncertainty",
        source="assumption: a tenth of advertising income",
        meaning="cost of serving",
    )
    capital: float = param(
        1e8, ge=0, unit="USD", role="uncertainty", source="assumption: a year of costs", meaning="cash at the start"
    )
    adaptation: Annotated[Adaptation, chosen_from(Adaptation)] = param(
        default_factory=Adaptation.registry.get("fixed"),
        unit="rule",
        role="uncertainty",
        source="assumption: rules stand still",
        meaning="how it changes its levers",
    )
    levers: tuple[CuratorLever, ...] = param(
        ("penalty", "false_positive"),
        unit="names",
        role="uncertainty",
        source="assumption: how strictly a rule is applied is what is changed most readily",
        meaning="the settings that its rule of adaptation moves",
    )
