"""What is wrong with a study, beyond single values: keys, dates, designs, numbers of runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from typing import Any

from ecosystem.core.clock import Month
from ecosystem.experiments.study import design
from ecosystem.experiments.study.factors import POLICY, Factor, Lever
from ecosystem.experiments.study.outcomes import span
from ecosystem.experiments.study.reading import Study, has
from ecosystem.experiments.study.sweep import months, swept
from ecosystem.measures.base import MEASURES, TABLES
from ecosystem.scenario import Scenario
from ecosystem.scenario.keys import UnknownKey, select
from ecosystem.scenario.nodes import Node
from ecosystem.scenario.problems import Path, Problem, ScenarioError, did_you_mean
from ecosystem.scenario.vocabulary import Vocabulary, vocabulary

__all__ = ["check"]

_PINNED = {
    "name": "it names the scenario",
    "title": "it names the scenario",
    "law": "it is for one scenario",
    "start": "all runs of a study have the same months",
    "steps": "all runs of a study have the same months",
    "policies": "the lever policy names policy files",
    "shocks": "set single values of them, such as shocks.2022-12.set, or use files of policies",
    "observation.measures": "a study measures what its outcomes and tables need",
}
"""Keys that a study cannot vary, and why."""


def check(study: Study, root: Node, problems: list[Problem]) -> Study:
    """The study with its notes.

    Args:
        study: put together.
        root: its document, for lines.
        problems: what is already known to be wrong.

    Raises:
        ScenarioError: lists everything that is wrong.
    """
    words = vocabulary(Scenario)
    found = [*problems, *_outcomes(study, root), *_design(study, root), *_analyses(study, root)]
    found += [*_pinned(study), *_known(study), *_overlaps(words, study)]
    if not found:
        study = replace(study, factors=tuple(_whole(words, study, factor) for factor in study.factors))
        found += [*_ends(study), *_size(study, root), *_sweep(study, root)]
    if found:
        order = [found_.file for found_ in found]
        raise ScenarioError(sorted(found, key=lambda problem: (order.index(problem.file), problem.line or 0)))
    return replace(study, notes=tuple(_notes(words, study, root)))


def _at(root: Node, *path: str | int) -> tuple[str, int | None]:
    place = root.find(path)
    return place.file, place.line


def _levers_and_factors(study: Study) -> Iterator[tuple[str, Lever | Factor]]:
    for lever in study.levers:
        if lever.key != POLICY:
            yield f"levers.{lever.key}", lever
    for factor in study.factors:
        yield f"uncertainties.{factor.key}", factor


def _outcomes(study: Study, root: Node) -> Iterator[Problem]:
    MEASURES.load_plugins()
    labels: dict[str, int] = {}
    if not study.settings.outcomes:
        yield Problem(
            *_at(root, "outcomes"), "outcomes", "is an empty list", 'name at least one, such as "labs.accuracy"'
        )
    for number, table in enumerate(study.settings.outcomes):
        key = f"outcomes[{number}]"
        if table.metric not in MEASURES:
            remedy = did_you_mean(table.metric, MEASURES) if "." in table.metric else _tables_of(table.metric)
            yield Problem(*_at(root, "outcomes", number, "metric"), f"{key}.metric",
                          f"no measure is called {table.metric!r}", remedy)  # fmt: skip
            continue
        names = _names(study.base.scenario, table.metric.partition(".")[0])
        if table.name != "*" and names is not None and table.name not in names:
            remedy = did_you_mean(table.name, [*names, "*"])
            cause = f"the scenario has nothing called {table.name!r} in {table.metric.partition('.')[0]}"
            yield Problem(*_at(root, "outcomes", number, "name"), f"{key}.name", cause, remedy)
        if study.settings.design != "sweep":
            yield from _dates(study, root, number, table.at)
        label = table.label or f"{table.metric} {table.name} {table.at}"
        if label in labels:
            cause = f"has the label of outcome {labels[label] + 1}"
            yield Problem(*_at(root, "outcomes", number), key, cause, "give it a label of its own")
        labels.setdefault(label, number)


def _dates(study: Study, root: Node, number: int, at: str) -> Iterator[Problem]:
    start, steps = study.base.scenario.start, study.base.scenario.steps
    first, end = span(at, start, steps)
    if first < 0 or end > steps:
        cause = f"{at} lies outside the run, {start} to {start + (steps - 1)}"
        yield Problem(*_at(root, "outcomes", number, "at"), f"outcomes[{number}].at", cause, "choose months within it")


def _tables_of(column: str) -> str:
    tables = [table for table in TABLES if f"{table}.{column}" in MEASURES]
    if tables:
        return f"write its table before it, such as {tables[0]}.{column}"
    return did_you_mean(column, MEASURES)


def _names(scenario: Scenario, table: str) -> list[str] | None:
    """Who the rows of a table are about; None where that is not known before the run."""
    curators = [curator.name for curator in scenario.curators]
    return {
        "web": [],
        "labs": [lab.name for lab in scenario.labs],
        "curators": curators,
        "publishers": [group.name for group in scenario.publishers.groups],
        "humans": [*curators, "none"],
    }.get(table)


def _design(study: Study, root: Node) -> Iterator[Problem]:
    settings, at = study.settings, _at(root, "design")
    if settings.design in ("sobol", "morris") and not study.factors:
        yield Problem(*at, "design", f"{settings.design} needs [uncertainties], there are none", "use factorial")
    if settings.design == "sobol" and settings.samples & (settings.samples - 1):
        below = 1 << (settings.samples.bit_length() - 1)
        yield Problem(*_at(root, "samples"), "samples", f"must be a power of 2 for sobol, is {settings.samples}",
                      f"use {below} or {2 * below}")  # fmt: skip
    if settings.design == "morris":
        if settings.levels % 2:
            yield Problem(*_at(root, "levels"), "levels", f"must be even for morris, is {settings.levels}",
                          f"use {settings.levels + 1}")  # fmt: skip
        for factor in study.factors:
            if factor.categorical:
                cause = "has values without an order, of which morris can take no steps"
                yield Problem(*factor.place, f"uncertainties.{factor.key}", cause, "make it a lever, or use sobol")
    if settings.design == "sweep" and settings.sweep is None:
        yield Problem(*at, "design", "sweep needs a table [sweep]", "give key, values and dwell there")
    if settings.design != "sweep" and settings.sweep is not None:
        yield Problem(*_at(root, "sweep"), "sweep", f"has no meaning in the design {settings.design}",
                      'write design = "sweep", or take it out')  # fmt: skip
    if settings.design == "sweep" and study.factors:
        place = study.factors[0].place
        yield Problem(*place, "uncertainties", "a sweep moves one key and leaves the others", "fix them in [set]")


def _analyses(study: Study, root: Node) -> Iterator[Problem]:
    settings = study.settings
    if settings.analyses is None:
        return
    place = _at(root, "analyses")
    if "regret" in settings.analyses:
        if all(outcome.better is None for outcome in settings.outcomes):
            yield Problem(*place, "analyses", "regret needs to know which way is better",
                          'give an outcome better = "higher" or "lower"')  # fmt: skip
        if prod(len(lever.values) for lever in study.levers) < 2:  # noqa: PLR2004 - of one there is no choice
            yield Problem(*place, "analyses", "regret compares levers, there is nothing to choose from",
                          "give [levers] with two or more values")  # fmt: skip
    if "boxes" in settings.analyses and all(outcome.fails is None for outcome in settings.outcomes):
        yield Problem(*place, "analyses", "boxes needs to know what a failure is",
                      'give an outcome fails = "< 0.5" or the like')  # fmt: skip


def _pinned(study: Study) -> Iterator[Problem]:
    keys = [*_levers_and_factors(study)]
    for at, entry in keys:
        if entry.key in _PINNED:
            yield Problem(*entry.place, at, f"cannot be varied: {_PINNED[entry.key]}", "leave it out")


def _known(study: Study) -> Iterator[Problem]:
    """Keys that lead nowhere, in any arm; those of a policy need be in one only."""
    words = vocabulary(Scenario)
    for at, entry in _levers_and_factors(study):
        if entry.key.startswith("policies.") and any(has(arm, entry.key) for arm in study.arms.values()):
            continue
        try:
            for arm in study.arms.values():
                select(words, arm.to_dict(), entry.key)
        except UnknownKey as unknown:
            if entry.key.startswith("policies."):
                cause = "no arm has such a policy with such a key"
                yield Problem(*entry.place, at, cause, unknown.remedy or "name a policy file that has it")
            else:
                yield Problem(*entry.place, at, unknown.cause, unknown.remedy)


def _paths(words: Vocabulary, scenario: Scenario, key: str) -> list[Path]:
    try:
        return select(words, scenario.to_dict(), key)
    except UnknownKey:
        return []


def _meet(one: list[Path], other: list[Path]) -> bool:
    """Whether one of some paths is, or holds, one of the others."""
    return any(a[: len(b)] == b[: len(a)] for a in one for b in other)


def _overlaps(words: Vocabulary, study: Study) -> Iterator[Problem]:
    """Keys that are varied twice, by a pattern that covers another, too."""
    seen: list[tuple[str, list[list[Path]]]] = []
    for at, entry in _levers_and_factors(study):
        paths = [_paths(words, arm, entry.key) for arm in study.arms.values()]
        for other, others in seen:
            if any(_meet(a, b) for a, b in zip(paths, others, strict=True)):
                yield Problem(*entry.place, at, f"is varied by {other} already", "keep one of them")
        seen.append((at, paths))
    if study.settings.sweep is not None and study.settings.design == "sweep":
        moved = [_paths(words, arm, study.settings.sweep.key) for arm in study.arms.values()]
        for at, others in seen:
            if any(_meet(a, b) for a, b in zip(moved, others, strict=True)):
                yield Problem(str(study.file), None, at, "is moved by [sweep] already", "keep one of them")


def _whole(words: Vocabulary, study: Study, factor: Factor) -> Factor:
    """The factor, knowing whether its key takes whole numbers."""
    arm = next(arm for arm in study.arms.values() if has(arm, factor.key))
    document = arm.to_dict()
    doc = words.doc(words.pattern(document, select(words, document, factor.key)[0]))
    return replace(factor, whole=doc is not None and doc.type.removesuffix(" or nothing") == "int")


def _ends(study: Study) -> Iterator[Problem]:
    """Every value of the levers and both ends of every range, made into a scenario."""
    for at, entry in _levers_and_factors(study):
        values = entry.values if isinstance(entry, Lever) else entry.distribution.ends
        if isinstance(entry, Factor) and entry.whole:
            values = [round(value) if isinstance(value, float) else value for value in values]
        for arm, scenario in study.arms.items():
            if study.applies(arm, entry.key):
                wrong = [problem for value in values for problem in _refused(entry, at, scenario, value)]
                if wrong:
                    yield from wrong
                    break


def _refused(entry: Lever | Factor, at: str, scenario: Scenario, value: Any) -> Iterator[Problem]:
    try:
        scenario.replace({entry.key: value})
    except ScenarioError as error:
        for problem in error.problems:
            cause = problem.cause if problem.key == entry.key or "*" in entry.key else f"{problem.key}: {problem.cause}"
            yield Problem(*entry.place, at, f"{value!r}: {cause}", problem.remedy)


def _size(study: Study, root: Node) -> Iterator[Problem]:
    levers = prod(len(lever.values) for lever in study.levers)
    runs = design.states(study.settings, study.factors) * levers * study.settings.replicates
    if runs > study.settings.limit:
        where = "samples" if "samples" in root.value else "design"
        remedy = f"make the design smaller, or write limit = {runs} if that is meant"
        yield Problem(*_at(root, where), where, f"{runs:,} runs, more than {study.settings.limit:,}", remedy)


def _sweep(study: Study, root: Node) -> Iterator[Problem]:
    """Whether a sweep can be made: its key exists, may change during a run, and all its values are allowed."""
    sweep = study.settings.sweep
    if sweep is None or study.settings.design != "sweep":
        return
    try:
        swept(study.base.scenario, sweep, 2)
    except ScenarioError as error:
        for problem in error.problems:
            yield Problem(*_at(root, "sweep", "key"), f"sweep.key {sweep.key}", problem.cause, problem.remedy)


def _notes(words: Vocabulary, study: Study, root: Node) -> Iterator[Problem]:
    """What is allowed, but may not be meant."""
    if study.settings.replicates == 1:
        yield Problem(*_at(root, "replicates"), "replicates", "with 1 there are no intervals over seeds")
    for at, entry in _levers_and_factors(study):
        paths = _paths(words, study.base.scenario, entry.key)
        dates = [
            str(shock.at)
            for shock in study.base.scenario.shocks
            if any(_meet(paths, _paths(words, study.base.scenario, key)) for key in shock.set)
        ]
        if dates:
            cause = f"shocks of the scenario set it, too ({', '.join(dates)}); it varies only until then"
            yield Problem(*entry.place, at, cause)
    yield from _outlived(study, root)


def _outlived(study: Study, root: Node) -> Iterator[Problem]:
    """Shocks of the scenario within a sweep, which then mix with its steps."""
    sweep = study.settings.sweep
    if sweep is None or study.settings.design != "sweep":
        return
    end: Month = study.base.scenario.start + months(sweep, 1)
    within = [str(shock.at) for shock in study.base.scenario.shocks if shock.at < end]
    if within:
        cause = f"the scenario has shocks of its own meanwhile ({', '.join(within)})"
        yield Problem(*_at(root, "sweep"), "sweep", cause, "take a scenario without")
