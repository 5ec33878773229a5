"""Rules of the month: none by default, and how several combine."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from ecosystem.phases.regulate import regulate
from ecosystem.world.rules import CONSEQUENCES, Rules
from tests.units.phases.worlds import world_of


def rules() -> Rules:
    """Those of a world of four publishers, two labs, three curators, twelve people and two domains."""
    return regulate(
        world_of(
            labs=[{"name": "alpha"}, {"name": "beta"}],
            curators=[{"name": "feed"}, {"name": "forum"}, {"name": "press"}],
            publishers={"groups": [{"name": "farm", "count": 4}]},
        )
    )


def test_without_policies_there_are_no_rules_and_they_take_no_memory() -> None:
    shapes = {}
    for part in ("publishers", "labs", "hosts", "people"):
        for entry in fields(getattr(rules(), part)):
            value = getattr(getattr(rules(), part), entry.name)
            shapes[f"{part}.{entry.name}"] = value.shape
            assert not any(value.strides)
            assert not getattr(rules(), part).has(entry.name)
            if entry.name == "most_compute":
                assert np.isposinf(value).all()
            elif entry.name == "standard":
                assert np.isnan(value).all()
            else:
                assert not value.any()
    assert shapes["publishers.levy"] == (4,)
    assert shapes["labs.royalty"] == (2,)
    assert shapes["labs.trespass"] == (2, 4)  # three hosts and the open web
    assert shapes["hosts.floor"] == (3,)
    assert shapes["people.signing"] == (12,)
    assert shapes["people.subsidy"] == (2, 3)


def test_money_adds_up() -> None:
    once = rules().plus(publishers={"levy": [0.0, 1.0, 2.0, 3.0]}, labs={"fee": 0.5})
    twice = once.plus(publishers={"levy": 0.25}, labs={"fee": [0.0, 0.0, 0.0, 1.0]})
    assert twice.publishers.levy.tolist() == [0.25, 1.25, 2.25, 3.25]
    assert twice.labs.fee.tolist() == [[0.5, 0.5, 0.5, 1.5]] * 2
    assert once.publishers.levy.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert twice.publishers.has("levy")
    assert not twice.publishers.has("forged")


def test_of_caps_the_lowest_of_floors_and_standards_the_highest_holds() -> None:
    first = rules().plus(labs={"most_compute": [2.0, 8.0]}, hosts={"floor": [1.0, 5.0, 0.0], "standard": 0.02})
    both = first.plus(labs={"most_compute": 4.0}, hosts={"floor": 2.0, "standard": [0.01, 0.05, np.nan]})
    assert both.labs.most_compute.tolist() == [2.0, 4.0]
    assert both.hosts.floor.tolist() == [2.0, 5.0, 2.0]
    assert both.hosts.standard.tolist() == [0.02, 0.05, 0.02]
    severe = both.plus(hosts={"consequence": CONSEQUENCES.index("downrank")})
    assert severe.plus(hosts={"consequence": [1, 2, 3]}).hosts.consequence.tolist() == [2, 2, 3]


def test_what_one_rule_opens_no_other_closes() -> None:
    one = rules().plus(labs={"opened": [True, False, False, False]})
    both = one.plus(labs={"opened": np.array([[False] * 4, [True] * 4])})
    assert both.labs.opened.tolist() == [[True, False, False, False], [True] * 4]
    assert both.labs.opened.dtype == np.bool_


def test_the_order_of_policies_does_not_matter() -> None:
    laid: list[dict[str, dict[str, Any]]] = [
        {"labs": {"most_compute": 3.0, "royalty": 0.25}, "hosts": {"standard": 0.5}},
        {"labs": {"most_compute": 2.0, "royalty": [0.5, 0.0]}, "hosts": {"standard": [0.25, 0.75, 0.5]}},
    ]
    one, other = rules(), rules()
    for here, there in zip(laid, reversed(laid), strict=True):
        one, other = one.plus(**here), other.plus(**there)
    assert np.array_equal(one.labs.most_compute, other.labs.most_compute)
    assert np.array_equal(one.labs.royalty, other.labs.royalty)
    assert np.array_equal(one.hosts.standard, other.hosts.standard)


def test_what_does_not_exist_or_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError, match=r"no rule 'tax' ForPublishers; choose one of unlabelled, "):
        rules().plus(publishers={"tax": 1.0})
    with pytest.raises(ValueError, match="broadcast"):
        rules().plus(labs={"royalty": [1.0, 2.0, 3.0]})
