"""Room for the items that are to be expected is there from the start."""

from __future__ import annotations

from typing import Any

import pytest

from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario
from ecosystem.world.content import Items
from ecosystem.world.expected import MOST

WEB: dict[str, Any] = {
    "name": "expected", "start": "2020-01", "steps": 24, "scale": {"humans": 300, "people_per_human": 1e6},
    "humans": {"activity": 1.0}, "curators": [{"name": "feed", "window": 2}], "links": {"window": 2},
}  # fmt: skip
FARMS = {
    "labs": [{"name": "lab", "capital": 1e12}],
    "publishers": {"groups": [{"name": "farm", "quota": 9, "count": 2}]},
}


def web(changes: dict[str, Any]) -> WebEcosystem:
    content = {
        key: {**WEB[key], **value} if isinstance(WEB.get(key), dict) else value for key, value in changes.items()
    }
    return WebEcosystem(Scenario.from_dict(WEB | content), seed=2)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"scale": {"keep_items": 6}},
        FARMS,
        {"quotas": {"documents": 40, "growth": 1.05}},
        {"quotas": {"documents": 40, "growth": 1.05}, "scale": {"keep_items": 4}},
        {"labs": [{"name": "lab", "data": {"commissions_per_domain": 60, "commissions": 30.0}}]},
    ],
)
def test_a_run_of_the_volumes_it_starts_with_needs_no_more_room(changes: dict[str, Any]) -> None:
    model = web(changes)
    room, most = model.world.content.capacity, 0
    for _ in range(24):
        model.step()
        most = max(most, len(model.world.content))
    assert model.world.content.capacity == room
    assert most < room < 2.5 * most


def test_more_than_a_laptop_has_is_not_asked_for() -> None:
    items = web({"quotas": {"documents": 100_000_000}}).world.content
    assert 0.99 * MOST < items.capacity * items.bytes_per_row <= MOST


def test_where_there_is_no_such_room_a_run_grows_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Items, _capacity: int) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(Items, "reserve", refuse)
        model = web({})
    assert model.world.content.capacity == 0
    model.step()
    assert len(model.world.content) > 0
