"""docs/laws.md: statements from the files, figures from results, and an example that holds."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from ecosystem.experiments.laws.base import LAWS, Trial
from ecosystem.experiments.laws.files import load_functions
from ecosystem.experiments.laws.report import document, save
from ecosystem.experiments.laws.run import run_laws
from tests.units.laws.conftest import Add
from tests.units.laws.small_laws import broken, law_folder, measuring, met, missed

PAGE = Path(__file__).parents[3] / "docs" / "laws.md"
EMPTY = """# Laws
<!-- measured: setting -->
<!-- end -->
<!-- measured: laws -->
<!-- end -->
<!-- measured: comparisons -->
old
<!-- end -->
"""


def table(head: Any, rows: Any) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in [head, *rows])


@pytest.fixture
def page(laws: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that fills the page, for a folder of small laws."""
    found = importlib.util.spec_from_file_location("laws_page", PAGE.with_name("laws_page.py"))
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    monkeypatch.setattr(module, "FILES", laws)
    return module


def measured(laws: Path, *ids: str, seed: int = 0) -> Path:
    """A results folder."""
    folder = laws.parent / f"results-{seed}"
    save(document(run_laws(ids, seed, folder=laws), seed, 2, 1.5), folder)
    return folder


COMPARISON = 'kind = "comparison"\nremark = "Not the level."\ntolerance = { "one" = 0.5 }'


def test_statements_come_from_the_files(page: ModuleType, add: Add) -> None:
    add("Z1", met)
    add("Z2", met, COMPARISON, title="A trial")
    parts = page.parts(table)
    row = parts["laws"]().splitlines()[1]
    assert row == (
        "| Z1 | A small law | one is one | Nothing much. | twenty domains | derived: by counting; "
        "[arXiv:2404.05090](https://arxiv.org/abs/2404.05090), theorem 1 |"
    )
    assert "Z2" not in parts["laws"]()
    told = parts["comparisons"]()
    assert "### Z2 A trial\n\nPublished: one is one derived" in told
    assert "Here: twenty domains. Not the level.\n\nFor the debate: Nothing much.\n" in told


def test_figures_come_from_results(page: ModuleType, add: Add, laws: Path, tmp_path: Path) -> None:
    add("Z1", measuring)
    add("Z2", met, COMPARISON)
    text = page.filled(EMPTY, [measured(laws, "Z1", "Z2")], table, tmp_path / "figures")
    assert "Measured with seed 0: 2 laws and comparisons with 2 findings in 2 s on 2 processes (python 3." in text
    assert re.search(r"^\| Z1 \| one \| 0\.\d+ \| 0\.9 \| 0\.\d+ \| 50 % and 4 SE \|$", text, re.MULTILINE)
    assert "| Z2 | one | 1 | 1 |  | 50 % |" in text
    assert "old" not in text
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == ["comparisons.png", "laws.png"]
    assert page.complaints(text) == []


def test_what_a_law_adds_stands_below_the_table(page: ModuleType, add: Add) -> None:
    tolerance = 'tolerance = { "one" = 0.5 }'
    add("Z1", met, tolerance)
    assert page.parts(table)["laws"]().count("\n") == 2
    add("Z3", met, f'remark = "Twenty runs * two."\n{tolerance}')
    add("Z2", met, COMPARISON)
    page._scenarios.cache_clear()
    below = page.parts(table)["laws"]().split("\n\n", 1)[1]
    assert below == f"{page._REMARKS}\n\n- Z3: Twenty runs \\* two.\n"


