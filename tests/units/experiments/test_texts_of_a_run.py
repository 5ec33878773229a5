"""Texts that a run keeps to be read, and that a run with words goes on to the same bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ecosystem as eco
from ecosystem.experiments.columns import definitions, units
from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.excerpts import GENERATIONS, SHOWN, said
from ecosystem.measures.excerpts import Excerpts
from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario

WORDED: dict[str, Any] = {
    "name": "worded",
    "start": "2018-01",
    "steps": 11,
    "scale": {"humans": 60, "people_per_human": 1.0},
    "reality": {
        "styles": 1,
        "tokens": 8,
        "domains": [
            {"name": "code", "ideas": 20, "text": {"kind": "markov", "vocabulary": 12, "order": 1, "successors": 4}},
            {"name": "silent", "ideas": 20},
        ],
    },
    "humans": {"network": "none", "attention": 2, "grounding": 0.5},
    "quotas": {"documents": 12, "human_share": 1.0},
    "shocks": [{"at": "2018-02", "set": {"quotas.human_share": 0.0}}],
    "curators": [{"name": "feed"}],
    "labs": [
        {
            "name": "lab", "cadence": 1, "temperature": 1.0, "data": {"settle": 0, "retention": 0.0},
            "learner": {"kind": "n_gram", "order": 1, "smoothing": 0.1}, "capital": 1e12,
        }
    ],
    "publishers": {"groups": [{"name": "writer", "count": 1, "lab": "lab", "capital": 1e12}], "least_volume": 0.0},
    "observation": {"texts": 2},
}  # fmt: skip
"""People write in the first month, a model that learns from the month before in all others."""


@pytest.fixture(scope="module")
def results() -> eco.Results:
    return eco.run(Scenario.from_dict(WORDED), seed=3)


def test_every_month_keeps_some_texts_in_words(results: eco.Results) -> None:
    texts = results.texts
    assert list(texts.columns) == ["step", "date", "replicate", "domain", "lab", "origin", "depth", "text"]
    assert texts["step"].tolist() == np.repeat(np.arange(11), 2).tolist()
    assert set(texts["domain"]) == {"code"}
    first, later = texts[texts["step"] == 0], texts[texts["step"] > 0]
    assert set(first["origin"]) == {"human"}
    assert set(first["lab"]) == {"none"}
    assert set(later["origin"]) == {"synthetic"}
    assert set(later["lab"]) == {"lab"}
    assert later["depth"].tolist() == later["step"].tolist()
    for text in texts["text"]:
        words = text.split()
        assert len(words) == 8
        assert set(words) <= {f"w{number}" for number in range(12)}


def test_texts_are_those_of_items(results: eco.Results) -> None:
    model = WebEcosystem(Scenario.from_dict(WORDED), seed=3)
    for _ in range(3):
        model.step()
    source = model.world.reality.language.of(0)
    assert source is not None
    month = model.world.rows_of(2)
    known = {source.spell(words) for words in model.world.content.tokens[month]}
    assert set(results.texts["text"][results.texts["step"] == 2]) <= known


def test_columns_have_units_and_meanings(results: eco.Results) -> None:
    scenario = Scenario.from_dict(WORDED)
    for told in (units(scenario), definitions(scenario)):
        assert set(told["texts"]) == set(results.texts.columns)
        assert all(told["texts"].values())
        assert not any(name.startswith("tokens") for name in told["items"])


def test_generations_are_found_by_what_their_texts_have_been_through(results: eco.Results) -> None:
    found = said(results)
    assert tuple(entry.generation for entry in found) == GENERATIONS
    assert [entry.date for entry in found] == ["2018-01", "2018-02", "2018-04", "2018-10"]
    assert [entry.lab for entry in found] == ["none", "lab", "lab", "lab"]
    for entry in found:
        texts = results.texts[results.texts["date"] == entry.date]["text"].tolist()
        assert list(entry.texts) == texts[:SHOWN]


def test_without_words_there_is_nothing_to_read() -> None:
    plain = eco.run(Scenario.from_dict(WORDED).replace({"reality.tokens": 0, "steps": 2}), seed=3)
    assert len(plain.texts) == 0
    assert list(plain.texts.columns) == ["step", "date", "replicate", "domain", "lab", "origin", "depth", "text"]
    assert said(plain) == []
    none = eco.run(Scenario.from_dict(WORDED).replace({"observation.texts": 0, "steps": 2}), seed=3)
    assert len(none.texts) == 0


def test_texts_are_kept_in_the_folder(results: eco.Results, tmp_path: Path) -> None:
    results.save(tmp_path / "run")
    assert eco.load(tmp_path / "run").texts.equals(results.texts)


def test_a_sample_moves_little_when_items_are_added() -> None:
    few, more = (WebEcosystem(Scenario.from_dict(WORDED | {"observation": {"texts": n}}), seed=3) for n in (2, 5))
    for model in (few, more):
        model.step()
    two, five = (model.recorder.texts.frame()["text"].tolist() for model in (few, more))
    assert set(two) <= set(five)


def test_texts_outlive_the_items_that_leave_memory() -> None:
    document = WORDED | {"curators": [], "humans": {"network": "none", "attention": 0}, "links": {"per_item": 0.0}}
    whole, short = Scenario.from_dict(document), Scenario.from_dict(document).replace({"scale.keep_items": 3})
    assert eco.run(short, seed=3).texts.equals(eco.run(whole, seed=3).texts)


def test_a_run_with_words_goes_on_to_the_same_bits() -> None:
    scenario = Scenario.from_dict(WORDED)
    whole, begun, again = (WebEcosystem(scenario, seed=3) for _ in range(3))
    for _ in range(8):
        whole.step()
    for _ in range(4):
        begun.step()
    state = {name: np.array(value) for name, value in begun.dump().items()}
    again.load(state)
    for _ in range(4):
        again.step()
    assert whole.world.content.equals(again.world.content)
    one, other = whole.dump(), again.dump()
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert np.array_equal(value, other[name], equal_nan=np.asarray(value).dtype.kind == "f"), name
    assert isinstance(whole.recorder.texts, Excerpts)
    assert whole.recorder.texts.frame().equals(again.recorder.texts.frame())


def test_words_change_nothing_else() -> None:
    worded, plain = (Scenario.from_dict(WORDED).replace({"reality.tokens": tokens}) for tokens in (8, 0))
    one, other = (eco.run(scenario, seed=3) for scenario in (worded, plain))
    words = {"cross_entropy", "text_kl", "perplexity", "context_heterozygosity", "type_token_ratio", "distinct_2",
             "distinct_3"}  # fmt: skip
    for name, table in one.tables.items():
        if name != "texts":
            columns = [column for column in table.columns if column not in words]
            assert table[columns].equals(other.tables[name][columns]), name


def test_a_text_file_that_is_not_there_is_the_scenarios_fault(tmp_path: Path) -> None:
    text = {"kind": "file", "path": str(tmp_path / "gone.txt")}
    reality = WORDED["reality"] | {"domains": [{"name": "code", "ideas": 20, "text": text}]}
    scenario = Scenario.from_dict(WORDED | {"reality": reality})
    for out in (tmp_path / "run", None):
        with pytest.raises(
            RunRefused, match=r"code\.text\.path: .*gone\.txt: cannot be read: No such file or directory"
        ):
            eco.run(scenario, out=out)
    assert not (tmp_path / "run").exists()
    eco.run(scenario.replace({"reality.tokens": 0, "steps": 1}))  # nobody reads it
