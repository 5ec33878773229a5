"""From a document with places to a scenario, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from ecosystem.scenario.explain import explain
from ecosystem.scenario.keys import key_text
from ecosystem.scenario.nodes import Node
from ecosystem.scenario.problems import Finding, Path, Problem, ScenarioError
from ecosystem.scenario.schema import INCONSISTENT, Scenario
from ecosystem.scenario.vocabulary import Vocabulary, vocabulary

__all__ = ["located", "validated"]

ROUNDS = 20
"""Rounds of leaving out what is wrong; each leaves out at least one value, and few files need three."""
_LIST = 2  # nodes from the holder of a list to the holder of its entries


def validated(node: Node, problems: Iterable[Problem] = ()) -> Scenario:
    """The scenario that a document describes.

    What is wrong is left out and the rest is looked at again, so that contradictions are reported
    together with wrong values.

    Args:
        node: the document.
        problems: what is already known to be wrong with it.

    Raises:
        ScenarioError: lists everything that is wrong.
    """
    words, known = vocabulary(Scenario), list(problems)
    rest = _emptied(words, node.copy())
    left_out: set[str] = set()
    for number in range(ROUNDS):
        document = rest.plain()
        try:
            scenario = Scenario.model_validate(document)
        except ValidationError as error:
            found = explain(words, error, document)
            known += [located(rest, finding) for finding in found if number == 0 or _own_fault(finding, left_out)]
            labels = set(rest.labels())
            if any(line["type"] == INCONSISTENT for line in error.errors()) or not _prune(words, rest, found):
                break  # contradictions are looked for last, and all at once
            left_out |= labels - set(rest.labels())
        else:
            if known:
                break
            return scenario
    raise ScenarioError(known)


def _emptied(words: Vocabulary, root: Node) -> Node:
    """The document with None for "none" where a setting may be empty."""

    def empty(node: Node, at: str) -> None:
        if node.value == "none" and words.optional(at):
            node.value = None
        elif isinstance(node.value, dict):
            inside = words.inside(at, {"kind": node.value["kind"].plain()}) if at and "kind" in node.value else at
            for name, inner in node.value.items():
                empty(inner, f"{inside}.{name}" if inside else name)
        elif isinstance(node.value, list):
            for inner in node.value:
                empty(inner, f"{at}[]")

    empty(root, "")
    return root


def located(root: Node, finding: Finding) -> Problem:
    """A finding with the file and line that it is about."""
    place = root.find(finding.path)
    return Problem(place.file, place.line, _key(root, finding.path), finding.cause, finding.remedy)


def _key(root: Node, path: Path) -> str:
    """A path as a key, whether it has numbers or labels for the entries of lists."""
    parts: list[str | int] = []
    for part, node in zip(path, root.along(path), strict=False):
        is_label = isinstance(node.value, list) and isinstance(part, str)
        parts.append(next((i for i, entry in enumerate(node.value) if entry.label == part), part) if is_label else part)
    return key_text(root.plain(), (*parts, *path[len(parts) :]))


def _own_fault(finding: Finding, left_out: set[str]) -> bool:
    """Whether something is wrong by itself, not because of what was left out before."""
    return not finding.absent and finding.refers not in left_out


def _prune(words: Vocabulary, root: Node, findings: Iterable[Finding]) -> bool:
    """Leave out the values that are wrong; whether any was.

    A value that is missing takes the table that misses it along, a plain value in a list the list.
    """
    document, doomed = root.plain(), list[tuple[Node, Node]]()
    for finding in findings:
        trail = list(root.along(finding.path))
        if len(trail) > _LIST and isinstance(trail[-2].value, list) and not isinstance(trail[-1].value, dict):
            pattern = words.pattern(document, finding.path[: len(trail) - _LIST])
            trail = trail if words.chooses(pattern) else trail[:-1]
        if len(trail) > 1:
            doomed.append((trail[-2], trail[-1]))
    for holder, node in doomed:
        if isinstance(holder.value, dict):
            holder.value = {name: inner for name, inner in holder.value.items() if inner is not node}
        else:
            holder.value = [inner for inner in holder.value if inner is not node]
    return bool(doomed)
