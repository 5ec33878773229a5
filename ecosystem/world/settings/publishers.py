"""What a scenario may say about publishers and their market."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge
from pydantic import Field, field_validator

from ecosystem.core.clock import Month
from ecosystem.core.parameters import Parameters, param
from ecosystem.core.registry import chosen_from
from ecosystem.strategies.adaptation import Adaptation
from ecosystem.world.settings.general import MOST_DOCUMENTS

__all__ = ["PublisherGroup", "PublisherLever", "PublisherParameters"]

type PublisherLever = Literal["temperature", "mode", "strips_marks", "labels"]
"""The names in :data:`ecosystem.world.levers.PUBLISHERS`."""


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
        meaning="share of an item's income that those who weigh marks expect a mark to cost",
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

    @property
    def minds_labels(self) -> bool:
        """Whether its publishers decide by themselves what they label."""
        return self.weighs_marks or "labels" in self.levers

    @property
    def may_rewrite(self) -> bool:
        """Whether its publishers ever rewrite."""
        return self.mode == "rewrite" or "mode" in (*self.chooses, *self.levers)

    def founders(self, people: int) -> int:
        """Publishers at the start among that many simulated people; at least one, if there are to be any."""
        if self.count is not None:
            return self.count
        return max(1, round(self.per_thousand * people / 1000)) if self.per_thousand > 0 else 0


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
        meaning="weight of a lab's benchmark, and of its relative price, in the choice of an API",
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
