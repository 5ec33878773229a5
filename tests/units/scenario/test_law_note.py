"""What a scenario file says of its law is checked as every key is, and the engine never sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.scenario import Scenario
from ecosystem.scenario.law import LawNote
from tests.units.scenario.examples import problems, read

LAW = """\
extends = "web"
title = "Something known"
[law]
id = "A10"
statement = "H* = theta/(1 + theta)"
reduction = "one lab"
sources = ["arXiv:2506.20623", "doi:10.1038/s41586-024-07566-y, for the setting", "derived: by counting"]
meaning = "a few people are enough"
absolute = ["share"]
[law.tolerance]
"share" = 0.01
"share, n = 50" = 0.03
[[law.cases]]
name = "few"
set = { "quotas.human_share" = 0.01, steps = 3 }
[[law.cases]]
name = "many"
set = { "quotas.human_share" = 0.1 }
"""


def with_(line: str, replacement: str) -> str:
    """The example with one line replaced."""
    assert LAW.count(line) == 1
    return LAW.replace(line, replacement)


def test_a_law_is_read_and_survives_being_written(tmp_path: Path) -> None:
    scenario = read(tmp_path, LAW)
    note = scenario.law
    assert note is not None
    assert (note.id, note.kind, len(note.sources)) == ("A10", "law", 3)
    assert [case.set for case in note.cases] == [{"quotas.human_share": 0.01, "steps": 3}, {"quotas.human_share": 0.1}]
    (tmp_path / "again.toml").write_text(scenario.to_toml(), encoding="utf-8")
    assert Scenario.read(tmp_path / "again.toml") == scenario
    assert Scenario.from_dict(scenario.to_dict()) == scenario


def test_the_most_special_tolerance_counts() -> None:
    tolerance = {"share": 0.1, "share, few": 0.2, "share, n = 5": 0.3, "share, few, n = 5": 0.4}

    def key(*places: str, without: str = "") -> str | None:
        kept = {name: value for name, value in tolerance.items() if name != without}
        note = LawNote(id="A1", statement="s", reduction="r", sources=("derived: d",), meaning="m", tolerance=kept)
        return note.key(*places)

    assert key("share", "few", "n = 5") == "share, few, n = 5"
    assert key("share", "few", "n = 5", without="share, few, n = 5") == "share, n = 5"
    assert key("share", "few", "n = 6") == "share, few"
    assert key("share", "", "") == "share"
    assert key("other", "few", "n = 5") is None


def test_two_cases_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="cases has two called 'few'"):
        LawNote.model_validate(
            {
                "id": "A1", "statement": "s", "reduction": "r", "sources": ["derived: d"], "meaning": "m",
                "cases": [{"name": "few"}, {"name": "few"}],
            }
        )  # fmt: skip


def test_a_law_is_not_inherited(tmp_path: Path) -> None:
    read(tmp_path, LAW, "law")
    assert read(tmp_path, 'extends = "law"', "child").law is None


def test_the_world_of_a_law_is_that_of_the_scenario_without_it(tmp_path: Path) -> None:
    scenario = read(tmp_path, LAW)
    bare = scenario.replace({"law": "none"})
    assert bare.law is None
    assert bare.timeline() == scenario.timeline()


@pytest.mark.parametrize(
    ("line", "replacement", "text"),
    [
        ('id = "A10"', 'id = "a 10"', "own.toml:4: law.id: must be a capital letter with letters and digits, such as"),
        ('id = "A10"', "", "own.toml:3: law.id: is missing"),
        ('id = "A10"', 'id = "A10"\nkind = "claim"', "own.toml:5: law.kind: must be one of law, comparison"),
        ('meaning = "a few people are enough"', 'meaning = " "', "own.toml:8: law.meaning: must not be empty"),
        ('reduction = "one lab"', 'reducton = "one lab"', "own.toml:6: law.reducton: no such key; did you mean"),
        ("arXiv:2506.20623", "Kimura 1962", "own.toml:7: law.sources[0]: must begin with doi:10..., arXiv:"),
        ("arXiv:2506.20623", "arXiv:25.1", "own.toml:7: law.sources[0]: must begin with doi:10..."),
        ('"share" = 0.01', '"share" = -0.01', "own.toml:11: law.tolerance.share: must be at least 0, is -0.01"),
        ('"share" = 0.01', '"share" = "1 %"', "own.toml:11: law.tolerance.share: must be a number"),
        ('name = "many"', 'name = "few"', "a second 'few' in this list; the first is in line 13"),
        ('"quotas.human_share" = 0.1 }', '"quotas.human_shar" = 0.1 }', "did you mean 'human_share'?"),
        ('"quotas.human_share" = 0.1 }', '"quotas.human_share" = 2.0 }', "quotas.human_share: must be at most 1, is 2"),
        ('"quotas.human_share" = 0.1 }', 'law = { id = "A2" } }', "sets a key of the law itself; set keys of"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_law_is_told_with_its_line(tmp_path: Path, line: str, replacement: str, text: str) -> None:
    found = problems(tmp_path, with_(line, replacement))
    assert any(text in problem for problem in found), found


def test_sources_are_named() -> None:
    with pytest.raises(ValueError, match="sources must name at least one"):
        LawNote(id="A1", statement="s", reduction="r", sources=(), meaning="m")
