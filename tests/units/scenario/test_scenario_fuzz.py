"""Whatever a file or an override says, it makes a scenario or a list of problems with their places."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecosystem.scenario import Scenario, ScenarioError, apply_overrides
from ecosystem.scenario.rows import rows
from ecosystem.scenario.shocks import FIXED
from tests.units.scenario.examples import WEB

BASE = Scenario.from_dict(tomllib.loads(WEB))
RESOLVED = BASE.to_toml()
KEYS = sorted({key for row in rows(BASE) for key in (row.key, row.general)} | {key for key in FIXED if "[" not in key})

ODD = st.sampled_from(
    [
        "0",
        "-1",
        "1",
        "3",
        "2.5",
        "1e308",
        "-0.0",
        "nan",
        "inf",
        "9" * 30,
        "9" * 400,
        "true",
        "false",
        '"none"',
        '""',
        '"x"',
        '"2020-01"',
        '"gaussian"',
        '"open"',
        '"2020-99"',
        "2020-01-01",
        "07:32:00",
        "[]",
        "{}",
        "[[]]",
        "[1, 'a', {}]",
        '["open"]',
        "{ kind = 3 }",
        '{ kind = "open" }',
        '{ name = "forum" }',
        '[{ name = "forum" }]',
        '{ "links.window" = 0 }',
        '{ "a..b" = 1 }',
        "[{}]",
        '"\\u0000"',
        '[{ at = "2020-01", set = { "labs" = 3 } }]',
        '"*"',
        '"any"',
        "'''\n'''",
        "0x10",
        "[nan]",
        '{ "" = 0 }',
        '"../x"',
        '"a\\nb"',
    ]
)
"""Values that some key or other cannot take."""


@st.composite
def edited(draw: st.DrawFn) -> str:
    """A scenario file with a few lines changed, so that most of it still makes sense."""
    text = draw(st.sampled_from([WEB, RESOLVED]))
    for _ in range(draw(st.integers(1, 6))):
        text = _edit(draw, text.split("\n"))
    return text


def _edit(draw: st.DrawFn, lines: list[str]) -> str:
    """A text with one line changed."""
    at = draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    edits: list[Callable[[], list[str]]] = [
        list,
        lambda: [line, line],
        lambda: [f"{line.split('=')[0]}= {draw(ODD)}"],
        lambda: [line[: draw(st.integers(0, len(line)))]],
        lambda: [line, draw(st.sampled_from(lines))],
        lambda: [_typed(line, draw(st.integers(0, len(line))), draw(st.characters(exclude_categories=["Cs"])))],
        lambda: [f"{draw(st.sampled_from(KEYS))} = {draw(ODD)}", line],
        lambda: [f"[{line}]"],
    ]
    return "\n".join([*lines[:at], *draw(st.sampled_from(edits))(), *lines[at + 1 :]])


def _typed(line: str, at: int, character: str) -> str:
    return line[:at] + character + line[at:]


def check(text: str) -> None:
    """Read a text; hold the reader to its promises."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edited.toml"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            scenario = Scenario.read(path)
        except ScenarioError as error:
            promise(error, str(path), text.count("\n") + 1)
        else:
            path.write_text(scenario.to_toml(), encoding="utf-8", newline="")
            assert Scenario.read(path) == scenario
            assert len(scenario.timeline()) == scenario.steps
        assert [entry.name for entry in Path(folder).iterdir()] == ["edited.toml"]


def promise(error: ScenarioError, file: str, lines: int) -> None:
    assert error.problems
    for problem in error.problems:
        assert problem.file == file
        assert problem.line is None or 1 <= problem.line <= lines
        assert problem.cause
        assert "\n" not in str(problem)


@settings(deadline=None, max_examples=300)
@given(text=edited())
def test_an_edited_file_is_read_or_refused(text: str) -> None:
    check(text)


@pytest.mark.slow
@settings(deadline=None, max_examples=20_000)
@given(text=edited())
def test_very_many_edited_files_are_read_or_refused(text: str) -> None:
    check(text)


@settings(deadline=None, max_examples=200)
@given(content=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode()))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bytes.toml"
        path.write_bytes(content)
        try:
            Scenario.read(path)
        except ScenarioError as error:
            promise(error, str(path), content.count(b"\n") + 1)


@settings(deadline=None, max_examples=300)
@given(
    overrides=st.lists(st.tuples(st.sampled_from(KEYS) | st.text(max_size=12), ODD | st.text(max_size=8)), max_size=4)
)
@example(overrides=[("labs", "[]"), ("labs.*.price", "3")])
@example(overrides=[("humans.network", "3"), ("humans.network.kind", "none")])
def test_any_override_is_used_or_refused(overrides: list[tuple[str, str]]) -> None:
    texts = [f"{key}={value}" for key, value in overrides]
    try:
        scenario = apply_overrides(BASE, texts)
    except ScenarioError as error:
        promise(error, "--set", 0)
    else:
        assert Scenario.from_dict(scenario.to_dict()) == scenario
