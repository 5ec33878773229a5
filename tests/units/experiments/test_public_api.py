"""What ``import ecosystem`` gives, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ecosystem as eco

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ("numpy", "numba", "mesa", "pandas", "pyarrow", "networkx", "pydantic", "matplotlib", "scipy")


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = f"import sys, ecosystem; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_public_names_are_there() -> None:
    for name in eco.__all__:
        assert getattr(eco, name).__module__.startswith("ecosystem.")
        assert name in dir(eco)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        eco.runn  # noqa: B018


def test_the_example_of_the_interface_runs(tmp_path: Path) -> None:
    scenario = eco.Scenario.read(ROOT / "scenarios" / "baseline.toml").replace({"scale.humans": 50, "steps": 3})
    model = eco.WebEcosystem(scenario, seed=7)
    model.step()
    results = eco.run(scenario, seed=7)
    assert results.provenance["seed"] == 7
    assert eco.load(results.save(tmp_path / "run")).web.equals(results.web)
    assert model.recorder.tables()["web"]["items"][0] == results.web["items"][0]
