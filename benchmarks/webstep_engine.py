"""The webstep in this engine: a scenario file, and nothing but the public interface."""

from __future__ import annotations

from pathlib import Path

import ecosystem as eco
from benchmarks.webstep import PEOPLE_PER_SYNTHETIC, Summary
from ecosystem.world.content import Origin

__all__ = ["SCENARIO", "EngineWeb", "scenario"]

SCENARIO = Path(__file__).parents[1] / "scenarios" / "benchmarks" / "webstep.toml"


def scenario(humans: int, months: int, changes: dict[str, object] | None = None) -> eco.Scenario:
    """The scenario for so many people and months; ``changes`` are further values by key."""
    size: dict[str, object] = {
        "scale.humans": humans,
        "publishers.groups.writer.quota": humans // PEOPLE_PER_SYNTHETIC,
        "steps": months,
    }
    return eco.Scenario.read(SCENARIO).replace(size | (changes or {}))


class EngineWeb:
    """A web of ``humans`` people for ``months`` months at most."""

    def __init__(self, humans: int, months: int, seed: int, changes: dict[str, object] | None = None) -> None:
        """Found the world of the scenario."""
        self.model = eco.WebEcosystem(scenario(humans, months, changes), seed=seed)

    def step(self) -> None:
        """Advance by one month."""
        self.model.step()

    def summary(self) -> Summary:
        """All items so far."""
        items = self.model.world.content
        return Summary.of(items.idea, items.correct, items.origin == Origin.SYNTHETIC, items.votes, items.links)
