"""Reality: what there is to say. Never shown to any agent; only humans sample it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams, name_key
from ecosystem.world.settings.reality import RealityParameters

__all__ = ["Reality"]

UNBORN = np.iinfo(np.int32).max


class Reality:
    """The true salience of every idea in every domain, month by month.

    Args:
        settings: the domains at the start; names and counts cannot change later.
        horizon: months that will be simulated, which bounds how many ideas can be born.
        novelty: highest share born per month of each listed domain under any later setting.
        draw: streams; only setup draws are made here.
    """

    def __init__(self, settings: RealityParameters, horizon: int, novelty: NDArray[np.float64], draw: Streams) -> None:
        """Lay out all ideas that there are and will be."""
        counts = np.array([domain.count for domain in settings.domains])
        self.kinds = np.repeat(np.arange(len(counts)), counts)
        """Listed domain that each domain is a copy of, shape (domains,)."""
        self.names = [
            domain.name if domain.count == 1 else f"{domain.name}-{copy}"
            for domain in settings.domains
            for copy in range(domain.count)
        ]
        self.keys = keys = np.array([name_key("domain", name) for name in self.names], dtype=np.uint64)
        """Identity of each domain, shape (domains,)."""
        self.founding = np.array([d.ideas for d in settings.domains])[self.kinds]
        births = np.ceil(novelty[self.kinds] * self.founding * (horizon - 1)).astype(np.int64)
        self.space = Ragged.of_lengths(self.founding + births)
        row = self.space.row_of()
        local = np.arange(self.space.size) - self.space.offsets[row]
        founding = local < self.founding[row]
        # A newborn takes the rank of some founding idea: it can become anything.
        newborn = 1 + np.floor(draw.uniform("reality.rank", keys[row], local) * self.founding[row]).astype(np.int64)
        self.rank = np.where(founding, local + 1, newborn)
        self.born = np.where(founding, -1, UNBORN).astype(np.int32)
        """Step at which each idea was born: -1 for founding ideas, UNBORN for those still to come."""
        self.local = local
        self.mean = settings.spread * draw.normal("reality.style", keys, settings.styles)
        """Mean human style of each domain, shape (domains, styles), style units."""
        self._expected_births = np.zeros(len(self.names))
        self.salience = np.empty(0)
        self.running = np.empty(0)

    def prepare(self, settings: RealityParameters) -> None:
        """Take over what domains are like under the settings in force."""
        self._prepared = settings

        def spread(field: str) -> NDArray[np.float64]:
            return np.array([float(getattr(d, field)) for d in settings.domains])[self.kinds]

        self.verifiability = spread("verifiability")
        demand = spread("demand")
        self.demand = demand / demand.sum() if demand.sum() > 0 else np.full(len(demand), 1.0 / len(demand))
        self.uptake = spread("uptake")
        self._novelty, self._half_life = spread("novelty"), spread("half_life")
        self._surge, self._residual = spread("surge"), spread("residual")
        # Powers of a million ranks are worth computing once.
        self._standing = self.rank.astype(float) ** -spread("zipf")[self.space.row_of()]

    def move(self, settings: RealityParameters, step: int) -> None:
        """Let ideas be born and fade up to month ``step`` under the settings in force."""
        if settings is not self._prepared:
            self.prepare(settings)
        if step > 0:
            self._expected_births += self._novelty * self.founding
        row = self.space.row_of()
        # The small term keeps a whole number of births whole after many months of rounding.
        present = self.founding + np.floor(self._expected_births + 1e-9).astype(np.int64)
        self.born[(self.born == UNBORN) & (self.local < present[row])] = step
        age = np.where(self.born == UNBORN, 0, step - self.born).astype(float)
        surge = self._surge[row] * np.exp2(-age / self._half_life[row])
        life = np.where(self.born < 0, 1.0, surge + self._residual[row])
        life[self.born == UNBORN] = 0.0
        self.salience = self.space.shares(life * self._standing)
        self.running = self.space.running(self.salience)

    @property
    def domains(self) -> int:
        """Number of domains."""
        return len(self.names)

    def sample(
        self, domains: NDArray[np.integer], keys: NDArray[np.uint64], draw: Streams, decision: str
    ) -> NDArray[np.int64]:
        """Ideas (numbers within their domain) drawn from true salience, shape of ``domains``."""
        return draw.categorical_ragged(decision, keys, domains.astype(np.int64), self.space.offsets, self.running)

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """A copy of what cannot be derived from the scenario: births so far."""
        return {"born": self.born.copy(), "expected_births": self._expected_births.copy()}

    def load(self, state: dict[str, NDArray[np.generic]]) -> None:
        """Take back what :meth:`dump` gave; the next :meth:`move` recomputes the rest."""
        self.born = state["born"].astype(np.int32)
        self._expected_births = state["expected_births"].astype(float)
