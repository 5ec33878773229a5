"""What Mesa may expect of populations: that they answer as its own agent sets do."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mesa.agentset import AbstractAgentSet, AgentSet

from ecosystem.core.streams import Streams
from ecosystem.core.table import Table, column
from ecosystem.world.member import Member
from ecosystem.world.population import Population

if TYPE_CHECKING:
    from collections.abc import Callable


class Villagers(Table):
    """People of a village."""

    key = column(np.uint64, unit="key", meaning="identity")
    wealth = column(np.int64, unit="coins", meaning="what they own")
    house = column(np.int16, unit="house", meaning="where they live")


class Villager(Member):
    """Someone of the village."""

    __slots__ = ()

    def step(self) -> int:
        """Earn a coin; returns the wealth."""
        self.wealth += 1
        return int(self.wealth)


class Peasant(mesa.Agent):  # type: ignore[misc]  # mesa is untyped here
    """The same as an object, as Mesa would have it."""

    def __init__(self, model: mesa.Model, wealth: int, house: int) -> None:
        super().__init__(model)
        self.wealth, self.house = wealth, house

    def step(self) -> int:
        """Earn a coin; returns the wealth."""
        self.wealth += 1
        return self.wealth


class Village(mesa.Model):  # type: ignore[misc]  # mesa is untyped here
    """A model with a population among its agent sets, and two ordinary agents."""

    def __init__(self, villagers: int = 4, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.draw = Streams(seed)
        self.table = Villagers()
        whom = np.arange(villagers)
        self.table.append(villagers, key=whom.astype(np.uint64), wealth=10 * whom, house=whom % 2)
        self.villagers = Population(self.table, Villager, self, self.draw)
        self.agents_by_type[Villager] = self.villagers
        Peasant.create_agents(self, 2, [1, 2], 0)
        self.turns: list[int] = []

    def step(self) -> None:
        """Everyone earns a coin, in an order that is written down."""
        self.draw.step += 1
        self.villagers.shuffle_do("step")
        self.turns.extend(self.villagers.shuffle().rows.tolist())


# --- the interface --------------------------------------------------------------------------------


def test_a_population_is_an_agent_set() -> None:
    assert isinstance(Village().villagers, AbstractAgentSet)
    assert not inspect.isabstract(Population)


DECLARED = [
    name for name, thing in vars(AbstractAgentSet).items() if inspect.isfunction(thing) and not name.startswith("__")
]


@pytest.mark.parametrize("name", DECLARED)
def test_every_method_can_be_called_as_mesa_declares_it(name: str) -> None:
    # Nothing is inherited from Mesa: its versions look for a dictionary of agents.
    own = list(inspect.signature(vars(Population)[name]).parameters.values())
    declared = list(inspect.signature(getattr(AbstractAgentSet, name)).parameters.values())
    common, further = own[: len(declared)], own[len(declared) :]
    assert [(p.name, p.kind, p.default) for p in common] == [(p.name, p.kind, p.default) for p in declared]
    assert all(p.default is not inspect.Parameter.empty for p in further)


# --- the same answers as Mesa's own set -----------------------------------------------------------


def both(rows: list[tuple[int, int]]) -> tuple[Population[Villager], AgentSet]:
    """The same people as a population and as Mesa's own agents."""
    model = mesa.Model(rng=1)
    agents = [Peasant(model, *row) for row in rows]
    table = Villagers()
    wealth, house = (np.array(part, np.int64) for part in zip(*rows, strict=True))
    table.append(len(rows), key=np.arange(len(rows)).astype(np.uint64), wealth=wealth, house=house)
    model.kept = agents  # Mesa's sets hold their agents weakly
    return Population(table, Villager, model, Streams(1)), AgentSet(agents, model.random)


def told(members: Any) -> list[tuple[int, int]]:
    """What is known about the members of either set, in order."""
    return [(int(member.wealth), int(member.house)) for member in members]


VILLAGE = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=12)
QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "list": lambda p: told(p.to_list()),
    "get": lambda p: [int(value) for value in p.get("wealth")],
    "get several": lambda p: [[int(v) for v in row] for row in p.get(["wealth", "house"])],
    "get missing": lambda p: p.get("height", handle_missing="default", default_value=3),
    "agg": lambda p: p.agg("wealth", sum),
    "agg several": lambda p: p.agg("wealth", [min, max]),
    "map": lambda p: p.map("step"),
    "map a function": lambda p: p.map(lambda member, n: int(member.wealth) * n, 2),
    "do": lambda p: told(p.do("step").do(lambda member: member.step())),
    "set": lambda p: told(p.set("wealth", 3)),
    "sort": lambda p: told(p.sort("wealth")),
    "sort upwards": lambda p: told(p.sort("wealth", ascending=True)),
    "sort by function": lambda p: told(p.sort(lambda member: (member.house, member.wealth))),
    "sort in place": lambda p: told(p.sort("house", inplace=True)) + told(p),
    "select": lambda p: told(p.select(lambda member: member.wealth > 2)),
    "select some": lambda p: told(p.select(lambda member: member.wealth > 1, at_most=2)),
    "select a share": lambda p: told(p.select(at_most=0.5)),
    "select in place": lambda p: told(p.select(at_most=2, inplace=True)) + told(p),
    "select a class": lambda p: told(p.select(agent_type=int)),
    "groups": lambda p: {int(k): told(g) for k, g in p.groupby("house")},
    "order of groups": lambda p: [int(k) for k in p.groupby("house").groups],
    "groups by function": lambda p: {k: told(g) for k, g in p.groupby(lambda m: m.wealth > 2)},
    "lists": lambda p: {int(k): told(g) for k, g in p.groupby("house", result_type="list")},
    "counts": lambda p: p.groupby("house").count(),
    "sums": lambda p: p.groupby("house").agg("wealth", sum),
    "copy": lambda p: told(copy.copy(p)),
    "union": lambda p: told(p.select(at_most=1) | p),
    "intersection": lambda p: told(p & p.select(at_most=2)),
}


