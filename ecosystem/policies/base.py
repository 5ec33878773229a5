"""What a policy is: dates, ramp and coverage, and amendments of proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from ecosystem.core.clock import Month
from ecosystem.core.parameters import param
from ecosystem.core.registry import Component, Registry
from ecosystem.core.streams import Streams

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.world import World

__all__ = ["Policy"]


class Policy(Component):
    """A rule in force from a date on.

    A policy never writes to the world and never touches an agent: it returns a changed proposal, and
    what it wants people to do it makes pay or cost. Draws are keyed by the policy's own decisions, so
    a policy that draws disturbs nobody.
    """

    registry: ClassVar[Registry[type[Policy]]] = Registry("policy")

    start: Month = param(unit="month", role="lever", source="chosen by the scenario", meaning="first month in force")
    end: Month | None = param(
        None,
        unit="month",
        role="lever",
        source="none: for good",
        meaning="first month no longer in force",
    )
    ramp: int = param(
        0,
        ge=0,
        le=1200,
        unit="months",
        role="lever",
        source="0: at once",
        meaning="months over which coverage grows to its full extent",
    )
    coverage: float = param(
        1.0,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="1: everyone",
        meaning="share of those addressed whom the rule reaches",
    )

    @model_validator(mode="after")
    def _ends_after_start(self) -> Policy:
        if self.end is not None and self.end <= self.start:
            message = f"end ({self.end}) must come after start ({self.start})"
            raise ValueError(message)
        return self

    def reach(self, world: World) -> float:
        """Share of those addressed whom the rule reaches this month: 0 before start and after end."""
        now = world.clock.date
        if now < self.start or (self.end is not None and now >= self.end):
            return 0.0
        # The last month of the ramp is the first of full coverage.
        return self.coverage * min(1.0, (now - self.start + 1) / (self.ramp + 1))

    def reaches(self, who: NDArray[np.uint64], world: World, draw: Streams) -> NDArray[np.bool_]:
        """Which of the named are reached this month; who is reached once stays so while coverage grows."""
        lot = Streams(draw.seed, 0).uniform(f"policy.{self.kind}.reach", who)
        return lot < self.reach(world)

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:  # noqa: ARG002 - policies override it
        """The proposal as it is under this policy: by default unchanged."""
        return proposal
