"""The compiled loops. Each has the same thing told person by person in `reference.py`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.sampling import Tables, draw_row
from ecosystem.core.streams import agent_base, draw_bits, search_running, unit

__all__ = ["link_items", "spend_attention", "upvote"]


@compiled
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

    Args:
        follow_key: key of the decision to read someone one follows; the other keys likewise.
        whom_key: which of the followed.
        which_key: which of the followed author's items.
        home_key: whether to read at one's home curator.
        place_key: which other curator.
        focus_key: whether to read in one's own domain.
        domain_key: which other domain.
        item_key: which item of that curator and domain.
        who: keys of people (h,).
        own: domain of each (h,).
        home: home curator of each, -1 for none (h,).
        followed: row offsets of the follow network (h + 1,).
        followees: whom each follows, end to end.
        shelf: offsets of each person's items on show (h + 1,).
        shelved: their positions in the feed, end to end.
        audience: running audience shares of curators (curators,).
        demand: running demand of domains at each curator (curators, domains).
        tables: exposure by curator and domain.
        follow: share of reads from the followed.
        home_share: share of ranked reads at home.
        focus: share of reads in one's own domain.
        first: row of the feed's first item.
        out: filled.
    """
    curators, domains = demand.shape
    for i in range(who.size):
        followees_of_i = followed[i + 1] - followed[i]
        follows, whom, which = (
            agent_base(follow_key, who[i]),
            agent_base(whom_key, who[i]),
            agent_base(which_key, who[i]),
        )
        at_home, place_of = agent_base(home_key, who[i]), agent_base(place_key, who[i])
        at_focus, domain_of = agent_base(focus_key, who[i]), agent_base(domain_key, who[i])
        item_of = agent_base(item_key, who[i])
        for j in range(out.shape[1]):
            out[i, j] = -1
            if followees_of_i > 0 and unit(draw_bits(follows, j)) < follow:
                author = followees[followed[i] + np.int64(unit(draw_bits(whom, j)) * followees_of_i)]
                items = shelf[author + 1] - shelf[author]
                if items > 0:
                    out[i, j] = first + shelved[shelf[author] + np.int64(unit(draw_bits(which, j)) * items)]
                    continue
            if curators == 0:
                continue
            place = np.int64(home[i])
            if place < 0 or unit(draw_bits(at_home, j)) >= home_share:
                place = np.int64(search_running(audience, 0, curators, unit(draw_bits(place_of, j))))
            if place < 0 or demand[place, domains - 1] <= 0.0:
                continue
            field = np.int64(own[i])
            served = demand[place, field] - (demand[place, field - 1] if field > 0 else 0.0)
            if served <= 0.0 or unit(draw_bits(at_focus, j)) >= focus:
                field = np.int64(search_running(demand[place], 0, domains, unit(draw_bits(domain_of, j))))
            position = draw_row(tables, place * domains + field, draw_bits(item_of, j))
            if position >= 0:
                out[i, j] = first + position


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
