"""Fixed volumes: so many items in every domain each month, a given share of them by people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.phases.produce import produce
from ecosystem.phases.quotas import assign, of_groups
from ecosystem.world.content import Origin
from ecosystem.world.settings.general import MOST_DOCUMENTS, QuotaParameters
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, give_model, next_month, proportional, world_of


def quota_world(humans: int = 20, publishers: int = 3, **quotas: Any) -> World:
    """A world with quotas."""
    return world_of(
        scale={"humans": humans}, quotas=quotas, labs=[{"name": "alpha"}],
        publishers={"groups": [{"name": "farm", "count": publishers}]},
    )  # fmt: skip


def test_quotas_are_met_in_every_domain() -> None:
    people, publishers = assign(world := quota_world(documents=40, human_share=0.7), world.draw)
    assert np.bincount(people.domain).tolist() == [28, 28]
    assert np.bincount(publishers.domain).tolist() == [12, 12]
    everything = np.concatenate([people.key, publishers.key])
    assert len(set(everything.tolist())) == 80


@pytest.mark.parametrize(("share", "human"), [(0.0, 0), (0.34, 3), (0.67, 7), (1.0, 10)])
def test_shares_are_rounded_to_whole_items(share: float, human: int) -> None:
    world = quota_world(documents=10, human_share=share)
    people, publishers = assign(world, world.draw)
    assert [len(people.key), len(publishers.key)] == [2 * human, 2 * (10 - human)]


def test_people_write_in_the_domain_they_live_in_all_alike() -> None:
    world = quota_world(documents=3000)
    people, _ = assign(world, world.draw)
    assert np.array_equal(world.humans.domain[people.author], people.domain)
    counts = np.bincount(people.author, minlength=20)
    assert proportional(counts[world.humans.domain == 0], np.ones(int(np.sum(world.humans.domain == 0))))


def test_one_person_writes_where_nobody_lives() -> None:
    world = quota_world(humans=1, documents=7)
    people, _ = assign(world, world.draw)
    assert np.bincount(people.domain).tolist() == [7, 7]
    nobody = quota_world(humans=0, documents=7)
    assert len(assign(nobody, nobody.draw)[0].key) == 0


def test_inexact_quotas_fall_by_lot() -> None:
    world = quota_world(documents=3000, human_share=0.3, exact=False)
    people, publishers = assign(world, world.draw)
    assert len(people.key) + len(publishers.key) == 6000
    assert frequent(np.arange(6000) < len(people.key), 0.3)


def test_publishers_out_of_business_get_nothing() -> None:
    world = quota_world(documents=50, human_share=0.0)
    world.publishers.active[1] = False
    _, publishers = assign(world, world.draw)
    assert set(publishers.author.tolist()) == {0, 2}


def test_what_nobody_can_write_stays_unwritten() -> None:
    empty, modelless = quota_world(humans=0, publishers=0, documents=5), quota_world(documents=5, human_share=0.0)
    people, publishers = assign(empty, empty.draw)
    assert len(people.key) == len(publishers.key) == 0
    assert len(produce(modelless, modelless.draw)) == 0


def test_quotas_replace_the_volumes_that_people_and_publishers_choose() -> None:
    world = quota_world(documents=10, human_share=0.4)
    give_model(world, "alpha")
    world.publishers.lab, world.publishers.volume = 0, 1e4
    synthetic = produce(world, world.draw).origin == Origin.SYNTHETIC
    assert [int(np.sum(~synthetic)), int(np.sum(synthetic))] == [8, 12]


# --- growth ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quotas", "volumes"),
    [
        ({"documents": 7}, [7, 7, 7, 7]),
        ({"documents": 10, "exponent": 1.0}, [10, 20, 30, 40]),
        ({"documents": 3, "exponent": 0.5}, [3, 4, 5, 6]),  # 3, 4.24, 5.2, 6
        ({"documents": 4, "growth": 1.5}, [4, 6, 9, 14]),  # 4, 6, 9, 13.5
        ({"documents": 8, "growth": 0.5}, [8, 4, 2, 1]),
        ({"documents": 2, "exponent": 1.0, "growth": 2.0}, [2, 8, 24, 64]),
    ],
)
def test_fixed_volumes_grow_and_are_rounded_half_up(quotas: dict[str, Any], volumes: list[int]) -> None:
    world = quota_world(human_share=0.5, **quotas)
    found = []
    for _ in volumes:
        people, publishers = assign(world, world.draw)
        found.append(np.bincount(np.concatenate([people.domain, publishers.domain]), minlength=2).tolist())
        assert len(people.key) == 2 * ((found[-1][0] + 1) // 2)
        next_month(world)
    assert found == [[volume, volume] for volume in volumes]


@given(st.integers(0, 10**8), st.floats(0, 10), st.floats(0.1, 10), st.integers(0, 2000))
def test_volumes_are_whole_within_bounds_or_refused(documents: int, exponent: float, growth: float, step: int) -> None:
    quotas = QuotaParameters(exponent=exponent, growth=growth)
    try:
        assert 0 <= quotas.grown(documents, step) <= MOST_DOCUMENTS
    except ValueError as error:
        assert "lower quotas.exponent" in str(error)  # noqa: PT017 - most volumes do not raise


def test_no_growth_leaves_volumes_as_they_are() -> None:
    for documents in (0, 1, 7, 10**8):
        assert QuotaParameters().grown(documents, 10_000) == documents


# --- quotas of groups -----------------------------------------------------------------------------


def grouped(*groups: dict[str, Any], labs: tuple[str, ...] = ("alpha",), **settings: Any) -> World:
    """A world with these groups of publishers, all of whom buy from the first lab, which has a model."""
    world = world_of(
        publishers={"groups": [{"count": 3} | group for group in groups]}, labs=[{"name": name} for name in labs],
        **settings,
    )  # fmt: skip
    give_model(world, "alpha")
    world.publishers.lab = 0
    return world


def test_a_group_writes_its_quota_in_every_domain_whatever_its_volume() -> None:
    world = grouped({"name": "a", "quota": 6, "volume": 1e4}, {"name": "b", "quota": 4, "volume": 0.0})
    drafts = produce(world, world.draw)
    synthetic = drafts.origin == Origin.SYNTHETIC
    group = world.publishers.group[drafts.author[synthetic]]
    places = drafts.domain[synthetic] + 2 * group.astype(int)
    assert np.bincount(places, minlength=4).tolist() == [6, 6, 4, 4]
    assert len(set(drafts.key.tolist())) == len(drafts)


def test_a_quota_of_a_group_goes_to_the_domains_of_its_mix() -> None:
    world = grouped({"name": "a", "quota": 5, "mix": {"news": 2.0, "code": 0.0}})
    assert np.bincount(of_groups(world, world.draw).domain, minlength=2).tolist() == [0, 5]


def test_a_quota_of_a_group_is_dealt_among_its_publishers_by_lot() -> None:
    world = grouped({"name": "a", "quota": 3000}, {"name": "b"})
    work = of_groups(world, world.draw)
    assert proportional(np.bincount(work.author, minlength=6), [1, 1, 1, 0, 0, 0])


def test_a_quota_of_a_group_falls_to_those_who_can_write() -> None:
    world = grouped({"name": "a", "quota": 50}, labs=("alpha", "beta"))
    world.publishers.active[0], world.publishers.lab[1] = False, 1  # the second lab has no model
    assert set(of_groups(world, world.draw).author.tolist()) == {2}
    world.publishers.active[2] = False
    assert len(of_groups(world, world.draw).key) == 0


def test_groups_without_a_quota_write_as_they_did() -> None:
    with_quota, without = (
        grouped({"name": "a", "quota": 5}, {"name": "b", "volume": 40.0}),
        grouped({"name": "b", "volume": 40.0}),
    )
    found = []
    for world in (with_quota, without):
        drafts = produce(world, world.draw)
        drafts = drafts.take(drafts.origin == Origin.SYNTHETIC)
        group = [g.name for g in world.settings.publishers.groups].index("b")
        theirs = world.publishers.group[drafts.author] == group
        found.append(sorted(zip(drafts.key[theirs].tolist(), drafts.idea[theirs].tolist(), strict=True)))
    assert found[0] == found[1]
    assert len(found[0]) > 0


def test_a_group_with_a_quota_takes_no_part_in_the_common_one() -> None:
    quotas = {"documents": 30, "human_share": 0.5}
    world = grouped({"name": "a", "quota": 4}, {"name": "b"}, quotas=quotas)
    drafts = produce(world, world.draw)
    synthetic = drafts.origin == Origin.SYNTHETIC
    group = world.publishers.group[drafts.author[synthetic]]
    assert [int(np.sum(~synthetic)), *np.bincount(group).tolist()] == [30, 8, 30]


def test_quotas_of_groups_grow_as_fixed_volumes_do() -> None:
    world = grouped({"name": "a", "quota": 5}, quotas={"exponent": 1.0})
    for month in range(3):
        assert len(of_groups(world, world.draw).key) == 2 * 5 * (month + 1)
        next_month(world)


def test_an_item_more_in_a_quota_of_a_group_moves_no_other() -> None:
    less, more = grouped({"name": "a", "quota": 20}), grouped({"name": "a", "quota": 21})
    few, many = (of_groups(world, world.draw) for world in (less, more))
    told = dict(zip(many.key.tolist(), many.author.tolist(), strict=True))
    assert len(told) == 42
    assert all(told[key] == author for key, author in zip(few.key.tolist(), few.author.tolist(), strict=True))


@pytest.mark.parametrize(
    ("share", "documents", "people"), [(0.5, 1, 1), (0.5, 5, 3), (0.5, 3, 2), (0.3, 5, 2), (0.29, 100, 29)]
)
def test_halves_of_a_share_are_rounded_up_as_growing_volumes_are(share: float, documents: int, people: int) -> None:
    assert QuotaParameters(human_share=share).by_people(documents) == people
    assert QuotaParameters(growth=1.5).grown(1, 1) == 2
    assert QuotaParameters(growth=2.5).grown(1, 1) == 3
