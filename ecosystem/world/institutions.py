"""What curators and labs have in common: settings, and levers by which they move them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import mesa
import numpy as np

from ecosystem.core.streams import name_key
from ecosystem.strategies.adaptation.base import Trial
from ecosystem.world.levers import Lever, in_force
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
    _given: P
    settings: P
    """In force: what everyone else reads."""

    def __init__(self, model: mesa.Model, given: P, index: int) -> None:
        """Begin with every lever where the scenario put it."""
        super().__init__(model)
        self.name = given.name
        self.key = name_key(self.KIND, given.name)
        self.index = index
        still = np.zeros(len(self.LEVERS))
        self._trial = Trial(still, still.copy(), np.nan, np.nan)
        self.given = given
        self.earned = 0.0
        """Profit since the last revision, USD."""

    @property
    def given(self) -> P:
        """What the scenario says for the month, shocks included; setting it renews what is in force."""
        return self._given

    @given.setter
    def given(self, settings: P) -> None:
        self._given = settings
        self.settings = in_force(settings, self.LEVERS, self._trial.levers)

    @property
    def trial(self) -> Trial:
        """Where its levers stand, and what it earned there; setting it renews what is in force."""
        return self._trial

    @trial.setter
    def trial(self, trial: Trial) -> None:
        self._trial = trial
        self.settings = in_force(self._given, self.LEVERS, trial.levers)

    def dump_trial(self) -> dict[str, NDArray[np.generic]]:
        """The trial and what has been earned in it, as arrays."""
        return {
            "levers": self.trial.levers,
            "settled": self.trial.settled,
            "payoffs": np.array([self.trial.payoff, self.trial.settled_payoff]),
            "earned": np.asarray(self.earned),
        }

    def load_trial(self, state: dict[str, NDArray[np.generic]]) -> None:
        """Take back what :meth:`dump_trial` gave."""
        payoff, settled_payoff = (float(value) for value in state["payoffs"].astype(float))
        self.trial = Trial(state["levers"].astype(float), state["settled"].astype(float), payoff, settled_payoff)
        self.earned = float(state["earned"].astype(float))
