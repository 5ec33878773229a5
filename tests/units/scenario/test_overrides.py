"""`--set KEY=VALUE`, and the same from Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecosystem.core.clock import Month
from ecosystem.scenario import Scenario, ScenarioError, apply_overrides
from ecosystem.strategies.detectors.gaussian import Gaussian
from tests.units.scenario.examples import WEB, read


@pytest.fixture
def web(tmp_path: Path) -> Scenario:
    return read(tmp_path, WEB)


def value(scenario: Scenario, key: str) -> Any:
    node: Any = scenario.to_dict()
    for part in key.split("."):
        node = node[int(part)] if isinstance(node, list) else node[part]
    return node


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("steps=12", "steps", 12),
        (" steps = 12 ", "steps", 12),
        ("publishers.api_price=3", "publishers.api_price", 3.0),
        ("publishers.api_price=2e-3", "publishers.api_price", 0.002),
        ("scale.humans=1_000", "scale.humans", 1000),
        ("quotas.exact=false", "quotas.exact", False),
        ("start=2021-03", "start", "2021-03"),
        ('start="2021-03"', "start", "2021-03"),
        ("name=2024", "name", "2024"),
        ("title=What if", "title", "What if"),
        ("title=a=b", "title", "a=b"),
        ("title=", "title", ""),
        ("labs.*.data.retention=0", "labs.1.data.retention", 0.0),
        ("labs.cheap.detector=gaussian", "labs.0.detector.kind", "gaussian"),
        ("curators.forum.detector=none", "curators.0.detector", None),
        ('labs.frontier.data.crawlers=["open"]', "labs.1.data.crawlers", [{"kind": "open"}]),
        ("labs.frontier.data={retention=0.5}", "labs.1.data.licences", ["forum"]),
        ("policies=[]", "policies", []),
        ("policies.label_mandate.ramp=3", "policies.0.ramp", 3),
        ("shocks.2020-06.at=2020-08", "shocks.0.at", "2020-08"),
        ('shocks.2020-06.set."links.window"=3', "shocks.0.set", {"publishers.api_price": 1.0, "links.window": 3}),
    ],
)
def test_a_value_is_toml_or_a_bare_word(web: Scenario, text: str, key: str, expected: object) -> None:
    assert value(apply_overrides(web, [text]), key) == expected


def test_overrides_build_on_each_other(web: Scenario) -> None:
    changed = apply_overrides(
        web, ["labs.cheap.detector=gaussian", "labs.cheap.detector.refresh=2", "steps=5", "steps=7"]
    )
    assert changed.labs[0].detector == Gaussian(refresh=2)
    assert changed.steps == 7


def test_no_override_changes_nothing(web: Scenario) -> None:
    assert apply_overrides(web, []) == web
    assert web.replace({}) == web


WRONG = [
    ("steps", "steps: not of the form KEY=VALUE; such as --set scale.humans=1000"),
    ("=3", "=3: not of the form KEY=VALUE; such as --set scale.humans=1000"),
    ("labs.frontir.price=3", "labs.frontir.price: nothing in 'labs' is called 'frontir'; did you mean 'frontier'?"),
    ("labs.frontier.data.retention=3", "labs.frontier.data.retention: must be at most 1, is 3 (range 0 to 1, share)"),
    ("scale.humans=many", 'scale.humans: must be a whole number, is "many" (range 0 to 100_000_000, people)'),
    ("quotas.exact=True", 'quotas.exact: must be true or false, is "True"; write true without quotes'),
    ("start=2021", 'start: must be a month, is "2021"; write year and month as "2018-01"'),
    (
        "labs.cheap.data.crawlers=[open]",
        'labs.cheap.data.crawlers: not a TOML value: [open]; quote it for the shell, such as --set \'KEY=["a", "b"]\'',
    ),
    ("labs.cheap.data.sources=['x']", "labs.cheap.data.sources[0]: no curator is called 'x'; valid: forum, search"),
    ("title='it''s", "title: not a TOML value: 'it''s; quote it for the shell"),
    ("extends=web", "extends: no key 'extends'; valid: "),
    ("steps=1\nstart='x'", "steps: must be a whole number, is "),
]


@pytest.mark.parametrize(("text", "says"), WRONG, ids=[text for text, _ in WRONG])
def test_what_cannot_be_set(web: Scenario, text: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        apply_overrides(web, [text])
    (found,) = caught.value.problems
    assert str(found).startswith(f"--set: {says}")
    assert found.line is None


def test_all_mistakes_are_told_at_once(web: Scenario) -> None:
    with pytest.raises(ScenarioError) as caught:
        apply_overrides(web, [text for text, _ in WRONG if not text.startswith("steps=")])
    assert len(caught.value.problems) == len(WRONG) - 1


def test_nesting_without_end(web: Scenario) -> None:
    with pytest.raises(ScenarioError, match="beyond 32 levels"):
        apply_overrides(web, [f"title={'[' * 50}{']' * 50}"])
    with pytest.raises(ScenarioError, match="not a TOML value"):
        apply_overrides(web, [f"title={'[' * 5000}{']' * 5000}"])


def test_python_values_are_taken(web: Scenario) -> None:
    changed = web.replace(
        {
            "scale.humans": np.int64(5),
            "publishers.api_price": np.float64(0.5),
            "start": Month(2020, 2),
            "labs.*.detector": Gaussian(refresh=2),
            "curators.forum.detector": None,
            "humans.assistance": np.array([0.0, 0.0, 0.0, 1.0]),
            "labs.frontier.data.licences": (),
        }
    )
    assert (changed.scale.humans, changed.publishers.api_price, changed.start) == (5, 0.5, Month(2020, 2))
    assert [lab.detector for lab in changed.labs] == [Gaussian(refresh=2)] * 2
    assert changed.curators[0].detector is None
    assert changed.humans.assistance == (0.0, 0.0, 0.0, 1.0)
    assert changed.labs[1].data.licences == ()


def test_replace_tells_all_mistakes(web: Scenario) -> None:
    with pytest.raises(ScenarioError) as caught:
        web.replace({"scale.humanz": 3, "steps": 0})
    assert [problem.key for problem in caught.value.problems] == ["scale.humanz", "steps"]


def test_a_scenario_from_a_dict(web: Scenario) -> None:
    assert Scenario.from_dict(web.to_dict()) == web
    with pytest.raises(ScenarioError, match="scenario: steps: must be at least 1"):
        Scenario.from_dict({"steps": 0})
