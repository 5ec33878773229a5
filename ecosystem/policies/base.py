"""What a policy is: dates, ramp and coverage, and amendments of proposals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from ecosystem.core.clock import Month
from ecosystem.core.parameters import param
from ecosystem.core.registry import Component, Registry
from ecosystem.core.streams import Streams
from ecosystem.world.ledger import Kind, Reason, Transfers

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.institutions import Institution
    from ecosystem.world.memory import Need
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["Policy", "keys_of"]


def keys_of(institutions: Mapping[str, Institution[Any]]) -> NDArray[np.uint64]:
    """Identities of curators or labs, shape (institutions,)."""
    return np.array([each.key for each in institutions.values()], dtype=np.uint64)


class Policy(Component):
    """A rule in force from a date on.

    A policy never writes to the world and never touches an agent: it returns a changed proposal, and
    what it wants people to do it makes pay or cost. It lays down the rules of the month (`Rules`), by which
    those addressed decide for themselves, and collects when it comes to payments (`Money`). Draws are keyed by
    the policy's own decisions, named ``policy.<kind>.<what>``, so a policy that draws disturbs nobody.

    Each kind gives `fine` its unit and says what is enforced, with defaults of its own; the two defaults here
    are those of a kind that has nothing to punish.
    """

    registry: ClassVar[Registry[type[Policy]]] = Registry("policy")
    modelled_on: ClassVar[str]
    """The law, treaty, contract or proposal that it follows."""

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
    enforcement: float = param(
        1.0,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="1: every breach is found",
        meaning="chance that a breach is found",
    )
    fine: float = param(
        0.0,
        ge=0,
        unit="USD",
        role="lever",
        source="0: a breach has no price",
        meaning="fine for a breach that is found",
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
        return float(self._covered(now - self.start))

    def _covered(self, months: NDArray[np.integer] | int) -> NDArray[np.float64]:
        """Coverage so many months after the start, of the shape of ``months``."""
        # The last month of the ramp is the first of full coverage.
        grown: NDArray[np.float64] = self.coverage * np.minimum(1.0, (np.asarray(months) + 1) / (self.ramp + 1))
        return grown

    def reaches(self, who: NDArray[np.uint64], world: World, draw: Streams) -> NDArray[np.bool_]:
        """Which of the named are reached this month; who is reached once stays so while coverage grows."""
        return self._lot(who, draw) < self.reach(world)

    def reached_for(self, who: NDArray[np.uint64], world: World, draw: Streams) -> NDArray[np.int64]:
        """For how many months each of the named has been reached, this one counted; 0 for those who are not."""
        if self.reach(world) == 0.0:
            return np.zeros(len(who), dtype=np.int64)
        covered = self._covered(np.arange(world.clock.date - self.start + 1))
        # Coverage never shrinks: those months are the last ones.
        return len(covered) - np.searchsorted(covered, self._lot(who, draw), side="right")

    def _lot(self, who: NDArray[np.uint64], draw: Streams) -> NDArray[np.float64]:
        return Streams(draw.seed, 0).uniform(f"policy.{self.kind}.reach", who)

    def expected(self, who: NDArray[np.uint64], world: World, draw: Streams) -> NDArray[np.float64]:
        """Fine that each of the named has to expect for a breach, USD: 0 for those who are not reached."""
        return np.where(self.reaches(who, world, draw), self.fine * self.enforcement, 0.0)

    def caught(self, breaches: NDArray[np.uint64], draw: Streams, what: str = "caught") -> NDArray[np.bool_]:
        """Which breaches are found, each named by its key; a better enforcement finds the same and more."""
        return draw.chance(f"policy.{self.kind}.{what}", breaches, self.enforcement)

    def fines(self, payer: Kind, breaches: NDArray[np.integer], world: World) -> Transfers:
        """What agents of a kind pay the state for so many breaches of theirs found, shape (agents,).

        One simulated breach stands for as many real ones as one person does for people.
        """
        usd = breaches * self.fine * world.settings.scale.people_per_human
        return Transfers.of(payer, np.arange(len(breaches)), Kind.STATE, 0, Reason.FINE, usd)

    def needs(self) -> Iterator[Need]:
        """How old the items are that it looks at; by default those of the month, which are always there."""
        yield from ()

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:  # noqa: ARG002 - policies override it
        """Keys of its own, and why they or the whole policy (key "kind") have no effect in a scenario.

        Args:
            ever: the settings that are in force at some time.
        """
        yield from ()

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:  # noqa: ARG002 - policies override it
        """The proposal as it is under this policy: by default unchanged."""
        return proposal
