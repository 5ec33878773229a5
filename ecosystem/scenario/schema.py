"""The scenario: the world's settings, how long, which shocks and which policies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ecosystem.core.clock import Month
from ecosystem.core.parameters import Parameters, param
from ecosystem.core.registry import chosen_from
from ecosystem.policies import Policy
from ecosystem.scenario.consistency import findings
from ecosystem.scenario.law import LawNote
from ecosystem.scenario.shocks import settings_by_step
from ecosystem.world.settings import WorldSettings

__all__ = ["INCONSISTENT", "Scenario", "Shock"]

INCONSISTENT: Final = "inconsistent"
"""Type of the validation error for what contradicts itself; its context holds the findings."""


class Shock(Parameters):
    """Settings that change from a month on."""

    at: Month = param(unit="month", source="chosen by the scenario", meaning="first month of the new values")
    set: dict[str, Any] = param(
        unit="value by key", source="chosen by the scenario", meaning="new values of scenario keys"
    )
    label: str = param("", unit="text", source="none", meaning="what figures call it")


class Scenario(WorldSettings):
    """Everything that one run is about."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")] = param(
        "unnamed", unit="name", source="chosen by the scenario", meaning="short name, used for folders",
    )  # fmt: skip
    title: str = param("", unit="text", source="chosen by the scenario", meaning="what figures and reports call it")
    start: Month = param(Month(2018, 1), unit="month", source="chosen by the scenario", meaning="first month")
    steps: int = param(120, ge=1, le=12_000, unit="months", source="assumption: ten years", meaning="months simulated")
    policies: tuple[Annotated[Policy, chosen_from(Policy)], ...] = param(
        (), unit="policies", source="none", meaning="rules in force, in the order in which they amend",
    )  # fmt: skip
    shocks: tuple[Shock, ...] = param((), unit="shocks", source="none", meaning="settings that change from a month on")
    law: LawNote | None = param(
        None, unit="table", source="none", meaning="law that the scenario is for; not inherited"
    )

    @field_validator("shocks", mode="after")
    @classmethod
    def _in_order_of_dates(cls, shocks: tuple[Shock, ...]) -> tuple[Shock, ...]:
        return tuple(sorted(shocks, key=lambda shock: shock.at))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        found = findings(self)
        if found:
            text = "; ".join(f"{'.'.join(map(str, finding.path))}: {finding.cause}" for finding in found)
            # The findings ride along, so that a reader of files can name the lines.
            raise PydanticCustomError(INCONSISTENT, "{text}", {"text": text, "findings": found})
        return self

    @classmethod
    def read(cls, where: str | Path) -> Scenario:
        """Read a scenario file, and the files it extends.

        Args:
            where: a path, or a name: "baseline" is scenarios/baseline.toml.

        Raises:
            ScenarioError: the file cannot be used; lists everything that is wrong with it.
        """
        from ecosystem.scenario.files import read  # noqa: PLC0415 - it builds on this module

        return read(where).scenario

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Scenario:
        """A scenario from what `to_dict` gave, or from any nested dict of scenario keys.

        Raises:
            ScenarioError: lists everything that is wrong.
        """
        from ecosystem.scenario.overrides import from_document  # noqa: PLC0415 - it builds on this module

        return from_document(document)

    def replace(self, changes: Mapping[str, Any]) -> Scenario:
        """A scenario with other values, `{"scale.humans": 1000, "labs.*.data.retention": 0.0}`.

        Raises:
            ScenarioError: a key leads nowhere or a value is not allowed; lists all such.
        """
        from ecosystem.scenario.overrides import changed  # noqa: PLC0415 - it builds on this module

        return changed(self, changes)

    def timeline(self) -> list[WorldSettings]:
        """The settings in force in each month, shape (steps,); months without a shock share an object."""
        return settings_by_step(self)

    def to_dict(self) -> dict[str, Any]:
        """Every setting, as plain values that JSON can hold."""
        return self.model_dump(mode="json")

    def to_toml(self) -> str:
        """Every setting, as a scenario file that reads back to an equal scenario."""
        from ecosystem.scenario.writing import toml_text  # noqa: PLC0415 - needed only here

        return toml_text(self.to_dict())
