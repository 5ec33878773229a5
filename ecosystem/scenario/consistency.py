"""What must hold between the parts of a scenario: names that refer to each other, shocks, dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ecosystem.core.clock import Month
from ecosystem.scenario.explain import explain
from ecosystem.scenario.keys import UnknownKey, key_text, set_key
from ecosystem.scenario.problems import Finding, Path, did_you_mean
from ecosystem.scenario.shocks import blame, settings_by_step, trial
from ecosystem.scenario.vocabulary import vocabulary
from ecosystem.world import levers
from ecosystem.world.inventions import allowed
from ecosystem.world.memory import needs
from ecosystem.world.settings import WorldSettings
from ecosystem.world.settings.general import MarkParameters

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
    found = [*_names(scenario), *_end(scenario), *_measures(scenario)]
    known: set[Finding] = set()
    in_force: list[WorldSettings] = []
    changed_by: list[list[int]] = []
    for wrong, settings, numbers in trial(scenario):
        in_force.append(settings)
        changed_by.append(numbers)
        fresh = [finding for finding in _contradictions(settings) if finding not in known]
        known.update(fresh)
        found += wrong
        found += [blame(scenario, settings, numbers, finding) for finding in fresh] if numbers else fresh
    volumes = list(_volumes(scenario, in_force, changed_by))
    found += [*_memory(scenario), *volumes, *([] if volumes else _room(scenario, in_force))]
    return found or list(_cases(scenario))  # a case of what is wrong itself would be wrong as well


def _cases(scenario: Scenario) -> Iterator[Finding]:
    """Cases of a law that are no scenarios."""
    words = vocabulary(type(scenario))
    for case in scenario.law.cases if scenario.law is not None else ():
        here: Path = ("law", "cases", case.name, "set")
        document = scenario.model_dump(mode="json") | {"law": None}
        for key, value in case.set.items():
            try:
                set_key(words, document, key, value)
            except UnknownKey as unknown:
                yield Finding((*here, key), unknown.cause, unknown.remedy, unknown.part)
        if document["law"] is not None:
            yield Finding(here, "sets a key of the law itself", "set keys of the world")
            continue
        try:
            type(scenario).model_validate(document)
        except ValidationError as error:
            for found in explain(words, error, document):
                yield Finding(here, f"{key_text(document, found.path)}: {found.cause}", found.remedy)


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


def _measures(scenario: Scenario) -> Iterator[Finding]:
    """What is to be measured must be known."""
    wanted = scenario.observation.measures
    if wanted is not None:
        from ecosystem.measures.choice import names  # noqa: PLC0415 - imports what it measures

        yield from _unknown(("observation", "measures"), "table or measure", wanted, names())


def _contradictions(settings: WorldSettings) -> Iterator[Finding]:
    """Names that nothing has, and quotas that nobody fills."""
    domains, _, curators, labs = (names for _, _, names in _lists(settings))
    for lab in settings.labs:
        for key in ("sources", "licences"):
            yield from _unknown(("labs", lab.name, "data", key), "curator", getattr(lab.data, key), curators)
        yield from _unknown(("labs", lab.name, "data", "domains"), "domain", lab.data.domains, domains)
    for group in settings.publishers.groups:
        here: Path = ("publishers", "groups", group.name)
        if group.lab != "any":
            yield from _unknown((*here, "lab"), "lab", [group.lab], [*labs, "any"], listed=False)
        yield from _unknown((*here, "targets"), "curator", group.targets, curators)
        yield from _unknown((*here, "mix"), "domain", group.mix, domains)
        if "mode" in group.chooses and "mode" in group.levers:
            cause = "'mode' is chosen for each item (chooses)"
            yield Finding((*here, "levers", group.levers.index("mode")), cause, "leave out one of the two")
        if group.quota and not labs:
            yield Finding((*here, "quota"), "there is no lab to buy from", "add [[labs]] or leave the quota out")
    for curator in settings.curators:
        yield from _unknown(("curators", curator.name, "domains"), "domain", curator.domains, domains)
    yield from _quotas(settings)
    yield from _inventions(settings)
    yield from _detection(settings)
    yield from _levers(settings)


def _memory(scenario: Scenario) -> Iterator[Finding]:
    """Items must not leave memory before everybody has looked at them."""
    kept = scenario.scale.keep_items
    if kept is None:
        return
    in_force = {id(settings): settings for settings in settings_by_step(scenario)}
    asked = list(needs(list(in_force.values())))
    for policy in scenario.policies:  # which may need all that there is
        asked += [need._replace(months=min(need.months, scenario.steps)) for need in policy.needs()]
    by_months = {need.months: need for need in asked}
    months = max(by_months)
    need = by_months[months]
    if kept < min(months, scenario.steps):
        cause = f"is {kept}, but items are needed for {months} months, because {need.who}"
        others = f", leave it out to keep all items, or {need.remedy}"
        yield Finding(("scale", "keep_items"), cause, f"set it to at least {months}{others}")


def _room(scenario: Scenario, in_force: list[WorldSettings]) -> Iterator[Finding]:
    """Where fixed volumes say how much may be invented, there must be room for it."""
    given = [domain for domain in scenario.reality.domains if domain.inventions is not None]
    inventive = [now for now in in_force if now.humans.invention > 0 and now.scale.humans > 0]
    if not given or not inventive or any(now.quotas.documents == 0 for now in inventive):
        return
    most = allowed(settings_by_step(scenario))
    for domain in given:
        if domain.inventions is not None and domain.inventions < most:
            cause = f"is {domain.inventions:,}, but people may invent up to {most:,} ideas under the fixed volumes"
            remedy = f"set it to {most} or more, or leave it out"
            yield Finding(("reality", "domains", domain.name, "inventions"), cause, remedy)


def _volumes(scenario: Scenario, in_force: list[WorldSettings], numbers: list[list[int]]) -> Iterator[Finding]:
    """Fixed volumes must not outgrow what can be simulated while they are in force."""
    volumes = [(now.quotas, [group.quota or 0 for group in now.publishers.groups]) for now in in_force]
    starts = [scenario.shocks[these[0]].at - scenario.start if these else 0 for these in numbers]
    starts = [min(max(0, start), scenario.steps) for start in [*starts, scenario.steps]]
    for at, (quotas, by_group) in enumerate(volumes):
        if (quotas.exponent == 0 and quotas.growth == 1) or (at > 0 and volumes[at] == volumes[at - 1]):
            continue
        changed = next((later for later in range(at, len(volumes)) if volumes[later] != volumes[at]), len(volumes))
        try:
            for step in range(starts[at], starts[changed]):
                quotas.grown(max([quotas.documents, *by_group]), step)
        except ValueError as error:
            cause, _, remedy = str(error).partition("; ")
            finding = Finding(("quotas", "growth" if quotas.growth > 1 else "exponent"), cause, remedy)
            yield blame(scenario, in_force[at], numbers[at], finding) if numbers[at] else finding


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
        writers = [group for group in settings.publishers.groups if group.founders(settings.scale.humans)]
        if not writers:
            yield Finding(at, f"{rest}, but there is no publisher", "add [[publishers.groups]] or set human_share = 1")
        elif all(group.quota is not None for group in writers):
            cause = f"{rest}, but every group of them has a quota of its own"
            yield Finding(at, cause, "set human_share = 1 or leave out the quota of one group")
        if not settings.labs:
            yield Finding(at, f"{rest}, but there is no lab to buy from", "add [[labs]] or set human_share = 1")


def _levers(settings: WorldSettings) -> Iterator[Finding]:
    """Levers must move something; those that everyone has unless told otherwise may have nothing to move."""
    for group, owners, known in (
        ("curators", settings.curators, levers.CURATORS),
        ("labs", settings.labs, levers.LABS),
    ):
        for owner in owners:
            if owner.levers == type(owner).model_fields["levers"].default:
                continue
            for lever in levers.chosen(known, owner.levers):
                path: Path = (group, owner.name, "levers", owner.levers.index(lever.name))
                if reason := levers.stuck(owner, lever):
                    yield Finding(path, f"{lever.name!r} {reason}", "set that, or leave the lever out")
                elif lever.path == "licence_price" and settings.licences.market:
                    cause = "in a market of licences the asking price moves by itself (licences.adjust)"
                    yield Finding(path, cause, "leave the lever out, or set licences.market = false")
                elif lever.path == "data.commissions" and settings.quotas.documents > 0 and settings.humans.invention:
                    cause = "under fixed volumes room for inventions is made by the commissions of the file"
                    yield Finding(path, cause, "leave the lever out, or set humans.invention or quotas.documents to 0")


def _inventions(settings: WorldSettings) -> Iterator[Finding]:
    """Room for what people invent must be known before the run."""
    if settings.humans.invention == 0 or settings.scale.humans == 0 or settings.quotas.documents > 0:
        return
    for domain in settings.reality.domains:
        if domain.inventions is None:
            cause = "people invent ideas (humans.invention), and no quota says how much they write"
            remedy = "say for how many ideas there is room, such as 10_000, or set quotas.documents"
            yield Finding(("reality", "domains", domain.name, "inventions"), cause, remedy)


def _detection(settings: WorldSettings) -> Iterator[Finding]:
    """Detectors need a style to look at, and a watermark test says by itself how well it does."""
    if settings.reality.styles == 0:
        for group, owners in (("curators", settings.curators), ("labs", settings.labs)):
            for owner in owners:
                if owner.detector is not None:
                    cause = "a detector goes by style, but reality.styles is 0"
                    yield Finding((group, owner.name, "detector"), cause, 'set it to "none" or reality.styles above 0')
    if settings.marks.watermark_test is not None:
        for key in ("watermark_power", "watermark_false_positive"):
            if getattr(settings.marks, key) != MarkParameters.model_fields[key].default:
                cause = "is computed from marks.watermark_test and cannot be set beside it"
                yield Finding(("marks", key), cause, "leave one of the two out")
