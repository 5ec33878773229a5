"""Keyed draws against plain arithmetic, scipy.stats, and their own promises.

Statistical tests use fixed seeds and fail for a sound generator with a chance of at most ALARM.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from ecosystem.core.keyed import integer_from, poisson_sums, whole_bits
from ecosystem.core.streams import (
    POISSON_LARGEST_MEAN,
    POISSON_ONE_DRAW,
    Streams,
    agent_base,
    broods,
    child_keys,
    draw_bits,
    mix64,
    name_key,
    open_unit,
    poisson_from,
    search_running,
    unit,
)
from ecosystem.core.threads import allowing

ALARM = 1e-6  # false alarms per test: with some thirty such tests, one in 30,000 changes of seed
N = 200_000  # draws: shows a shift of a mean by 0.011 standard deviations (4.9 of its errors)
WORD = 2**64
LARGEST = 1 - 2.0**-53  # the largest uniform

who = np.arange(N, dtype=np.uint64)
words = st.integers(0, WORD - 1)


def plain_mix(x: int) -> int:
    """The splitmix64 finaliser in Python's whole numbers."""
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB % WORD
    return x ^ (x >> 31)


class Fixed(Streams):
    """Streams whose every uniform is given."""

    def __init__(self, u: float) -> None:
        super().__init__(0)
        self.u = u

    def uniform(self, decision: str, who: Any, ordinal: Any = 0) -> Any:
        return np.full(super().uniform(decision, who, ordinal).shape, self.u)


def test_splitmix64_gives_its_published_values() -> None:
    # The first outputs for seed 1234567, as printed for splitmix64 at rosettacode.org.
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert [draw_bits(np.uint64(1234567), j) for j in range(3)] == expected


@settings(deadline=None)
@given(words, words, st.integers(0, 2**40))
def test_kernels_are_plain_arithmetic_modulo_2_64(x: int, y: int, j: int) -> None:
    assert mix64(np.uint64(x)) == plain_mix(x)
    base = plain_mix((x + y * 0xD1342543DE82EF95) % WORD)
    assert agent_base(np.uint64(x), np.uint64(y)) == base
    bits = plain_mix((base + (j + 1) * 0x9E3779B97F4A7C15) % WORD)
    assert draw_bits(np.uint64(base), j) == whole_bits(base, j) == bits
    assert unit(np.uint64(bits)) == (bits >> 11) / 2**53
    assert open_unit(np.uint64(bits)) == ((bits >> 12) + 0.5) / 2**52


def test_uniforms_stay_within_their_bounds() -> None:
    ends = [np.uint64(0), np.uint64(WORD - 1)]
    assert [unit(bits) for bits in ends] == [0.0, LARGEST]
    assert [open_unit(bits) for bits in ends] == [2.0**-53, LARGEST]


def test_names_have_the_same_keys_everywhere() -> None:
    # Fixed values: a change would give every scenario other draws.
    assert name_key("vote") == 16346996663361149028
    assert name_key(7, "vote") == 1124042956355861349
    names: list[tuple[str | int, ...]] = [("ab", "c"), ("a", "bc"), ("abc",), ("1",), (1,), (-1,)]
    names += [(), ("",), ("", ""), (10**30,), ("i1:1",)]
    assert len({int(name_key(*parts)) for parts in names}) == len(names)


def test_a_draw_depends_on_seed_decision_step_who_and_ordinal() -> None:
    one = Streams(1).bits("a", who)
    others = [
        Streams(2).bits("a", who),
        Streams(1).bits("b", who),
        Streams(1, step=1).bits("a", who),
        Streams(1).bits("a", who + np.uint64(N)),
        Streams(1).bits("a", who, 1),
        Streams(-1).bits("a", who),
    ]
    everything = np.sort(np.concatenate([one, *others]))
    assert (everything[1:] != everything[:-1]).all()  # a chance pair: 5e-8
    later = Streams(1)
    later.step = 1
    assert np.array_equal(later.bits("a", who), others[2])
    assert np.array_equal(Streams(1).bits("a", who), one)
    assert repr(later) == "Streams(seed=1, step=1)"


