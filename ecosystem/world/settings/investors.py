"""What a scenario may say about those who invest in labs."""

from __future__ import annotations

from typing import Literal

from ecosystem.core.clock import Month
from ecosystem.core.parameters import Parameters, param

__all__ = ["InvestorParameters"]


class InvestorParameters(Parameters):
    """Outside money for labs."""

    budget: float = param(
        0.0,
        ge=0,
        unit="USD per month",
        role="uncertainty",
        source="0: none",
        meaning="money on offer to labs each month, once one has a model, while half of all investors are optimists",
    )
    until: Month | None = param(
        None,
        unit="month",
        role="uncertainty",
        source="none: it does not end",
        meaning="month from which on nothing is on offer",
    )
    rule: Literal["spread", "rounds"] = param(
        "spread",
        unit="name",
        role="uncertainty",
        source="assumption: every lab with a model gets its share every month",
        meaning="spread: all that is on offer is handed out; rounds: labs that run short ask for it",
    )
    benchmark: float = param(
        5.0,
        ge=0,
        unit="log odds per unit of benchmark",
        role="uncertainty",
        source="assumption: 0.2 more on the benchmark attracts e times the money",
        meaning="how far money follows the benchmark",
    )
    growth: float = param(
        2.0,
        ge=0,
        unit="log odds per doubling of users",
        role="uncertainty",
        source="assumption: growth weighs as much as the benchmark",
        meaning="how far money follows the growth of users",
    )
    runway: float = param(
        12.0,
        gt=0,
        unit="months",
        role="uncertainty",
        source="assumption: a lab raises money when a year's is left",
        meaning="labs ask for a round when cash lasts for less, and spend at most cash / runway a month on licences",
    )
    round: float = param(
        24.0,
        gt=0,
        unit="months",
        role="uncertainty",
        source="assumption: a round is to last for two years",
        meaning="months of losses that a lab asks for in a round",
    )
    intensity: float = param(
        0.0,
        ge=0,
        unit="per unit of utility",
        role="uncertainty",
        source="0: half of all investors are optimists, whatever they see",
        meaning="how sharply investors choose between optimism and pessimism, Brock and Hommes 1998, "
        "doi:10.1016/S0165-1889(98)00011-6",
    )
    trend: float = param(
        1.0,
        ge=0,
        unit="utility per yearly log growth",
        role="uncertainty",
        source="assumption: income that grows e-fold in a year is worth 1",
        meaning="how far investors go by the growth of what users pay labs",
    )
    worth: float = param(
        1.0,
        ge=0,
        unit="utility per yearly return",
        role="uncertainty",
        source="assumption: a yearly income equal to what was invested is worth 1",
        meaning="how far investors go by what users pay labs in proportion to what was invested in twelve months",
    )
    required: float = param(
        0.15,
        ge=0,
        unit="share per year",
        role="uncertainty",
        source="assumption: yearly income of 15 % of what was invested satisfies",
        meaning="yearly income of labs per dollar invested at which investors are indifferent",
    )
    herd: float = param(
        0.0,
        ge=0,
        unit="utility per balance of opinion",
        role="uncertainty",
        source="0: nobody follows the others; Lux 1995, doi:10.2307/2235156",
        meaning="how far investors go by what the others think; from intensity x herd = 2 on moods keep themselves up",
    )
    inertia: float = param(
        0.9,
        ge=0,
        lt=1,
        unit="share per month",
        role="uncertainty",
        source="assumption: one investor in ten thinks again in a month",
        meaning="share of investors that do not think again in a month",
    )
    entry: float = param(
        0.1,
        ge=0,
        unit="per month and unit of utility",
        role="uncertainty",
        source="assumption: at a utility of 1 a waiting lab enters within a year",
        meaning="rate at which labs that wait for the market enter, per unit of what optimism is worth",
    )
