"""Where compiled kernels are kept between runs, and whether there are any yet."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["is_empty", "set_kernel_cache"]

VARIABLE = "NUMBA_CACHE_DIR"
PACKAGE = Path(__file__).resolve().parents[1]


def set_kernel_cache() -> None:
    """Have numba keep kernels in a folder of the user's where it cannot keep them beside the source.

    numba looks at the variable when it is imported, so this has to come first. Without a place to
    write it would refuse to compile.
    """
    if VARIABLE in os.environ or os.access(PACKAGE / "core", os.W_OK):
        return
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118
    folder = Path(base) / "ecosystem" / "kernels"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    os.environ[VARIABLE] = str(folder) if writable else _own_temporary_folder()


def _own_temporary_folder() -> str:
    """A folder that lives as long as this process; one with a fixed name might be somebody else's trap."""
    import atexit  # noqa: PLC0415 - seldom needed
    import shutil  # noqa: PLC0415 - seldom needed
    import tempfile  # noqa: PLC0415 - seldom needed

    folder = tempfile.mkdtemp(prefix="ecosystem-kernels-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def is_empty() -> bool:
    """Whether no kernel has been compiled yet, so that the first month will take longer."""
    root = Path(os.environ.get(VARIABLE) or PACKAGE)
    return not any(root.rglob("*.nbi"))