def test_draws_do_not_depend_on_the_order_or_number_of_rows() -> None:
    streams = Streams(5)
    streams.poisson("other", who, 3.0)  # what others draw changes nothing
    order = np.argsort(Streams(6).bits("shuffle", who))
    some = order[: N // 3]
    ways: list[Any] = [
        lambda keys: streams.uniform("u", keys),
        lambda keys: streams.poisson("p", keys, 4.0),
        lambda keys: streams.normal("n", keys, 3),
        lambda keys: streams.categorical("c", keys, [1.0, 2.0, 3.0]),
    ]
    for draw in ways:
        assert np.array_equal(draw(who[some]), draw(who)[some])


def test_all_ways_to_draw_a_uniform_agree() -> None:
    streams = Streams(5)
    rows: Any = streams.uniforms("u", who[:100], 4)
    assert rows.shape == (100, 4)
    for j in range(4):
        assert np.array_equal(streams.uniform("u", who[:100], j), rows[:, j])
    ordinals = np.arange(100) % 4
    assert np.array_equal(streams.uniform("u", who[:100], ordinals), rows[range(100), ordinals])
    bits = streams.bits("u", who[:100], ordinals)
    assert [unit(b) for b in bits] == rows[range(100), ordinals].tolist()
    base = agent_base(streams.key("u"), np.uint64(99))
    assert draw_bits(base, 3) == bits[99]


def test_one_row_no_row_and_rows_of_any_memory_are_drawn() -> None:
    streams = Streams(5)
    frozen = who[:10].copy()
    frozen.flags.writeable = False
    expected = streams.uniform("u", who[:10])
    assert np.array_equal(streams.uniform("u", frozen), expected)
    assert np.array_equal(streams.uniform("u", who[:10:2]), expected[::2])
    assert np.array_equal(streams.uniform("u", list(range(10))), expected)
    negative, wrapped = np.arange(10) - 10, np.arange(WORD - 10, WORD, dtype=np.uint64)
    assert np.array_equal(streams.uniform("u", negative), streams.uniform("u", wrapped))
    assert streams.uniform("u", []).shape == (0,)
    assert streams.uniforms("u", [], 3).shape == (0, 3)
    assert streams.normal("u", [], 3).shape == (0, 3)
    assert streams.poisson("u", [], 3.0).shape == (0,)
    assert streams.integers("u", [], 3).shape == (0,)
    assert streams.categorical("u", [], []).shape == (0,)
    assert streams.uniform("u", [1], [2]).shape == (1,)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda s: s.uniform("u", [0.5]), TypeError, "keys must be one row of integers"),
        (lambda s: s.uniform("u", [[1]]), TypeError, r"shape \(1, 1\)"),
        (lambda s: s.uniform("u", [1, 2], [1]), ValueError, r"ordinal has shape \(1,\); 2 rows"),
        (lambda s: s.uniform("u", [1, 2], 0.5), TypeError, "ordinal must be whole numbers"),
        (lambda s: s.chance("u", [1, 2], [0.1, math.nan]), ValueError, "p is NaN in row 1"),
        (lambda s: s.chance("u", [1, 2], [0.1]), ValueError, r"p has shape \(1,\); 2 rows"),
        (lambda s: s.poisson("u", [1, 2], [0.1, -1]), ValueError, "mean of row 1 is -1.0"),
        (lambda s: s.poisson("u", [1], math.inf), ValueError, "mean of row 0 is inf"),
        (lambda s: s.poisson("u", [1], 2 * POISSON_LARGEST_MEAN), ValueError, "between 0 and"),
        (lambda s: s.integers("u", [1], 0), ValueError, "high must be whole and at least 1"),
        (lambda s: s.integers("u", [1], 1.5), ValueError, "high must be whole and at least 1"),
        (lambda s: s.categorical("u", [1], [1, -1]), ValueError, "weights must be one row"),
        (lambda s: s.categorical("u", [1], [math.nan]), ValueError, "weights must be one row"),
        (lambda s: s.categorical("u", [1], [[1.0]]), ValueError, "weights must be one row"),
        (lambda s: s.categorical_ragged("u", [1], [1], [0, 1], [1.0]), IndexError, "rows outside"),
        (lambda s: s.categorical_ragged("u", [1], [-1], [0, 1], [1.0]), IndexError, "rows outside"),
        (lambda s: s.categorical_ragged("u", [1], [0], [0, 2], [1.0]), ValueError, "do not end"),
        (lambda s: s.categorical_ragged("u", [1, 2], [0], [0, 1], [1.0]), ValueError, "rows has"),
        (lambda _: child_keys([1, 2], 0, [1]), ValueError, r"ordinals has shape \(1,\)"),
        (lambda _: broods([1, 2], 0, np.array([1])), ValueError, r"counts has shape \(1,\)"),
        (lambda _: broods([1, 2], 0, np.array([1, -1])), ValueError, "cannot be -1 children"),
    ],
)
def test_bad_input_is_refused(call: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call(Streams(1))


def test_children_inherit_their_identity() -> None:
    parents = np.repeat(who[:1000], 3)
    ordinals = np.tile(np.arange(3), 1000)
    keys = child_keys(parents, 5, ordinals)
    assert np.array_equal(child_keys(parents[9:], 5, ordinals[9:]), keys[9:])
    assert keys[4] == draw_bits(agent_base(np.uint64(1), np.uint64(5)), 1)
    grandchildren = child_keys(keys, 6, np.zeros(3000, np.int64))
    seen = np.concatenate([keys, grandchildren, child_keys(parents, 6, ordinals)])
    assert np.unique(seen).size == 9000


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), max_size=8))
def test_broods_are_children_end_to_end(counts: list[int]) -> None:
    parents = who[7 : 7 + len(counts)]
    rows, ordinals, keys = broods(parents, 5, np.array(counts, dtype=np.int64))
    plainly = [(row, ordinal) for row, count in enumerate(counts) for ordinal in range(count)]
    assert list(zip(rows.tolist(), ordinals.tolist(), strict=True)) == plainly
    assert np.array_equal(keys, child_keys(parents[rows], 5, ordinals))


