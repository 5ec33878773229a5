"""Ways to choose training data that have no effect, or leave nothing to train on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecosystem.scenario.problems import Finding
from ecosystem.scenario.shocks import trial
from ecosystem.world.settings.curation import RewardParameters

if TYPE_CHECKING:
    from ecosystem.scenario.schema import Scenario
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.settings.data import DataStrategy
    from ecosystem.world.settings.labs import LabParameters

__all__ = ["data_notes"]

NEVER = "the lab never has a model"


def data_notes(scenario: Scenario) -> Iterator[Finding]:
    """Ways to draw and to choose that are never used, or that never leave a document."""
    in_force = [settings for _, settings, _ in trial(scenario)]
    for number, lab in enumerate(scenario.labs):
        ever = [settings.labs[number].data for settings in in_force]
        notes = [*_unused(lab.data, ever), *_nothing_left(ever), *_windows(scenario, lab, in_force, number)]
        for key, cause in notes:
            yield Finding(("labs", lab.name, "data", key), cause)


def _unused(data: DataStrategy, ever: list[DataStrategy]) -> Iterator[tuple[str, str]]:
    """Settings of draws and choices that are never made."""
    if data.replacement and all(now.sample_budget is now.sample_per_domain is None for now in ever):
        yield "replacement", "all documents held are used: sample_budget and sample_per_domain are never set"
    if data.reward != RewardParameters() and all(now.reward.strength == 0 for now in ever):
        yield "reward", "nothing is chosen by reward: its strength is always 0"


def _nothing_left(ever: list[DataStrategy]) -> Iterator[tuple[str, str]]:
    """Settings under which no document is ever trained on."""
    if all(now.weights.human == now.weights.assisted == now.weights.synthetic == 0 for now in ever):
        yield "weights", f"all are always 0, so that no document counts: {NEVER}"
    for key in ("sample_budget", "sample_per_domain"):
        if all(getattr(now, key) == 0 for now in ever):
            yield key, f"always 0, so that trainings use no document: {NEVER}"
    if all(now.verifies == "all" and now.verifier_true_positive == now.verifier_false_positive == 0 for now in ever):
        cause = "verifies all and, with verifier_true_positive and verifier_false_positive 0, keeps nothing"
        yield "verifies", f"{cause}: {NEVER}"


def _windows(
    scenario: Scenario, lab: LabParameters, in_force: list[WorldSettings], number: int
) -> Iterator[tuple[str, str]]:
    """A window of months where each training forgets everything.

    It still bounds what gathers before a training: up to the launch, and from one training to the next.
    """
    ever = [settings.labs[number] for settings in in_force]
    launched = 1 if lab.launch is None else lab.launch - scenario.start + 1
    if lab.enters == "market":
        launched = 1 + lab.entry_lag
    gathered = max(launched, *(now.cadence for now in ever))
    keeps = any(now.data.retention > 0 or now.data.retention_human is not None for now in ever)
    window = lab.data.window
    if window is not None and window > 1 and window >= gathered and not keeps:
        cause = "has no effect: retention is always 0, so that nothing is kept from one training to the next"
        yield "window", cause
