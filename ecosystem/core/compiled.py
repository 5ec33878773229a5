"""One way to compile a kernel, so that every kernel is cached, free of the GIL and typed.

numba's cache notices a change of the file that holds a kernel, not of the files whose kernels it
calls. After changing a kernel that others call, delete the `__pycache__` folders.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, cast

import numba
import numpy as np
from numba.extending import overload

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def compiled[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function with numba: cached on disk, GIL released, IEEE division, no fast math.

    The result keeps the type of the function, so that kernels are checked like plain Python.
    """
    kernel = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast("Callable[P, R]", kernel)


def compiled_bits[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of unsigned 64-bit numbers, for kernels and for plain Python alike.

    numba takes and gives Python's whole numbers at its border, and refuses those of 2**63 and more
    once it has met a smaller one. Here both sides of the border are np.uint64.
    """
    kernel: Any = compiled(function)

    @functools.wraps(function)
    def call(*args: Any) -> Any:
        result = kernel(*map(np.uint64, args))
        return np.uint64(result) if isinstance(result, int) else result

    @overload(call, strict=False)
    def _within_kernels(*_types: Any) -> Any:
        def forward(*args: Any) -> Any:
            return kernel(*args)

        return forward

    return cast("Callable[P, R]", call)


def plain[S: np.generic](values: Any, dtype: type[S]) -> NDArray[S]:
    """An array as kernels are compiled for: of one dtype, contiguous and writable.

    A read-only or strided array would have numba compile every kernel it meets once more.
    """
    return np.require(values, dtype, ("C", "W"))
