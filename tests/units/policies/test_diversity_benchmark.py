"""A benchmark of breadth: what is published, who teaches to the test, and who pays what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.core.streams import Streams
from ecosystem.phases.train import train
from ecosystem.policies.diversity_benchmark import DiversityBenchmark
from ecosystem.world.ledger import NO_TRANSFERS, Kind, Reason
from ecosystem.world.proposals import Crawls, Money, Training
from ecosystem.world.world import World
from tests.units.phases.worlds import live, world_of

NONE = np.zeros(0, dtype=np.int64)
NOTHING = Money(NO_TRANSFERS, Crawls(NONE, NONE, NONE.astype(float), NONE))


def trained(**settings: Any) -> tuple[DiversityBenchmark, World, Training]:
    """The policy, a world in which two labs train this month, and what they propose.

    What is asked by itself is the best known idea of either domain, of 8 and 5.
    """
    labs = [{"name": name, "cadence": 1, "data": {"settle": 0}} for name in ("alpha", "beta")]
    world = world_of(labs=labs, observation={"benchmark_ideas": 1})
    live(world, 1)
    policy = DiversityBenchmark.model_validate({"start": "2018-01"} | settings)
    return policy, world, train(world, world.draw)


def breadth(training: Training, name: str) -> float:
    """Accuracy over all ideas of either domain alike; both are in equal demand."""
    skill = training.models[name].skill(np.arange(13))
    return float((skill[:8].mean() + skill[8:].mean()) / 2)


def paid(policy: DiversityBenchmark, world: World) -> dict[tuple[Kind, int, Kind, Reason], float]:
    """All payments, USD, by payer, payee and reason."""
    columns = (column.tolist() for column in policy.amend(NOTHING, world, world.draw).transfers)
    return {
        (Kind(kind), payer, Kind(payee_kind), Reason(reason)): cents / 100
        for kind, payer, payee_kind, _, reason, cents in zip(*columns, strict=True)
    }


def test_an_honest_result_has_breadth_by_its_weight() -> None:
    policy, world, training = trained(weight=0.25, gaming=0.0)
    published = policy.amend(training, world, world.draw).benchmarks
    assert set(published) == {"alpha", "beta"}
    for name, before in training.benchmarks.items():
        assert 0 < breadth(training, name) < 1
        assert published[name] == pytest.approx(0.75 * before + 0.25 * breadth(training, name))


@pytest.mark.parametrize(("fine", "honest"), [(199.0, False), (200.0, True)])
def test_a_lab_teaches_to_the_test_where_that_is_worth_more_than_the_fine_to_be_expected(
    fine: float, *, honest: bool
) -> None:
    policy, world, training = trained(weight=1.0, gaming=0.5, worth=1.0, fine=fine, enforcement=0.005)
    world.deploy(training)
    published = policy.amend(training, world, world.draw).benchmarks
    taught = 0.0 if honest else 0.5
    for name, result in published.items():
        real = breadth(training, name)
        assert result == pytest.approx(real + taught * (1 - real))


def test_what_is_found_to_be_taught_is_published_as_it_is_and_fined() -> None:
    policy, world, training = trained(weight=1.0, gaming=0.5, worth=100.0, fine=99.0, enforcement=1.0, cost=7.0)
    world.deploy(training)
    published = policy.amend(training, world, world.draw).benchmarks
    assert published == pytest.approx({name: breadth(training, name) for name in training.models})
    assert paid(policy, world) == {
        (Kind.LAB, lab, *to): usd
        for lab in (0, 1)
        for to, usd in (((Kind.SUPPLIERS, Reason.COMPLIANCE), 7.0), ((Kind.STATE, Reason.FINE), 99.0))
    }


def test_who_does_not_train_pays_nothing() -> None:
    policy, world, _ = trained()
    assert paid(policy, world) == {}


def test_whom_it_does_not_reach_publishes_as_before() -> None:
    _, world, training = trained()
    keys = np.array([lab.key for lab in world.labs.values()])
    lots = Streams(world.draw.seed, 0).uniform("policy.diversity_benchmark.reach", keys)
    policy = DiversityBenchmark.model_validate({"start": "2018-01", "coverage": float(lots.mean())})
    bound = policy.reaches(keys, world, world.draw)
    assert bound.tolist().count(True) == 1
    published = policy.amend(training, world, world.draw).benchmarks
    same = [published[name] == training.benchmarks[name] for name in world.labs]
    assert same == (~bound).tolist()


def test_it_remarks_that_nobody_trains() -> None:
    policy, world, _ = trained()
    assert not list(policy.notes([world.settings]))
    assert list(policy.notes([world_of().settings]))
