"""What a scenario may say about how people use assistants."""

from __future__ import annotations

from ecosystem.core.parameters import Parameters, param

__all__ = ["AssistantParameters"]


class AssistantParameters(Parameters):
    """How people take up assistants, use them and leave them."""

    innovation: float = param(
        0.016,
        ge=0,
        le=1,
        unit="chance per month",
        role="uncertainty",
        source="by hand, with reconsider, to follow Pew's 18, 23, 34, 44 % of US adults (July 2023 to 2026)",
        meaning="chance of considering an assistant of one's own accord (p of Bass 1969, doi:10.1287/mnsc.15.5.215)",
    )
    imitation: float = param(
        0.005,
        ge=0,
        le=1,
        unit="chance per month",
        role="uncertainty",
        source="by hand, with innovation: Pew's figures leave little room for imitation",
        meaning="chance of considering one if everybody else has one (q of Bass 1969)",
    )
    reconsider: float = param(
        0.12,
        ge=0,
        le=1,
        unit="chance per month",
        role="uncertainty",
        source="by hand, with innovation: it sets where adoption levels off",
        meaning="chance that a user weighs the alternatives, none included",
    )
    quality: float = param(
        6.0,
        ge=0,
        unit="utility per unit of accuracy",
        role="uncertainty",
        source="assumption: accuracy of 0.5 against 0.7 changes odds threefold",
        meaning="weight of perceived quality in the choice",
    )
    price: float = param(
        0.04,
        ge=0,
        unit="utility per USD",
        role="uncertainty",
        source="assumption: a subscription of 20 USD costs as much as 0.13 of accuracy gains",
        meaning="weight of the monthly price in the choice",
    )
    hype: float = param(
        0.5,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: half of a reputation is the benchmark",
        meaning="weight of the benchmark in perceived quality; the rest is users' experience",
    )
    reluctance: float = param(
        1.0,
        ge=0,
        unit="utility",
        role="uncertainty",
        source="assumption: the most averse want accuracy higher by a sixth",
        meaning="utility lost to someone whose aversion to AI is complete",
    )
    outside: float = param(
        2.5,
        unit="utility",
        role="uncertainty",
        source="by hand, with innovation: an accuracy of two fifths is not worth having for free",
        meaning="utility of having no assistant",
    )
    asks: float = param(
        10.0,
        ge=0,
        le=10_000,
        unit="questions per month",
        role="uncertainty",
        source="assumption: a few a week",
        meaning="questions that a user asks its assistant",
    )
    paying: float = param(
        0.05,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: about one user in twenty pays, as reported for ChatGPT in 2024 and 2025",
        meaning="share of users who pay for a subscription",
    )
    learning: float = param(
        0.2,
        gt=0,
        le=1,
        unit="share per month",
        role="uncertainty",
        source="assumption: opinions settle over five months",
        meaning="weight of the newest month in satisfaction and in the expectation that adapts to it",
    )
    trust_loss: float = param(
        2.0,
        ge=0,
        unit="utility per unit of accuracy",
        role="uncertainty",
        source="assumption: disappointment weighs a third of quality",
        meaning="utility lost per unit by which satisfaction falls short of the expectation",
    )
    trust: float = param(
        0.0,
        ge=0,
        unit="log ratio per unit of accuracy",
        role="uncertainty",
        source="0: reliance stays as it is",
        meaning="how far the chance to leave a draft to one's assistant rises with satisfaction above the expectation, "
        "and falls below it",
    )
