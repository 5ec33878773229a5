"""Every law in scenarios/laws, on the engine itself: what `ecosystem laws` runs.

False alarms: a mean may miss by 4 standard errors, 6.3e-5 for a normal mean. Files choose as many
replicates as it takes for their tolerances to allow these 4 standard errors, so that the some 150 findings
of all laws together that are held to them give a false alarm for at most one seed in a hundred. The seed
here is fixed, so it could come once, when it was chosen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecosystem.experiments.laws.base import LAWS, Trial
from ecosystem.experiments.laws.files import chosen, known, load_functions
from ecosystem.experiments.laws.finding import Finding
from ecosystem.experiments.laws.run import LawResult, run_law
from ecosystem.scenario import Scenario

FOLDER = Path(__file__).parents[2] / "scenarios" / "laws"
FILES = known(FOLDER)
SEED = 1
SLOW = 5.0
"""Seconds, as the files state them, from which on a law is left to the slow tests."""


def cases() -> Iterator[Any]:
    """Every law; slow is what its file says takes long."""
    for identifier, path in FILES.items():
        try:
            seconds = tomllib.loads(path.read_text(encoding="utf-8")).get("law", {}).get("seconds", 0.0)
        except ValueError:
            seconds = 0.0  # reading it in the test says what is wrong
        yield pytest.param(identifier, marks=[pytest.mark.slow] if seconds >= SLOW else [])


def told(result: LawResult) -> str:
    """What went wrong, in words."""
    missed = [f"{f.where}: {f.measured:g}, not {f.expected:g} ({f.rule})" for f in result.findings if not f.passed]
    return "\n".join([result.note.statement, result.failure, *missed])


@pytest.mark.parametrize("identifier", list(cases()))
def test_the_engine_meets_the_law(identifier: str) -> None:
    result = run_law(Scenario.read(FILES[identifier]), SEED)
    assert result.passed, told(result)


def test_every_law_has_a_file_and_a_function() -> None:
    assert set(chosen((), FOLDER)) == set(FILES)


# The first ten generations are enough for an engine that is off by one, biased, or remembers.
@pytest.mark.parametrize(("identifier", "comparisons"), [("A1", 7), ("A5", 5)])
def test_a_slow_law_at_ten_generations(identifier: str, comparisons: int) -> None:
    load_functions()
    scenario = Scenario.read(FILES[identifier]).replace({"steps": 10})
    findings = [found for found in LAWS.get(identifier)(Trial.of(scenario, SEED)) if isinstance(found, Finding)]
    assert len(findings) == comparisons
    assert all(found.passed for found in findings), findings
