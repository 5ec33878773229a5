"""Where in a TOML text each value stands; tomllib tells the values but not their lines."""

from __future__ import annotations

import bisect
import re
import tomllib
from dataclasses import dataclass, field

from ecosystem.scenario.problems import Path

__all__ = ["Lines", "locate"]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_NAME = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_VALUE = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'  # a text of several lines may end in up to two quotes of its own
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[^,\]}#\n]+",
    re.DOTALL,
)


@dataclass
class Lines:
    """Line numbers, counted from 1, and how lists are written.

    Attributes:
        of: line of the header or key that each path comes from; entries of a list by number.
        entries: lists that are written entry by entry, as `[[...]]`.
    """

    of: dict[Path, int] = field(default_factory=dict)
    entries: set[Path] = field(default_factory=set)


def locate(text: str) -> Lines:
    """Find the line of every value in a text that tomllib accepts."""
    return _Scanner(text).scan()


class _Scanner:
    """Walks through a valid TOML text once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.found = Lines()
        self.counts: dict[Path, int] = {}
        """Entries so far of each list written as `[[...]]`."""

    def scan(self) -> Lines:
        table: Path = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_BLANK)
        return self.found

    def line(self) -> int:
        return bisect.bisect_right(self.starts, self.at)

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:  # cannot happen in a text that tomllib has read
            message = f"line {self.line()}: not understood"
            raise ValueError(message)
        self.at = match.end()
        return match.group()

    def names(self) -> list[str]:
        """A key such as `a."b c".d`."""
        names = [_plain(self.skip(_NAME))]
        self.skip(_SPACE)
        while self.text.startswith(".", self.at):
            self.at += 1
            self.skip(_SPACE)
            names.append(_plain(self.skip(_NAME)))
            self.skip(_SPACE)
        return names

    def header(self) -> Path:
        """`[table]` or `[[entry]]`; returns the path that the following keys belong to."""
        line, brackets = self.line(), 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        self.skip(_SPACE)
        *parents, last = self.names()
        self.at += brackets
        path: Path = ()
        for name in parents:
            path = (*path, name)
            self.found.of.setdefault(path, line)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        path = (*path, last)
        if brackets == 1:
            self.found.of[path] = line
            return path
        self.found.of.setdefault(path, line)
        self.found.entries.add(path)
        number = self.counts.get(path, 0)
        self.counts[path] = number + 1
        self.found.of[*path, number] = line
        return (*path, number)

    def pair(self, table: Path) -> None:
        """`key = value`."""
        line, path = self.line(), table
        for name in self.names():
            path = (*path, name)
            self.found.of.setdefault(path, line)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self.elements(path)
        elif opening == "{":
            self.inline(path)
        else:
            self.skip(_VALUE)

    def elements(self, path: Path) -> None:
        """`[a, b]`, over one line or several."""
        self.at += 1
        number = 0
        while not self.closed("]"):
            self.found.of[*path, number] = self.line()
            self.value((*path, number))
            number += 1

    def inline(self, path: Path) -> None:
        """`{a = 1, b = 2}`."""
        self.at += 1
        while not self.closed("}"):
            self.pair(path)

    def closed(self, bracket: str) -> bool:
        """Go on to the next element; whether there is none."""
        self.skip(_BLANK)
        if self.text.startswith(",", self.at):
            self.at += 1
            self.skip(_BLANK)
        if self.text.startswith(bracket, self.at):
            self.at += 1
            return True
        return False


def _plain(name: str) -> str:
    """A name without its quotes and escapes."""
    if name.startswith(('"', "'")):
        return next(iter(tomllib.loads(f"{name} = 0")))
    return name
