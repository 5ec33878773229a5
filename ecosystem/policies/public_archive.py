"""A public archive opens old text to training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.clock import Month
from ecosystem.core.columns import times_each
from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.phases.compliance import complies
from ecosystem.policies.base import Policy, keys_of
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.licences import fees
from ecosystem.world.memory import Need
from ecosystem.world.proposals import Crawls, Money

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.labs import Lab
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["PublicArchive"]

type Rows = NDArray[np.int64]
type Bools = NDArray[np.bool_]


class PublicArchive(Policy):
    """Hosts deposit what was public before a date, and labs may train on it whatever the terms.

    Labs reached fetch what terms and opt-outs have kept them from, and what was published before they entered, a part
    each month in an order by lot; those that forget or replace documents fetch it again. It costs the state the
    storage, labs the crawling, and hosts the licences that nobody needs for old text. It is evaded by hosts that
    withhold their text, at the price of the expected fine: a host deposits where that is at least what an item brings
    in by licences in a month. Opt-outs that the law makes binding (copyright_removal) keep works out.
    """

    kind: ClassVar[str] = "public_archive"
    modelled_on: ClassVar[str] = "legal deposit of online publications in national libraries; Common Crawl"

    cutoff: Month = param(
        Month(2022, 12),
        unit="month",
        role="lever",
        source="December 2022: the first month after the release of ChatGPT on 30 November",
        meaning="what was published before this month is in the archive",
    )
    months: int = param(
        12,
        ge=1,
        le=1200,
        unit="months",
        role="uncertainty",
        source="assumption: a year to fetch it all",
        meaning="months over which a lab fetches the archive",
    )
    refresh: int = param(
        12,
        ge=1,
        le=12_000,
        unit="months",
        role="uncertainty",
        source="assumption: a year",
        meaning="months after which a lab that forgets begins anew, but not before it is through",
    )
    humans_only: bool = param(
        False,
        unit="yes or no",
        role="lever",
        source="no: an archive keeps what was published",
        meaning="only what people wrote without help is kept, as if that were known",
    )
    storage: float = param(
        1e-5,
        ge=0,
        unit="USD per item and month",
        role="uncertainty",
        source="assumption: a few copies of a hundred kilobytes at some cents a gigabyte and month",
        meaning="what it costs to keep an item",
    )
    fine: float = param(
        0.1,
        ge=0,
        unit="USD per item",
        role="lever",
        source="assumption: what a document is worth to a lab (labs.*.data.document_value)",
        meaning="fine for an item found to be withheld in the month in which it was to be fetched",
    )
    enforcement: float = param(
        0.5,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: what is missing shows in every second case",
        meaning="chance that a withheld item is found",
    )

    def needs(self) -> Iterator[Need]:
        """Everything: what is fetched may be as old as the run."""
        who = "the public archive is made of all months (policies.public_archive)"
        yield Need(12_000, who, "leave the policy out")

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That nobody trains on what is public."""
        if not any(lab.data.crawlers for settings in ever for lab in settings.labs):
            yield "kind", "no lab ever crawls: it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Let labs fetch their part of the archive; collect what it costs."""
        if self.reach(world) == 0.0 or not len(world.labs):
            return proposal
        if isinstance(proposal, Crawls):
            return self._opened(proposal, world, draw)
        if isinstance(proposal, Money):
            paid = [self._storage(world), self._fines(world, draw)]
            return replace(proposal, transfers=join([proposal.transfers, *paid]))
        return proposal

    def _opened[C: Crawls](self, crawls: C, world: World, draw: Streams) -> C:
        from ecosystem.phases.curation import curate  # noqa: PLC0415 - brings Mesa with it
        from ecosystem.phases.scrape import accepted  # noqa: PLC0415 - likewise

        visited, there = crawls.visited.copy(), self._deposits(world)
        for lab, rows in self._due(world, draw):
            fetched = rows[there[world.content.curator[rows]]]
            detector = crawls.detectors.get(lab.name, lab.detector)
            taken, weight = curate(lab, accepted(lab, fetched, detector, world, draw), world, draw)
            visited[lab.index] += len(fetched)
            crawls = crawls.plus(np.full(len(taken), lab.index, dtype=np.int64), taken, weight)
        return replace(crawls, visited=visited) if (visited != crawls.visited).any() else crawls

    def _due(self, world: World, draw: Streams) -> Iterator[tuple[Lab, Rows]]:
        """Rows that each lab is to fetch this month, whether they have been deposited or not."""
        step = world.clock.step
        for lab, since in zip(world.labs.values(), self.reached_for(keys_of(world.labs), world, draw), strict=True):
            data = lab.settings.data
            if not (lab.active and data.crawlers and since):
                continue
            place = min(int(since), step - (lab.entered or 0) + 1) - 1
            if _forgets(lab):
                place %= max(self.months, self.refresh)
            # What it crawled or was kept from last month comes into the archive now.
            last = min(step - data.settle, world.clock.step_of(self.cutoff))
            window = slice(
                0 if place < self.months else world.rows_of(step - data.settle - 1).start, _first(world, last)
            )
            if window.start < window.stop:
                yield lab, self._part(lab, place, window, world, draw)

    def _part(self, lab: Lab, place: int, window: slice, world: World, draw: Streams) -> Rows:
        """Of a window the rows whose turn it is, and that the lab has not crawled."""
        from ecosystem.phases.access import barred  # noqa: PLC0415 - brings Mesa with it
        from ecosystem.phases.curation import served  # noqa: PLC0415 - likewise

        items, settle = world.content, lab.settings.data.settle
        slot = np.floor(self.months * Streams(draw.seed, 0).uniform(f"policy.{self.kind}.slot", items.key[window]))
        fresh = items.step[window] == world.clock.step - settle - 1
        turn = (slot == place) | (fresh & (slot < place))
        kept = (items.curator[window] >= OPEN_WEB) & ~items.has(Marks.REMOVED, window)
        kept &= turn & served(lab, world)[items.domain[window]]
        if self.humans_only:
            kept &= items.origin[window] == Origin.HUMAN
        rows: Rows = window.start + np.flatnonzero(kept)
        when = items.step[rows] + settle
        closed, out = barred(lab, world, rows)
        kept_from = out | (closed & _closed_then(world)[when, items.curator[rows]]) | (when < (lab.entered or 0))
        bound = items.has(Marks.OPTED_OUT, rows) & world.rules.labs.binding[lab.index][items.curator[rows]]
        fetched: Rows = rows[kept_from & ~bound]
        return fetched

    def _held(self, world: World) -> Rows:
        """How much of each host is to be in the archive, the open web last; shape (curators + 1,)."""
        items, rows = world.content, slice(0, _first(world, min(world.clock.step, world.clock.step_of(self.cutoff))))
        public = (items.curator[rows] >= OPEN_WEB) & ~items.has(Marks.REMOVED, rows)
        if self.humans_only:
            public &= items.origin[rows] == Origin.HUMAN
        return np.bincount(items.curator[rows][public].astype(np.int64) + 1, minlength=len(world.curators) + 1)

    def _deposits(self, world: World) -> Bools:
        """Which hosts deposit what they have to, shape (curators + 1,); the open web is there for all to fetch."""
        held = self._held(world)
        items = np.maximum(held[1:], 1) * world.settings.scale.people_per_human
        return np.append(complies(fees(world).sum(axis=0) / items, self.enforcement * self.fine), True)

    def _storage(self, world: World) -> Transfers:
        held = np.roll(self._held(world), -1)[self._deposits(world)].sum()
        usd = held * self.storage * world.settings.scale.people_per_human
        return Transfers.of(Kind.STATE, 0, Kind.SUPPLIERS, 0, Reason.PROGRAMME, usd)

    def _fines(self, world: World, draw: Streams) -> Transfers:
        """For items that labs were to fetch this month and did not find."""
        items, there = world.content, self._deposits(world)
        due = [rows for _, rows in self._due(world, draw)]
        rows = np.unique(np.concatenate(due)) if due else np.empty(0, dtype=np.int64)
        withheld = rows[~there[items.curator[rows]]]
        found = items.curator[withheld[self.caught(items.key[withheld], draw)]]
        return self.fines(Kind.CURATOR, times_each(found, len(world.curators)), world)


def _first(world: World, step: int) -> int:
    """First row of a month; 0 before the run."""
    first: int = world.rows_of(step).start
    return first


def _forgets(lab: Lab) -> bool:
    """Whether the lab loses documents that it has collected."""
    data = lab.settings.data
    shares = (data.retention, 1.0 if data.retention_human is None else data.retention_human)
    return min(shares) < 1 or data.window is not None or data.window_human is not None


def _closed_then(world: World) -> Bools:
    """Which hosts' terms were closed in each month so far by the scenario, open web last; (months, curators + 1)."""
    ever = world.timeline[: world.clock.step + 1]
    terms = {id(now): [host.crawl != "open" for host in now.curators] + [False] for now in ever}
    return np.array([terms[id(now)] for now in ever], dtype=np.bool_)
