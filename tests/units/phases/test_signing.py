"""Signing: those born to it, and those whom it pays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.phases.signing import premiums, signed
from ecosystem.world.world import World
from tests.units.phases.worlds import frequent, publish, read_rows, world_of

MANY = 3000


def town(count: int = 12, bonus: float = 0.0, **humans: Any) -> World:
    """People at home at one of two hosts, all of whom write two items a month."""
    hosts = [{"name": "a", "signed_bonus": bonus}, {"name": "b"}]
    world = world_of(scale={"humans": count}, curators=hosts, humans={"signing_cost": 10.0} | humans)
    world.humans.home, world.humans.activity = np.arange(count) % 2, 2.0
    return world


def sign(world: World, premium: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Who signs if a signature earns so much an item at the first host."""
    world.curators["a"].premium = premium
    out = np.zeros(len(world.humans), dtype=np.bool_)
    out[signed(world, np.arange(len(out)), world.draw)] = True
    return out


def test_people_sign_where_it_pays_what_it_costs_them() -> None:
    signs = sign(town(MANY), 1.5)
    assert frequent(signs[::2], 2 * 1.5 / 10.0)  # two items a month, against costs of up to ten
    assert not signs[1::2].any()


def test_whoever_is_born_to_it_signs_anyway() -> None:
    world = town(MANY, signing=0.3)
    assert np.array_equal(sign(world, 0.0), world.humans.signs)
    assert not np.any(world.humans.signs & ~sign(world, 1.0))


def test_whoever_signs_for_little_signs_for_more_and_stays_who_it_is() -> None:
    world = town(MANY)
    little, more = sign(world, 0.5), sign(world, 2.0)
    assert little.sum() < more.sum()
    assert not np.any(little & ~more)
    world.draw.step = 5
    assert np.array_equal(sign(world, 0.5), little)


def test_nobody_weighs_it_without_a_cost() -> None:
    world = town(MANY, signing_cost=None)
    assert not sign(world, 1e9).any()
    world.humans.signs = np.arange(MANY) < 5
    assert np.array_equal(sign(world, 1e9), world.humans.signs)


def test_the_homeless_expect_nothing() -> None:
    world = town()
    world.humans.home = -1
    assert not sign(world, 1e9).any()


def test_the_premium_is_the_bonus_on_an_items_views_averaged_over_months() -> None:
    world = town(bonus=4.0, views_per_read=50.0, habit=0.25)
    publish(world, 5, curator=[0, 0, 1, -1, -2])
    read_rows(world, np.where(np.arange(12)[:, None] < 6, 0, 2))
    # Six reads of two items are 150 views each, at 4 USD a thousand.
    assert premiums(world).tolist() == pytest.approx([0.25 * 0.6, 0.0])
    world.curators["a"].premium = world.curators["b"].premium = 1.0
    assert premiums(world).tolist() == pytest.approx([1 + 0.25 * (0.6 - 1), 0.75])


def test_a_month_without_new_items_teaches_nothing() -> None:
    world = town(bonus=4.0)
    world.curators["a"].premium = 1.0
    publish(world, 1, curator=1)
    assert premiums(world)[0] == 1.0


def test_premiums_stay_where_nobody_asks() -> None:
    world = town(bonus=4.0, signing_cost=None)
    publish(world, 1, curator=0)
    read_rows(world, np.zeros((12, 1)))
    assert premiums(world).tolist() == [0.0, 0.0]
