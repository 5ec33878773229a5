"""Coupled sampling against a plain reference, its proportions, and what one item more moves.

Statistical tests use fixed seeds and fail for a sound method with a chance of at most ALARM.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from ecosystem.core.compiled import compiled
from ecosystem.core.sampling import LARGEST, SMALLEST, Tables, WeightedGroups, draw_row
from ecosystem.core.streams import Streams, agent_base, draw_bits, mix64, name_key
from ecosystem.core.threads import allow

ALARM = 1e-6  # false alarms per test
WORD = 2**64
GOLDEN = 0x9E3779B97F4A7C15
streams = Streams(11)
KEY = streams.key("read")


def mix(x: int) -> int:
    return int(mix64(np.uint64(x % WORD)))


def mark_above(weight: float) -> tuple[int, float]:
    """The least of 1 and 1 1/2 times the powers of two that is not below a weight, and its number among them."""
    fraction, exponent = math.frexp(weight)  # weight = fraction * 2**exponent, 1/2 <= fraction < 1
    halves = 0 if fraction == 0.5 else 1 if fraction <= 0.75 else 2
    return 2 * exponent + halves + 2046, math.ldexp([0.5, 0.75, 1.0][halves], exponent)


class Reference:
    """The same tables, item by item, as one would explain them."""

    def __init__(self, weights: list[float], keys: list[int], groups: list[int]) -> None:
        self.buckets: dict[int, dict[int, list[tuple[int, int, int]]]] = defaultdict(dict)
        self.top: dict[int, float] = {}
        for row, (weight, key, group) in enumerate(zip(weights, keys, groups, strict=True)):
            if weight > 0:
                code, top = mark_above(weight)
                self.top[code] = top
                item = (mix(key), row, min(int(weight * (2**32 / top)), 2**32 - 1))
                self.buckets[group].setdefault(code, []).append(item)
        self.slots = {
            (group, code): self.place(items)
            for group, buckets in self.buckets.items()
            for code, items in buckets.items()
        }

    @staticmethod
    def place(items: list[tuple[int, int, int]]) -> list[tuple[int, int] | None]:
        """Each takes the first free slot from the high bits of its hash, the smaller hash first."""
        sizes = (growth << doublings for doublings in itertools.count() for growth in (4, 5, 6, 7))
        size = next(size for size in sizes if len(items) <= 0.8 * size)
        slots: list[tuple[int, int] | None] = [None] * size
        for order, row, threshold in sorted(items):
            slot = (order >> 32) * size >> 32
            while slots[slot] is not None:
                slot = (slot + 1) % size
            slots[slot] = (row, threshold)
        return slots

    def total(self, group: int, codes: list[int]) -> float:
        """The weight of buckets of a group, added up as in the tree."""
        if len(codes) == 1:
            items = self.buckets[group][codes[0]]
            return sum(item[2] for item in items) * self.top[codes[0]] * 2.0**-32
        heavy, light, _ = self.fork(codes)
        return self.total(group, heavy) + self.total(group, light)

    @staticmethod
    def fork(codes: list[int]) -> tuple[list[int], list[int], int]:
        """Part buckets at the highest bit in which their codes differ."""
        bit = (max(codes) ^ min(codes)).bit_length() - 1
        heavy = [code for code in codes if code >> bit & 1]
        return heavy, [code for code in codes if code not in heavy], bit

    def draw(self, group: int, base: int) -> int:
        """Down the tree with one number per fork, then from slot to slot until accepted."""
        codes = sorted(self.buckets[group])
        if not codes:
            return -1
        while len(codes) > 1:
            heavy, light, bit = self.fork(codes)
            share = self.total(group, heavy) / self.total(group, codes)
            left = min(max(int(share * 2**32 + 0.5), 1), 2**32 - 1)
            codes = heavy if mix(base - (bit + 1) * GOLDEN) >> 32 < left else light
        slots = self.slots[group, codes[0]]
        trial = 0
        while True:
            trial += 1
            bits = mix(base + trial * GOLDEN)
            found = slots[(bits >> 32) * len(slots) >> 32]
            if found is not None and bits % 2**32 < found[1]:
                return found[0]


weight = st.one_of(
    st.just(0.0),
    st.just(1.0),
    st.floats(0.5, 4),
    st.floats(1e-12, 1e12),
    st.floats(SMALLEST, LARGEST),
)


@st.composite
def item_lists(draw: st.DrawFn) -> tuple[list[float], list[int], list[int], int]:
    n_groups = draw(st.integers(1, 5))
    weights = draw(st.lists(weight, max_size=40))
    keys = draw(st.lists(st.integers(0, WORD - 1), min_size=len(weights), max_size=len(weights), unique=True))
    some = st.integers(0, n_groups - 1)
    groups = draw(st.lists(some, min_size=len(weights), max_size=len(weights)))
    return weights, keys, groups, n_groups


@settings(deadline=None)
@given(item_lists(), st.integers(0, 2**32))
@example(([1.0] * 9, [*range(9)], [0] * 9, 1), 0)
@example(([], [], [], 1), 0)
@example(([0.0], [1], [0], 2), 0)
def test_every_draw_is_that_of_the_reference(items: tuple[list[float], list[int], list[int], int], seed: int) -> None:
    weights, keys, groups, n_groups = items
    reference = Reference(weights, keys, groups)
    table = WeightedGroups(weights, np.array(keys, np.uint64), np.array(groups, int), n_groups)
    who = np.arange(seed, seed + 30, dtype=np.uint64)
    ordinals, chosen = np.arange(30) % 4, np.arange(30) % n_groups
    drawn = table.draw(KEY, who, ordinals, chosen)
    bases = [draw_bits(agent_base(KEY, w), int(o)) for w, o in zip(who, ordinals, strict=True)]
    expected = [reference.draw(int(g), int(b)) for g, b in zip(chosen, bases, strict=True)]
    assert drawn.tolist() == expected


@compiled
def draw_each(tables: Tables, groups: Any, bases: Any, out: Any) -> None:
    """A kernel that draws as other kernels do."""
    for i in range(groups.size):
        out[i] = draw_row(tables, groups[i], bases[i])


def heavy_tailed(n: int, name: str = "weights") -> Any:
    """Weights of at least 1 with a Pareto tail of exponent 1.2, much like votes."""
    return (1 - streams.uniform(name, np.arange(n))) ** (-1 / 1.2)


@pytest.mark.parametrize("n", [1024, 1025, 3000])
def test_every_item_of_a_large_bucket_has_one_slot(n: int) -> None:
    slots = WeightedGroups(np.ones(n), np.arange(n)).tables.slots
    assert np.array_equal(np.sort(slots[slots > 0] & np.uint64(0xFFFFFFFF)), np.arange(n))


def test_kernels_draw_the_same_one_by_one() -> None:
    n, m, n_groups = 5000, 20_000, 30
    groups = streams.integers("groups", np.arange(n), n_groups - 1)  # the last one stays empty
    table = WeightedGroups(heavy_tailed(n), np.arange(n), groups, n_groups)
    who = np.arange(m, dtype=np.uint64)
    chosen = np.arange(m) % n_groups
    bases = np.array([draw_bits(agent_base(KEY, w), 2) for w in who], np.uint64)
    out = np.empty(m, np.int64)
    draw_each(table.tables, chosen, bases, out)
    assert np.array_equal(out, table.draw(KEY, who, 2, chosen))
    drawn = out >= 0
    assert np.array_equal(drawn, chosen < n_groups - 1)
    assert np.array_equal(groups[out[drawn]], chosen[drawn])


@pytest.mark.parametrize(
    "weights",
    [
        np.ones(7),
        np.arange(50.0),
        2.0 ** np.arange(-10, 11),
        np.r_[np.full(400, 1e-3), 1.0, 0.0, 0.999999],
        heavy_tailed(300),
        np.array([0.1, 0.2, 0.3, 0.0], np.float32),
    ],
    ids=["equal", "rising", "powers", "one-heavy", "tail", "float32"],
)
def test_draws_are_in_proportion_to_weights(weights: Any) -> None:
    # 2 million draws show an error of 1 % in a weight with a share of 5 % (3.2 errors of its own).
    m = 2_000_000
    table = WeightedGroups(weights, np.arange(weights.size))
    drawn = table.draw(KEY, np.arange(m // 10).repeat(10), np.tile(np.arange(10), m // 10), 0)
    counts = np.bincount(drawn, minlength=weights.size)
    assert counts[weights == 0].sum() == 0
    expected = m * weights.astype(float) / weights.sum(dtype=float)
    rare = (expected < 20) & (weights > 0)
    seen = np.r_[counts[expected >= 20], counts[rare].sum()]
    wanted = np.r_[expected[expected >= 20], expected[rare].sum()]
    some = wanted > 0
    wanted = wanted[some] * (seen[some].sum() / wanted[some].sum())  # rounding of the sum
    assert stats.chisquare(seen[some], wanted).pvalue > ALARM
    assert table.totals == pytest.approx([weights.sum(dtype=float)], rel=2**-30)


def test_extreme_weights_keep_their_proportions() -> None:
    weights = np.array([1e-12, 3e-12, 1e12, 2e12, 0.0, 1e-12])
    groups = np.array([0, 0, 1, 1, 1, 1])
    m = 100_000
    table = WeightedGroups(weights, np.arange(6), groups, 2)
    drawn = table.draw(KEY, np.arange(m), 0, np.arange(m) % 2)
    counts = np.bincount(drawn, minlength=6)
    assert counts[4] == counts[5] == 0  # a share of 3e-25
    assert stats.binomtest(int(counts[0]), m // 2, 0.25).pvalue > ALARM
    assert stats.binomtest(int(counts[2]), m // 2, 1 / 3).pvalue > ALARM


def test_draws_of_one_who_are_independent_of_each_other() -> None:
    m, n = 200_000, 10
    table = WeightedGroups(np.arange(1.0, n + 1), np.arange(n))
    pairs = [table.draw(KEY, np.arange(m), ordinal, 0) for ordinal in (0, 1)]
    counts = np.zeros((n, n))
    np.add.at(counts, (pairs[0], pairs[1]), 1)
    assert stats.chi2_contingency(counts).pvalue > ALARM


def changed(weights: Any, keys: Any, more_weights: Any, more_keys: Any, m: int = 1_000_000) -> int:
    """How many of m draws give another item once the weights or the items are others."""
    who = np.arange(m, dtype=np.uint64)
    before = keys[WeightedGroups(weights, keys).draw(KEY, who, 0, 0)]
    after = more_keys[WeightedGroups(more_weights, more_keys).draw(KEY, who, 0, 0)]
    return int((before != after).sum())


@pytest.mark.parametrize("weight", [1.0, 1.5, 3.0, 6.0])
def test_one_more_item_moves_only_its_own_share(weight: float) -> None:
    n, m = 1_000_000, 1_000_000
    keys = streams.bits("keys", np.arange(n))
    weights = heavy_tailed(n)
    moved = changed(weights, keys, np.r_[weights, weight], np.r_[keys, name_key("new")], m)
    # Those that meet it at one of some 2.5 tries, those of the few neighbours that make room, and
    # at each of some five forks a change of the share. Observed: 0 to 3 times its share.
    share = weight / weights.sum()
    assert moved <= 20 * share * m
    assert moved / m < 2e-5


def test_a_viral_item_moves_no_more_than_its_share() -> None:
    # Its share is 4.8 %, and the forks on its way move as much again. With running sums over the
    # buckets instead of a tree, an item of 5 % moves 41 % of the draws.
    n = 200_000
    keys = streams.bits("keys", np.arange(n))
    weights = heavy_tailed(n)
    viral = 0.05 * weights.sum()
    moved = changed(weights, keys, np.r_[weights, viral], np.r_[keys, name_key("new")])
    assert 0.04 < moved / 1_000_000 < 0.15


def test_the_order_of_rows_changes_nothing() -> None:
    n, n_groups, m = 100_000, 50, 200_000
    keys = streams.bits("keys", np.arange(n))
    weights = heavy_tailed(n)
    weights[::7] = 0
    groups = streams.integers("groups", np.arange(n), n_groups)
    order = np.argsort(streams.bits("shuffle", np.arange(n)))
    one = WeightedGroups(weights, keys, groups, n_groups)
    other = WeightedGroups(weights[order], keys[order], groups[order], n_groups)
    chosen = np.arange(m) % n_groups
    drawn = one.draw(KEY, np.arange(m), 0, chosen)
    assert np.array_equal(drawn, order[other.draw(KEY, np.arange(m), 0, chosen)])
    assert np.array_equal(one.totals, other.totals)
    assert np.array_equal(one.tables.nodes, other.tables.nodes)
    assert np.array_equal(one.tables.places, other.tables.places)
    filled = one.tables.slots > 0
    assert np.array_equal(filled, other.tables.slots > 0)
    rows, others = ((t.tables.slots[filled] % 2**32).astype(int) for t in (one, other))
    assert np.array_equal(rows, order[others])


def test_what_happens_in_one_group_does_not_move_another() -> None:
    n = 1000
    groups = np.arange(n) % 2
    weights = heavy_tailed(n)
    who = np.arange(10_000)
    before = WeightedGroups(weights, np.arange(n), groups, 2).draw(KEY, who, 0, 1)
    weights[groups == 0] = streams.uniform("others", np.arange(n // 2))
    assert np.array_equal(WeightedGroups(weights, np.arange(n), groups, 2).draw(KEY, who, 0, 1), before)


def test_tables_stay_loaded_to_four_fifths_and_not_much_less() -> None:
    for n in [1, 2, 3, 4, 6, 7, 48, 49, 1000, 12288, 12289]:
        slots = WeightedGroups(np.ones(n), np.arange(n)).tables.slots
        # Above 4 slots each size is at most 5/4 of the one before.
        assert n <= 0.8 * slots.size
        assert slots.size == 4 or n > 0.8 * slots.size * 4 / 5 - 1
        assert np.count_nonzero(slots) == n


def test_weights_that_count_votes_fill_their_buckets() -> None:
    n = 4000
    tables = WeightedGroups(1.0 + np.arange(n) % 4, np.arange(n)).tables
    filled = tables.slots[tables.slots > 0]
    assert (filled >> np.uint64(32) == 2**32 - 1).all()


def test_memory_is_linear_in_items_whatever_the_groups() -> None:
    n = 20_000
    for n_groups in (1, 400, n):
        tables = WeightedGroups(heavy_tailed(n), np.arange(n), np.arange(n) % n_groups, n_groups).tables
        assert tables.slots.size <= 4 * n  # 4 slots is the least
        assert tables.nodes.size == tables.places.size < 2 * n
        assert tables.root.size == tables.height.size == n_groups


@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_tables_and_draws_are_the_same_for_any_number_of_threads(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    n, n_groups, m = 20_000, 7, 30_000
    groups = streams.integers("groups", np.arange(n), n_groups - 1)
    chosen = np.arange(m) % n_groups

    def made() -> tuple[WeightedGroups, Any]:
        table = WeightedGroups(heavy_tailed(n), streams.bits("keys", np.arange(n)), groups, n_groups)
        return table, table.draw(KEY, np.arange(m), 1, chosen)

    alone, drawn = made()
    monkeypatch.setattr("ecosystem.core.threads.LEAST_ROWS", 10)
    allow(threads)
    try:
        together, again = made()
    finally:
        allow(1)
    assert np.array_equal(drawn, again)
    for name, array in alone.tables._asdict().items():
        assert np.array_equal(array, getattr(together.tables, name))
    assert np.array_equal(alone.totals, together.totals)


def test_nothing_to_draw_gives_minus_one() -> None:
    for table in (
        WeightedGroups([], np.array([], np.uint64)),
        WeightedGroups([0.0, 0.0], [1, 2]),
        WeightedGroups([1.0, 0.0], [1, 2], [1, 0], 2),
    ):
        assert table.draw(KEY, [1, 2, 3], 0, 0).tolist() == [-1, -1, -1]
        assert table.totals[0] == 0
    assert WeightedGroups([1.0], [1]).draw(KEY, np.array([], np.uint64), 0, 0).size == 0
    assert WeightedGroups([], [], np.array([], int), 0).totals.size == 0


@pytest.mark.parametrize(
    ("weights", "groups", "error", "text"),
    [
        ([1, -1.0], [0, 0], ValueError, "weight of row 1 is -1.0; it must be 0 or from 1e-150"),
        ([1, math.nan], [0, 0], ValueError, "weight of row 1 is nan"),
        ([math.inf, 1], [0, 0], ValueError, "weight of row 0 is inf"),
        ([1, 1e-160], [0, 0], ValueError, "weight of row 1 is 1e-160"),
        ([1, 1], [0, 2], IndexError, "group of row 1 is 2; groups go from 0 to 1"),
        ([1, 1], [-1, 0], IndexError, "group of row 0 is -1"),
        ([1, 1], [0.0, 0.5], TypeError, "groups must be whole numbers"),
        ([1, 1], [0], ValueError, "must be rows of one length"),
        ([[1, 1]], [0, 0], ValueError, "must be rows of one length"),
    ],
)
def test_bad_items_are_refused_by_row(weights: Any, groups: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        WeightedGroups(weights, [1, 2], np.array(groups), 2)


def test_a_draw_from_a_group_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError, match="groups must lie from 0 to 0"):
        WeightedGroups([1.0], [1]).draw(KEY, [1], 0, 1)
