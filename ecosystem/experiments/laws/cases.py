"""One setting of a law, and the engine running it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.model import WebEcosystem

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario
    from ecosystem.strategies.learners.base import Model
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.settings.labs import LabParameters
    from ecosystem.world.settings.reality import DomainParameters

__all__ = ["Case"]


@dataclass(frozen=True)
class Case:
    """One setting of a law.

    Attributes:
        name: as in the file; "" if the law has only one.
        scenario: resolved; every size that a formula needs is read from it.
        seed: of its run. `Trial.of` gives every case one of its own; where arms of an experiment are compared,
            the law's function may let them share that of the first (see `paired`).
    """

    name: str
    scenario: Scenario
    seed: int

    @cached_property
    def timeline(self) -> list[WorldSettings]:
        """The settings in force in each month."""
        return self.scenario.timeline()

    @property
    def settings(self) -> WorldSettings:
        """The settings in force in the last month, after all shocks."""
        return self.timeline[-1]

    @property
    def steps(self) -> int:
        """Months, and fits of a lab that trains each month."""
        return self.scenario.steps

    @property
    def documents(self) -> int:
        """N, the documents written in every domain each month."""
        return self.settings.quotas.documents

    @property
    def human_share(self) -> float:
        """m, the share of these that people write."""
        return self.settings.quotas.human_share

    @property
    def replicates(self) -> int:
        """R, the domains."""
        return sum(domain.count for domain in self.scenario.reality.domains)

    @property
    def domain(self) -> DomainParameters:
        """What all domains of the first name are like."""
        return self.scenario.reality.domains[0]

    @property
    def lab(self) -> LabParameters:
        """The first lab, as it is in the last month."""
        return self.settings.labs[0]

    @property
    def style_variance(self) -> float:
        """s0^2, the variance of one coordinate of what people write."""
        return self.settings.humans.within**2 + self.settings.humans.between**2

    def months(self) -> Iterator[WebEcosystem]:
        """Run the engine; the same model after each month, the first after month 0."""
        model = WebEcosystem(self.scenario, self.seed)
        for _ in range(self.steps):
            model.step()
            yield model

    def watch(self, observe: Callable[[WebEcosystem], Any], start: int = 0, every: int = 1) -> Any:
        """Run the engine and look at it after the months start, start + every, ...

        Args:
            observe: what to look at; an array, a number, or a tuple or dict of them.
            start: first month looked at; month 0 is the fit n = 1.
            every: months from one look to the next.

        Returns:
            What was observed, stacked along a new first axis; a tuple or dict of such stacks if
            ``observe`` gives those.
        """
        seen = [
            _copied(observe(model))
            for month, model in enumerate(self.months())
            if month >= start and (month - start) % every == 0
        ]
        return _stacked(seen)

    def fits(self, observe: Callable[[Model], Any], start: int = 0, every: int = 1) -> Any:
        """Like `watch`, looking at the model that the first lab has fitted."""
        name = self.lab.name

        def look(model: WebEcosystem) -> Any:
            fitted = model.labs[name].fitted
            if fitted is None:
                message = (
                    f"lab {name!r} has no model after month {model.world.clock.step - 1}; see its launch and cadence"
                )
                raise ValueError(message)
            return observe(fitted)

        return self.watch(look, start, every)


def _copied(seen: Any) -> Any:
    """What was observed, safe from what the engine does to its arrays later."""
    if isinstance(seen, dict):
        return {name: _copied(entry) for name, entry in seen.items()}
    return tuple(map(_copied, seen)) if isinstance(seen, tuple) else np.array(seen)


def _stacked(seen: list[Any]) -> Any:
    if not seen:
        message = "no month was looked at; see steps, start and every"
        raise ValueError(message)
    if isinstance(seen[0], dict):
        return {name: _stacked([entry[name] for entry in seen]) for name in seen[0]}
    if isinstance(seen[0], tuple):
        return tuple(_stacked(list(entries)) for entries in zip(*seen, strict=True))
    return np.stack(seen)
