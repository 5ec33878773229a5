"""What policies say of a scenario: how old the items are that they need, and why they have nothing to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from ecosystem.policies.label_mandate import LabelMandate
from ecosystem.scenario import Scenario
from ecosystem.scenario.notes import notes
from ecosystem.world.memory import Need
from ecosystem.world.settings import WorldSettings


@pytest.fixture(autouse=True)
def archivist(monkeypatch: pytest.MonkeyPatch) -> None:
    """The label mandate looks at old items here, and only has an effect where people are paid."""

    def needs(self: LabelMandate) -> Iterator[Need]:
        yield Need(self.ramp + 1, "an archivist looks (ramp plus one)", "lower ramp")

    def remarks(_self: LabelMandate, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        if all(now.humans.pay_reward == 0 for now in ever):
            yield "start", "pay moves nobody (humans.pay_reward)"

    monkeypatch.setattr(LabelMandate, "needs", needs)
    monkeypatch.setattr(LabelMandate, "notes", remarks)


def scenario(**given: Any) -> dict[str, Any]:
    policy = {"kind": "label_mandate", "start": "2018-03", "ramp": 20}
    return {"steps": 24, "policies": [policy], **given}


@pytest.mark.parametrize(("kept", "steps", "least"), [(20, 24, 21), (21, 24, None), (13, 15, 15), (15, 15, None)])
def test_items_that_a_policy_needs_must_be_kept(kept: int, steps: int, least: int | None) -> None:
    content = scenario(steps=steps, scale={"keep_items": kept})
    if least is None:
        assert Scenario.model_validate(content).scale.keep_items == kept
        return
    cause = f"is {kept}, but items are needed for {least} months, because an archivist looks (ramp plus one)"
    with pytest.raises(ValueError, match=re.escape(cause)) as refused:
        Scenario.model_validate(content)
    assert isinstance(refused.value, ValidationError)
    remedy = f"set it to at least {least}, leave it out to keep all items, or lower ramp"
    assert remedy in str(refused.value.errors())


def test_a_policy_says_why_it_has_nothing_to_do() -> None:
    told = [(note.path, note.cause) for note in notes(Scenario.model_validate(scenario()))]
    assert (("policies", 0, "start"), "pay moves nobody (humans.pay_reward)") in told
    later = {"at": "2018-09", "set": {"humans.pay_reward": 1.0}}
    assert not any(note.path[:1] == ("policies",) for note in notes(Scenario.model_validate(scenario(shocks=[later]))))
