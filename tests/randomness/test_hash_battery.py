"""A battery of statistical tests on the hash behind the streams.

The draws are looked at in the orders in which a model uses them: along one agent, across agents,
steps and decisions, and as keys of what agents make. Every test gives a p-value, two-sided where too
good a fit is a defect too. All p-values together fail for an ideal hash with a chance of ALARM at
most (Bonferroni). Sources of the tests: D. E. Knuth, The Art of Computer Programming 2, section 3.3;
P. L'Ecuyer and R. Simard, "On the performance of birthday spacings tests with certain families of
random number generators", Mathematics and Computers in Simulation 55 (2001),
doi:10.1016/S0378-4754(00)00253-6.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from ecosystem.core.compiled import compiled
from ecosystem.core.streams import GOLDEN, ODD, Streams, child_keys, mix64, name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    type Words = NDArray[np.uint64]
    type Mix = Callable[[Words], Words]

ALARM = 1e-4  # of the whole battery: one change of the hash in ten thousand fails by bad luck
# 34 million draws in each of 8 orders, 270 million in all: shows (at six standard errors) a bit set
# with a chance of 0.5005, cells of 65,536 whose chances are off by 1 % rms, and a correlation of
# 0.03 between any two of 128 streams.
SIZE = 2**25
SMALL = 2**21  # enough to catch a bad hash
CHUNK = 2**20
SEED, DECISION = 2024, "vote"
BIRTHDAYS, DAYS = 4096, 2**32  # mean repeated spacings: 4096**3 / (4 * 2**32) = 4
_HALF, _CELLS = np.uint64(32), 2**16


# The hash, in terms of its finaliser


@compiled
def _mix_all(x: Words, out: Words) -> None:
    for i in range(x.size):
        out[i] = mix64(x[i])


def sound(x: Words) -> Words:
    """The finaliser in use."""
    out = np.empty_like(x)
    _mix_all(x, out)
    return out


def counter(x: Words) -> Words:
    """No finaliser: a bare counter."""
    return x


def one_round(x: Words) -> Words:
    """The first of the two rounds only."""
    return (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)


def words(x: Any) -> Words:
    return np.atleast_1d(np.asarray(x)).astype(np.uint64)


def under(mix: Mix, key: Any, who: Any) -> Words:
    """`agent_base` for any finaliser."""
    return mix(words(key) + words(who) * ODD)


def drawn(mix: Mix, base: Any, j: Any) -> Words:
    """`draw_bits` for any finaliser."""
    return mix(words(base) + (words(j) + np.uint64(1)) * GOLDEN)


DECISIONS = np.array([name_key(SEED, f"decision {i}") for i in range(1024)], np.uint64)
PART = name_key(SEED, DECISION)


def orders(mix: Mix) -> dict[str, Callable[[Words], Words]]:
    """Draws by their place in a sequence, in the orders of use."""
    key = drawn(mix, PART, 0)

    def keys_of_items(i: Words) -> Words:
        return drawn(mix, under(mix, i >> np.uint64(2), 5), i & np.uint64(3))

    return {
        "along an agent": lambda i: drawn(mix, under(mix, key, 7), i),
        "across agents": lambda i: drawn(mix, under(mix, key, i), 0),
        "agents with 8 draws": lambda i: drawn(mix, under(mix, key, i >> np.uint64(3)), i & np.uint64(7)),
        "across steps": lambda i: drawn(mix, under(mix, drawn(mix, PART, i), 7), 0),
        "agents at 64 steps": lambda i: drawn(
            mix, under(mix, drawn(mix, PART, i & np.uint64(63)), i >> np.uint64(6)), 0
        ),
        "across decisions": lambda i: drawn(
            mix, under(mix, drawn(mix, DECISIONS[i % np.uint64(1024)], 3), i // np.uint64(1024)), 0
        ),
        "keys of items": keys_of_items,
        "draws of items": lambda i: drawn(mix, under(mix, key, keys_of_items(i)), 0),
    }


def test_the_battery_looks_at_the_hash_in_use() -> None:
    i = np.arange(5000, dtype=np.uint64)
    found = {name: draw(i) for name, draw in orders(sound).items()}
    streams = Streams(SEED)
    assert np.array_equal(found["along an agent"], streams.bits(DECISION, np.full(5000, 7), i))
    assert np.array_equal(found["across agents"], streams.bits(DECISION, i))
    assert np.array_equal(found["agents with 8 draws"], streams.bits(DECISION, i // 8, i % 8))
    items = child_keys(i // 4, 5, i % 4)
    assert np.array_equal(found["keys of items"], items)
    assert np.array_equal(found["draws of items"], streams.bits(DECISION, items))
    for place in range(0, 5000, 97):
        later = Streams(SEED, step=place)
        assert later.bits(DECISION, [7])[0] == found["across steps"][place]
        later.step = place % 64
        assert later.bits(DECISION, [place // 64])[0] == found["agents at 64 steps"][place]
        later.step = 3
        other = later.bits(f"decision {place % 1024}", [place // 1024])[0]
        assert other == found["across decisions"][place]


# Tests on one sequence


@compiled
def _tally(x: Words, top: Any, low: Any, top_pairs: Any, low_pairs: Any, bits: Any, flips: Any) -> None:
    """Count high and low halves-of-halves, pairs of neighbours, set bits, and bits that differ."""
    for i in range(x.size // 2):
        a, b = x[2 * i], x[2 * i + 1]
        for word in (a, b):
            top[word >> np.uint64(48)] += 1
            low[word & np.uint64(65535)] += 1
            for bit in range(64):
                bits[bit] += np.int64((word >> np.uint64(bit)) & np.uint64(1))
        top_pairs[((a >> np.uint64(56)) << np.uint64(8)) | (b >> np.uint64(56))] += 1
        low_pairs[((a & np.uint64(255)) << np.uint64(8)) | (b & np.uint64(255))] += 1
        differing = a ^ b
        count = 0
        while differing:
            differing &= differing - np.uint64(1)
            count += 1
        flips[count] += 1


@compiled
def _spacings(x: Words, top: bool) -> int:  # noqa: FBT001 - kernels take no keywords
    """Repeated spacings among birthdays, summed over years; the days are 32 bits of each word."""
    repeats = 0
    for year in range(x.size // BIRTHDAYS):
        days = np.empty(BIRTHDAYS, np.int64)
        for i in range(BIRTHDAYS):
            word = x[year * BIRTHDAYS + i]
            days[i] = np.int64(word >> _HALF) if top else np.int64(word & np.uint64(0xFFFFFFFF))
        days.sort()
        gaps = np.diff(days)
        gaps.sort()
        for i in range(1, gaps.size):
            repeats += int(gaps[i] == gaps[i - 1])
    return repeats


def two_sided(below: float, above: float) -> float:
    return min(1.0, 2 * min(below, above))


def chi_square(counts: Any, expected: Any) -> float:
    value, freedom = float(((counts - expected) ** 2 / expected).sum()), counts.size - 1
    return two_sided(float(stats.chi2.cdf(value, freedom)), float(stats.chi2.sf(value, freedom)))


def largest(z: Any) -> float:
    """The p-value of the largest of many normal deviates."""
    return min(1.0, 2.0 * int(z.size) * float(stats.norm.sf(np.abs(z).max())))


def on_sequence(draw: Callable[[Words], Words], size: int) -> Iterator[tuple[str, float]]:
    """Uniformity, bit frequencies, pairs, differences and birthday spacings of one order."""
    shapes = (_CELLS, _CELLS, _CELLS, _CELLS, 64, 65)
    top, low, top_pairs, low_pairs, bits, flips = tallies = [np.zeros(n, np.int64) for n in shapes]
    repeats, years = [0, 0], 0
    for start in range(0, size, CHUNK):
        x = draw(np.arange(start, start + CHUNK, dtype=np.uint64))
        _tally(x, *tallies)
        if years < size // 4 // BIRTHDAYS:
            years += CHUNK // BIRTHDAYS
            repeats = [repeats[0] + _spacings(x, True), repeats[1] + _spacings(x, False)]
    yield "high bits uniform", chi_square(top, size / _CELLS)
    yield "low bits uniform", chi_square(low, size / _CELLS)
    yield "pairs of high bits", chi_square(top_pairs, size / 2 / _CELLS)
    yield "pairs of low bits", chi_square(low_pairs, size / 2 / _CELLS)
    yield "bit frequencies", largest((bits - size / 2) / math.sqrt(size / 4))
    share = stats.binom.pmf(np.arange(65), 64, 0.5)
    middle = share * size / 2 >= 20  # the rare ends are joined
    seen = np.r_[flips[middle], flips[~middle].sum()]
    yield "differing bits", chi_square(seen, np.r_[share[middle], share[~middle].sum()] * size / 2)
    mean = years * BIRTHDAYS**3 / (4 * DAYS)
    for half, count in zip(("high", "low"), repeats, strict=True):
        below, above = stats.poisson.cdf(count, mean), stats.poisson.sf(count - 1, mean)
        yield f"birthday spacings, {half} half", two_sided(float(below), float(above))


# Tests on many streams at once


def on_streams(mix: Mix, length: int, streams: int = 128) -> Iterator[tuple[str, float]]:
    """Correlations between all pairs of streams that differ in one of their coordinates."""
    i, t = np.arange(streams)[:, None], np.arange(length)[None, :]
    grid = np.zeros((streams, length), np.int64)
    rows, columns = (i + grid).ravel(), (t + grid).ravel()
    steps = drawn(mix, PART, rows)
    key = drawn(mix, PART, 0)
    families = {
        "agents": drawn(mix, under(mix, key, rows), columns),
        "draws": drawn(mix, under(mix, key, columns), rows),
        "steps": drawn(mix, under(mix, steps, columns), 0),
        "decisions": drawn(mix, under(mix, drawn(mix, DECISIONS[rows], 0), columns), 0),
    }
    for name, x in families.items():
        u = (x >> np.uint64(11)) * 2.0**-53
        signs = {"values": (u - 0.5) * math.sqrt(12), "low bits": 2.0 * (x & np.uint64(1)) - 1}
        for what, values in signs.items():
            table = values.reshape(streams, length)
            z = (table @ table.T)[np.triu_indices(streams, 1)] / math.sqrt(length)
            yield f"correlations of {what} between {name}", largest(z)


@compiled
def _count_bits(x: Words, counts: Any) -> None:
    for word in x:
        for bit in range(64):
            counts[bit] += np.int64((word >> np.uint64(bit)) & np.uint64(1))


def avalanche(mix: Mix, size: int) -> Iterator[tuple[str, float]]:
    """Flip each bit of an input: every bit of the draw should change half of the time."""
    i = np.arange(size, dtype=np.uint64)
    key, who, ordinal = (sound(i * np.uint64(3) + np.uint64(part)) for part in range(3))
    ordinal >>= _HALF
    before = drawn(mix, under(mix, key, who), ordinal)
    for name, width in (("key", 64), ("who", 64), ("ordinal", 20)):
        counts = np.zeros((width, 64), np.int64)
        for bit in range(width):
            flip = np.uint64(1) << np.uint64(bit)
            k, w, j = (v ^ flip if name == n else v for n, v in (("key", key), ("who", who), ("ordinal", ordinal)))
            _count_bits(before ^ drawn(mix, under(mix, k, w), j), counts[bit])
        z = (counts - size / 2) / math.sqrt(size / 4)
        yield f"avalanche of {name}, worst bit", largest(z)
        value = float((z**2).sum())
        tails = stats.chi2.cdf(value, z.size), stats.chi2.sf(value, z.size)
        yield f"avalanche of {name}, all bits", two_sided(*map(float, tails))


def battery(mix: Mix, size: int) -> dict[str, float]:
    """All p-values by the name of the test."""
    found = {f"{order}: {name}": p for order, draw in orders(mix).items() for name, p in on_sequence(draw, size)}
    return found | dict(on_streams(mix, size // 512)) | dict(avalanche(mix, size // 128))


def failures(found: dict[str, float]) -> dict[str, float]:
    return {name: p for name, p in found.items() if not p > ALARM / len(found)}


@pytest.mark.slow
def test_the_hash_passes_every_test() -> None:
    assert failures(battery(sound, SIZE)) == {}


@pytest.mark.slow
def test_item_keys_do_not_collide() -> None:
    # 20 million keys of 64 bits: an ideal hash has a pair with a chance of 1.1e-5.
    n = 5_000_000
    keys = [child_keys(np.arange(n) // 4, step, np.arange(n) % 4) for step in range(4)]
    ordered = np.sort(np.concatenate(keys))
    assert (ordered[1:] != ordered[:-1]).all()


@pytest.mark.slow
def test_the_battery_catches_a_missing_finaliser() -> None:
    caught = failures(battery(counter, SMALL))
    for family in (*orders(counter), "correlations", "avalanche"):
        assert any(name.startswith(family) for name in caught), family


@pytest.mark.slow
def test_the_battery_catches_half_a_finaliser() -> None:
    caught = failures(battery(one_round, SMALL))
    for family in ("along an agent", "keys of items", "correlations", "avalanche"):
        assert any(name.startswith(family) for name in caught), family
