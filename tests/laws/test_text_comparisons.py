"""What the laws of text and the published comparisons rest on: their settings and what they measure."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ecosystem.experiments.laws.base import Trial
from ecosystem.experiments.laws.cases import Case
from ecosystem.experiments.laws.files import known
from ecosystem.experiments.laws.published import _forgetting, distance
from ecosystem.experiments.laws.text import _Texts, _while_known, paired
from ecosystem.scenario import Scenario

FILES = known(Path(__file__).parents[2] / "scenarios" / "laws")


def cases(identifier: str, steps: int, replicates: int) -> dict[str, Case]:
    """The cases of a comparison, shorter and with fewer replicates, sharing one seed."""
    trial = Trial.of(Scenario.read(FILES[identifier]), 5)
    small = {"steps": steps, "scale.humans": 2 * replicates, "reality.domains.replicate.count": replicates}
    return {case.name: Case(case.name, case.scenario.replace(small), case.seed) for case in paired(trial)}


def test_a_context_that_is_lost_stands_still() -> None:
    occurs = np.array([4.0, 2.0, 0.0, 5.0]).reshape(4, 1, 1)
    measured = np.array([0.7, 0.3, 0.6, 0.5]).reshape(4, 1, 1)
    diversity, expected = _while_known(measured, occurs, np.array([0.8]))
    assert diversity.ravel().tolist() == [0.7, 0.3, 0.3, 0.3]
    assert expected.ravel() == pytest.approx([0.6, 0.3, 0.3, 0.3], rel=1e-12)


def test_a_context_takes_no_share_of_its_own_away_where_it_never_occurred() -> None:
    nothing = np.zeros((2, 1, 1))
    _, expected = _while_known(np.full((2, 1, 1), 0.5), nothing, np.array([0.8]))
    assert expected.ravel().tolist() == [0.8, 0.8]


def test_generations_with_a_tenth_of_original_data_have_exactly_that() -> None:
    for name, share in (("no original data", 1.0), ("10 % original data", 0.9)):
        found = cases("B1", 4, 2)[name].fits(lambda model: (model.synthetic_share, model.weight))
        assert found[0] == pytest.approx([0.0, share, share, share], abs=1e-9)
        assert (found[1] == 100).all()


def test_cases_share_language_and_the_texts_of_people() -> None:
    first, *others = (_Texts.of(case) for case in cases("B1", 2, 2).values())
    for other in others:
        assert np.array_equal(first.cross_entropy[0], other.cross_entropy[0])
        assert not np.array_equal(first.cross_entropy[1], other.cross_entropy[1])


def test_variety_of_texts_is_that_of_the_month() -> None:
    case = cases("B16", 2, 2)["10 next words"]
    found = _Texts.of(case)
    for month, model in enumerate(case.months()):
        items = model.world.content
        rows = model.world.rows_of(month)
        for domain in range(2):
            texts = items.tokens[rows][items.domain[rows] == domain]
            pairs = [(int(a), int(b)) for text in texts for a, b in pairwise(text)]
            words = texts.ravel().tolist()
            same = sum((words.count(word) / len(words)) ** 2 for word in set(words))
            assert found.words[month, domain] == len(set(words)) / len(words)
            assert found.pairs[month, domain] == len(set(pairs)) / len(pairs)
            assert found.diversity[month, domain] == pytest.approx(1 - same, rel=1e-12)


def test_fixed_real_documents_stay_and_fresh_ones_come() -> None:
    all_of_them = cases("B5", 4, 2)
    for name, weight, share in (("fully synthetic", 10, 1.0), ("fixed real", 20, 0.5), ("fresh real", 20, 0.5)):
        held, synthetic = all_of_them[name].fits(lambda model: (model.weight, model.synthetic_share))
        assert held[:, 0].tolist() == [10, weight, weight, weight]
        assert synthetic == pytest.approx([0.0, share, share, share], abs=1e-9)


def test_a_subsample_is_drawn_from_all_that_was_written() -> None:
    found = cases("B3", 6, 50)
    sampled, kept = (
        found[f"ideas, {name}"].fits(lambda model: (model.weight[0], model.synthetic_share))
        for name in ("subsample", "accumulate")
    )
    assert sampled[0].tolist() == [20] * 6
    assert kept[0].tolist() == [20 * n for n in range(1, 7)]
    # 1,000 documents out of six batches, without replacement: a standard deviation of the share of at most 0.011.
    assert sampled[1][-1] == pytest.approx(kept[1][-1], abs=0.055)


def test_distance_of_normals() -> None:
    case = cases("B5", 1, 3)["fully synthetic"]
    far, mean, variance = case.fits(lambda model: (distance(model), model.mean, np.einsum("dss->ds", model.covariance)))
    expected = (mean**2 + 1 + variance - 2 * np.sqrt(variance)).mean(axis=2)  # |mu|^2 + tr(S + 1 - 2 S^(1/2))
    assert far == pytest.approx(expected, rel=1e-12)


def test_median_time_to_forget_by_the_law_of_rare_ideas() -> None:
    case = Trial.of(Scenario.read(FILES["B6"]), 5).case("ideas")
    counts, _, expected = _forgetting(Case(case.name, case.scenario.replace({"steps": 150}), case.seed))
    assert counts.tolist() == [5, 10, 20, 40]
    # 1 - exp(-L s) is a half where s = ln 2 / L; s is 2/n but for terms that come to less than three generations.
    assert expected == pytest.approx(2 * counts / np.log(2), abs=3)
