"""docs/facts.md: observed figures beside one stored run."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ecosystem as eco
from analysis.targets import all_targets

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def page() -> ModuleType:
    found = importlib.util.spec_from_file_location("facts_page", DOCS / "facts_page.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short run of the baseline: it has the figures of 2018 and 2019 alone."""
    plan = eco.Scenario.read(DOCS.parent / "scenarios" / "baseline.toml").replace({"scale.humans": 60, "steps": 24})
    place = tmp_path_factory.mktemp("runs") / "short"
    eco.run(plan, seed=4, out=place)
    return place


def stored(page: ModuleType, folder: Path, into: Path) -> dict[str, Any]:
    page.store(folder, into)
    kept: dict[str, Any] = json.loads(into.read_text(encoding="utf-8"))
    return kept


def test_a_run_is_kept_figure_by_figure(page: ModuleType, folder: Path, tmp_path: Path) -> None:
    kept = stored(page, folder, tmp_path / "facts.json")
    assert (kept["people"], kept["seeds"], kept["months"]) == (60, [4], ["2018-01", "2019-12"])
    assert set(kept["simulated"]) == {target.key for target in all_targets()}
    assert kept["simulated"]["forum_questions_2019"] > 0
    assert kept["simulated"]["ai_articles_12"] is None
    assert kept["missing"]["ai_articles_12"] == "run ends 2019-12"
    assert page.complaints(kept) == []


def test_figures_without_a_number_and_numbers_without_a_figure_are_told(page: ModuleType) -> None:
    keys = [target.key for target in all_targets()]
    kept = {"simulated": dict.fromkeys([*keys[1:], "moon_phase"], 0.5)}
    lost, odd = page.complaints(kept)
    assert lost.startswith(f"nothing simulated of {keys[0]}; run ecosystem run")
    assert odd.startswith("moon_phase is no observed figure")


def test_rows_say_the_residual(page: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {target.key: target.value + 0.1 for target in all_targets()} | {
        "licence_fees_2025": 2e8,
        "ai_ranked": None,
    }
    kept = {"title": "A web", "people": 1_000, "seeds": [3], "months": ["2018-01", "2026-12"],
            "simulated": values, "missing": {"ai_ranked": "not there"}}  # fmt: skip
    store = tmp_path / "facts.json"
    store.write_text(json.dumps(kept), encoding="utf-8")
    monkeypatch.setattr(page, "STORE", store)
    rows: dict[str, list[str]] = {}

    def table(head: list[str], lines: list[list[str]]) -> str:
        rows.update({line[0]: dict(zip(head, line, strict=True)) for line in lines})  # type: ignore[misc]
        return ""

    made = page.parts(table)
    listed = made["facts"]()
    titles = {target.key: target.title for target in all_targets()}
    found: Any = {key: rows[title] for key, title in titles.items()}
    assert found["ai_articles_12"]["simulated"] == "45.9 %"
    assert found["ai_articles_12"]["residual"] == "+10.0 points"
    assert found["ai_articles_12"]["verdict"] == "above by 6.9 points"
    assert found["licence_fees_2025"]["residual"] == "+58 million USD"
    assert found["training_cost_growth"]["residual"] == "+0.1"
    assert (found["ai_ranked"]["residual"], found["ai_ranked"]["verdict"]) == ("-", "not there")
    for target in all_targets():
        number = int(found[target.key]["source"].strip("[]"))
        assert f"\n{number}. {target.source}\n" in listed
    told = made["facts run"]()
    assert "1,000 people, seed 3" in told
    assert f"of {len(titles) - 1} figures are within their range" in told


def test_a_run_that_is_not_finished_is_refused(page: ModuleType, folder: Path, tmp_path: Path) -> None:
    provenance = folder / "provenance.json"
    content = provenance.read_text(encoding="utf-8")
    provenance.write_text(json.dumps(json.loads(content) | {"status": "running"}), encoding="utf-8")
    try:
        with pytest.raises(ValueError, match="a finished run of one scenario is needed"):
            page.store(folder, tmp_path / "facts.json")
    finally:
        provenance.write_text(content, encoding="utf-8")
