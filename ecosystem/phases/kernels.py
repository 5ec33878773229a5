"""The compiled loops. Each has the same thing told person by person in `reference.py`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.sampling import BLOCK, Tables, draw_block, make_room
from ecosystem.core.streams import agent_base, draw_bits, search_running, unit
from ecosystem.world.appeal import CHARM, VISIBLE, Appeal

__all__ = ["Decisions", "Offer", "Readers", "link_items", "spend_attention", "upvote"]

_FEW = 16
"""Weights among which all are looked at instead of searched. Measured: faster for 4 and 5; assumption: up to here."""
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
    shelved: NDArray[np.int32]
    audience: NDArray[np.float64]
    demand: NDArray[np.float64]
    exposure: Tables


@compiled
def _own_or_any(
    u: float, own: np.int64, share: float, running: NDArray[np.float64], start: np.int64, size: int
) -> np.int64:
    """`own` with chance `share`, else any of `size` in proportion to weights whose running sums begin at `start`.

    Both are looked up and one is taken, because a processor cannot guess which it will be.
    """
    total = running[start + size - 1]
    target = min((u - share) / (1.0 - share) * total, _BELOW_ONE * total)
    other = np.int64(0)
    if size <= _FEW:
        for at in range(np.uint64(start), np.uint64(start + size)):
            other += np.int64(running[at] <= target)
    else:
        other = np.int64(search_running(running, int(start), int(start) + size, (u - share) / (1.0 - share)))
    takes_own = np.int64(u < share)
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
def _take(start: int, count: int, reads: int, who: NDArray[np.uint64], block: Waiting) -> None:
    """Fill a block with `count` reads from the one at `start` on, if each of `who` (people,) reads so often."""
    person, key, number = block
    first, skipped = divmod(start, reads)
    share = 1.0 / reads
    for k in range(np.uint64(count)):
        # A whole division, by a product that cannot round to the wrong side: of many numbers at once.
        after = np.int64((np.float64(np.int64(k) + skipped) + 0.5) * share)
        person[k], number[k] = first + after, np.int64(k) + skipped - after * reads
    for k in range(np.uint64(count)):
        key[k] = who[np.uint64(person[k])]


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
    groups[:count] = 0 if somewhere else -1
    if curators * domains == 1 and demand[0] > 0.0:
        return
    if somewhere and curators > 1:
        _draw_bits(decisions.place, waiting, count, bits)
        for k in range(np.uint64(count)):
            at = np.int64(home[person[k]])
            groups[k] = _own_or_any(unit(bits[k]), at, readers.home_share * (at >= 0), audience, np.int64(0), curators)
    if somewhere and domains > 1:
        _draw_bits(decisions.domain, waiting, count, bits)
    for k in range(np.uint64(count)):
        start, field = groups[k] * domains, np.int64(own[person[k]])
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
    there or that author has nothing on show, are then the first, in whatever order; returns how many they are.
    """
    person, key, number = waiting.person, waiting.key, waiting.number
    followed, followees, shelf, shelved = readers.followed, readers.followees, offer.shelf, offer.shelved
    share, goers = readers.follow, 0
    going, waits = np.empty(BLOCK, np.int64), np.ones(BLOCK, np.bool_)
    _draw_bits(decisions.follow, waiting, count, bits)
    for k in range(np.uint64(count)):
        going[goers] = k
        goers += int(unit(bits[k]) < share)
    # Steps of their own for all that go, so that no look-up waits for another.
    who, first = np.empty(goers, np.int64), np.empty(goers, np.int64)
    reader, own_key, nth = np.empty(goers, np.int64), np.empty(goers, np.uint64), np.empty(goers, np.int64)
    own = Waiting(reader, own_key, nth)
    for q in range(np.uint64(goers)):
        at = np.uint64(going[q])
        reader[q], own_key[q], nth[q] = person[at], key[at], number[at]
    _draw_bits(decisions.whom, own, goers, bits)
    for q in range(np.uint64(goers)):
        begin = followed[np.uint64(reader[q])]
        known = followed[np.uint64(reader[q] + 1)] - begin
        who[q] = begin + np.int64(unit(bits[q]) * known) if known > 0 else -1
    for q in range(np.uint64(goers)):
        who[q] = followees[np.uint64(who[q])] if who[q] >= 0 else -1
    _draw_bits(decisions.which, own, goers, bits)
    for q in range(np.uint64(goers)):
        author = np.uint64(max(who[q], 0))
        begin = shelf[author]
        written = (shelf[author + np.uint64(1)] - begin) * np.int64(who[q] >= 0)
        first[q] = begin + np.int64(unit(bits[q]) * written) if written > 0 else -1
    for q in range(np.uint64(goers)):
        if first[q] >= 0:
            waits[np.uint64(going[q])] = False
            out[np.uint64(reader[q]), np.uint64(nth[q])] = offer.first + shelved[np.uint64(first[q])]
    return _close_up(waiting, count, going[:goers], waits)


