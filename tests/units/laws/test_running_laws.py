"""Laws are found, run and reported; one that goes wrong stops no other."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.laws import drift, files
from ecosystem.experiments.laws.base import LAWS, Case, Found, Trial, law
from ecosystem.experiments.laws.files import chosen, known, order
from ecosystem.experiments.laws.report import document, save
from ecosystem.experiments.laws.run import LawResult, run_law, run_laws
from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario, ScenarioError
from tests.units.laws.conftest import Add
from tests.units.laws.small_laws import broken, deadly, measuring, met, missed, silent

CASES = """tolerance = { "one" = 0.5 }
[[law.cases]]
name = "short"
set = { steps = 1 }
[[law.cases]]
name = "long"
set = { "quotas.documents" = 20 }
"""


# --- cases --------------------------------------------------------------------------------------------


def cases(add: Add) -> tuple[Case, Case]:
    trial = Trial.of(Scenario.read(add("Z1", met, CASES)), 5)
    return trial.case("short"), trial.case("long")


def test_cases_are_scenarios_of_their_own(add: Add) -> None:
    short, long = cases(add)
    assert (short.steps, short.documents, short.replicates) == (1, 10, 20)
    assert (long.steps, long.documents, long.human_share) == (3, 20, 0.0)
    assert (short.human_share, short.domain.ideas, short.lab.name, short.style_variance) == (1.0, 1, "lab", 1.0)
    assert short.scenario.law is None


def test_cases_do_not_share_their_chance(add: Add) -> None:
    short, long = cases(add)
    again = Trial.of(Scenario.read(add("Z1", met, CASES)), 6)
    other = Trial.of(Scenario.read(add("Z2", met, CASES)), 5)
    assert len({short.seed, long.seed, again.case("short").seed, other.case("short").seed}) == 4


def test_a_case_that_is_not_there_is_named(add: Add) -> None:
    trial = Trial.of(Scenario.read(add("Z1", met, CASES)), 5)
    assert trial.case().name == "short"
    with pytest.raises(KeyError, match="law Z1 has no case 'shrt'; it has short, long"):
        trial.case("shrt")


def test_watching_is_running_the_engine(add: Add) -> None:
    _, long = cases(add)
    model, variance = WebEcosystem(long.scenario, long.seed), []
    for _ in range(3):
        model.step()
        fitted = model.labs["lab"].fitted
        assert fitted is not None
        variance.append(fitted.covariance[:, 0, 0])
    assert np.array_equal(long.fits(lambda model: model.covariance[:, 0, 0]), variance)
    pair = long.fits(lambda model: {"a": model.covariance[:, 0, 0], "b": (model.mean[:, 0], 1.0)}, start=1, every=1)
    assert np.array_equal(pair["a"], variance[1:])
    assert pair["b"][0].shape == (2, 20)
    assert pair["b"][1].tolist() == [1.0, 1.0]
    assert long.watch(lambda model: model.world.clock.step, start=0, every=2).tolist() == [1, 3]


def test_observed_arrays_are_kept_as_they_were(add: Add) -> None:
    _, long = cases(add)
    running = np.zeros(1)

    def observe(_: WebEcosystem) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        running[:] += 1
        return running

    assert long.watch(observe).tolist() == [[1.0], [2.0], [3.0]]


def test_looking_at_no_month_or_at_no_model_is_an_error(add: Add) -> None:
    short, _ = cases(add)
    with pytest.raises(ValueError, match="no month was looked at; see steps, start and every"):
        short.watch(lambda _: 1.0, start=1)
    late = Case("", short.scenario.replace({"labs.lab.launch": "2020-01"}), 1)
    with pytest.raises(ValueError, match="lab 'lab' has no model after month 0; see its launch and cadence"):
        late.fits(lambda _: 1.0)


# --- one law ------------------------------------------------------------------------------------------


def test_a_law_is_met_if_all_its_findings_are(add: Add) -> None:
    results = [run_law(Scenario.read(add("Z1", function))) for function in (met, missed)]
    assert [result.verdict for result in results] == ["pass", "fail"]
    assert [len(result.findings) for result in results] == [1, 2]
    tightest = results[1].tightest
    assert tightest is not None
    assert tightest.measured == 2.0


@pytest.mark.parametrize(
    ("function", "note", "why"),
    [
        (broken, "", "small_laws.py:{line}: KeyError: no such thing"),
        (silent, "", "the function of Z1 yields no finding"),
        (met, 'tolerance = { "one" = 0.5, "two" = 0.1 }', 'law.tolerance has "two", which nothing measures; known'),
        (met, 'tolerance = { "two" = 0.1 }', 'KeyError: law Z1 states no tolerance of "one"'),
    ],
)  # fmt: skip
def test_a_law_that_cannot_be_looked_at_says_why(add: Add, function: object, note: str, why: str) -> None:
    result = run_law(Scenario.read(add("Z1", function, note)))
    assert (result.verdict, result.passed) == ("error", False)
    assert why.format(line=broken.__code__.co_firstlineno + 4) in result.failure


def test_a_scenario_without_law_is_refused(laws: Path) -> None:
    with pytest.raises(ValueError, match=r"scenario .* has no \[law\]"):
        run_law(Scenario.read(laws / "base.toml"))


# --- many ---------------------------------------------------------------------------------------------


def test_one_that_fails_stops_no_other(add: Add, laws: Path) -> None:
    add("Z2", met)
    add("Z10", missed)
    add("Z1", broken)
    told: list[str] = []
    wanted = ["Z10", "Z2", "Z1", "Z2"]
    results = run_laws(wanted, on_done=lambda result: told.append(result.note.id), folder=laws)
    assert [(result.note.id, result.verdict) for result in results] == [
        ("Z1", "error"),
        ("Z2", "pass"),
        ("Z10", "fail"),
    ]
    assert sorted(told) == ["Z1", "Z10", "Z2"]


def plain(results: list[LawResult]) -> list[object]:
    return [(result.note.id, result.findings, result.curves) for result in results]


def test_results_depend_on_the_seed_alone(add: Add, laws: Path) -> None:
    for identifier in ("Z1", "Z2", "Z3"):
        add(identifier, measuring)
    one = run_laws(["Z1", "Z2", "Z3"], seed=3, folder=laws)
    two = run_laws(["Z1", "Z2", "Z3"], seed=3, workers=2, folder=laws)
    assert plain(one) == plain(two)
    assert plain(run_laws(["Z2"], seed=3, folder=laws)) == plain(one)[1:2]
    assert plain(run_laws(["Z2"], seed=4, folder=laws)) != plain(one)[1:2]


def test_a_process_that_dies_is_a_law_that_is_not_met(add: Add, laws: Path) -> None:
    add("Z1", deadly)
    add("Z2", deadly)
    results = run_laws(["Z1", "Z2"], workers=2, folder=laws)
    assert [result.verdict for result in results] == ["error", "error"]
    assert "a worker process died" in results[0].failure


def test_the_longest_laws_are_begun_first(add: Add, laws: Path) -> None:
    began: list[str] = []

    def noting(trial: Trial) -> Found:
        began.append(trial.note.id)
        yield from met(trial)

    for identifier, seconds in (("Z1", 2), ("Z2", 9), ("Z3", 5)):
        add(identifier, noting, f'seconds = {seconds}\ntolerance = {{ "one" = 0.1 }}')
    run_laws(["Z1", "Z2", "Z3"], folder=laws)
    assert began == ["Z2", "Z3", "Z1"]


# --- which laws there are -----------------------------------------------------------------------------


def test_ids_are_sorted_as_people_count() -> None:
    assert sorted(["A10", "B1", "A5b", "A2", "A5"], key=order) == ["A2", "A5", "A5b", "A10", "B1"]


def test_a_new_law_is_one_file_and_one_function(add: Add, laws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LAWS, "_things", {})
    law("Z7")(met)
    add("Z7", None)
    assert list(known(laws)) == ["Z7"]
    assert [result.verdict for result in run_laws(folder=laws)] == ["pass"]


def test_a_law_needs_both_halves(add: Add, laws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add("Z1", None)
    with pytest.raises(RunRefused, match=r'z1.toml: law Z1 has no function; mark one with @law\("Z1"\)'):
        chosen(["Z1"], laws)
    monkeypatch.setattr(LAWS, "_things", {"Z1": met, "Z2": met, "A1": drift.gaussian_variance})
    with pytest.raises(RunRefused, match=r"^law A1 has a function but no file with law.id = 'A1'$"):
        chosen([], laws)  # Z2 might be that of a plug-in, whose file is elsewhere
    with pytest.raises(RunRefused, match="law Z2 has a function but no file"):
        chosen(["Z2"], laws)


def test_an_unknown_id_names_the_nearest(add: Add, laws: Path) -> None:
    add("Z10", met)
    with pytest.raises(RunRefused, match="no law is called 'Z1'; did you mean 'Z10'"):
        run_laws(["Z1"], folder=laws)


def test_a_law_needs_a_title(add: Add, laws: Path) -> None:
    add("Z1", met, title="")
    with pytest.raises(RunRefused, match=r"z1.toml: title: is missing; say in a few words"):
        chosen(["Z1"], laws)


def test_an_id_belongs_to_one_file(add: Add, laws: Path) -> None:
    text = add("Z1", met).read_text(encoding="utf-8")
    (laws / "z2.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RunRefused, match=r"z2.toml: law.id: Z1 is also the id of .*z1.toml; change one"):
        known(laws)


def test_a_folder_without_laws_is_told(laws: Path) -> None:
    with pytest.raises(RunRefused, match="no laws here; call it from the folder that has scenarios"):
        known(laws)


@pytest.mark.parametrize("text", ["[law", "law = 3", "[law]\nid = 5"])
def test_a_file_that_cannot_be_used_is_told_only_where_it_is_wanted(add: Add, laws: Path, text: str) -> None:
    add("Z1", met)
    (laws / "z2.toml").write_text(text, encoding="utf-8")
    assert list(chosen(["Z1"], laws)) == ["Z1"]
    with pytest.raises(ScenarioError, match=r"z2.toml"):
        chosen([], laws)


def test_every_module_of_the_package_is_imported() -> None:
    files.load_functions()
    modules = {function.__module__ for _, function in LAWS.items()}
    own = {f"ecosystem.experiments.laws.{name}" for name in ("drift", "accumulation")}
    assert own <= modules


# --- report -------------------------------------------------------------------------------------------


@pytest.fixture
def results(add: Add, laws: Path) -> list[LawResult]:
    add("Z1", measuring)
    add("Z2", missed)
    add("Z3", broken)
    return run_laws(["Z1", "Z2", "Z3"], folder=laws)


def test_the_document_has_what_was_found_and_how_to_make_it_again(results: list[LawResult], tmp_path: Path) -> None:
    found = document(results, 0, 2, 1.5)
    path = save(found, tmp_path / "new" / "folder")
    assert json.loads(path.read_text(encoding="utf-8")) == found
    assert (found["ok"], found["seed"], found["workers"], found["seconds"]) == (False, 0, 2, 1.5)
    assert {"versions", "code", "commit", "command", "machine", "ended", "schema_version"} <= set(found)
    first, second, third = found["laws"]
    assert first["standard_error"] is not None
    assert first["curves"][0]["x"] == [1.0, 2.0, 3.0]
    assert (second["verdict"], second["measured"], second["standard_error"]) == ("fail", 2.0, None)
    assert [finding["passed"] for finding in second["findings"]] == [True, False]
    assert (third["verdict"], len(third["findings"])) == ("error", 1)
    assert "no such thing" in third["failure"]


def test_a_document_replaces_the_one_before(results: list[LawResult], tmp_path: Path) -> None:
    save(document(results, 0, 1, 1.0), tmp_path)
    save(document(results[:1], 1, 1, 1.0), tmp_path)
    assert json.loads((tmp_path / "laws.json").read_text(encoding="utf-8"))["seed"] == 1
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["laws.json"]
