"""What a scenario may say about scale, fixed volumes, marks and instruments."""

from __future__ import annotations

from ecosystem.core.parameters import Parameters, param

__all__ = ["MarkParameters", "ObservationParameters", "QuotaParameters", "ScaleParameters"]


class ScaleParameters(Parameters):
    """How many are simulated, and how many real ones each stands for."""

    humans: int = param(
        20_000,
        ge=0,
        le=100_000_000,
        unit="people",
        role="constant",
        source="assumption: enough for stable monthly figures, few enough for a laptop",
        meaning="simulated people",
    )
    people_per_human: float = param(
        50_000.0,
        gt=0,
        unit="people per simulated person",
        role="constant",
        source="a billion writers and readers of the web in five domains, over 20,000",
        meaning="real people that one simulated person stands for; items and money scale with it",
    )


class QuotaParameters(Parameters):
    """Fixed monthly volumes, as in a controlled experiment, instead of free production."""

    documents: int = param(
        0,
        ge=0,
        le=100_000_000,
        unit="items per domain and month",
        role="constant",
        source="0: free production",
        meaning="items written in every domain each month; replaces the volumes that people and publishers choose",
    )
    human_share: float = param(
        1.0,
        ge=0,
        le=1,
        unit="share",
        role="constant",
        source="1: people only",
        meaning="share of these items written by people; the rest by publishers",
    )
    exact: bool = param(
        True,
        unit="yes or no",
        source="exact quotas have the least noise",
        meaning="round the share to a fixed number of items; otherwise each item is a person's with that chance",
    )


class MarkParameters(Parameters):
    """What can be told from marks."""

    watermark_power: float = param(
        0.95,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: most articles are long enough for the test of Kirchenbauer et al. 2023, arXiv:2301.10226",
        meaning="chance that the test finds a watermark that is there",
    )
    watermark_false_positive: float = param(
        3e-5,
        ge=0,
        le=1,
        unit="probability",
        role="constant",
        source="z > 4, Kirchenbauer et al. 2023, arXiv:2301.10226",
        meaning="chance that the test finds one that is not there",
    )


class ObservationParameters(Parameters):
    """The instruments with which the web is measured from outside."""

    false_positive: float = param(
        0.042,
        ge=0,
        le=1,
        unit="probability",
        role="constant",
        source="Surfer's detector as tested by Graphite, October 2025",
        meaning="share of human items that the survey's detector reports as synthetic",
    )
    false_negative: float = param(
        0.006,
        ge=0,
        le=1,
        unit="probability",
        role="constant",
        source="Surfer's detector as tested by Graphite, October 2025",
        meaning="share of synthetic items that it misses",
    )
    benchmark_ideas: int = param(
        100,
        ge=1,
        unit="ideas per domain",
        role="uncertainty",
        source="assumption: benchmarks ask what is well known",
        meaning="founding ideas of each domain, most salient first, that the public benchmark asks about",
    )
    sampled_items: int = param(
        5000,
        ge=0,
        le=10_000_000,
        unit="items",
        role="constant",
        source="assumption: enough to look at, small on disk",
        meaning="rows of the table of items that a results folder keeps",
    )
