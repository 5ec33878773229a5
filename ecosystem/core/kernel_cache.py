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
import re
import sys
from pathlib import Path

__all__ = ["announce", "folder", "is_empty", "keep_silent"]

VARIABLE = "NUMBA_CACHE_DIR"
"""Environment variable of numba's: where the user wants compiled kernels to be kept."""
PACKAGE = Path(__file__).resolve().parents[1]
FORMAT = PACKAGE / "core" / "kernel_files.py"
"""What says how compiled kernels are written down."""
IMPORT = re.compile(r"^from (ecosystem(?:\.\w+)*) import (.*)$", re.MULTILINE)
KEPT = 8
"""Folders kept of each file. assumption: a few branches and releases in turn; all of one take some 5 MB together."""
SECONDS = 15
"""What a first run spends on compiling. Measured: 10 s on two processors, 15 s on one, for scenarios/baseline.toml."""


@functools.cache
def folder(file: str) -> Path:
    """The folder for the kernels of a source file, made where needed; those not used for longest are removed."""
    family = f"ecosystem-{Path(file).stem}"
    name = f"{family}-{_version(file)}"
    for place in _places():
        with contextlib.suppress(OSError):
            if not (place / name).is_dir():
                (place / name).mkdir(parents=True, exist_ok=True)
                _tidy(place, family)
            if os.access(place / name, os.W_OK):
                os.utime(place / name)  # it is in use
                return place / name
    return _own_temporary_place() / name


def is_empty(file: str) -> bool:
    """Whether no kernel of a source file, as it is now, has been compiled."""
    return next(folder(file).glob("*.nbc"), None) is None


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
    """A hash (BLAKE2b) of a source file, of FORMAT, and of what they import from the package, directly or not."""
    digests, seen = [], {Path(file).resolve(), FORMAT}
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


def _tidy(place: Path, family: str) -> None:
    """Remove those folders of the family of a new one that have not been used for longest."""
    with contextlib.suppress(OSError):  # another process may be doing the same
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
