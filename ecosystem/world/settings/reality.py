"""What a scenario may say about reality."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Ge, Le
from pydantic import Field, ValidationInfo, field_validator, model_validator

from ecosystem.core.parameters import Parameters, param
from ecosystem.core.registry import chosen_from
from ecosystem.strategies.texts import TextSource

__all__ = ["DomainParameters", "RealityParameters"]


MOST_WEIGHT = 1e12
"""Largest weight of an idea. assumption: as wide as counts of words in all that was ever crawled."""


class DomainParameters(Parameters):
    """One field of knowledge or talk."""

    name: Annotated[str, Field(min_length=1)] = param(
        unit="name", source="chosen by the scenario", meaning="name of the domain"
    )
    count: int = param(
        1,
        ge=1,
        le=1_000_000,
        unit="domains",
        source="1: no copies",
        meaning="independent copies of this domain, numbered name-0, name-1, ...; replicates of a reduced setting",
    )
    ideas: int = param(
        10_000,
        ge=1,
        le=100_000_000,
        unit="ideas",
        role="uncertainty",
        source="assumption: large enough that most ideas are rare at 20,000 humans",
        meaning="founding ideas K",
    )
    zipf: float = param(
        1.1,
        ge=0,
        le=5,
        unit="exponent",
        role="uncertainty",
        source="word and topic frequencies, Piantadosi 2014, doi:10.3758/s13423-014-0585-6",
        meaning="exponent s of the salience of founding ideas, p proportional to rank^-s; 0 is uniform",
    )
    salience: tuple[Annotated[float, Ge(0), Le(MOST_WEIGHT)], ...] = param(
        (),
        unit="weight",
        role="uncertainty",
        source="none: Zipf's law, by rank",
        meaning="weight of each founding idea in place of rank^-s, one for each of `ideas`, which may be left out then",
    )
    novelty: float = param(
        0.005,
        ge=0,
        le=1,
        unit="share of K per month",
        role="uncertainty",
        source="assumption: 6 % new ideas a year, near the 7 % yearly growth of human text, arXiv:2211.04325v1",
        meaning="ideas born per month as a share of the founding ideas",
    )
    inventions: int | None = param(
        None,
        ge=0,
        le=100_000_000,
        unit="ideas",
        source="none: as many as fixed volumes allow",
        meaning="room for ideas that people invent here (humans.invention), needed where volumes are free; "
        "the run stops at one more",
    )
    half_life: float = param(
        6.0,
        gt=0,
        unit="months",
        role="uncertainty",
        source="assumption: half a year",
        meaning="half-life of a new idea's surge of salience",
    )
    surge: float = param(
        5.0,
        ge=0,
        unit="ratio",
        role="uncertainty",
        source="assumption: news is talked about more than it will be",
        meaning="salience of a newborn idea beyond its lasting salience, as a multiple of what its rank deserves",
    )
    residual: float = param(
        1.0,
        ge=0,
        unit="ratio",
        role="uncertainty",
        source="assumption: settles to what its rank deserves",
        meaning="lasting salience of a born idea as a multiple of what its rank deserves",
    )
    verifiability: float = param(
        0.5,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: halfway between code (0.9) and opinion (0.2)",
        meaning="how far a reader can tell right from wrong",
    )
    uptake: float = param(
        1.0,
        ge=0,
        le=100,
        unit="ratio",
        role="uncertainty",
        source="1: like everybody",
        meaning="how readily people of this domain consider an assistant, relative to others",
    )
    demand: float = param(
        1.0,
        ge=0,
        unit="weight",
        role="uncertainty",
        source="assumption: equal demand",
        meaning="share of people, reading and asking that goes to this domain, relative to the others",
    )
    text: Annotated[TextSource, chosen_from(TextSource)] | None = param(
        None,
        unit="text source",
        role="uncertainty",
        source="none: items have ideas and style, but no words",
        meaning="language that its people write in, if items carry text (reality.tokens); copies share one",
    )
    rewards: tuple[Annotated[float, Ge(-1e6), Le(1e6)], ...] = param(
        (),
        unit="reward",
        role="uncertainty",
        source="none: no idea pleases more than another",
        meaning="reward of founding ideas, in order of rank or of `salience`, to labs choosing by reward; 0 for others",
    )

    @model_validator(mode="before")
    @classmethod
    def _as_many_ideas_as_weights(cls, data: Any) -> Any:
        weights = data.get("salience") if isinstance(data, dict) else None
        if isinstance(weights, (list, tuple)) and weights and "ideas" not in data:
            return data | {"ideas": len(weights)}
        return data

    @field_validator("salience", mode="after")
    @classmethod
    def _one_weight_for_each_idea(cls, weights: tuple[float, ...], info: ValidationInfo) -> tuple[float, ...]:
        ideas = info.data.get("ideas")
        if weights and ideas is not None and len(weights) != ideas:
            message = f"lists {len(weights)} weights, but there are {ideas} ideas; give one for each or leave ideas out"
            raise ValueError(message)
        if weights and not any(weights):
            message = "has no weight above 0, so that there would be nothing to say; give some idea a weight"
            raise ValueError(message)
        return weights

    @field_validator("rewards", mode="after")
    @classmethod
    def _no_more_than_ideas(cls, rewards: tuple[float, ...], info: ValidationInfo) -> tuple[float, ...]:
        ideas = info.data.get("ideas")
        if ideas is not None and len(rewards) > ideas:
            message = f"lists {len(rewards)} rewards, but there are {ideas} ideas; leave some out or raise ideas"
            raise ValueError(message)
        return rewards


class RealityParameters(Parameters):
    """What there is to say and in how many ways."""

    domains: Annotated[tuple[DomainParameters, ...], Field(min_length=1)] = param(
        (DomainParameters(name="everything"),),
        unit="domains",
        source="one plain domain",
        meaning="the domains of the web, merged by name",
    )
    styles: int = param(
        8,
        ge=0,
        le=256,
        unit="dimensions",
        role="uncertainty",
        source="assumption: enough for a detector to work with, few enough for a million people",
        meaning="dimensions S of the style of an item; 0: items have no style",
    )
    tokens: int = param(
        0,
        ge=0,
        le=100_000,
        unit="words",
        role="uncertainty",
        source="0: items carry no text",
        meaning="words (or characters) L of the text of an item, the same for all",
    )
    spread: float = param(
        0.5,
        ge=0,
        unit="style units",
        role="uncertainty",
        source="assumption: domains differ less among themselves than people do",
        meaning="standard deviation of the domains' mean styles, per dimension",
    )

    @field_validator("domains", mode="after")
    @classmethod
    def _in_order_of_names(cls, entries: tuple[DomainParameters, ...]) -> tuple[DomainParameters, ...]:
        # The order in which a file lists them must change nothing, to the bit.
        return tuple(sorted(entries, key=lambda entry: entry.name))
