"""Who knows what: nobody decides on what the model says that nobody sees.

An item's true origin, its synthetic share and its depth are facts that no gate, crawler, reader, rival or
investor sees; whether it is right shows in votes alone; true salience shows in what people write and ask.
What an institution earned, what it owns and what its rule remembers are its own business; what a lab does with
data shows only if it tells.
Each test changes such a fact behind everyone's back and looks at what is decided next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.urns import Urns
from ecosystem.phases import publishing, writing
from ecosystem.phases.adapt import adapt
from ecosystem.phases.ask import ask
from ecosystem.phases.detection import known_human, known_machine
from ecosystem.phases.gate import gate
from ecosystem.phases.link import link
from ecosystem.phases.produce import produce
from ecosystem.phases.read import read
from ecosystem.phases.scrape import scrape
from ecosystem.phases.train import train
from ecosystem.phases.vote import vote
from ecosystem.strategies.learners.base import Model
from ecosystem.world.content import Marks, Origin
from ecosystem.world.feed import show
from ecosystem.world.ledger import Kind
from ecosystem.world.proposals import Drafts, Reads, Votes
from ecosystem.world.world import Pages, World
from tests.units.phases.worlds import lively

type Arrays = list[NDArray[Any]]
KEY = np.uint64(7)


def arrays_of(proposal: Any) -> Arrays:
    """Every array in a proposal, in order."""
    if isinstance(proposal, np.ndarray):
        return [proposal]
    if isinstance(proposal, Model):
        proposal = {name: value for name, value in proposal.dump().items() if name != "synthetic_share"}
    if isinstance(proposal, dict):
        return [array for name in sorted(proposal) for array in arrays_of(proposal[name])]
    if isinstance(proposal, tuple):
        return [array for part in proposal for array in arrays_of(part)]
    if hasattr(proposal, "__dict__"):
        return arrays_of(vars(proposal))
    return [np.array(str(proposal))]


def same(one: Arrays, other: Arrays) -> bool:
    """Whether two lists of arrays are equal to the bit."""
    return len(one) == len(other) and all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(one, other, strict=True)
    )


class Moment:
    """A moment in a lively world: what has been written and read is settled, what comes next is not."""

    def __init__(self) -> None:
        """Live up to it."""
        self.world = lively()
        self.draw = self.world.draw
        self.new: Drafts = produce(self.world, self.draw)
        self.reads: Reads = read(self.world, self.draw)
        self.votes: Votes = vote(self.world, self.reads, self.draw)
        # Whoever wrote an item knows if it was accused falsely, and is discouraged: let nobody be accused.
        self.world.content.marks[:] &= ~np.uint8(Marks.REMOVED | Marks.DOWNRANKED)
        last = self.world.rows_of(self.world.clock.step - 1)
        self.pages = Pages(last.start, last.stop)

    def judged(self) -> Any:
        """What the gates make of the new drafts."""
        releases = gate(self.world, self.new, self.draw)
        return releases.drafts.marks, releases.score, releases.detectors

    def ballot(self) -> Votes:
        """The votes on what was read, with what is on show as it is now."""
        self.world.feed = show(self.world)
        return vote(self.world, self.reads, self.draw)

    def decisions(self) -> dict[str, Callable[[], Any]]:
        """What curators, labs, publishers and readers decide next."""
        world, draw = self.world, self.draw
        return {
            "gate": self.judged,
            "labelled samples": lambda: (known_human(world, 60, KEY), known_machine(world, 60, KEY, draw)),
            "generate": lambda: publishing.generate(world, publishing.output(world, draw), draw),
            "read": lambda: read(world, draw),
            "link": lambda: link(world, self.reads, self.votes, self.pages, draw),
            "scrape": lambda: scrape(world, draw),
            "train": lambda: train(world, draw),
            "adapt": lambda: adapt(world, draw),
        }


DECISIONS = ["gate", "labelled samples", "generate", "read", "link", "scrape", "train", "adapt"]


def unseen_origin(moment: Moment) -> None:
    """Let what people wrote alone have been written with help, and the other way round."""
    items = moment.world.content
    for table in (items.origin, moment.new.origin):
        table[:] = np.choose(table, [Origin.ASSISTED, Origin.HUMAN, Origin.SYNTHETIC])


def unseen_share(moment: Moment) -> None:
    """Let items be more or less synthetic than they are."""
    for table in (moment.world.content, moment.new):
        table.share[:] = 1 - table.share


def unseen_truth(moment: Moment) -> None:
    """Let what was right be wrong, the other way round, and everything have come a long way."""
    for table in (moment.world.content, moment.new):
        table.correct[:], table.depth[:] = ~table.correct, 7.0


def unseen_salience(moment: Moment) -> None:
    """Turn upside down what the world is about."""
    reality = moment.world.reality
    for domain in range(reality.domains):
        part = slice(reality.space.offsets[domain], reality.space.offsets[domain + 1])
        reality.salience[part] = reality.salience[part][::-1].copy()
    reality.sources = Urns(reality.space.offsets, reality.space.running(reality.salience))


def test_all_decisions_are_tried() -> None:
    assert sorted(Moment().decisions()) == sorted(DECISIONS)


CHANGES = {"origin": unseen_origin, "share": unseen_share, "truth": unseen_truth, "salience": unseen_salience}
LEARNED = {("truth", "generate"), ("truth", "train")}
"""Rewriting copies errors without knowing, and whether documents are right is what a lab learns."""


@pytest.mark.parametrize(
    ("fact", "decision"), [(fact, d) for fact in CHANGES for d in DECISIONS if (fact, d) not in LEARNED]
)
def test_what_nobody_sees_changes_no_decision(fact: str, decision: str) -> None:
    moment = Moment()
    before = [array.copy() for array in arrays_of(moment.decisions()[decision]())]
    CHANGES[fact](moment)
    after = arrays_of(moment.decisions()[decision]())
    assert sum(array.size for array in before) > 0
    assert same(before, after)


# --- books --------------------------------------------------------------------------------------------

RULES = ["explore", "imitate", "best_response"]


def rivals(rule: str, *, discloses: bool = True) -> World:
    """A lively world with three curators and three labs that all review every month by one rule."""
    adaptation = {"kind": rule, "interval": 1} | ({"noise": 1e-3} if rule == "imitate" else {})
    moved = ["price", "retention", "respects_opt_out"]
    labs = [
        {"name": name, "cadence": 1, "launch": "2018-02", "adaptation": adaptation, "levers": moved,
         "price": price, "discloses": discloses, "data": {"retention": 0.5}}
        for name, price in (("alpha", 5.0), ("beta", 20.0), ("gamma", 9.0))
    ]  # fmt: skip
    hosts = [{"name": name, "adaptation": adaptation, "loyalty": 0.5} for name in ("feed", "forum", "search")]
    return lively(labs=labs, curators=hosts)


def next_trials(world: World) -> dict[str, Arrays]:
    """What each institution does next, by name; nothing else is decided by books here."""
    shifts = adapt(world, world.draw).institutions
    return {name: arrays_of(tuple(trial)) for name, trial in (shifts.curators | shifts.labs).items()}


def unseen_books(world: World, name: str) -> None:
    """Let an institution have earned, and own, something else than it did."""
    agent = (world.curators | world.labs)[name]
    kind = Kind.LAB if name in world.labs else Kind.CURATOR
    for books in (world.ledger.balances, world.ledger.income, world.ledger.spending):
        books[kind][agent.index] = 2 * books[kind][agent.index] + 1_000_000_007
    agent.earned = 2 * agent.earned + 7e9
    settled = agent.trial.settled_payoff * 2 - 3e9
    agent.trial = agent.trial._replace(payoff=settled, settled_payoff=settled, memory=1 + 2 * agent.trial.memory)


def unseen_levers(world: World, name: str) -> None:
    """Let a lab keep more of what it has learned from before."""
    lab = world.labs[name]
    lab.trial = lab.trial._replace(levers=lab.trial.levers + np.array([[0.0, 0.7, 0.0]]))


@pytest.mark.parametrize("rule", RULES)
def test_nobody_decides_on_the_books_of_others(rule: str) -> None:
    world = rivals(rule)
    people = arrays_of(adapt(world, world.draw).people)
    before = next_trials(world)
    assert sorted(before) == ["alpha", "beta", "feed", "forum", "gamma", "search"]
    world = rivals(rule)
    for name in ("beta", "forum"):
        unseen_books(world, name)
    after = next_trials(world)
    for name in before:
        assert same(before[name], after[name]) == (name not in ("beta", "forum")), name
    assert same(people, arrays_of(adapt(world, world.draw).people))


@pytest.mark.parametrize("name", ["alpha", "beta", "gamma"])
def test_what_a_lab_does_not_tell_of_its_data_is_not_copied(name: str) -> None:
    before = next_trials(rivals("imitate", discloses=False))
    world = rivals("imitate", discloses=False)
    unseen_levers(world, name)
    after = next_trials(world)
    for other in before:
        assert same(before[other], after[other]) == (other != name), other


def test_what_labs_tell_is_copied() -> None:
    copied = 0
    for name in ("alpha", "beta", "gamma"):
        before, world = next_trials(rivals("imitate")), rivals("imitate")
        unseen_levers(world, name)
        after = next_trials(world)
        copied += sum(not same(before[other], after[other]) for other in before if other != name)
    assert copied > 0


@pytest.mark.parametrize(
    ("fact", "consequence"),
    [("salience", "people write"), ("salience", "people ask"), ("truth", "people vote"), ("share", "people vote")],
)
def test_what_people_can_see_does_change_what_they_do(fact: str, consequence: str) -> None:
    moment = Moment()
    doing: dict[str, Callable[[], Any]] = {
        "people write": lambda: writing.write(moment.world, writing.output(moment.world, moment.draw), moment.draw),
        "people ask": lambda: ask(moment.world, moment.draw),
        "people vote": moment.ballot,
    }
    before = [array.copy() for array in arrays_of(doing[consequence]())]
    CHANGES[fact](moment)
    assert not same(before, arrays_of(doing[consequence]()))
