"""Normals by blocks against scipy's inverse of the normal distribution function."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from ecosystem.core.normals import BLOCK, to_normals
from ecosystem.core.streams import Streams

TAIL = np.exp(-2.0)
RARE = np.exp(-32.0)  # below it scipy has another pair of polynomials


def normals(u: np.ndarray) -> np.ndarray:
    """The normals of uniforms of any number, shape (n,)."""
    values = u.copy()
    at, root, log = np.empty(u.size, np.uint64), np.empty(u.size), np.empty(u.size)
    to_normals(values, at, root, log)
    return values


def test_the_bits_are_those_of_scipy() -> None:
    # As many as a run of 10,000 people draws in a year, and more in the tails than come up by themselves.
    drawn = Streams(1).uniform("u", np.arange(400_000)) + 2.0**-54
    far = np.geomspace(1.01 * RARE, 0.5, 100_000)
    for u in (drawn, far, 1.0 - far):
        assert np.array_equal(normals(u), ndtri(u))


def test_where_the_formulas_meet_the_bits_are_those_of_scipy() -> None:
    near = np.array([0.5, TAIL, 1.0 - TAIL])
    steps = [near]
    for _ in range(4):
        steps += [np.nextafter(steps[-1], 0.0)]
    for _ in range(4):
        steps += [np.nextafter(steps[-1], 1.0)]
    u = np.concatenate(steps)
    assert np.array_equal(normals(u), ndtri(u))


def test_the_rarest_uniforms_come_out_nearly_as_in_scipy() -> None:
    u = (np.arange(np.floor(RARE * 2.0**52)) + 0.5) * 2.0**-52  # all open uniforms up to there
    assert u[-1] < RARE
    assert normals(u) == pytest.approx(ndtri(u), rel=3e-15)  # 3 times the error of Cephes itself


@pytest.mark.parametrize("columns", [0, 1, 3, BLOCK, BLOCK + 1])
def test_blocks_do_not_show(columns: int) -> None:
    keys = np.arange(2 * BLOCK + 5, dtype=np.uint64)[: 5 if columns > BLOCK else None]
    found = Streams(1).normal("n", keys, columns)
    bits = [Streams(1).bits("n", keys, ordinal) >> np.uint64(12) for ordinal in range(columns)]
    for ordinal, word in enumerate(bits):
        assert np.array_equal(found[:, ordinal], ndtri((word + 0.5) * 2.0**-52))
    assert found.shape == (keys.size, columns)
