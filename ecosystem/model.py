"""The model: one month at a time, the policies in force, and the recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.time import EventGenerator, Priority, Schedule
from numpy.typing import NDArray

from ecosystem.core.line_times import LineTimes
from ecosystem.core.streams import Streams, name_key
from ecosystem.measures.recorder import Recorder
from ecosystem.phases.adapt import adapt
from ecosystem.phases.ask import ask
from ecosystem.phases.earn import earn
from ecosystem.phases.gate import gate
from ecosystem.phases.link import link
from ecosystem.phases.produce import produce
from ecosystem.phases.read import read
from ecosystem.phases.regulate import regulate
from ecosystem.phases.scrape import scrape
from ecosystem.phases.train import train
from ecosystem.phases.vote import vote
from ecosystem.policies import Policy
from ecosystem.world.curators import Curator
from ecosystem.world.labs import Lab
from ecosystem.world.member import Member
from ecosystem.world.population import Population
from ecosystem.world.world import World

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = ["Human", "Publisher", "WebEcosystem"]


class Human(Member):
    """One person: a view of a row of the table of people."""

    __slots__ = ()


class Publisher(Member):
    """One publisher: a view of a row of the table of publishers."""

    __slots__ = ()


class WebEcosystem(mesa.Model):  # type: ignore[misc]  # mesa is untyped here
    """The web that trains its own models.

    Args:
        scenario: what is simulated, checked and resolved.
        seed: any integer; the same scenario and seed give the same bits.
    """

    def __init__(self, scenario: Scenario, seed: int = 0) -> None:
        """Build the world of the scenario's first month."""
        # Mesa's own generators are seeded, but nothing here draws from them.
        super().__init__(rng=int(name_key("mesa", seed)))
        self.plan = scenario
        self.streams = Streams(seed)
        self.world = World(self, scenario.timeline(), scenario.start, self.streams)
        self.policies = scenario.policies
        self.recorder = Recorder(self.world)
        self.humans = Population(self.world.humans, Human, self, self.streams)
        self.publishers = Population(self.world.publishers, Publisher, self, self.streams)
        self.agents_by_type[Human] = self.humans
        self.agents_by_type[Publisher] = self.publishers
        self._times: LineTimes | None = None

    @property
    def curators(self) -> dict[str, Curator]:
        """Curators by name."""
        return self.world.curators

    @property
    def labs(self) -> dict[str, Lab]:
        """Labs by name."""
        return self.world.labs

    @property
    def policies_in_force(self) -> tuple[Policy, ...]:
        """Policies that reach anyone this month."""
        return tuple(policy for policy in self.policies if policy.reach(self.world) > 0)

    def step(self) -> None:
        """Advance the web by one month."""
        # fmt: off
        world, draw, amend = self.world, self.streams, self.amend
        world.open_month()                                         # ideas are born and fade
        rules  = amend(regulate(world));                           world.enact(rules)
        drafts = amend(produce(world, draw))                       # people and publishers write
        pages  = world.publish(amend(gate(world, drafts, draw)))   # hosts mark, downrank, remove
        reads  = amend(read(world, draw))                          # attention is spent
        votes  = amend(vote(world, reads, draw));                  world.tally(reads, votes)
        links  = amend(link(world, reads, votes, pages, draw));    world.connect(links)
        asked  = amend(ask(world, draw));                          world.answer(asked)
        crawls = amend(scrape(world, draw));                       world.collect(crawls)
        models = amend(train(world, draw));                        world.deploy(models)
        money  = amend(earn(world, asked, crawls));                world.ledger.settle(money.transfers)
        shifts = amend(adapt(world, draw));                        world.revise(shifts)
        self.recorder.record()
        world.close_month()                                        # standing and compute grow; time passes
        draw.step = world.clock.step
        # fmt: on

    @property
    def profile(self) -> bool:
        """Whether the time of each line of :meth:`step` is taken; set it to True to have :attr:`timings`."""
        return self._times is not None and self._times.stop.alive

    @profile.setter
    def profile(self, wanted: bool) -> None:
        if wanted and not self.profile:
            self._times = LineTimes(type(self).step, self, but=("amend",))
        elif self._times is not None and not wanted:
            self._times.stop()

    @property
    def timings(self) -> dict[str, float]:
        """Seconds by phase since :attr:`profile` was set, in the order of :meth:`step`; empty if it never was."""
        return {} if self._times is None else dict(self._times.seconds)

    def amend[P](self, proposal: P) -> P:
        """Let every policy in force change a proposal, in the order of the scenario."""
        for policy in self.policies:
            proposal = policy.amend(proposal, self.world, self.streams)
        return proposal

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """The state of the run as arrays by dotted name; with the scenario and seed, enough to go on."""
        record = {f"recorder.{name}": value for name, value in self.recorder.dump().items()}
        return self.world.dump() | record

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what :meth:`dump` gave, in a model made from the same scenario and seed."""
        self.world.load({name: value for name, value in state.items() if not name.startswith("recorder.")})
        self.recorder.load(
            {name.removeprefix("recorder."): value for name, value in state.items() if name.startswith("recorder.")}
        )
        step = self.streams.step = self.world.clock.step
        # Mesa's clock has to stand where the run stands, or it would make up for the months before.
        self._default_schedule.stop()  # type: ignore[has-type]  # set by mesa.Model, which is untyped here
        self.steps, self.time = step, float(step)
        schedule = Schedule(interval=1.0, start=step + 1.0)
        self._default_schedule = EventGenerator(self, self._do_step, schedule, priority=Priority.HIGH).start()