def test_chance_is_a_uniform_below_p() -> None:
    streams = Streams(5)
    u = streams.uniform("c", who)
    p = np.linspace(-0.1, 1.1, N)
    assert np.array_equal(streams.chance("c", who, p), u < p)
    assert np.array_equal(streams.chance("c", who, 0.3, 2), streams.uniform("c", who, 2) < 0.3)
    assert not streams.chance("c", who, u).any()  # below p, never at it
    assert streams.chance("c", who, np.nextafter(u, 1.0)).all()
    assert streams.chance("c", who, 1.0).all()


def test_uniforms_are_uniform() -> None:
    assert stats.kstest(Streams(1).uniform("u", who), "uniform").pvalue > ALARM


def test_normals_are_normal_and_finite() -> None:
    assert stats.kstest(Streams(1).normal("n", who), "norm").pvalue > ALARM
    wide: Any = Streams(1).normal("n", who, 4)
    assert wide.shape == (N, 4)
    assert np.array_equal(wide[:, 0], Streams(1).normal("n", who))
    # Correlations of 4 columns: 6 pairs, each within 6 standard errors 1 / sqrt(N).
    correlations: Any = np.corrcoef(wide.T)
    off = correlations[np.triu_indices(4, 1)]
    assert np.abs(off).max() < 6 / math.sqrt(N)


def test_exponentials_are_exponential_and_finite() -> None:
    assert stats.kstest(Streams(1).exponential("e", who), "expon").pvalue > ALARM
    assert np.isfinite(Fixed(LARGEST).exponential("e", [1])).all()
    assert Fixed(0.0).exponential("e", [1]) == 0


@pytest.mark.parametrize("high", [1, 2, 7, 1000])
def test_integers_are_uniform(high: int) -> None:
    counts = np.bincount(Streams(1).integers("i", who, high), minlength=high)
    assert counts.size == high
    assert high == 1 or stats.chisquare(counts).pvalue > ALARM


@settings(deadline=None)
@given(st.integers(1, 2**53))
@example(3)
@example(2**53 - 1)
def test_integers_never_reach_high(high: int) -> None:
    assert integer_from(LARGEST, high) <= high - 1
    assert integer_from(0.0, high) == 0


def test_integers_take_a_bound_for_each() -> None:
    high = who.astype(np.int64) % 100 + 1
    u = Streams(1).uniform("i", who)
    assert np.array_equal(Streams(1).integers("i", who, high), np.floor(u * high))


@settings(deadline=None)
@given(st.floats(0, LARGEST), st.floats(0, POISSON_ONE_DRAW))
@example(LARGEST, 0.0)
@example(LARGEST, POISSON_ONE_DRAW)
@example(0.0, POISSON_ONE_DRAW)
def test_poisson_inverts_the_distribution_function(u: float, mean: float) -> None:
    count = poisson_from(u, mean)
    # Up to 600 probabilities are summed, each rounded by 1.1e-16.
    slack = 1e-13
    assert stats.poisson.cdf(count, mean) >= u - slack
    assert stats.poisson.cdf(count - 1, mean) <= u + slack


@settings(deadline=None)
@given(st.floats(0, LARGEST), st.floats(0, POISSON_ONE_DRAW))
@example(LARGEST, 0.0)
@example(LARGEST, POISSON_ONE_DRAW)
@example(LARGEST, 1e-300)
def test_poisson_sums_hold_every_count(u: float, mean: float) -> None:
    assert np.searchsorted(poisson_sums(mean), u, side="right") == poisson_from(u, mean)


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.02, 1.0, 1.7, 30.0, POISSON_ONE_DRAW])
def test_one_mean_for_all_draws_what_one_mean_each_does(mean: float) -> None:
    means = np.full(5000, mean)
    means[0] = 700.0
    streams = Streams(1)
    u = streams.uniform("p", who[1:5000])
    expected = [poisson_from(x, mean) for x in u]
    assert streams.poisson("p", who[1:5000], mean).tolist() == expected
    assert streams.poisson("p", who[:5000], means)[1:].tolist() == expected


