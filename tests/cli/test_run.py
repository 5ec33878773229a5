"""`ecosystem run`."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import ecosystem as eco
from ecosystem.cli import app

ROOT = Path(__file__).resolve().parents[2]

SMALL = """
name = "small"
title = "A small web"
start = "2021-01"
steps = 36
[scale]
humans = 120
[[reality.domains]]
name = "code"
ideas = 200
[[reality.domains]]
name = "news"
ideas = 200
[[curators]]
name = "search"
what = "search"
[[curators]]
name = "answers"
what = "forum"
[[labs]]
name = "frontier"
launch = "2022-11"
[publishers]
api_price = 1.0
[[publishers.groups]]
name = "farm"
count = 5
"""

type Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs `ecosystem run small.toml` with further words, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    return lambda *words: CliRunner().invoke(app, ["run", "small.toml", *words])


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "ecosystem", *words]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def test_a_run_tells_what_moved_and_where_it_lies(run: Run) -> None:
    done = run()
    assert done.exit_code == 0, done.output
    for text in ("What moved", "synthetic_share", "accuracy, frontier", "human_items, answers", "items per month"):
        assert text in done.stdout
    assert "Against what was observed" in done.stdout
    assert "Graphite" in done.stdout  # the source of an observed figure
    assert re.search(r"Not compared: \d+ figures \(run ends 2023-12\)", done.stdout)
    assert "results  runs/small  (" in done.stdout
    assert "draw     ecosystem plot runs/small" in done.stdout
    assert "A small web: 2021-01 to 2023-12, 120 simulated people, seed 0" in done.stderr
    assert eco.load("runs/small").status == "done"


def test_misses_are_shown_plainly(run: Run) -> None:
    targets = json.loads(run("--json").stdout)["observed"]
    verdicts = {target["verdict"] for target in targets if target["simulated"] is not None}
    assert any(verdict.startswith(("above by", "below by")) for verdict in verdicts)


def test_progress_is_about_ten_lines_where_nobody_watches(run: Run) -> None:
    lines = [line for line in run().stderr.splitlines() if "months" in line]
    assert 1 <= len(lines) <= 11
    assert re.fullmatch(r"2023-12  36/36 months  [\d,]+ items, \d+% synthetic, accuracy 0\.\d\d", lines[-1])


def test_options_reach_the_run(run: Run) -> None:
    assert run("--seed", "5", "--steps", "4", "--set", "labs.frontier.price=7", "--out", "here").exit_code == 0
    results = eco.load("here")
    assert (results.provenance["seed"], len(results.web)) == (5, 4)
    assert results.scenario.labs[0].price == 7.0
    assert eco.Scenario.read("here/scenario.toml") == results.scenario


def test_json_is_one_document(run: Run) -> None:
    done = run("--json", "--replicates", "2", "--steps", "30")
    document = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (document["ok"], document["status"], document["folder"]) == (True, "done", "runs/small")
    assert (len(document["seeds"]), document["months_done"]) == (2, [30, 30])
    share = next(entry for entry in document["moved"] if entry["metric"] == "web.items")
    assert share["from"]["low"] <= share["from"]["value"] <= share["from"]["high"]
    assert {"simulated", "observed", "source", "verdict"} <= set(document["observed"][0])
    assert document["draw"] == "ecosystem plot runs/small"


def test_a_single_run_has_no_band(run: Run) -> None:
    document = json.loads(run("--json", "--steps", "3").stdout)
    assert {entry["to"]["low"] for entry in document["moved"]} == {None}
    assert "5-95 %" not in run("--steps", "3").stdout


def test_replicates_have_bands(run: Run) -> None:
    done = run("--replicates", "3", "--workers", "2", "--steps", "6")
    assert done.exit_code == 0, done.output
    assert "5-95 %" in done.stdout
    assert "Median of 3 replicates" in done.stdout
    assert "3 replicates on 2 workers" in done.stderr


def test_quiet_is_quiet_but_for_errors(run: Run) -> None:
    assert run("--quiet", "--steps", "3", "--out", "here").output == ""
    again = run("--quiet", "--steps", "3", "--out", "here")
    assert again.exit_code == 2
    assert "--force" in again.stderr


def test_a_folder_is_never_overwritten_unasked(run: Run) -> None:
    for folder in ("runs/small", "runs/small-2", "runs/small-3"):
        assert f"results  {folder}  " in run("--steps", "2").stdout
    refused = run("--steps", "2", "--out", "runs/small")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "runs/small: holds the results of a finished run; replace them with --force, or choose another --out\n"
    )
    assert run("--steps", "3", "--out", "runs/small", "--force").exit_code == 0
    assert len(eco.load("runs/small").web) == 3
    assert run("--steps", "4", "--force").exit_code == 0
    assert len(eco.load("runs/small").web) == 4


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--set", "scale.human=3"], "did you mean 'humans'"),
        (["--set", "scale.humans=-3"], "scale.humans"),
        (["--steps", "0"], "--steps"),
        (["--replicates", "0"], "--replicates"),
        (["--workers", "0"], "--workers"),
        (["--seed", "x"], "--seed"),
        (["--resume"], "nothing to resume"),
        (["--resume", "--out", "nowhere"], "no such folder"),
        (["--resume", "--force", "--out", "nowhere"], "choose"),
        (["--out", "small.toml"], "is a file"),
        (["--out", "small.toml/below"], "Not a directory"),
    ],
)
def test_wrong_use_writes_nothing(run: Run, words: list[str], text: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert text in done.stderr
    assert done.stdout == ""
    assert [path.name for path in Path().iterdir()] == ["small.toml"]


def test_an_error_is_one_json_document_too(run: Run) -> None:
    done = run("--set", "scale.human=3", "--json")
    assert done.exit_code == 2
    document = json.loads(done.stdout)
    assert document["ok"] is False
    assert "did you mean 'humans'" in json.dumps(document["problems"])


@pytest.mark.parametrize(
    "overrides",
    [
        ["scale.humans=0"],
        ["scale.humans=1"],
        ["labs=[]", "publishers.groups=[]"],
        ["publishers.groups=[]"],
        ["curators=[]"],
        ["scale.humans=0", "labs=[]", "publishers.groups=[]", "curators=[]"],
        ["steps=1"],
    ],
)
def test_webs_with_something_missing_run(run: Run, overrides: list[str]) -> None:
    done = run("--steps", "26", *(word for text in overrides for word in ("--set", text)))
    assert done.exit_code == 0, done.output
    assert "What moved" in done.stdout
    assert "nan" not in done.stdout.lower()
    assert "Warning" not in done.stderr


@pytest.mark.parametrize(
    ("words", "key", "name"),
    [
        (["reality.tokens=5", "reality.domains.code.text={ kind = 'file', path = 'gone.txt' }"],
         "reality.domains.code.text.path", "gone.txt"),
        (["reality.tokens=5", "reality.domains.code.text={ kind = 'file', path = '.' }"],
         "reality.domains.code.text.path", "."),
        (["humans.network={ kind = 'graphml', path = 'gone.graphml' }"], "humans.network.path", "gone.graphml"),
        (["humans.network={ kind = 'edge_list', path = 'gone.csv' }"], "humans.network.path", "gone.csv"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_before_anything_is_written(
    run: Run, tmp_path: Path, words: list[str], key: str, name: str
) -> None:
    done = run(*(word for text in words for word in ("--set", text)))
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{key}: {name}: cannot be read: ")
    assert f"; name a file that can, as seen from {tmp_path}" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


@pytest.mark.parametrize(("content", "cause"), [(b"\xff\xfe\x00", "is not UTF-8"), (b" ", "is empty")])
def test_a_text_without_words_is_refused_before_anything_is_written(
    run: Run, tmp_path: Path, content: bytes, cause: str
) -> None:
    (tmp_path / "odd.txt").write_bytes(content)
    text = "reality.domains.code.text={ kind = 'file', path = 'odd.txt' }"
    done = run("--set", text, "--set", "reality.tokens=5")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"reality.domains.code.text: odd.txt: {cause}")
    assert not (tmp_path / "runs").exists()


def test_a_limit_of_the_scenario_ends_with_code_one_and_no_way_on(run: Run) -> None:
    done = run("--set", "humans.invention=0.5", "--set", "reality.domains.*.inventions=20")
    assert done.exit_code == 1
    assert "the run failed: people invent more ideas in domain code than the 20 that there is room for" in done.stderr
    assert "set reality.domains.code.inventions higher" in done.stderr
    assert done.stderr.endswith("What was done is kept in runs/small.\n")


def test_a_full_disk_ends_with_code_one_and_a_way_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("ecosystem.experiments.snapshot.write_atomically", full)
        done = run("--seed", "3", "--set", "labs.*.price=7")
    assert done.exit_code == 1
    assert "the run failed: No space left on device" in done.stderr
    assert eco.experiments.provenance.read(Path("runs/small"))["status"] == "failed"  # type: ignore[index]
    again = "ecosystem run small.toml --set 'labs.*.price=7' --seed 3 --out runs/small --resume"
    assert done.stderr.endswith(f"Go on with:\n  {again}\n")
    resumed = CliRunner().invoke(app, shlex.split(again)[1:])
    assert resumed.exit_code == 0, resumed.output
    assert eco.load("runs/small").web.equals(eco.run(eco.load("runs/small").scenario, seed=3).web)


def test_resume_without_a_folder_takes_the_unfinished_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("--steps", "2")
    with monkeypatch.context() as patch:
        patch.setattr("ecosystem.experiments.attempt.merge_parts", lambda *_, **__: 1 / 0)
        failed = run()
    assert failed.exit_code == 1
    assert "ZeroDivisionError: division by zero\nThis is a defect of the program; provenance.json" in failed.stderr
    done = run("--resume")
    assert done.exit_code == 0, done.output
    assert "results  runs/small-2  " in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_how_to_go_on(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "small.toml").write_text(SMALL)
    words = ["run", "small.toml", "--set", "scale.humans=400", "--steps", "300", "--out", "stopped"]
    process = subprocess.Popen(
        command(*words), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stderr is not None
        while "/300 months" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output == ""
    assert "stopping after this month; once more stops at once" in errors
    assert "What was done is kept in stopped. Go on with:\n  ecosystem run small.toml --set" in errors
    again = errors.strip().splitlines()[-1]
    assert again.endswith("--steps 300 --out stopped --resume")
    subprocess.run(
        command(*shlex.split(again)[1:], "--quiet"), cwd=tmp_path, env=environment(), check=True, timeout=120
    )
    resumed = eco.load(tmp_path / "stopped")
    assert resumed.web.equals(eco.run(resumed.scenario).web)


@pytest.mark.parametrize(("words", "said"), [([], 1), (["--quiet"], 0)])
def test_a_first_run_says_that_it_compiles(tmp_path: Path, words: list[str], said: int) -> None:
    (tmp_path / "small.toml").write_text(SMALL)
    surroundings = environment() | {"NUMBA_CACHE_DIR": str(tmp_path / "empty")}
    found = []
    for out in ("first", "second"):
        done = subprocess.run(
            command("run", "small.toml", "--steps", "1", "--out", out, *words),
            cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.append(done.stderr.count("compiling what is new to this machine: some "))
    assert found == [said, 0]


def test_the_profile_tells_where_the_time_went(run: Run) -> None:
    done = run("--steps", "30", "--profile", "--replicates", "2", "--workers", "2")
    assert done.exit_code == 0, done.output
    table = done.stdout.partition("Where the time went")[2]
    for phase in ("loading", "start-up", "gate+publish", "train+deploy", "close month", "writing", "all"):
        assert re.search(rf"^{re.escape(phase)} +[\d.,]+ +", table, re.MULTILINE), phase
    assert re.search(r"[\d,]+ items; 2 replicates together", table)
    assert "Where the time went" not in run("--steps", "1").stdout


def test_the_profile_is_in_the_document(run: Run) -> None:
    profile = json.loads(run("--steps", "4", "--profile", "--json").stdout)["profile"]
    kept = eco.load("runs/small").provenance["profile"]
    assert {name: seconds for name, seconds in profile["seconds"].items() if name != "loading"} == kept["seconds"]
    assert profile["items"] == kept["items"] > 0
    assert profile["seconds"]["loading"] > 0
    assert "profile" not in json.loads(run("--steps", "4", "--json").stdout)


@pytest.mark.parametrize(("words", "threads"), [(["--threads", "3"], 3), (["--replicates", "2", "--workers", "99"], 1)])
def test_the_number_of_threads_reaches_the_run(run: Run, words: list[str], threads: int) -> None:
    assert run("--steps", "2", *words).exit_code == 0
    assert eco.load("runs/small").provenance["threads"] == threads


@pytest.mark.parametrize("number", ["0", "-2", "two", "1.5"])
def test_a_bad_number_of_threads_is_wrong_use(run: Run, number: str) -> None:
    done = run("--threads", number)
    assert done.exit_code == 2
    assert "Invalid value for '--threads'" in done.stderr


def test_on_a_terminal_there_is_a_bar_with_the_month(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        surroundings = environment() | {"TERM": "xterm", "COLUMNS": "80"}
        os.execve(sys.executable, command("run", "small.toml"), surroundings)  # noqa: S606 - the program itself
    shown = b""
    while True:
        try:
            block = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not block:
            break
        shown += block
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert re.search(r"2023-12 ━+ 36/36 00:00 [\d,]+ items, \d+% synthetic, accuracy 0\.\d\d", text)


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom ecosystem.cli import app\n"
        "try:\n    app(['run', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = ('mesa', 'numba', 'pandas', 'numpy', 'pyarrow', 'matplotlib', 'networkx')\n"
        "print('HEAVY', [name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    assert "Example: ecosystem run" in done.stdout
    assert done.stdout.endswith("HEAVY []\n")
