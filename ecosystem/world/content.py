"""Everything ever written: one row an item, columns rather than objects."""

from __future__ import annotations

from enum import IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.table import Table, column
from ecosystem.world.attention import Attention

__all__ = ["GONE", "NO_LAB", "NO_TEXT", "OPEN_WEB", "PRIVATE", "Items", "Marks", "Origin"]

OPEN_WEB = -1
"""Hosted by no curator: public, can be crawled, but no ranking shows it."""
PRIVATE = -2
"""Never published: commissioned work, logs of asking, a lab's own synthetic data."""
NO_LAB = -1
NO_TEXT = -1
"""In place of every word of an item without text."""
GONE = -2
"""Source of an item that rewrote or repeated one which has left memory since."""


class Origin(IntEnum):
    """Who wrote an item."""

    HUMAN = 0
    ASSISTED = 1
    SYNTHETIC = 2


class Marks(IntFlag):
    """What is fastened to an item; bits of one byte."""

    WATERMARKED = 1
    SIGNED = 2
    LABELLED = 4
    OPTED_OUT = 8
    REMOVED = 16
    DOWNRANKED = 32
    FLAGGED = 64
    COMMISSIONED = 128


class Items(Table):
    """The web, and what labs hold privately. Rows are in order of publication.

    They stay for ever, or as long as `scale.keep_items` says; see `ecosystem/world/memory.py`. Row r is the
    item of number r + past.items, past.items being how many have left.
    """

    key = column(np.uint64, unit="key", meaning="identity, inherited from the author's key, the step and the ordinal")
    step = column(np.int32, unit="month", meaning="step of publication")
    domain = column(np.int32, unit="domain", meaning="what field it belongs to")
    idea = column(np.int32, unit="idea", meaning="what it says: number of the idea within its domain")
    correct = column(np.bool_, unit="yes or no", meaning="whether it is right", default=False)
    style = column(np.float32, unit="style units", meaning="how it says it", shape=("styles",))
    origin = column(np.uint8, unit="Origin", meaning="human, assisted or synthetic")
    share = column(np.float32, unit="share", meaning="synthetic share of the text")
    depth = column(np.float32, unit="generations", meaning="model generations the text has been through")
    author = column(np.int32, unit="row", meaning="row of the person, or publisher where synthetic; 0 for a lab's own")
    lab = column(np.int16, unit="lab", meaning="lab whose model helped or wrote, -1 for none", default=NO_LAB)
    curator = column(np.int16, unit="curator", meaning="host; -1 the open web, -2 private", default=OPEN_WEB)
    marks = column(
        np.uint8,
        unit="Marks",
        meaning="watermarked, signed, labelled, opted out, removed, downranked, flagged, commissioned",
    )
    score = column(
        np.float32,
        unit="nats",
        meaning="the host's detector score at publication; NaN without one",
        default=np.nan,
        sparse=True,
    )
    votes = column(np.float32, unit="votes", meaning="upvotes so far")
    views = column(np.float32, unit="views", meaning="simulated reads so far")
    links = column(np.float32, unit="links", meaning="in-links so far")
    source = column(
        np.int64,
        unit="number",
        meaning="item that was rewritten or repeated, by its number in order of publication from 0; -1 none",
        default=-1,
        sparse=True,
    )
    tokens = column(
        np.int32,
        unit="word",
        meaning="its text: words as numbers of the domain's vocabulary; -1 throughout without text",
        shape=("tokens",),
        default=NO_TEXT,
    )

    def tally(self, month: Attention) -> None:
        """Add a month's views and upvotes."""
        month.add_to(self.views[month.rows], self.votes[month.rows])

    def has(self, mark: Marks, rows: slice | NDArray[np.integer] = slice(None)) -> NDArray[np.bool_]:
        """Whether each of ``rows`` carries the mark."""
        return (self.marks[rows] & np.uint8(mark)) != 0
