"""Study files: what they mean, and what is refused with file, line, cause and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.experiments.study.distributions import DISTRIBUTIONS
from ecosystem.experiments.study.plan import StudyPlan
from ecosystem.experiments.study.reading import read
from ecosystem.experiments.study.schema import OutcomeTable
from ecosystem.scenario import ScenarioError
from tests.units.experiments.study.conftest import Refused, Written

RANGE = '[uncertainties]\n"humans.activity" = [0.1, 0.6]\n'


def test_a_bare_study_has_one_point(study: Written) -> None:
    plan = StudyPlan(study(""))
    assert plan.tasks == 2
    assert [plan.task(number).replicate for number in range(2)] == [0, 1]
    assert plan.task(0).seed == 0
    assert plan.task(1).seed != 0


def test_keys_without_quotes_are_put_together(study: Written) -> None:
    found = study("\n[uncertainties]\nhumans.activity = [0.1, 0.6]\nhumans.grounding = [0.2, 0.9]\n")
    assert [factor.key for factor in found.factors] == ["humans.activity", "humans.grounding"]


def test_levers_that_do_not_apply_are_one_point(study: Written) -> None:
    text = '\n[levers]\npolicy = ["none", "label-mandate"]\n"policies.label_mandate.fine" = [1.0, 10.0, 100.0]\n'
    plan = StudyPlan(study(f"samples = 3{text}{RANGE}"))
    assert [dict(point.levers)["policies.label_mandate.fine"] for point in plan.points[:4]] == [None, 1.0, 10.0, 100.0]
    assert len(plan.points) == 4 * 3
    assert plan.tasks == 4 * 3 * 2
    for point in range(4):  # all levers of a state meet the same state
        assert plan.points[point].factors == plan.points[0].factors
    dear = plan.scenario(plan.task(2 * 3))
    assert dear.policies[0].model_dump()["fine"] == 100.0
    assert not plan.scenario(plan.task(0)).policies


def test_policies_can_be_combined(study: Written) -> None:
    found = study('\n[levers]\npolicy = ["none", "label-mandate + cheap"]\n')
    both = found.arms["label-mandate + cheap"]
    assert len(both.policies) == 1
    assert both.publishers.api_price == 0.5
    assert found.arms["none"] == found.base.scenario


def test_all_points_share_their_seeds(study: Written) -> None:
    plan = StudyPlan(study(f"samples = 4\n{RANGE}"))
    seeds = {(plan.task(number).replicate, plan.task(number).seed) for number in range(plan.tasks)}
    assert len(seeds) == 2
    own = StudyPlan(study(f"samples = 4\ncommon_seeds = false\n{RANGE}"))
    assert len({own.task(number).seed for number in range(own.tasks)}) == 8


def test_equal_scenarios_are_run_once(study: Written) -> None:
    plan = StudyPlan(study('design = "sobol"\nsamples = 8\n[uncertainties]\n"labs.*.cadence" = [3, 4]\n'))
    assert len(plan.points) == 24
    assert plan.tasks == 2 * 2
    assert {point.factors["labs.*.cadence"] for point in plan.points} == {3, 4}


def test_what_is_set_holds_at_all_points(study: Written) -> None:
    plan = StudyPlan(study(f'samples = 3\n{RANGE}[set]\n"scale.humans" = 50\n'))
    assert {plan.scenario(plan.task(number)).scale.humans for number in range(plan.tasks)} == {50}
    assert plan.scenario(plan.task(0)).observation.measures == ("labs.accuracy", "web.items")


def test_the_identity_tells_plans_apart(study: Written) -> None:
    first = StudyPlan(study(f"samples = 4\n{RANGE}")).identity()
    assert StudyPlan(study(f"samples = 4\n{RANGE}")).identity() == first
    others = [
        f"samples = 5\n{RANGE}",
        f"samples = 4\nseed = 1\n{RANGE}",
        'outcomes = ["web.items"]\n' + f"samples = 4\n{RANGE}",
    ]
    assert all(StudyPlan(study(text)).identity() != first for text in others)


def test_a_sweep_goes_up_and_down(study: Written) -> None:
    text = 'design = "sweep"\n[sweep]\nkey = "humans.activity"\nvalues = [0.1, 0.2, 0.4]\ndwell = 4\n'
    found = study(text)
    plan = StudyPlan(found)
    assert [plan.scenario(plan.task(number)).steps for number in (0, 2)] == [20, 40]
    activity = [settings.humans.activity for settings in plan.scenario(plan.task(0)).timeline()]
    assert activity == [0.1] * 4 + [0.2] * 4 + [0.4] * 4 + [0.2] * 4 + [0.1] * 4
    labels = [outcome.label for outcome in found.outcomes]
    assert labels[0].endswith("up 0.1")
    assert labels[-1].endswith("down 0.1")
    assert len(labels) == 5


BAD = {
    "unknown key of the file": ("sampels = 3\n", "sampels: no such key; did you mean 'samples'?"),
    "unknown scenario": ('scenario = "wed"\n', "no scenario is called 'wed'; did you mean scenarios/web.toml?"),
    "unknown key of the scenario": (
        '\n[uncertainties]\n"humans.activty" = [0.1, 0.2]\n',
        "uncertainties.humans.activty: no key 'activty' in 'humans'; did you mean 'activity'?",
    ),
    "range beyond that of the key": (
        '\n[uncertainties]\n"humans.grounding" = [0.1, 1.5]\n',
        "uncertainties.humans.grounding: 1.5: must be at most 1, is 1.5",
    ),
    "low above high": (
        '\n[uncertainties]\n"humans.activity" = [0.6, 0.1]\n',
        "uncertainties.humans.activity: low (0.6) must be less than high (0.1); swap them",
    ),
    "text for a number": (
        '\n[uncertainties]\n"humans.activity" = ["0.1", 0.6]\n',
        "a range has two numbers, this one has '0.1'",
    ),
    "three numbers": ('\n[uncertainties]\n"humans.activity" = [0.1, 0.2, 0.3]\n', "this one has 3; for these"),
    "a single number": ('\n[uncertainties]\n"humans.activity" = 0.1\n', "must be a range or a distribution, is 0.1"),
    "unknown distribution": (
        '\n[uncertainties]\n"humans.activity" = { distribution = "unifrm", low = 0, high = 1 }\n',
        "no distribution is called 'unifrm'; did you mean 'uniform'?",
    ),
    "unknown parameter of a distribution": (
        '\n[uncertainties]\n"humans.activity" = { distribution = "uniform", low = 0, hihg = 1 }\n',
        "uncertainties.humans.activity.hihg: no such key; did you mean 'high'?",
    ),
    "mode outside": (
        '\n[uncertainties]\n"humans.activity" = { distribution = "triangular", low = 0.1, mode = 0.9, high = 0.2 }\n',
        "mode (0.9) must lie between low (0.1) and high (0.2)",
    ),
    "logarithm of zero": (
        '\n[uncertainties]\n"humans.activity" = { distribution = "loguniform", low = 0, high = 1 }\n',
        "low (0) must be above 0",
    ),
    "a factor given twice": (
        f'\n[levers]\n"humans.activity" = [0.1, 0.2]\n{RANGE}',
        "uncertainties.humans.activity: is varied by levers.humans.activity already; keep one of them",
    ),
    "a pattern that covers another": (
        '\n[uncertainties]\n"labs.*.price" = [1.0, 2.0]\n"labs.cheap.price" = [3.0, 4.0]\n',
        "uncertainties.labs.cheap.price: is varied by uncertainties.labs.*.price already",
    ),
    "empty list": ('\n[levers]\n"humans.activity" = []\n', "levers.humans.activity: is an empty list"),
    "lever without a list": ('\n[levers]\n"humans.activity" = 0.5\n', "must be a list of values; write [0.5]"),
    "a value twice": ('\n[levers]\n"humans.activity" = [0.5, 0.5]\n', "has 0.5 twice"),
    "no such policy file": (
        '\n[levers]\npolicy = ["none", "label-mandat"]\n',
        "levers.policy: no policy file is called 'label-mandat'; did you mean",
    ),
    "key of a policy in no arm": (
        '\n[levers]\npolicy = ["none"]\n"policies.label_mandate.fine" = [1.0]\n',
        "levers.policies.label_mandate.fine: no arm has such a policy with such a key",
    ),
    "steps": ("\n[levers]\nsteps = [12, 24]\n", "levers.steps: cannot be varied: all runs of a study"),
    "no replicate": ("replicates = 0\n", "replicates: must be at least 1, is 0"),
    "sobol without a power of 2": (
        f'design = "sobol"\nsamples = 100\n{RANGE}',
        "samples: must be a power of 2 for sobol, is 100; use 64 or 128",
    ),
    "morris with odd levels": (
        f'design = "morris"\nlevels = 5\nsamples = 4\n{RANGE}',
        "levels: must be even for morris, is 5; use 6",
    ),
    "sobol without uncertainties": ('design = "sobol"\n', "sobol needs [uncertainties], there are none"),
    "categories in morris": (
        'design = "morris"\n[uncertainties]\n"labs.*.learner" = { distribution = "choice", values = ["n_gram"] }\n',
        "has values without an order",
    ),
    "unknown outcome": (
        'outcomes = ["labs.acuracy"]\n',
        "outcomes[0].metric: no measure is called 'labs.acuracy'; did you mean 'labs.accuracy'?",
    ),
    "outcome without table": ('outcomes = ["accuracy"]\n', "write its table before it, such as labs.accuracy"),
    "no outcomes": ("outcomes = []\n", "outcomes: is an empty list"),
    "name of nobody": (
        '[[outcomes]]\nmetric = "labs.accuracy"\nname = "frontir"\n',
        "the scenario has nothing called 'frontir' in labs; did you mean 'frontier'?",
    ),
    "date outside the run": (
        '[[outcomes]]\nmetric = "labs.accuracy"\nat = "2025-01"\n',
        "outcomes[0].at: 2025-01 lies outside the run, 2020-01 to 2021-12",
    ),
    "more months than there are": (
        '[[outcomes]]\nmetric = "labs.accuracy"\nat = "last 48"\n',
        "last 48 lies outside the run",
    ),
    "no threshold": (
        '[[outcomes]]\nmetric = "labs.accuracy"\nfails = "bad"\n',
        'fails must be a sign and a number, such as "< 0.5"',
    ),
    "no date": ('[[outcomes]]\nmetric = "labs.accuracy"\nat = "soon"\n', "at must be end, all, last N or a month"),
    "two outcomes alike": ('outcomes = ["labs.accuracy", "labs.accuracy"]\n', "has the label of outcome 1"),
    "regret of nothing better": (
        'analyses = ["regret"]\n[levers]\n"humans.activity" = [0.1, 0.2]\n',
        "regret needs to know which way is better",
    ),
    "boxes of no failures": (f'analyses = ["boxes"]\n{RANGE}', "boxes needs to know what a failure is"),
    "too many runs": (
        f"samples = 60000\n{RANGE}",
        "samples: 120,000 runs, more than 100,000; make the design smaller, or write limit = 120000",
    ),
    "sweep without its table": ('design = "sweep"\n', "sweep needs a table [sweep]"),
    "sweep table of another design": (
        '\n[sweep]\nkey = "humans.activity"\nvalues = [0.1, 0.2]\n',
        "sweep: has no meaning in the design latin_hypercube",
    ),
    "sweep that falls": (
        'design = "sweep"\n[sweep]\nkey = "humans.activity"\nvalues = [0.2, 0.1]\n',
        "values must be two or more numbers in rising order",
    ),
    "sweep of what is fixed": (
        'design = "sweep"\n[sweep]\nkey = "scale.humans"\nvalues = [100, 200]\n',
        "cannot change during a run",
    ),
    "wrong value in set": ('\n[set]\n"scale.humans" = -1\n', "set.scale.humans: must be at least 0, is -1"),
    "unknown key in set": ('\n[set]\n"scale.human" = 5\n', "no key 'human' in 'scale'; did you mean 'humans'?"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_studies_are_refused_with_cause_and_remedy(case: str, refused: Refused) -> None:
    text, expected = BAD[case]
    found = refused(text)
    assert any(expected in problem for problem in found), found
    assert all(problem.startswith("first.toml") for problem in found)


def test_everything_wrong_is_told_at_once(refused: Refused) -> None:
    found = refused('samples = 100\ndesign = "sobol"\n[uncertainties]\n"humans.activty" = [0.1, 0.2]\n')
    assert len(found) == 2


def test_shocks_over_a_varied_key_are_noted(study: Written) -> None:
    found = study('samples = 4\n[uncertainties]\n"publishers.api_price" = [1.0, 20.0]\n')
    assert ["2020-06" in note.cause for note in found.notes] == [True]


def test_one_replicate_is_noted(study: Written) -> None:
    assert "no intervals" in study("replicates = 1\n").notes[0].cause


def test_the_study_of_the_page_can_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[4]
    page = (root / "docs" / "studies.md").read_text(encoding="utf-8")
    text = page.partition("```toml\n")[2].partition("```")[0]
    path = tmp_path / "cheap-text.toml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(root)
    assert StudyPlan(read(path)).tasks == 3 * 64 * 5
    line = next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith('"humans.activity"'))
    path.write_text(text.replace("humans.activity", "humans.activty"), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        read(path)
    told = str(error.value).replace(str(tmp_path), "scenarios/studies")
    assert told.startswith(f"scenarios/studies/cheap-text.toml:{line}: ")
    assert told in page


def test_every_key_of_a_study_is_on_the_page() -> None:
    page = (Path(__file__).parents[4] / "docs" / "studies.md").read_text(encoding="utf-8")
    assert [name for name in OutcomeTable.model_fields if f"| {name} |" not in page] == []
    assert [name for name in DISTRIBUTIONS if f"`{name}`" not in page] == []
