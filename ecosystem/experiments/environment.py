"""What numerical libraries read from the environment when they are imported: set before that."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["ONE_THREAD", "compute_in_one_thread", "keep_kernels", "kernels_are_compiled"]

VARIABLE = "NUMBA_CACHE_DIR"
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1",
    "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1",
}  # fmt: skip
"""With these, numerical libraries compute in one thread. Several gain nothing here: replicates share
the processors, and sums would depend on how many threads share them."""
PACKAGE = Path(__file__).resolve().parents[1]


def keep_kernels() -> None:
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


def compute_in_one_thread() -> None:
    """Have libraries that are imported later compute in one thread."""
    os.environ.update(ONE_THREAD)


def kernels_are_compiled() -> bool:
    """Whether kernels have been compiled before; otherwise the first months will take longer."""
    root = Path(os.environ.get(VARIABLE) or PACKAGE)
    return any(root.rglob("*.nbi"))
