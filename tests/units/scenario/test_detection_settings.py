"""Detectors without a style to go by, and watermark tests beside the chances that they compute."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.scenario import Scenario, ScenarioError
from tests.units.scenario.examples import problems

NOTHING_TO_SEE = 'a detector goes by style, but reality.styles is 0; set it to "none" or reality.styles above 0'
COMPUTED = "is computed from marks.watermark_test and cannot be set beside it; leave one of the two out"


def test_a_detector_needs_a_style(tmp_path: Path) -> None:
    text = (
        "reality.styles = 0\n[[curators]]\nname = 'forum'\ndetector = 'gaussian'\n"
        "[[labs]]\nname = 'alpha'\ndetector = 'gaussian'"
    )
    assert problems(tmp_path, text) == [
        f"own.toml:4: curators.forum.detector: {NOTHING_TO_SEE}",
        f"own.toml:7: labs.alpha.detector: {NOTHING_TO_SEE}",
    ]
    assert problems(tmp_path, text.replace("styles = 0", "styles = 1")) == []


def test_a_shock_brings_no_detector_where_there_is_no_style(tmp_path: Path) -> None:
    text = (
        "reality.styles = 0\n[[curators]]\nname = 'forum'\n"
        "[[shocks]]\nat = '2018-03'\nset = { 'curators.forum.detector' = 'gaussian' }"
    )
    (found,) = problems(tmp_path, text)
    assert NOTHING_TO_SEE in found
    assert "shocks" in found


def test_a_watermark_test_and_its_chances_are_not_both_set(tmp_path: Path) -> None:
    text = "[marks]\nwatermark_power = 0.5\nwatermark_false_positive = 0.1\nwatermark_test = { tokens = 100 }"
    assert problems(tmp_path, text) == [
        f"own.toml:2: marks.watermark_power: {COMPUTED}",
        f"own.toml:3: marks.watermark_false_positive: {COMPUTED}",
    ]


def test_a_watermark_test_comes_and_goes() -> None:
    shocks = [
        {"at": "2018-02", "set": {"marks.watermark_test": {"tokens": 50}}},
        {"at": "2018-03", "set": {"marks.watermark_test": "none"}},
    ]
    scenario = Scenario.from_dict({"name": "own", "start": "2018-01", "steps": 3, "shocks": shocks})
    tests = [settings.marks.watermark_test for settings in scenario.timeline()]
    assert [test if test is None else test.tokens for test in tests] == [None, 50, None]
    again = Scenario.from_dict(scenario.to_dict())
    assert again == scenario


def test_a_key_of_a_table_that_is_none_says_how_to_set_it() -> None:
    scenario = Scenario.from_dict({"name": "own", "steps": 1})
    with pytest.raises(ScenarioError, match=r"'marks\.watermark_test' is none; set it as a table: marks\.watermark"):
        scenario.replace({"marks.watermark_test.tokens": 50})
    changed = scenario.replace({"marks.watermark_test": {"tokens": 50}}).marks.watermark_test
    assert changed is not None
    assert changed.tokens == 50
