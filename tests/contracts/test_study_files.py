"""The studies that come with the project can be used as they are, and run."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.study import analyse
from ecosystem.experiments.comparison.compare import Silent
from ecosystem.experiments.ensemble.executors import Here
from ecosystem.experiments.study.plan import StudyPlan
from ecosystem.experiments.study.reading import read
from ecosystem.experiments.study.run import run_study, seconds

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "scenarios" / "studies").glob("*.toml"))
MOST_SECONDS = 15 * 60
"""What a study may take on two cores. assumption: a coffee."""


def test_there_are_studies() -> None:
    assert {path.stem for path in FILES} >= {"what-makes-curation-pay", "when-to-open-the-archive", "which-human-share"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_study_fits_its_scenario_and_the_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    study = read(path)
    assert study.settings.name == path.stem
    assert study.settings.title.endswith("?")
    assert study.text.startswith("# ")
    assert 0 < seconds(StudyPlan(study), 2) < MOST_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_study_runs_small(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    small = {**read(path).settings.set, "scale.humans": 30}
    plan = StudyPlan(read(path, {"samples": 2, "replicates": 1, "set": small}))
    record = run_study(plan, tmp_path / "results", Here(), Silent())
    assert record["failed_runs"] == 0
    assert analyse(tmp_path / "results", figures=False).words
