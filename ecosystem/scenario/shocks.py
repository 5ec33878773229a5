"""Shocks: which settings they may change, and the settings in force after each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ecosystem.scenario.explain import explain
from ecosystem.scenario.keys import UnknownKey, select, set_key, split_key
from ecosystem.scenario.nodes import label
from ecosystem.scenario.problems import Finding, Path
from ecosystem.scenario.vocabulary import Vocabulary, vocabulary
from ecosystem.world.settings import WorldSettings

if TYPE_CHECKING:
    from ecosystem.core.clock import Month
    from ecosystem.scenario.schema import Scenario, Shock

__all__ = ["FIXED", "blame", "settings_by_step", "trial"]

FIXED: Mapping[str, str] = {
    "name": "it names the scenario",
    "title": "it names the scenario",
    "extends": "files are put together before the run",
    "start": "the run has begun",
    "steps": "the run has begun",
    "law": "it describes the scenario",
    "shocks": "shocks cannot make shocks",
    "policies": "give the policy its own start, end and ramp instead",
    "scale": "the people and their number are made at the start",
    "reality.domains": "domains are made at the start; set single values such as reality.domains.*.demand",
    "reality.domains[].name": "domains are made at the start",
    "reality.domains[].count": "domains are made at the start",
    "reality.domains[].ideas": "founding ideas are made at the start",
    "reality.domains[].inventions": "room for ideas is made at the start",
    "reality.styles": "styles are laid out at the start",
    "reality.spread": "the domains' styles are drawn at the start",
    "reality.domains[].text": "languages are made at the start",
    "reality.tokens": "the words of an item are laid out at the start",
    "humans.network": "the network is made at the start",
    "publishers.groups": "groups are made at the start; set single values such as publishers.groups.*.mode",
    "publishers.groups[].name": "groups are made at the start",
    "publishers.groups[].count": "it counts the publishers of the start; later ones enter by themselves",
    "publishers.groups[].levers": "levers are laid out at the start",
    "curators": "curators are made at the start; set single values such as curators.*.penalty",
    "curators[].name": "curators are made at the start",
    "curators[].audience": "it is the audience of the start; later people move by themselves",
    "curators[].capital": "it is the cash of the start",
    "curators[].levers": "levers are laid out at the start",
    "labs": "labs are made at the start; set single values such as labs.*.price",
    "labs[].name": "labs are made at the start",
    "labs[].launch": "trainings are counted from it; set it in the lab itself",
    "labs[].enters": "labs are there from the start or wait from then on",
    "labs[].entry_lag": "trainings are counted from it; set it in the lab itself",
    "labs[].learner": "a corpus is kept in its learner's own form from the start",
    "labs[].capital": "it is the cash of the start, or of its entry",
    "labs[].levers": "levers are laid out at the start",
    "observation.measures": "the tables are laid out at the start",
    "observation.items": "they are kept from the start or not at all",
    "observation.sampled_items": "the sample is drawn once for the whole run",
}
"""Keys that a shock cannot change, by pattern, and why."""
_KEY = 4  # parts of the path of a shock's key: shocks, number, set, key


def trial(scenario: Scenario) -> Iterator[tuple[list[Finding], WorldSettings, list[int]]]:
    """Let the shocks happen, one month after another.

    Yields:
        What is wrong with the shocks of a month, the settings in force after what is right with
        them, and the numbers of these shocks. The first are the settings at the start.
    """
    words, document = vocabulary(type(scenario)), scenario.model_dump(mode="json")
    settings = WorldSettings.model_validate({name: document[name] for name in WorldSettings.model_fields})
    yield [], settings, []
    for numbers in _by_month(scenario.shocks):
        findings, settings = _after(words, scenario, settings, numbers)
        yield findings, settings, numbers


def _after(
    words: Vocabulary, scenario: Scenario, settings: WorldSettings, numbers: list[int]
) -> tuple[list[Finding], WorldSettings]:
    """What is wrong with the shocks of a month, and the settings after the rest of them."""
    findings: list[Finding] = []
    wrong: set[Path] = set()
    while True:
        document = settings.model_dump(mode="json")
        for number in numbers:
            findings += _apply(words, document, number, scenario.shocks[number], wrong)
        wrong.update(finding.path for finding in findings)
        try:
            return findings, WorldSettings.model_validate(document)
        except ValidationError as error:
            blamed = [blame(scenario, settings, numbers, found, document) for found in explain(words, error, document)]
        findings += blamed
        keys = {finding.path[:_KEY] for finding in blamed}
        if keys <= wrong:
            return findings, settings
        wrong |= keys


def settings_by_step(scenario: Scenario) -> list[WorldSettings]:
    """The settings in force in each month, shape (steps,); months without a shock share an object.

    Shocks before the start are in force from the first month on, those after the end never.
    """
    changes: dict[int, WorldSettings] = {}
    for _, settings, numbers in trial(scenario):
        changes[max(0, scenario.shocks[numbers[0]].at - scenario.start) if numbers else 0] = settings
    in_force: list[WorldSettings] = []
    for step in range(scenario.steps):
        in_force.append(changes[step] if step in changes else in_force[-1])
    return in_force


def blame(
    scenario: Scenario, settings: WorldSettings, numbers: Sequence[int], finding: Finding, document: Any = None
) -> Finding:
    """What is wrong with settings, as what is wrong with the shock that made them so.

    Args:
        scenario: holds the shocks.
        settings: valid settings, before or after the shocks.
        numbers: of the shocks that happened.
        finding: what is wrong; its path is into `document`, or into `settings` by labels.
        document: with list entries by number; without it the path has labels.
    """
    words, plain = vocabulary(type(scenario)), settings.model_dump(mode="json")
    wrong = finding.path if document is None else _labelled(document, finding.path)
    for number in reversed(numbers):
        for key in scenario.shocks[number].set:
            with suppress(UnknownKey):
                for path in select(words, plain, key):
                    made = _labelled(plain, path)
                    if made[: len(wrong)] == wrong[: len(made)]:
                        return replace(finding, path=("shocks", number, "set", key, *wrong[len(made) :]))
    return replace(finding, path=("shocks", numbers[-1], "set"))


def _labelled(document: Any, path: Path) -> Path:
    """A path with list entries by label."""
    labelled: list[str | int] = []
    for part in path:
        document = document.get(part) if isinstance(document, dict) else document[part]
        labelled.append(label(document) or part if isinstance(part, int) else part)
        if document is None:
            break
    return (*labelled, *path[len(labelled) :])


def _by_month(shocks: Sequence[Shock]) -> Iterator[list[int]]:
    """Numbers of the shocks of each month that has any, in the order of dates."""
    months: dict[Month, list[int]] = {}
    for number, shock in enumerate(shocks):
        months.setdefault(shock.at, []).append(number)
    yield from (months[month] for month in sorted(months))


def _apply(
    words: Vocabulary, document: dict[str, Any], number: int, shock: Shock, wrong: set[Path]
) -> Iterator[Finding]:
    """Set the keys of one shock but for those known to be wrong; yields those that cannot be set."""
    for key, value in shock.set.items():
        at: Path = ("shocks", number, "set", key)
        if at in wrong:
            continue
        try:
            reason = _fixed(words, document, key, value)
            if reason:
                yield Finding(at, "cannot change during a run", reason)
            else:
                set_key(words, document, key, value)
        except UnknownKey as unknown:
            yield Finding(at, unknown.cause, unknown.remedy, unknown.part)


def _fixed(words: Vocabulary, document: dict[str, Any], key: str, value: Any) -> str:
    """Why a key cannot change, "" if it can. Looks into tables that set several keys at once."""
    first = split_key(key)[0]
    if first not in document and first in FIXED:
        return FIXED[first]
    for path in select(words, document, key):
        *above, last = (words.pattern(document, path[: i + 1]) for i in range(len(path)))
        inner = [f"{last}.{name}" for name in value] if isinstance(value, dict) else []
        # A list of named entries is fixed as a whole, not all that stands in it.
        affected = [*(pattern for pattern in above if not words.named(pattern)), last, *inner]
        reason = next((FIXED[pattern] for pattern in affected if pattern in FIXED), "")
        if reason:
            return reason
    return ""
