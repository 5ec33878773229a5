"""Where two runs first differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ecosystem.core.streams import Streams
from ecosystem.experiments.comparison.divergence import first_divergence
from ecosystem.experiments.comparison.identities import PHASES
from ecosystem.policies.label_mandate import LabelMandate
from ecosystem.scenario import Scenario
from ecosystem.world.proposals import Votes
from ecosystem.world.world import World
from tests.units.experiments.conftest import SMALL

MANDATE = {"kind": "label_mandate", "start": "2018-09", "fine": 1000.0}


@pytest.fixture(scope="module")
def control() -> Scenario:
    return Scenario.from_dict(SMALL | {"steps": 20})


def test_runs_of_one_scenario_never_differ(control: Scenario) -> None:
    found = first_divergence(control, control, seed=3)
    assert not found.splits
    assert not found.amendments


def test_a_mandate_is_first_seen_in_its_rules_and_then_in_drafts(control: Scenario) -> None:
    found = first_divergence(control, control.replace({"policies": [MANDATE]}), seed=3)
    (first,) = found.amendments
    assert (first.policy, first.split.phase, first.split.date) == ("label_mandate", "regulate", "2018-09")
    assert (first.split.who, first.split.field) == ("publisher 0", "publishers.unlabelled")
    assert (first.split.control, first.split.arm) == ("0", "50")
    assert found.splits[0] == first.split
    by_phase = {split.phase: split for split in found.splits}
    marks = by_phase["produce"]
    assert (marks.field, marks.control, marks.arm) == ("marks", "none", "labelled")
    assert by_phase["produce"].who.startswith("an item of publisher ")
    dates = [split.date for split in found.splits]
    assert dates == sorted(dates)
    assert set(by_phase) <= set(PHASES.values())


def test_one_vote_is_found(control: Scenario) -> None:
    """A single vote of person 7 is turned in June; nothing else differs before, and the vote is named."""

    class Turn(LabelMandate):
        """Turn one vote. It costs nobody anything and cannot be evaded."""

        def amend[P](self, proposal: P, world: World, draw: Streams) -> P:  # noqa: ARG002 - as policies have it
            if not isinstance(proposal, Votes) or str(world.clock.date) != "2018-06":
                return proposal
            upvoted = proposal.upvoted.copy()
            upvoted[7, 2] = ~upvoted[7, 2]
            return replace(proposal, upvoted=upvoted)

    arm = control.model_copy(update={"policies": (Turn(start="2018-06"),)})  # type: ignore[arg-type]
    found = first_divergence(control, arm, seed=3)
    assert (found.splits[0].date, found.splits[0].phase, found.splits[0].who) == ("2018-06", "vote", "person 7")
    assert {found.splits[0].control, found.splits[0].arm} == {"True", "False"}
    assert found.amendments[0].split == found.splits[0]


def test_what_is_there_in_one_run_only_is_said(control: Scenario) -> None:
    fewer = control.replace({"publishers.groups.farm.volume": 0.0})
    found = first_divergence(control, fewer, seed=3)
    produced = next(split for split in found.splits if split.phase == "produce")
    assert (produced.field, produced.control, produced.arm) == ("", "there", "not there")
    assert np.all([split.date <= "2019-08" for split in found.splits])
