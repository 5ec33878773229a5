"""What a study file may say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ecosystem.core.parameters import Parameters, param
from ecosystem.scenario.parsing import parse

__all__ = ["FAILS", "OutcomeTable", "StudyFile", "SweepTable", "is_study_file"]

_CHOSEN = "chosen by the study"
_NONE = "none"

FAILS = re.compile(r"\s*(<=|>=|<|>)\s*([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*")
"""A threshold, such as "< 0.5"."""
_AT = re.compile(r"end|all|last [1-9]\d*|\d{4}-(0[1-9]|1[0-2])")


class OutcomeTable(Parameters):
    """A number that is taken from every run."""

    metric: str = param(unit="name", source=_CHOSEN, meaning="table and column, such as labs.accuracy")
    name: str = param("*", unit="name", source="all", meaning="whose, such as the name of a lab; * for all")
    over: Literal["mean", "min", "max", "median", "sum"] = param(
        "mean", unit="choice", source="assumption: the mean", meaning="what is taken of several labs, domains and so on"
    )
    at: str = param(
        "last 12", unit="months", source="assumption: a year, so that seasons and single months do not matter",
        meaning="months of which the mean is taken: end, all, last N, or a month such as 2030-01",
    )  # fmt: skip
    better: Literal["higher", "lower"] | None = param(
        None, unit="choice", source=_NONE, meaning="which way is better, for regret"
    )
    fails: str | None = param(None, unit="threshold", source=_NONE, meaning='when it counts as failed, such as "< 0.5"')
    label: str = param("", unit="name", source="the metric", meaning="what tables and figures call it")

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if not _AT.fullmatch(self.at):
            message = f'at must be end, all, last N or a month such as 2030-01, is "{self.at}"'
            raise ValueError(message)
        if self.fails is not None and not FAILS.fullmatch(self.fails):
            message = f'fails must be a sign and a number, such as "< 0.5" or ">= 100", is "{self.fails}"'
            raise ValueError(message)
        return self


class SweepTable(Parameters):
    """A key that is moved up and down again within each run."""

    key: str = param(unit="key", source=_CHOSEN, meaning="key of the scenario that is moved")
    values: tuple[float, ...] = param(unit="of the key", source=_CHOSEN, meaning="values on the way up, in order")
    dwell: int = param(
        24, ge=2, le=1200, unit="months", source="assumption: two years, of which the second is looked at",
        meaning="months at each value; half of the runs stay twice as long, to tell a lag from two states",
    )  # fmt: skip

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if len(self.values) < 2 or any(b <= a for a, b in zip(self.values, self.values[1:], strict=False)):  # noqa: PLR2004
            message = "values must be two or more numbers in rising order"
            raise ValueError(message)
        return self


class StudyFile(Parameters):
    """A study: which runs, and what is kept of each."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")] = param(
        unit="name", source=_CHOSEN, meaning="short name, used for folders"
    )
    title: str = param("", unit="text", source=_NONE, meaning="the question, for figures and reports")
    scenario: str = param(unit="name", source=_CHOSEN, meaning="scenario that is varied: a name or a path")
    seed: int = param(0, unit="number", source="assumption: any will do", meaning="from which all seeds are derived")
    replicates: int = param(
        5, ge=1, le=10_000, unit="runs", source="assumption: the fewest with a useful interval",
        meaning="runs of each point that differ in their seed",
    )  # fmt: skip
    common_seeds: bool = param(
        True, unit="truth value", source="common random numbers make differences between points precise",
        meaning="whether replicate r has the same seed at every point, or a seed of its own in every state",
    )  # fmt: skip
    design: Literal["factorial", "latin_hypercube", "sobol", "morris", "sweep"] = param(
        "latin_hypercube", unit="choice", source="assumption: covers ranges evenly with any number of points",
        meaning="how points are laid out over the uncertainties",
    )  # fmt: skip
    samples: int = param(
        64, ge=1, le=1_000_000, unit="points", source="assumption: enough for a first look",
        meaning="points of a Latin hypercube, base points of Sobol's design, trajectories of Morris's",
    )  # fmt: skip
    levels: int = param(
        4, ge=2, le=1000, unit="values", source="assumption: the four of Morris (1991), doi:10.2307/1269043",
        meaning="values of each range in a factorial design, and steps of a range in Morris's",
    )  # fmt: skip
    second_order: bool = param(
        False, unit="truth value", source="assumption: it doubles the runs",
        meaning="whether Sobol's design also has the points for interactions of pairs",
    )  # fmt: skip
    tables: tuple[Literal["web", "domains", "labs", "curators", "publishers", "humans", "ledger"], ...] = param(
        (), unit="names", source="none: outcomes only", meaning="monthly tables that are kept of every run"
    )
    analyses: tuple[Literal["indices", "map", "boxes", "regret", "timing", "sweep"], ...] | None = param(
        None, unit="names", source="none: all that fit the design", meaning="analyses that are made"
    )
    density: float = param(
        0.8, gt=0, le=1, unit="share", source="assumption: four in five",
        meaning="share of failures that a box of scenario discovery should have at least",
    )  # fmt: skip
    limit: int = param(
        100_000, ge=1, unit="runs", source="assumption: more is mostly a mistake", meaning="most runs of the study"
    )
    set: dict[str, Any] = param({}, unit="value by key", source=_NONE, meaning="values of scenario keys at all points")
    levers: dict[str, Any] = param(
        {}, unit="values by key", source=_NONE, meaning="lists of values that somebody may choose; policy names files"
    )
    uncertainties: dict[str, Any] = param(
        {}, unit="ranges by key", source=_NONE, meaning="ranges or distributions of what is not known"
    )
    outcomes: tuple[OutcomeTable, ...] = param(unit="outcomes", source=_CHOSEN, meaning="what is taken from every run")
    sweep: SweepTable | None = param(None, unit="table", source=_NONE, meaning="what the design sweep moves")


def is_study_file(path: Path) -> bool:
    """Whether a file says what a study varies or measures, as no scenario does.

    Raises:
        ScenarioError: the file cannot be read.
    """
    return any(key in parse(path).value for key in ("outcomes", "uncertainties", "design", "sweep"))
