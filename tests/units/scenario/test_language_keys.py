"""What a scenario may say about text: sources by kind, what has no effect, what cannot change."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosystem.scenario import Scenario, ScenarioError
from ecosystem.scenario.files import read as read_file
from ecosystem.strategies.texts.file import TextFile
from ecosystem.strategies.texts.markov import Markov

DOMAIN = '[[reality.domains]]\nname = "code"\n'


def noted(folder: Path, text: str) -> list[str]:
    """What reading a file points out."""
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return [str(note).partition("own.toml:")[2] for note in read_file(path).notes]


def test_a_language_is_chosen_by_kind() -> None:
    text = {"kind": "file", "path": "a.txt", "unit": "character", "order": 4}
    domains = [{"name": "code", "text": "markov"}, {"name": "news", "text": text}, {"name": "silent"}]
    scenario = Scenario.from_dict({"reality": {"tokens": 5, "domains": domains}})
    code, news, silent = scenario.reality.domains
    assert code.text == Markov()
    assert news.text == TextFile(path="a.txt", unit="character", order=4)
    assert silent.text is None
    assert Scenario.from_dict(scenario.to_dict()) == scenario
    changed = scenario.replace({"reality.domains.news.text.order": 2, "reality.domains.code.text": "none"})
    assert changed.reality.domains[0].text is None
    assert changed.reality.domains[1].text == TextFile(path="a.txt", unit="character", order=2)


def test_words_without_a_language_and_languages_without_words_are_pointed_out(tmp_path: Path) -> None:
    here = tmp_path / "here.txt"
    here.write_text("a b c")
    assert noted(tmp_path, f"reality.tokens = 5\n{DOMAIN}") == [
        "1: reality.tokens: no domain has a language (text): items stay without words"
    ]
    assert noted(tmp_path, f'{DOMAIN}text = "markov"') == [
        "3: reality.domains.code.text: items carry no text: reality.tokens is 0"
    ]
    file = 'text = {{ kind = "file", path = "{}" }}'
    assert noted(tmp_path, f"reality.tokens = 5\n{DOMAIN}{file.format('gone.txt')}") == [
        "4: reality.domains.code.text.path: no such file now: gone.txt; it is read when the run starts"
    ]
    assert noted(tmp_path, f"reality.tokens = 5\n{DOMAIN}{file.format(here)}") == []


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("reality.tokens", 7, "the words of an item are laid out at the start"),
        ("reality.domains.code.text", "none", "languages are made at the start"),
        ("reality.domains.code.text.vocabulary", 9, "languages are made at the start"),
    ],
)
def test_languages_cannot_change_during_a_run(key: str, value: object, reason: str) -> None:
    document = {
        "reality": {"tokens": 5, "domains": [{"name": "code", "text": "markov"}]},
        "shocks": [{"at": "2019-01", "set": {key: value}}],
    }
    with pytest.raises(ScenarioError, match=f"cannot change during a run; {reason}"):
        Scenario.from_dict(document)


def test_a_matrix_that_is_none_is_named_with_its_place() -> None:
    text = {"kind": "matrix", "transition": [[0.5, 0.6], [0.0, 1.0]]}
    document = {"reality": {"tokens": 5, "domains": [{"name": "code", "text": text}]}}
    with pytest.raises(ScenarioError, match=r"reality\.domains\.code\.text\.transition: .*row 0 sums to 1\.1"):
        Scenario.from_dict(document)


def test_a_language_too_large_is_named_with_its_place() -> None:
    text = {"kind": "markov", "vocabulary": 1000, "order": 3}
    document = {"reality": {"tokens": 5, "domains": [{"name": "code", "text": text}]}}
    with pytest.raises(ScenarioError, match=r"reality\.domains\.code\.text\.vocabulary: .*lower one of them"):
        Scenario.from_dict(document)
