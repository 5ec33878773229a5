"""`ecosystem check`: are these scenario files right?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecosystem.cli.app import app
from ecosystem.cli.common import WRONG_USE, JsonOption, QuietOption, SetOption, print_json, say, state, warn

if TYPE_CHECKING:
    from ecosystem.scenario import Problem
    from ecosystem.scenario.files import Reading

Files = Annotated[
    list[str], typer.Argument(metavar="FILE", help="Scenario, policy or study files, or names.", show_default=False)
]
On = Annotated[str, typer.Option("--on", metavar="SCENARIO", help="What policy files are put over to be checked.")]


@app.command(epilog="Example: ecosystem check scenarios/*.toml")
def check(
    files: Files,
    *,
    set_: SetOption = None,
    on: On = "baseline",
    json: JsonOption = False,  # noqa: ARG001 - set by callback
    quiet: QuietOption = False,  # noqa: ARG001 - set by callback
) -> None:
    """Check scenario files: every mistake, with file and line.

    Notes point out what is allowed but has no effect, such as a shock after the end. With --set each
    file is checked with these changes. A policy file, which has policies and no world of its own, is
    checked over a scenario. A study file is checked with all that it names. Writes nothing.
    """
    found = [_checked(file, set_ or (), on) for file in files]
    if state.json:
        print_json({"ok": all(entry["ok"] for entry in found), "files": found})
    if not all(entry["ok"] for entry in found):
        raise typer.Exit(WRONG_USE)


def _checked(file: str, overrides: Sequence[str], on: str) -> dict[str, Any]:
    """Check one file and tell what was found."""
    from ecosystem.scenario import ScenarioError  # noqa: PLC0415 - slow to import

    try:
        path, summary, notes = _found(file, overrides, on)
    except ScenarioError as error:
        warn(str(error))
        return {"file": file, "ok": False, "problems": [problem.to_dict() for problem in error.problems], "notes": []}
    say(f"{path}: ok: {summary}")
    for note in notes:
        say(f"  note: {note}")
    return {"file": path, "ok": True, "problems": [], "notes": [note.to_dict() for note in notes]}


def _found(file: str, overrides: Sequence[str], on: str) -> tuple[str, str, Sequence[Problem]]:
    """Path of a file that is right, what it is in a line, and notes.

    Raises:
        ScenarioError: it is not right.
    """
    from ecosystem.experiments.study.schema import is_study_file  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.files import find, read  # noqa: PLC0415 - slow to import
    from ecosystem.scenario.overlay import is_policy_file, overlaid  # noqa: PLC0415 - slow to import

    path = find(file)
    if is_study_file(path):
        return _study(path)
    if not is_policy_file(path):
        reading = read(file).changed(overrides)
        return str(reading.files[0]), _summary(reading), reading.notes
    base = read(on).changed(overrides).scenario
    result = overlaid(base, path)
    before = {(policy.kind, policy.start) for policy in base.policies}
    new = [policy for policy in result.scenario.policies if (policy.kind, policy.start) not in before]
    told = ", ".join(f"{policy.kind} from {policy.start}" for policy in new)
    return str(path), f"a policy file over {base.name}: {told or 'nothing new'}", result.notes


def _study(path: Path) -> tuple[str, str, Sequence[Problem]]:
    """See :func:`_found`, of a study file."""
    from ecosystem.experiments.study.plan import StudyPlan  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.study.reading import read  # noqa: PLC0415 - slow to import

    study = read(path)
    runs = _count(StudyPlan(study).tasks, "run")
    return str(path), f"a study of {study.base.scenario.name}: {study.settings.design}, {runs}", study.notes


def _summary(reading: Reading) -> str:
    """What the scenario is about, in a line."""
    scenario = reading.scenario
    end = scenario.start + (scenario.steps - 1)
    parts = [
        f"{scenario.start} to {end}",
        _count(scenario.scale.humans, "human"),
        _count(sum(domain.count for domain in scenario.reality.domains), "domain"),
        _count(len(scenario.curators), "curator"),
        _count(len(scenario.labs), "lab"),
        _count(len(scenario.policies), "policy", "policies"),
        _count(len(scenario.shocks), "shock"),
    ]
    return ", ".join(parts)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
