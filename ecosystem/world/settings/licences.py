"""What a scenario may say about how licences are traded."""

from __future__ import annotations

from ecosystem.core.parameters import Parameters, param

__all__ = ["LicenceMarket"]


class LicenceMarket(Parameters):
    """How hosts that ask for a licence and labs that want one come to a price."""

    market: bool = param(
        False,
        unit="yes or no",
        role="lever",
        source="no: hosts post curators[].licence_price, and labs pay it for what they list",
        meaning="hosts ask and labs bid; where they agree there is a contract for some months",
    )
    all: bool = param(
        False,
        unit="yes or no",
        role="uncertainty",
        source="assumption: labs bid for what data.licences lists",
        meaning="labs that respect opt-outs bid for every host of their sources that asks for a licence",
    )
    split: float = param(
        0.5,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: halfway, Chatterjee and Samuelson 1983, doi:10.1287/opre.31.5.835",
        meaning="where between what is asked (0) and what is bid (1) the price lies",
    )
    term: int = param(
        12,
        ge=1,
        le=1200,
        unit="months",
        role="uncertainty",
        source="assumption: a year",
        meaning="months for which a contract gives access at its price",
    )
    adjust: float = param(
        0.05,
        ge=0,
        le=10,
        unit="log ratio per month",
        role="uncertainty",
        source="assumption: a twentieth a month",
        meaning="how far a host raises what it asks when every lab at the table buys, and lowers it when none does",
    )
    floor: float = param(
        0.0,
        ge=0,
        unit="USD per month and lab",
        role="lever",
        source="0: none",
        meaning="least that hosts ask",
    )
