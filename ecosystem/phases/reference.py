"""The slow truth beside `kernels.py`: the same three decisions, told person by person.

Every function takes what its kernel takes, draws the same keyed numbers and fills the same array,
so that either can stand in for the other. Clarity alone counts here; the tests in `tests/kernels`
hold the kernels to it, bit by bit.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.sampling import Tables, draw_row
from ecosystem.core.streams import agent_base, draw_bits, unit
from ecosystem.phases.kernels import Decisions, Offer, Readers
from ecosystem.world.appeal import CHARM, VISIBLE, Appeal

__all__ = ["link_items", "spend_attention", "upvote"]

NOTHING = -1


def _number(decision: np.uint64, who: np.uint64, ordinal: int) -> float:
    """The uniform number that someone draws for the n-th time on a decision."""
    return float(unit(draw_bits(agent_base(decision, who), ordinal)))


def _first_above(running: NDArray[np.float64], target: float) -> int | None:
    """The first entry of running sums above a target; None where none is."""
    return next((at for at, total in enumerate(running) if total > target), None)


def _own_or_any(u: float, own: int, share: float, running: NDArray[np.float64]) -> int | None:
    """The own one with a chance, or any in proportion to weights; None where nothing has weight."""
    return own if u < share else _first_above(running, (u - share) / (1 - share) * running[-1])


class _Reader(NamedTuple):
    """One person about to read, and all that bears on it."""

    decisions: Decisions
    offer: Offer
    key: np.uint64
    own: int
    """Domain it lives in."""
    home: int | None
    shelves: list[list[int]]
    """Positions on show of each author it follows, in the order of following."""
    follow: float
    home_share: float
    focus: float

    def followed_item(self, read: int) -> int | None:
        """Something by an author it follows, all authors and then all items alike."""
        if not self.shelves or _number(self.decisions.follow, self.key, read) >= self.follow:
            return None
        shelf = self.shelves[int(_number(self.decisions.whom, self.key, read) * len(self.shelves))]
        return shelf[int(_number(self.decisions.which, self.key, read) * len(shelf))] if shelf else None

    def place(self, read: int) -> int | None:
        """Its home curator, or any by their audiences."""
        audience = self.offer.audience
        if sum(audience) == 0:
            return None
        if len(audience) == 1:
            return 0  # without a choice no lot is drawn
        u = _number(self.decisions.place, self.key, read)
        return (
            _own_or_any(u, -1, 0.0, audience)
            if self.home is None
            else _own_or_any(u, self.home, self.home_share, audience)
        )

    def domain(self, running: NDArray[np.float64], read: int) -> int | None:
        """Its own domain where it is served, or any by the demand for them at this curator."""
        if len(running) == 1:
            return 0
        served = running[self.own] > (running[self.own - 1] if self.own > 0 else 0.0)
        u = _number(self.decisions.domain, self.key, read)
        return _own_or_any(u, self.own, self.focus if served else 0.0, running)

    def ranked_item(self, read: int) -> int | None:
        """What the ranking of a curator gives."""
        curator = self.place(read)
        if curator is None or self.offer.demand[curator, -1] <= 0.0:
            return None
        demand = self.offer.demand[curator]
        domain = self.domain(demand, read)
        if domain is None:
            return None
        base = draw_bits(agent_base(self.decisions.item, self.key), read)
        position = draw_row(self.offer.exposure, curator * len(demand) + domain, base)
        return None if position == NOTHING else position


def spend_attention(decisions: Decisions, readers: Readers, offer: Offer, out: NDArray[np.int32]) -> None:
    """Fill ``out`` (h, a) with the row that each person reads each time, -1 for none.

    A reader first decides whether to look at someone it follows. If it does, and that author has
    anything on show, it reads one of those items. Otherwise it goes to a curator, settles on a
    domain there and reads what the ranking gives. See the kernel's tuples for the arguments.
    """
    authors = [offer.shelved[start:stop].tolist() for start, stop in pairwise(offer.shelf)]
    for i, key in enumerate(readers.key):
        shelves = [authors[author] for author in readers.followees[readers.followed[i] : readers.followed[i + 1]]]
        home = int(readers.home[i]) if readers.home[i] >= 0 else None
        habits = (readers.follow, readers.home_share, readers.focus)
        reader = _Reader(decisions, offer, key, int(readers.own[i]), home, shelves, *habits)
        for read in range(out.shape[1]):
            position = reader.followed_item(read)
            if position is None:
                position = reader.ranked_item(read)
            out[i, read] = NOTHING if position is None else offer.first + position


def upvote(
    see_key: np.uint64,
    vote_key: np.uint64,
    who: NDArray[np.uint64],
    aversion: NDArray[np.float32],
    reads: NDArray[np.int32],
    first: int,
    appeal: Appeal,
    out: NDArray[np.bool_],
) -> None:
    """Fill ``out`` (h, a): whether each read ends in an upvote.

    An item pleases by being visibly right and by its charm. Whoever takes it for AI finds it less
    charming, by its own aversion. See the kernel for the arguments.
    """
    for i, key in enumerate(who):
        for read, row in enumerate(reads[i]):
            if row == NOTHING:
                out[i, read] = False
                continue
            pleased = abs(float(appeal.chance[row - first]))
            doubt = appeal.doubt[row - first].astype(float)
            if _number(see_key, key, read) < doubt[VISIBLE]:
                pleased -= doubt[CHARM] * float(aversion[i if len(aversion) > 1 else 0])
            out[i, read] = _number(vote_key, key, read) < pleased


def link_items(
    item_key: np.uint64,
    rows: NDArray[np.int64],
    keys: NDArray[np.uint64],
    counts: NDArray[np.int64],
    reader: NDArray[np.int64],
    group: NDArray[np.int64],
    reads: NDArray[np.int32],
    upvoted: NDArray[np.bool_],
    tables: Tables,
    first: int,
    out: NDArray[np.int64],
) -> None:
    """Fill ``out`` (sum of counts,) with the row that each link points to, -1 for none.

    An author points to what it upvoted, in order of reading and each read once; what links are
    left over point to what its host shows most. No item points to itself. See the kernel for the
    arguments.
    """
    targets: list[int] = []
    for i, row in enumerate(rows):
        liked: list[int] = []
        if reader[i] >= 0:
            seen = zip(reads[reader[i]], upvoted[reader[i]], strict=True)
            liked = [int(read) for read, good in seen if good and read != row]
        for link in range(counts[i]):
            if link < len(liked):
                targets.append(liked[link])
                continue
            position = NOTHING
            if group[i] >= 0:
                position = draw_row(tables, group[i], draw_bits(agent_base(item_key, keys[i]), link))
            found = position != NOTHING and first + position != row
            targets.append(first + position if found else NOTHING)
    out[:] = targets
