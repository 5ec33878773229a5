"""The webstep in plain numpy: one column for each property of items, one call for each decision of all people.

Weighted draws use tickets: each item on show appears in an array once, and once more for each vote, so
that a uniform place in that array is a draw in proportion to 1 + votes. A draw is then one random whole
number and one read from memory, which is what makes plain numpy fast here; a running sum with
`searchsorted` takes several times as long.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.webstep import (
    CHANCE,
    IDEAS,
    LINKS,
    PEOPLE_PER_SYNTHETIC,
    READS,
    WINDOW,
    Summary,
    entropy_of,
    people,
    salience,
)

__all__ = ["NumpyWeb"]


class NumpyWeb:
    """A web of ``humans`` people; ``months`` is how many columns have room for before they have to grow."""

    def __init__(self, humans: int, months: int, seed: int) -> None:
        """Set up people, the ideas there are, and empty columns."""
        self.rng = np.random.Generator(np.random.SFC64(seed))
        self.humans = humans
        activity, self.skill = people(humans, self.rng)
        self.silent = np.exp(-activity)  # chance of writing nothing
        self.activity = activity
        self.threshold, self.alias = _alias(salience())
        self.publishing = humans // PEOPLE_PER_SYNTHETIC
        room = int(1.1 * months * (0.1 * humans + self.publishing)) + 1000
        self.idea = np.empty(room, dtype=np.int32)
        self.right = np.empty(room, dtype=np.bool_)
        self.author = np.empty(room, dtype=np.int32)  # -1 for a publisher
        self.votes = np.zeros(room, dtype=np.int32)
        self.links = np.zeros(room, dtype=np.int32)
        self.starts: list[int] = []  # row of the first item of each month
        self.items = 0
        self.sources = self.targets = np.empty(0, dtype=np.int64)  # of this month's links: what links, and to what
        self.count = np.zeros(IDEAS)  # weighted documents of the lab by idea
        self.correct = np.zeros(IDEAS)  # those of them that are right
        self.told = np.zeros(IDEAS, dtype=np.int64)  # items by idea
        self.voted = 0
        self.records: list[tuple[int, float, float, int]] = []

    def step(self) -> None:
        """Advance by one month."""
        self.starts.append(self.items)
        self._produce()
        # What is on show is the end of each column; places in it are what is read and linked to.
        shown = slice(self.starts[-WINDOW] if len(self.starts) >= WINDOW else 0, self.items)
        tickets = np.repeat(np.arange(shown.stop - shown.start), self.votes[shown] + 1)
        reads = tickets.take(self.rng.integers(len(tickets), size=(self.humans, READS)))
        upvoted = self._vote(reads, shown)
        self._link(reads, upvoted, tickets, shown)
        self._train()
        self._record()

    def _produce(self) -> None:
        author = self._writers()
        chosen = self.rng.integers(IDEAS, size=len(author))
        kept = self.rng.random(len(author)) < self.threshold[chosen]
        idea = np.where(kept, chosen, self.alias[chosen])
        self._append(idea, self.rng.random(len(author)) < self.skill[author], author)
        if self.count.any():
            running = np.cumsum(self.count)
            # Sorted numbers look their places up in order, which is fast; items have no order within a month.
            told = np.searchsorted(running, np.sort(self.rng.random(self.publishing)) * running[-1], side="right")
            right = self.rng.random(self.publishing) < self.correct[told] / self.count[told]
            self._append(told, right, np.full(self.publishing, -1, dtype=np.int32))

    def _writers(self) -> NDArray[np.int64]:
        """Author of each item: everybody's Poisson(activity), by inversion, as most people write nothing."""
        lot = self.rng.random(self.humans)
        who = np.flatnonzero(lot >= self.silent)
        lot, rate, chance = lot[who], self.activity[who], self.silent[who]
        passed, authors, written = chance, [], 0
        while len(who):
            authors.append(who)
            written += 1
            chance = chance * rate / written
            passed = passed + chance
            more = lot >= passed
            who, lot, rate, chance, passed = who[more], lot[more], rate[more], chance[more], passed[more]
        return np.concatenate(authors) if authors else who

    def _append(self, idea: NDArray[np.integer], right: NDArray[np.bool_], author: NDArray[np.integer]) -> None:
        rows = slice(self.items, self.items + len(idea))
        if rows.stop > len(self.idea):
            for name in ("idea", "right", "author", "votes", "links"):
                column = getattr(self, name)
                grown = np.zeros(2 * rows.stop, dtype=column.dtype)
                grown[: self.items] = column[: self.items]
                setattr(self, name, grown)
        self.idea[rows], self.right[rows], self.author[rows] = idea, right, author
        self.items = rows.stop

    def _vote(self, reads: NDArray[np.int64], shown: slice) -> NDArray[np.bool_]:
        """Which reads (humans, READS) end in an upvote; items get theirs."""
        chance = np.where(self.right[shown], np.float32(CHANCE[1]), np.float32(CHANCE[0]))
        upvoted = self.rng.random(reads.shape, dtype=np.float32) < chance.take(reads)
        liked = reads.ravel().compress(upvoted.ravel())  # six times as fast as reads[upvoted]
        self.votes[shown] += np.bincount(liked, minlength=len(chance))
        self.voted += len(liked)
        return upvoted

    def _link(
        self, reads: NDArray[np.int64], upvoted: NDArray[np.bool_], tickets: NDArray[np.int64], shown: slice
    ) -> None:
        """Let new items link to what their authors upvoted, in order of reading, and then by tickets."""
        new = np.arange(self.starts[-1], self.items)
        place, author = new - shown.start, self.author[new]
        left = self.rng.poisson(LINKS, len(new))
        sources, targets = [], []
        for read in range(READS):
            able = np.flatnonzero((left > 0) & (author >= 0))
            able = able[upvoted[author[able], read]]
            seen = reads[author[able], read]
            other = seen != place[able]
            able, seen = able[other], seen[other]
            left[able] -= 1
            sources.append(place[able])
            targets.append(seen)
        source = np.repeat(place, left)
        drawn = tickets.take(self.rng.integers(len(tickets), size=len(source)))
        apart = drawn != source
        source = np.concatenate([*sources, source[apart]])
        target = np.concatenate([*targets, drawn[apart]])
        self.links[shown] += np.bincount(target, minlength=shown.stop - shown.start)
        self.sources, self.targets = shown.start + source, shown.start + target

    def _train(self) -> None:
        new = slice(self.starts[-1], self.items)
        weight = self.votes[new] + 1.0
        weight /= weight.mean()
        self.count += np.bincount(self.idea[new], weight, IDEAS)
        self.correct += np.bincount(self.idea[new], weight * self.right[new], IDEAS)

    def _record(self) -> None:
        self.told += np.bincount(self.idea[self.starts[-1] : self.items], minlength=IDEAS)
        covered = int(np.count_nonzero(self.told))
        self.records.append((self.items, self.voted / self.items, entropy_of(self.told), covered))

    def summary(self) -> Summary:
        """All items so far."""
        n = self.items
        return Summary.of(self.idea[:n], self.right[:n], self.author[:n] < 0, self.votes[:n], self.links[:n])


def _alias(chance: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
    """Threshold and alias of each outcome (Walker 1977, doi:10.1145/355744.355749; Vose 1991, doi:10.1109/32.92917).

    Outcome i of a uniform choice stays i with chance threshold[i] and becomes alias[i] otherwise.
    """
    threshold, alias = chance * len(chance), np.arange(len(chance), dtype=np.uint32)
    small, large = np.flatnonzero(threshold < 1).tolist(), np.flatnonzero(threshold >= 1).tolist()
    while small and large:
        low, high = small.pop(), large[-1]
        alias[low] = high
        threshold[high] -= 1 - threshold[low]
        if threshold[high] < 1:
            small.append(large.pop())
    return threshold, alias
