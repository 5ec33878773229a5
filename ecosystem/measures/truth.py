"""Reality as the outside observer knows it: what models are held against."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["Tail", "Truth"]

type F64 = NDArray[np.float64]
type I64 = NDArray[np.int64]

TAIL = 0.1
"""Share of the true mass of each domain that counts as its tail.

assumption: a tenth, far from what a benchmark of well-known ideas asks.
"""

FRESH = 12
"""Months for which an idea counts as fresh. assumption: what is younger than a year."""


@compiled
def _edges(
    starts: I64, ends: I64, middles: I64, salience: F64, rising: F64, share: float, edge: F64, part: F64
) -> None:
    """Find where the least salient ``share`` of the mass of each domain ends; see :class:`Tail`.

    Up to the middle of a domain ``salience`` falls, and from there on ``rising`` has the rest sorted.
    """
    for domain in range(starts.size):
        total = 0.0
        for at in range(starts[domain], ends[domain]):
            total += salience[at]
        wanted, running = share * total, 0.0
        down, up = middles[domain] - 1, middles[domain]
        edge[domain] = part[domain] = 0.0
        while down >= starts[domain] or up < ends[domain]:
            # All ideas of the next salience together.
            if down < starts[domain] or (up < ends[domain] and rising[up] < salience[down]):
                edge[domain] = rising[up]
            else:
                edge[domain] = salience[down]
            before = running + edge[domain] - edge[domain]
            while down >= starts[domain] and salience[down] == edge[domain]:
                running += edge[domain]
                down -= 1
            while up < ends[domain] and rising[up] == edge[domain]:
                running += edge[domain]
                up += 1
            mass = running - before
            part[domain] = min(max(wanted - before, 0.0), mass) / mass if mass > 0.0 else 0.0
            if edge[domain] > 0.0 and part[domain] < 1.0:
                break


@compiled
def _recent(starts: I64, ends: I64, born: NDArray[np.int32], after: int, salience: F64, demand: F64, out: F64) -> None:
    """Salience times demand, summed by domain over the ideas that were born after a step."""
    for domain in range(starts.size):
        total = 0.0
        for at in range(starts[domain], ends[domain]):
            if born[at] > after:
                total += salience[at] * demand[domain]
        out[domain] = total


@compiled
def _apart(starts: I64, ends: I64, one: F64, other: F64, out: F64) -> None:
    """Sum of absolute differences of each domain."""
    for domain in range(starts.size):
        total = 0.0
        for at in range(starts[domain], ends[domain]):
            total += abs(one[at] - other[at])
        out[domain] = total


class Tail(NamedTuple):
    """The least salient ideas of each domain that make up a share of its mass; arrays of shape (domains,).

    Ideas below the edge belong to it, and those at the edge in part, so that the parts sum to that share
    exactly; ideas of equal salience belong to it in equal parts, so that their numbers do not matter.
    """

    edge: F64
    """Salience of the most salient ideas in the tail."""
    part: F64
    """Share of the mass of these ideas that belongs to it."""

    @classmethod
    def of(cls, starts: I64, ends: I64, salience: F64, share: float) -> Tail:
        """The tail of domains that lie from ``starts`` to before ``ends`` (domains,) in ``salience`` (ideas,)."""
        tail = cls(np.empty(len(starts)), np.empty(len(starts)))
        # Salience mostly falls with an idea's number: only what comes after the first rise has to be sorted.
        middles, rising = ends.copy(), salience.copy()
        for domain, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            own = salience[start:end]
            rises = np.flatnonzero(own[1:] > own[:-1])
            if rises.size:
                middles[domain] = start + 1 + rises[0]
                rising[middles[domain] : end].sort()
        _edges(starts, ends, middles, salience, rising, share, *tail)
        return tail

    def mass(self, salience: F64, domain: I64) -> F64:
        """How much of the mass of ideas of that salience and domain belongs to it (arrays of shape (n,))."""
        edge = self.edge[domain]
        return np.where(salience < edge, salience, np.where(salience == edge, salience * self.part[domain], 0.0))


class Truth:
    """True salience and demand of one month, as weights of ideas.

    Ideas are named by their flat positions ``at`` and their ``domain``, both of shape (n,): those that
    a model holds are few of all that there may be.
    """

    def __init__(self, world: World) -> None:
        """Look at reality as it is this month."""
        reality = world.reality
        self.salience, self.demand = reality.salience, reality.demand
        self._starts = reality.space.offsets[:-1]
        self._later, self._ends = self._starts + reality.founding, self._starts + reality.taken
        self._born, self._since = reality.born, max(world.clock.step - FRESH, -1)

    def asked(self, at: I64, domain: I64) -> F64:
        """Chance that a question, spread over domains by demand, is on each idea."""
        return self.salience[at] * self.demand[domain]

    def tail(self, at: I64, domain: I64) -> F64:
        """As `asked`, for questions on the least salient tenth of each domain alone; over all ideas it sums to 1."""
        return self._tail.mass(self.salience[at], domain) / TAIL * self.demand[domain]

    @cached_property
    def _tail(self) -> Tail:
        return Tail.of(self._starts, self._ends, self.salience, TAIL)

    def fresh(self, at: I64, domain: I64) -> F64:
        """As `asked`, for ideas born in the last 12 months alone; over all ideas it sums to 1, or is 0 without any."""
        mass = np.where(self._born[at] > self._since, self.asked(at, domain), 0.0)
        return mass / self.fresh_mass if self.fresh_mass > 0 else mass

    @cached_property
    def fresh_mass(self) -> float:
        """Chance that a question is on an idea born in the last 12 months."""
        mass = np.empty(len(self._starts))
        _recent(self._later, self._ends, self._born, self._since, self.salience, self.demand, mass)
        # Domain by domain: the ideas still to come, which a longer run has more of, then change no bit.
        return float(mass.sum())

    def apart(self, probability: F64) -> F64:
        """Half the sum of absolute differences of true salience and ``probability`` (ideas,), shape (domains,)."""
        out = np.empty(len(self._starts))
        _apart(self._starts, self._ends, probability, self.salience, out)
        return 0.5 * out

    def by_demand(self, values: F64) -> float:
        """Mean over the domains by demand, leaving out those where the value is NaN.

        Args:
            values: shape (domains,).

        Returns:
            NaN where no domain in demand has a value.
        """
        here = ~np.isnan(values) & (self.demand > 0)
        if not here.any():
            return np.nan
        return float((self.demand[here] * values[here]).sum() / self.demand[here].sum())
