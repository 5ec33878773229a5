"""What a scenario may say: typed, checked, resolved."""

from __future__ import annotations

from ecosystem.scenario.schema import Scenario, Shock

__all__ = ["Scenario", "Shock"]
