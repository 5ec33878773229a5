"""Where compiled kernels are kept, and what is said when they have to be compiled.

numba notices a change of the file that holds a kernel, not of the files whose kernels and constants it
uses. So each such file has a folder named after its contents and those of all files that it imports: with
any of them changed it is another folder, and what was compiled before is not used.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pickle
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["announce", "attach", "folder", "is_empty", "keep_silent"]

VARIABLE = "NUMBA_CACHE_DIR"
"""Environment variable of numba's: where the user wants compiled kernels to be kept."""
PACKAGE = Path(__file__).resolve().parents[1]
IMPORT = re.compile(r"^from (ecosystem(?:\.\w+)*) import (.*)$", re.MULTILINE)
KEPT = 8
"""Folders kept of each file. assumption: a few branches and releases in turn; all of one take some 5 MB together."""
SECONDS = 15
"""What a first run spends on compiling. Measured: 10 s on two processors, 15 s on one, for scenarios/baseline.toml."""

ENDING = ".nbc"
"""Of the names of files with compiled kernels."""


def attach(dispatcher: Any, function: Callable[..., Any]) -> None:
    """Have numba keep what it compiles of a function, and look there before it compiles.

    Args:
        dispatcher: what numba made of the function.
        function: that was compiled.
    """
    import numba  # noqa: PLC0415 - slow to import

    place = folder(function.__code__.co_filename)
    numba.config.CACHE_DIR = str(place)  # type: ignore[attr-defined]  # set as numba is imported
    dispatcher.enable_caching()
    dispatcher._cache._cache_file = _Files(place, function)  # noqa: SLF001 - see there


class _Files:
    """Compiled code of a function: a file for each signature, in place of numba's index and numbered files.

    Processes that compile at the same time, each for its own signature, would overwrite each other's index
    and give two files the same number. And half as many files are read.
    """

    def __init__(self, place: Path, function: Callable[..., Any]) -> None:
        self._start = str(place / f"{function.__qualname__}-{function.__code__.co_firstlineno}-")

    def load(self, key: object) -> Any:
        """What was saved under a key (signature, processor and code); None if nothing was."""
        try:
            with open(self._path(key), "rb") as file:  # noqa: PTH123 - quicker
                found, data = pickle.load(file)  # noqa: S301 - numba keeps code so
        except (OSError, EOFError, pickle.UnpicklingError):
            return None
        return data if found == key else None

    def save(self, key: object, data: object) -> None:
        """Keep data under a key, whole or not at all."""
        from numba.core import serialize  # noqa: PLC0415 - slow to import

        path = self._path(key)
        unfinished = f"{path}.{os.getpid()}"
        Path(unfinished).write_bytes(serialize.dumps((key, data)))  # type: ignore[no-untyped-call]
        os.replace(unfinished, path)  # noqa: PTH105 - quicker

    def flush(self) -> None:
        """Forget all that was saved; numba asks for it when a function is compiled anew."""
        start = Path(self._start)
        for path in start.parent.glob(f"{start.name}*"):
            path.unlink(missing_ok=True)

    def _path(self, key: object) -> str:
        import numba  # noqa: PLC0415 - slow to import

        text = repr((numba.__version__, sys.version, key))
        return f"{self._start}{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}{ENDING}"


@functools.cache
def folder(file: str) -> Path:
    """The folder for the kernels of a source file, made where needed; those not used for longest are removed."""
    family = f"ecosystem-{Path(file).stem}"
    name = f"{family}-{_version(file)}"
    for place in _places():
        with contextlib.suppress(OSError):
            (place / name).mkdir(parents=True, exist_ok=True)
            if os.access(place / name, os.W_OK):
                _tidy(place, family, name)
                return place / name
    return _own_temporary_place() / name


def is_empty(file: str) -> bool:
    """Whether no kernel of a source file, as it is now, has been compiled."""
    return next(folder(file).rglob(f"*{ENDING}"), None) is None


@functools.cache
def announce(file: str) -> None:
    """Say on standard error, once, that kernels will be compiled, if those of a source file have not been."""
    if not _spoken and is_empty(file) and not _is_worker():
        keep_silent()
        sys.stderr.write(f"compiling what is new to this machine: some {SECONDS} s in all, this once\n")
        sys.stderr.flush()


def keep_silent() -> None:
    """Say nothing about compiling in this process and those that are forked from it."""
    _spoken.append(True)


_spoken: list[bool] = []


def _is_worker() -> bool:
    """Whether this is a worker process, which leaves the talking to the one that started it."""
    import multiprocessing  # noqa: PLC0415 - needed only here

    return multiprocessing.parent_process() is not None


def _places() -> list[Path]:
    """Where folders may be, the best first: as the user says, beside the source, among the user's caches."""
    named = os.environ.get(VARIABLE)
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118
    return [*([Path(named)] if named else []), PACKAGE / "__pycache__", Path(caches) / "ecosystem" / "kernels"]


def _version(file: str) -> str:
    """A hash of a source file and of all files of the package that it imports, directly or not (BLAKE2b)."""
    digests, seen = [], {Path(file).resolve()}
    waiting = list(seen)
    while waiting:
        digest, imported = _read(waiting.pop())
        digests.append(digest)
        waiting += imported - seen
        seen |= imported
    return hashlib.blake2b(b"".join(sorted(digests)), digest_size=8).hexdigest()


@functools.cache
def _read(path: Path) -> tuple[bytes, frozenset[Path]]:
    """A hash of a file, and the files of the package that it imports at its top."""
    content, imported = path.read_bytes(), list[Path]()
    for module, names in IMPORT.findall(content.decode()):
        place = PACKAGE.parent.joinpath(*module.split("."))
        if place.is_dir():
            imported += [place / "__init__.py", *(place / f"{name.strip()}.py" for name in names.split(","))]
        else:
            imported.append(place.with_suffix(".py"))
    return hashlib.blake2b(content).digest(), frozenset(path for path in imported if path.exists())


def _tidy(place: Path, family: str, name: str) -> None:
    """Note that a folder is in use, and remove those of its family that have not been used for longest."""
    with contextlib.suppress(OSError):  # another process may be doing the same
        os.utime(place / name)
        last_used = {path: path.stat().st_mtime for path in place.glob(f"{family}-{'[0-9a-f]' * 16}")}
        if len(last_used) > KEPT:
            import shutil  # noqa: PLC0415 - seldom needed

            for path in sorted(last_used, key=last_used.__getitem__)[:-KEPT]:
                shutil.rmtree(path, ignore_errors=True)


@functools.cache
def _own_temporary_place() -> Path:
    """A folder that lives as long as this process; one with a fixed name might be somebody else's trap."""
    import atexit  # noqa: PLC0415 - seldom needed
    import shutil  # noqa: PLC0415 - seldom needed
    import tempfile  # noqa: PLC0415 - seldom needed

    place = tempfile.mkdtemp(prefix="ecosystem-kernels-")
    os.environ[VARIABLE] = place  # for processes that this one starts
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return Path(place)
