"""The compiled loops. Each has the same thing told person by person in `reference.py`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.sampling import BLOCK, Tables, draw_block, draw_row
from ecosystem.core.streams import agent_base, draw_bits, search_running, unit

__all__ = ["Decisions", "Offer", "Readers", "link_items", "spend_attention", "upvote"]

_FEW = 16
"""Weights among which a look at every one is faster than a search; measured, flat from 8 to 32."""
_BELOW_ONE = 1.0 - 2.0**-53  # the largest float64 below 1


class Decisions(NamedTuple):
    """Keys of the decisions that a reader takes at each read.

    Attributes:
        follow: whether to read someone one follows.
        whom: which of the followed.
        which: which of that author's items.
        place: at which curator, one's home or any.
        domain: in which domain, one's own or any.
        item: which item of that curator and domain.
    """

    follow: np.uint64
    whom: np.uint64
    which: np.uint64
    place: np.uint64
    domain: np.uint64
    item: np.uint64


class Readers(NamedTuple):
    """People and what bears on their reading.

    Attributes:
        key: identities (people,).
        own: domain of each (people,).
        home: home curator of each, -1 for none (people,).
        followed: offsets of each one's followees (people + 1,).
        followees: whom each follows, end to end.
        follow: share of reads from the followed.
        home_share: share of ranked reads at home.
        focus: share of reads in one's own domain.
    """

    key: NDArray[np.uint64]
    own: NDArray[np.int32]
    home: NDArray[np.int16]
    followed: NDArray[np.int64]
    followees: NDArray[np.int32]
    follow: float
    home_share: float
    focus: float


class Offer(NamedTuple):
    """What there is to read.

    Attributes:
        first: row of the first item on show; positions count from it.
        shelf: offsets of each person's items on show (people + 1,).
        shelved: their positions, end to end.
        audience: running audience shares of curators (curators,).
        demand: running demand for domains at each curator (curators, domains).
        exposure: items by curator and domain, in groups of curator * domains + domain.
    """

    first: int
    shelf: NDArray[np.int64]
    shelved: NDArray[np.int64]
    audience: NDArray[np.float64]
    demand: NDArray[np.float64]
    exposure: Tables


@compiled
def _own_or_any(u: float, own: int, share: float, running: NDArray[np.float64], start: int, size: int) -> int:
    """`own` with chance `share`, else any of `size` in proportion to weights whose running sums begin at `start`.

    Both are looked up and one is taken, because a processor cannot guess which it will be.
    """
    total = running[start + size - 1]
    target = min((u - share) / (1.0 - share) * total, _BELOW_ONE * total)
    other = 0
    if size <= _FEW:
        for at in range(np.uint64(start), np.uint64(start + size)):
            other += int(running[at] <= target)
    else:
        other = search_running(running, start, start + size, (u - share) / (1.0 - share))
    takes_own = int(u < share)
    return takes_own * own + (1 - takes_own) * other


class Waiting(NamedTuple):
    """A block of reads, each waiting for an item; arrays of shape (BLOCK,).

    Attributes:
        person: row of the reader.
        key: its identity.
        number: of the read among that person's reads.
    """

    person: NDArray[np.int64]
    key: NDArray[np.uint64]
    number: NDArray[np.int64]


@compiled
def _draw_bits(decision: np.uint64, waiting: Waiting, count: int, bits: NDArray[np.uint64]) -> None:
    """64 random bits of a decision for each of `count` reads."""
    key, number = waiting.key, waiting.number
    for k in range(np.uint64(count)):
        bits[k] = draw_bits(agent_base(decision, key[k]), number[k])


@compiled
def _choose_rankings(
    waiting: Waiting,
    count: int,
    decisions: Decisions,
    readers: Readers,
    offer: Offer,
    bits: NDArray[np.uint64],
    groups: NDArray[np.int64],
) -> None:
    """Fill `groups` with the ranking that each of `count` reads looks at, as in `Offer.exposure`; -1 for none.

    It is the one of the reader's home curator or of any by audience, and there of its own domain or
    of any by demand. Without a choice no lot is drawn. `bits` is room for a block.
    """
    person, own, home = waiting.person, readers.own, readers.home
    audience, demand = offer.audience, offer.demand.ravel()
    curators, domains = offer.demand.shape
    somewhere = curators > 0 and audience[curators - 1] > 0.0
    for k in range(count):
        groups[k] = 0 if somewhere else -1
    if somewhere and curators > 1:
        _draw_bits(decisions.place, waiting, count, bits)
        for k in range(np.uint64(count)):
            at = int(home[person[k]])
            groups[k] = _own_or_any(unit(bits[k]), at, readers.home_share * (at >= 0), audience, 0, curators)
    if somewhere and domains > 1:
        _draw_bits(decisions.domain, waiting, count, bits)
    for k in range(np.uint64(count)):
        start, field = groups[k] * domains, int(own[person[k]])
        groups[k] = start
        if start < 0 or demand[start + domains - 1] <= 0.0:
            groups[k] = -1
        elif domains > 1:
            served = demand[start + field] > (demand[start + field - 1] if field > 0 else 0.0)
            groups[k] += _own_or_any(unit(bits[k]), field, readers.focus * served, demand, start, domains)


@compiled
def _read_the_followed(
    waiting: Waiting,
    count: int,
    decisions: Decisions,
    readers: Readers,
    offer: Offer,
    bits: NDArray[np.uint64],
    out: NDArray[np.int32],
) -> int:
    """Let those of `count` reads that go to someone whom the reader follows have an item of theirs.

    Authors are taken alike, and then their items. The reads that still wait, because they do not go
    there or that author has nothing on show, move to the front; returns how many they are.
    """
    person, key, number = waiting.person, waiting.key, waiting.number
    followed, followees, shelf, shelved = readers.followed, readers.followees, offer.shelf, offer.shelved
    going, spot, waits = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64), np.ones(BLOCK, np.bool_)
    goers = 0
    _draw_bits(decisions.follow, waiting, count, bits)
    for k in range(np.uint64(count)):
        going[goers] = k
        known = followed[person[k] + 1] > followed[person[k]]
        goers += int(known) * int(unit(bits[k]) < readers.follow)
    for q in range(np.uint64(goers)):  # whom; steps of their own, so that no look-up waits for another
        k = going[q]
        known = followed[person[k] + 1] - followed[person[k]]
        u = unit(draw_bits(agent_base(decisions.whom, key[k]), number[k]))
        spot[q] = followees[followed[person[k]] + np.int64(u * known)]
    for q in range(np.uint64(goers)):  # which of that author's items
        k, author = going[q], spot[q]
        written = shelf[author + 1] - shelf[author]
        u = unit(draw_bits(agent_base(decisions.which, key[k]), number[k]))
        spot[q] = shelf[author] + np.int64(u * written)
        waits[k] = written == 0
    for q in range(np.uint64(goers)):
        if not waits[going[q]]:
            out[person[going[q]], number[going[q]]] = offer.first + shelved[spot[q]]
    left = 0
    for k in range(np.uint64(count)):
        person[left], key[left], number[left] = person[k], key[k], number[k]
        left += int(waits[k])
    return left


@compiled
def spend_attention(decisions: Decisions, readers: Readers, offer: Offer, out: NDArray[np.int32]) -> None:
    """Fill ``out`` (people, reads) with the row that each person reads each time, -1 for none.

    A reader looks at someone it follows, or else at a ranking. All of it is done in blocks of reads,
    one step for a whole block after another.
    """
    person, key, number = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int64)
    waiting = Waiting(person, key, number)
    groups, bits, rows = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int64)
    who, people, reads = readers.key, out.shape[0], out.shape[1]
    count = 0
    for i in range(people):
        for read in range(reads):
            out[i, read] = -1
            person[count], key[count], number[count] = i, who[i], read
            count += 1
            if count == BLOCK or (i == people - 1 and read == reads - 1):
                if readers.follow > 0.0 and readers.followees.size > 0:
                    count = _read_the_followed(waiting, count, decisions, readers, offer, bits, out)
                _choose_rankings(waiting, count, decisions, readers, offer, bits, groups)
                _draw_bits(decisions.item, waiting, count, bits)
                draw_block(offer.exposure, count, groups, bits, rows)
                for k in range(count):
                    if rows[k] >= 0:
                        out[person[k], number[k]] = offer.first + rows[k]
                count = 0


@compiled
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

    An item wins a vote with chance truth + charm, charm less the reader's aversion if the reader
    takes it for AI, which happens with chance ``visible``. Positions count from row ``first``.
    """
    for i in range(who.size):
        sees, votes = agent_base(see_key, who[i]), agent_base(vote_key, who[i])
        for j in range(reads.shape[1]):
            out[i, j] = False
            if reads[i, j] < 0:
                continue
            at = reads[i, j] - first
            chance = charm[at]
            if visible[at] > 0.0 and unit(draw_bits(sees, j)) < visible[at]:
                chance = chance * (1.0 - aversion[i])
            out[i, j] = unit(draw_bits(votes, j)) < truth[at] + chance


@compiled
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

    The links of an item go first to what its author (``reader``, -1 for a publisher) upvoted this
    month, in order of reading, then to items drawn by exposure from ``group`` (-1 for none).
    """
    at = 0
    for i in range(rows.size):
        liked = 0
        for link in range(counts[i]):
            out[at] = -1
            if reader[i] >= 0:
                while liked < reads.shape[1]:
                    target = reads[reader[i], liked]
                    good = upvoted[reader[i], liked] and target != rows[i]
                    liked += 1
                    if good:
                        out[at] = target
                        break
            if out[at] < 0 and group[i] >= 0:
                position = draw_row(tables, group[i], draw_bits(agent_base(item_key, keys[i]), link))
                if position >= 0 and first + position != rows[i]:
                    out[at] = first + position
            at += 1