def test_verdicts_of_further_seeds_are_told(page: ModuleType, add: Add, laws: Path, tmp_path: Path) -> None:
    def for_even_seeds(trial: Trial) -> Any:
        miss = trial.seed % 2 * 5.0
        yield trial.mean(trial.case(), "one", np.array([0.0, 2.0]) + miss + 0.5, 1.0)

    add("Z1", for_even_seeds)
    add("Z2", met, COMPARISON)
    folders = [measured(laws, "Z1", "Z2", seed=seed) for seed in (0, 1, 2)]
    text = page.filled(EMPTY, folders, table, tmp_path / "figures")
    assert "1 of the findings are held to standard errors; by chance at most 0.0063 % of seeds miss one of them" in text
    assert (
        "| 0 | 2 of 2 |  | 2 | 2 | 0.50 | Z1 one |\n| 1 | 1 of 2 | Z1 | 2 | 2 | 5.50 | Z1 one |\n| 2 | 2 of 2" in text
    )
    assert "same state of the program" not in text
    turned = page.filled(EMPTY, folders[1::-1], table, tmp_path / "figures")
    assert "| Z1 | one | 6.5 | 1 | 1 | 50 % and 4 SE, not met |" in turned
    found = json.loads((folders[2] / "laws.json").read_text(encoding="utf-8"))
    (folders[2] / "laws.json").write_text(json.dumps({**found, "code": "other"}), encoding="utf-8")
    assert "same state of the program" in page.filled(EMPTY, folders, table, tmp_path / "figures")


def test_what_is_no_false_alarm_is_refused(page: ModuleType, add: Add, laws: Path) -> None:
    add("Z1", missed)
    add("Z2", broken, COMPARISON)
    add("Z3", met)
    one, two = (measured(laws, "Z1", "Z2", "Z3", seed=seed) for seed in (0, 1))
    with pytest.raises(ValueError, match=r"not met: Z1, Z2$"):
        page.filled(EMPTY, [one, two], table)
    with pytest.raises(ValueError, match=r"have seeds \[0, 0\]; each has to have one of its own"):
        page.filled(EMPTY, [one, one], table)


def test_a_law_of_which_nothing_is_shown_is_told(page: ModuleType, add: Add, laws: Path, tmp_path: Path) -> None:
    add("Z1", met)
    add("Z2", met, COMPARISON)
    text = page.filled(EMPTY, [measured(laws, "Z1", "Z2")], table, tmp_path / "figures")
    add("Z10", met)
    (laws / "z2.toml").unlink()
    page._scenarios.cache_clear()
    assert [text.split(";")[0] for text in page.complaints(text)] == ["nothing measured of Z10", "Z2 has no file"]


def test_results_of_other_laws_or_of_laws_not_met_are_refused(page: ModuleType, add: Add, laws: Path) -> None:
    add("Z1", met)
    add("Z2", missed)
    folder = measured(laws, "Z1")
    with pytest.raises(ValueError, match="laws and files differ: Z2; run `ecosystem laws --out"):
        page.filled(EMPTY, [folder], table)
    with pytest.raises(ValueError, match="not met: Z2"):
        page.filled(EMPTY, [measured(laws, "Z1", "Z2")], table)
    assert json.loads((folder / "laws.json").read_text(encoding="utf-8"))["ok"] is False


def test_the_example_of_the_page_is_a_law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAGE.read_text(encoding="utf-8")
    (file,) = re.findall(r"^```toml\n# file: scenarios/laws/\S+\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    (function,) = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    laws = law_folder(tmp_path)
    (laws / "z1.toml").write_text(file, encoding="utf-8")
    load_functions()
    monkeypatch.setattr(LAWS, "_things", dict(LAWS.items()))
    exec(compile(function, "laws.md", "exec", dont_inherit=True), {})  # noqa: S102 - the page's own example
    (result,) = run_laws(["Z1"], folder=laws)
    assert result.passed, result
    assert len(result.findings) == len(result.curves) == 2


def test_the_page_tells_of_every_way_to_compare() -> None:
    text = PAGE.read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `trial\.(\w+)`", text, re.MULTILINE))
    assert told == {name for name, member in vars(Trial).items() if "Finding" in str(_returns(member))} - {"curve"}


def _returns(member: Any) -> Any:
    return getattr(member, "__annotations__", {}).get("return", "") if callable(member) else ""
