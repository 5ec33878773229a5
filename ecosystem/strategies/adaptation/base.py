"""How those who have levers move them in the light of what they earned."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.registry import Component, Registry
from ecosystem.core.streams import Streams

__all__ = ["Adaptation", "Public", "Space", "Trials"]

type F64 = NDArray[np.float64]


class Trials(NamedTuple):
    """Where n agents stand that move the same levers by the same rule; one lab, or all publishers of a group.

    A lever that multiplies stands at the logarithm of the multiplier, a share at the change of its log odds, a choice
    at the number of options after that of the scenario file. At 0 everything is as the file says.
    """

    levers: F64
    """In use now, shape (n, levers)."""
    settled: F64
    """In use before the present trial, shape (n, levers)."""
    payoff: F64
    """Profit per month with the present levers by their own books, USD, shape (n,); NaN until the next review."""
    settled_payoff: F64
    """The same before the present trial, shape (n,); NaN while there is none."""
    memory: F64
    """What the rule remembers besides, shape (n, numbers); zeros before the first review."""

    @classmethod
    def begin(cls, agents: int, levers: int, memory: int = 0) -> Trials:
        """So many agents, all as the file says, before their first review."""
        unknown = np.full(agents, np.nan)
        return cls(
            np.zeros((agents, levers)), np.zeros((agents, levers)), unknown, unknown.copy(), np.zeros((agents, memory))
        )

    def take(self, rows: NDArray[np.integer | np.bool_]) -> Trials:
        """The trials of some (indices or a mask)."""
        return Trials(*(column[rows] for column in self))


class Public(NamedTuple):
    """What can be seen of m agents; whoever looks may be among them, and knows itself by its key."""

    key: NDArray[np.uint64]
    """Identity, shape (m,)."""
    levers: F64
    """Where their levers stand, shape (m, levers), from where the looker's own would do the same; NaN if unseen."""
    payoff: F64
    """What they take in, as anyone can work it out, USD per month, shape (m,); NaN if nobody can."""

    def take(self, rows: NDArray[np.integer | np.bool_]) -> Public:
        """What is seen of some (indices or a mask)."""
        return Public(self.key[rows], self.levers[rows], self.payoff[rows])

    def place(self, who: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Row of each of ``who`` among these, shape (n,); -1 where it is not one of them."""
        if not len(self.key):
            return np.full(len(who), -1, dtype=np.int64)
        order = np.argsort(self.key, kind="stable")
        at = order[np.minimum(np.searchsorted(self.key, who, sorter=order), len(order) - 1)]
        return np.where(self.key[at] == who, at, -1)


class Space(NamedTuple):
    """Where levers can go; arrays of shape (levers,), alike for all who move them."""

    whole: NDArray[np.bool_]
    """Whether it chooses among options, from 0 to ``high``, after the last of which comes the first again."""
    low: F64
    """Lowest position that differs from those below it; equal to ``high`` if the lever moves nothing."""
    high: F64
    """Highest position that differs from those above it."""
    least: F64
    """Least move that shows: more than 0 for whole numbers, from which a smaller one is rounded away."""

    @property
    def options(self) -> NDArray[np.int64]:
        """How many options each lever has, shape (levers,); 1 for those that choose among none."""
        return np.where(self.whole, self.high, 0).astype(np.int64) + 1

    def stepped(self, levers: F64, which: NDArray[np.int64], up: NDArray[np.bool_], step: float) -> F64:
        """Positions after one lever of each agent has moved up or down; at the end of its way it turns round.

        Args:
            levers: positions before, shape (n, levers).
            which: number of the lever, shape (n,).
            up: whether it moves up, shape (n,).
            step: how far, but at least as far as shows, and one option where it chooses.
        """
        rows, after = np.arange(len(levers)), levers.copy()
        size = np.where(self.whole, 1.0, np.maximum(step, self.least))[which]
        move, before = np.where(up, size, -size), levers[rows, which]
        beyond = ~self.whole[which] & ((before + move > self.high[which]) | (before + move < self.low[which]))
        after[rows, which] = before + np.where(beyond, -move, move)
        return self.within(after, levers)

    def within(self, levers: F64, before: F64) -> F64:
        """Positions, shape (n, levers), brought back to where they make a difference; who has not moved stays.

        Args:
            levers: positions wanted, shape (n, levers).
            before: positions until now, shape (n, levers).
        """
        kept = np.where(self.whole, np.mod(np.rint(levers), self.options), np.clip(levers, self.low, self.high))
        return np.where(levers == before, before, kept)


class Adaptation(Component):
    """A rule of revision; what it sees is its own books, and what anyone can see of others."""

    registry: ClassVar[Registry[type[Adaptation]]] = Registry("adaptation")

    interval: int = param(
        6,
        ge=1,
        unit="months",
        role="uncertainty",
        source="assumption: two reviews a year",
        meaning="months between two revisions",
    )

    @abstractmethod
    def revise(self, own: Trials, others: Public, who: NDArray[np.uint64], space: Space, draw: Streams) -> Trials:
        """The trials to run next; their payoffs are filled in at the next review.

        What comes out for an agent depends on its own row, its key and on others, not on who else reviews.

        Args:
            own: the present trials of n agents, with what they earned.
            others: what can be seen of all, these n among them or not.
            who: identity of the n agents, shape (n,).
            space: where the levers can go.
            draw: streams of the month.
        """

    def memory(self, space: Space) -> int:  # noqa: ARG002 - most remember nothing
        """How many numbers the rule remembers of each agent."""
        return 0
