"""What a scenario may say about how a lab weighs and chooses among the documents it collected."""

from __future__ import annotations

from typing import Literal

from ecosystem.core.parameters import Parameters, param

__all__ = ["OriginWeights", "RewardParameters"]

_OWN = "as if the lab knew who wrote a document, which it can of its own alone"
_KNOWN = f"documents drawn for a budget are drawn by this weight and then count once each; {_OWN}"


class OriginWeights(Parameters):
    """How much a document of each origin counts in training."""

    human: float = param(
        1.0,
        ge=0,
        le=1e6,
        unit="documents",
        role="lever",
        source="1: a document is a document",
        meaning=f"what a document that a person wrote alone counts for; 0 leaves it out; {_KNOWN}",
    )
    assisted: float = param(
        1.0,
        ge=0,
        le=1e6,
        unit="documents",
        role="lever",
        source="1: a document is a document",
        meaning=f"what a document that a person wrote with a model counts for; {_KNOWN}",
    )
    synthetic: float = param(
        1.0,
        ge=0,
        le=1e6,
        unit="documents",
        role="lever",
        source="1: a document is a document",
        meaning=f"what a document that a model wrote counts for; {_KNOWN}",
    )


class RewardParameters(Parameters):
    """Choice by reward: which of the documents collected in a month count, and how much."""

    strength: float = param(
        0.0,
        ge=0,
        le=1e6,
        unit="log odds per unit of reward",
        role="lever",
        source="0: no choice by reward",
        meaning="of two documents whose rewards differ by 1 one is chosen e^strength times as readily as the other",
    )
    candidates: int | None = param(
        None,
        ge=1,
        unit="documents",
        role="lever",
        source="none: the limit of many candidates, Ferbach et al. 2024, arXiv:2407.09499",
        meaning="documents of a domain, put together by lot, of which one is chosen; none: all are kept, reweighted",
    )
    correct_weight: float = param(
        0.0,
        ge=-1e6,
        le=1e6,
        unit="reward",
        role="lever",
        source="0: nobody checks",
        meaning="reward of a document that looks right; an error is seen as far as the domain is verifiable",
    )
    vote_weight: float = param(
        0.0,
        ge=-1e6,
        le=1e6,
        unit="reward per log vote",
        role="lever",
        source="0: votes do not matter",
        meaning="reward per unit of ln(1 + votes)",
    )
    judges: Literal["all", "synthetic"] = param(
        "all",
        unit="name",
        role="lever",
        source="all: the lab cannot tell them apart",
        meaning=f"what is judged by reward: everything collected, or what models wrote, {_OWN}",
    )
