"""Months that are not recorded leave no rows, and nothing else shows that they were not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario
from tests.units.world.small_webs import Document

STEPS = 12
WEB: Document = {
    "name": "web", "start": "2020-01", "steps": STEPS,
    "scale": {"humans": 40, "people_per_human": 1e6},
    "reality": {"domains": [{"name": "news", "ideas": 20}]},
    "humans": {"attention": 6, "activity": 3.0, "settling": 2, "assistants": {"innovation": 0.5, "outside": 0.0}},
    "curators": [{"name": "feed", "window": 2}],
    "labs": [{"name": "lab", "cadence": 1}],
    "publishers": {"groups": [{"name": "farm", "count": 3, "volume": 3.0}]},
}  # fmt: skip


def model_of(every: int, **groups: object) -> WebEcosystem:
    return WebEcosystem(Scenario.model_validate(WEB | {"observation": {"every": every}} | groups), seed=4)


def run(model: WebEcosystem, months: int = STEPS) -> WebEcosystem:
    for _ in range(months):
        model.step()
    return model


@pytest.fixture(scope="module")
def monthly() -> WebEcosystem:
    return run(model_of(1))


@pytest.mark.parametrize(
    ("every", "recorded"),
    [(1, [*range(STEPS)]), (5, [0, 5, 10, 11]), (11, [0, 11]), (12_000, [0, 11])],
)
def test_the_rows_are_those_of_the_months_recorded(monthly: WebEcosystem, every: int, recorded: list[int]) -> None:
    found = run(model_of(every)).recorder.tables()
    assert found["web"]["step"].tolist() == recorded
    for table, frame in monthly.recorder.tables().items():
        if table != "ledger":
            rows = frame[frame["step"].isin(recorded)].reset_index(drop=True)
            pd.testing.assert_frame_equal(found[table], rows, check_exact=True)


def test_the_ledger_has_all_that_was_paid(monthly: WebEcosystem) -> None:
    keys = ["payer", "payee", "reason"]
    whole = monthly.recorder.tables()["ledger"]
    found = run(model_of(5)).recorder.tables()["ledger"]
    # Each row adds up its months: those after the record before.
    record = np.array([0, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10, 11])[whole["step"]]
    expected = whole.assign(step=record).groupby(["step", *keys])["amount"].sum()
    amounts = found.set_index(["step", *keys])["amount"].sort_index()
    # Amounts are sums of whole cents in dollars: equal but for the rounding of float64.
    pd.testing.assert_series_equal(amounts, expected, check_exact=False, rtol=1e-12)
    assert expected.size > 5


def test_a_shock_can_change_how_often() -> None:
    shock = {"at": "2020-07", "set": {"observation.every": 2}}
    steps = run(model_of(5, shocks=[shock])).recorder.tables()["web"]["step"]
    assert steps.tolist() == [0, 5, 6, 8, 10, 11]


def test_a_run_goes_on_between_two_records() -> None:
    first, resumed = run(model_of(5), 8), model_of(5)
    resumed.load({name: array.copy() for name, array in first.dump().items()})
    run(first, 4)
    run(resumed, 4)
    for table, frame in first.recorder.tables().items():
        pd.testing.assert_frame_equal(resumed.recorder.tables()[table], frame, check_exact=True)


def test_the_newest_values_are_those_last_recorded() -> None:
    model = run(model_of(5), 8)
    web = model.recorder.tables()["web"]
    assert model.recorder.latest("web", "items").tolist() == web["items"].tolist()[-1:]
    assert web["step"].iloc[-1] == 5


def test_never_less_than_every_month() -> None:
    with pytest.raises(ValueError, match="every"):
        model_of(0)
