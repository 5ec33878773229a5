"""What moved in a run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosystem as eco
from ecosystem.experiments.summary import HEADLINES, Spread, moved, window
from ecosystem.scenario import Scenario


def results(scenario: Scenario, replicates: int = 1) -> eco.Results:
    """Made-up results: items count the months, 100 more in each replicate; the lab knows from month 10 on."""
    steps = np.arange(scenario.steps)
    dates = [str(scenario.start + int(step)) for step in steps]

    def rows(table: str, columns: dict[str, Any]) -> pd.DataFrame:
        parts = []
        for replicate in range(replicates):
            values = {name: value + 100.0 * replicate for name, value in columns.items()}
            parts.append(pd.DataFrame({"step": steps, "date": dates, "replicate": replicate, **values}))
        missing = {name: math.nan for name in HEADLINES[table] if name not in columns}
        return pd.concat(parts).assign(**missing)

    accuracy = np.where(steps < 10, math.nan, steps.astype(float))
    tables = {
        "web": rows("web", {"items": steps}),
        "labs": rows("labs", {"accuracy": accuracy}).assign(lab="a"),
        "curators": pd.concat(
            [rows("curators", {"human_items": steps}).assign(curator=w, what=w) for w in ("forum", "news")]
        ),
    }
    units = {table: dict.fromkeys(names, "unit") for table, names in HEADLINES.items()}
    return eco.Results({"status": "done", "units": units, "scenario": scenario.to_dict()}, tables)


@pytest.mark.parametrize(("steps", "months"), [(1, 1), (3, 1), (8, 2), (47, 11), (48, 12), (156, 12)])
def test_the_ends_of_a_run_stay_apart(steps: int, months: int) -> None:
    assert window(steps) == months


def test_ends_are_means_of_the_months_in_which_a_metric_is_defined(scenario: Scenario) -> None:
    found = {(entry.metric, entry.name): entry for entry in moved(results(scenario))}  # 30 months: 7 at each end
    assert set(found) == {("web.items", ""), ("labs.accuracy", "a"), ("curators.human_items", "forum")}
    items, accuracy = found["web.items", ""], found["labs.accuracy", "a"]
    assert (items.start.value, items.end.value, items.unit) == (3.0, 26.0, "unit")
    assert (accuracy.start.value, accuracy.end.value) == (13.0, 26.0)
    assert (accuracy.since, accuracy.until) == ("2018-11", "2020-06")
    assert math.isnan(items.start.low)


def test_bands_are_over_replicates(scenario: Scenario) -> None:
    items = next(entry for entry in moved(results(scenario, 5)) if entry.metric == "web.items")
    # 3, 103, 203, 303, 403: percentiles 5 and 95 lie a fifth of a step inside.
    assert items.start == Spread(203.0, 23.0, 383.0)


def test_every_headline_is_a_metric_of_a_run(scenario: Scenario) -> None:
    units = eco.run(scenario.replace({"steps": 1})).provenance["units"]
    assert [(t, name) for t, names in HEADLINES.items() for name in names if name not in units[t]] == []
