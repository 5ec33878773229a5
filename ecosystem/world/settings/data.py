"""What a scenario may say about what a lab trains on."""

from __future__ import annotations

from typing import Annotated, Literal

from ecosystem.core.parameters import Parameters, param
from ecosystem.core.registry import chosen_from
from ecosystem.strategies.crawlers import Crawler
from ecosystem.world.settings.curation import OriginWeights, RewardParameters

__all__ = ["DataStrategy"]


class DataStrategy(Parameters):
    """What a lab trains on."""

    crawlers: tuple[Annotated[Crawler, chosen_from(Crawler)], ...] = param(
        default_factory=lambda: (Crawler.registry.get("open")(),),
        unit="crawlers",
        role="lever",
        source="assumption: take everything",
        meaning="a page is taken if any of them accepts it; none: no crawling",
    )
    sources: tuple[str, ...] = param(
        (),
        unit="curators",
        role="lever",
        source="all",
        meaning="hosts that are crawled; empty: every host and the open web",
    )
    domains: tuple[str, ...] = param(
        (),
        unit="domains",
        role="lever",
        source="all",
        meaning="domains it collects, commissions and synthesises in, as listed; empty: every domain",
    )
    settle: int = param(
        1,
        ge=0,
        le=120,
        unit="months",
        role="uncertainty",
        source="assumption: a page is crawled the month after it appears",
        meaning="age at which a page is considered, once",
    )
    respects_opt_out: bool = param(
        True,
        unit="yes or no",
        role="lever",
        source="13 % of AI-bot requests ignored robots.txt in 2025 (TollBit), so most respect it",
        meaning="leaves out hosts and items that opted out, and hosts that ask for a licence it has not bought",
    )
    licences: tuple[str, ...] = param(
        (), unit="curators", role="lever", source="none", meaning="hosts it buys a licence from, if they sell one"
    )
    document_value: float = param(
        0.1,
        ge=0,
        unit="USD per document",
        role="lever",
        source="60 million USD a year (Reddit and Google 2024) for 430 million posts a year (Reddit Recap 2022) are 14 "
        "cents a post, and 2 cents if its 2.5 billion comments count; assumption: 10 cents",
        meaning="what a document that it takes is worth to it; it bids so much for a licence to each it expects",
    )
    crawl_budget: int | None = param(
        None,
        ge=0,
        unit="items per month",
        role="lever",
        source="none: no limit",
        meaning="most items taken in a month, by lot",
    )
    cap_per_idea: int | None = param(
        None,
        ge=1,
        unit="items per month",
        role="lever",
        source="none: no deduplication",
        meaning="most items on one idea taken in a month, by lot",
    )
    retention: float = param(
        1.0,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="1: data accumulates, Gerstgrasser et al. 2024, arXiv:2404.01413",
        meaning="weight that earlier documents keep at each training; 1 accumulates, 0 replaces",
    )
    retention_human: float | None = param(
        None,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="none: as retention",
        meaning="the same of documents that people wrote alone, as if the lab knew them; 1 reuses them for good",
    )
    window: int | None = param(
        None,
        ge=1,
        unit="months",
        role="lever",
        source="none: however long ago",
        meaning="documents are kept for so many months, that of their collection included, and then dropped",
    )
    window_human: int | None = param(
        None,
        ge=1,
        unit="months",
        role="lever",
        source="none: as window",
        meaning="the same for documents that people wrote alone, as if the lab knew them; 12_000 outlasts every run",
    )
    sample_budget: int | None = param(
        None,
        ge=0,
        unit="items per training",
        role="lever",
        source="none: trains on all it holds",
        meaning="most documents a training uses, at the compute of the launch; "
        "drawn by weight from more and then counting once each, while no more than that are all used by weight",
    )
    sample_per_domain: int | None = param(
        None,
        ge=0,
        unit="items per domain and training",
        role="lever",
        source="none: trains on all it holds",
        meaning="most documents of each domain a training uses, at the compute of the launch; "
        "drawn by weight from more and then counting once each, while no more than that are all used by weight",
    )
    replacement: bool = param(
        False,
        unit="yes or no",
        role="lever",
        source="no: a training reads a document once",
        meaning="draws that many documents with replacement, however few are held",
    )
    weights: OriginWeights = OriginWeights()
    reward: RewardParameters = RewardParameters()
    commissions: float = param(
        0.0,
        ge=0,
        unit="items per month",
        role="lever",
        source="assumption: none",
        meaning="human items commissioned for training, never published",
    )
    commissions_per_domain: int = param(
        0,
        ge=0,
        le=100_000_000,
        unit="items per domain and month",
        role="lever",
        source="assumption: none",
        meaning="human items commissioned of people of each domain besides, exactly so many",
    )
    commission_price: float = param(
        100.0,
        ge=0,
        unit="USD per item",
        role="uncertainty",
        source="human text costs 80 to 400 USD per 1,000 words (vendor figures, weak evidence)",
        meaning="what a commissioned item costs",
    )
    synthetic: float = param(
        0.0,
        ge=0,
        unit="items per month",
        role="lever",
        source="assumption: none",
        meaning="own synthetic items added to the training set, never published",
    )
    synthetic_per_domain: int = param(
        0,
        ge=0,
        le=100_000_000,
        unit="items per domain and month",
        role="lever",
        source="assumption: none",
        meaning="own synthetic items of each domain made besides, exactly so many before the verifier",
    )
    verifier_true_positive: float = param(
        1.0,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="1 and 1: no verifier",
        meaning="chance that the verifier keeps a right item",
    )
    verifier_false_positive: float = param(
        1.0,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="1 and 1: no verifier",
        meaning="chance that the verifier keeps a wrong one",
    )
    verifies: Literal["own", "all"] = param(
        "own",
        unit="name",
        role="lever",
        source="labs check what their own models wrote",
        meaning="what goes through the verifier: own synthetic items, or all that is collected",
    )
    log_share: float = param(
        0.0,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="assumption: none",
        meaning="share of its subscribers' questions, as asked and corrected, that it trains on",
    )

    @property
    def needs_rows(self) -> bool:
        """Whether single documents have to be kept, where otherwise their statistics do."""
        apart = self.retention_human is not None and self.retention_human != self.retention
        sampled = self.sample_budget is not None or self.sample_per_domain is not None
        return sampled or apart or self.window is not None or self.window_human is not None

    @property
    def kept_human_months(self) -> int | None:
        """Months for which documents that people wrote alone are kept; None for no limit."""
        return self.window if self.window_human is None else self.window_human
