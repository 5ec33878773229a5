"""What a study varies: levers with their values, uncertain keys with their distributions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from ecosystem.core.parameters import Parameters
from ecosystem.experiments.study.distributions import DISTRIBUTIONS, Choice, Distribution, Uniform
from ecosystem.scenario.explain import explain
from ecosystem.scenario.keys import UnknownKey, split_key
from ecosystem.scenario.nodes import Node
from ecosystem.scenario.problems import Problem, did_you_mean
from ecosystem.scenario.validate import located
from ecosystem.scenario.vocabulary import Vocabulary

__all__ = ["POLICY", "Factor", "Lever", "flat", "levers", "uncertainties"]

POLICY = "policy"
"""The lever whose values are names of policy files."""

_PAIR = 2


@dataclass(frozen=True)
class Lever:
    """What somebody can choose.

    Attributes:
        key: of the scenario, or "policy".
        values: to choose from.
        place: file and line.
    """

    key: str
    values: tuple[Any, ...]
    place: tuple[str, int | None]


@dataclass(frozen=True)
class Factor:
    """What nobody knows.

    Attributes:
        key: of the scenario.
        distribution: of its value.
        whole: whether its values are whole numbers.
        place: file and line.
    """

    key: str
    distribution: Distribution
    place: tuple[str, int | None]
    whole: bool = False

    def value(self, u: NDArray[np.float64]) -> list[Any]:
        """Values at numbers from 0 to 1, (n,)."""
        found = self.distribution.value(u)
        return [round(value) for value in found] if self.whole and not isinstance(self.distribution, Choice) else found

    @property
    def categorical(self) -> bool:
        """Whether its values have no order."""
        return isinstance(self.distribution, Choice) and not self.distribution.ordered


def flat(node: Node | None, above: str = "") -> Iterator[tuple[str, Node]]:
    """Keys and values of a table; `humans.activity = ...` without quotes, which TOML nests, is put together again."""
    if node is None or not isinstance(node.value, dict):
        return
    for name, inner in node.value.items():
        key = f"{above}.{name}" if above else name
        if isinstance(inner.value, dict) and "distribution" not in inner.value:
            yield from flat(inner, key)
        else:
            yield key, inner


def _problem(node: Node, key: str, cause: str, remedy: str = "") -> Problem:
    return Problem(node.place.file, node.place.line, key, cause, remedy)


def levers(node: Node | None, problems: list[Problem]) -> list[Lever]:
    """The levers of a study file; what is wrong is added to ``problems``."""
    found = []
    for key, inner in flat(node):
        at = f"levers.{key}"
        if not isinstance(inner.value, list):
            remedy = (
                f"write [{inner.plain()!r}]" if not isinstance(inner.value, dict) else "ranges go to [uncertainties]"
            )
            problems.append(_problem(inner, at, "must be a list of values", remedy))
            continue
        values = inner.plain()
        twice = next((value for i, value in enumerate(values) if value in values[:i]), None)
        if not values:
            problems.append(_problem(inner, at, "is an empty list", "give at least one value"))
        elif twice is not None:
            problems.append(_problem(inner, at, f"has {twice!r} twice", "remove one"))
        elif _is_key(inner, key, at, problems):
            found.append(Lever(key, tuple(values), (inner.place.file, inner.place.line)))
    return found


def _is_key(node: Node, key: str, at: str, problems: list[Problem]) -> bool:
    try:
        split_key(key)
    except UnknownKey as unknown:
        problems.append(_problem(node, at, unknown.cause, unknown.remedy))
        return False
    return True


def uncertainties(node: Node | None, problems: list[Problem]) -> list[Factor]:
    """The uncertain keys of a study file; what is wrong is added to ``problems``."""
    found = []
    for key, inner in flat(node):
        at = f"uncertainties.{key}"
        distribution = _distribution(inner, at, problems)
        if distribution is not None and _is_key(inner, key, at, problems):
            found.append(Factor(key, distribution, (inner.place.file, inner.place.line)))
    return found


def _distribution(node: Node, at: str, problems: list[Problem]) -> Distribution | None:
    """What a value of [uncertainties] means: [low, high], or a table with a distribution."""
    plain = node.plain()
    if isinstance(plain, list):
        return _range(node, plain, at, problems)
    if not isinstance(plain, dict):
        remedy = 'give a range [low, high] or { distribution = "...", ... }'
        problems.append(_problem(node, at, f"must be a range or a distribution, is {plain!r}", remedy))
        return None
    name = plain.pop("distribution")
    cls = DISTRIBUTIONS.get(name) if isinstance(name, str) else None
    if cls is None:
        remedy = did_you_mean(name, DISTRIBUTIONS)
        problems.append(_problem(node.value["distribution"], at, f"no distribution is called {name!r}", remedy))
        return None
    rest = Node({part: inner for part, inner in node.value.items() if part != "distribution"}, node.place)
    made, wrong = made_of(cls, rest)
    problems += (Problem(p.file, p.line, f"{at}.{p.key}" if p.key else at, p.cause, p.remedy) for p in wrong)
    return made


def _range(node: Node, plain: list[Any], at: str, problems: list[Problem]) -> Distribution | None:
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in plain)
    if not plain:
        problems.append(_problem(node, at, "is an empty list", "give a range [low, high]"))
    elif not numbers:
        wrong = next(value for value in plain if isinstance(value, bool) or not isinstance(value, (int, float)))
        remedy = 'give numbers, or { distribution = "choice", values = [...] } for words'
        problems.append(_problem(node, at, f"a range has two numbers, this one has {wrong!r}", remedy))
    elif len(plain) != _PAIR:
        remedy = f'for these values write {{ distribution = "choice", values = {plain} }}'
        problems.append(_problem(node, at, f"a range has two numbers, this one has {len(plain)}", remedy))
    elif plain[0] >= plain[1]:
        cause = f"low ({plain[0]:g}) must be less than high ({plain[1]:g})"
        problems.append(_problem(node, at, cause, "swap them" if plain[0] > plain[1] else "give a range"))
    else:
        return Uniform(low=plain[0], high=plain[1])
    return None


def made_of[P: Parameters](cls: type[P], node: Node) -> tuple[P | None, list[Problem]]:
    """Parameters from a document with places, or what is wrong with it."""
    plain = node.plain()
    try:
        return cls.model_validate(plain), []
    except ValidationError as error:
        words = Vocabulary(cls)
        return None, [located(node, finding) for finding in explain(words, error, plain)]
