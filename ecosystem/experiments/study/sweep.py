"""Sweeps: a key that goes up and comes down again within a run, to see whether the web comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ecosystem.experiments.study.outcomes import Outcome
from ecosystem.experiments.study.schema import SweepTable

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = ["DWELLS", "months", "path", "swept", "swept_outcomes"]

DWELLS = (1, 2)
"""How many times the stay at each value of the study: what closes when the stay is doubled is a lag."""

SETTLING = 0.5
"""Share of a stay that is left out of its mean. assumption: the first half."""


def path(sweep: SweepTable) -> list[tuple[str, float]]:
    """Branch and value of every stay; the greatest value is the end of the way up.

    >>> path(SweepTable(key="humans.activity", values=[0.1, 0.2], dwell=12))
    [('up', 0.1), ('up', 0.2), ('down', 0.1)]
    """
    return [*(("up", value) for value in sweep.values), *(("down", value) for value in reversed(sweep.values[:-1]))]


def months(sweep: SweepTable, times: int) -> int:
    """Months of a run that stays so many times the months of ``dwell``."""
    return len(path(sweep)) * sweep.dwell * times


def swept(scenario: Scenario, sweep: SweepTable, times: int) -> Scenario:
    """A scenario in which the key is moved by shocks."""
    dwell, stays = sweep.dwell * times, path(sweep)
    shocks: list[dict[str, Any]] = [
        {"at": str(scenario.start + number * dwell), "set": {sweep.key: value}, "label": f"{sweep.key} = {value:g}"}
        for number, (_, value) in enumerate(stays)
        if number
    ]
    own = [shock.model_dump(mode="json") for shock in scenario.shocks]
    return scenario.replace(
        {"steps": len(stays) * dwell, sweep.key: stays[0][1], "shocks": sorted(own + shocks, key=lambda s: s["at"])}
    )


def swept_outcomes(outcomes: tuple[Outcome, ...], sweep: SweepTable) -> tuple[Outcome, ...]:
    """Every outcome at every stay: the mean of the later half."""
    stays = path(sweep)
    return tuple(
        replace(
            outcome, label=f"{outcome.base} {branch} {value:g}", begin=(number + SETTLING) / len(stays),
            end=(number + 1) / len(stays), branch=branch, value_of_key=value,
        )
        for outcome in outcomes
        for number, (branch, value) in enumerate(stays)
    )  # fmt: skip
