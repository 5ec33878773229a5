"""`ecosystem compare`."""

from __future__ import annotations

import json
import math
import shlex
from pathlib import Path

import pytest

import ecosystem as eco
from ecosystem.cli.compare_numbers import change, effect_text, factor_text, interval
from ecosystem.experiments.ensemble import plan
from tests.cli.conftest import Call
from tests.cli.test_run import SMALL
from tests.units.scenario.examples import write

MANDATE = '[[policies]]\nkind = "label_mandate"\nstart = "2023-03"\nfine = 1000.0\n'
RUN = ("--replicates", 3, "--workers", 1)


@pytest.fixture
def small(folder: Path) -> Path:
    """The folder with a small scenario and two policies."""
    (folder / "scenarios" / "policies").mkdir()
    write(folder / "scenarios", "small", SMALL)
    write(folder / "scenarios" / "policies", "mandate", MANDATE)
    write(folder / "scenarios" / "policies", "never", MANDATE.replace("2023-03", "2030-01"))
    return folder


@pytest.fixture
def done(small: Path, call: Call) -> Path:
    """A finished comparison."""
    result = call("compare", "small", "--policy", "mandate", *RUN, "--out", "c", "-q", "--metric", "items")
    assert (result.exit_code, result.output) == (0, "")
    return small / "c"


def test_a_comparison_is_told_and_drawn(small: Path, call: Call) -> None:
    result = call("compare", "small", "--policy", "mandate", "--policy", "never", *RUN, "--date", "2023-06")
    assert result.exit_code == 0
    assert "small against mandate, never: 2021-01 to 2023-12" in result.stderr
    assert "9/9 runs" in result.stderr
    assert "note: never: scenarios/policies/never.toml" in result.stderr
    text = result.stdout
    assert "mandate against small, means of 2023-04 to 2023-12" in text
    assert "mandate against small in 2023-06" in text
    assert "Median F " in text
    assert "No headline series differs in any month." in text
    assert max(map(len, text.split("\n"))) <= 80
    figures = small / "runs" / "compare-small" / "figures"
    assert {"web.items.png", "labs.accuracy.png"} <= {path.name for path in figures.iterdir()}


def test_the_document_of_a_comparison(done: Path, call: Call) -> None:
    result = call("compare", "small", "--policy", "mandate", *RUN, "--out", "d", "--json", "--metric", "items",
                  "--date", "2023-06")  # fmt: skip
    found = json.loads(result.stdout)
    assert (found["control"], found["arms"], found["finished_runs"]) == ("small", ["mandate"], 6)
    assert [row["metric"] for row in found["effects"]] == ["web.items"]
    assert [row["date"] for row in found["months"]["2023-06"]] == ["2023-06"]
    assert found["savings"]["mandate"]["at_end"] > 1
    assert found["figures"] == ["d/figures/web.items.png"]
    assert (done / "differences.parquet").read_bytes() == (done.parent / "d" / "differences.parquet").read_bytes()


def test_a_comparison_can_be_resumed_when_it_is_done_and_drawn_again(done: Path, call: Call) -> None:
    again = call("compare", "small", "--policy", "mandate", *RUN, "--out", "c", "--resume", "-q", "--metric", "items")
    assert again.exit_code == 0
    drawn = call("plot", done, "--metric", "labs.accuracy")
    assert drawn.stdout == f"{done}/figures/labs.accuracy.png\n"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("small",), "nothing to compare with"),
        (("small", "--policy", "mandat"), "no such policy file; did you mean scenarios/policies/mandate.toml?"),
        (("small", "web"), "cannot be paired: they differ in start"),
        (("web", "--policy", "mandate"), "the scenario has a policy of this kind already"),
    ],
)
def test_a_comparison_that_cannot_be(small: Path, call: Call, words: tuple[str, ...], text: str) -> None:
    result = call("compare", *words)
    assert result.exit_code == 2
    assert text in result.stderr
    assert not (small / "runs").exists()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--metric", "acuracy"), "no such metric; did you mean labs.accuracy?"),
        (("--metric", "revenue"), "in several tables; say which: "),
        (("--date", "2050-01"), "--date 2050-01: not a month of this comparison, 2021-01 to 2023-12"),
    ],
)
def test_what_cannot_be_told_of_a_comparison(done: Path, call: Call, words: tuple[str, ...], text: str) -> None:
    result = call("compare", "small", "--policy", "mandate", *RUN, "--out", done, "--resume", *words)
    assert result.exit_code == 2
    assert text in result.stderr


