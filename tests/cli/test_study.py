"""`ecosystem study`, from the file to figures."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import Call

STUDY = """\
scenario = "web"
replicates = 2
samples = 8
design = "morris"
tables = ["web"]
analyses = ["indices", "regret"]
[set]
steps = 6
"scale.humans" = 30
policies = []
[levers]
policy = ["none", "labels"]
[[outcomes]]
metric = "web.items"
at = "all"
label = "web.items"
[[outcomes]]
metric = "web.human_items"
at = "all"
better = "higher"
[uncertainties]
"humans.activity" = [0.1, 0.6]
"humans.grounding" = [0.2, 0.9]
"""


@pytest.fixture
def studies(folder: Path) -> Path:
    """The folder of studies, with one called morris and a policy file."""
    (folder / "scenarios" / "policies").mkdir()
    text = '[[policies]]\nkind = "label_mandate"\nstart = "2020-03"\n'
    (folder / "scenarios" / "policies" / "labels.toml").write_text(text, encoding="utf-8")
    (folder / "scenarios" / "studies").mkdir()
    text = STUDY.replace("samples = 8", "samples = 2")
    (folder / "scenarios" / "studies" / "morris.toml").write_text(text, encoding="utf-8")
    return folder / "scenarios" / "studies"


def test_a_dry_run_tells_and_writes_nothing(call: Call, studies: Path) -> None:
    result = call("study", "morris", "--dry-run", "--samples", 8)
    assert result.exit_code == 0
    assert "morris over 2 uncertain keys: 24 states" in result.stdout
    assert "2 choices, each in every state" in result.stdout
    assert "60 (30 points, 2 replicates), 360 months" in result.stdout
    assert "18 points are like others, which are run for both" in result.stdout
    assert not Path("runs").exists()
    assert studies.exists()


@pytest.mark.usefixtures("studies")
def test_a_study_is_run_analysed_and_drawn(call: Call) -> None:
    result = call("study", "morris", "--workers", 1, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["runs"] == 24
    assert set(told["words"]) == {"indices", "regret"}
    folder = Path(told["folder"])
    assert folder == Path("runs/study-morris")
    runs = pd.read_parquet(folder / "runs.parquet")
    assert set(runs["status"]) == {"done"}
    design = pd.read_parquet(folder / "design.parquet")
    assert list(design["policy"].unique()) == ["none", "labels"]
    assert design["u:humans.activity"].between(0, 1).all()
    assert len(pd.read_parquet(folder / "outcomes.parquet")) == 24
    assert len(pd.read_parquet(folder / "web.parquet")) == 24 * 6
    assert (folder / "study.toml").read_text(encoding="utf-8").startswith('scenario = "web"')
    assert {path.name for path in (folder / "figures").iterdir()} == {"indices.png", "regret.png"}
    (folder / "figures" / "regret.png").unlink()
    drawn = call("plot", folder, "--format", "svg", "--out", "figures")
    assert drawn.exit_code == 0, drawn.stderr
    assert {path.name for path in Path("figures").iterdir()} == {"indices.svg", "regret.svg"}
    assert "leave out --metric" in call("plot", folder, "--metric", "web.items").stderr
    activity = pd.read_parquet(folder / "indices.parquet").query("outcome == 'web.items' and index == 'mu_star'")
    by_key = activity.groupby("factor")["value"].max()
    assert by_key["humans.activity"] > by_key["humans.grounding"]  # people who write more write more


@pytest.mark.usefixtures("studies")
def test_results_do_not_depend_on_workers(call: Call) -> None:
    for workers in (1, 2):
        assert call("study", "morris", "--workers", workers, "--out", f"runs/{workers}", "--quiet").exit_code == 0
    names = sorted(path.name for path in Path("runs/1").glob("*.parquet"))
    assert names == [
        "design.parquet",
        "indices.parquet",
        "outcomes.parquet",
        "regret.parquet",
        "runs.parquet",
        "web.parquet",
    ]
    for name in names:
        assert (Path("runs/1") / name).read_bytes() == (Path("runs/2") / name).read_bytes(), name


@pytest.mark.usefixtures("studies")
def test_failed_runs_are_rows_that_say_why(call: Call) -> None:
    text = Path("scenarios/studies/morris.toml").read_text(encoding="utf-8")
    text = text.replace("policies = []", 'policies = []\n"humans.invention" = 0.5\n"reality.domains.*.inventions" = 20')
    Path("scenarios/studies/failing.toml").write_text(text, encoding="utf-8")
    result = call("study", "failing", "--workers", 1)
    assert result.exit_code == 1, result.stderr
    runs = pd.read_parquet("runs/study-failing/runs.parquet")
    failed = runs[runs["status"] == "failed"]
    assert 0 < len(failed) < 24
    assert failed["reason"].str.contains("inventions").all()
    assert set(pd.read_parquet("runs/study-failing/outcomes.parquet")["run"]) == set(runs["run"]) - set(failed["run"])
    assert f"{len(failed)} of 24 runs failed" in result.stderr
    assert "web.items left out: missing at" in result.stderr


@pytest.mark.usefixtures("studies")
def test_a_bad_study_ends_with_code_2(call: Call) -> None:
    Path("scenarios/studies/bad.toml").write_text('scenario = "web"\noutcomes = ["labs.acuracy"]\n', encoding="utf-8")
    result = call("study", "bad")
    assert result.exit_code == 2
    assert "scenarios/studies/bad.toml:2: outcomes[0].metric: no measure is called 'labs.acuracy'" in result.stderr
    assert not Path("runs").exists()
    missing = call("study", "moris")
    assert missing.exit_code == 2
    assert "no such study file; did you mean 'morris'?" in missing.stderr


@pytest.mark.usefixtures("studies")
def test_shards_are_merged_to_the_same_bytes(call: Call) -> None:
    assert call("study", "morris", "--workers", 1, "--out", "runs/whole", "--quiet").exit_code == 0
    for shard in ("1/2", "2/2"):
        done = call("study", "morris", "--workers", 1, "--shard", shard)
        assert done.exit_code == 0, done.stderr
        assert "merge    ecosystem merge" in done.stdout
    merged = call("merge", "runs/study-morris-1-of-2", "runs/study-morris-2-of-2", "--out", "runs/merged")
    assert merged.exit_code == 0, merged.stderr
    assert "web.items" in merged.stdout
    for path in Path("runs/whole").glob("*.parquet"):
        assert path.read_bytes() == (Path("runs/merged") / path.name).read_bytes(), path.name


@pytest.mark.usefixtures("studies")
def test_a_finished_study_is_analysed_again_by_resuming(call: Call) -> None:
    assert call("study", "morris", "--workers", 1, "--out", "runs/a", "--quiet").exit_code == 0
    before = Path("runs/a/outcomes.parquet").read_bytes()
    Path("runs/a/indices.parquet").unlink()
    again = call("study", "morris", "--workers", 1, "--out", "runs/a", "--resume")
    assert again.exit_code == 0, again.stderr
    assert Path("runs/a/indices.parquet").exists()
    assert Path("runs/a/outcomes.parquet").read_bytes() == before
    other = call("study", "morris", "--workers", 1, "--out", "runs/a", "--resume", "--replicates", 3)
    assert other.exit_code == 2
    assert "cannot be resumed" in other.stderr


@pytest.mark.usefixtures("studies")
def test_studies_are_checked_like_scenarios(call: Call) -> None:
    done = call("check", "scenarios/studies/morris.toml", "web")
    assert done.exit_code == 0, done.stderr
    assert "scenarios/studies/morris.toml: ok: a study of web: morris, 24 runs" in done.stdout
    Path("scenarios/studies/bad.toml").write_text('scenario = "web"\noutcomes = ["labs.acuracy"]\n', encoding="utf-8")
    assert call("check", "scenarios/studies/bad.toml").exit_code == 2


SWEEP = """\
scenario = "plain"
replicates = 3
design = "sweep"
outcomes = [{ metric = "web.items", label = "items" }]
[set]
"scale.humans" = 30
[sweep]
key = "humans.activity"
values = [0.1, 0.3, 0.6]
dwell = 4
"""
TIMING = """\
scenario = "plain"
replicates = 3
design = "factorial"
tables = ["web", "curators"]
analyses = ["timing"]
outcomes = [
    { metric = "web.items", label = "items" },
    { metric = "curators.human_items", name = "forum", label = "forum" },
]
[set]
"scale.humans" = 30
steps = 30
[levers]
policy = ["none", "labels"]
"policies.label_mandate.start" = ["2020-03", "2020-06"]
"policies.label_mandate.fine" = [1.0, 1000.0]
"policies.label_mandate.end" = ["2021-01"]
"""


@pytest.mark.usefixtures("studies")
def test_a_sweep_is_run_and_told(call: Call) -> None:
    Path("scenarios/plain.toml").write_text('extends = "web"\nshocks = []\npolicies = []\n', encoding="utf-8")
    Path("scenarios/studies/loop.toml").write_text(SWEEP, encoding="utf-8")
    done = call("study", "loop", "--workers", 1)
    assert done.exit_code == 0, done.stderr
    table = pd.read_parquet("runs/study-loop/hysteresis.parquet")
    assert list(table["dwell"].unique()) == [4, 8]
    assert list(table["value"].unique()) == [0.1, 0.3]
    by_value = table[table["dwell"] == 8].set_index("value")["up"]
    assert by_value[0.3] > 2 * by_value[0.1]  # three times as active
    assert "items: the web" in done.stdout
    assert Path("runs/study-loop/figures/sweep.png").exists()


@pytest.mark.usefixtures("studies")
def test_start_strength_and_end_of_a_policy_are_told(call: Call) -> None:
    Path("scenarios/plain.toml").write_text('extends = "web"\npolicies = []\n', encoding="utf-8")
    Path("scenarios/studies/when.toml").write_text(TIMING, encoding="utf-8")
    done = call("study", "when", "--workers", 1)
    assert done.exit_code == 0, done.stderr
    table = pd.read_parquet("runs/study-when/timing.parquet")
    assert len(table) == 2 * 4
    assert set(table["policies.label_mandate.start"]) == {"2020-03", "2020-06"}
    left = pd.read_parquet("runs/study-when/returns.parquet")
    assert set(left["metric"]) == {"web.items", "curators.human_items"}
    assert set(left["after"]) == {12}
    assert Path("runs/study-when/figures/timing.png").exists()
