"""What a scenario may say about a group of publishers."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge
from pydantic import Field, field_validator

from ecosystem.core.parameters import Parameters, param
from ecosystem.core.registry import chosen_from
from ecosystem.strategies.adaptation import Adaptation
from ecosystem.strategies.adaptation.imitate import Imitate
from ecosystem.world.settings.general import MOST_DOCUMENTS

__all__ = ["PublisherGroup", "PublisherLever"]

type PublisherLever = Literal["temperature", "mode", "strips_marks", "labels"]
"""The names in :data:`ecosystem.world.levers.PUBLISHERS`."""

NOISE = 1.0
"""`noise` of publishers that imitate, where it is not given, USD a month of one real publisher. assumption: differences
below the profit on an item or two hardly show."""


class PublisherGroup(Parameters):
    """Publishers of one kind."""

    name: Annotated[str, Field(min_length=1)] = param(
        unit="name", source="chosen by the scenario", meaning="name of the group"
    )
    count: int | None = param(
        None,
        ge=0,
        le=1_000_000,
        unit="publishers",
        role="uncertainty",
        source="none: as many as per_thousand says",
        meaning="publishers at the start, whatever the number of people; 0 switches the group off",
    )
    per_thousand: float = param(
        5.0,
        ge=0,
        le=1000,
        unit="publishers per 1,000 people",
        role="uncertainty",
        source="assumption: enough for an average, few against people",
        meaning="publishers at the start; each stands for as many real ones as a simulated person does for people",
    )
    lab: str = param(
        "any",
        unit="lab",
        role="lever",
        source="assumption: buyers compare",
        meaning='lab whose API they buy; "any" compares price and quality',
    )
    targets: dict[str, Annotated[float, Ge(0)]] = param(
        {},
        unit="weight by curator",
        role="lever",
        source="assumption: wherever the audience is",
        meaning="where they publish; empty: in proportion to curators' audiences",
    )
    mix: dict[str, Annotated[float, Ge(0)]] = param(
        {},
        unit="weight by domain",
        role="lever",
        source="assumption: whatever is in demand",
        meaning="what they write about; empty: in proportion to demand",
    )
    mode: Literal["generate", "rewrite"] = param(
        "generate",
        unit="name",
        role="lever",
        source="assumption: generation is cheapest",
        meaning="write afresh, or rewrite what is widely seen",
    )
    chooses: tuple[Literal["host", "mode"], ...] = param(
        (),
        unit="names",
        role="lever",
        source="none: both as the file says",
        meaning='what its publishers choose for each item by what they expect it to pay: "host" among its targets (any '
        'curator without targets), "mode" between writing afresh and rewriting',
    )
    mixing: float = param(
        0.3,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: a rewrite keeps a third of its source's style",
        meaning="weight of the source's style in a rewrite",
    )
    temperature: float = param(
        0.8,
        gt=0,
        le=2,
        unit="ratio",
        role="lever",
        source="assumption: a common API setting",
        meaning="sampling temperature",
    )
    top_p: float = param(
        0.95,
        gt=0,
        le=1,
        unit="share",
        role="lever",
        source="nucleus sampling at 0.95, Holtzman et al. 2020, arXiv:1904.09751",
        meaning="ideas are drawn from the smallest set with this share of the mass",
    )
    volume: float = param(
        0.5,
        ge=0,
        le=1e6,
        unit="items per month",
        role="uncertainty",
        source="assumption: small beginnings",
        meaning="items that each writes in its first month with a model",
    )
    quota: int | None = param(
        None,
        ge=0,
        le=MOST_DOCUMENTS,
        unit="items per domain and month",
        role="constant",
        source="none: each writes its own volume",
        meaning="items the group writes in every domain of its mix each month, by lot among it, whatever their volumes",
    )
    strips_marks: bool = param(
        True,
        unit="yes or no",
        role="lever",
        source="assumption: a watermark is easily removed and has no reward",
        meaning="removes watermarks before publishing",
    )
    labels: bool = param(
        False,
        unit="yes or no",
        role="lever",
        source="5 of 100 newspaper articles with AI disclose it, Russell et al. 2025, arXiv:2510.18774",
        meaning="labels its items as AI of its own accord",
    )
    weighs_marks: bool = param(
        False,
        unit="yes or no",
        role="uncertainty",
        source="assumption: what marks cost is not thought about",
        meaning="strips marks only if a mark costs it more than stripping (strip_cost), and labels as well where the "
        "fine to be expected is at least what a label costs it",
    )
    mark_loss: float = param(
        0.3,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: marked items lose about a third of their readers' approval",
        meaning="share of an item's income that publishers expect a mark to cost, where they weigh marks by themselves "
        "or under a law",
    )
    adaptation: Annotated[Adaptation, chosen_from(Adaptation)] = param(
        default_factory=Adaptation.registry.get("fixed"),
        unit="rule",
        role="uncertainty",
        source="assumption: habits stand still",
        meaning="how its publishers change their levers, each by itself",
    )
    levers: tuple[PublisherLever, ...] = param(
        (),
        unit="names",
        role="uncertainty",
        source="none: all as the file says",
        meaning="the settings that its publishers' rule of adaptation moves",
    )
    capital: float = param(
        2e4,
        ge=0,
        unit="USD of one real publisher",
        role="uncertainty",
        source="assumption: a small firm's savings",
        meaning="cash at entry",
    )

    @field_validator("adaptation", mode="after")
    @classmethod
    def _as_publishers_see_it(cls, rule: Adaptation) -> Adaptation:
        # What hardly shows of a host or a lab is more than a publisher ever takes in.
        given = not isinstance(rule, Imitate) or "noise" in rule.model_fields_set
        return rule if given else rule.model_copy(update={"noise": NOISE})

    @property
    def may_rewrite(self) -> bool:
        """Whether its publishers ever rewrite."""
        return self.mode == "rewrite" or "mode" in (*self.chooses, *self.levers)

    def founders(self, people: int) -> int:
        """Publishers at the start among that many simulated people; at least one, if there are to be any."""
        if self.count is not None:
            return self.count
        return max(1, round(self.per_thousand * people / 1000)) if self.per_thousand > 0 else 0
