"""Scenario files written from plain values."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.scenario import Scenario
from ecosystem.scenario.writing import toml_text, toml_value
from tests.units.scenario.examples import WEB, read, write
from tests.units.scenario.test_lines import VALUES


@settings(deadline=None)
@given(document=st.dictionaries(st.text(max_size=6), VALUES, max_size=6))
def test_any_document_reads_back(document: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(document)) == document


@given(value=st.floats())
def test_a_number_reads_back_to_the_bit(value: float) -> None:
    back = tomllib.loads(f"x = {toml_value(value)}")["x"]
    assert isinstance(back, float)
    assert back.hex() == value.hex()


def test_characters_that_toml_forbids_are_escaped() -> None:
    text = 'quote " slash \\ bell \x07 delete \x7f line \n tab \t'
    assert tomllib.loads(toml_text({"t": text})) == {"t": text}


def test_large_numbers_are_grouped() -> None:
    assert toml_value(20_000) == "20_000"
    assert toml_value(5e7) == "50_000_000.0"


def test_a_scenario_reads_back_equal(tmp_path: Any) -> None:
    scenario = read(tmp_path, WEB)
    text = scenario.to_toml()
    assert Scenario.read(write(tmp_path, "back", text)) == scenario
    assert Scenario.read(tmp_path / "back.toml").to_toml() == text


def test_the_default_scenario_reads_back_equal(tmp_path: Any) -> None:
    scenario = Scenario(name="plain")
    assert Scenario.read(write(tmp_path, "plain", scenario.to_toml())) == scenario


def test_nothing_of_a_resolved_file_depends_on_defaults() -> None:
    document = tomllib.loads(Scenario(name="plain").to_toml())
    assert document["labs"] == []
    assert document["publishers"]["starts"] == "none"
    assert set(document) == set(Scenario.model_fields)
