"""Arms of a comparison: the control, other scenarios, and the control under policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosystem.experiments.ensemble.plan import MONTHLY, Record, Task
from ecosystem.experiments.errors import RunRefused
from ecosystem.experiments.inputs import hashes
from ecosystem.experiments.provenance import scenario_hash
from ecosystem.experiments.seeds import replicate_seed
from ecosystem.scenario.overlay import overlaid

if TYPE_CHECKING:
    from ecosystem.policies import Policy
    from ecosystem.scenario import Problem, Scenario

__all__ = ["Arm", "PairedPlan", "PolicyLike", "arms_of"]

type PolicyLike = str | Path | Mapping[str, Any] | Policy
"""A policy file by path or name, the keys of a policy, or a policy."""

_ALIKE = {
    "start": "months would not be the same",
    "steps": "one would end before the other",
    "scale.humans": "people would not be the same",
    "reality": "there would be other things to say",
    "observation": "other things would be recorded",
}
"""Keys in which arms must not differ, and why: runs of one seed would have nothing in common."""


@dataclass(frozen=True)
class Arm:
    """One of the scenarios that are compared.

    Attributes:
        name: in tables and figures; each arm has its own.
        scenario: what is simulated.
        notes: what its policy file says without effect.
    """

    name: str
    scenario: Scenario
    notes: tuple[Problem, ...] = field(default=(), compare=False)


def arms_of(
    scenarios: Sequence[Scenario], policies: Sequence[PolicyLike] = (), *, together: bool = False
) -> tuple[Arm, ...]:
    """The arms: the first scenario as control, the others, and the control under each policy.

    Args:
        scenarios: at least one.
        policies: each is put over the control.
        together: add an arm with all policies at once.

    Raises:
        RunRefused: there is nothing to compare with, or two arms cannot be paired.
        ScenarioError: a policy cannot be used.
    """
    found = [Arm(scenario.name, scenario) for scenario in scenarios]
    control = scenarios[0]
    parts = [overlaid(control, policy) for policy in policies]
    found += [Arm(part.name, part.scenario, part.notes) for part in parts]
    if together and len(parts) > 1:
        whole = control
        for policy in policies:
            whole = overlaid(whole, policy).scenario
        found.append(Arm("+".join(part.name for part in parts), whole))
    if len(found) < 2:  # noqa: PLR2004 - a pair
        message = "nothing to compare with; name a second scenario or a policy"
        raise RunRefused(message)
    arms = _named(found)
    for arm in arms[1:]:
        _refuse_unpaired(arms[0], arm)
    return arms


def _named(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """The arms under names of their own: the second "cap" is "cap-2"."""
    taken: list[Arm] = []
    for arm in arms:
        names = [other.name for other in taken]
        name, number = arm.name, 2
        while name in names:
            name, number = f"{arm.name}-{number}", number + 1
        taken.append(Arm(name, arm.scenario, arm.notes))
    return tuple(taken)


def _refuse_unpaired(control: Arm, arm: Arm) -> None:
    """Refuse an arm whose runs share nothing with those of the control.

    Raises:
        RunRefused: names the key, both values if they are short, and why.
    """
    one, other = control.scenario.to_dict(), arm.scenario.to_dict()
    for key, reason in _ALIKE.items():
        values = []
        for document in (one, other):
            for name in key.split("."):
                document = document[name]  # noqa: PLW2901 - down the path
            values.append(document)
        if values[0] != values[1]:
            apart = "" if isinstance(values[0], dict) else f" ({values[0]} and {values[1]})"
            message = (
                f"{control.name} and {arm.name} cannot be paired: they differ in {key}{apart}, so that {reason}; "
                f"give both the same {key}"
            )
            raise RunRefused(message)


@dataclass(frozen=True)
class PairedPlan:
    """A plan of the ensemble engine: every arm under every seed, the arms of one seed after one another.

    Attributes:
        arms: control first.
        replicates: seeds.
        seed: any integer, from which the seeds follow.
        tables: monthly tables that are kept.
        until: what is to be decided, as it was asked; empty if all pairs are made.
    """

    arms: tuple[Arm, ...]
    replicates: int
    seed: int = 0
    tables: tuple[str, ...] = MONTHLY
    until: str = ""

    @property
    def tasks(self) -> int:
        """See Plan."""
        return self.replicates * len(self.arms)

    @property
    def record(self) -> Record:
        """See Plan."""
        return Record(self.tables)

    def task(self, number: int) -> Task:
        """See Plan."""
        replicate, place = divmod(number, len(self.arms))
        return Task(number, 0, self.arms[place].name, replicate, replicate_seed(self.seed, replicate))

    def scenario(self, task: Task) -> Scenario:
        """See Plan."""
        return self.arms[task.number % len(self.arms)].scenario

    def identity(self) -> dict[str, Any]:
        """See Plan."""
        return {
            "arms": {arm.name: scenario_hash(arm.scenario) for arm in self.arms},
            "files": {arm.name: hashes(arm.scenario) for arm in self.arms},
            "seed": self.seed, "replicates": self.replicates, "tables": list(self.tables),
            **({"until": self.until} if self.until else {}),
        }  # fmt: skip
