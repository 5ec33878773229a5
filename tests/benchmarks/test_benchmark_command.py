"""`python -m benchmarks`: turns, ratios, verdicts, and what it writes."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import agreement, machine, page, phases, rounds, scaling, speed, whole
from benchmarks.fresh import Found, Job, measured
from benchmarks.rounds import Options, Spread
from benchmarks.section import Section
from benchmarks.targets import MISSED, TARGETS, table, verdict
from benchmarks.webstep import Summary

# --- measuring -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", ["engine", "numpy", "mesa", "baseline"])
def test_a_job_runs_in_a_process_of_its_own(program: str) -> None:
    found = measured(Job(program, 500, 4))
    assert len(found.monthly) == 4
    assert sum(found.monthly) == pytest.approx(found.cpu)
    assert found.items > 0
    assert found.memory >= 0
    assert (found.summary == []) == (program == "baseline")
    assert found.digest == ""


def test_recording_everything_finds_all_items() -> None:
    whole_run, steps = measured(Job("engine", 500, 4, record="everything")), measured(Job("engine", 500, 4))
    assert whole_run.items == steps.items
    assert whole_run.wall > 0


def test_a_job_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="at least 1"):
        measured(Job("engine", 500, 0))


def test_threads_do_not_change_the_digest() -> None:
    one, two, other = (
        measured(Job("engine", 20_000, 3, seed=seed, threads=threads, digest=True))
        for seed, threads in ((1, 1), (1, 2), (2, 1))
    )
    assert one.digest == two.digest
    assert one.digest != other.digest


def test_what_is_compared_takes_turns() -> None:
    seen = []

    def run(job: Job, patience: float) -> Found:
        seen.append((job.program, patience))
        return Found(wall=float(len(seen)))

    jobs = {"a": Job("engine", 1, 1), "b": Job("numpy", 1, 1)}
    found = rounds.take_turns(jobs, Options(pairs=3, patience=2.0), run)
    assert seen == [("engine", 2.0), ("numpy", 2.0)] * 3
    assert [run["wall"] for run in found["b"]] == [2.0, 4.0, 6.0]


def test_ratios_are_of_one_round() -> None:
    assert rounds.ratios([4, 9, 10], [2, 3, 10]) == Spread(2, 1, 3)
    assert rounds.of([3.0]).show(".1f") == "3.0"
    assert rounds.of([1.0, 4.0, 2.0]).show(".1f") == "2.0 [1.0, 4.0]"


def test_the_machine_says_what_it_is() -> None:
    assert "Python" in machine.about()
    assert 0 < machine.resident() <= machine.peak()
    block = np.ones(4_000_000)
    assert machine.peak() > block.nbytes
    machine.wait_until_idle(0.0)


# --- what is made of it --------------------------------------------------------------------------------------


def run_of(cpu: float, **values: Any) -> dict[str, Any]:
    """A run as it is kept."""
    return vars(Found(cpu=cpu, wall=cpu, monthly=[cpu], others=0.0, **values))


def speeds(digest: str = "same") -> dict[str, Any]:
    """Figures of speed as they are kept, of an engine that takes a second."""
    group = {"engine": [run_of(1.0)], "mesa": [run_of(40.0)], "numpy": [run_of(2.0)]}
    large = {
        "engine": [run_of(1.0, memory=280_000_000, digest="same")],
        "numpy": [run_of(1.5)],
        "two threads": [run_of(0.5, digest=digest)],
        "unrecorded": [run_of(0.75, founding=0.25)],
        "recorded": [run_of(1.2)],
        "streamed": [run_of(1.1, memory=150_000_000)],
    }
    few = {"engine": [run_of(1.0)], "mesa": [run_of(90.0)]}
    humans = {"small": 10_000, "middle": 100_000, "large": 1_000_000}
    return {"groups": {"small": group, "middle": group, "large, few months": few, "large": large}, "humans": humans}


def test_targets_of_speed() -> None:
    found = speed.targets(speeds())
    assert {name: spread.median for name, spread in found.items()} == pytest.approx(
        {
            "mesa small": 40, "mesa middle": 40, "mesa large": 90, "numpy": 1.5, "threads": 2, "memory": 150,
            "recording": 20,
        }
    )  # fmt: skip
    assert "the same bits" in speed.render(speeds())


def test_threads_that_change_results_are_no_gain() -> None:
    assert "threads" not in speed.targets(speeds("other"))
    assert "different results" in speed.render(speeds("other"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("mesa small", 30.0, "aim reached"),
        ("mesa small", 8.0, "must reached"),
        ("mesa small", 7.9, MISSED),
        ("help", 0.1, "aim reached"),
        ("help", 0.3, "must reached"),
        ("help", 0.31, MISSED),
        ("help", float("nan"), MISSED),
    ],
)
def test_verdicts(name: str, value: float, said: str) -> None:
    assert verdict(TARGETS[name], value) == said


def test_a_target_that_was_not_measured_says_so() -> None:
    lines = table({"numpy": Spread(1.5, 1.2, 1.8)}).splitlines()
    assert len(lines) == 2 + len(TARGETS)
    assert [line for line in lines if "not measured" not in line][2:] == [
        "| faster than plain numpy, 1,000,000 people | 1.50 [1.20, 1.80] x | 1 x | 2 x | must reached |"
    ]


def test_exponents_are_slopes() -> None:
    assert scaling.exponent([1, 10, 100], [3, 30 * 2, 300 * 4]) == pytest.approx(1 + np.log10(2))


def test_means_that_are_apart_do_not_agree() -> None:
    rows = [[1000.0 + seed, 20.0, 2.0, 0.3, 0.5, 6.0, 500.0, 2000.0] for seed in range(3)]
    further = [[*row[:1], row[1] * 1.02, *row[2:]] for row in rows]
    noisy = [[*row[:-1], row[-1] * 1.05] for row in rows]
    assert len(rows[0]) == len(Summary._fields)
    same = agreement.SECTION.render({"humans": 10, "rows": {"engine": rows, "mesa": rows, "numpy": noisy}})
    other = agreement.SECTION.render({"humans": 10, "rows": {"engine": rows, "mesa": further, "numpy": rows}})
    assert "They agree: no mean but that of squared votes is further than 0.00 %" in same
    assert "They do not agree" in other
    assert "+2.00" in other


def test_phases_are_shares_of_the_whole() -> None:
    data = {"web": [run_of(1.0, phases={"read": 0.6, "vote": 0.2}), run_of(1.0, phases={"read": 0.6, "vote": 0.2})]}
    shown = phases.SECTION.render(data)
    assert "| read | 30.00 (75 %) |" in shown
    assert "| all | 40.0 |" in shown


def test_the_whole_model_counts_months_with_models() -> None:
    large = {"monthly": [9.0, 9.0, 1.0, 3.0], "items": 8, "memory": 2, "others": 0.0, "wall": 11.0, "cpu": 22.0}
    command_run = {"seconds": 7.0, "memory": 1e6}
    data = {"command": [command_run], "humans": [1, 2, 3], "sizes": {"two threads": [large]}}
    assert {name: spread.median for name, spread in whole.SECTION.targets(data).items()} == {
        "baseline": 7.0, "million": 1.0,
    }  # fmt: skip


# --- what is kept and shown ----------------------------------------------------------------------------------

SHOWING = {"part": Section("A part", lambda _: {}, lambda data: f"shown {data['x']}", lambda _: {})}
TEXT = """head
<!-- measured: machine -->
<!-- end -->
<!-- measured: part -->
old
<!-- end -->
tail
"""


KEPT = page.Kept("a machine", {"part": {"date": "2026-01-02", "data": {"x": 5}}})


def test_a_page_is_filled_between_its_marks() -> None:
    filled = page.filled(TEXT, KEPT, SHOWING)
    assert "Measured on a machine." in filled
    assert "shown 5\n\nMeasured 2026-01-02." in filled
    assert "old" not in filled
    assert filled.startswith("head\n")
    assert filled.endswith("tail\n")
    assert page.filled(filled, KEPT, SHOWING) == filled
    assert "not measured" in page.filled(filled, page.Kept("a machine", {}), SHOWING)


def test_figures_of_one_machine_are_kept_together(tmp_path: Path) -> None:
    kept = tmp_path / "measured.json"
    assert page.read(kept) == page.Kept("", {})
    page.add(KEPT, kept)
    more = page.Kept("a machine", {"other": {"date": "2026-01-03", "data": {}}})
    assert page.add(more, kept) == page.Kept("a machine", KEPT.sections | more.sections)
    assert page.read(kept).sections["part"]["data"] == {"x": 5}
    page.add(page.Kept("another", more.sections), kept)
    assert page.read(kept) == page.Kept("another", more.sections)


def test_every_block_of_the_page_is_of_a_section() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    names = [match["name"] for match in page._BLOCK.finditer(text)]
    assert sorted(names) == sorted(["machine", "targets", *command.SECTIONS])


def test_the_page_shows_what_is_kept() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.filled(text, page.read(), command.SECTIONS) == text


def test_quick_figures_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--quick", "--write"]) == 2
    assert "leave out one" in capsys.readouterr().err


def test_what_was_measured_is_written_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(page, "add", functools.partial(page.add, path=tmp_path / "measured.json"))
    page.PAGE.write_text(TEXT, encoding="utf-8")

    def fails(_: Options) -> dict[str, Any]:
        raise KeyboardInterrupt

    good, bad = Section("Good", lambda _: {"x": 7}, lambda d: f"shown {d['x']}"), Section("Bad", fails, str)
    monkeypatch.setattr(command, "SECTIONS", {"part": good, "bad": bad})
    with pytest.raises(KeyboardInterrupt):
        command.main(["--write", "--patience", "0"])
    assert "shown 7" in capsys.readouterr().out
    assert "shown 7" in page.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("value", "code"), [({"numpy": Spread(1, 1, 1)}, 0), ({"numpy": Spread(0.9, 0.9, 0.9)}, 1)])
def test_missing_a_mark_is_an_error(
    value: dict[str, Spread], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    part = Section("A part", lambda options: {"x": options.pairs}, lambda data: f"shown {data['x']}", lambda _: value)
    monkeypatch.setattr(command, "SECTIONS", {"part": part})
    assert command.main(["--only", "part", "--pairs", "4"]) == code
    assert "shown 4" in capsys.readouterr().out


def test_small_sizes_are_not_judged(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[Options] = []

    def measure(options: Options) -> dict[str, Any]:
        seen.append(options)
        return {}

    missing = {"numpy": Spread(0.9, 0.9, 0.9)}
    monkeypatch.setattr(command, "SECTIONS", {"part": Section("A part", measure, lambda _: "", lambda _: missing)})
    assert command.main(["--only", "part", "--quick"]) == 0
    assert max(seen[0].sizes) < 100_000
    assert "Targets" not in capsys.readouterr().out
