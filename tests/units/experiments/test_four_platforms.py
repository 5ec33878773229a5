"""Four platforms with one public, one price of advertising and one supply of pages: their rules alone part them."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

import ecosystem as eco

FILE = Path(__file__).parents[3] / "scenarios" / "market" / "four-platforms.toml"
NAMES = ["community", "feed", "forum", "search"]
SEEDS = range(8)
"""Enough for the closest pair, forum and search: their difference was 0.029 with a standard deviation of 0.014 over
ten seeds, six standard errors of a mean over eight."""
LAST = 12
"""Months averaged: the last year."""
RULES = ("ai_policy", "penalty", "detector", "publisher_share", "author_share", "reach_bonus", "ranking",
         "moderation_cost", "review_cost", "detector_cost", "adaptation", "what")  # fmt: skip
"""The keys in which the platforms differ."""


def shares(changes: dict[str, Any] | None = None) -> NDArray[np.float64]:
    """Share of views that fall on what models wrote, in the last year, shape (seeds, platforms)."""
    scenario = eco.Scenario.read(FILE).replace({"observation.measures": ["curators"], **(changes or {})})
    found = []
    for seed in SEEDS:
        table = eco.run(scenario, seed=seed).curators
        last = table[table["step"] >= scenario.steps - LAST]
        found.append(last.groupby("curator")["synthetic_view_share"].mean()[NAMES].to_numpy())
    return np.array(found)


def test_the_platforms_differ_by_their_rules_alone() -> None:
    scenario = eco.Scenario.read(FILE)
    rules = [{k: v for k, v in curator.items() if k not in RULES} for curator in scenario.to_dict()["curators"]]
    assert sorted(rule.pop("name") for rule in rules) == NAMES
    assert all(rule == rules[0] for rule in rules)
    [group] = scenario.publishers.groups
    assert set(group.targets.values()) == {1.0}
    assert sorted(group.targets) == NAMES
    assert not scenario.shocks
    assert not scenario.policies


@pytest.mark.slow
def test_rules_alone_make_platforms_differ_in_how_much_ai_is_read_there() -> None:
    """Every 95 % interval of a paired difference lies off 0, and on the side that its rules say."""
    found = dict(zip(NAMES, shares().T, strict=True))
    # Removing what is found leaves least; ranking down leaves less than asking nothing; what is new is least sifted.
    for less, more in itertools.combinations(["community", "search", "forum", "feed"], 2):
        difference = stats.ttest_1samp(found[more] - found[less], 0.0).confidence_interval(0.95)
        assert difference.low > 0, (less, more, difference)


@pytest.mark.slow
def test_under_one_set_of_rules_they_do_not() -> None:
    """The control: everybody has the feed's rules. False alarms: six pairs at 1e-3 each."""
    feed = next(c for c in eco.Scenario.read(FILE).to_dict()["curators"] if c["name"] == "feed")
    rules = {f"curators.{name}.{key}": feed[key] for name in NAMES for key in RULES}
    found = dict(zip(NAMES, shares(rules).T, strict=True))
    assert min(share.min() for share in found.values()) > 0
    for one, other in itertools.combinations(NAMES, 2):
        assert stats.ttest_rel(found[one], found[other]).pvalue > 1e-3, (one, other)
