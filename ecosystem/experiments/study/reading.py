"""Study files: read, put together with the scenario and the policy files that they name, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ecosystem.core.registry import load_plugins
from ecosystem.experiments.study.factors import POLICY, Factor, Lever, levers, made_of, uncertainties
from ecosystem.experiments.study.outcomes import Outcome, outcome_of
from ecosystem.experiments.study.schema import StudyFile
from ecosystem.experiments.study.sweep import months, swept_outcomes
from ecosystem.scenario import Scenario
from ecosystem.scenario.files import FOLDER, SUFFIX, Reading, find
from ecosystem.scenario.files import read as read_scenario
from ecosystem.scenario.keys import UnknownKey, select
from ecosystem.scenario.nodes import Node
from ecosystem.scenario.overlay import overlaid
from ecosystem.scenario.parsing import parse
from ecosystem.scenario.problems import Problem, ScenarioError, near, refuse
from ecosystem.scenario.vocabulary import vocabulary

__all__ = ["NO_POLICY", "STUDIES", "Study", "find_study", "read"]

STUDIES = FOLDER / "studies"
"""Where study files are looked up by name."""

NO_POLICY = "none"
"""Value of the lever "policy" without any policy file."""


@dataclass(frozen=True, eq=False)
class Study:
    """A study, ready to be planned.

    Attributes:
        file: where it is written.
        text: what is written there.
        settings: as the file says them.
        base: the scenario with the values of [set].
        arms: the scenario under each value of the lever "policy"; under "" without that lever.
        levers: in the order of the file.
        factors: uncertain keys, in the order of the file.
        outcomes: columns of the table `outcomes`.
        notes: what is allowed, but may not be meant.
    """

    file: Path
    text: str
    settings: StudyFile
    base: Reading
    arms: Mapping[str, Scenario]
    levers: tuple[Lever, ...]
    factors: tuple[Factor, ...]
    outcomes: tuple[Outcome, ...]
    notes: tuple[Problem, ...] = ()
    _there: dict[tuple[str, str], bool] = field(default_factory=dict, repr=False)

    def applies(self, arm: str, key: str) -> bool:
        """Whether an arm has a key; that of a policy is there only where the policy is in force."""
        if not key.startswith("policies."):
            return True
        if (arm, key) not in self._there:
            self._there[arm, key] = has(self.arms[arm], key)
        return self._there[arm, key]


def has(scenario: Scenario, key: str) -> bool:
    """Whether a key leads somewhere in a scenario."""
    try:
        select(vocabulary(Scenario), scenario.model_dump(mode="json"), key)
    except UnknownKey:
        return False
    return True


def find_study(where: str | Path) -> Path:
    """The study file that a path or name means; "label-mandate" is scenarios/studies/label-mandate.toml.

    Raises:
        ScenarioError: there is none; names the nearest that exists.
    """
    path = Path(where)
    if not path.is_absolute():
        for candidate in (path, path.with_name(path.name + SUFFIX) if path.name else path):
            if (STUDIES / candidate).is_file():
                return STUDIES / candidate
    try:
        return find(where)
    except ScenarioError:
        known = {entry.stem for entry in STUDIES.glob(f"*{SUFFIX}")}
        remedy = near(path.stem, known) or f"`ecosystem list studies` shows those in {STUDIES}"
        refuse(str(where), None, "", "no such study file", remedy)


def read(where: str | Path, changes: Mapping[str, object] | None = None) -> Study:
    """Read a study file and check it against its scenario; writes nothing.

    Args:
        where: path or name.
        changes: values in place of those in the file, such as replicates.

    Raises:
        ScenarioError: lists everything that is wrong, with file and line.
    """
    from ecosystem.experiments.study.checks import check  # noqa: PLC0415 - it builds on this module

    load_plugins()
    path = find_study(where)
    root = _with_tables(parse(path))
    for key, value in (changes or {}).items():
        root.value[key] = Node.of(value, root.place)
    problems: list[Problem] = []
    own_levers = levers(root.value.get("levers"), problems)
    factors = uncertainties(root.value.get("uncertainties"), problems)
    settings, wrong = made_of(StudyFile, root)
    problems += wrong
    if settings is None:
        raise ScenarioError(sorted(problems, key=lambda problem: problem.line or 0))
    base = _base(path, root, settings, problems)
    arms = _arms(base, own_levers, problems)
    if settings.sweep is not None and settings.design == "sweep":
        longest = base.scenario.replace({"steps": months(settings.sweep, 1)})
    else:
        longest = base.scenario
    found = tuple(outcome_of(table, longest.start, longest.steps) for table in settings.outcomes)
    if settings.sweep is not None and settings.design == "sweep":
        found = swept_outcomes(found, settings.sweep)
    study = Study(
        path, path.read_text(encoding="utf-8-sig"), settings, base, arms, tuple(own_levers), tuple(factors), found
    )
    return check(study, root, problems)


def _with_tables(root: Node) -> Node:
    """The document with a table for every outcome that is only named; a sweep needs its table."""
    listed = root.value.get("outcomes")
    if listed is not None and isinstance(listed.value, list):
        listed.value = [
            Node({"metric": entry}, entry.place) if isinstance(entry.value, str) else entry for entry in listed.value
        ]
    if "name" not in root.value:
        root.value["name"] = Node(Path(root.place.file).stem, root.place)
    return root


def _base(path: Path, root: Node, settings: StudyFile, problems: list[Problem]) -> Reading:
    """The scenario of a study with the values of [set], looked for beside the study as well."""
    place = root.value["scenario"].place
    name = Path(settings.scenario)
    near_by = [path.parent / name, path.parent / f"{name}{SUFFIX}"]
    where = next((candidate for candidate in near_by if candidate.is_file()), name)
    try:
        base = read_scenario(where)
    except ScenarioError as error:
        if any(problem.cause == "no such file" for problem in error.problems):
            cause, remedy = f"no scenario is called {settings.scenario!r}", error.problems[0].remedy
            raise ScenarioError([*problems, Problem(place.file, place.line, "scenario", cause, remedy)]) from error
        raise ScenarioError([*problems, *error.problems]) from error
    return replace(base, scenario=_set(base.scenario, settings, root, problems))


def _set(scenario: Scenario, settings: StudyFile, root: Node, problems: list[Problem]) -> Scenario:
    """The scenario with the values of [set]; keys without quotes are put together."""
    from ecosystem.experiments.study.factors import flat  # noqa: PLC0415 - beside its only use

    changes = {key: node.plain() for key, node in flat(root.value.get("set"))}
    if not settings.set:
        return scenario
    place = root.value["set"].place
    lines = {key: node.place.line for key, node in flat(root.value["set"])}
    try:
        return scenario.replace(changes)
    except ScenarioError as error:
        for problem in error.problems:
            key = next((key for key in changes if problem.key == key or problem.key.startswith(f"{key}.")), "")
            line = lines.get(key, place.line)
            problems.append(Problem(place.file, line, f"set.{problem.key}", problem.cause, problem.remedy))
        raise ScenarioError(problems) from error


def _arms(base: Reading, own: list[Lever], problems: list[Problem]) -> dict[str, Scenario]:
    """The scenario under each value of the lever "policy"."""
    lever = next((lever for lever in own if lever.key == POLICY), None)
    if lever is None:
        return {"": base.scenario}
    arms: dict[str, Scenario] = {}
    for value in lever.values:
        if not isinstance(value, str) or not value.strip():
            cause = f"names policy files, has {value!r}"
            problems.append(Problem(*lever.place, "levers.policy", cause, f'such as "{NO_POLICY}"'))
            continue
        scenario = base.scenario
        try:
            for name in (part.strip() for part in value.split("+")):
                scenario = scenario if name == NO_POLICY else overlaid(scenario, name).scenario
        except ScenarioError as error:
            for problem in error.problems:
                missing = problem.cause == "no such policy file"
                cause = f"no policy file is called {problem.file!r}" if missing else str(problem)
                problems.append(Problem(*lever.place, "levers.policy", cause, problem.remedy if missing else ""))
            continue
        arms[value] = scenario
    if not arms:
        raise ScenarioError(problems)
    return arms
