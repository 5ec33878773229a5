"""Reality as the outside observer knows it: what models are held against."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ecosystem.core.ragged import Ragged
    from ecosystem.world.world import World

__all__ = ["Truth", "least_salient"]

type F64 = NDArray[np.float64]

TAIL = 0.1
"""Share of the true mass of each domain that counts as its tail.

assumption: a tenth, far from what a benchmark of well-known ideas asks.
"""

FRESH = 12
"""Months for which an idea counts as fresh. assumption: what is younger than a year."""


def least_salient(space: Ragged, salience: F64, share: float) -> F64:
    """How much of each idea's mass belongs to the least salient ``share`` of its domain's mass.

    The idea at the edge belongs to it in part, so that the parts sum to ``share`` of the domain's
    mass exactly; ideas of equal salience belong to it in equal parts, so that their numbers do not
    matter.

    Args:
        space: layout of ideas by domain.
        salience: mass of each idea, shape (ideas,).
        share: in [0, 1].

    Returns:
        shape (ideas,), between 0 and salience.
    """
    row = space.row_of()
    order = np.lexsort((salience, row))
    ordered = salience[order]
    running = space.running(ordered)
    # Runs of ideas of one domain and one salience.
    starts = np.ones(space.size, dtype=np.bool_)
    starts[1:] = (ordered[1:] != ordered[:-1]) | (row[1:] != row[:-1])
    first = np.flatnonzero(starts)
    last = np.append(first[1:], space.size) - 1
    before = running[first] - ordered[first]
    mass = running[last] - before
    wanted = share * space.totals(salience)[row[first]]
    inside = np.clip(wanted - before, 0.0, mass)
    part = np.divide(inside, mass, out=np.zeros(len(mass)), where=mass > 0)
    out = np.empty(space.size)
    out[order] = ordered * np.repeat(part, last - first + 1)
    return out


class Truth:
    """True salience and demand of one month, as weights of ideas."""

    def __init__(self, world: World) -> None:
        """Look at reality as it is this month."""
        self.space = world.reality.space
        self.salience = world.reality.salience
        self.demand = world.reality.demand
        self._born = world.reality.born
        self._step = world.clock.step

    @cached_property
    def _demanded(self) -> F64:
        """Demand for the domain of each idea, shape (ideas,)."""
        return np.repeat(self.demand, self.space.lengths)

    @cached_property
    def asked(self) -> F64:
        """Chance that a question, spread over domains by demand, is on each idea, shape (ideas,)."""
        return self.salience * self._demanded

    @cached_property
    def tail(self) -> F64:
        """As `asked`, for questions on the least salient tenth of each domain alone; sums to 1."""
        return least_salient(self.space, self.salience, TAIL) / TAIL * self._demanded

    @cached_property
    def fresh(self) -> F64:
        """As `asked`, for ideas born in the last 12 months alone; sums to 1, or is 0 without any."""
        recent = (self._born > self._step - FRESH) & (self._born >= 0)
        mass = np.where(recent, self.asked, 0.0)
        # Domain by domain: the ideas still to come, which a longer run has more of, then change no bit.
        total = self.space.totals(mass).sum()
        return mass / total if total > 0 else mass

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
