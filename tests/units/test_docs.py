"""The documentation holds: links lead somewhere, what it names exists, examples run, tables are those of the code."""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ecosystem.experiments import provenance
from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario
from ecosystem.scenario.keys import UnknownKey, select
from ecosystem.scenario.vocabulary import vocabulary
from ecosystem.world.ledger import Kind, Reason
from ecosystem.world.settings import WorldSettings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
ALL = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES]
PATH = re.compile(r"[\w.\-]+(/[\w.\-]+)*/|[\w.\-]+(/[\w.\-]+)+")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return [text for kind, text in FENCE.findall(page.read_text(encoding="utf-8")) if kind == language]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def code_words(page: Path) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def pages_with(language: str) -> list[Path]:
    return [page for page in ALL if blocks(page, language)]


def environment(*folders: Path) -> dict[str, str]:
    """Where examples run: with this code, and with modules from some folders."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*folders, ROOT]))}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder like a clone, in which examples may write."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    return tmp_path


# --- what is named exists -----------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """Anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", ALL, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{target}: no such file"
        assert not anchor or anchor in anchors(file), f"{target}: no such heading"


def paths_named(page: Path) -> Iterator[str]:
    """Files and folders of the project that a page names; what runs write is not among them."""
    for word in code_words(page):
        if PATH.fullmatch(word) and not word.startswith(("runs/", "figures/")):
            yield word


@pytest.mark.parametrize("page", ALL, ids=named)
def test_files_named_exist(page: Path) -> None:
    places = (ROOT, ROOT / "ecosystem", DOCS)
    assert [word for word in paths_named(page) if not any((base / word).exists() for base in places)] == []


def test_functions_named_are_where_the_page_says() -> None:
    told = re.findall(r"`([\w/]+\.py)` \(`(\w+)`\)", prose(DOCS / "model.md"))
    assert len(told) >= 5
    for file, function in told:
        assert f"def {function}(" in (ROOT / "ecosystem" / file).read_text(encoding="utf-8"), f"{file}: {function}"


def test_every_file_of_the_ground_floor_is_told_once() -> None:
    rows = rows_after(DOCS / "architecture.md", "The ground floor")
    told = [file for row in rows for file in re.findall(r"(\w+\.py)", row[1])]
    assert sorted(told) == sorted(file.name for file in (ROOT / "ecosystem" / "core").glob("[!_]*.py"))


def keys_named(page: Path) -> Iterator[str]:
    """Keys of scenarios that a page names."""
    tables = "|".join(WorldSettings.model_fields)
    for word in code_words(page):
        if re.fullmatch(rf"({tables})(\.[\w*-]+)+", word) and not word.endswith((".parquet", ".py", ".toml")):
            yield word


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_keys_named_exist(page: Path) -> None:
    words = vocabulary(Scenario)
    known = {words.readable(pattern) for pattern in words.docs}
    document = Scenario.read(ROOT / "scenarios" / "baseline.toml").to_dict()

    def exists(key: str) -> bool:
        if key in known or any(other.startswith(f"{key}.") for other in known):
            return True
        try:
            return bool(select(words, document, key))
        except UnknownKey:
            return False

    assert [key for key in keys_named(page) if not exists(key)] == []


def test_pages_name_enough_to_be_tested() -> None:
    # Guards the patterns above: a page that names nothing would pass whatever it says.
    model = DOCS / "model.md"
    assert len(list(paths_named(model))) > 40
    assert len(list(keys_named(model))) > 60


# --- tables are those of the code ---------------------------------------------------------------------


