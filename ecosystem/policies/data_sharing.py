"""Labs must share the human documents that they alone have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.phases.compliance import complies
from ecosystem.policies.base import Policy, keys_of
from ecosystem.world.content import NO_LAB, PRIVATE, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.memory import Need
from ecosystem.world.proposals import Crawls, Money

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.labs import Lab
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.settings.labs import LabParameters
    from ecosystem.world.world import World

__all__ = ["DataSharing"]


class _Private(NamedTuple):
    """Human documents that labs had made for themselves or logged in a month, and whose they are."""

    rows: NDArray[np.int64]
    owner: NDArray[np.int64]


class DataSharing(Policy):
    """Each lab gives the others the logs and the commissioned work that it trains on, some months later.

    It reaches labs, as givers and as takers. It costs givers the cleaning of what they give and their head start,
    and takers the fee, if there is one; a lab takes nothing where the fee is more than a document is worth to it. It
    is evaded by withholding, at the price of the expected fine: a lab shares where that is at least what a document
    is worth to it.
    """

    kind: ClassVar[str] = "data_sharing"
    modelled_on: ClassVar[str] = (
        "Article 6(11) of the EU Digital Markets Act (Regulation 2022/1925), by which search engines share what users "
        "asked and clicked on"
    )

    delay: int = param(
        3,
        ge=0,
        le=120,
        unit="months",
        role="lever",
        source="assumption: a quarter to clean and to hand over",
        meaning="age at which documents are shared",
    )
    fee: float = param(
        0.0,
        ge=0,
        unit="USD per document",
        role="lever",
        source="0: shared for nothing; the DMA has fair, reasonable and non-discriminatory terms",
        meaning="what a lab pays another for a document of its",
    )
    cleaning_cost: float = param(
        1e-3,
        ge=0,
        unit="USD per document",
        role="uncertainty",
        source="assumption: half of what answering a question costs (labs.*.inference_cost)",
        meaning="what it costs a lab to make a document ready, personal data taken out",
    )
    fine: float = param(
        1.0,
        ge=0,
        unit="USD per document",
        role="lever",
        source="assumption: ten times what a document is worth (labs.*.data.document_value)",
        meaning="fine for a document found to be withheld",
    )
    enforcement: float = param(
        0.2,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: one withheld document in five is found",
        meaning="chance that a withheld document is found",
    )

    def needs(self) -> Iterator[Need]:
        """The month whose documents are shared."""
        who = f"labs share them after {self.delay} months (policies.data_sharing.delay plus one)"
        yield Need(self.delay + 1, who, "lower policies.data_sharing.delay")

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That there is nothing to share, or nobody to share with."""
        if not any(len(settings.labs) > 1 for settings in ever):
            yield "kind", "there are no two labs to share anything: it has no effect"
        elif not any(_has_own(lab) for settings in ever for lab in settings.labs):
            yield "kind", "no lab keeps logs or commissions work (labs.*.data.log_share, commissions): it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Give each lab what others share; let it be paid for, and fine those who withhold."""
        if self.reach(world) == 0.0 or len(world.labs) <= 1:
            return proposal
        if isinstance(proposal, Crawls):
            return self._given(proposal, world, draw)
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, *self._paid(world, draw)]))
        return proposal

    def _given[C: Crawls](self, crawls: C, world: World, draw: Streams) -> C:
        from ecosystem.phases.curation import curate  # noqa: PLC0415 - brings Mesa with it

        private, sharing = self._private(world), self._sharing(world, draw)
        for lab in self._takers(world, draw):
            rows, weight = curate(lab, _taken(lab, private, sharing, world), world, draw)
            crawls = crawls.plus(np.full(len(rows), lab.index, dtype=np.int64), rows, weight)
        return crawls

    def _paid(self, world: World, draw: Streams) -> list[Transfers]:
        private, sharing = self._private(world), self._sharing(world, draw)
        labs, scale = np.arange(len(world.labs)), world.settings.scale.people_per_human
        bound = self._bound(world, draw)
        held = bound[private.owner] & ~sharing[private.owner]
        found = private.owner[held][self.caught(world.content.key[private.rows[held]], draw)]
        shared = np.bincount(private.owner[sharing[private.owner]], minlength=len(labs))
        paid = [
            self.fines(Kind.LAB, np.bincount(found, minlength=len(labs)), world),
            Transfers.of(Kind.LAB, labs, Kind.SUPPLIERS, 0, Reason.COMPLIANCE, shared * scale * self.cleaning_cost),
        ]
        for lab in self._takers(world, draw) if self.fee > 0 else ():
            owner = world.content.lab[_taken(lab, private, sharing, world)].astype(np.int64)
            usd = np.bincount(owner, minlength=len(labs)) * scale * self.fee
            paid.append(Transfers.of(Kind.LAB, lab.index, Kind.LAB, labs, Reason.DATA_SHARING, usd))
        return paid

    def _private(self, world: World) -> _Private:
        items, window = world.content, world.rows_of(world.clock.step - self.delay)
        human = (items.origin[window] != Origin.SYNTHETIC) & (items.lab[window] > NO_LAB)
        rows = window.start + np.flatnonzero(human & (items.curator[window] == PRIVATE))
        return _Private(rows, items.lab[rows].astype(np.int64))

    def _bound(self, world: World, draw: Streams) -> NDArray[np.bool_]:
        """Which labs are reached and in business, shape (labs,); none if there is only one."""
        active = np.array([lab.active for lab in world.labs.values()], dtype=np.bool_)
        bound: NDArray[np.bool_] = active & self.reaches(keys_of(world.labs), world, draw)
        return bound & (np.count_nonzero(bound) > 1)

    def _sharing(self, world: World, draw: Streams) -> NDArray[np.bool_]:
        """Which labs give what they have to, shape (labs,)."""
        worth = np.array([lab.settings.data.document_value for lab in world.labs.values()])
        return self._bound(world, draw) & complies(worth, self.expected(keys_of(world.labs), world, draw))

    def _takers(self, world: World, draw: Streams) -> list[Lab]:
        bound = self._bound(world, draw)
        return [lab for lab in world.labs.values() if bound[lab.index] and self.fee <= lab.settings.data.document_value]


def _taken(lab: Lab, private: _Private, sharing: NDArray[np.bool_], world: World) -> NDArray[np.int64]:
    """Rows that a lab gets of others, in the domains that it trains on."""
    from ecosystem.phases.curation import served  # noqa: PLC0415 - brings Mesa with it

    theirs = sharing[private.owner] & (private.owner != lab.index)
    rows: NDArray[np.int64] = private.rows[theirs & served(lab, world)[world.content.domain[private.rows]]]
    return rows


def _has_own(lab: LabParameters) -> bool:
    data = lab.data
    moved = {"commissions", "log_share"} & set(lab.levers)
    return bool(data.log_share or data.commissions or data.commissions_per_domain or moved)
