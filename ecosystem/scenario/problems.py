"""What is wrong with a scenario, in words, and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

__all__ = ["Finding", "Path", "Problem", "ScenarioError", "did_you_mean", "near", "printable", "refuse"]

type Path = tuple[str | int, ...]
"""Where a value stands in a document: names of tables and keys, numbers or labels of list entries."""


@dataclass(frozen=True)
class Finding:
    """Something wrong at a path of a document; a `Problem` once its file and line are known.

    Attributes:
        path: where.
        cause: what is wrong.
        remedy: what to do about it; empty if the cause says it.
        refers: the unknown name, where the cause is one.
        absent: whether something is wrong because it is not there.
    """

    path: Path
    cause: str
    remedy: str = ""
    refers: str = ""
    absent: bool = False


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file.

    Attributes:
        file: the file as the user would write it, or "--set".
        line: counted from 1; None where there is no line to point at.
        key: such as `labs.frontier.data.retention`; empty for the file as a whole.
        cause: what is wrong.
        remedy: what to do about it; empty if the cause says it.
    """

    file: str
    line: int | None
    key: str
    cause: str
    remedy: str = ""

    def __str__(self) -> str:
        """One line, such as `x.toml:12: steps: must be at least 1, is 0 (range 1 to 12_000, months)`."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        text = ": ".join(part for part in (place, self.key, self.cause) if part)
        return printable(f"{text}; {self.remedy}" if self.remedy else text)

    def to_dict(self) -> dict[str, str | int | None]:
        """As one entry of a JSON document."""
        return dict(vars(self))


class ScenarioError(ValueError):
    """A scenario that cannot be used, with everything that is wrong with it.

    Attributes:
        problems: at least one, in the order of files and lines.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Hold the problems, each once."""
        known = dict.fromkeys(problems)
        order = {file: number for number, file in enumerate(dict.fromkeys(p.file for p in known))}
        self.problems = sorted(known, key=lambda problem: (order[problem.file], problem.line or 0))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[Problem]]]:
        """Pickle by problems, so that the error can come back from another process."""
        return type(self), (self.problems,)


def refuse(file: str, line: int | None, key: str, cause: str, remedy: str = "") -> NoReturn:
    """Raise a ScenarioError with one problem."""
    raise ScenarioError([Problem(file, line, key, cause, remedy)])


def printable(text: str) -> str:
    """A text on one line: what a file says must not break the line or command the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def did_you_mean(name: object, valid: Iterable[str]) -> str:
    """The hint for a name that does not exist: the nearest that does, else all of them."""
    known = sorted(valid)
    return near(name, known) or (f"valid: {', '.join(known)}" if known else "there is none")


def near(name: object, valid: Iterable[str]) -> str:
    """The hint at the name that was probably meant, "" if none is near."""
    found = difflib.get_close_matches(str(name), valid, n=1)
    return f"did you mean {found[0]!r}?" if found else ""
