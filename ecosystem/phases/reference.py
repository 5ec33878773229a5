"""The slow truth beside `kernels.py`: the same three decisions, told person by person.

Every function takes what its kernel takes, draws the same keyed numbers and fills the same array,
so that either can stand in for the other. Clarity alone counts here; the tests in `tests/kernels`
hold the kernels to it, bit by bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.sampling import Tables, draw_row
from ecosystem.core.streams import agent_base, draw_bits, unit

__all__ = ["link_items", "spend_attention", "upvote"]

NOTHING = -1


def _number(decision: np.uint64, who: np.uint64, ordinal: int) -> float:
    """The uniform number that someone draws for the n-th time on a decision."""
    return float(unit(draw_bits(agent_base(decision, who), ordinal)))


def _first_above(running: NDArray[np.float64], target: float) -> int | None:
    """The first entry of running sums above a target; None where none is."""
    return next((at for at, total in enumerate(running) if total > target), None)


class _Choices(NamedTuple):
    """Keys of the decisions that a reader takes."""

    follow: np.uint64
    whom: np.uint64
    which: np.uint64
    home: np.uint64
    place: np.uint64
    focus: np.uint64
    domain: np.uint64
    item: np.uint64


class _Reader(NamedTuple):
    """One person about to read, and all that bears on it."""

    choices: _Choices
    key: np.uint64
    own: int
    """Domain it lives in."""
    home: int
    """Curator, -1 for none."""
    shelves: list[list[int]]
    """Positions on show of each author it follows, in the order of following."""
    follow: float
    home_share: float
    focus: float

    def followed_item(self, read: int) -> int | None:
        """Something by an author it follows, all authors and then all items alike."""
        if not self.shelves or _number(self.choices.follow, self.key, read) >= self.follow:
            return None
        shelf = self.shelves[int(_number(self.choices.whom, self.key, read) * len(self.shelves))]
        return shelf[int(_number(self.choices.which, self.key, read) * len(shelf))] if shelf else None

    def place(self, audience: NDArray[np.float64], read: int) -> int | None:
        """Its home curator, or any by their audiences."""
        if self.home >= 0 and _number(self.choices.home, self.key, read) < self.home_share:
            return self.home
        return _first_above(audience, _number(self.choices.place, self.key, read) * audience[-1])

    def domain(self, running: NDArray[np.float64], read: int) -> int:
        """Its own domain where it is served, or any by the demand for them at this curator."""
        served = running[self.own] > (running[self.own - 1] if self.own > 0 else 0.0)
        if served and _number(self.choices.focus, self.key, read) < self.focus:
            return self.own
        found = _first_above(running, _number(self.choices.domain, self.key, read) * running[-1])
        return len(running) - 1 if found is None else found

    def ranked_item(
        self, audience: NDArray[np.float64], demand: NDArray[np.float64], tables: Tables, read: int
    ) -> int | None:
        """What the ranking of a curator gives."""
        curator = self.place(audience, read) if len(audience) else None
        if curator is None or demand[curator, -1] <= 0.0:
            return None
        group = curator * demand.shape[1] + self.domain(demand[curator], read)
        position = draw_row(tables, group, draw_bits(agent_base(self.choices.item, self.key), read))
        return None if position == NOTHING else position


def spend_attention(
    follow_key: np.uint64,
    whom_key: np.uint64,
    which_key: np.uint64,
    home_key: np.uint64,
    place_key: np.uint64,
    focus_key: np.uint64,
    domain_key: np.uint64,
    item_key: np.uint64,
    who: NDArray[np.uint64],
    own: NDArray[np.int32],
    home: NDArray[np.int16],
    followed: NDArray[np.int64],
    followees: NDArray[np.int32],
    shelf: NDArray[np.int64],
    shelved: NDArray[np.int64],
    audience: NDArray[np.float64],
    demand: NDArray[np.float64],
    tables: Tables,
    follow: float,
    home_share: float,
    focus: float,
    first: int,
    out: NDArray[np.int32],
) -> None:
    """Fill ``out`` (h, a) with the row that each person reads each time, -1 for none.

    A reader first decides whether to look at someone it follows. If it does, and that author has
    anything on show, it reads one of those items. Otherwise it goes to a curator, settles on a
    domain there and reads what the ranking gives. See the kernel for the arguments.
    """
    choices = _Choices(follow_key, whom_key, which_key, home_key, place_key, focus_key, domain_key, item_key)
    authors = [shelved[shelf[author] : shelf[author + 1]].tolist() for author in range(len(shelf) - 1)]
    for i in range(len(who)):
        shelves = [authors[author] for author in followees[followed[i] : followed[i + 1]]]
        reader = _Reader(choices, who[i], int(own[i]), int(home[i]), shelves, follow, home_share, focus)
        for read in range(out.shape[1]):
            position = reader.followed_item(read)
            if position is None:
                position = reader.ranked_item(audience, demand, tables, read)
            out[i, read] = NOTHING if position is None else first + position


def upvote(
    see_key: np.uint64,
    vote_key: np.uint64,
    who: NDArray[np.uint64],
    aversion: NDArray[np.float32],
    reads: NDArray[np.int32],
    first: int,
    charm: NDArray[np.float32],
    truth: NDArray[np.float32],
    visible: NDArray[np.float32],
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
            item = row - first
            takes_for_ai = _number(see_key, key, read) < float(visible[item])
            dislike = float(aversion[i]) if takes_for_ai else 0.0
            pleased = float(truth[item]) + float(charm[item]) * (1.0 - dislike)
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
