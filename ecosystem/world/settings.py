"""Everything about the world that a scenario file may set, as one object in force at a time."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator

from ecosystem.core.parameters import Parameters, param
from ecosystem.world.curators import CuratorParameters
from ecosystem.world.humans import HumanParameters
from ecosystem.world.labs import InvestorParameters, LabParameters
from ecosystem.world.links import LinkParameters
from ecosystem.world.publishers import PublisherParameters
from ecosystem.world.reality import RealityParameters

__all__ = ["MarkParameters", "ObservationParameters", "QuotaParameters", "ScaleParameters", "WorldSettings"]


class ScaleParameters(Parameters):
    """How many are simulated, and how many real ones each stands for."""

    humans: int = param(
        20_000, ge=0, le=100_000_000, unit="people", role="constant",
        source="assumption: enough for stable monthly figures, few enough for a laptop", meaning="simulated people",
    )  # fmt: skip
    people_per_human: float = param(
        50_000.0, gt=0, unit="people per simulated person", role="constant",
        source="a billion writers and readers of the web in five domains, over 20,000", meaning="real people that one simulated person stands for; items and money scale with it",
    )  # fmt: skip


class QuotaParameters(Parameters):
    """Fixed monthly volumes, as in a controlled experiment, instead of free production."""

    documents: int = param(
        0, ge=0, le=100_000_000, unit="items per domain and month", role="constant", source="0: free production",
        meaning="items written in every domain each month; replaces the volumes that people and publishers choose",
    )  # fmt: skip
    human_share: float = param(
        1.0, ge=0, le=1, unit="share", role="constant", source="1: people only", meaning="share of these items written by people; the rest by publishers",
    )  # fmt: skip
    exact: bool = param(
        True, unit="yes or no", source="exact quotas have the least noise",
        meaning="round the share to a fixed number of items; otherwise each item is a person's with that chance",
    )  # fmt: skip


class MarkParameters(Parameters):
    """What can be told from marks."""

    watermark_power: float = param(
        0.95, ge=0, le=1, unit="probability", role="uncertainty",
        source="assumption: most articles are long enough for the test of Kirchenbauer et al. 2023, arXiv:2301.10226",
        meaning="chance that the test finds a watermark that is there",
    )  # fmt: skip
    watermark_false_positive: float = param(
        3e-5, ge=0, le=1, unit="probability", role="constant", source="z > 4, Kirchenbauer et al. 2023, arXiv:2301.10226",
        meaning="chance that the test finds one that is not there",
    )  # fmt: skip


class ObservationParameters(Parameters):
    """The instruments with which the web is measured from outside."""

    false_positive: float = param(
        0.042, ge=0, le=1, unit="probability", role="constant", source="Surfer's detector as tested by Graphite, October 2025",
        meaning="share of human items that the survey's detector reports as synthetic",
    )  # fmt: skip
    false_negative: float = param(
        0.006, ge=0, le=1, unit="probability", role="constant", source="Surfer's detector as tested by Graphite, October 2025",
        meaning="share of synthetic items that it misses",
    )  # fmt: skip
    benchmark_ideas: int = param(
        100, ge=1, unit="ideas per domain", role="uncertainty", source="assumption: benchmarks ask what is well known",
        meaning="founding ideas of each domain, most salient first, that the public benchmark asks about",
    )  # fmt: skip
    sampled_items: int = param(
        5000, ge=0, le=10_000_000, unit="items", role="constant", source="assumption: enough to look at, small on disk",
        meaning="rows of the table of items that a results folder keeps",
    )  # fmt: skip


class WorldSettings(Parameters):
    """The settings in force in one month."""

    scale: ScaleParameters = ScaleParameters()
    reality: RealityParameters = RealityParameters()
    humans: HumanParameters = HumanParameters()
    publishers: PublisherParameters = PublisherParameters()
    curators: tuple[CuratorParameters, ...] = param((), unit="curators", source="none", meaning="hosts, merged by name")
    labs: tuple[LabParameters, ...] = param((), unit="labs", source="none", meaning="AI labs, merged by name")
    links: LinkParameters = LinkParameters()
    investors: InvestorParameters = InvestorParameters()
    marks: MarkParameters = MarkParameters()
    observation: ObservationParameters = ObservationParameters()
    quotas: QuotaParameters = QuotaParameters()

    @field_validator("curators", "labs", mode="after")
    @classmethod
    def _in_order_of_names(cls, entries: tuple[Any, ...]) -> tuple[Any, ...]:
        # The order in which a file lists labs or curators must change nothing, to the bit.
        return tuple(sorted(entries, key=lambda entry: entry.name))
