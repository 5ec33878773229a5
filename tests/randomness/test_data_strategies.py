"""Ways to choose training data in a web in which every mechanism is at work: state, and what moves what."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.model import WebEcosystem
from tests.randomness.identity import changes
from tests.randomness.worlds import differing, document, run, web

EVERY = {
    "careful": {
        "window": 5, "retention": 0.8, "weights": {"human": 2.0, "synthetic": 0.5}, "verifies": "all",
        "verifier_false_positive": 0.4, "reward": {"strength": 0.7, "correct_weight": 1.0, "vote_weight": 0.5},
        "commissions_per_domain": 2, "commission_price": 1.0,
    },
    "greedy": {
        "retention": 0.3, "retention_human": 0.9, "sample_per_domain": 60, "synthetic_per_domain": 3,
        "domains": ["code", "news"], "reward": {"strength": 1.0, "candidates": 3, "judges": "synthetic"},
    },
    "small": {"sample_budget": None, "sample_per_domain": 40, "replacement": True},
}  # fmt: skip
"""A data strategy for each lab of the busy web, on top of its own."""


def strategies(**more: dict[str, Any]) -> dict[str, Any]:
    """The busy web with every way to choose data at work; ``more`` by name of the lab."""
    content = document()
    for lab in content["labs"]:
        lab["data"] = lab["data"] | EVERY[lab["name"]] | more.get(lab["name"], {})
    content["publishers"]["groups"][0]["quota"] = 2
    for domain in content["reality"]["domains"]:
        domain["rewards"] = [1.0, -1.0, 0.5]
    return content


@functools.cache
def base() -> dict[str, NDArray[Any]]:
    """What a run of that web leaves behind."""
    return run(web(strategies())).dump()


def test_every_way_is_at_work() -> None:
    model = run(web(strategies()), 23)
    world = model.world
    careful, greedy, small = (world.corpora[lab.index] for lab in model.labs.values())
    assert careful.one_by_one
    assert careful.held.collected.min() == world.clock.step - 5
    assert len(set(np.round(careful.held.weight, 6).tolist())) > 10
    held = greedy.held
    assert set(np.unique(held.domain)) == {0, 1}
    assert held.weight[~held.machine].mean() > held.weight[held.machine].mean()
    assert model.labs["small"].trained_on == 160
    assert len(small.held) > 160


@pytest.mark.parametrize("months", [4, 13])
def test_a_run_with_every_way_goes_on_from_a_dump(months: int) -> None:
    state = run(web(strategies()), months).dump()
    other = web(strategies())
    other.load(state)
    assert differing(other.dump(), state) == []
    assert differing(run(other, 24 - months).dump(), base()) == []


@pytest.mark.parametrize("where", ["labs", "reality.domains", "publishers.groups"])
def test_the_order_of_a_list_does_not_matter_to_any_way(where: str) -> None:
    content = strategies()
    *above, last = where.split(".")
    holder = functools.reduce(lambda node, part: node[part], above, content)
    holder[last] = holder[last][::-1]
    assert differing(base(), run(web(content)).dump()) == []


@pytest.mark.parametrize(
    "neutral",
    [
        {"window": 24},
        {"retention_human": 1.0},
        {"sample_per_domain": 10**8},
        {"domains": ["code", "news", "talk"]},
        {"reward": {"strength": 0.0, "candidates": 7, "correct_weight": 3.0}},
        {"weights": {"human": 1.0, "assisted": 1.0, "synthetic": 1.0}},
        {"verifies": "all"},  # by a verifier that keeps everything
        {"replacement": True},  # without a budget
    ],
    ids=lambda data: next(iter(data)),
)
def test_a_key_that_says_what_holds_anyway_changes_no_bit(neutral: dict[str, Any]) -> None:
    content, plain = document(), document()
    plain["labs"][0]["data"]["retention"] = 1.0
    content["labs"][0]["data"] |= {"retention": 1.0} | neutral
    found = differing(run(web(content)).dump(), run(web(plain)).dump())
    # Documents may be held by row or as statistics, which make the same models.
    assert [name for name in found if not name.startswith("corpora.careful")] == []


def test_what_one_lab_does_with_its_data_moves_no_other_lab_in_that_month() -> None:
    one, other = (run(web(strategies(small=more)), 3) for more in ({}, {"sample_per_domain": 10, "replacement": False}))
    assert changes(one, other) == {}
    for model in (one, other):
        run(model, 1)  # the labs train
    found = _labs_that_differ(one, other)
    assert found == {"small"}


def _labs_that_differ(one: WebEcosystem, other: WebEcosystem) -> set[str]:
    return {name.split(".")[1].split()[0] for name in changes(one, other) if name.startswith("labs.")}
