"""Compiled code of a kernel on disk: a file for each signature, in place of numba's own cache.

That has an index and numbered files: processes that compile at the same time, each for its own signature,
would overwrite each other's index and give two files the same number. And it makes ready for compiling
before it looks, and reads what only callers in other kernels need: half of the time of loading (measured).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm  # type: ignore[import-untyped]
import numba
from numba.core import serialize
from numba.core.compiler import CompileResult
from numba.core.runtime.nrt import rtsys

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ENDING", "KernelFiles"]

ENDING = ".nbc"
"""Of the names of files with compiled code."""


class KernelFiles:
    """What numba asks for the code of a function before it compiles it, and gives what it compiled.

    Args:
        function: that is compiled.
        place: folder of its source file as it is now; see `kernel_cache`.
    """

    def __init__(self, function: Callable[..., Any], place: Path) -> None:
        """Read nothing yet."""
        self.cache_path = str(place)  # where numba looks for it
        self._start = f"{self.cache_path}/{function.__qualname__}-{function.__code__.co_firstlineno}-"

    def load_overload(self, signature: Any, context: Any) -> CompileResult | None:
        """The code for a signature; None if there is none that can be used."""
        key = _key(signature, context.codegen())
        try:
            with open(self._path(key), "rb") as file:  # noqa: PTH123 - quicker
                found, parts = pickle.load(file)  # noqa: S301 - numba keeps code so
        except (OSError, EOFError, pickle.UnpicklingError):
            return None
        if found != key:
            return None
        rtsys.initialize(context)  # with it kernels make arrays
        rebuild: Any = CompileResult._rebuild  # noqa: SLF001 - as numba's cache does
        return rebuild(context, *parts)

    def save_overload(self, signature: Any, code: Any) -> None:
        """Keep the code for a signature, whole or not at all: a full disk is no reason not to run it."""
        if code.library.has_dynamic_globals:  # addresses that hold in this process only
            return
        key = _key(signature, code.codegen)
        path = self._path(key)
        unfinished = Path(f"{path}.{os.getpid()}")
        parts = _for_python(*code._reduce())  # noqa: SLF001 - as numba's cache does
        content: bytes = serialize.dumps((key, parts))  # type: ignore[no-untyped-call]
        try:
            unfinished.write_bytes(content)
            unfinished.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def flush(self) -> None:
        """Forget all that was kept; numba asks for it when a function is to be compiled anew."""
        start = Path(self._start)
        for path in start.parent.glob(f"{start.name}*"):
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> str:
        return f"{self._start}{hashlib.blake2b(key.encode(), digest_size=8).hexdigest()}{ENDING}"


def _for_python(library: tuple[str, str, tuple[bytes, bytes]], function: Any, *rest: Any) -> tuple[Any, ...]:
    """The parts of compiled code with the names of its two functions in place of what other kernels would link."""
    name, kind, (code, _) = library
    names = (function.llvm_func_name, function.llvm_cpython_wrapper_name)
    stubs = llvm.parse_assembly("\n".join(f'define void @"{name}"() {{ ret void }}' for name in names))
    return ((name, kind, (code, stubs.as_bitcode())), function, *rest)


def _key(signature: Any, codegen: Any) -> str:
    """What code depends on beside the source: types, processor, and versions."""
    return repr((signature, codegen.magic_tuple(), numba.__version__, sys.version))
