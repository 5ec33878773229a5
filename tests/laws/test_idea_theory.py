"""Closed forms and chains of the laws of ideas, each against what it was derived from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from ecosystem.experiments.laws import theory, wright_fisher


@given(st.integers(1, 300), st.floats(0.0, 1.0))
def test_the_distribution_of_documents_is_binomial(documents: int, chance: float) -> None:
    found = wright_fisher.binomial(documents, chance)[0]
    assert found == pytest.approx(binom.pmf(np.arange(documents + 1), documents, chance), abs=1e-10)


def test_one_idea_of_two_is_lost_or_alone_as_worked_out_by_hand() -> None:
    # Two documents on two equally frequent ideas: each fit decides with chance 1/2.
    alive, alone = wright_fisher.alive_and_alone(2, 0.5, 5)
    left = 0.5 ** np.arange(1, 6)
    assert alone[:, 0] == pytest.approx((1 - left) / 2)
    assert alive[:, 0] == pytest.approx((1 + left) / 2)
    assert wright_fisher.duration(2, 0.5, 60)[0] == pytest.approx(2.0)


@given(st.integers(2, 40), st.floats(0.01, 0.99))
def test_the_last_idea_is_drawn_by_its_frequency(documents: int, share: float) -> None:
    _, alone = wright_fisher.alive_and_alone(documents, share, 40 * documents)
    assert alone[-1, 0] == pytest.approx(share, abs=1e-9)


def test_a_rare_idea_among_many_documents_is_alive_as_in_a_branching_process() -> None:
    alive, _ = wright_fisher.alive_and_alone(2000, 5 / 2000, 20)
    law = [theory.alive(5.0, n) for n in range(1, 21)]
    assert alive[:, 0] == pytest.approx(np.array(law), rel=0.005)
    assert theory.alive(0.001, 200) == pytest.approx(0.001 * 2 / 201, rel=0.02)  # s_n near 2/(n + 1)


@given(st.integers(3, 2000), st.floats(0.001, 1.0))
def test_two_documents_have_as_many_ideas_as_their_diversity_says(documents: int, new: float) -> None:
    # Drawn with replacement, two are the same document with chance 1/N.
    diversity = (1 - 1 / documents) * (wright_fisher.ideas_in_sample(documents, new, 2) - 1)
    assert diversity == pytest.approx(theory.mixed_diversity(documents, new), rel=1e-9)


def test_diversity_of_a_growing_web_as_worked_out_by_hand() -> None:
    # People alone: 1/2. Then half of all pairs are copies: 3/4 (1/2 1/2 + 1/2) = 9/16. Then all: 9/10 of that.
    copied = np.array([0.0, 0.5, 1.0])
    assert theory.mixed_course([2, 4, 10], copied) == pytest.approx([1 / 2, 9 / 16, 81 / 160])
    each = theory.mixed_course([2, 4, 10], np.stack([copied, 0 * copied], axis=1))
    assert each == pytest.approx(np.array([[1 / 2, 1 / 2], [9 / 16, 3 / 4], [81 / 160, 9 / 10]]))


@given(st.integers(2, 200), st.integers(1, 30))
def test_diversity_without_people_drifts(documents: int, fits: int) -> None:
    copied = np.array([0.0] + [1.0] * (fits - 1))
    assert theory.mixed_course(documents, copied) == pytest.approx(theory.drifted(documents, np.arange(1, fits + 1)))


def test_samples_of_a_large_web_have_as_many_ideas_as_ewens_says() -> None:
    theta = 4.0
    ewens = (theta / (theta + np.arange(20))).sum()
    assert wright_fisher.ideas_in_sample(100_000, theta / 200_000, 20) == pytest.approx(ewens, rel=5e-4)
    assert wright_fisher.ideas_in_sample(50, 1.0, 20) == pytest.approx(20.0)


@pytest.mark.parametrize(("documents", "ideas", "exponent"), [(1000, 10_000, 2.0), (100_000, 1_000_000, 1.5)])
def test_coverage_is_the_sum_over_all_ideas(documents: int, ideas: int, exponent: float) -> None:
    human = theory.zipf(ideas, exponent)
    missing = np.exp(documents * np.log1p(-human))
    covered, unseen = theory.zipf_coverage(documents, ideas, exponent)
    assert covered == pytest.approx((1 - missing).sum(), rel=5e-4)
    assert unseen == pytest.approx(human @ missing, rel=5e-4)
