"""Kernels at their border with Python."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from ecosystem.core.compiled import compiled, compiled_bits, plain


@compiled
def share(a: float, b: float) -> float:
    return a / b


@compiled_bits
def doubled(x: np.uint64) -> np.uint64:
    return np.uint64(x) * np.uint64(2)


@compiled
def doubled_all(x: Any) -> None:
    for i in range(x.size):
        x[i] = doubled(x[i])


def test_division_by_zero_follows_ieee_754() -> None:
    assert share(1.0, 0.0) == np.inf
    assert np.isnan(share(0.0, 0.0))


def test_words_of_any_size_pass_the_border_in_any_order() -> None:
    for x in (1, 2**63, 2**63 + 5, np.uint64(2**64 - 1), np.int64(3)):
        found = doubled(x)  # type: ignore[arg-type]
        assert isinstance(found, np.uint64)
        assert int(found) == 2 * int(x) % 2**64


def test_kernels_call_each_other_on_words() -> None:
    words = np.array([1, 2**63 + 5], np.uint64)
    doubled_all(words)
    assert words.tolist() == [2, 10]


def test_plain_arrays_are_copied_only_if_they_must_be() -> None:
    array = np.arange(6.0)
    assert plain(array, np.float64) is array
    frozen = array.copy()
    frozen.flags.writeable = False
    for other in (frozen, array[::2], array.astype(np.float32), [0.0, 2.0]):
        found = plain(other, np.float64)
        assert found.flags.c_contiguous
        assert found.flags.writeable
        assert np.array_equal(found, other)


@pytest.mark.parametrize("module", ["clock", "parameters", "registry", "table"])
def test_what_needs_no_kernel_does_not_load_numba(module: str) -> None:
    code = f"import sys, ecosystem.core.{module}; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
