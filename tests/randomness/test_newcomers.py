"""Two worlds, one difference: one more person, item, lab or lot moves what it causes and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.clock import Month
from ecosystem.core.streams import Streams, name_key
from ecosystem.model import WebEcosystem
from ecosystem.phases.detection import known_human
from ecosystem.policies import Policy
from ecosystem.strategies.detectors.base import Samples
from ecosystem.strategies.detectors.gaussian import Gaussian
from ecosystem.world.content import Marks, Origin
from ecosystem.world.humans import NOBODY
from ecosystem.world.proposals import Drafts, Reads, Shifts
from ecosystem.world.world import World
from tests.randomness.identity import Part, changes, only, portrait
from tests.randomness.worlds import SEED, document, run, web

BEFORE = Month(2018, 1)
"""Some month before the busy web begins."""


def without_lotteries(humans: int) -> dict[str, Any]:
    """The busy web of so many people, without the two places where every person counts for all others.

    Imitation looks at the share of all people who have an assistant, and commissions go to anybody by lot.
    """
    content = document(scale={"humans": humans})
    content["humans"]["assistants"]["imitation"] = 0.0
    content["labs"][1]["data"]["commissions"] = 0.0
    return content


# --- one more person --------------------------------------------------------------------------------------------------


class Hermit(Policy):
    """Keeps the last person from writing, reading and taking up an assistant."""

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        del draw
        last = len(world.humans) - 1
        if isinstance(proposal, Drafts):
            return proposal.take((proposal.author != last) | (proposal.origin == Origin.SYNTHETIC))
        if isinstance(proposal, Reads):
            return replace(proposal, item=_with_last(proposal.item, -1))
        if isinstance(proposal, Shifts):
            return replace(proposal, assistant=_with_last(proposal.assistant, NOBODY))
        return proposal


def _with_last[S: np.generic](values: NDArray[S], last: int) -> NDArray[S]:
    changed = values.copy()
    changed[-1] = last
    return changed


def with_hermit(content: dict[str, Any]) -> WebEcosystem:
    """A model in which the last person has no home and neither reads nor writes."""
    model = web(content)
    model.humans[-1].home = -1  # at home nowhere, or the audience would grow by one
    model.policies = (*model.policies, Hermit(start=BEFORE))
    return model


# Newcomers follow those before them, or nobody; other networks deal everyone's ties anew when there is one more.
@pytest.mark.parametrize("network", ["barabasi_albert", "none"])
def test_one_more_person_who_neither_reads_nor_writes_changes_nobody_by_a_bit(network: str) -> None:
    content, more = without_lotteries(240), without_lotteries(241)
    content["humans"]["network"] = more["humans"]["network"] = network
    without, with_one = run(web(content)), run(with_hermit(more))
    changed = changes(without, with_one)
    # Means over people count one more.
    means = {
        "recorded web": {"human_motivation"},
        "recorded domains": {"human_motivation"},
        "recorded humans": {"count", "motivation", "activity", "adoption"},
    }
    assert {name: set(columns) for name, columns in changed.items()} == means
    mine, theirs = portrait(without), portrait(with_one)
    for name in mine.keys() | theirs.keys():
        assert only(mine[name], theirs[name]).size == 0
        newcomers = only(theirs[name], mine[name])
        assert newcomers.tolist() == (theirs[name].ids[-1:].tolist() if name in {"humans", "reads"} else [])


@pytest.fixture(scope="module", params=range(6))
def first_month(request: pytest.FixtureRequest) -> tuple[WebEcosystem, WebEcosystem]:
    """A web after its first month, without and with one more person, who writes a lot."""
    seed: int = request.param
    without, with_one = web(without_lotteries(600), seed), web(without_lotteries(601), seed)
    with_one.humans[-1].activity = 8.0
    return run(without, 1), run(with_one, 1)


def test_in_the_first_month_others_write_what_they_would_have_written(
    first_month: tuple[WebEcosystem, WebEcosystem],
) -> None:
    mine, theirs = map(portrait, first_month)
    newcomer = theirs["humans"].ids[-1]
    assert only(mine["items"], theirs["items"]).size == 0
    fresh = np.isin(theirs["items"].ids, only(theirs["items"], mine["items"]))
    assert fresh.any()
    assert (theirs["items"].columns["author"][fresh] == newcomer).all()
    changed = changes(*first_month)
    # What happens to items and people by being read and by reading, and nothing else about them.
    assert set(changed["items"]) <= {"votes", "views", "links"}
    assert set(changed["humans"]) <= {"expectation", "met"}
    assert set(changed["reads"]) <= {"item", "upvoted"}
    assert set(changed.get("links", {})) <= {"target"}
    assert np.isin(changed["humans"].get("met", []), changed["reads"]["upvoted"]).all()


def test_in_the_first_month_few_reads_move_but_to_the_newcomers_items() -> None:
    moved, due = 0, 0.0
    for seed in range(6):
        without, with_one = web(without_lotteries(600), seed), web(without_lotteries(601), seed)
        with_one.humans[-1].activity = 8.0
        mine, theirs = portrait(run(without, 1)), portrait(run(with_one, 1))
        before, after, upvoted = _paired(mine["reads"], theirs["reads"])
        fresh = only(theirs["items"], mine["items"])
        moved += int((before != after).sum())
        due += before.size * len(fresh) / len(theirs["items"].ids)
        # What reads alike is voted on alike: fluency, which a new item shifts a little, turns at most 1 in 1,000.
        assert upvoted[before == after].mean() <= 1e-3
    assert moved <= 4 * due