def test_a_failed_run_is_told_and_fails_the_command(
    small: Path,  # noqa: ARG001 - the folder
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = eco.WebEcosystem.step

    def broken(model: eco.WebEcosystem) -> None:
        if model.streams.seed == 0 and model.policies:
            message = "bad luck"
            raise ValueError(message)
        step(model)

    monkeypatch.setattr(eco.WebEcosystem, "step", broken)
    result = call("compare", "small", "--policy", "mandate", *RUN, "--metric", "items")
    assert result.exit_code == 1
    assert "1 run failed: ValueError: bad luck; try again with --resume" in result.stderr
    assert "Median F" in result.stdout
    monkeypatch.undo()


def test_policy_files_are_checked_over_a_scenario(small: Path, call: Call) -> None:
    path = small / "scenarios" / "policies" / "mandate.toml"
    result = call("check", path, "--on", "small")
    assert result.stdout == f"{path}: ok: a policy file over small: label_mandate from 2023-03\n"
    write(path.parent, "mandate", f"{MANDATE}fines = 1\n")
    assert "no such key; did you mean 'fine'?" in call("check", path, "--on", "small").stderr


def test_numbers_of_a_comparison() -> None:
    assert change(-0.00648, "share", 0.0058) == "-0.65 pp"
    assert change(12.3, "items", 45.0) == "+12"
    assert change(0.0, "items", 3.0) == "0"
    assert change(3.21, "items", float("inf")) == "+3.2"
    assert interval({"mean": 1.0, "low": -math.inf, "high": math.inf}, "items") == "-"
    assert interval({"mean": 0.01, "low": 0.002, "high": 0.018}, "share") == "+0.20 to +1.80"
    assert [effect_text(value) for value in (0.004, -0.3, math.inf, math.nan)] == ["0.00", "-0.30", "large", "-"]
    assert change(-2.5e6, "USD", 1e6) == "-2.50 million"
    assert [factor_text(value) for value in (2.14, 38.2, 5e4, float("inf"), float("nan"))] == [
        "2.1", "38", ">1,000", ">1,000", "-",
    ]  # fmt: skip


@pytest.mark.parametrize("most", [2, 64])
def test_shards_are_merged_to_the_same_bytes(
    done: Path, call: Call, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(plan, "MOST", most)  # with 64 all six runs are one bundle, and the second shard is empty
    for number in (1, 2):
        words = ("--policy", "mandate", *RUN, "--shard", f"{number}/2", "--out", f"part-{number}")
        result = call("compare", "small", *words)
        assert result.exit_code == 0
        assert f"results  part-{number}  (shard {number}/2, " in result.stdout
    merged = call("merge", "part-1", "part-2", "--out", "merged", "--json")
    assert json.loads(merged.stdout)["finished_runs"] == 6
    for path in done.glob("*.parquet"):
        assert (done.parent / "merged" / path.name).read_bytes() == path.read_bytes(), path.name
    missing = call("merge", "part-2", "--out", "half")
    assert missing.exit_code == 1
    assert "of 6 runs are missing (number 0, " in missing.stderr


@pytest.mark.parametrize(
    ("words", "text"),
    [(("--shard", "3/2"), "--shard 3/2: must be i/n"), (("--cluster", "here"), "--cluster here: must begin with tcp")],
)
def test_where_a_comparison_cannot_be_run(small: Path, call: Call, words: tuple[str, ...], text: str) -> None:
    result = call("compare", "small", "--policy", "mandate", *words)
    assert result.exit_code == 2
    assert text in result.stderr
    assert not (small / "runs").exists()


@pytest.mark.slow
def test_pairs_are_added_until_it_is_decided(small: Path, call: Call) -> None:
    words = ("small", "--policy", "mandate", "--workers", 1, "--metric", "items")
    decided = call("compare", *words, "--until", "ci(web.items) < 1e6", "--out", "a")
    assert decided.exit_code == 0
    assert "at most 200 pairs" in decided.stderr
    assert "Decided after 8 pairs. ci(web.items) < 1e+06: half width " in decided.stdout
    assert "confidence sequence" in decided.stdout
    open_ = call("compare", *words, "--until", "ci(web.items) < 1e-9", "--most", 8, "--out", "b", "--json")
    assert open_.exit_code == 1
    found = json.loads(open_.stdout)
    assert (found["ok"], found["until"]["decided"], found["until"]["pairs"]) == (False, False, 8)
    both = call("compare", *words, "--until", "sign(web.items) known", "--replicates", 3)
    assert both.exit_code == 2
    assert "limit them with --most" in both.stderr
    assert small.exists()


def test_the_first_divergence_is_told_on_request(small: Path, call: Call) -> None:
    words = ("compare", "small", "--policy", "mandate", "--policy", "never", "--replicates", 1, "--metric", "items")
    text = call(*words, "--first-divergence").stdout
    assert "Where mandate first differs, first seed" in text
    assert "2023-03  regulate  publisher 0" in text
    assert "never: the runs of the first seed are the same to the bit." in text
    found = json.loads(call(*words, "--first-divergence", "--json", "--out", "d").stdout)["first_divergence"]
    assert found["mandate"]["amendments"][0]["split"]["phase"] == "regulate"
    assert found["never"] == {"amendments": [], "splits": []}
    assert small.exists()


def test_an_interrupted_comparison_says_how_to_go_on(small: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    step = eco.WebEcosystem.step

    def interrupted(_: eco.WebEcosystem) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(eco.WebEcosystem, "step", interrupted)
    words = (
        "small",
        "--policy",
        "mandate",
        "--workers",
        1,
        "--metric",
        "items",
        "--seed",
        5,
        "--set",
        "scale.humans=90",
    )
    result = call("compare", *words, "--until", "ci(web.items) < 1e6", "--most", 9)
    assert result.exit_code == 1
    text = result.stderr
    assert "stopped at once; bundles that were under way are lost" in text
    again = shlex.split(text[text.index("ecosystem compare") :])
    assert again[-3:] == ["--out", "runs/compare-small", "--resume"]
    monkeypatch.setattr(eco.WebEcosystem, "step", step)
    done = call(*again[1:], "--metric", "items")
    assert done.exit_code == 0
    assert "Decided after 8 pairs" in done.stdout
    record = json.loads((small / "runs" / "compare-small" / "provenance.json").read_text())
    assert (record["seed"], record["scenario"]["scale"]["humans"], len(record["resumed"])) == (5, 90, 1)


def test_metrics_that_are_no_headlines_are_told_when_they_are_asked_for(done: Path, call: Call) -> None:
    words = ("compare", "small", "--policy", "mandate", *RUN, "--out", done, "--resume", "--json")
    found = json.loads(call(*words, "--metric", "curators.revenue").stdout)
    assert {(row["metric"], row["name"]) for row in found["effects"]} == {
        ("curators.revenue", "search"), ("curators.revenue", "answers"),
    }  # fmt: skip
    assert found["figures"] == [f"{done}/figures/curators.revenue.png"]
