"""Two worlds without a difference that matters: the same scenario and seed give the same bits, whatever else varies."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.clock import Month
from ecosystem.core.streams import Streams
from ecosystem.policies import Policy
from ecosystem.world.content import Marks, Origin
from ecosystem.world.world import World
from tests.randomness.identity import changes
from tests.randomness.worlds import SEED, differing, digest, document, run, web

ROOT = Path(__file__).parents[2]
START, LAST = "2020-01", "2022-01"
"""First month of the busy web, and the month after its last."""


@functools.cache
def base() -> dict[str, NDArray[Any]]:
    """What a run of the busy web leaves behind."""
    return run(web()).dump()


def test_every_mechanism_is_at_work_in_the_web_that_is_compared() -> None:
    model = run(web())
    items, world = model.world.content, model.world
    assert set(np.unique(items.origin)) == {0, 1, 2}
    marks = np.bitwise_or.reduce(items.marks)
    assert marks == 255, f"marks that no item carries: {255 - marks:08b}"
    assert all(lab.generation > 1 and lab.subscribers > 0 for lab in model.labs.values())
    assert model.labs["careful"].detector is not None
    assert all(curator.trial.levers.any() for curator in model.curators.values())
    assert (world.ledger.month.sum(axis=(0, 1)) > 0).sum() >= 10
    assert len(world.publishers) > 18
    assert len(world.market.planned) > 0
    assert world.publishers.levers.any()
    assert world.publishers.pay.any()
    assert not world.publishers.active.all()
    assert np.ptp(world.humans.motivation) > 0
    assert items.source.max() > 0
    signed = items.has(Marks.SIGNED) & ~world.humans.signs[np.minimum(items.author, len(world.humans) - 1)]
    assert (signed & (items.origin != Origin.SYNTHETIC)).any()  # for money
    assert world.humans.paid.any()


def test_the_same_scenario_and_seed_give_the_same_bits() -> None:
    assert differing(base(), run(web()).dump()) == []


def test_another_seed_gives_other_bits() -> None:
    changed = set(differing(base(), run(web(seed=SEED + 1)).dump()))
    drawn = {"humans.skill", "content.idea", "content.style", "reads", "upvoted", "links.target", "publishers.ratio"}
    drawn |= {"labs.greedy.model.probability", "curators.feed.detector.human_mean", "recorder.web.distinct_ideas"}
    assert drawn <= changed


@pytest.mark.parametrize("number", ["1", "2"])
def test_neither_the_process_nor_its_threads_nor_its_hashing_matter(number: str) -> None:
    variables = ("PYTHONHASHSEED", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    code = "from tests.randomness.worlds import digest, run, web; print(digest(run(web())))"
    environment = os.environ | dict.fromkeys(variables, number) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest(run(web()))


@pytest.mark.parametrize("months", [1, 9, 13])
def test_a_run_goes_on_from_a_dump(months: int) -> None:
    state = run(web(), months).dump()
    other = web()
    other.load(state)
    assert differing(other.dump(), state) == []
    assert differing(run(other, 24 - months).dump(), base()) == []


def test_a_dump_stays_as_it_was_when_the_run_goes_on() -> None:
    model = run(web(), 9)
    state = model.dump()
    before = {name: array.copy() for name, array in state.items()}
    run(model, 6)
    assert differing(before, state) == []


def test_what_was_loaded_is_not_shared_between_runs() -> None:
    state = run(web(), 9).dump()
    first, second = web(), web()
    first.load(state)
    second.load(state)
    run(first, 6)
    assert differing(second.dump(), state) == []


@pytest.mark.parametrize("where", ["labs", "curators", "reality.domains", "publishers.groups", "shocks"])
def test_the_order_of_a_list_does_not_matter(where: str) -> None:
    content = document()
    *above, last = where.split(".")
    holder = functools.reduce(lambda node, part: node[part], above, content)
    holder[last] = holder[last][::-1]
    assert differing(base(), run(web(content)).dump()) == []


@pytest.mark.parametrize(
    "dates",
    [
        {"start": START, "coverage": 0.0},
        {"start": "2020-09", "ramp": 6, "coverage": 0.0},
        {"start": LAST},
        {"start": "2018-01", "end": START},
    ],
    ids=["covers nobody", "will never cover anybody", "starts after the end", "ended before the start"],
)
def test_a_policy_that_reaches_nobody_changes_nothing(dates: dict[str, Any]) -> None:
    content = document()
    content["policies"].append({"kind": "label_mandate", "fine": 1e6, **dates})
    assert differing(base(), run(web(content)).dump()) == []


class Restless(Policy):
    """Draws whenever it is asked, under names of its own and under names of the engine, and amends nothing."""

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        for decision in ("policy.restless", "read.item", "vote.vote", "write.idea", "model.style"):
            draw.uniform(decision, world.humans.key)
            draw.normal(decision, world.content.key, 3)
        return proposal


def test_a_policy_that_draws_extra_numbers_changes_nothing() -> None:
    model = web()
    model.policies = (Restless(start=Month.parse(START)), *model.policies)
    assert differing(base(), run(model).dump()) == []


def test_a_shock_to_the_value_that_a_key_has_changes_nothing() -> None:
    content = document()
    values = {"humans.activity": 0.4, "publishers.api_price": 60.0, "reality.domains.code.demand": 1.0}
    content["shocks"].append({"at": "2020-05", "set": {**values, "labs.small.price": 5.0, "curators.feed.rpm": 5.0}})
    assert differing(base(), run(web(content)).dump()) == []


def test_a_longer_horizon_leaves_the_months_before_as_they_were() -> None:
    # The longer run lays out room for more births; what there is by now goes by domain and number.
    assert changes(run(web()), run(web(document(steps=48)))) == {}
