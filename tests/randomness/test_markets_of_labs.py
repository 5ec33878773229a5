"""Labs that wait for the market, rounds and licences: they go on from a dump, and who waits changes nobody."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.model import WebEcosystem
from ecosystem.world.ledger import Kind, Reason
from tests.randomness.identity import changes, only, portrait
from tests.randomness.worlds import differing, document, run, web

MONTHS = 24


def markets(*more: dict[str, Any], **investors: Any) -> dict[str, Any]:
    """The busy web with a market of licences, investors of changing mood, labs that run short and one that waits."""
    mood = {"rule": "rounds", "intensity": 2.0, "herd": 1.0, "runway": 6.0, "round": 6.0, "entry": 5.0}
    content = document(
        investors={"budget": 3e9} | mood | investors,
        licences={"market": True, "all": True, "term": 4, "adjust": 0.2},
    )
    for lab in content["labs"]:
        lab |= {"capital": 4e8, "operations": 3e7}
        lab["data"] |= {"document_value": 2.0}
    for host in content["curators"]:
        host["licence_share"] = 0.2
    late = {"name": "late", "enters": "market", "entry_lag": 2, "capital": 1e9, "launch": "2020-06"}
    content["labs"] += [late, *more]
    return content


@functools.cache
def base() -> dict[str, NDArray[Any]]:
    """What a run leaves behind."""
    return run(web(markets()), MONTHS).dump()


def test_the_markets_are_at_work_in_the_web_that_is_compared() -> None:
    model, paid = web(markets()), np.zeros(len(Reason))
    moods = []
    for _ in range(MONTHS):
        run(model, 1)
        paid += model.world.ledger.month.sum(axis=(0, 1))
        moods.append(model.world.investors.optimism)
    assert all(paid[reason] > 0 for reason in (Reason.INVESTMENT, Reason.LICENCE, Reason.AUTHOR_LICENCE))
    assert np.ptp(moods) > 0.1
    assert model.labs["late"].entered is not None
    assert model.labs["late"].generation > 0
    assert model.world.licences.in_force(MONTHS - 1).any()


@pytest.mark.parametrize("months", [1, 7, 15])
def test_a_run_with_markets_goes_on_from_a_dump(months: int) -> None:
    state = run(web(markets()), months).dump()
    other = web(markets())
    other.load(state)
    assert differing(other.dump(), state) == []
    assert differing(run(other, MONTHS - months).dump(), base()) == []


@pytest.mark.parametrize("name", ["aaa", "middle", "zzz"])
def test_a_lab_that_waits_changes_nobody_by_a_bit(name: str) -> None:
    waiting = {"name": name, "enters": "market", "capital": 1e30}  # more than anybody offers
    without, with_one = run(web(markets()), MONTHS), run(web(markets(waiting)), MONTHS)
    mine, theirs = portrait(without), portrait(with_one)
    assert changes(without, with_one) == {}
    assert with_one.labs[name].waiting
    assert with_one.world.ledger.usd(Kind.LAB)[with_one.labs[name].index] == 0
    assert [part for part in mine if only(mine[part], theirs[part]).size] == []
    assert [part for part in mine if only(theirs[part], mine[part]).size] == ["accounts", "licences", "recorded labs"]


def test_investors_without_a_mood_are_those_of_before() -> None:
    """What moods depend on changes nothing while nobody acts on them."""
    plain = document(investors={"budget": 1e9})
    told = document(investors={"budget": 1e9, "herd": 3.0, "trend": 2.0, "inertia": 0.1, "entry": 9.0, "runway": 3.0})
    models: list[WebEcosystem] = [run(web(content), 12) for content in (plain, told)]
    assert differing(*(model.dump() for model in models)) == ["investors.income"]
