"""What a scenario may say about the market that publishers work in."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from ecosystem.core.clock import Month
from ecosystem.core.parameters import Parameters, param
from ecosystem.world.settings.publisher_groups import PublisherGroup

__all__ = ["PublisherParameters"]


class PublisherParameters(Parameters):
    """The market that publishers work in."""

    groups: tuple[PublisherGroup, ...] = param(
        (), unit="groups", source="none", meaning="kinds of publisher, merged by name"
    )
    api_price: float = param(
        60.0,
        ge=0,
        unit="USD per million tokens",
        role="lever",
        source="GPT-3 in November 2021, a16z 2024, a16z.com/llmflation-llm-inference-cost",
        meaning="price of generated text of usable quality",
    )
    api_factor: float = param(
        1.0,
        ge=0,
        le=1e6,
        unit="ratio",
        role="lever",
        source="1: as api_price says",
        meaning="multiple of api_price that is paid; shocks that set the price leave it as it is",
    )
    api_demand: float = param(
        0.0,
        ge=0,
        le=1e18,
        unit="tokens per month",
        role="uncertainty",
        source="0: none",
        meaning="text that all real customers from outside would buy from labs at the api_price of the first month",
    )
    api_elasticity: float = param(
        1.0,
        ge=0,
        le=5,
        unit="exponent",
        role="uncertainty",
        source="assumption: what is spent stays the same however cheap text gets",
        meaning="growth of that demand with the inverse of the price",
    )
    tokens: float = param(
        1500.0,
        ge=0,
        unit="tokens per item",
        role="constant",
        source="about 1,000 English words",
        meaning="length of an item",
    )
    production: float = param(
        1.0,
        ge=0,
        unit="USD per item",
        role="uncertainty",
        source="raw AI text costs 1 to 8 USD per 1,000 words all in (vendor figures, weak evidence)",
        meaning="cost of an item besides the API: prompting, hosting, promotion",
    )
    diseconomy: float = param(
        0.5,
        ge=0,
        le=5,
        unit="exponent",
        role="uncertainty",
        source="assumption: four times the volume finds its readers at twice the cost",
        meaning="growth of the production cost of an item with volume over the group's first volume",
    )
    fixed_cost: float = param(
        0.0,
        ge=0,
        unit="USD per month of one real publisher",
        role="uncertainty",
        source="0: none",
        meaning="what being in business costs whatever is written: sites, accounts, staff",
    )
    strip_cost: float = param(
        0.0,
        ge=0,
        unit="USD per item",
        role="uncertainty",
        source="0: a watermark goes by itself",
        meaning="cost of taking the lab's watermark off an item",
    )
    paraphrase_cost: float = param(
        0.0,
        ge=0,
        unit="USD per item",
        role="uncertainty",
        source="0: none",
        meaning="cost of an item written at a temperature above that of the lab's assistant, which takes a second pass",
    )
    forging_cost: float | None = param(
        None,
        ge=0,
        unit="USD per item",
        role="uncertainty",
        source="none: nobody can",
        meaning="cost of signing an item as if a person had written it; those who weigh marks (weighs_marks) do so "
        "where hosts trust signatures and a mark would cost them more",
    )
    cost_spread: float = param(
        0.5,
        ge=0,
        le=3,
        unit="log ratio",
        role="uncertainty",
        source="assumption: a third produce at less than 0.8, a third at more than 1.25 times the median cost",
        meaning="standard deviation of the logarithm of production cost across publishers",
    )
    slip: float = param(
        0.05,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: one rewrite in twenty breaks what it rewrites",
        meaning="chance that a rewrite turns a right item into a wrong one",
    )
    volume_rule: Literal["average", "marginal"] = param(
        "average",
        unit="name",
        role="uncertainty",
        source="assumption: books show averages",
        meaning="what volume grows with: the mean profit on an item as it is now, or the profit on one more at the "
        "pay expected, which makes all others dearer (diseconomy)",
    )
    speed: float = param(
        0.15,
        ge=0,
        le=2,
        unit="log ratio per month",
        role="uncertainty",
        source="assumption: volume can double in five months",
        meaning="growth of volume at a margin of 1 and more",
    )
    entry: float = param(
        0.05,
        ge=0,
        le=10,
        unit="entrants per publisher and month",
        role="uncertainty",
        source="assumption: by hand, with speed",
        meaning="entrants per active publisher at a margin of 1 and more, or where twice the cost of entry is expected",
    )
    entry_rule: Literal["mean_margin", "expected_profit"] = param(
        "mean_margin",
        unit="name",
        role="uncertainty",
        source="assumption: newcomers look at those who are there",
        meaning="what entrants go by: the margin that those of their group have as far as anyone can see, or the "
        "profit that a newcomer can expect from what hosts pay and show",
    )
    entry_cost: float | None = param(
        None,
        ge=0,
        unit="USD of one real publisher",
        role="uncertainty",
        source="none: the capital of its group",
        meaning="expected profit above which it pays to enter (expected_profit)",
    )
    entry_lag: int = param(
        0,
        ge=0,
        le=120,
        unit="months",
        role="uncertainty",
        source="0: none",
        meaning="months from the decision to enter until a publisher is founded",
    )
    horizon: float = param(
        12.0,
        gt=0,
        unit="months",
        role="uncertainty",
        source="assumption: a year, in which little else is known",
        meaning="months of profit that an entrant counts on (expected_profit)",
    )
    least_volume: float = param(
        0.02,
        ge=0,
        unit="items per month",
        role="uncertainty",
        source="assumption: below one item in four years a publisher is gone",
        meaning="volume below which a publisher closes",
    )
    memory: float = param(
        0.3,
        gt=0,
        le=1,
        unit="share per month",
        role="uncertainty",
        source="assumption: books of the last quarter",
        meaning="weight of the newest month in a publisher's own books",
    )
    sensitivity: float = param(
        4.0,
        ge=0,
        unit="utility",
        role="uncertainty",
        source="assumption: as readers' utility of quality, softened",
        meaning="weight of a lab's benchmark, and of what its text adds to the cost of an item in proportion to it, in "
        "the choice of an API",
    )
    reconsider: float = param(
        0.1,
        ge=0,
        le=1,
        unit="chance per month",
        role="uncertainty",
        source="assumption: about once a year",
        meaning="chance that a publisher compares the labs' offers anew",
    )
    noise: float = param(
        0.2,
        gt=0,
        le=100,
        unit="share of an item's cost",
        role="uncertainty",
        source="assumption: a profit that is higher by a fifth of the cost is clearly seen",
        meaning="difference in expected profit at which groups that choose favour an option e times as much",
    )
    pooling: float = param(
        5.0,
        ge=0,
        unit="items per month",
        role="uncertainty",
        source="assumption: below five items a month own books are mostly noise",
        meaning="output at which a publisher trusts its own revenue per item as much as the average of all authors",
    )
    starts: Month | None = param(
        None,
        unit="month",
        role="lever",
        source="none: as soon as a model can be bought",
        meaning="month before which publishers stay idle",
    )

    @field_validator("groups", mode="after")
    @classmethod
    def _in_order_of_names(cls, entries: tuple[PublisherGroup, ...]) -> tuple[PublisherGroup, ...]:
        # The order in which a file lists them must change nothing, to the bit.
        return tuple(sorted(entries, key=lambda entry: entry.name))
