"""The scenario: the world's settings, how long, which shocks and which policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from ecosystem.core.clock import Month
from ecosystem.core.parameters import Parameters, param
from ecosystem.core.registry import chosen_from
from ecosystem.policies import Policy
from ecosystem.scenario.keys import set_key
from ecosystem.world.settings import WorldSettings

__all__ = ["FIXED", "Scenario", "Shock"]

FIXED = (
    "name", "title", "extends", "start", "steps", "scale", "shocks", "policies",
    "reality.styles", "reality.spread", "humans.network", "investors.name",
)  # fmt: skip
"""Keys that decide how the world is built; a shock cannot change them."""


class Shock(Parameters):
    """Settings that change from a month on."""

    at: Month = param(unit="month", source="chosen by the scenario", meaning="first month of the new values")
    set: dict[str, Any] = param(unit="value by key", source="chosen by the scenario", meaning="new values of scenario keys")
    label: str = param("", unit="text", source="none", meaning="what figures call it")


class Scenario(WorldSettings):
    """Everything that one run is about. Read it from a file with :meth:`read`."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9._-]+$")] = param(
        "unnamed", unit="name", source="chosen by the scenario", meaning="short name, used for folders",
    )  # fmt: skip
    title: str = param("", unit="text", source="chosen by the scenario", meaning="what figures and reports call it")
    start: Month = param(Month(2018, 1), unit="month", source="chosen by the scenario", meaning="first month")
    steps: int = param(120, ge=1, le=12_000, unit="months", source="assumption: ten years", meaning="months simulated")
    policies: tuple[Annotated[Policy, chosen_from(Policy)], ...] = param(
        (), unit="policies", source="none", meaning="rules in force, in the order in which they amend",
    )  # fmt: skip
    shocks: tuple[Shock, ...] = param((), unit="shocks", source="none", meaning="settings that change from a month on")

    def replace(self, changes: Mapping[str, Any]) -> Self:
        """A scenario with other values, ``{"scale.humans": 1000, "labs.*.data.retention": 0.0}``.

        Raises:
            UnknownKey: a key leads nowhere.
            pydantic.ValidationError: a value is not allowed.
        """
        document = self.model_dump(mode="json")
        for key, value in changes.items():
            set_key(document, key, value)
        return type(self).model_validate(document)

    def timeline(self) -> list[WorldSettings]:
        """The settings in force in each month, shape (steps,); months without a shock share an object."""
        now = {name: value for name, value in self.model_dump(mode="json").items() if name in WorldSettings.model_fields}
        settings: list[WorldSettings] = []
        current: WorldSettings = WorldSettings.model_validate(now)
        for step in range(self.steps):
            shocks = [shock for shock in self.shocks if shock.at - self.start == step or (step == 0 and shock.at < self.start)]
            for shock in sorted(shocks, key=lambda shock: shock.at):
                for key, value in shock.set.items():
                    set_key(now, key, value)
            if shocks:
                current = WorldSettings.model_validate(now)
            settings.append(current)
        return settings
