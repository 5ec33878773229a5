"""The baseline's agents at any number of people, from shortly before the first model on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import ecosystem as eco

__all__ = ["NOBODY_CHOOSES", "BaselineWeb"]

SCENARIO = Path(__file__).parents[1] / "scenarios" / "baseline.toml"
PEOPLE = 1e9
"""Whom the simulated people stand for in all, as in the baseline."""
IDEAS = 50_000
"""Founding ideas in all where domains are alike: about as many as the baseline's five have."""

NOBODY_CHOOSES: dict[str, object] = {
    "publishers.volume_rule": "average",
    "publishers.entry_rule": "mean_margin",
    "publishers.entry_lag": 0,
    "publishers.groups.*.chooses": [],
    "curators.*.adaptation": "fixed",
    "labs.*.adaptation": "fixed",
    "investors.rule": "spread",
}
"""The baseline with the plainest rules of its economy."""


class BaselineWeb:
    """``humans`` people for ``months`` months; with ``domains`` above 0, in so many alike in place of the five."""

    def __init__(
        self, humans: int, months: int, seed: int, domains: int = 0, others: Mapping[str, object] | None = None
    ) -> None:
        """Found the world; ``others`` are further keys and their values."""
        changes: dict[str, object] = {
            "scale.humans": humans,
            "scale.people_per_human": PEOPLE / humans,
            "steps": months,
            "start": "2022-09",  # models from the third month on, so that every phase has work
            **(others or {}),
        }
        document = eco.Scenario.read(SCENARIO).replace(changes).to_dict()
        if domains:
            ideas = max(1, IDEAS // domains)
            document["reality"]["domains"] = [{"name": "field", "count": domains, "ideas": ideas}]
            for curator in document["curators"]:
                curator["domains"] = {}  # every curator serves them all
        self.model = eco.WebEcosystem(eco.Scenario.from_dict(document), seed=seed)

    def step(self) -> None:
        """Advance by one month."""
        self.model.step()
