"""One way to compile a kernel, so that every kernel is cached, free of the GIL and typed.

numba itself is imported when the first kernel is called: what only reads scenarios never waits for it.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ecosystem.core import kernel_cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class Kernel:
    """A function to be compiled: by numba when it is first called, or when a kernel that calls it is.

    Args:
        function: what to compile.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        """Compile nothing yet."""
        functools.update_wrapper(self, function)
        self._function = function

    def __call__(self, *args: Any) -> Any:
        """Call the compiled function."""
        return self._dispatcher(*args)

    @functools.cached_property
    def _dispatcher(self) -> Any:
        """The function for callers in Python: an object that loads or compiles it for the types it is called with."""
        with _one_at_a_time:
            if "_dispatcher" not in self.__dict__:  # else two threads would make one each
                self.__dict__["_dispatcher"] = _kept(self._function)
        return self.__dict__["_dispatcher"]

    @functools.cached_property
    def _part(self) -> Any:
        """The function for other kernels. Its code becomes a part of theirs, so that alone it is not kept."""
        return _jit(self._function, no_cpython_wrapper=True)

    @property
    def _numba_type_(self) -> Any:
        """How numba sees this object in another kernel: as the compiled function."""
        return self._part._numba_type_


class BitsKernel(Kernel):
    """A kernel of unsigned 64-bit numbers, which plain Python gives and gets as np.uint64."""

    def __call__(self, *args: Any) -> Any:
        """Call the compiled function on words."""
        result = self._dispatcher(*map(np.uint64, args))
        return np.uint64(result) if isinstance(result, int) else result


_one_at_a_time = threading.RLock()


def _kept(function: Callable[..., Any]) -> Any:
    """A function for callers in Python, whose code is kept on disk."""
    from ecosystem.core.kernel_files import KernelFiles  # noqa: PLC0415 - imports numba

    file = function.__code__.co_filename
    kernel_cache.announce(file)
    found = _jit(function)
    found._cache = KernelFiles(function, kernel_cache.folder(file))  # noqa: SLF001 - in place of numba's own
    return found


def _jit(function: Callable[..., Any], **options: bool) -> Any:
    """Hand a function to numba: GIL released, IEEE division, no fast math.

    Without the wrapper for callers from C, of whom there are none: it takes a tenth of the time to compile.
    """
    import numba  # noqa: PLC0415 - slow to import

    njit: Any = numba.njit  # its stubs lack an option
    return njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True, **options)(function)


def compiled[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function when it is first called.

    A count that is handed on to another kernel starts as np.int64(0): for a bare 0 numba would compile the
    other kernel once more, for that constant. A kernel does not call itself: it would meet itself as a part.

    The result keeps the type of the function, so that kernels are checked like plain Python.
    """
    return cast("Callable[P, R]", Kernel(function))


def compiled_bits[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of unsigned 64-bit numbers, for kernels and for plain Python alike.

    numba takes and gives Python's whole numbers at its border, and refuses those of 2**63 and more
    once it has met a smaller one. Here both sides of the border are np.uint64.
    """
    return cast("Callable[P, R]", BitsKernel(function))


def plain[S: np.generic](values: Any, dtype: type[S]) -> NDArray[S]:
    """An array as kernels are compiled for: of one dtype, contiguous and writable.

    A read-only or strided array would have numba compile every kernel it meets once more.
    """
    if type(values) is np.ndarray and values.dtype is np.dtype(dtype) and values.flags.carray:
        return values  # mostly, and quick to see
    return np.require(values, dtype, ("C", "W"))
