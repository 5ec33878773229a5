"""What must hold between the parts of a scenario: names that refer to each other, shocks, dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ecosystem.core.clock import Month
from ecosystem.scenario.problems import Finding, Path, did_you_mean
from ecosystem.scenario.shocks import blame, trial
from ecosystem.world.settings import WorldSettings

if TYPE_CHECKING:
    from ecosystem.scenario.schema import Scenario

__all__ = ["findings"]

LAST = Month(9999, 12)
"""The last month that the calendar of Python's datetime can write."""


def findings(scenario: Scenario) -> list[Finding]:
    """Everything that contradicts itself, at the start and after each shock."""
    twice = list(_duplicates(scenario))
    if twice:
        return twice  # what a name refers to is not clear
    found = [*_names(scenario), *_end(scenario)]
    known: set[Finding] = set()
    for wrong, settings, numbers in trial(scenario):
        fresh = [finding for finding in _contradictions(settings) if finding not in known]
        known.update(fresh)
        found += wrong
        found += [blame(scenario, settings, numbers, finding) for finding in fresh] if numbers else fresh
    return found


def _lists(settings: WorldSettings) -> Iterator[tuple[Path, str, list[str]]]:
    """Every list of named entries: its path, what an entry is, the names."""
    yield ("reality", "domains"), "domain", [entry.name for entry in settings.reality.domains]
    yield ("publishers", "groups"), "group of publishers", [entry.name for entry in settings.publishers.groups]
    yield ("curators",), "curator", [entry.name for entry in settings.curators]
    yield ("labs",), "lab", [entry.name for entry in settings.labs]


def _duplicates(scenario: Scenario) -> Iterator[Finding]:
    """Names given twice."""
    for path, what, names in _lists(scenario):
        for name, count in Counter(names).items():
            if count > 1:
                yield Finding((*path, name, "name"), f"a second {what} is called {name!r}", "rename one")


def _names(scenario: Scenario) -> Iterator[Finding]:
    """Names that mean something else."""
    for path, what, names in _lists(scenario):
        for name in names:
            if not name.isprintable():
                yield Finding((*path, name, "name"), "has characters that cannot be printed", "use letters and digits")
            if name == "*" or (name == "any" and what == "lab"):
                yield Finding(
                    (*path, name, "name"), f"no {what} can be called {name!r}, which means every one", "rename it"
                )
    counts = {domain.name: domain.count for domain in scenario.reality.domains if domain.count > 1}
    for domain in scenario.reality.domains:
        stem, _, number = domain.name.rpartition("-")
        if domain.count == 1 and number in map(str, range(counts.get(stem, 0))):
            cause = f"{domain.name!r} is also a copy of domain {stem!r}"
            yield Finding(("reality", "domains", domain.name, "name"), cause, "rename one")


def _end(scenario: Scenario) -> Iterator[Finding]:
    if scenario.steps - 1 > LAST - scenario.start:
        yield Finding(
            ("steps",),
            f"the run would end after {LAST}",
            f"from {scenario.start} there are {LAST - scenario.start + 1} months",
        )


def _contradictions(settings: WorldSettings) -> Iterator[Finding]:
    """Names that nothing has, and quotas that nobody fills."""
    domains, _, curators, labs = (names for _, _, names in _lists(settings))
    for lab in settings.labs:
        for key in ("sources", "licences"):
            yield from _unknown(("labs", lab.name, "data", key), "curator", getattr(lab.data, key), curators)
    for group in settings.publishers.groups:
        here: Path = ("publishers", "groups", group.name)
        if group.lab != "any":
            yield from _unknown((*here, "lab"), "lab", [group.lab], [*labs, "any"], listed=False)
        yield from _unknown((*here, "targets"), "curator", group.targets, curators)
        yield from _unknown((*here, "mix"), "domain", group.mix, domains)
    for curator in settings.curators:
        yield from _unknown(("curators", curator.name, "domains"), "domain", curator.domains, domains)
    yield from _quotas(settings)


def _unknown(
    path: Path, what: str, names: Iterable[str], known: list[str], *, listed: bool = True
) -> Iterator[Finding]:
    """Names that are not known; entries of a list or a table stand at their own path."""
    for number, name in enumerate(names):
        if name not in known:
            own = () if not listed else (name if isinstance(names, dict) else number,)
            yield Finding((*path, *own), f"no {what} is called {name!r}", did_you_mean(name, known), name)


def _quotas(settings: WorldSettings) -> Iterator[Finding]:
    """Who writes fixed volumes must exist."""
    quotas, share = settings.quotas, settings.quotas.human_share
    if quotas.documents == 0:
        return
    at: Path = ("quotas", "human_share")
    if share > 0 and settings.scale.humans == 0:
        yield Finding(
            at, f"people write {share:.0%} of the quota, but scale.humans is 0", "set human_share = 0 or add people"
        )
    if share < 1:
        rest = f"publishers write {1 - share:.0%} of the quota"
        if not any(group.founders(settings.scale.humans) for group in settings.publishers.groups):
            yield Finding(at, f"{rest}, but there is no publisher", "add [[publishers.groups]] or set human_share = 1")
        if not settings.labs:
            yield Finding(at, f"{rest}, but there is no lab to buy from", "add [[labs]] or set human_share = 1")
