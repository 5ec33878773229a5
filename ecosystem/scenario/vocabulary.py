"""Which keys a scenario may have: their documentation, and the names valid at each place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from ecosystem.core.networks import NETWORKS
from ecosystem.core.parameters import ParameterDoc, describe
from ecosystem.core.registry import Registry
from ecosystem.policies import Policy
from ecosystem.scenario.problems import Path
from ecosystem.strategies.adaptation import Adaptation
from ecosystem.strategies.crawlers import Crawler
from ecosystem.strategies.detectors import Detector
from ecosystem.strategies.learners import Learner
from ecosystem.strategies.rankers import Ranker
from ecosystem.strategies.texts import TextSource
from ecosystem.world.settings import WorldSettings

_LONG = 10_000  # numbers from here on are written in groups of three digits

__all__ = ["FAMILIES", "Vocabulary", "span", "vocabulary"]

FAMILIES: Mapping[str, Registry[Any]] = {
    "policies": Policy.registry,
    "learners": Learner.registry,
    "detectors": Detector.registry,
    "rankers": Ranker.registry,
    "crawlers": Crawler.registry,
    "adaptation": Adaptation.registry,
    "texts": TextSource.registry,
    "networks": NETWORKS,
}
"""Registries of the exchangeable ideas, by what `ecosystem list` calls them."""


class Vocabulary:
    """The keys of a scenario.

    Keys stand here as patterns: `labs[].price` for each lab,
    `labs[].data.crawlers[kind=curated].min_votes` for a parameter of one kind only.

    Attributes:
        docs: documentation by pattern.
    """

    def __init__(self, root: type[BaseModel]) -> None:
        """Gather what `root` and the models within it declare."""
        self.docs = {doc.key: doc for doc in describe(root)}
        self._names: dict[str, list[str]] = {"": list(root.model_fields)}
        self._choices = {key.partition("[kind=")[0] for key in self.docs if "[kind=" in key}
        for key in self.docs:
            for end in re.finditer(r"\.", key):
                here, rest = key[: end.start()], key[end.end() :]
                name = re.split(r"[.\[]", rest, maxsplit=1)[0]
                names = self._names.setdefault(here, ["kind"] if re.search(r"\[kind=[^\]]*\]$", here) else [])
                if name not in names:
                    names.append(name)

    def names(self, pattern: str) -> list[str]:
        """Names that a table of that pattern may hold, in the order of declaration."""
        if pattern in self._names:
            return self._names[pattern]
        return ["kind"] if self.chooses(pattern.rpartition("[kind=")[0] or pattern) else []

    def chooses(self, pattern: str) -> bool:
        """Whether what stands there, or each entry of it, is chosen by kind."""
        return pattern.removesuffix("[]") in self._choices

    def kinds(self, pattern: str) -> list[str]:
        """The kinds that can be chosen there."""
        doc = self.docs.get(pattern.removesuffix("[]"))
        if doc is None or not self.chooses(pattern):
            return []
        return doc.type.removeprefix("list of ").removeprefix("one of ").removesuffix(" or nothing").split(", ")

    def named(self, pattern: str) -> bool:
        """Whether it is a list whose entries have names."""
        return f"{pattern}[].name" in self.docs

    def weights(self, pattern: str) -> bool:
        """Whether it is a table that may hold any name."""
        doc = self.docs.get(pattern)
        return doc is not None and doc.type.startswith("table of")

    def optional(self, pattern: str) -> bool:
        """Whether the value may be none."""
        doc = self.docs.get(pattern)
        return doc is not None and doc.type.endswith(" or nothing")

    def inside(self, pattern: str, entry: Any) -> str:
        """The pattern of a table, given its content: with its kind where it is chosen by kind."""
        kind = entry.get("kind") if isinstance(entry, dict) else entry
        if self.chooses(pattern) and isinstance(kind, str):
            return f"{pattern.removesuffix('[]')}[kind={kind}]"
        return pattern

    def pattern(self, document: Any, path: Path) -> str:
        """The pattern of a path in a document; list entries by number."""
        text, node = "", document
        for part in path:
            if isinstance(part, int):
                text += "[]"
                node = node[part] if isinstance(node, (list, tuple)) and part < len(node) else None
            else:
                text = f"{self.inside(text, node)}.{part}" if text else part
                node = node.get(part) if isinstance(node, dict) else None
        return text

    def doc(self, pattern: str) -> ParameterDoc | None:
        """Documentation of a pattern, or of the list or table of weights that it is an entry of."""
        above = pattern.rpartition(".")[0]
        own = self.docs.get(pattern) or self.docs.get(pattern.removesuffix("[]"))
        return own or (self.docs[above] if self.weights(above) else None)

    def readable(self, pattern: str) -> str:
        """A pattern as one would write the key: `labs.*.data.crawlers.curated.min_votes`.

        Where there is one choice, as of a learner, its kind is no part of the key.
        """
        text = here = ""
        for piece in re.split(r"(\[[^\]]*\])", pattern):
            doc = self.docs.get(here)
            here += piece
            if piece == "[]":
                text += ".*"
            elif not piece.startswith("[kind="):
                text += piece
            elif doc is not None and doc.type.startswith("list of "):
                text += f".{piece.removeprefix('[kind=').removesuffix(']')}"
        return text

    def nearest(self, pattern: str, name: str) -> str:
        """Hint for a name that a table does not know: the most likely key that it was meant for."""
        below = [key for key in self._after(pattern) if key.rpartition(".")[2] == name]
        if below:
            return f"did you mean {self.readable(below[0])!r}?"
        here = self.names(pattern)
        near = difflib.get_close_matches(name, here, n=1)
        if near:
            return f"did you mean {near[0]!r}?"
        elsewhere = [key for key in self.docs if key.rpartition(".")[2] == name]
        if elsewhere:
            closest = max(elsewhere, key=lambda key: _shared(key, pattern))
            return f"there is {self.readable(closest)!r}"
        deeper = [key.rpartition(".")[2] for key in self._after(pattern)]
        below = difflib.get_close_matches(name, deeper, n=1, cutoff=0.75)  # further away, so surer
        if below:
            return self.nearest(pattern, below[0])
        return f"valid: {', '.join(here)}" if here else "nothing can be set here"

    def _after(self, pattern: str) -> Iterator[str]:
        """Keys below a table, relative to it."""
        start = f"{pattern}." if pattern else ""
        return (key.removeprefix(start) for key in self.docs if key.startswith(start))


def vocabulary(root: type[WorldSettings]) -> Vocabulary:
    """The keys of `root`; gathered anew when a plugin has registered something since."""
    return _gather(root, tuple(len(registry) for registry in FAMILIES.values()))


@lru_cache(maxsize=4)
def _gather(root: type[WorldSettings], _registered: tuple[int, ...]) -> Vocabulary:
    return Vocabulary(root)


def _shared(one: str, other: str) -> int:
    """How many characters two patterns begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def span(doc: ParameterDoc) -> str:
    """The range of a parameter in words, "" if any number will do.

    >>> span(ParameterDoc("k", "float", 0, "1", low=0, high=1, source="", role="", meaning="", low_open=True))
    'above 0 and at most 1'
    """
    if doc.low is not None and doc.high is not None and not (doc.low_open or doc.high_open):
        return f"{_figure(doc.low)} to {_figure(doc.high)}"
    low = "" if doc.low is None else f"{'above' if doc.low_open else 'at least'} {_figure(doc.low)}"
    high = "" if doc.high is None else f"{'below' if doc.high_open else 'at most'} {_figure(doc.high)}"
    return " and ".join(part for part in (low, high) if part)


def _figure(value: float) -> str:
    """A bound as it would stand in a file: 20_000 rather than 2e+04."""
    return f"{int(value):_}" if value == int(value) and abs(value) >= _LONG else f"{value:g}"
