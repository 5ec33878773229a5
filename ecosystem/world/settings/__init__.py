"""Everything about the world that a scenario file may set: units, ranges, defaults and their sources."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator

from ecosystem.core.parameters import Parameters, param
from ecosystem.world.settings.curators import CuratorParameters
from ecosystem.world.settings.general import MarkParameters, ObservationParameters, QuotaParameters, ScaleParameters
from ecosystem.world.settings.humans import HumanParameters
from ecosystem.world.settings.investors import InvestorParameters
from ecosystem.world.settings.labs import LabParameters
from ecosystem.world.settings.licences import LicenceMarket
from ecosystem.world.settings.links import LinkParameters
from ecosystem.world.settings.publishers import PublisherParameters
from ecosystem.world.settings.reality import RealityParameters

__all__ = ["WorldSettings"]


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
    licences: LicenceMarket = LicenceMarket()
    marks: MarkParameters = MarkParameters()
    observation: ObservationParameters = ObservationParameters()
    quotas: QuotaParameters = QuotaParameters()

    @field_validator("curators", "labs", mode="after")
    @classmethod
    def _in_order_of_names(cls, entries: tuple[Any, ...]) -> tuple[Any, ...]:
        # The order in which a file lists labs or curators must change nothing, to the bit.
        return tuple(sorted(entries, key=lambda entry: entry.name))
