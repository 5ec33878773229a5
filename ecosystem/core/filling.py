"""Loops that draw for many: each fills ``out``, a row for every identity key in ``who`` (n,).

``key`` is that of a decision at a step (`Streams.key`). What else is given holds one number for all rows, or one
per row. Rows do not depend on each other, so that parts of them may be filled at the same time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.core.compiled import compiled
from ecosystem.core.keyed import (
    POISSON_ONE_DRAW,
    agent_base,
    draw_bits,
    integer_from,
    open_unit,
    poisson_from,
    unit,
)
from ecosystem.core.normals import BLOCK, to_normals
from ecosystem.core.threads import parts_of, share_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    type Keys = NDArray[np.uint64]
    type Floats = NDArray[np.float64]
    type Ints = NDArray[np.int64]

__all__ = [
    "fill_bits",
    "fill_broods",
    "fill_chances",
    "fill_children",
    "fill_counts",
    "fill_integers",
    "fill_normals",
    "fill_poisson",
    "fill_rows",
    "fill_units",
    "in_parts",
]

# A count is surely 0 where u is below a bound of exp(-mean) by more than this; roundings are below 1e-14.
_CAUTION = 1e-12


def in_parts[R](
    kernel: Callable[..., R], key: np.uint64, who: Keys, given: tuple[NDArray[Any], ...], *out: Any
) -> list[R]:
    """Run a kernel of this file on all rows, shared out among threads; gives its result for each part.

    Args:
        kernel: takes ``key``, ``who``, all that is given, and ``out``.
        key: of the decision.
        who: identity keys, shape (n,).
        given: each of one number, or with a row for every key.
        out: arrays with a row for every key, written to.
    """
    if len(parts_of(len(who))) == 1:
        return [kernel(key, who, *given, *out)]

    def work(start: int, stop: int) -> R:
        part = slice(start, stop)
        theirs = (values if values.size == 1 else values[part] for values in given)
        return kernel(key, who[part], *theirs, *(column[part] for column in out))

    return share_out(work, len(who))


@compiled
def fill_bits(key: np.uint64, who: Keys, ordinals: Ints, out: Keys) -> None:
    """Random bits."""
    single = ordinals.size == 1
    for i in range(who.size):
        j = ordinals[0] if single else ordinals[i]
        out[i] = draw_bits(agent_base(key, who[i]), j)


@compiled
def fill_units(key: np.uint64, who: Keys, ordinals: Ints, out: Floats) -> None:
    """Uniforms on [0, 1)."""
    single = ordinals.size == 1
    for i in range(who.size):
        j = ordinals[0] if single else ordinals[i]
        out[i] = unit(draw_bits(agent_base(key, who[i]), j))


@compiled
def fill_rows(key: np.uint64, who: Keys, out: Floats) -> None:
    """Uniforms on [0, 1) of ordinals 0, 1, ... along the columns of ``out`` (n, columns)."""
    for i in range(out.shape[0]):
        base = agent_base(key, who[i])
        for j in range(out.shape[1]):
            out[i, j] = unit(draw_bits(base, j))


@compiled
def fill_chances(key: np.uint64, who: Keys, ordinals: Ints, p: Floats, out: NDArray[np.bool_]) -> bool:
    """Whether events of probability ``p`` happen; gives whether some p is NaN."""
    single, same, odd = ordinals.size == 1, p.size == 1, False
    for i in range(who.size):
        j = ordinals[0] if single else ordinals[i]
        chance = p[0] if same else p[i]
        odd |= np.isnan(chance)
        out[i] = unit(draw_bits(agent_base(key, who[i]), j)) < chance
    return odd


@compiled
def fill_integers(key: np.uint64, who: Keys, high: Ints, out: Ints) -> None:
    """Whole numbers in [0, high)."""
    same = high.size == 1
    for i in range(who.size):
        out[i] = integer_from(unit(draw_bits(agent_base(key, who[i]), 0)), high[0] if same else high[i])


@compiled
def fill_normals(key: np.uint64, who: Keys, out: Floats) -> None:
    """Standard normals of ordinals 0, 1, ... along the columns of ``out`` (n, columns)."""
    columns = out.shape[1]
    rows = max(1, BLOCK // max(1, columns))  # of a block, which stays in the nearest cache
    values, at = np.empty(rows * columns), np.empty(rows * columns, np.uint64)
    root, log = np.empty(rows * columns), np.empty(rows * columns)
    for start in range(0, who.size, rows):
        stop = min(start + rows, who.size)
        for i in range(start, stop):
            base = agent_base(key, who[i])
            for j in range(columns):
                values[(i - start) * columns + j] = open_unit(draw_bits(base, j))
        to_normals(values[: (stop - start) * columns], at, root, log)
        for i in range(start, stop):
            for j in range(columns):
                out[i, j] = values[(i - start) * columns + j]


@compiled
def fill_poisson(key: np.uint64, who: Keys, mean: Floats, out: Ints) -> None:
    """Poisson counts."""
    same, zero, lot, unsure = mean.size == 1, np.uint64(0), np.empty(BLOCK), np.empty(BLOCK, np.uint64)
    for start in range(0, who.size, BLOCK):
        size, doubts = min(BLOCK, who.size - start), 0
        names, counts = who[start : start + size], out[start : start + size]
        means = mean if same else mean[start : start + size]
        for k in range(np.uint64(size)):
            lot[k] = unit(draw_bits(agent_base(key, names[k]), 0))
        for k in range(np.uint64(size)):
            # Mostly 0, and then without an exponential: exp(-m) is at least the first terms of its series.
            m, counts[k], unsure[doubts] = means[zero if same else k], 0, k
            doubts += lot[k] >= 1.0 - m * (1.0 - m * (0.5 - m / 6.0)) - _CAUTION
        for k in unsure[:doubts]:
            m, base = means[zero if same else k], agent_base(key, names[k])
            parts = max(1, int(np.ceil(m / POISSON_ONE_DRAW)))
            for j in range(parts):
                counts[k] += poisson_from(unit(draw_bits(base, j)), m / parts)


@compiled
def fill_counts(key: np.uint64, who: Keys, sums: Floats, out: Ints) -> None:
    """Counts of one distribution: how many of its running ``sums`` each uniform has reached."""
    cells = 1024  # of the guide to where to begin; a power of two, so that u * cells is exact
    guide, at = np.empty(cells, np.int64), 0
    for cell in range(cells):
        while at < sums.size and cell / cells >= sums[at]:
            at += 1
        guide[cell] = at
    for i in range(who.size):
        u = unit(draw_bits(agent_base(key, who[i]), 0))
        at = guide[np.int64(u * cells)]
        while at < sums.size and u >= sums[at]:
            at += 1
        out[i] = at


@compiled
def fill_children(step: np.uint64, parents: Keys, ordinals: Ints, out: Keys) -> None:
    """Keys of what parents make at a step."""
    single = ordinals.size == 1
    for i in range(parents.size):
        out[i] = draw_bits(agent_base(parents[i], step), ordinals[0] if single else ordinals[i])


@compiled
def fill_broods(step: np.uint64, parents: Keys, counts: Ints, rows: Ints, ordinals: Ints, out: Keys) -> None:
    """As :func:`fill_children`, of ``counts`` children each, parent by parent; ``rows`` are those of their parents."""
    at = np.uint64(0)
    for parent in range(np.uint64(parents.size)):
        if counts[parent] == 0:  # mostly
            continue
        base = agent_base(parents[parent], step)
        for ordinal in range(np.uint64(counts[parent])):
            rows[at], ordinals[at], out[at] = parent, ordinal, draw_bits(base, ordinal)
            at += np.uint64(1)