@pytest.mark.parametrize("question", QUESTIONS)
@given(rows=VILLAGE)
@settings(deadline=None, max_examples=15)  # assumption: many small villages beat a few large ones
def test_a_population_answers_as_an_agent_set(question: str, rows: list[tuple[int, int]]) -> None:
    population, agents = both(rows)
    assert QUESTIONS[question](population) == QUESTIONS[question](agents)
    assert told(population) == told(agents)


# --- within a model -------------------------------------------------------------------------------


def test_it_is_the_set_of_its_type() -> None:
    village = Village()
    assert village.agents_by_type[Villager][3].wealth == 30
    assert village.agent_types == [Villager, Peasant]
    assert len(village.agents) == 2


def test_ids_are_unique_in_the_model() -> None:
    village = Village()
    members = [member for each in village.agents_by_type.values() for member in each]
    ids = [member.unique_id for member in members]
    assert len(set(ids)) == len(ids) == 6
    assert min(ids) >= 1


def test_the_generators_of_the_model_are_left_alone() -> None:
    village = Village()
    before = (village.random.getstate(), village.rng.bit_generator.state)
    village.step()
    assert (village.random.getstate(), village.rng.bit_generator.state) == before


def test_the_data_collector_reads_members_like_agents() -> None:
    village = Village(3)
    reporters = {
        "wealth": "wealth",
        "twice": lambda member: 2 * member.wealth,
        "more": [lambda member, n: member.wealth + n, [5]],
    }
    collector = mesa.DataCollector(
        model_reporters={"people": lambda model: len(model.agents_by_type[Villager])},
        agenttype_reporters={Villager: reporters, Peasant: {"wealth": "wealth"}},
    )
    for _ in range(2):
        collector.collect(village)
        village.step()
    frame = collector.get_agenttype_vars_dataframe(Villager)
    assert frame["wealth"].tolist() == [0, 10, 20, 1, 11, 21]
    assert frame["twice"].tolist() == [0, 20, 40, 2, 22, 42]
    assert frame["more"].tolist() == [5, 15, 25, 6, 16, 26]
    assert frame.index.names == ["Step", "AgentID"]
    ids = village.villagers.unique_id.tolist()
    assert frame.loc[(1.0, ids[2]), "wealth"] == 21
    assert collector.get_agenttype_vars_dataframe(Peasant)["wealth"].tolist() == [1, 2, 1, 2]
    assert collector.get_model_vars_dataframe()["people"].tolist() == [3, 3]


def test_what_was_collected_joins_the_data_frame_by_id() -> None:
    village = Village(3)
    collector = mesa.DataCollector(agenttype_reporters={Villager: {"before": "wealth"}})
    collector.collect(village)
    village.step()
    before = collector.get_agenttype_vars_dataframe(Villager).loc[0.0]
    joined = pd.concat([village.villagers.to_dataframe(), before], axis=1)
    assert (joined["wealth"] - joined["before"]).tolist() == [1, 1, 1]


def test_the_data_collector_names_a_reporter_that_is_missing() -> None:
    village = Village()
    collector = mesa.DataCollector(agenttype_reporters={Villager: {"height": "height"}})
    with pytest.raises(AttributeError, match=r"Agent \d+ of type Villager has no attribute 'height'"):
        collector.collect(village)


def test_data_sets_take_a_population() -> None:
    village = Village(2)
    data = village.data_registry.track_agents(village.villagers, "villagers", ["wealth"]).data
    assert data == [{"unique_id": member.unique_id, "wealth": member.wealth} for member in village.villagers]


@pytest.mark.parametrize("branch", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])  # noqa: S301 - dumped here
def test_a_model_with_a_population_branches(branch: Callable[[Village], Village]) -> None:
    village = Village(20)
    village.step()
    other = branch(village)
    assert other.villagers.table is other.table
    assert other.villagers.model is other
    assert other.villagers is other.agents_by_type[Villager]
    for model in (village, other):
        model.step()
    assert other.turns == village.turns
    assert other.table.equals(village.table)
    other.villagers.set("wealth", 0)
    assert village.villagers.agg("wealth", min) > 0
