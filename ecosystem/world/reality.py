"""Reality: what there is to say. Never shown to any agent; only humans sample it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.ragged import Ragged
from ecosystem.core.selection import Selection, as_selection
from ecosystem.core.streams import Streams
from ecosystem.core.urns import Urns
from ecosystem.world.ideas import Ideas
from ecosystem.world.language import Language
from ecosystem.world.settings.reality import DomainParameters, RealityParameters

__all__ = ["Questions", "Reality"]

type F64 = NDArray[np.float64]
type I64 = NDArray[np.int64]


@compiled
def _weigh(rows: I64, offsets: I64, taken: I64, weight: F64, salience: F64, running: F64) -> None:
    """Salience and its running sums of some domains from the weights of their ideas so far."""
    for row in rows:
        start, present = offsets[row], offsets[row] + taken[row]
        total, told = 0.0, 0.0
        for at in range(start, present):
            total += weight[at]
        for at in range(start, present):
            salience[at] = weight[at] / total if total > 0.0 else 0.0
            told += salience[at]
            running[at] = told
        for at in range(present, offsets[row + 1]):
            running[at] = told


@compiled
def _stand(firsts: I64, founding: I64, offsets: I64, standing: F64, weight: F64) -> None:
    """Weigh founding ideas: the i-th of a domain as ``standing[first + i]``, where the list of its kind begins."""
    for row in range(founding.size):
        for local in range(founding[row]):
            weight[offsets[row] + local] = standing[firsts[row] + local]


class Questions(NamedTuple):
    """Questions on some ideas, those on each domain of weight 1 in all."""

    at: Selection
    """Flat positions of the ideas."""
    layout: Ragged
    """The same ideas by domain."""
    share: F64
    """Weight of each question, shape (ideas asked,)."""


class Reality(Ideas):
    """The true salience of every idea in every domain, month by month; arguments are those of :class:`Ideas`."""

    def __init__(self, settings: RealityParameters, horizon: int, novelty: F64, inventions: I64, draw: Streams) -> None:
        """Lay out all ideas that there are and will be, and how people speak of them."""
        super().__init__(settings, horizon, novelty, inventions, draw)
        ideas = np.array([domain.ideas for domain in settings.domains])
        self._firsts = (np.cumsum(ideas) - ideas)[self.kinds]
        self.mean = settings.spread * draw.normal("reality.style", self.keys, settings.styles)
        """Mean human style of each domain, shape (domains, styles), style units."""
        self.language = Language(settings, self.kinds, draw)
        """What people's texts are drawn from."""
        self._weight, self.salience, self.running = (np.zeros(self.space.size) for _ in range(3))
        self._prominent = {kind: _by_weight(domain) for kind, domain in enumerate(settings.domains) if domain.salience}
        self._questions: dict[int, Questions] = {}
        self._prepared: RealityParameters | None = None
        self.sources = Urns(self.space.offsets, self.running)
        """What people's ideas are drawn from: salience, by domain."""
        self._current = False
        """Whether salience is that of the settings and the births so far."""

    def sample(
        self, domains: NDArray[np.integer], keys: NDArray[np.uint64], draw: Streams, decision: str
    ) -> NDArray[np.int64]:
        """Ideas (numbers within their domain) drawn from true salience, shape of ``domains``."""
        return draw.categorical_from(decision, keys, domains.astype(np.int64, copy=False), self.sources)

    def questions(self, count: int) -> Questions:
        """What a benchmark asks that is published once: of the ``count`` best known ideas of each domain, all alike."""
        if count not in self._questions:
            at = self.best_known(count)
            layout = self.space.picked(at)
            self._questions[count] = Questions(as_selection(at), layout, layout.shares(np.ones(len(at))))
        return self._questions[count]

    def best_known(self, count: int) -> I64:
        """Flat positions, ascending, of the ``count`` founding ideas of each domain most salient at the start."""
        chosen = np.minimum(count, self.founding)
        local = Ragged.of_lengths(chosen).local()
        kind = np.repeat(self.kinds, chosen)
        for weighted, order in self._prominent.items():
            local[kind == weighted] = np.sort(order[:count])[local[kind == weighted]]
        return np.repeat(self.space.offsets[:-1], chosen) + local

    # --- settings ---------------------------------------------------------------------------------------

    def prepare(self, settings: RealityParameters) -> None:
        """Take over what domains are like under the settings in force."""
        if settings is self._prepared or settings == self._prepared:
            return
        self._prepared, self._current = settings, False

        def spread(field: str) -> F64:
            return np.array([float(getattr(d, field)) for d in settings.domains])[self.kinds]

        self.verifiability = spread("verifiability")
        demand = spread("demand")
        self.demand = demand / demand.sum() if demand.sum() > 0 else np.full(len(demand), 1.0 / len(demand))
        self.uptake = spread("uptake")
        self.rewards = self._rewards(settings)
        """What labs that choose by reward see in each idea, shape (ideas,)."""
        self._novelty, self._half_life = spread("novelty"), spread("half_life")
        self._surge, self._residual = spread("surge"), spread("residual")
        # Powers of a million ranks are worth computing once, and once for all copies.
        self._standing = np.concatenate([_standing(domain) for domain in settings.domains])
        _stand(self._firsts, self.founding, self.space.offsets, self._standing, self._weight)

    def _rewards(self, settings: RealityParameters) -> F64:
        rewards = np.zeros(self.space.size)
        for kind, domain in enumerate(settings.domains):
            first = self.space.offsets[:-1][self.kinds == kind]
            rewards[first[:, None] + np.arange(len(domain.rewards))] = domain.rewards
        return rewards

    # --- from month to month ------------------------------------------------------------------------------

    def move(self, settings: RealityParameters, step: int) -> None:
        """Let ideas be born by themselves and fade up to month ``step`` under the settings in force."""
        self.prepare(settings)
        born = self.grow(self._novelty, step)
        if not self._current:
            self._weigh(self.newborn, step, np.arange(self.domains))
        else:
            self._weigh(self.newborn if self._surge.any() else born, step)
        self._current = True

    def invent(
        self, domains: NDArray[np.integer], ideas: NDArray[np.integer], keys: NDArray[np.uint64], step: int
    ) -> I64:
        """See :class:`Ideas`; what is new is part of reality at once."""
        at = super().invent(domains, ideas, keys, step)
        self._weigh(at, step)
        return at

    def _weigh(self, newborn: I64, step: int, rows: I64 | None = None) -> None:
        """Weigh ideas born since the start at flat positions, and domains ``rows``, or those with a changed weight."""
        if rows is None and not len(newborn):
            return
        row = np.searchsorted(self.space.offsets, newborn, side="right") - 1
        age = (step - self.born[newborn]).astype(float)
        life = self._surge[row] * np.exp2(-age / self._half_life[row]) + self._residual[row]
        weight = life * self._standing[self._firsts[row] + self.rank[newborn] - 1]
        if rows is None:
            rows = np.unique(row[weight != self._weight[newborn]])
        self._weight[newborn] = weight
        _weigh(rows, self.space.offsets, self.taken, self._weight, self.salience, self.running)
        self.sources = Urns(self.space.offsets, self.running)

    def load(self, state: dict[str, NDArray[np.generic]]) -> None:
        """Take back what :meth:`dump` gave; the next :meth:`move` recomputes the rest."""
        before = self.newborn
        self._weight[before] = self.salience[before] = 0.0
        super().load(state)
        self._current = False


def _standing(domain: DomainParameters) -> F64:
    """Weight of each founding idea, shape (ideas,): the one listed, or by Zipf's law."""
    if domain.salience:
        return np.array(domain.salience)
    ranks = np.arange(1, domain.ideas + 1).astype(float)
    standing: F64 = np.power(ranks, np.full(domain.ideas, -domain.zipf))
    return standing


def _by_weight(domain: DomainParameters) -> I64:
    """Numbers of the founding ideas, the most salient first, shape (ideas,)."""
    return np.argsort(-np.array(domain.salience), kind="stable")
