"""What curators and labs have in common: settings, and levers by which they move them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import mesa
import numpy as np

from ecosystem.core.streams import name_key
from ecosystem.strategies.adaptation.base import Space, Trials
from ecosystem.world.levers import Lever, chosen, in_force, space
from ecosystem.world.settings.curators import CuratorParameters
from ecosystem.world.settings.labs import LabParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Institution"]


class Institution[P: (CuratorParameters, LabParameters)](mesa.Agent):  # type: ignore[misc]  # mesa is untyped here
    """An agent whose settings in force are those given, as far as its levers have not moved them."""

    KIND: ClassVar[str]
    """Names the kind in the key of its draws."""
    LEVERS: ClassVar[tuple[Lever, ...]]
    """What agents of this kind can move."""
    _given: P
    settings: P
    """In force: what everyone else reads."""

    def __init__(self, model: mesa.Model, given: P, index: int) -> None:
        """Begin with every lever where the scenario put it."""
        super().__init__(model)
        self.name = given.name
        self.key = name_key(self.KIND, given.name)
        self.index = index
        self.levers = chosen(self.LEVERS, given.levers)
        """What it moves."""
        self._given = given
        self._trial = Trials.begin(1, len(self.levers), given.adaptation.memory(self.space))
        self.given = given
        self.earned = 0.0
        """Profit since the last revision, USD."""

    @property
    def given(self) -> P:
        """What the scenario says for the month, shocks included; setting it renews what is in force."""
        return self._given

    @given.setter
    def given(self, settings: P) -> None:
        before, self._given = self._given, settings
        if settings.adaptation != before.adaptation:  # a new rule begins without memories
            memory = np.zeros((1, settings.adaptation.memory(self.space)))
            self._trial = self._trial._replace(memory=memory)
        self.settings = in_force(settings, self.levers, self._trial.levers[0])

    @property
    def trial(self) -> Trials:
        """Where its levers stand, and what it earned there, a single row; setting it renews what is in force."""
        return self._trial

    @trial.setter
    def trial(self, trial: Trials) -> None:
        self._trial = trial
        self.settings = in_force(self._given, self.levers, trial.levers[0])

    @property
    def space(self) -> Space:
        """Where its levers can go."""
        return space(self._given, self.levers)

    def dump_trial(self) -> dict[str, NDArray[np.generic]]:
        """The trial and what has been earned in it, as arrays."""
        return self.trial._asdict() | {"earned": np.asarray(self.earned)}

    def load_trial(self, state: dict[str, NDArray[np.generic]]) -> None:
        """Take back what :meth:`dump_trial` gave."""
        self.trial = Trials(*(state[name].astype(float) for name in Trials._fields))
        self.earned = float(state["earned"].astype(float))