@compiled
def _close_up(waiting: Waiting, count: int, going: NDArray[np.int64], waits: NDArray[np.bool_]) -> int:
    """Let the last of `count` reads take the places of those of `going`, which rise, that wait no more.

    Returns how many wait.
    """
    person, key, number = waiting.person, waiting.key, waiting.number
    left, end = count, count
    for place in going:
        left -= int(not waits[place])
    for place in going:
        if place >= left:
            break
        if not waits[place]:
            end -= 1
            while not waits[end]:
                end -= 1
            person[place], key[place], number[place] = person[end], key[end], number[end]
    return left


@compiled
def spend_attention(decisions: Decisions, readers: Readers, offer: Offer, out: NDArray[np.int32]) -> None:
    """Fill ``out`` (people, reads) with the row that each person reads each time, -1 for none.

    A reader looks at someone it follows, or else at a ranking. All of it is done in blocks of reads,
    one step for a whole block after another.
    """
    person, number = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    waiting = Waiting(person, np.empty(BLOCK, np.uint64), number)
    groups, bits, rows = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int64)
    flat, reads, first, room = out.ravel(), out.shape[1], offer.first, make_room()
    for start in range(0, flat.size, BLOCK):
        count = size = min(BLOCK, flat.size - start)
        _take(start, count, reads, readers.key, waiting)
        if readers.follow > 0.0 and readers.followees.size > 0:
            count = _read_the_followed(waiting, count, decisions, readers, offer, bits, out)
        _choose_rankings(waiting, count, decisions, readers, offer, bits, groups)
        _draw_bits(decisions.item, waiting, count, bits)
        draw_block(offer.exposure, count, groups, bits, rows, room)
        if count == size:  # all of them, and in the order of `out`
            part = flat[start : start + size]
            for k in range(np.uint64(size)):
                part[k] = first + rows[k] if rows[k] >= 0 else -1
        else:
            for k in range(np.uint64(count)):
                row = first + rows[k] if rows[k] >= 0 else -1
                flat[np.uint64(person[k] * reads + number[k])] = row


@compiled
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
    """Fill ``out`` (h, a): whether each read ends in an upvote, by chances of items from row ``first`` on.

    A reader who takes an item for AI finds it less charming, by its own aversion (people,) or that of
    all (1,). Work goes by blocks of reads: the chances, then those of what may be taken for AI once more,
    then the votes.
    """
    person, bits = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.uint64)
    block = Waiting(person, np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int64))
    pleased, doubtful = np.empty(BLOCK), np.empty(BLOCK, np.uint64)
    flat, votes, attention = reads.ravel(), out.ravel(), reads.shape[1]
    (chance, doubt), zero = appeal, np.uint64(0)
    for start in range(0, flat.size, BLOCK):
        rows = flat[start : start + BLOCK]
        suspects = 0
        for k in range(np.uint64(rows.size)):
            pleased[k] = chance[np.uint64(max(rows[k] - first, 0))] if rows[k] >= 0 else np.float32(0.0)
        for k in range(np.uint64(rows.size)):
            suspects += int(pleased[k] < 0.0)
        if suspects > 0:
            suspects = 0
            for k in range(np.uint64(rows.size)):
                doubtful[suspects] = k
                suspects += int(pleased[k] < 0.0)
                pleased[k] = abs(pleased[k])
        _take(start, rows.size, attention, who, block)
        if suspects > 0:
            _draw_bits(see_key, block, rows.size, bits)
        for k in doubtful[:suspects]:
            item = np.uint64(max(rows[k] - first, 0))
            if unit(bits[k]) < doubt[item, VISIBLE]:
                pleased[k] -= doubt[item, CHARM] * aversion[np.uint64(person[k]) if aversion.size > 1 else zero]
        _draw_bits(vote_key, block, rows.size, bits)
        part = votes[start : start + BLOCK]
        for k in range(np.uint64(rows.size)):
            part[k] = unit(bits[k]) < pleased[k]


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
    month, in order of reading, then to items drawn by exposure from ``group`` (-1 for none). Those
    are drawn in blocks. No item points to itself.
    """
    groups, bases, found = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int64)
    place, source = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int64)  # of each link that is to be drawn
    at, waiting, room, attention = np.uint64(0), np.uint64(0), make_room(), reads.shape[1]
    for i in range(np.uint64(rows.size)):
        liked, who = np.uint64(0), np.uint64(max(reader[i], 0))
        looked_at = np.uint64(attention if reader[i] >= 0 else 0)
        for link in range(counts[i]):
            target = np.int64(-1)
            while target < 0 and liked < looked_at:
                row = np.int64(reads[who, liked])
                if upvoted[who, liked] and row != rows[i]:
                    target = row
                liked += np.uint64(1)
            out[at] = target
            if target < 0:
                groups[waiting], bases[waiting] = group[i], draw_bits(agent_base(item_key, keys[i]), link)
                place[waiting], source[waiting] = at, rows[i]
                waiting += np.uint64(1)
            at += np.uint64(1)
            if waiting == BLOCK or (at == out.size and waiting > 0):
                draw_block(tables, int(waiting), groups, bases, found, room)
                for k in range(waiting):
                    if found[k] >= 0 and first + found[k] != source[k]:
                        out[place[k]] = first + found[k]
                waiting = np.uint64(0)
