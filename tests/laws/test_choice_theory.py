"""The closed forms and exact chains of the laws on choice, sampling and filters, against one another."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem.experiments.laws import theory, wright_fisher
from ecosystem.experiments.laws.curation import _chosen, _favoured, _kimura
from ecosystem.experiments.laws.filtering import _filtered
from ecosystem.experiments.laws.selection import _major_share, _sharpened

EVEN = np.arange(21) / 20
"""Chance of a document of the next fit to be on an idea that nothing favours, N = 20."""


def test_the_chain_of_an_idea_that_nothing_favours_is_that_of_drift() -> None:
    spread = wright_fisher.distributions(wright_fisher.binomial(20, 0.3)[0], EVEN, 9)
    alive, alone = wright_fisher.alive_and_alone(20, [0.3], 9)
    assert spread.sum(axis=1) == pytest.approx(np.ones(9))
    assert 1 - spread[:, 0] == pytest.approx(alive[:, 0])
    assert spread[:, -1] == pytest.approx(alone[:, 0])


def test_an_idea_that_nothing_favours_is_the_last_one_as_often_as_it_is_told() -> None:
    assert wright_fisher.last_one(EVEN) == pytest.approx(EVEN)


@pytest.mark.parametrize(("advantage", "copies"), [(0.01, 1), (0.02, 5), (-0.01, 20)])
def test_the_diffusion_limit_is_near_the_chain(advantage: float, copies: int) -> None:
    share = np.arange(201) / 200
    exact = wright_fisher.last_one(_favoured(share, 1 + advantage))[copies]
    # The limit leaves out terms of the order of s; here they are at most 1.4 s.
    assert _kimura(advantage, copies, 200) == pytest.approx(exact, rel=2 * abs(advantage))


def test_a_choice_is_undone_by_the_inverse_favour() -> None:
    share = np.linspace(0, 1, 11)
    assert _favoured(_favoured(share, 1.3), 1 / 1.3) == pytest.approx(share)


def test_a_choice_of_one_leaves_everything_as_it_is() -> None:
    frequency = np.array([0.5, 0.3, 0.2])
    assert _chosen(frequency, np.array([1.0, 5.0, 2.0]), 1, 10) == pytest.approx(frequency)


def test_a_choice_of_one_of_all_is_by_odds() -> None:
    # Four documents make one group of four, two of them on the second idea.
    chosen = _chosen(np.array([0.25, 0.5, 0.25]), np.array([1.0, 3.0, 2.0]), 4, 4)
    assert chosen == pytest.approx([1 / 9, 6 / 9, 2 / 9])


def test_a_choice_of_one_of_two_by_hand() -> None:
    # Of many documents, half on either idea: a mixed pair, one half of all, goes to the first by 3 to 1.
    assert _chosen(np.array([0.5, 0.5]), np.array([3.0, 1.0]), 2, math.inf) == pytest.approx([0.625, 0.375])


@pytest.mark.parametrize("human", [0.1, 0.45, 0.5, 0.55])
def test_two_ideas_part_below_the_threshold_only(human: float) -> None:
    # At T = 1/2 the map is m/2 + (1-m) x^2 / (x^2 + (1-x)^2), whose other fixed points solve a square.
    assert _major_share(0.5, human) == pytest.approx(0.5 + math.sqrt(max(0.0, 0.5 - human) / 2))


@given(st.floats(0.2, 1.0), st.floats(0.01, 0.99))
def test_what_two_ideas_settle_at_stays(temperature: float, human: float) -> None:
    major = _major_share(temperature, human)
    assert _sharpened(major, temperature, human) == pytest.approx(major, abs=1e-6)


def test_what_passes_a_filter() -> None:
    assert _filtered(0.05, 0.1, 0.8) == pytest.approx(0.045 / (0.045 + 0.19))
    assert _filtered(0.05, 0.0, 0.0) == pytest.approx(0.05)


def test_diversity_behind_a_filter_settles_where_it_should() -> None:
    copied = np.full((400, 1), (1 - 0.1) ** 2)
    assert theory.mixed_course(50, copied)[-1, 0] == pytest.approx(theory.mixed_diversity(50, 0.1))
