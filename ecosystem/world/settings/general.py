"""What a scenario may say about scale, fixed volumes, marks and instruments."""

from __future__ import annotations

import math
from typing import Literal

from ecosystem.core.parameters import Parameters, param

__all__ = ["MarkParameters", "ObservationParameters", "QuotaParameters", "ScaleParameters", "WatermarkTest"]

MOST_DOCUMENTS = 100_000_000
"""Most items of a domain in a month. assumption: more fit into no machine of today."""


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
    keep_items: int | None = param(
        None,
        ge=1,
        unit="months",
        role="constant",
        source="none: for ever",
        meaning="newest months whose items stay in memory, the current one included; of older ones only what is needed",
    )
    keep_documents: int | None = param(
        None,
        ge=10,
        unit="documents",
        role="constant",
        source="none: however many",
        meaning="most documents of which a lab that has to tell single ones apart keeps copies; "
        "of more a sample by lot, in which each stands for as many",
    )


class QuotaParameters(Parameters):
    """Fixed monthly volumes, as in a controlled experiment, instead of free production."""

    documents: int = param(
        0,
        ge=0,
        le=MOST_DOCUMENTS,
        unit="items per domain and month",
        role="constant",
        source="0: free production",
        meaning="items written in every domain each month; replaces the volumes that people and publishers choose",
    )
    exponent: float = param(
        0.0,
        ge=0,
        le=10,
        unit="exponent",
        role="constant",
        source="0: the same every month",
        meaning="fixed volumes, those of publishers' groups too, grow with this power of the number of the month",
    )
    growth: float = param(
        1.0,
        gt=0,
        le=10,
        unit="ratio per month",
        role="constant",
        source="1: the same every month",
        meaning="growth of fixed volumes, those of publishers' groups too, from one month to the next",
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

    def grown(self, documents: int, step: int) -> int:
        """A volume of ``documents`` in the first month, as it is ``step`` months later; halves are rounded up.

        Raises:
            ValueError: it is more than MOST_DOCUMENTS.
        """
        try:
            size = documents * float(step + 1) ** self.exponent * self.growth**step
        except OverflowError:
            size = math.inf
        if size > MOST_DOCUMENTS:
            message = (
                f"fixed volumes of {documents:,} items have grown beyond {MOST_DOCUMENTS:,} in month {step + 1}; "
                "lower quotas.exponent or quotas.growth, or run for fewer months"
            )
            raise ValueError(message)
        return math.floor(size + 0.5)

    def by_people(self, documents: int) -> int:
        """How many of ``documents`` items of a domain people write if the share is exact; halves are rounded up."""
        return math.floor(self.human_share * documents + 0.5)


class WatermarkTest(Parameters):
    """A test for a watermark by the share of green tokens, Kirchenbauer et al. 2023, arXiv:2301.10226.

    Every token is green by itself with the chance `green_list`, and with `green_share` where the
    watermark is. A text is held for marked if z = (g - gamma T) / sqrt(T gamma (1 - gamma)) exceeds the
    threshold, g being its green tokens of T and gamma the green list.
    """

    tokens: int = param(
        200,
        ge=1,
        le=1_000_000,
        unit="tokens",
        role="uncertainty",
        source="assumption: a long paragraph",
        meaning="tokens T of a text that the test looks at",
    )
    green_list: float = param(
        0.5,
        gt=0,
        lt=1,
        unit="share",
        role="lever",
        source="assumption: half the vocabulary",
        meaning="share of the vocabulary that is green, and so of the tokens of unmarked text",
    )
    green_share: float = param(
        0.75,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: halfway between a mark that shows not at all and one in every token",
        meaning="share of green tokens in marked text; depends on the strength of the mark and on the text",
    )
    threshold: float = param(
        4.0,
        unit="standard deviations",
        role="lever",
        source="z > 4, Kirchenbauer et al. 2023, arXiv:2301.10226",
        meaning="z above which a text is held for marked",
    )


class MarkParameters(Parameters):
    """What can be told from marks."""

    watermark_test: WatermarkTest | None = param(
        None,
        unit="test",
        role="lever",
        source="none: the two chances below",
        meaning="test that the two chances below are computed from, instead of being set",
    )

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
    watermark_cost: float = param(
        0.0,
        ge=0,
        unit="USD per item",
        role="uncertainty",
        source="assumption: a watermark decides which token is drawn, and takes no more computing",
        meaning="what it costs a lab to put a watermark into an item",
    )


class ObservationParameters(Parameters):
    """The instruments with which the web is measured from outside."""

    every: int = param(
        1,
        ge=1,
        le=12_000,
        unit="months",
        role="constant",
        source="1: every month",
        meaning="months from one record to the next, from the first month on; the last month is recorded in any case",
    )
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
    measures: tuple[str, ...] | None = param(
        None,
        unit="names",
        role="constant",
        source="none: all of them",
        meaning='what is measured every month: tables ("labs") and single measures ("web.items"); no other is computed',
    )
    items: Literal["sample", "all"] = param(
        "sample",
        unit="which",
        role="constant",
        source="a sample is enough to look at; all are for analyses of their own",
        meaning="items that a results folder keeps: a sample as it stands at the end, or every public item of the run",
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
    texts: int = param(
        1,
        ge=0,
        le=1_000_000,
        unit="texts",
        role="constant",
        source="assumption: one is enough to see what a generation says",
        meaning="texts, where items carry any, kept in results of each recorded month, domain, origin and lab",
    )
