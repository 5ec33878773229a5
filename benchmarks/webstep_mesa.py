"""The webstep in Mesa 3 as one writes it there: people, publishers and the lab are agents, items are objects.

It is meant to be good Mesa. Agents hold what is theirs and act through :meth:`AgentSet.do`, whose order does not
matter here because everybody acts on the web as it was at the start of the phase. Weighted draws use
tickets, a list that has each item on show once and once more for each vote, from which any place is as
likely as any other: that is twice as fast as ``random.choices`` with running weights. What the lab and
the recorder do is arithmetic on whole months, and done in numpy.
"""

from __future__ import annotations

import math
from bisect import bisect
from itertools import repeat
from typing import Any

import mesa
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

__all__ = ["MesaWeb"]

UNLINKED = math.exp(-LINKS)
"""Chance that an item makes no link."""


class Item:
    """Something written: what it says, whether that is right, and how it fared."""

    __slots__ = ("author", "chance", "idea", "links", "right", "votes")

    def __init__(self, author: Human | None, idea: int, *, right: bool) -> None:
        """Publish an item by a person, or with None by a publisher."""
        self.author = author
        self.idea = idea
        self.right = right
        self.chance = CHANCE[right]  # that a read of it ends in an upvote
        self.votes = 0
        self.links = 0


class Human(mesa.Agent):  # type: ignore[misc]  # mesa is untyped
    """Somebody who writes, reads, votes and links."""

    def __init__(self, model: MesaWeb, activity: float, skill: float) -> None:
        """Somebody who writes ``activity`` items a month, right with chance ``skill``."""
        super().__init__(model)
        self.activity = activity
        self.silent = math.exp(-activity)  # chance of writing nothing
        self.skill = skill
        self.wrote = False  # anything this month
        self.liked: list[Item] = []  # what it upvoted this month, if it has items that can link there

    def write(self) -> None:
        """Write Poisson(activity) items."""
        random, model = self.random.random, self.model
        lot = random()
        self.wrote = lot >= self.silent
        if not self.wrote:  # as most in most months
            return
        self.liked = []
        for _ in range(inverse_poisson(lot, self.activity, self.silent)):
            idea = bisect(model.salience, random())
            model.new.append(Item(self, idea, right=random() < self.skill))

    def read(self) -> None:
        """Read what is on show in proportion to 1 + votes, and upvote what one likes."""
        random, tickets, remembers = self.random.random, self.model.tickets, self.wrote
        number = len(tickets)
        for _ in range(READS):
            item = tickets[int(random() * number)]
            if random() < item.chance:
                item.votes += 1
                if remembers:
                    self.liked.append(item)


class Publisher(mesa.Agent):  # type: ignore[misc]  # mesa is untyped
    """All publishers: they put out what the lab's model writes."""

    def write(self) -> None:
        """Write this month's quota, as soon as there is a model."""
        model = self.model
        if not model.lab.documents:
            return
        number = len(model.humans) // PEOPLE_PER_SYNTHETIC
        ideas, right = model.lab.generate(number)
        model.new.extend(Item(None, idea, right=good) for idea, good in zip(ideas, right, strict=True))


class Lab(mesa.Agent):  # type: ignore[misc]  # mesa is untyped
    """It counts what is said, and its model says things as often as it counted them."""

    def __init__(self, model: MesaWeb) -> None:
        """Start with nothing."""
        super().__init__(model)
        self.documents = 0
        self.count = np.zeros(IDEAS)
        self.correct = np.zeros(IDEAS)

    def train(self, items: list[Item]) -> None:
        """Learn from this month's items, each for 1 + votes over the month's mean of that."""
        number = len(items)
        idea = np.fromiter((item.idea for item in items), np.int64, number)
        right = np.fromiter((item.right for item in items), np.bool_, number)
        weight = np.fromiter((item.votes for item in items), np.float64, number) + 1
        weight /= weight.mean()
        self.count += np.bincount(idea, weight, IDEAS)
        self.correct += np.bincount(idea, weight * right, IDEAS)
        self.documents += number

    def generate(self, number: int) -> tuple[list[int], list[bool]]:
        """Ideas of so many items, and whether they are right."""
        rng, running = self.model.rng, np.cumsum(self.count)
        idea = np.searchsorted(running, rng.random(number) * running[-1], side="right")
        right = rng.random(number) < self.correct[idea] / self.count[idea]
        return idea.tolist(), right.tolist()


