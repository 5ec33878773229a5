"""Statistics of pairs, against numbers worked out by hand and against chance itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ecosystem.experiments.comparison.paired import factor_interval, paired, student, variance_factor

X = np.array([[1.0], [2.0], [3.0], [6.0]])
Y = np.array([[2.0], [2.0], [5.0], [7.0]])
# d = 1, 0, 2, 1: mean 1, variance 2/3. x: mean 3, variance 14/3. y: mean 4, variance 18/3.


def test_four_pairs_by_hand() -> None:
    found = paired(X, Y)
    assert found.n.tolist() == [4]
    assert (found.control[0], found.value[0], found.mean[0]) == (3.0, 4.0, 1.0)
    half = stats.t.ppf(0.975, 3) * np.sqrt(2 / 3) / 2
    assert found.low[0] == pytest.approx(1 - half)
    assert found.high[0] == pytest.approx(1 + half)
    assert found.effect[0] == pytest.approx(1 / np.sqrt(14 / 3))
    assert found.paired_effect[0] == pytest.approx(1 / np.sqrt(2 / 3))
    assert found.factor[0] == pytest.approx((14 / 3 + 18 / 3) / (2 / 3))


def test_a_pair_with_a_hole_does_not_count() -> None:
    x, y = np.vstack([X, [[9.0]], [[np.nan]]]), np.vstack([Y, [[np.nan]], [[9.0]]])
    holes, whole = paired(x, y), paired(X, Y)
    for name, values in vars(whole).items():
        assert np.array_equal(vars(holes)[name], values), name


def test_equal_arms_differ_by_nothing_and_have_no_factor_to_speak_of() -> None:
    found = paired(X, X)
    assert (found.mean[0], found.low[0], found.high[0], found.effect[0]) == (0, 0, 0, 0)
    assert found.factor[0] == np.inf
    assert np.isnan(paired(np.ones((3, 1)), np.ones((3, 1))).factor[0])


def test_a_constant_shift_is_certain_though_its_floats_are_not_exact() -> None:
    found = paired(np.full((3, 1), 0.1), np.full((3, 1), 0.3))
    assert found.low[0] == found.high[0] == found.mean[0]


def test_one_pair_has_no_interval_and_none_has_no_mean() -> None:
    one = paired(X[:1], Y[:1])
    assert one.mean[0] == 1.0
    assert np.isnan([one.low[0], one.high[0], one.effect[0], one.factor[0]]).all()
    none = paired(X[:1], np.array([[np.nan]]))
    assert none.n[0] == 0
    assert np.isnan([none.mean[0], none.control[0]]).all()


def test_the_factor_is_one_over_one_less_the_correlation() -> None:
    # 1e5 pairs: the factor is known to 2 %, five of its standard errors (1 - rho^2) / (1 - rho) / sqrt(n).
    draw = np.random.Generator(np.random.PCG64(1))
    common, own = draw.normal(size=(100_000, 1)), draw.normal(size=(2, 100_000, 1))
    x, y = 3 * common + own[0], 3 * common + own[1]
    assert variance_factor(x, y)[0] == pytest.approx(1 / (1 - 0.9), rel=0.02)


def test_students_interval_covers_as_often_as_it_says() -> None:
    # 4,000 times 10 pairs: 95 % within 3.3 standard errors, a false alarm in a thousand.
    draw = np.random.Generator(np.random.PCG64(2))
    x, y = draw.normal(size=(2, 10, 4_000))
    found = paired(x, y + 0.5)
    covered = np.mean((found.low < 0.5) & (found.high > 0.5))
    assert abs(covered - 0.95) < 3.3 * np.sqrt(0.05 * 0.95 / 4_000)
    assert np.allclose(found.high - found.mean, student(found.n.astype(float), (y - x).std(axis=0, ddof=1)))


def test_the_interval_of_the_factor_covers_it_mostly() -> None:
    # The jackknife is not exact: of 300 intervals from 20 normal pairs, 90 to 99 % is what it can be held to.
    draw = np.random.Generator(np.random.PCG64(3))
    inside = 0
    for _ in range(300):
        common = 2 * draw.normal(size=20)
        low, high = factor_interval(common + draw.normal(size=20), common + draw.normal(size=20))
        inside += low < 5.0 < high
    assert 270 <= inside <= 297


def test_two_pairs_have_no_interval_of_the_factor() -> None:
    assert np.isnan(factor_interval(X[:2, 0], Y[:2, 0])).all()
    assert np.isnan(factor_interval(X[:, 0], X[:, 0])).all()
