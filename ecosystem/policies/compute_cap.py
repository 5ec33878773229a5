"""No training may use more compute than a cap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.policies.base import Policy
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.proposals import Money
from ecosystem.world.rules import Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["ComputeCap"]


class ComputeCap(Policy):
    """Labs may train with no more compute than a cap, or risk a fine for each training above it.

    It costs labs the samples and the capacity that more compute would bring, and spares them its price. It is evaded
    by training with more all the same, at the price of the expected fine, and by training where the rule does not
    reach (`coverage`). A lab keeps to the cap where the fine to be expected is at least what the compute above it
    costs. What has been trained before stays in use, and a lab whose cap ends goes on with all the compute that it
    would have had.
    """

    kind: ClassVar[str] = "compute_cap"
    modelled_on: ClassVar[str] = (
        "the call for a pause on systems beyond GPT-4 (Future of Life Institute, March 2023); its instrument is the "
        "threshold of 1e25 FLOP in Article 51(2) of the EU AI Act (Regulation 2024/1689), as a limit"
    )

    cap: float = param(
        1.0,
        gt=0,
        le=1e6,
        unit="compute at launch",
        role="lever",
        source="1: no more than for the first model, as a pause would have it",
        meaning="most compute of a training, relative to the lab's launch",
    )
    fine: float = param(
        15e6,
        ge=0,
        unit="USD per training",
        role="lever",
        source="EU AI Act art. 101: up to 15 million EUR or 3 % of turnover; assumption: one dollar for one euro",
        meaning="fine for a training above the cap that is found",
    )
    enforcement: float = param(
        0.8,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: large trainings are hard to hide",
        meaning="chance that a training above the cap is found",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That there is nobody to train."""
        if not any(settings.labs for settings in ever):
            yield "kind", "there are no labs: it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Tell labs the cap and what to expect; fine those caught above it."""
        if self.reach(world) == 0.0 or not len(world.labs):
            return proposal
        if isinstance(proposal, Rules):
            key = _keys(world)
            cap = np.where(self.reaches(key, world, draw), self.cap, np.inf)
            return proposal.plus(labs={"most_compute": cap, "overrun": self.expected(key, world, draw)})
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, self._fines(world, draw)]))
        return proposal

    def _fines(self, world: World, draw: Streams) -> Transfers:
        from ecosystem.phases.train import compute_used  # noqa: PLC0415 - brings Mesa with it

        key = _keys(world)
        over = [
            lab.trained_at == world.clock.step and compute_used(lab, world) > self.cap for lab in world.labs.values()
        ]
        found = np.array(over) & self.reaches(key, world, draw) & self.caught(key, draw)
        index = np.arange(len(key))
        return Transfers.of(Kind.LAB, index, Kind.STATE, 0, Reason.FINE, np.where(found, self.fine, 0.0))


def _keys(world: World) -> NDArray[np.uint64]:
    return np.array([lab.key for lab in world.labs.values()], dtype=np.uint64)
