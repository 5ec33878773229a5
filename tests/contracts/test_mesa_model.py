"""What Mesa may expect of the whole model, and what the model must not take from Mesa or numpy: randomness."""

from __future__ import annotations

import ast
import copy
import pickle
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from ecosystem.model import Human, Publisher, WebEcosystem
from ecosystem.world.curators import Curator
from ecosystem.world.labs import Lab
from tests.randomness.worlds import differing, digest, document, run, web

PACKAGE = Path(__file__).parents[2] / "ecosystem"


# --- agents -----------------------------------------------------------------------------------------------------------


def test_agents_are_found_by_type() -> None:
    model = web()
    assert isinstance(model, mesa.Model)
    assert set(model.agents_by_type) == {Human, Publisher, Curator, Lab}
    assert {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()} == {
        "Human": 240,
        "Publisher": 18,
        "Curator": 3,
        "Lab": 3,
    }
    assert model.agents_by_type[Human] is model.humans
    assert set(model.agents_by_type[Lab]) == set(model.labs.values())


def test_ids_are_unique_over_all_types() -> None:
    ids = [agent.unique_id for agents in web().agents_by_type.values() for agent in agents]
    assert len(set(ids)) == len(ids) == 264


def test_people_are_rows_and_institutions_have_names() -> None:
    model = run(web(), 4)
    assert model.humans[3].skill == model.world.humans.skill[3]
    assert isinstance(model.humans[3], Human)
    assert list(model.labs) == ["careful", "greedy", "small"]
    assert model.labs["greedy"].fitted is not None
    assert list(model.curators) == ["feed", "press", "search"]


def test_a_lab_knows_its_simulation_and_its_model() -> None:
    model = run(web(), 4)
    lab = model.labs["greedy"]
    assert lab.model is model
    assert lab.fitted is not None
    assert lab.fitted.probability.sum() > 0


def test_populations_grow_with_the_world() -> None:
    model = run(web())
    assert len(model.publishers) == len(model.world.publishers) > 18


# --- time -------------------------------------------------------------------------------------------------------------


def test_mesa_counts_the_months() -> None:
    model = web()
    model.run_for(5)
    assert (model.steps, model.time, model.world.clock.step) == (5, 5.0, 5)
    model.run_until(7)
    assert (model.steps, model.time, model.world.clock.step) == (7, 7.0, 7)
    assert digest(model) == digest(run(web(), 7))


def test_running_and_stepping_mix() -> None:
    model = web()
    model.step()
    model.run_for(2)
    model.step()
    assert digest(model) == digest(run(web(), 4))


def test_a_loaded_run_goes_on_in_mesas_time() -> None:
    model = web()
    model.load(run(web(), 6).dump())
    assert (model.steps, model.time) == (6, 6.0)
    model.run_for(2)
    model.run_until(9)
    assert (model.steps, model.time, model.world.clock.step) == (9, 9.0, 9)
    assert digest(model) == digest(run(web(), 9))


# --- data -------------------------------------------------------------------------------------------------------------


def test_the_data_collector_reads_the_model_and_all_types_of_agent() -> None:
    model = web()
    collector = mesa.DataCollector(
        model_reporters={"items": lambda m: len(m.world.content), "step": "steps"},
        agenttype_reporters={
            Human: {"skill": "skill", "eager": lambda person: person.motivation > 1},
            Publisher: {"volume": "volume"},
            Curator: {"name": "name"},
            Lab: {"benchmark": "benchmark", "users": lambda lab: lab.subscribers},
        },
    )
    for _ in range(3):
        model.step()
        collector.collect(model)
    web_frame = collector.get_model_vars_dataframe()
    assert web_frame["items"].tolist() == [
        model.world.month_start[1],
        model.world.month_start[2],
        len(model.world.content),
    ]
    assert web_frame["step"].tolist() == [1, 2, 3]
    people = collector.get_agenttype_vars_dataframe(Human)
    assert people.loc[3.0, "skill"].tolist() == model.world.humans.skill.tolist()
    assert len(collector.get_agenttype_vars_dataframe(Publisher)) == 3 * 18
    labs = collector.get_agenttype_vars_dataframe(Lab)
    assert labs.loc[3.0, "benchmark"].notna().tolist() == [False, True, False]
    assert collector.get_agenttype_vars_dataframe(Curator).loc[1.0, "name"].tolist() == list(model.curators)


def test_the_data_collector_reads_mesas_own_agents() -> None:
    # `agent_reporters` goes over `model.agents`: curators and labs. People and publishers are rows, by type only.
    model = run(web(), 1)
    collector = mesa.DataCollector(agent_reporters={"name": "name"})
    collector.collect(model)
    frame = collector.get_agent_vars_dataframe()
    assert isinstance(frame, pd.DataFrame)
    assert frame["name"].tolist() == [*model.curators, *model.labs]


# --- several models ---------------------------------------------------------------------------------------------------


def test_two_models_in_one_process_do_not_disturb_each_other() -> None:
    content = document(scale={"humans": 100})
    one, other = web(), web(content, seed=8)
    for _ in range(10):
        one.step()
        other.step()
    assert digest(one) == digest(run(web(), 10))
    assert digest(other) == digest(run(web(content, seed=8), 10))


def _pickled(model: WebEcosystem) -> WebEcosystem:
    again: WebEcosystem = pickle.loads(pickle.dumps(model))  # noqa: S301 - dumped here
    return again


@pytest.mark.parametrize("branch", [copy.deepcopy, _pickled], ids=["deepcopy", "pickle"])
def test_a_model_can_be_branched(branch: Callable[[WebEcosystem], WebEcosystem]) -> None:
    model = run(web(), 8)
    other = branch(model)
    assert other.humans.table is other.world.humans
    assert other.agents_by_type[Human] is other.humans
    assert other.labs["greedy"].model is other
    assert differing(model.dump(), other.dump()) == []
    run(other, 4)
    assert digest(model) == digest(run(web(), 8))
    model.run_for(4)
    assert differing(model.dump(), other.dump()) == []


# --- randomness -------------------------------------------------------------------------------------------------------


def _generators(model: WebEcosystem) -> list[Any]:
    """The state of every generator that is not ours."""
    legacy = np.random.get_state()[1]  # noqa: NPY002 - looked at, not drawn from
    return [model.random.getstate(), model.rng.bit_generator.state, random.getstate(), np.asarray(legacy).tolist()]


def test_no_generator_of_mesa_python_or_numpy_is_drawn_from() -> None:
    model = web()
    before = _generators(model)
    run(model, 12)
    model.humans.shuffle()
    assert _generators(model) == before


def _uses(path: Path) -> Iterator[int]:
    """Lines in which a file takes a module of random numbers by name."""
    banned = ("random", "secrets", "numpy.random", "np.random", "os.urandom")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names = [f"{node.value.id}.{node.attr}"]
        if any(name == entry or name.startswith(f"{entry}.") for name in names for entry in banned):
            yield getattr(node, "lineno", 0)


def test_random_numbers_come_from_the_streams_alone() -> None:
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 50
    assert {str(path): lines for path in files if (lines := list(_uses(path)))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import random",
        "from random import choice",
        "import numpy.random as r",
        "from numpy import random",
        "from numpy.random import default_rng",
        "x = np.random.default_rng()",
        "import os; os.urandom(3)",
    ],
)
def test_the_look_for_random_numbers_finds_them(line: str, tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    path.write_text(f"import numpy as np\nfrom numpy import ndarray\nrandom = self.random\n{line}", encoding="utf-8")
    assert set(_uses(path)) == {4}
