"""Standard normals from uniforms: the inverse of the normal distribution function, a block at a time.

The approximation is that of the Cephes library (S. L. Moshier 1989, netlib.org/cephes, function
ndtri), as in `scipy.special.ndtri`: a rational function of u - 1/2 in the middle, one of
1 / sqrt(-2 ln u) in the tails. Kernels can use this one, and the middle, nearly three of four
draws, is computed for many at once. The bits are those of scipy, but for one draw in forty million
million, which differs by 2e-15.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled

__all__ = ["BLOCK", "to_normals"]

type Floats = NDArray[np.float64]

BLOCK = 512
"""Draws that are worked on together: with what is kept beside them, half of a first-level cache of 32 KiB."""

_TAIL = 0.13533528323661269189  # exp(-2): the lower tail is up to here, the upper one the same from above
_SLOPE = 2.50662827463100050242  # sqrt(2 pi), of the inverse at one half
# Coefficients, highest power first. Cephes has another pair for u up to exp(-32), which is hardly ever
# drawn; this one errs by 2e-15 there, down to the least uniform of 2**-53.
_MIDDLE_OVER = (
    -59.9633501014107895267, 98.0010754185999661536, -56.6762857469070293439, 13.9312609387279679503,
    -1.23916583867381258016,
)  # fmt: skip
_MIDDLE_UNDER = (
    1.0, 1.95448858338141759834, 4.67627912898881538453, 86.3602421390890590575, -225.462687854119370527,
    200.260212380060660359, -82.0372256168333339912, 15.9056225126211695515, -1.18331621121330003142,
)  # fmt: skip
_TAIL_OVER = (
    4.05544892305962419923, 31.5251094599893866154, 57.1628192246421288162, 44.0805073893200834700,
    14.6849561928858024014, 2.18663306850790267539, -0.140256079171354495875, -0.0350424626827848203418,
    -0.000857456785154685413611,
)  # fmt: skip
_TAIL_UNDER = (
    1.0, 15.7799883256466749731, 45.3907635128879210584, 41.3172038254672030440, 15.0425385692907503408,
    2.50464946208309415979, -0.142182922854787788574, -0.0380806407691578277194, -0.000933259480895457427372,
)  # fmt: skip


@compiled
def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    """A polynomial by Horner's rule, coefficients of the highest power first."""
    value = coefficients[0]
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value


@compiled
def to_normals(values: Floats, at: NDArray[np.uint64], root: Floats, log: Floats) -> None:
    """Turn uniforms in (0, 1) into standard normals, in place.

    Args:
        values: shape (n,), n up to BLOCK for the sake of speed.
        at: scratch of at least n places; so are the others.
        root: scratch.
        log: scratch.
    """
    tails = np.uint64(0)
    for i in range(values.size):  # without branches: every value is written down, and those of the middle over
        u = values[i]
        at[tails], root[tails] = i, min(u, 1.0 - u)
        tails += np.uint64(not (_TAIL < u <= 1.0 - _TAIL))
    for i in range(values.size):
        y = values[i] - 0.5
        square = y * y
        bend = square * _polynomial(square, _MIDDLE_OVER) / _polynomial(square, _MIDDLE_UNDER)
        values[i] = (y + y * bend) * _SLOPE
    for i in range(tails):
        root[i] = np.sqrt(-2.0 * np.log(root[i]))
    for i in range(tails):
        log[i] = np.log(root[i])
    for i in range(tails):
        x = root[i]
        z = 1.0 / x
        root[i] = x - log[i] / x - z * _polynomial(z, _TAIL_OVER) / _polynomial(z, _TAIL_UNDER)
    for i in range(tails):  # the middle's formula has the right sign out here, too
        values[at[i]] = np.copysign(root[i], values[at[i]])
