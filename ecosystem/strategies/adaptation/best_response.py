"""Estimate from one's own history what each lever does to profit, and go where profit is expected to be highest."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Adaptation, Public, Space, Trials

__all__ = ["BestResponse"]

type F64 = NDArray[np.float64]


class BestResponse(Adaptation):
    """Best response to one's own estimates: least squares on payoff ~ b0 + sum(b x + c x^2), past reviews fading.

    Every lever goes towards the top of its parabola by a step at most, and a little to one side by lot, without
    which nothing would be learned; of options the one that paid best is taken, and now and then another.
    Adaptive learning by recursive least squares: Marcet and Sargent 1989, doi:10.1016/0022-0531(89)90032-X.
    """

    kind: ClassVar[str] = "best_response"

    step: float = param(
        0.1,
        gt=0,
        le=1,
        unit="log ratio",
        role="uncertainty",
        source="assumption: as explorers",
        meaning="farthest move at a review: of the logarithm of a multiplier, or of the log odds of a share; "
        "half of it is the farthest that a lever stands aside by lot",
    )
    forgetting: float = param(
        0.95,
        gt=0,
        le=1,
        unit="share per review",
        role="uncertainty",
        source="assumption: the last twenty reviews count",
        meaning="weight that earlier reviews keep at each review",
    )
    probe: float = param(
        0.1,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: one review in ten tries something else",
        meaning="chance that a choice is not the one that paid best",
    )
    ridge: float = param(
        1e-2,
        gt=0,
        unit="reviews",
        role="constant",
        source="assumption: a hundredth of a review with the lever moved by a step: it gives way to the first reviews",
        meaning="weight of the belief, held at the start, that no lever matters",
    )

    def memory(self, space: Space) -> int:
        """Coefficients and their uncertainty; of each option, payoffs and how often it was tried."""
        terms = 1 + 2 * int((~space.whole).sum())
        return terms + terms**2 + 2 * int(space.options[space.whole].sum())

    def revise(self, own: Trials, others: Public, who: NDArray[np.uint64], space: Space, draw: Streams) -> Trials:  # noqa: ARG002 - the common signature
        """See :class:`Adaptation`."""
        agents, levers = own.levers.shape
        if levers == 0:
            return own
        scale = np.where(space.whole, 1.0, np.maximum(self.step, space.least))
        beliefs = _Beliefs.of(own.memory, space).after(own, space, scale, self)
        lots = draw.uniforms("adaptation.probe", who, 2 * levers)
        best = np.where(space.whole, beliefs.preferred(space), beliefs.climbed(own.settled, space, scale))
        best = space.within(best, own.settled)
        other = np.floor(lots[:, :levers] * (space.options - 1)) + 1
        strays = np.where(lots[:, levers:] < self.probe, other, 0.0)
        aside = np.where(space.whole, strays, scale * (lots[:, :levers] - 0.5))
        trial = space.within(best + aside, best)
        return Trials(trial, best, np.full(agents, np.nan), own.payoff, beliefs.kept())


class _Beliefs(NamedTuple):
    """What n agents believe; positions are counted in steps, so that all terms are of one order."""

    coefficient: F64
    """Of 1, of every lever that is no choice, and of their squares, USD per month, shape (n, terms)."""
    spread: F64
    """Inverse of the weighted sum of products of terms, shape (n, terms, terms); 0 before the first review."""
    paid: F64
    """Payoffs with each option of each choice, added up as they fade, shape (n, options of all choices)."""
    tried: F64
    """How often each was tried, likewise."""

    @classmethod
    def of(cls, memory: F64, space: Space) -> _Beliefs:
        """Out of what is remembered."""
        terms, options = 1 + 2 * int((~space.whole).sum()), int(space.options[space.whole].sum())
        ends = np.cumsum([terms, terms**2, options])
        coefficient, spread, paid, tried = np.split(memory, ends, axis=1)
        return cls(coefficient, spread.reshape(-1, terms, terms), paid, tried)

    def kept(self) -> F64:
        """As it is remembered, shape (n, numbers)."""
        return np.concatenate([part.reshape(len(part), -1) for part in self], axis=1)

    def after(self, own: Trials, space: Space, scale: F64, rule: BestResponse) -> _Beliefs:
        """Beliefs after a review; the first payoff is taken for what is earned with levers that do not matter."""
        steps = (own.levers / scale)[:, ~space.whole]
        term = np.concatenate([np.ones((len(steps), 1)), steps, steps**2], axis=1)
        begun, payoff = self.spread[:, 0, 0] > 0, own.payoff
        vague = np.diag(np.array([1.0] + [1 / rule.ridge] * (term.shape[1] - 1)))
        spread = np.where(begun[:, None, None], self.spread, vague)
        believed = self.coefficient.copy()
        believed[~begun, 0] = payoff[~begun]
        reach = _sum(spread * term[:, None, :])
        weight = reach / (rule.forgetting + _sum(reach * term))[:, None]
        believed += weight * (payoff - _sum(believed * term))[:, None]
        spread = (spread - weight[:, :, None] * reach[:, None, :]) / rule.forgetting
        now = _options(own.levers, space)
        paid, tried = rule.forgetting * self.paid + now * payoff[:, None], rule.forgetting * self.tried + now
        return _Beliefs(believed, (spread + spread.transpose(0, 2, 1)) / 2, paid, tried)

    def climbed(self, settled: F64, space: Space, scale: F64) -> F64:
        """Positions at most a step away where every lever's parabola is highest, shape (n, levers)."""
        free = np.flatnonzero(~space.whole)
        slope, bend = self.coefficient[:, 1 : 1 + len(free)], self.coefficient[:, 1 + len(free) :]
        here = (settled / scale)[:, free]
        top = -slope / np.where(bend < 0, 2 * bend, 1.0) - here
        upwards = np.sign(slope + 2 * bend * here)  # without a top, towards the higher end
        out = settled.copy()
        out[:, free] += scale[free] * np.where(bend < 0, np.clip(top, -1, 1), upwards)
        return out

    def preferred(self, space: Space) -> F64:
        """Of each choice the option that paid best so far, shape (n, levers); 0 for what is no choice."""
        mean = np.divide(self.paid, self.tried, out=np.full(self.paid.shape, -np.inf), where=self.tried > 0)
        out, first = np.zeros((len(mean), len(space.whole))), 0
        for lever in np.flatnonzero(space.whole):
            count = int(space.options[lever])
            out[:, lever] = mean[:, first : first + count].argmax(axis=1)
            first += count
        return out


def _sum(products: F64) -> F64:
    """Sums over the last axis, added up in order, whatever the number of rows."""
    total = products[..., 0].copy()
    for at in range(1, products.shape[-1]):
        total += products[..., at]
    return total


def _options(levers: F64, space: Space) -> F64:
    """1 for the option in use of each choice and 0 for the others, shape (n, options of all choices)."""
    parts = [
        np.mod(np.rint(levers[:, [lever]]), count) == np.arange(count)
        for lever, count in enumerate(space.options.tolist())
        if space.whole[lever]
    ]
    return np.concatenate([np.empty((len(levers), 0)), *parts], axis=1).astype(np.float64)
