"""The line of every value of a TOML text."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.scenario.lines import locate
from ecosystem.scenario.problems import Path
from ecosystem.scenario.writing import toml_text

TEXT = '''\
# a remark with = and [brackets]
plain = 1
dotted.key.here = 2          # = not this
"quoted . key" = 'lit'

[table]
list = [
  1,   # [ in a remark
  2, 3,
  { inner = 4, deep.er = 5 },
]
text = """
[not.a.table]
key = "no"
""""
literal = \'\'\'
[[nor.this]] \'\'\'
after = 2018-01-01 07:00:00

[table.sub]
x = { a = [ 1, { b = "]}" } ], c = 2 }

[[entries]]
name = "first"
[entries.data]
v = 1
[[entries.data.parts]]
kind = "p"
[[entries.data.parts]]
kind = "q"

[[ entries ]]
name = "second"
  [ entries . data ]
  v = 2
[implicit.parent.child]
z = -1.5e3
'''

EXPECTED: dict[Path, int] = {
    ("plain",): 2,
    ("dotted",): 3,
    ("dotted", "key", "here"): 3,
    ("quoted . key",): 4,
    ("table",): 6,
    ("table", "list"): 7,
    ("table", "list", 0): 8,
    ("table", "list", 1): 9,
    ("table", "list", 2): 9,
    ("table", "list", 3): 10,
    ("table", "list", 3, "inner"): 10,
    ("table", "list", 3, "deep", "er"): 10,
    ("table", "text"): 12,
    ("table", "literal"): 16,
    ("table", "after"): 18,
    ("table", "sub"): 20,
    ("table", "sub", "x", "a", 1, "b"): 21,
    ("table", "sub", "x", "c"): 21,
    ("entries",): 23,
    ("entries", 0): 23,
    ("entries", 0, "name"): 24,
    ("entries", 0, "data"): 25,
    ("entries", 0, "data", "v"): 26,
    ("entries", 0, "data", "parts", 0): 27,
    ("entries", 0, "data", "parts", 0, "kind"): 28,
    ("entries", 0, "data", "parts", 1, "kind"): 30,
    ("entries", 1): 32,
    ("entries", 1, "name"): 33,
    ("entries", 1, "data"): 34,
    ("entries", 1, "data", "v"): 35,
    ("implicit",): 36,
    ("implicit", "parent", "child"): 36,
    ("implicit", "parent", "child", "z"): 37,
}


def paths(value: Any, path: Path = ()) -> list[Path]:
    """The path of everything in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    own = [path] if path else []
    return own + [below for name, entry in inner for below in paths(entry, (*path, name))]


@pytest.mark.parametrize(("path", "line"), EXPECTED.items(), ids=str)
def test_line_of_each_kind_of_value(path: Path, line: int) -> None:
    assert locate(TEXT).of[path] == line


def test_every_value_has_a_line_and_nothing_else_has() -> None:
    assert set(locate(TEXT).of) == set(paths(tomllib.loads(TEXT)))


def test_lists_written_entry_by_entry_are_known() -> None:
    assert locate(TEXT).entries == {("entries",), ("entries", 0, "data", "parts")}


def test_windows_line_ends_count_as_one() -> None:
    assert locate("a = 1\r\n\r\n[b]\r\nc = [\r\n 1,\r\n]\r\n").of[("b", "c", 0)] == 5


NAMES = st.text(max_size=6)
VALUES = st.recursive(
    st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.booleans() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(document=st.dictionaries(NAMES, VALUES, max_size=5))
def test_every_value_of_any_document_is_on_a_line_that_shows_it(document: dict[str, Any]) -> None:
    text = toml_text(document)
    found = locate(text).of
    assert set(found) == set(paths(tomllib.loads(text)))
    lines = text.split("\n")
    for path, line in found.items():
        if isinstance(path[-1], str):
            assert toml_text({path[-1]: 0}).removesuffix(" = 0\n") in lines[line - 1]
