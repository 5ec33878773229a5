"""The ideas of every domain: which there are, since when, and whose weight each takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain
from ecosystem.core.parameters import SettingTooSmall
from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import Streams, name_key
from ecosystem.world.settings.reality import RealityParameters

__all__ = ["UNSAID", "Ideas"]

UNBORN = np.iinfo(np.int32).max
UNSAID = -2
"""In place of the number of an idea that nobody has said before, until it gets one."""

type F64 = NDArray[np.float64]
type I64 = NDArray[np.int64]


@compiled
def _found(founding: I64, offsets: I64, born: NDArray[np.int32], rank: NDArray[np.int32]) -> None:
    """Let founding ideas be there from before the start, ranked by their numbers."""
    for row in range(founding.size):
        for local in range(founding[row]):
            born[offsets[row] + local] = -1
            rank[offsets[row] + local] = local + 1


@compiled
def _some_unheard(domains: NDArray[np.int32], ideas: NDArray[np.int32], taken: I64) -> bool:
    """Whether some number of an idea, both of shape (items,), is not in use yet."""
    found = False
    for i in range(np.uint64(ideas.size)):
        found |= ideas[i] >= taken[np.uint64(domains[i])]
    return found


class Ideas:
    """Ideas by number within their domain: founding ones, then the others in the order in which they come up.

    Args:
        settings: the domains at the start; names and counts cannot change later.
        horizon: months that will be simulated, which bounds how many ideas can be born.
        novelty: highest share born per month of each listed domain under any later setting.
        inventions: most ideas that people can invent in each listed domain.
        draw: streams; only draws of step 0 are made here.
    """

    def __init__(self, settings: RealityParameters, horizon: int, novelty: F64, inventions: I64, draw: Streams) -> None:
        """Lay out all ideas that there are and will be."""
        counts = np.array([domain.count for domain in settings.domains])
        self.kinds = np.repeat(np.arange(len(counts)), counts)
        """Listed domain that each domain is a copy of, shape (domains,)."""
        self.names = [
            domain.name if domain.count == 1 else f"{domain.name}-{copy}"
            for domain in settings.domains
            for copy in range(domain.count)
        ]
        self.keys = np.array([name_key("domain", name) for name in self.names], dtype=np.uint64)
        """Identity of each domain, shape (domains,)."""
        self.founding = np.array([domain.ideas for domain in settings.domains])[self.kinds]
        """Founding ideas of each domain, shape (domains,)."""
        self._births = np.ceil(novelty[self.kinds] * self.founding * (horizon - 1)).astype(np.int64)
        self._expected_births = np.zeros(len(self.names))
        self.space = Ragged.of_lengths(self.founding + self._births + inventions[self.kinds])
        """Layout of ideas by domain."""
        self.taken = self.founding.copy()
        """Numbers of each domain in use, shape (domains,): the next idea gets this one."""
        self.born = np.full(self.space.size, UNBORN, dtype=np.int32)
        """Step at which each idea was born: -1 for founding ideas, UNBORN for those still to come."""
        self.rank = np.zeros(self.space.size, dtype=np.int32)
        """Founding idea, counted from 1, whose weight each idea takes; 0 for those still to come."""
        _found(self.founding, self.space.offsets, self.born, self.rank)
        self._listed = [domain.name for domain in settings.domains]
        self._origin = Streams(draw.seed, 0)

    @property
    def domains(self) -> int:
        """Number of domains."""
        return len(self.names)

    @property
    def newborn(self) -> I64:
        """Flat positions of all ideas born since the start, ascending."""
        if np.array_equal(self.taken, self.founding):
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero((self.born >= 0) & (self.born < UNBORN))

    # --- born by themselves -------------------------------------------------------------------------------

    def grow(self, novelty: F64, step: int) -> I64:
        """Let ideas be born by themselves in month ``step``; gives their flat positions.

        Args:
            novelty: share of founding ideas born per month, shape (domains,).
            step: of the month; nothing is born in the first.
        """
        if not novelty.any():
            return np.empty(0, dtype=np.int64)
        before = self._born_so_far()
        if step > 0:
            self._expected_births += novelty * self.founding
        new = self._born_so_far() - before
        row, ordinal = np.repeat(np.arange(self.domains), new), Ragged.of_lengths(new).local()
        at = self.space.flat(row, self.taken[row] + ordinal)
        # By its number among those born so, which inventions in between do not move.
        self._bear(at, row, self.keys[row], step, "reality.rank", self.founding[row] + before[row] + ordinal)
        self.taken += new
        return at

    def _born_so_far(self) -> I64:
        """Ideas of each domain that were born by themselves, shape (domains,)."""
        # The small term keeps a whole number of births whole after many months of rounding.
        whole = np.floor(self._expected_births + 1e-9).astype(np.int64)
        births: I64 = np.minimum(whole, self._births)
        return births

    def _bear(self, at: I64, row: I64, keys: NDArray[np.uint64], step: int, decision: str, ordinal: I64 | int) -> None:
        """Let the ideas at flat positions of domains ``row`` be born, each with the rank of some founding idea."""
        self.born[at] = step
        # A newborn takes the rank of some founding idea: it can become anything.
        self.rank[at] = 1 + np.floor(self._origin.uniform(decision, keys, ordinal) * self.founding[row])

    # --- invented -------------------------------------------------------------------------------------------

    def unsaid(self, domains: NDArray[np.integer]) -> I64:
        """Numbers for ideas that nobody has said before, shape of ``domains``: the next free ones of each, in order.

        Raises:
            SettingTooSmall: there is no room for so many.
        """
        order = np.argsort(domains, kind="stable")
        counts = np.bincount(domains, minlength=self.domains)
        numbers = np.empty(len(domains), dtype=np.int64)
        numbers[order] = Ragged.of_lengths(counts).local() + self.taken[domains[order]]
        self._require_room(domains, numbers)
        return numbers

    def unheard(self, domains: NDArray[np.integer], ideas: NDArray[np.integer]) -> I64:
        """Places of the ideas whose numbers are not in use yet, ascending (arrays of shape (items,))."""
        if not _some_unheard(plain(domains, np.int32), plain(ideas, np.int32), self.taken):  # mostly
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(ideas >= self.taken[domains])

    def invent(
        self, domains: NDArray[np.integer], ideas: NDArray[np.integer], keys: NDArray[np.uint64], step: int
    ) -> I64:
        """Bring into being those of the ideas said in month ``step`` that are new; gives their flat positions.

        A new idea takes the rank of some founding idea, each as likely, by the key of the first item that says it.

        Args:
            domains: of the items, shape (items,).
            ideas: their numbers, shape (items,); new ones are those not in use.
            keys: identity of the items, shape (items,).
            step: of the month.

        Raises:
            SettingTooSmall: there is no room for one of them.
        """
        new = self.unheard(domains, ideas)
        if len(new) == 0:
            return new
        self._require_room(domains[new], ideas[new])
        at, first = np.unique(self.space.flat(domains[new], ideas[new]), return_index=True)
        row = domains[new[first]].astype(np.int64)
        self._bear(at, row, keys[new[first]], step, "reality.invented", 0)
        np.maximum.at(self.taken, row, ideas[new[first]].astype(np.int64) + 1)
        return at

    def _require_room(self, domains: NDArray[np.integer], numbers: NDArray[np.integer]) -> None:
        """Refuse numbers of new ideas (arrays of one shape) where what is still to be born by itself needs the room."""
        room = self.space.lengths - self._births
        full = np.flatnonzero(numbers >= (room + self._born_so_far())[domains])
        if len(full) == 0:
            return
        domain = int(domains[full[0]])
        message = (
            f"people invent more ideas in domain {self.names[domain]} than the "
            f"{room[domain] - self.founding[domain]} that there is room for; "
            f"set reality.domains.{self._listed[self.kinds[domain]]}.inventions higher"
        )
        raise SettingTooSmall(message)

    # --- checkpoints ----------------------------------------------------------------------------------------

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """A copy of what cannot be derived from the scenario: births so far."""
        newborn = self.newborn
        return {
            "newborn": newborn,
            "born": self.born[newborn],
            "rank": self.rank[newborn],
            "taken": self.taken.copy(),
            "expected_births": self._expected_births.copy(),
        }

    def load(self, state: dict[str, NDArray[np.generic]]) -> None:
        """Take back what :meth:`dump` gave."""
        before, newborn = self.newborn, state["newborn"].astype(np.int64)
        self.born[before], self.rank[before] = UNBORN, 0
        self.born[newborn], self.rank[newborn] = state["born"], state["rank"]
        self.taken = state["taken"].astype(np.int64)
        self._expected_births = state["expected_births"].astype(float)