class MesaWeb(mesa.Model):  # type: ignore[misc]  # mesa is untyped
    """A web of ``humans`` people."""

    def __init__(self, humans: int, seed: int) -> None:
        """Create all agents."""
        super().__init__(rng=seed)
        self.salience = np.cumsum(salience()).tolist()
        self.salience[-1] = 1.0  # whatever rounding did
        activity, skill = people(humans, self.rng)
        self.humans = Human.create_agents(self, humans, activity=activity.tolist(), skill=skill.tolist())
        self.publisher = Publisher(self)
        self.lab = Lab(self)
        self.months: list[list[Item]] = []
        self.new: list[Item] = []  # this month's items
        self.tickets: list[Item] = []
        self.sources: list[Item] = []  # items that link this month, once for each link
        self.targets: list[Item] = []  # and those they link to
        self.told = np.zeros(IDEAS, dtype=np.int64)  # items by idea
        self.items = 0
        self.voted = 0
        self.datacollector = mesa.DataCollector(
            {
                "items": "items",
                "votes": lambda web: web.voted / web.items,
                "entropy": lambda web: entropy_of(web.told),
                "ideas": lambda web: int(np.count_nonzero(web.told)),
            }
        )

    def step(self) -> None:
        """Advance by one month."""
        self.new = []
        self.humans.do("write")
        self.publisher.write()
        self.months.append(self.new)
        self.tickets = []
        before = self._print_tickets()
        self.humans.do("read")
        self.voted += sum(item.votes for month in self.months[-WINDOW:] for item in month) - before
        self.sources, self.targets = [], []
        for item in self.new:
            self._link(item)
        self.lab.train(self.new)
        self.items += len(self.new)
        self.told += np.bincount([item.idea for item in self.new], minlength=IDEAS)
        self.datacollector.collect(self)

    def _print_tickets(self) -> int:
        """One ticket for each item on show and one more for each of its votes; the votes there are."""
        votes, extend = 0, self.tickets.extend
        for month in self.months[-WINDOW:]:
            for item in month:
                extend(repeat(item, item.votes + 1))
                votes += item.votes
        return votes

    def _link(self, item: Item) -> None:
        """Link an item to what its author upvoted, in order of reading, and then by tickets."""
        random, tickets, found = self.random.random, self.tickets, self.targets
        left = inverse_poisson(random(), LINKS, UNLINKED)
        before = len(found)
        if item.author is not None:
            found.extend([target for target in item.author.liked if target is not item][:left])
            left -= len(found) - before
        for _ in range(left):
            target = tickets[int(random() * len(tickets))]
            if target is not item:
                found.append(target)
        for target in found[before:]:
            target.links += 1
            self.sources.append(item)

    def summary(self) -> Summary:
        """All items so far."""
        items = [item for month in self.months for item in month]

        def column(name: str, dtype: type[np.generic]) -> NDArray[Any]:
            return np.array([getattr(item, name) for item in items], dtype=dtype)

        synthetic = np.array([item.author is None for item in items])
        return Summary.of(
            column("idea", np.int64), column("right", np.bool_), synthetic, column("votes", np.int64),
            column("links", np.int64),
        )  # fmt: skip


def inverse_poisson(lot: float, mean: float, chance: float) -> int:
    """The Poisson quantile of a uniform number; ``chance`` is that of 0, exp(-mean)."""
    number, passed = 0, chance
    while lot >= passed and chance > 0:
        number += 1
        chance *= mean / number
        passed += chance
    return number
