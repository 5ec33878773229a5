"""Policy files: what a scenario looks like with a policy put over it.

A policy file is a scenario file that says only what it changes, mostly `[[policies]]`. It is put over any scenario,
by the same rules as a file over the one it extends.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecosystem.core.registry import load_plugins
from ecosystem.policies import Policy
from ecosystem.scenario.files import FOLDER
from ecosystem.scenario.merge import duplicates, merged
from ecosystem.scenario.nodes import Node, Place
from ecosystem.scenario.notes import notes
from ecosystem.scenario.parsing import by_date, disorder, parse
from ecosystem.scenario.problems import Problem, refuse
from ecosystem.scenario.schema import Scenario
from ecosystem.scenario.validate import located, validated
from ecosystem.scenario.vocabulary import vocabulary

__all__ = ["POLICIES", "Overlaid", "find_policy", "is_policy_file", "overlaid"]

POLICIES = FOLDER / "policies"
"""Where policy files are looked up by name."""
REPLACE = "replace"
"""Key of a policy file: its policies take the place of those of the same kinds."""

_NOT_THERE = ("extends", "start", "steps", "scale", "law")
"""Keys that a policy file must not have: what it is put over decides on them."""
_WHOLE = ("extends", "labs", "curators", "reality", "start", "steps")
"""Keys by which a scenario is told from a policy file."""


@dataclass(frozen=True)
class Overlaid:
    """A scenario with a policy put over it.

    Attributes:
        name: of the policy file, for the arm of a comparison.
        scenario: checked and resolved.
        notes: what is allowed but has no effect.
    """

    name: str
    scenario: Scenario
    notes: tuple[Problem, ...] = ()


def find_policy(where: str | Path) -> Path:
    """The file that a path or name means: "label-mandate" is scenarios/policies/label-mandate.toml.

    Raises:
        ScenarioError: there is none; names the nearest that exists.
    """
    path = Path(where)
    tried = [path] if path.suffix == ".toml" else [path, path.with_name(f"{path.name}.toml") if path.name else path]
    if not path.is_absolute():
        tried += [folder / candidate for folder in (POLICIES, FOLDER) for candidate in tried]
    found = next((candidate for candidate in tried if candidate.is_file()), None)
    if found is None:
        known = {entry.stem: entry for folder in (path.parent, POLICIES) for entry in sorted(folder.glob("*.toml"))}
        near = difflib.get_close_matches(path.stem, known, n=1)
        remedy = f"did you mean {known[near[0]]}?" if near else f"name a file, or one of the folder {POLICIES}"
        refuse(str(where), None, "", "no such policy file", remedy)
    return found


def is_policy_file(path: Path) -> bool:
    """Whether a file has policies and nothing that makes it a scenario of its own.

    Raises:
        ScenarioError: the file cannot be read.
    """
    own = parse(path).value
    return "policies" in own and not any(key in own for key in _WHOLE)


def overlaid(base: Scenario, policy: str | Path | Mapping[str, Any] | Policy) -> Overlaid:
    """Put a policy over a scenario.

    Args:
        base: the scenario.
        policy: a policy file by path or name; or a policy itself, or its keys, `{"kind": ..., "start": ...}`.

    Raises:
        ScenarioError: the file cannot be used, or the scenario has a policy of that kind already and the file does
            not say `replace = true`.
    """
    load_plugins()
    if isinstance(policy, str | Path):
        path = find_policy(policy)
        own, name, files = parse(path), path.stem, str(path)
    else:
        keys = policy.model_dump(mode="json") if isinstance(policy, Policy) else dict(policy)
        name = files = str(keys.get("kind", "policy"))
        own = Node.of({"policies": [keys]}, Place("policies"))
    words = vocabulary(Scenario)
    problems = [*_misplaced(own), *duplicates(words, own), *disorder(own)]
    for key in _NOT_THERE:
        own.value.pop(key, None)
    given = own.value.pop("name", None)
    name = given.plain() if given is not None and isinstance(given.plain(), str) else name
    under = Node.of(base.to_dict(), Place(base.name))
    problems += _make_room(own, under, files)
    root = by_date(merged(words, under, own))
    scenario = validated(root, problems)
    before = {(note.path, note.cause) for note in notes(base)}
    new = [finding for finding in notes(scenario) if (finding.path, finding.cause) not in before]
    return Overlaid(name, scenario, tuple(located(root, finding) for finding in new))


def _misplaced(own: Node) -> Iterator[Problem]:
    """Keys that only the scenario below may have."""
    for key in _NOT_THERE:
        if key in own.value:
            place = own.value[key].place
            cause = "has no place in a policy file, which is put over any scenario"
            yield Problem(place.file, place.line, key, cause, "leave it out, or compare scenarios instead")


def _make_room(own: Node, under: Node, file: str) -> list[Problem]:
    """Take out the policies that those of the file replace; else refuse a second one of the same kind."""
    replace = own.value.pop(REPLACE, None)
    if replace is not None and not isinstance(replace.value, bool):
        return [Problem(file, replace.place.line, REPLACE, "must be true or false")]
    wanted = own.value["policies"].value if "policies" in own.value else []
    entries = [node for node in wanted if isinstance(node.value, dict)] if isinstance(wanted, list) else []
    kinds = {kind.value: node for node in entries if (kind := node.child("kind")) is not None}
    there = under.value["policies"]
    again = [node for node in there.value if node.plain()["kind"] in kinds]
    if replace is not None and replace.value:
        there.value = [node for node in there.value if node not in again]
        return []
    return [
        Problem(
            file, kinds[kind].place.line, f"policies.{kind}", "the scenario has a policy of this kind already",
            "write `replace = true` at the top of the file to put this one in its place",
        )
        for kind in dict.fromkeys(node.plain()["kind"] for node in again)
    ]  # fmt: skip
