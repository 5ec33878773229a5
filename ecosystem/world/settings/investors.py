"""What a scenario may say about those who invest in labs."""

from __future__ import annotations

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
        meaning="money invested in labs each month once one has a model",
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
