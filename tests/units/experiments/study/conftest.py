"""A folder with a small scenario and two policy files, and a way to write studies there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ecosystem.experiments.study.reading import Study, read
from ecosystem.scenario import ScenarioError
from tests.units.scenario.examples import WEB

HEAD = """\
name = "first"
scenario = "web"
replicates = 2
"""
TAIL = """
outcomes = ["labs.accuracy"]
"""

type Written = Callable[[str], Study]
type Refused = Callable[[str], list[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with scenarios/web.toml (2020-01, 24 months) and policy files."""
    policies = tmp_path / "scenarios" / "policies"
    policies.mkdir(parents=True)
    (tmp_path / "scenarios" / "studies").mkdir()
    plain = WEB.replace('[[policies]]\nkind = "label_mandate"\nstart = "2021-01"\n', "")
    (tmp_path / "scenarios" / "web.toml").write_text(plain, encoding="utf-8")
    text = '[[policies]]\nkind = "label_mandate"\nstart = "2020-06"\n'
    (policies / "label-mandate.toml").write_text(text, encoding="utf-8")
    (policies / "cheap.toml").write_text("[publishers]\napi_price = 0.5\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def study(folder: Path) -> Written:
    """The study of a text, of which only what differs need be given."""

    def written(text: str) -> Study:
        body = text if "outcomes" in text else text.replace("\n[", f"{TAIL}[", 1) if "\n[" in text else text + TAIL
        head = "".join(line + "\n" for line in HEAD.splitlines() if line.partition(" ")[0] + " =" not in f"\n{body}")
        path = folder / "scenarios" / "studies" / "first.toml"
        path.write_text(head + body, encoding="utf-8")
        return read("first")

    return written


@pytest.fixture
def refused(study: Written) -> Refused:
    """What is wrong with the study of a text."""

    def wrong(text: str) -> list[str]:
        try:
            study(text)
        except ScenarioError as error:
            return [str(problem).removeprefix("scenarios/studies/") for problem in error.problems]
        return []

    return wrong