def builder() -> ModuleType:
    specification = importlib.util.spec_from_file_location("build_docs", DOCS / "build.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_tables_and_output_of_commands_are_in_step() -> None:
    # In a process of its own: what other tests register is no part of the program.
    done = subprocess.run(
        [sys.executable, str(DOCS / "build.py"), "--check"],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_page_out_of_step_is_noticed(tmp_path: Path) -> None:
    build, page = builder(), tmp_path / "page.md"
    page.write_text(
        "<!-- generated: marks -->\n| what was |\n<!-- end -->\n\n```console\n$ ecosystem --help\nwhat was\n```\n"
    )
    now = build.rebuilt(page)
    assert "what was" not in now
    assert "| 4 | labelled |" in now
    assert "Usage: ecosystem" in now


def test_every_generated_part_stands_on_a_page() -> None:
    used = {name for page in DOCS.glob("*.md") for name in re.findall(r"<!-- generated: (.*?) -->", page.read_text())}
    assert used == set(builder().PARTS)


def rows_after(page: Path, mark: str) -> list[list[str]]:
    """Cells of the first table after a mark, without its head."""
    lines = page.read_text(encoding="utf-8").split(mark, 1)[1].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return table


@pytest.mark.parametrize(("family", "name"), [("curators.Curator", "feed"), ("labs.Lab", "frontier")])
def test_state_variables_of_institutions_exist(family: str, name: str) -> None:
    world = WebEcosystem(Scenario.read(ROOT / "scenarios" / "baseline.toml").replace({"scale.humans": 10})).world
    agent = {**world.curators, **world.labs}[name]
    variables = [row[0] for row in rows_after(DOCS / "model.md", f"<!-- attributes: ecosystem.world.{family} -->")]
    assert len(variables) >= 5
    assert [variable for variable in variables if not hasattr(agent, variable)] == []


def test_state_variables_of_reality_exist() -> None:
    world = WebEcosystem(Scenario.from_dict({"scale": {"humans": 1}, "steps": 1})).world
    variables = [row[0] for row in rows_after(DOCS / "model.md", "### Reality\n")]
    assert [variable for variable in variables if not hasattr(world.reality, variable)] == []


def test_the_month_is_told_in_the_order_of_the_step() -> None:
    told = [Path(row[2]).stem for row in rows_after(DOCS / "model.md", "## 3 Process overview")]
    source = inspect.getsource(WebEcosystem.step)
    phases = re.findall(r"(\w+)\(world[,)]", source)
    assert told == ["reality", *sorted(phases, key=lambda name: source.index(f"{name}(world")), "recorder"]


def test_every_payment_is_told() -> None:
    rows = rows_after(DOCS / "model.md", "### Money")
    assert {row[0] for row in rows} == {reason.name.lower() for reason in Reason}
    kinds = {kind.name.lower().removesuffix("s") for kind in Kind}
    assert {part.strip().removesuffix("s") for row in rows for cell in row[1:3] for part in cell.split(",")} <= kinds


def test_provenance_is_told() -> None:
    told = {
        key.strip().strip("`") for row in rows_after(DOCS / "results.md", "## Provenance") for key in row[0].split(",")
    }
    assert told == set(provenance.begin(Scenario.from_dict({"name": "any"}), [1], 1))


# --- examples run -------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages_with("python"), ids=named)
def test_python_runs(page: Path, place: Path) -> None:
    code = "\n".join(blocks(page, "python"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=place,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def files_in(page: Path) -> dict[str, str]:
    """Files that a page shows: blocks that begin with their path."""
    shown = {}
    for text in blocks(page, "toml"):
        if found := re.match(r"# file: (\S+)\n", text):
            shown[found[1]] = text[found.end() :]
    return shown


def test_a_plug_in_is_found_as_told(tmp_path: Path) -> None:
    page = DOCS / "architecture.md"
    code = "\n".join(blocks(page, "python"))
    imports = code[code.index("from dataclasses") : code.index("half = ")]
    (tmp_path / "ecosystem_signatures.py").write_text(imports, encoding="utf-8")
    project = files_in(page)["pyproject.toml"]
    group, line = re.findall(r'entry-points\."(.+)"\]\n(\w+ = ".*")', project)[0]
    installed = tmp_path / "ecosystem_signatures-0.1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: ecosystem-signatures\nVersion: 0.1\n")
    (installed / "entry_points.txt").write_text(f"[{group}]\n{line.replace(chr(34), '')}\n")
    done = subprocess.run(
        [sys.executable, "-m", "ecosystem", "list", "policies"],
        env=environment(tmp_path), capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = " ".join(done.stdout.split())  # columns are as wide as the longest name
    assert "signature_standard People who are reached sign what they write alone." in told
