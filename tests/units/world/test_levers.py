"""Levers: what institutions make of the settings that they are given."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.strategies.adaptation.base import Trials
from ecosystem.world import levers as catalogue
from ecosystem.world.levers import FAR, NEVER_ALL, Lever, chosen, in_force, space, stuck, values
from ecosystem.world.settings.curators import CuratorLever, CuratorParameters
from ecosystem.world.settings.labs import LabLever, LabParameters
from ecosystem.world.settings.publisher_groups import PublisherGroup
from ecosystem.world.world import World
from tests.units.phases.worlds import later_worlds, live, next_month, world_of

LABS = chosen(catalogue.LABS, LabParameters.model_fields["levers"].default)
CURATORS = chosen(catalogue.CURATORS, CuratorParameters.model_fields["levers"].default)
LAB = LabParameters(name="alpha", price=20.0, api_ratio=0.5)


def forum(**settings: object) -> CuratorParameters:
    """A forum with a detector of a 2 % target."""
    given = {"name": "forum", "penalty": 0.25, "detector": {"kind": "gaussian", "false_positive": 0.02}}
    return CuratorParameters.model_validate(given | settings)


def test_levers_at_rest_give_back_the_very_settings() -> None:
    given = forum()
    assert in_force(given, CURATORS, np.zeros(2)) is given
    assert in_force(LAB, LABS, np.zeros(2)) is LAB


def test_a_lever_multiplies_its_setting_and_no_other() -> None:
    dearer = in_force(LAB, LABS, np.log([2.0, 1.0]))
    assert dearer == LAB.model_copy(update={"price": 40.0})
    assert in_force(LAB, LABS, np.log([1.0, 3.0])).api_ratio == pytest.approx(1.5)
    assert LAB.price == 20.0


def test_a_lever_reaches_into_a_part() -> None:
    given = forum()
    strict = in_force(given, CURATORS, np.log([1.0, 5.0]))
    assert strict.detector is not None
    assert given.detector is not None
    assert strict.detector.false_positive == pytest.approx(0.1)
    assert given.detector.false_positive == 0.02
    assert strict.detector == given.detector.model_copy(update={"false_positive": strict.detector.false_positive})


@pytest.mark.parametrize(("penalty", "most"), [(0.25, 1.0), (3.0, 3.0)])
def test_a_penalty_becomes_no_reward_and_no_reward_a_greater_one(penalty: float, most: float) -> None:
    assert in_force(forum(penalty=penalty), CURATORS, np.log([100.0, 1.0])).penalty == most


def test_nobody_flags_most_of_what_people_write() -> None:
    detector = in_force(forum(), CURATORS, np.log([1.0, 1e3])).detector
    assert detector is not None
    assert detector.false_positive == 0.5


def test_a_lever_on_what_is_absent_moves_nothing() -> None:
    given = forum(detector=None)
    assert in_force(given, CURATORS, np.log([1.0, 5.0])) is given


def moved(world: World, levers: NDArray[np.float64]) -> None:
    """Move the levers of the lab alpha."""
    world.labs["alpha"].trial = Trials.begin(1, 2)._replace(levers=levers[None])


def test_what_is_in_force_follows_levers_and_shocks() -> None:
    world = later_worlds([(1, {"labs": [{"name": "alpha", "price": 20.0}]}),
                          (2, {"labs": [{"name": "alpha", "price": 30.0}]})])  # fmt: skip
    lab = world.labs["alpha"]
    assert lab.settings is lab.given
    moved(world, np.log([2.0, 1.0]))
    assert (lab.given.price, lab.settings.price) == (20.0, 40.0)
    next_month(world)
    assert (lab.given.price, lab.settings.price) == (30.0, 60.0)
    moved(world, np.zeros(2))
    assert lab.settings is lab.given


def test_a_checkpoint_brings_back_what_is_in_force() -> None:
    labs = [{"name": "alpha", "price": 20.0}]
    before, after = world_of(labs=labs), world_of(labs=labs, opened=False)
    moved(before, np.log([2.0, 3.0]))
    next_month(before)
    after.load(before.dump())
    lab = after.labs["alpha"]
    assert lab.settings == before.labs["alpha"].settings != lab.given


# --- every lever ------------------------------------------------------------------------------------

DETECTOR = {"kind": "gaussian", "samples": 60, "false_positive": 0.05, "refresh": 4}
HOST = CuratorParameters.model_validate({
    "name": "forum", "detector": DETECTOR, "author_share": 0.1, "ai_policy": "downrank",
    "ranking": [{"kind": "authority"}, {"kind": "engagement"}, {"kind": "recency"}],
})  # fmt: skip
MAKER = LabParameters.model_validate({
    "name": "alpha", "detector": DETECTOR,
    "data": {"crawlers": ["curated"], "retention": 0.5, "synthetic": 6.0, "commissions": 4.0, "log_share": 0.2,
             "crawl_budget": 20},
})  # fmt: skip
FARM = PublisherGroup(name="farms")
"""Of each kind one that has all that there are levers for."""
ALL = (
    [(HOST, lever) for lever in catalogue.CURATORS]
    + [(MAKER, lever) for lever in catalogue.LABS]
    + [(FARM, lever) for lever in catalogue.PUBLISHERS]
)
every_lever = pytest.mark.parametrize(("given", "lever"), ALL, ids=[f"{type(g).__name__}-{v.name}" for g, v in ALL])


def changes(before: Any, after: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    """Leaves of two dumps that differ, by path, as before and after."""
    if isinstance(before, dict):
        return {k: v for key in before for k, v in changes(before[key], after[key], f"{path}.{key}").items()}
    if isinstance(before, tuple):
        parts = enumerate(zip(before, after, strict=True))
        return {k: v for at, (a, b) in parts for k, v in changes(a, b, f"{path}[{at}]").items()}
    return {} if before == after else {path: (before, after)}


@pytest.mark.parametrize(
    ("levers", "settings"), [(catalogue.LABS, LabLever), (catalogue.CURATORS, CuratorLever)], ids=["labs", "curators"]
)
def test_scenarios_can_name_every_lever(levers: tuple[Lever, ...], settings: Any) -> None:
    assert [lever.name for lever in levers] == list(get_args(settings.__value__))


@every_lever
@pytest.mark.parametrize("position", [-1.0, 1.0])
def test_a_lever_changes_one_setting_and_leaves_it_valid(given: Any, lever: Lever, position: float) -> None:
    moved = in_force(given, (lever,), np.array([position]))
    assert len(changes(given.model_dump(), moved.model_dump())) == 1
    assert type(given).model_validate(moved.model_dump()) == moved  # within the ranges of the keys, of their types
    ((before, after),) = changes(given.model_dump(), moved.model_dump()).values()
    if lever.kind == "choice":
        at = lever.options.index(before) + int(position)
        assert after == lever.options[at % len(lever.options)]
    else:
        assert (after > before) == (position > 0)


@every_lever
@pytest.mark.parametrize("position", [-500.0, 500.0])
def test_the_farthest_position_leaves_a_valid_setting(given: Any, lever: Lever, position: float) -> None:
    # Beyond all that rules do; only a price has no largest value, and e^500 of it is a number still.
    moved = in_force(given, (lever,), np.array([position]))
    assert type(given).model_validate(moved.model_dump()) == moved


@every_lever
def test_the_space_ends_where_positions_make_no_difference(given: Any, lever: Lever) -> None:
    room = space(given, (lever,))
    if lever.kind == "choice":
        assert (room.whole[0], room.low[0], room.high[0]) == (True, 0.0, len(lever.options) - 1)
        return
    assert room.low[0] < 0 < room.high[0]
    for end, way in ((room.low, -1), (room.high, 1)):
        there, beyond = (in_force(given, (lever,), at).model_dump() for at in (end, end + 0.01 * way))
        ((_, value),) = changes(given.model_dump(), there).values()
        if lever.kind == "share":
            assert value == pytest.approx(NEVER_ALL if way < 0 else 1 - NEVER_ALL)
        elif abs(end[0]) != pytest.approx(FAR):
            assert all(after == pytest.approx(value) for _, after in changes(there, beyond).values())


@pytest.mark.parametrize("given", [1, 6, 40])
def test_the_least_move_of_a_count_shows(given: int) -> None:
    settings = LabParameters(name="alpha", cadence=given)
    lever = chosen(catalogue.LABS, ("cadence",))
    least = space(settings, lever).least
    assert in_force(settings, lever, least).cadence == given + 1
    assert in_force(settings, lever, -least).cadence == max(1, given - 1)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_leaves_its_end(share: float) -> None:
    given, lever = CuratorParameters(name="a", author_share=share), chosen(catalogue.CURATORS, ("author_share",))
    inwards = 0.5 - share
    moved = in_force(given, lever, np.array([inwards])).author_share
    assert moved == pytest.approx(1 / (1 + np.exp((1 if share == 0 else -1) * np.log(199.0) - inwards)))
    assert in_force(given, lever, np.array([-inwards])).author_share == pytest.approx(share, abs=0.005)


def test_many_positions_at_once_are_what_each_is_alone() -> None:
    positions = np.linspace(-3, 3, 41)
    for lever in catalogue.PUBLISHERS:
        together = values(lever, FARM, positions)
        alone = [values(lever, FARM, positions[[at]])[0] for at in range(41)]
        assert together.tolist() == alone


@pytest.mark.parametrize(
    ("lever", "settings", "why"),
    [
        ("false_positive", LAB, "moves detector.false_positive, which is not there"),
        ("min_votes", LAB, "moves data.crawlers[curated].min_votes, which is not there"),
        ("crawl_budget", LAB, "moves data.crawl_budget, which is not there"),
        ("synthetic", LAB, "multiplies data.synthetic, which is 0"),
        ("log_share", LAB, ""),
        ("price", LAB, ""),
    ],
)
def test_what_a_lever_needs_is_told(lever: str, settings: LabParameters, why: str) -> None:
    (one,) = chosen(catalogue.LABS, (lever,))
    assert stuck(settings, one) == why
    room = space(settings, (one,))
    assert (room.low == room.high).all() == bool(why)


# --- what levers do ---------------------------------------------------------------------------------


def lived(kind: str, lever: str, position: float) -> tuple[World, dict[str, NDArray[Any]]]:
    """A year of a small web in which one lever stands somewhere from the start; its state at the end."""
    host = HOST.model_dump(mode="json") | {"levers": [lever] if kind == "curator" else [], "author_share": 0.3}
    plain = {"name": "plain", "crawl": "licence", "licence_price": 100.0, "detector": None}
    maker = MAKER.model_dump(mode="json") | {"levers": [lever] if kind == "lab" else [], "launch": "2018-02"}
    maker["cadence"], maker["capacity"] = 3, 9
    maker["data"] |= {"licences": ["forum", "plain"]}
    buyer = {"name": "beta", "launch": "2018-02", "cadence": 2, "data": {"licences": ["plain", "forum"]}}
    world = world_of(
        scale={"humans": 80, "people_per_human": 1e3},
        humans={"attention": 6, "settling": 2, "opting_out": 0.3, "assistants": {"innovation": 0.8, "outside": -3.0}},
        curators=[
            host | {"crawl": {"respects_opt_out": "opt_out", "licence_price": "licence"}.get(lever, "open")},
            plain,
        ],
        labs=[maker, buyer],
        publishers={"groups": [{"name": "farm", "count": 10, "volume": 4.0}], "reconsider": 0.5},
        links={"refresh": 2},
        licences={"market": lever == "document_value"},
    )
    agent = world.curators["forum"] if kind == "curator" else world.labs["alpha"]
    agent.trial = agent.trial._replace(levers=np.array([[position]]))
    live(world, 8)
    state = {k: v for k, v in world.dump().items() if not k.endswith((".levers", ".settled"))}
    return world, state


@pytest.mark.parametrize(
    ("kind", "lever"),
    [("curator", lever.name) for lever in catalogue.CURATORS] + [("lab", lever.name) for lever in catalogue.LABS],
)
def test_every_lever_makes_a_difference(kind: str, lever: str) -> None:
    still, moved = (lived(kind, lever, position)[1] for position in (0.0, 1.0))
    assert still.keys() == moved.keys() or lever in ("refresh", "false_positive")
    assert any(
        not np.array_equal(still[name], moved[name], equal_nan=still[name].dtype.kind == "f")
        for name in still.keys() & moved.keys()
        if name.startswith(("content.", "ledger.", "corpora."))
    )
