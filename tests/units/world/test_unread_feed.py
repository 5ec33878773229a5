"""The feed is built for those who look at it, and nothing shows whether it was built for nobody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from numpy.typing import NDArray

from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario
from tests.units.world.small_webs import Document, documents

EXAMPLES = 30
"""assumption: two runs take a tenth of a second, and publishers, labs and curators are in most examples."""

PLAIN: Document = {
    "name": "plain", "start": "2020-01", "steps": 6,
    "scale": {"humans": 20},
    "reality": {"domains": [{"name": "news", "ideas": 20}]},
    "humans": {"attention": 0, "settling": 0},
    "links": {"per_item": 0.0},
    "curators": [{"name": "feed", "window": 2}],
    "labs": [{"name": "lab", "cadence": 1}],
    "publishers": {"groups": [{"name": "farm", "count": 3, "volume": 3.0}]},
}  # fmt: skip


def built(content: Document) -> list[bool]:
    """In which months there was a feed."""
    model = WebEcosystem(Scenario.model_validate(content), seed=2)
    found = []
    for _ in range(model.plan.steps):
        model.step()
        found.append(model.world.feed is not None)
    return found


def test_nobody_reads_links_or_rewrites() -> None:
    assert built(PLAIN) == [False] * 6


@pytest.mark.parametrize(
    "changes",
    [
        {"humans": {"attention": 1}},
        {"links": {"per_item": 0.5}},
        {"publishers": {"groups": [{"name": "farm", "count": 3, "mode": "rewrite"}]}},
    ],
)
def test_somebody_does(changes: Document) -> None:
    assert built(PLAIN | changes) == [True] * 6


def test_whoever_rewrites_from_a_month_on_looks_at_the_month_before() -> None:
    shock = {"at": "2020-04", "set": {"publishers.groups.*.mode": "rewrite"}}
    assert built(PLAIN | {"shocks": [shock]}) == [False, False, True, True, True, True]


def state(content: Document) -> dict[str, NDArray[np.generic]]:
    """Everything after a run but the feed."""
    model = WebEcosystem(Scenario.model_validate(content), seed=2)
    for _ in range(model.plan.steps):
        model.step()
    return {name: array for name, array in model.dump().items() if not name.startswith("feed.")}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_what_nobody_looks_at_changes_nothing(monkeypatch: pytest.MonkeyPatch, content: Document) -> None:
    quiet = content | {
        "humans": content["humans"] | {"attention": 0},
        "links": content["links"] | {"per_item": 0.0},
        "shocks": [],
    }
    plain = state(quiet)
    with monkeypatch.context() as patch:
        patch.setattr("ecosystem.world.world.wanted", lambda _: True)
        shown = state(quiet)
    assert plain.keys() == shown.keys()
    for name, array in plain.items():
        np.testing.assert_array_equal(array, shown[name], err_msg=name)
