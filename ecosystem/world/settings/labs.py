"""What a scenario may say about labs and their data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ecosystem.core.clock import Month
from ecosystem.core.parameters import Parameters, param
from ecosystem.core.registry import chosen_from
from ecosystem.strategies.adaptation import Adaptation
from ecosystem.strategies.detectors import Detector
from ecosystem.strategies.learners import Learner
from ecosystem.world.settings.data import DataStrategy

__all__ = ["LabLever", "LabParameters"]

type LabLever = Literal[
    "price", "api_ratio", "compute", "cadence", "min_votes", "false_positive", "retention", "synthetic", "commissions",
    "log_share", "document_value", "crawl_budget", "respects_opt_out",
]  # fmt: skip
"""The names in :data:`ecosystem.world.levers.LABS`."""


class LabParameters(Parameters):
    """One lab."""

    name: Annotated[str, Field(min_length=1)] = param(
        unit="name", source="chosen by the scenario", meaning="name of the lab"
    )
    launch: Month | None = param(
        None,
        unit="month",
        role="lever",
        source="none: the first month",
        meaning="month of its first training; the model is usable from the next month on",
    )
    enters: Literal["start", "market"] = param(
        "start",
        unit="name",
        role="uncertainty",
        source="start: every lab is there from the first month",
        meaning="market: it waits, without capital, until investors expect enough of a new lab; not before its launch",
    )
    entry_lag: int = param(
        6,
        ge=0,
        unit="months",
        role="uncertainty",
        source="assumption: half a year to collect documents and to hire",
        meaning="months from the entry of a lab that waited to its first training",
    )
    cadence: int = param(
        6,
        ge=1,
        unit="months",
        role="lever",
        source="assumption: two generations a year",
        meaning="months between trainings",
    )
    learner: Annotated[Learner, chosen_from(Learner)] = param(
        default_factory=Learner.registry.get("empirical"),
        unit="learner",
        role="uncertainty",
        source="the simplest with known laws",
        meaning="how documents become a model",
    )
    data: DataStrategy = DataStrategy()
    detector: Annotated[Detector, chosen_from(Detector)] | None = param(
        None,
        unit="detector",
        role="lever",
        source="none",
        meaning="classifier whose flags its curated crawlers heed",
    )
    capacity: int | None = param(
        None,
        ge=1,
        unit="ideas",
        role="uncertainty",
        source="none: no limit",
        meaning="most ideas its model can hold, at the compute of the launch",
    )
    compute_growth: float = param(
        1.0,
        gt=0,
        le=100,
        unit="ratio per year",
        role="uncertainty",
        source="1: none; frontier runs grew 4 to 5 times a year, Epoch AI",
        meaning="growth of training compute; budget and capacity grow with its square root (arXiv:2203.15556)",
    )
    compute: float = param(
        1.0,
        gt=0,
        le=1e6,
        unit="ratio",
        role="lever",
        source="1: as compute_growth has it",
        meaning="training compute it buys relative to that; the cost of a training is multiplied by it",
    )
    temperature: float = param(
        0.8,
        gt=0,
        le=2,
        unit="ratio",
        role="lever",
        source="assumption: a common setting",
        meaning="sampling temperature of its assistant and its own data",
    )
    top_p: float = param(
        0.95,
        gt=0,
        le=1,
        unit="share",
        role="lever",
        source="Holtzman et al. 2020, arXiv:1904.09751",
        meaning="nucleus of its assistant and its own data",
    )
    slip: float = param(
        0.0,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: none beyond what the model has wrong; accuracy by idea says how often that is",
        meaning="chance that an item written by its model gets wrong what the model had right; answers do not slip",
    )
    tuning: float = param(
        0.0,
        ge=0,
        unit="style units",
        role="uncertainty",
        source="0: a raw model, without a house style",
        meaning="length of the shift that tuning gives to the model's style, partly common to all labs",
    )
    likeness: float = param(
        0.7,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="models resemble one another more than people do, arXiv:2501.19361; assumption: 0.7",
        meaning="share of the squared length of the tuning shift that lies in a direction common to all labs",
    )
    watermarks: bool = param(
        False,
        unit="yes or no",
        role="lever",
        source="38 % of 50 image generators watermark, Rijsbosch et al. 2025, arXiv:2503.18156",
        meaning="puts a watermark on what its models write",
    )
    price: float = param(
        20.0,
        ge=0,
        unit="USD per month",
        role="lever",
        source="ChatGPT Plus, February 2023",
        meaning="price of a subscription",
    )
    api_ratio: float = param(
        1.0,
        ge=0,
        unit="ratio",
        role="lever",
        source="1: the market price",
        meaning="its API price relative to publishers.api_price",
    )
    training_cost: float = param(
        4e7,
        ge=0,
        unit="USD per training",
        role="uncertainty",
        source="41 million USD for GPT-4, Epoch AI",
        meaning="cost of one training at the compute of the launch",
    )
    cost_growth: float = param(
        1.0,
        gt=0,
        le=100,
        unit="ratio per year",
        role="uncertainty",
        source="1: none; frontier runs' cost grew 2.4 times a year, Cottier et al. 2024, arXiv:2405.21015",
        meaning="growth of the cost of a training",
    )
    crawl_cost: float = param(
        2e-5,
        ge=0,
        unit="USD per item",
        role="uncertainty",
        source="assumption: twenty dollars per million pages fetched and filtered",
        meaning="cost of crawling and filtering",
    )
    inference_cost: float = param(
        2e-3,
        ge=0,
        unit="USD per question or document",
        role="uncertainty",
        source="assumption: a thousand tokens at 2 USD per million",
        meaning="cost of answering, and of each synthetic document of its own that it keeps",
    )
    operations: float = param(
        1e7,
        ge=0,
        unit="USD per month",
        role="uncertainty",
        source="staff is 29 to 49 % of a frontier model's cost (arXiv:2405.21015); assumption: 10 million",
        meaning="staff and the rest",
    )
    capital: float = param(
        2e9,
        ge=0,
        unit="USD",
        role="uncertainty",
        source="assumption: the order of a large early round",
        meaning="cash at the start, or when it enters",
    )
    adaptation: Annotated[Adaptation, chosen_from(Adaptation)] = param(
        default_factory=Adaptation.registry.get("fixed"),
        unit="rule",
        role="uncertainty",
        source="assumption: strategies stand still",
        meaning="how it changes its levers",
    )
    levers: tuple[LabLever, ...] = param(
        ("price", "api_ratio"),
        unit="names",
        role="uncertainty",
        source="assumption: prices are what is changed most readily",
        meaning="the settings that its rule of adaptation moves",
    )
    discloses: bool = param(
        True,
        unit="yes or no",
        role="uncertainty",
        source="assumption: technical reports tell how data were collected and filtered",
        meaning="tells what it does with data and compute, so that imitators can copy it; prices, generations and "
        "whom its crawler obeys show anyway",
    )

    @property
    def needs_rows(self) -> bool:
        """Whether single documents have to be kept, now or once a lever has moved."""
        moved = "retention" in self.levers and self.data.retention_human is not None
        return moved or self.data.needs_rows
