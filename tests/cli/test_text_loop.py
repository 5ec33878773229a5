"""`ecosystem run scenarios/text-loop.toml`: what generations say, printed."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ecosystem as eco
from ecosystem.cli import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the scenario and its text."""
    (tmp_path / "scenarios").mkdir()
    shutil.copy(ROOT / "scenarios" / "text-loop.toml", tmp_path / "scenarios")
    shutil.copytree(ROOT / "scenarios" / "texts", tmp_path / "scenarios" / "texts")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def words(text: str) -> set[tuple[str, ...]]:
    """Pairs of neighbouring words and marks."""
    found = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text)
    return set(itertools.pairwise(found))


@pytest.mark.usefixtures("place")
def test_the_loop_can_be_read_and_goes_stale() -> None:
    done = CliRunner().invoke(app, ["run", "scenarios/text-loop.toml", "--out", "run"])
    assert done.exit_code == 0, done.output
    for line in (
        "What declaration says", "generation 0, people, 2018-01", "generation 1, lab, 2018-02",
        "generation 3, lab, 2018-04", "generation 9, lab, 2018-10",
    ):  # fmt: skip
        assert f"{line}\n" in done.stdout
    shown = done.stdout.partition("What declaration says")[2].partition("\n\n")[0]
    assert len(re.findall(r"^  - ", shown, re.MULTILINE)) == 12
    assert all(len(line) <= 80 for line in shown.splitlines())
    results = eco.load("run")
    variety, missed = results.domains["distinct_2"].to_numpy(), results.labs["text_kl"].to_numpy()
    # The decay that the file's comments tell of, with room for the luck of one seed.
    assert 0.6 < variety[0] < 0.8
    assert variety[-1] < 0.25
    assert 5 < missed[0] < 8.5
    assert missed[-1] > 10.5
    # People repeat the Declaration's pairs of words and no others.
    true = words(" ".join((ROOT / "scenarios/texts/declaration-of-independence.txt").read_text().split()))
    human = results.texts[results.texts["origin"] == "human"]["text"]
    around = {(".", "In")}  # the text is read as a ring
    assert all(words(text) <= true | around for text in human)


@pytest.mark.usefixtures("place")
def test_a_tenth_of_original_text_stops_the_decay(place: Path) -> None:
    path = place / "scenarios" / "text-loop.toml"
    path.write_text(path.read_text().replace('"quotas.human_share" = 0.0', '"quotas.human_share" = 0.1'))
    results = eco.run(eco.Scenario.read(path), seed=0)
    assert results.domains["distinct_2"].to_numpy()[-1] > 0.28


@pytest.mark.usefixtures("place")
def test_what_generations_say_is_part_of_the_document() -> None:
    done = CliRunner().invoke(app, ["run", "scenarios/text-loop.toml", "--steps", "2", "--json"])
    document = json.loads(done.stdout)
    assert [entry["generation"] for entry in document["texts"]] == [0, 1]
    assert len(document["texts"][0]["texts"]) == 3
    assert document["texts"][1] | {"texts": []} == {
        "generation": 1, "date": "2018-02", "domain": "declaration", "lab": "lab", "texts": [],
    }  # fmt: skip


@pytest.mark.usefixtures("place")
def test_a_text_that_is_not_there_is_named() -> None:
    done = CliRunner().invoke(
        app, ["run", "scenarios/text-loop.toml", "--set", "reality.domains.declaration.text.path=gone.txt"]
    )
    assert done.exit_code == 2
    assert "gone.txt: cannot be read: No such file or directory; name a file that can, as seen from" in done.stderr
    assert "defect" not in done.stderr
