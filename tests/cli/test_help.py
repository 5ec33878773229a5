"""Help comes at once, with an example, and the program says what it does not understand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from ecosystem.cli import app

COMMANDS = [info.name or info.callback.__name__ for info in app.registered_commands if info.callback]
SLOW = ("mesa", "numba", "pandas", "scipy", "networkx", "numpy", "pyarrow", "matplotlib", "pydantic", "rich")
PROBE = """
import sys, time
start = time.process_time()
from ecosystem.cli import main
sys.argv = ["ecosystem", *{arguments!r}]
try:
    main()
except SystemExit as done:
    code = done.code
    print("took", time.process_time() - start, file=sys.stderr)
    print("loaded", *[name for name in {slow!r} if name in sys.modules], file=sys.stderr)
    sys.exit(code)
"""


def probe(*arguments: str) -> tuple[str, float, list[str]]:
    """Output, seconds of processor time within Python, and the slow modules that were imported."""
    code = PROBE.format(arguments=arguments, slow=SLOW)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *_, took, loaded = done.stderr.strip().split("\n")
    return done.stdout, float(took.split()[1]), loaded.split()[1:]


@pytest.mark.parametrize("arguments", [[], *([name] for name in COMMANDS)], ids=lambda words: " ".join(words) or "all")
def test_help_imports_nothing_slow(arguments: Sequence[str]) -> None:
    text, _, loaded = probe(*arguments, "--help")
    assert text.startswith("Usage: ecosystem ")
    assert loaded == []


def test_help_takes_a_third_of_a_second() -> None:
    # Processor time, the best of five: what the program takes, not what else the machine is doing.
    assert min(probe("check", "--help")[1] for _ in range(5)) < 0.3


def test_version_and_wrong_use_are_quick_too() -> None:
    assert probe("--version")[2] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_that_names_it(name: str) -> None:
    text = CliRunner().invoke(app, [name, "--help"], prog_name="ecosystem").stdout
    example = text.rpartition("Example: ")[2]
    assert example.startswith(f"ecosystem {name}")
    assert max(map(len, text.split("\n"))) <= 80


def test_the_overview_cuts_no_description() -> None:
    text = CliRunner().invoke(app, ["--help"], prog_name="ecosystem").stdout
    listed = [line for line in text.partition("Commands:")[2].split("\n") if line.strip()]
    assert len([line for line in listed if line.split()[0] in COMMANDS]) == len(COMMANDS)
    assert not [line for line in listed if line.endswith("...")]


def test_the_scenario_commands_are_there() -> None:
    assert {"check", "show", "diff", "schema", "list", "new"} <= set(COMMANDS)


@pytest.mark.parametrize("words", [["chekc"], ["check"], ["check", "--nonsense"], ["new"], ["diff", "a"]])
def test_wrong_use_ends_with_code_2(words: list[str]) -> None:
    result = CliRunner().invoke(app, words, prog_name="ecosystem")
    assert result.exit_code == 2
    assert "Usage: ecosystem" in result.stderr
    assert result.stdout == ""


def test_the_program_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "ecosystem", "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: ecosystem [OPTIONS] COMMAND")
