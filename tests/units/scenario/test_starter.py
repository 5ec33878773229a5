"""The commented file that a new scenario starts from."""

from __future__ import annotations

from pathlib import Path

from ecosystem.scenario import Scenario
from ecosystem.scenario.files import read as read_file
from ecosystem.scenario.starter import starter
from tests.units.scenario.examples import WEB, read, write


def uncommented(text: str, after: str) -> str:
    """The text with everything after a line in force."""
    head, _, tail = text.partition(after)
    assert tail
    return head + after + "\n".join(line.removeprefix("# ") for line in tail.split("\n"))


def test_a_small_web_of_its_own_is_valid(tmp_path: Path) -> None:
    text = starter("mine")
    reading = read_file(write(tmp_path, "mine", text))
    assert (reading.scenario.name, reading.notes) == ("mine", ())
    assert reading.scenario.labs
    assert reading.scenario.publishers.groups
    assert not reading.scenario.policies


def test_what_could_happen_is_valid_too(tmp_path: Path) -> None:
    text = uncommented(starter("mine"), "uncomment to use")
    reading = read_file(write(tmp_path, "mine", text.replace("uncomment to use ----", "----")))
    assert (len(reading.scenario.policies), len(reading.scenario.shocks), reading.notes) == (1, 1, ())
    assert reading.scenario.timeline()[-1].publishers.api_price == 1.0


def test_a_change_of_another_scenario(tmp_path: Path) -> None:
    base = read(tmp_path, WEB)
    text = starter("mine", "web", base)
    own = Scenario.read(write(tmp_path, "mine", text))
    assert own == base.replace({"name": "mine", "title": ""})
    full = uncommented(text, "any other name adds one.")
    changed = read_file(write(tmp_path, "mine", full))
    assert changed.notes == ()
    # What it suggests are the values in force; only the policy and the shock are new.
    assert changed.scenario.replace({"policies": [], "shocks": []}) == own.replace({"policies": [], "shocks": []})
    assert len(changed.scenario.policies) == len(base.policies) + 1


def test_a_change_of_an_empty_world(tmp_path: Path) -> None:
    base = Scenario(name="plain")
    write(tmp_path, "plain", 'name = "plain"')
    full = uncommented(starter("mine", "plain", base), "any other name adds one.")
    assert read_file(write(tmp_path, "mine", full)).scenario.labs == ()


def test_lines_are_short_enough_to_read() -> None:
    assert max(map(len, starter("mine").split("\n"))) <= 130
