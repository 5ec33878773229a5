"""The webstep: what the three programs compute that the benchmarks compare, and what they have to agree in.

`scenarios/benchmarks/webstep.toml` says it to the engine, `webstep_mesa.py` says it in objects and
`webstep_numpy.py` in arrays. A month is:

    produce   each person writes Poisson(activity) items: an idea by Zipf's law, right with chance skill;
              publishers together write one item for every twenty people by the lab's present model
    read      everyone reads 5 items of the last 5 months, in proportion to 1 + votes at the start of the month
    vote      a read ends in an upvote with chance 3/4 if the item is right, 1/4 if it is wrong
    link      each new item makes Poisson(2) links: to what its author upvoted this month, in order of reading,
              then in proportion to 1 + votes; a link that falls on the item itself is left out
    train     the lab counts the month's items by idea, each for 1 + votes over the month's mean of that;
              its model writes an idea as often as counted, and right as often as that was right
    record    items, mean votes, entropy of ideas and ideas covered, of all items so far

All items of all months are kept, and the links of the latest month; those of the months before count at their targets.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Summarised", "Summary", "Web", "entropy_of", "people", "salience"]

WINDOW = 5
"""Months that an item is on show, that of its publication included."""
READS = 5
"""Reads of a person in a month."""
LINKS = 2.0
"""Mean number of links of an item."""
IDEAS = 50_000
"""Ideas there are to write about."""
ZIPF = 1.1
"""Exponent of the salience of ideas: the idea of rank r is written about in proportion to r^-ZIPF."""
ACTIVITY = 0.1
"""Mean number of items that a person writes in a month."""
TAIL = 1.5
"""Pareto exponent of activity across people."""
CAP = 8.7
"""Most that anyone writes, relative to the mean that there would be without a cap."""
SKILL = (2.0, 2.0)
"""Parameters of the Beta distribution of the chance that what a person writes is right."""
CHANCE = (0.25, 0.75)
"""Chance that a read of a wrong and of a right item ends in an upvote."""
PEOPLE_PER_SYNTHETIC = 20
"""People for each item that publishers write in a month, once there is a model."""


class Summary(NamedTuple):
    """What the programs have to agree in, of all items at the end of a run."""

    items: float
    """Items in all."""
    votes: float
    """Mean votes of an item."""
    links: float
    """Mean in-links of an item."""
    synthetic: float
    """Share of items by publishers."""
    right: float
    """Share of items that are right."""
    entropy: float
    """Entropy of their ideas, nats."""
    ideas: float
    """Ideas that at least one item tells."""
    squared_votes: float
    """Mean square of votes: how unequal attention is."""

    @classmethod
    def of(
        cls,
        idea: NDArray[np.integer],
        right: NDArray[np.bool_],
        synthetic: NDArray[np.bool_],
        votes: NDArray[np.number],
        links: NDArray[np.number],
    ) -> Summary:
        """Summarise a table of items, one row each."""
        counts = np.bincount(idea, minlength=IDEAS)
        return cls(
            items=float(len(idea)),
            votes=float(votes.mean()),
            links=float(links.mean()),
            synthetic=float(synthetic.mean()),
            right=float(right.mean()),
            entropy=entropy_of(counts),
            ideas=float(np.count_nonzero(counts)),
            squared_votes=float((votes.astype(float) ** 2).mean()),
        )


class Web(Protocol):
    """What can be advanced month by month."""

    def step(self) -> None:
        """Advance by one month."""


@runtime_checkable
class Summarised(Web, Protocol):
    """One of the programs for the webstep."""

    def summary(self) -> Summary:
        """All items so far."""


def entropy_of(counts: NDArray[np.integer]) -> float:
    """Shannon entropy, in nats, of the distribution that the counts (ideas,) stand for."""
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())


def salience() -> NDArray[np.float64]:
    """Chance of each idea to be what a first-hand item is about, shape (ideas,)."""
    weight = np.arange(1, IDEAS + 1) ** -ZIPF
    return weight / weight.sum()


def people(humans: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Activity, items per month, and skill of people, both of shape (humans,)."""
    least = (TAIL - 1) / TAIL  # of a Pareto distribution of mean 1
    mean = least * (TAIL - (least / CAP) ** (TAIL - 1)) / (TAIL - 1)  # once it is cut at CAP
    activity = ACTIVITY * np.minimum(least * (1 - rng.random(humans)) ** (-1 / TAIL), CAP) / mean
    return activity, rng.beta(*SKILL, humans)
