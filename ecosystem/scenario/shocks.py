"""Shocks: which settings they may change, and the settings in force after each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ecosystem.scenario.explain import explain
from ecosystem.scenario.keys import UnknownKey, key_text, select, set_key, split_key
from ecosystem.scenario.problems import Finding, Path
from ecosystem.scenario.vocabulary import Vocabulary, vocabulary
from ecosystem.world.settings import WorldSettings

if TYPE_CHECKING:
    from ecosystem.core.clock import Month
    from ecosystem.scenario.schema import Scenario, Shock

__all__ = ["FIXED", "settings_by_step", "trial"]

FIXED: Mapping[str, str] = {
    "name": "it names the scenario",
    "title": "it names the scenario",
    "extends": "files are put together before the run",
    "start": "the run has begun",
    "steps": "the run has begun",
    "shocks": "shocks cannot make shocks",
    "policies": "give the policy its own start, end and ramp instead",
    "scale": "the people and their number are made at the start",
    "reality.domains": "domains are made at the start; set single values such as reality.domains.*.demand",
    "reality.domains[].name": "domains are made at the start",
    "reality.domains[].count": "domains are made at the start",
    "reality.domains[].ideas": "founding ideas are made at the start",
    "reality.styles": "styles are laid out at the start",
    "reality.spread": "the domains' styles are drawn at the start",
    "humans.network": "the network is made at the start",
    "publishers.groups": "groups are made at the start; set single values such as publishers.groups.*.mode",
    "publishers.groups[].name": "groups are made at the start",
    "publishers.groups[].count": "it counts the publishers of the start; later ones enter by themselves",
    "curators": "curators are made at the start; set single values such as curators.*.penalty",
    "curators[].name": "curators are made at the start",
    "curators[].audience": "it is the audience of the start; later people move by themselves",
    "curators[].capital": "it is the cash of the start",
    "labs": "labs are made at the start; set single values such as labs.*.price",
    "labs[].name": "labs are made at the start",
    "labs[].launch": "trainings are counted from it; set it in the lab itself",
    "labs[].learner": "a corpus is kept in its learner's own form from the start",
    "labs[].capital": "it is the cash of the start",
    "observation.sampled_items": "the sample is drawn once for the whole run",
}
"""Keys that a shock cannot change, by pattern, and why."""


def trial(scenario: Scenario) -> Iterator[tuple[list[Finding], WorldSettings, Sequence[int]]]:
    """Let the shocks happen one month after another.

    Yields:
        What is wrong with the shocks of a month, the settings in force after what is right with
        them, and the numbers of its shocks. The first are the settings at the start.
    """
    words, document = vocabulary(type(scenario)), world_of(scenario)
    settings = WorldSettings.model_validate(document)
    yield [], settings, ()
    for numbers in _by_month(scenario.shocks, scenario.start):
        before, findings = settings.model_dump(mode="json"), []
        document = settings.model_dump(mode="json")
        for number in numbers:
            findings += _apply(words, document, number, scenario.shocks[number])
        try:
            settings = WorldSettings.model_validate(document)
        except ValidationError as error:
            found = explain(words, error, document)
            findings += [_blame(words, before, scenario, numbers, finding) for finding in found]
        yield findings, settings, numbers


def settings_by_step(scenario: Scenario) -> list[WorldSettings]:
    """The settings in force in each month, shape (steps,); months without a shock share an object."""
    changes = {0: next(trial(scenario))[1]}
    for _, settings, numbers in trial(scenario):
        if numbers:
            changes[max(0, scenario.shocks[numbers[0]].at - scenario.start)] = settings
    in_force: list[WorldSettings] = []
    for step in range(scenario.steps):
        in_force.append(changes[step] if step in changes else in_force[-1])
    return in_force


def world_of(scenario: Scenario) -> dict[str, Any]:
    """The part of a scenario that shocks change, as a document."""
    document = scenario.model_dump(mode="json")
    return {name: document[name] for name in WorldSettings.model_fields}


def _by_month(shocks: Sequence[Shock], start: Month) -> Iterator[list[int]]:
    """Numbers of the shocks of each month with any; those before the start happen one by one, too."""
    months: dict[Month, list[int]] = {}
    for number, shock in enumerate(shocks):
        months.setdefault(shock.at, []).append(number)
    del start
    yield from (months[month] for month in sorted(months))


def _apply(words: Vocabulary, document: dict[str, Any], number: int, shock: Shock) -> Iterable[Finding]:
    """Set the keys of one shock; yields those that cannot be set."""
    for key, value in shock.set.items():
        at: Path = ("shocks", number, "set", key)
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
    if split_key(key)[0] in FIXED and split_key(key)[0] not in document:
        return FIXED[split_key(key)[0]]
    for path in select(words, document, key):
        patterns = [words.pattern(document, path[: i + 1]) for i in range(len(path))]
        patterns[:-1] = [pattern for pattern in patterns[:-1] if not words.named(pattern)]
        reason = next((FIXED[pattern] for pattern in patterns if pattern in FIXED), "")
        inner = value.items() if isinstance(value, dict) else ()
        reason = reason or next((FIXED[p] for name, _ in inner if (p := f"{patterns[-1]}.{name}") in FIXED), "")
        if reason:
            return reason
    return ""
