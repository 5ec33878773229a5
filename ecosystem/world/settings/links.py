"""What a scenario may say about hyperlinks and authority."""

from __future__ import annotations

from ecosystem.core.parameters import Parameters, param

__all__ = ["LinkParameters"]


class LinkParameters(Parameters):
    """How new items link to old ones."""

    per_item: float = param(
        1.0,
        ge=0,
        le=1000,
        unit="links per item",
        role="uncertainty",
        source="assumption: few of the 12 to 32 arcs per domain of Common Crawl's graph point at articles",
        meaning="mean number of links that a new item carries",
    )
    window: int = param(
        12,
        ge=1,
        unit="months",
        role="uncertainty",
        source="assumption: a year of links decides standing",
        meaning="age beyond which a link no longer counts for authority",
    )
    refresh: int = param(
        3,
        ge=1,
        unit="months",
        role="uncertainty",
        source="assumption: ranks are recomputed each quarter, as Common Crawl's are",
        meaning="months between two computations of authority",
    )
    damping: float = param(
        0.85,
        ge=0,
        lt=1,
        unit="probability",
        source="Brin and Page 1998, doi:10.1016/S0169-7552(98)00110-X",
        meaning="chance of following a link on in the random-surfer model",
    )
