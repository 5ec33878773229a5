"""Stopping when it is decided: confidence sequences, questions, and what they keep."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

import ecosystem as eco
from ecosystem.experiments.comparison.deciding import budget_seconds
from ecosystem.experiments.comparison.paired import student
from ecosystem.experiments.comparison.sequence import PRIOR, sequence
from ecosystem.experiments.comparison.until import Question, parse
from ecosystem.experiments.ensemble import plan as plans
from ecosystem.experiments.ensemble.attempt import Options
from ecosystem.experiments.ensemble.shard import Shard
from ecosystem.experiments.errors import RunRefused
from ecosystem.scenario import Scenario
from tests.units.experiments.conftest import SMALL

MANDATE = {"kind": "label_mandate", "start": "2018-06", "fine": 1000.0}


@pytest.fixture(scope="module")
def short() -> Scenario:
    return Scenario.from_dict(SMALL | {"steps": 12, "scale": {"humans": 60}})


def test_the_sequence_is_where_the_mixture_has_gathered_enough_evidence() -> None:
    """The bound solves: mixed likelihood ratio of the t statistic = 1 / alpha."""

    def log_ratio(half: float, n: int) -> float:
        t2 = n * half**2  # with a spread of 1
        r = (n + PRIOR) / PRIOR
        return -0.5 * np.log(r) + n / 2 * (np.log1p(t2 / (n - 1)) - np.log1p(t2 / (n - 1) / r)) - np.log(1 / 0.05)

    for n in (8, 12, 20, 50, 200):
        found = float(sequence(np.array([float(n)]), np.ones(1))[0])
        assert found == pytest.approx(brentq(log_ratio, 1e-6, 1e3, args=(n,), xtol=1e-13), rel=1e-9)


def test_the_sequence_holds_however_often_one_looks() -> None:
    # 2,000 paths looked at from 2 to 200 pairs: outside at any time in at most 5 %, and 3 standard errors.
    draw = np.random.Generator(np.random.PCG64(4))
    paths, most = 2_000, 200
    values = draw.normal(size=(paths, most))
    ever, by_student = np.zeros(paths, dtype=bool), np.zeros(paths, dtype=bool)
    for n in range(2, most + 1):
        mean, spread = values[:, :n].mean(axis=1), values[:, :n].std(axis=1, ddof=1)
        count = np.full(paths, float(n))
        ever |= np.abs(mean) > sequence(count, spread)
        by_student |= np.abs(mean) > student(count, spread)
    assert ever.mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / paths)
    assert by_student.mean() > 0.3  # looking again and again is what it guards against


def test_the_sequence_says_nothing_of_few_pairs_and_is_sure_of_what_never_varies() -> None:
    n = np.array([1.0, 2.0, 6.0, 7.0, 20.0, 20.0])
    spread = np.array([np.nan, 1.0, 1.0, 1.0, 1.0, 0.0])
    found = sequence(n, spread)
    assert np.isnan(found[0])
    assert np.isinf(found[1:3]).all()
    assert np.isfinite(found[3:]).all()
    assert found[5] == 0
    assert 1.4 < found[4] / student(n, spread)[4] < 1.8


def test_questions_are_read() -> None:
    assert parse("ci(labs.accuracy) < 0.01") == (Question("labs.accuracy", most=0.01),)
    assert parse(" ci( labs.accuracy , frontier, 2026-12 )<1e-2 and sign(web.items) known") == (
        Question("labs.accuracy", "frontier", "2026-12", 0.01),
        Question("web.items"),
    )
    for text in ("ci(labs.accuracy, frontier, 2026-12) < 0.01", "sign(web.items) known"):
        assert str(parse(text)[0]) == text
    width, sign = Question("web.items", most=2.0), Question("web.items")
    assert width.met(0.0, 1.9)
    assert not width.met(0.0, 2.0)
    assert sign.met(-3.0, 2.9)
    assert not sign.met(-3.0, 3.0)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("accuracy < 0.01", r"cannot read 'accuracy < 0.01'; write it as"),
        ("ci(web.items) < 0", "'0' is no width; give a number above 0"),
        ("ci(web.items) < -1", "is no width"),
        ("ci(web.items) < 1e", "is no width"),
        ("ci(labs.accuracy, a, b) < 1", "it may hold a metric, a name and a month"),
        ("ci() < 1", "it may hold a metric"),
        ("sign(web.items)", "cannot read"),
        ("ci(web.items) < 1 and", "cannot read ''"),
        ("ci(web.itms) < 1", "no such metric as 'web.itms'; did you mean 'web.items'"),
        ("ci(acuracy) < 1", "did you mean 'labs.accuracy'"),
        ("ci(labs.accuracy, c) < 1", "nothing called 'c' in labs; there is a, b"),
        ("ci(web.items, 2030-01) < 1", "2030-01 is not simulated; choose a month from 2018-01 to 2018-12"),
    ],
)
def test_questions_that_cannot_be_are_refused(short: Scenario, text: str, cause: str) -> None:
    with pytest.raises(RunRefused, match=cause):
        eco.compare([short], [MANDATE], until=text)


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("10min", 600), ("1.5h", 5400), ("20", 20), (" 2 m", 120)])
def test_budgets_are_read(text: str, seconds: float) -> None:
    assert budget_seconds(text) == seconds


@pytest.mark.parametrize("text", ["soon", "-1s", "0", "10 days"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(RunRefused, match="must be a time such as 90s, 10min or 2h"):
        budget_seconds(text)


@pytest.mark.slow
def test_how_many_pairs_it_takes_does_not_depend_on_workers(
    short: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "MOST", 3)  # bundles that cut through pairs
    whole = eco.compare([short], [MANDATE], replicates=30, tables=["web"])
    items = whole.tables["web"].query("step >= 9").groupby(["arm", "replicate"])["items"].mean()
    apart = (items["label_mandate"] - items["small"]).to_numpy()
    spreads = [apart[:n].std(ddof=1, keepdims=True) for n in range(2, 31)]
    widths = [np.inf, *(float(sequence(np.array([n + 2.0]), spread)[0]) for n, spread in enumerate(spreads))]
    width = sorted(widths[7:])[12]
    needed = next(n for n in range(8, 31) if widths[n - 1] < width)
    assert 8 < needed < 30
    until = f"ci(web.items) < {width!r}"
    for workers in (1, 2, 3):
        folder = tmp_path / str(workers)
        found = eco.compare([short], [MANDATE], replicates=60, workers=workers, until=until, tables=["web"], out=folder)
        assert len(found.runs) == 2 * needed
        assert found.provenance["until"]["decided"]
        assert found.provenance["until"]["half_widths"][str(parse(until)[0])] == pytest.approx(widths[needed - 1])
        assert len(found.provenance["seeds"]) == found.provenance["replicates"] == needed
        row = found.effects.query("metric == 'web.items'").iloc[0]
        assert row["high"] - row["mean"] == pytest.approx(widths[needed - 1])
        assert found.differences["n"].max() == needed
        assert (folder / "web.parquet").read_bytes() == (tmp_path / "1" / "web.parquet").read_bytes()


def test_what_cannot_be_decided_is_said(short: Scenario) -> None:
    found = eco.compare([short], [MANDATE], replicates=9, until="ci(web.items) < 1e-9", tables=["web"])
    until = json.loads(json.dumps(found.provenance["until"]))
    assert (until["decided"], until["pairs"], len(found.runs)) == (False, 9, 18)
    undefined = eco.compare([short], [MANDATE], replicates=8, until="sign(labs.accuracy, b) known", tables=["labs"])
    assert not undefined.provenance["until"]["decided"]


def test_a_budget_is_kept(short: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "MOST", 2)
    found = eco.compare([short], [MANDATE], replicates=3_000, budget=2.0, tables=["web"])
    pairs = found.provenance["until"]["pairs"]
    assert 1 <= pairs < 3_000
    assert len(found.runs) == 2 * pairs
    assert found.provenance["wall_seconds"] < 20  # ten times as long, on a busy machine; all would take minutes
    assert not found.provenance["until"]["decided"]


def test_a_kill_after_the_last_run_costs_no_answer(short: Scenario, tmp_path: Path) -> None:
    words = {"until": "ci(web.items) < 1e6", "tables": ["web"], "out": tmp_path / "c", "replicates": 20}
    first = eco.compare([short], [MANDATE], **words)  # type: ignore[arg-type]
    (tmp_path / "c" / "effects.parquet").unlink()
    again = eco.compare([short], [MANDATE], **words, options=Options(resume=True))  # type: ignore[arg-type]
    assert again.provenance["until"] == first.provenance["until"]
    assert again.provenance["until"]["pairs"] == 8
    assert again.effects.equals(first.effects)


def test_shards_cannot_decide(short: Scenario) -> None:
    with pytest.raises(RunRefused, match="no shard sees what the others find"):
        eco.compare([short], [MANDATE], until="sign(web.items) known", options=Options(shard=Shard(1, 2)))
