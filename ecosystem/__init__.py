"""ecosystem: an agent-based simulator of the web that trains its own models.

    import ecosystem as eco

    scenario = eco.Scenario.read("scenarios/baseline.toml").replace({"scale.humans": 1000, "steps": 24})
    model = eco.WebEcosystem(scenario, seed=7)
    results = eco.run(scenario, seed=7)
    results = eco.load("runs/baseline")
    effect = eco.compare([scenario], policies=["label-mandate"], replicates=20)

Names are imported when first used, so that importing the package alone takes no time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecosystem.experiments.comparison.compare import Comparison, compare
    from ecosystem.experiments.results import Results, load
    from ecosystem.experiments.run import run
    from ecosystem.model import WebEcosystem
    from ecosystem.scenario import Scenario

__all__ = ["Comparison", "Results", "Scenario", "WebEcosystem", "compare", "load", "run"]

_HOMES = {
    "Comparison": "ecosystem.experiments.comparison.compare",
    "compare": "ecosystem.experiments.comparison.compare",
    "Results": "ecosystem.experiments.results",
    "Scenario": "ecosystem.scenario",
    "WebEcosystem": "ecosystem.model",
    "load": "ecosystem.experiments.results",
    "run": "ecosystem.experiments.run",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})