@settings(deadline=None)
@given(st.floats(0, POISSON_ONE_DRAW), st.floats(0, POISSON_ONE_DRAW))
def test_poisson_never_falls_as_its_mean_rises(a: float, b: float) -> None:
    streams = Streams(1)
    low = streams.poisson("p", who[:1000], min(a, b))
    assert (streams.poisson("p", who[:1000], max(a, b)) >= low).all()


@pytest.mark.parametrize("mean", [0.02, 1.0, 30.0, 499.0])
def test_poisson_counts_have_their_distribution(mean: float) -> None:
    counts = Streams(1).poisson("p", who, mean)
    # Bins of at least 20 expected counts each, the tails joined.
    low, high = (int(stats.poisson.ppf(q, mean)) for q in (20 / N, 1 - 20 / N))
    edges = np.arange(low, high + 1)
    expected = N * np.diff(np.r_[0, stats.poisson.cdf(edges[:-1], mean), 1])
    seen = np.bincount(np.clip(counts, low, high) - low, minlength=edges.size)
    assert stats.chisquare(seen, expected).pvalue > ALARM


def test_large_poisson_means_are_sums_of_parts() -> None:
    mean = 1900.0
    counts = Streams(1).poisson("p", who[:20_000], mean)
    z = (counts.mean() - mean) / math.sqrt(mean / counts.size)
    assert abs(z) < stats.norm.isf(ALARM / 2)
    # The variance of a sample variance of n Poisson counts of large mean is 2 mean**2 / n.
    z = (counts.var() / mean - 1) / math.sqrt(2 / counts.size)
    assert abs(z) < stats.norm.isf(ALARM / 2)
    by_row = Streams(1).poisson("p", who[:3], [0.0, 3.0, 1900.0])
    assert by_row[0] == 0
    assert by_row[2] == counts[2]


def test_categories_come_in_proportion_and_never_at_zero_weight() -> None:
    weights = np.array([0, 1, 0, 2.5, 0.001, 0])
    counts = np.bincount(Streams(1).categorical("c", who, weights), minlength=6)
    assert counts[weights == 0].sum() == 0
    some = weights > 0
    expected = N * weights[some] / weights.sum()
    assert stats.chisquare(counts[some], expected).pvalue > ALARM


def test_categories_without_weight_are_minus_one() -> None:
    assert (Streams(1).categorical("c", who[:5], [0.0, 0.0]) == -1).all()
    assert (Streams(1).categorical("c", who[:5], []) == -1).all()


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.just(0.0), st.floats(1e-12, 1e12)), min_size=1, max_size=30),
    st.floats(0, LARGEST),
)
@example([0.0, 3.0, 0.0], LARGEST)
@example([0.0, 3.0, 0.0], 0.0)
@example([1e12, 1e-12, 0.0], LARGEST)
@example([5e-324, 0.0], LARGEST)
def test_the_search_never_gives_zero_weight_nor_passes_the_end(weights: list[float], u: float) -> None:
    cumulative = np.r_[9.0, 9.0, np.cumsum(weights), 1.0]  # a row within a larger array
    found = search_running(cumulative, 2, 2 + len(weights), u)
    if sum(weights) == 0:
        assert found == -1
    else:
        assert 0 <= found < len(weights)
        assert weights[found] > 0
        sums = np.cumsum(weights)
        target = min(u * sums[-1], np.nextafter(sums[-1], 0))
        assert found == np.searchsorted(sums, target, side="right")


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_draws_do_not_depend_on_the_number_of_threads(threads: int) -> None:
    def drawn() -> list[Any]:
        streams, high = Streams(1), who.astype(np.int64) % 9 + 1
        return [
            streams.bits("d", who, high),
            streams.uniform("d", who),
            streams.uniforms("d", who, 3),
            streams.chance("d", who, 1 / high),
            streams.chance("d", who, 0.5),
            streams.poisson("d", who, high / 3),
            streams.poisson("d", who, 3.0),
            streams.normal("d", who, 3),
            streams.integers("d", who, high),
            streams.integers("d", who, 7),
            streams.categorical("d", who, 1 / np.arange(1, 1000)),
            child_keys(who, 1, high),
        ]

    alone = drawn()
    with allowing(threads):
        for one, other in zip(alone, drawn(), strict=True):
            assert np.array_equal(one, other)


def test_ragged_rows_are_drawn_as_if_alone() -> None:
    table = [[1.0, 0.0, 2.0], [], [0.0, 0.0], [4.0], [0.5] * 40]
    offsets = np.cumsum([0, *map(len, table)])
    cumulative = np.concatenate([np.cumsum(row) for row in table])
    rows = np.arange(5000) % len(table)
    keys = who[:5000]
    drawn = Streams(1).categorical_ragged("c", keys, rows, offsets, cumulative)
    for row, weights in enumerate(table):
        alone = Streams(1).categorical("c", keys[rows == row], weights)
        assert np.array_equal(drawn[rows == row], alone)
