"""What a scenario may say: typed, checked, resolved."""

from __future__ import annotations

from ecosystem.scenario.overrides import apply_overrides
from ecosystem.scenario.problems import Problem, ScenarioError
from ecosystem.scenario.schema import Scenario, Shock

__all__ = ["Problem", "Scenario", "ScenarioError", "Shock", "apply_overrides"]
