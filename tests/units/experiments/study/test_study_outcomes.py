"""Outcomes of tables that were written by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ecosystem.core.clock import Month
from ecosystem.experiments.study.outcomes import Outcome, outcome_of
from ecosystem.experiments.study.schema import OutcomeTable
from ecosystem.measures.named import Column, Named

LABS: dict[str, Column] = {
    "step": np.array([0, 0, 1, 1, 2, 2, 3, 3]),
    "date": Named(np.array([0, 0, 1, 1, 2, 2, 3, 3]), ["2020-01", "2020-02", "2020-03", "2020-04"]),
    "lab": Named(np.array([0, 1] * 4), ["a", "b"]),
    "accuracy": np.array([0.1, 0.2, 0.3, np.nan, 0.5, 0.7, 0.6, 1.0]),
}
LEDGER: dict[str, Column] = {
    "step": np.array([0, 0, 2]),
    "payer": Named(np.array([0, 0, 0]), ["people"]),
    "reason": Named(np.array([0, 1, 0]), ["api", "fine"]),
    "amount": np.array([6.0, 1.0, 4.0]),
}
TABLES = {"labs": LABS, "ledger": LEDGER}


def outcome(**table: str) -> float:
    """An outcome of the tables above, a run of four months from 2020-01."""
    entry = OutcomeTable.model_validate({"metric": "labs.accuracy", **table})
    return outcome_of(entry, Month(2020, 1), 4).of(TABLES)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"at": "end"}, 0.8),
        ({"at": "last 2"}, (0.6 + 0.8) / 2),
        ({"at": "all"}, (0.15 + 0.3 + 0.6 + 0.8) / 4),  # a month counts once, whoever is defined in it
        ({"at": "2020-03"}, 0.6),
        ({"at": "all", "name": "b"}, (0.2 + 0.7 + 1.0) / 3),
        ({"at": "end", "over": "max"}, 1.0),
        ({"at": "end", "over": "min"}, 0.6),
        ({"at": "end", "over": "sum"}, 1.6),
        ({"at": "last 2", "over": "median"}, 0.7),
    ],
)
def test_outcomes_by_hand(table: dict[str, str], expected: float) -> None:
    assert outcome(**table) == pytest.approx(expected)


def test_what_is_undefined_in_all_months_is_missing() -> None:
    assert math.isnan(outcome(at="2020-02", name="b"))


def test_what_is_not_in_the_ledger_has_not_been_paid() -> None:
    assert outcome(metric="ledger.amount", at="all") == 11 / 4
    assert outcome(metric="ledger.amount", at="all", name="api") == 10 / 4
    assert outcome(metric="ledger.amount", at="end") == 0


def test_labels_say_what_differs_from_the_usual() -> None:
    def label(**table: str) -> str:
        entry = OutcomeTable.model_validate({"metric": "labs.accuracy", **table})
        return outcome_of(entry, Month(2020, 1), 24).label

    assert label() == "labs.accuracy"
    assert label(name="a", at="end") == "labs.accuracy of a at end"
    assert label(at="2020-03") == "labs.accuracy at 2020-03"
    assert label(label="x") == "x"


def test_windows_of_a_sweep_are_shares_of_the_run() -> None:
    half = Outcome("x", "labs.accuracy", name="a", begin=0.5, end=0.75)
    assert half.of(TABLES) == 0.5  # the third of four months
