"""Compiled kernels are kept where they can be, used only by the source they were compiled from, and announced."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecosystem.core import kernel_cache

CORE = Path(kernel_cache.__file__).parent
INNER = """
from ecosystem.core.compiled import compiled

@compiled
def inner(x):
    return x + 1
"""
OUTER = """
from ecosystem.core.compiled import compiled
from ecosystem.core.inner import inner

@compiled
def outer(x):
    return 10 * inner(x)

def work(x):
    return outer(x)
"""

type Call = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """A package of that name with two kernels, one of which calls the other; runs code in it."""
    package = tmp_path / "ecosystem"
    (package / "core").mkdir(parents=True)
    for folder in (package, package / "core"):
        (folder / "__init__.py").touch()  # or an installed package would come before it
    for name in ("compiled.py", "kernel_cache.py", "kernel_files.py"):
        shutil.copy(CORE / name, package / "core")
    (package / "core" / "inner.py").write_text(INNER)
    (package / "core" / "outer.py").write_text(OUTER)
    surroundings = {name: value for name, value in os.environ.items() if name != kernel_cache.VARIABLE}

    def run(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=surroundings | {"PYTHONPATH": str(tmp_path)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip

    return run


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing remembered of folders, before and after."""

    def forget() -> None:
        for remembering in (kernel_cache.folder, kernel_cache._read, kernel_cache._own_temporary_place):
            remembering.cache_clear()

    forget()
    yield
    forget()


def test_a_change_in_a_kernel_reaches_those_that_call_it_from_other_files(call: Call, tmp_path: Path) -> None:
    code = "from ecosystem.core.outer import outer; print(outer(2))"
    first, second = call(code), call(code)
    assert (first.stdout, second.stdout) == ("30\n", "30\n")
    assert "compiling" in first.stderr
    assert second.stderr == ""
    inner = tmp_path / "ecosystem" / "core" / "inner.py"
    inner.write_text(INNER.replace("+ 1", "+ 5"))
    assert call(code).stdout == "70\n"
    inner.write_text(INNER)
    back = call(code)
    assert (back.stdout, back.stderr) == ("30\n", "")  # what was compiled at first is still there
    assert len(list((tmp_path / "ecosystem" / "__pycache__").glob("ecosystem-outer-*"))) == 2


def test_each_signature_has_a_file_that_processes_at_once_write_whole(call: Call, tmp_path: Path) -> None:
    code = (
        "import multiprocessing\n"
        "from ecosystem.core.outer import work\n"
        "with multiprocessing.get_context('fork').Pool(4) as pool:\n"
        "    print(pool.map(work, [2, 0.5, True, 1j], chunksize=1))\n"
    )
    found = "[30, 15.0, 20, (10+10j)]\n"
    assert call(code).stdout == found
    files = sorted((tmp_path / "ecosystem" / "__pycache__").rglob("*.nbc"))
    assert len(files) == 4  # of the inner kernel none: it is a part of the outer one
    assert not list((tmp_path / "ecosystem" / "__pycache__").rglob("*.nbi"))
    before = [path.stat().st_mtime_ns for path in files]
    assert call(code).stdout == found
    assert [path.stat().st_mtime_ns for path in files] == before  # read, not written again


@pytest.mark.parametrize("damage", ["cut", "empty", "another"])
def test_a_file_that_is_damaged_or_of_something_else_is_not_used(call: Call, tmp_path: Path, damage: str) -> None:
    code = "from ecosystem.core.outer import outer; print(outer(2), outer(0.5))"
    assert call(code).stdout == "30 15.0\n"
    one, other = sorted((tmp_path / "ecosystem" / "__pycache__").rglob("*.nbc"))
    content = one.read_bytes()
    one.write_bytes({"cut": content[: len(content) // 2], "empty": b"", "another": other.read_bytes()}[damage])
    assert call(code).stdout == "30 15.0\n"
    assert one.read_bytes() not in (b"", content[: len(content) // 2], other.read_bytes())  # it was written again


def test_where_code_cannot_be_kept_it_is_used_all_the_same(call: Call) -> None:
    done = call(
        "import shutil\n"
        "from ecosystem.core import kernel_cache, outer\n"
        "outer.outer._dispatcher  # asks for the folder\n"
        "shutil.rmtree(kernel_cache.folder(outer.__file__))\n"
        "print(outer.outer(2))\n"
    )
    assert done.stdout == "30\n"


def test_workers_leave_it_to_their_parent_to_say_that_kernels_are_compiled(call: Call) -> None:
    done = call(
        "import multiprocessing\n"
        "from ecosystem.core.outer import work\n"
        "with multiprocessing.get_context('fork').Pool(1) as pool:\n"
        "    print(pool.map(work, [2]))\n"
    )
    assert (done.stdout, done.stderr) == ("[30]\n", "")


def test_nothing_is_said_where_silence_was_asked_for(call: Call) -> None:
    done = call("from ecosystem.core import outer, kernel_cache; kernel_cache.keep_silent(); print(outer.outer(2))")
    assert (done.stdout, done.stderr) == ("30\n", "")


@pytest.mark.usefixtures("fresh")
def test_a_place_that_cannot_be_written_to_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(kernel_cache.VARIABLE, str(tmp_path / "file"))
    monkeypatch.setattr(kernel_cache, "PACKAGE", tmp_path / "file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert kernel_cache.folder(__file__).parent == tmp_path / "caches" / "ecosystem" / "kernels"
    assert kernel_cache.folder(__file__).is_dir()


@pytest.mark.usefixtures("fresh")
def test_without_any_place_kernels_go_where_only_this_process_looks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(kernel_cache.VARIABLE, str(tmp_path))  # set back afterwards
    monkeypatch.setattr(kernel_cache, "_places", list)
    first, second = kernel_cache.folder(__file__), kernel_cache.folder(kernel_cache.__file__)
    assert first.parent == second.parent != tmp_path
    assert os.environ[kernel_cache.VARIABLE] == str(first.parent)  # so that processes started from here share it
    shutil.rmtree(first.parent)


@pytest.mark.usefixtures("fresh")
def test_folders_that_have_not_been_used_for_longest_are_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(kernel_cache.VARIABLE, str(tmp_path))
    family = f"ecosystem-{Path(__file__).stem}"
    for age in range(12):
        other = tmp_path / f"{family}-{age:016x}"
        other.mkdir()
        os.utime(other, (1e9 - age, 1e9 - age))
    (tmp_path / "ecosystem-streams-0123456789abcdef").mkdir()
    used = kernel_cache.folder(__file__)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {used.name, "ecosystem-streams-0123456789abcdef"} | {f"{family}-{age:016x}" for age in range(7)}
    assert used.stat().st_mtime > 1e9
