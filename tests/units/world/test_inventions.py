"""Room for inventions: enough in every case, and exact where nothing falls by lot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ecosystem.experiments.errors import RunAborted
from ecosystem.experiments.run import run
from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario, ScenarioError
from ecosystem.world.inventions import room

PLAIN: dict[str, Any] = {
    "name": "plain",
    "steps": 5,
    "scale": {"humans": 20},
    "reality": {"styles": 1, "domains": [{"name": "a", "ideas": 3, "novelty": 0.0}]},
    "humans": {"invention": 1.0, "attention": 0, "network": "none"},
    "quotas": {"documents": 10},
    "labs": [{"name": "lab", "cadence": 1}],
    "publishers": {"groups": [{"name": "writer", "count": 1}]},
}


def scenario(changes: dict[str, Any] | None = None, **groups: Any) -> Scenario:
    """PLAIN with some groups changed and then some keys."""
    merged = {
        name: PLAIN[name] | group if isinstance(PLAIN.get(name), dict) and isinstance(group, dict) else group
        for name, group in groups.items()
    }
    return Scenario.from_dict(PLAIN | merged).replace(changes or {})


def found(changes: dict[str, Any] | None = None, **groups: Any) -> list[int]:
    """The room in each listed domain."""
    return list(map(int, room(scenario(changes, **groups).timeline())))


def test_there_is_room_for_what_people_write_in_all_months() -> None:
    assert found() == [50]
    assert found({"quotas.human_share": 0.34}) == [15]
    assert found(shocks=[{"at": "2018-03", "set": {"quotas.human_share": 0.1}}]) == [2 * 10 + 3]
    assert found(shocks=[{"at": "2018-03", "set": {"humans.invention": 0.0}}]) == [20]
    assert found({"humans.invention": 0.0}) == [0]
    assert found(quotas={"documents": 3, "growth": 2.0}) == [3 * (1 + 2 + 4 + 8 + 16)]
    assert found({"labs.lab.data.commissions_per_domain": 4}) == [50 + 5 * 4]


def test_a_listed_number_goes_before() -> None:
    domains = [{"name": "a", "inventions": 77}, {"name": "b"}]
    assert found(reality={"domains": domains}) == [77, 50]


def test_no_more_room_is_taken_than_there_are_items() -> None:
    assert found({"humans.invention": 0.99}) == [50]
    assert found({"quotas.exact": False, "quotas.human_share": 0.99}) == [50]


@settings(deadline=None)
@given(
    st.integers(1, 100_000),
    st.floats(1e-6, 1.0),
    st.floats(1e-6, 1.0),
    st.sampled_from(["exact", "by lot"]),
    st.integers(1, 60),
)
def test_where_inventions_fall_by_lot_a_domain_runs_out_in_one_case_of_a_hundred_billion(
    documents: int, share: float, chance: float, rule: str, steps: int
) -> None:
    exact = rule == "exact"
    changes = {"steps": steps, "quotas.exact": exact, "quotas.human_share": share, "humans.invention": chance}
    (space,) = found({**changes, "quotas.documents": documents})
    trials = round(share * documents) * steps if exact else documents * steps
    p = chance if exact else chance * share
    # The tail of scipy's binomial is exact; the room promises 1.3e-14.
    assert stats.binom.sf(space, trials, p) < 1e-11
    spread = np.sqrt(trials * p * (1 - p))
    assert space <= trials * p + 8 * spread + 23  # 8 standard deviations, and what few events need more


@pytest.mark.parametrize("volume", [0.01, 3.0, 5000.0])
def test_commissions_by_volume_are_bounded_too(volume: float) -> None:
    (space,) = found({"quotas.human_share": 0.0, "labs.lab.data.commissions": volume})
    assert stats.poisson.sf(space, 5 * volume) < 1e-11


def test_a_run_whose_people_only_invent_takes_up_all_the_room() -> None:
    model = WebEcosystem(scenario({"quotas.human_share": 0.5}), seed=1)
    for _ in range(5):
        model.step()
    reality = model.world.reality
    assert reality.taken.tolist() == reality.space.lengths.tolist() == [3 + 25]


def test_inexact_quotas_find_room_in_many_domains() -> None:
    model = WebEcosystem(
        scenario({"quotas.human_share": 0.3, "quotas.exact": False, "reality.domains.a.count": 400,
                  "scale.humans": 800, "humans.invention": 0.5}), seed=1,
    )  # fmt: skip
    for _ in range(5):
        model.step()
    used = model.world.reality.taken - 3
    assert used.min() >= 0
    assert np.ptp(used) > 5
    # 400 domains of 50 items each: the standard error of the mean share of 0.15 is 0.0025.
    assert abs(used.mean() / 50 - 0.15) < 5 * 0.0025


# --- what the scenario has to say ---------------------------------------------------------------------------


def test_free_production_needs_room_said_in_advance() -> None:
    free = {"quotas.documents": 0}
    with pytest.raises(ScenarioError) as caught:
        scenario(free)
    (problem,) = caught.value.problems
    assert problem.key == "reality.domains.a.inventions"
    assert "no quota says how much they write" in problem.cause
    assert found({**free, "reality.domains.a.inventions": 0}) == [0]
    assert found({**free, "humans.invention": 0.0}) == [0]
    with pytest.raises(ScenarioError, match="2018-03"):
        scenario(shocks=[{"at": "2018-03", "set": {"quotas.documents": 0}}])


def test_less_room_than_fixed_volumes_need_is_refused_with_the_number_needed() -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({"reality.domains.a.inventions": 49})
    (problem,) = caught.value.problems
    assert problem.key == "reality.domains.a.inventions"
    assert problem.cause == "is 49, but people may invent up to 50 ideas under the fixed volumes"
    assert problem.remedy == "set it to 50 or more, or leave it out"
    assert found({"reality.domains.a.inventions": 50}) == [50]
    # Commissions count; nothing can be said where volumes are free in some month, or nobody invents.
    with pytest.raises(ScenarioError, match="up to 70 ideas"):
        scenario({"labs.lab.data.commissions_per_domain": 4, "reality.domains.a.inventions": 50})
    assert found({"reality.domains.a.inventions": 1, "humans.invention": 0.0}) == [1]
    free_later = [{"at": "2018-03", "set": {"quotas.documents": 0}}]
    assert found({"reality.domains.a.inventions": 1, "shocks": free_later}) == [1]


def test_room_cannot_change_during_a_run() -> None:
    with pytest.raises(ScenarioError, match="room for ideas is made at the start"):
        scenario(shocks=[{"at": "2018-03", "set": {"reality.domains.a.inventions": 9}}])


def test_a_run_without_room_stops_and_says_that_going_on_is_of_no_use(tmp_path: Any) -> None:
    with pytest.raises(RunAborted, match=r"set reality\.domains\.a\.inventions higher") as caught:
        run(scenario({"reality.domains.a.inventions": 12, "quotas.documents": 0}), 1, out=tmp_path / "run")
    assert not caught.value.resumable
    assert not caught.value.defect


# --- listed weights of ideas --------------------------------------------------------------------------------


def test_ideas_are_as_many_as_the_weights_listed() -> None:
    one = scenario(reality={"domains": [{"name": "a", "salience": [3, 1]}]})
    assert one.reality.domains[0].ideas == 2
    assert Scenario.from_dict(one.to_dict()) == one
    assert one.replace({"reality.domains.a.salience": []}).reality.domains[0].ideas == 2


@pytest.mark.parametrize(
    ("domain", "cause"),
    [
        ({"ideas": 3, "salience": [1, 2]}, "lists 2 weights, but there are 3 ideas"),
        ({"salience": [0, 0.0]}, "has no weight above 0"),
        ({"salience": [1, -1]}, "at least 0, is -1"),
    ],
)
def test_weights_that_make_no_sense_are_refused(domain: dict[str, Any], cause: str) -> None:
    with pytest.raises(ScenarioError, match=cause) as caught:
        scenario(reality={"domains": [{"name": "a", **domain}]})
    assert "reality.domains.a.salience" in caught.value.problems[0].key


def test_weights_may_be_set_by_a_shock_but_not_their_number() -> None:
    domains = [{"name": "a", "salience": [3, 1]}]
    shock = {"at": "2018-03", "set": {"reality.domains.a.salience": [0.5, 0.5]}}
    model = WebEcosystem(scenario({"humans.invention": 0.0}, reality={"domains": domains}, shocks=[shock]), seed=1)
    model.step()
    assert model.world.reality.salience[:2].tolist() == [0.75, 0.25]
    model.step()
    model.step()
    assert model.world.reality.salience[:2].tolist() == [0.5, 0.5]
    shock["set"] = {"reality.domains.a.salience": [1.0]}
    with pytest.raises(ScenarioError, match="lists 1 weights, but there are 2 ideas"):
        scenario(reality={"domains": domains}, shocks=[shock])
