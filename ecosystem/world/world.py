"""The web at one moment: everything that exists, and the commits that change it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.clock import Clock, Month
from ecosystem.core.columns import times_each
from ecosystem.core.graph import pagerank
from ecosystem.core.sampling import WeightedGroups
from ecosystem.core.streams import Streams, child_keys
from ecosystem.world import commits, founding, state
from ecosystem.world.appeal import Told
from ecosystem.world.attention import Attention
from ecosystem.world.content import OPEN_WEB, PRIVATE, Items, Origin
from ecosystem.world.curators import Curator
from ecosystem.world.expected import make_room
from ecosystem.world.feed import Feed, show, wanted
from ecosystem.world.flows import audit, legal
from ecosystem.world.humans import Humans
from ecosystem.world.inventions import room
from ecosystem.world.investors import Investors
from ecosystem.world.labs import Lab
from ecosystem.world.ledger import Kind, Ledger
from ecosystem.world.licences import Licences
from ecosystem.world.links import Links, between_authors, cite
from ecosystem.world.market import Market
from ecosystem.world.memory import let_go
from ecosystem.world.past import Past
from ecosystem.world.proposals import Asked, Crawls, LinkSet, Reads, Releases, Rules, Shifts, Training, Votes
from ecosystem.world.publishers import Publishers
from ecosystem.world.reality import Reality
from ecosystem.world.reception import Reception
from ecosystem.world.satisfaction import Answers

if TYPE_CHECKING:
    import mesa

    from ecosystem.world.settings import WorldSettings

__all__ = ["Pages", "World"]


class Pages(NamedTuple):
    """Rows of this month's items."""

    first: int
    stop: int

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows as an array."""
        return np.arange(self.first, self.stop)


class World:
    """All state. Phases read it, the methods below are the only ones that write it.

    Args:
        simulation: the Mesa model that curators and labs belong to.
        timeline: the settings in force in each month, index by step.
        start: first month.
        draw: streams; setup draws are made at step 0.
    """

    def __init__(self, simulation: mesa.Model, timeline: list[WorldSettings], start: Month, draw: Streams) -> None:
        """Bring everything into being that exists at the start."""
        self.timeline = timeline
        self.regimes = founding.distinct(timeline)
        """All settings that are in force at some time."""
        self.settings = settings = timeline[0]
        self.clock = Clock(start)
        self.draw = draw
        novelty = np.array([[d.novelty for d in s.reality.domains] for s in self.regimes]).max(axis=0)
        self.reality = Reality(settings.reality, len(timeline), novelty, room(timeline), draw)
        self.reality.prepare(settings.reality)
        styles = settings.reality.styles
        self.content = Items(styles=styles, tokens=settings.reality.tokens)
        self.links = Links()
        self.humans = Humans(styles=styles)
        self.humans.settle(settings.scale.humans, self.reality.demand)
        self.humans.endow(settings.humans, self.reality.mean, draw)
        self.follows = founding.network(self)
        self.curators = {s.name: Curator(simulation, s, i) for i, s in enumerate(settings.curators)}
        self.labs = {s.name: Lab(simulation, s, i) for i, s in enumerate(settings.labs)}
        self.publishers = Publishers(curators=max(1, len(self.curators)), memory=founding.memories(self.regimes))
        self.market = Market(len(self.curators))
        self._rules: Rules | None = None
        self.corpora = founding.corpora(self)
        self.ledger = Ledger({Kind.CURATOR: len(self.curators), Kind.LAB: len(self.labs)}, legal())
        self.investors = Investors()
        self.licences = Licences(len(self.labs), len(self.curators))
        self.reads = np.full((len(self.humans), 0), -1, dtype=np.int32)
        """Row of the item of each person's each read in the last month, -1 for none; empty from when this month's
        items are published until they have been read."""
        self.upvoted = np.zeros((len(self.humans), 0), dtype=np.bool_)
        """Whether each of these reads ended in an upvote."""
        self._attention: Attention | None = None
        self._reception: Reception | None = None
        self.month_start: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        """Row of the first item of each month so far; of months that have left memory, of the first after them."""
        self.first_model: int | None = None
        """Step in which a model was first trained; items before it are known to be free of models."""
        self.feed: Feed | None = None
        self.told: dict[int, Told] = {}
        """What was said in public in each month that is on show."""
        make_room(self)
        self.past = Past(self)
        """What is left of items that are in memory no more."""
        self.apply(settings)
        founding.found_businesses(self)
        self.humans.home[:] = founding.first_homes(self)

    # --- opening and closing a month --------------------------------------------------------------

    def open_month(self) -> None:
        """Bring the settings of the month into force; let ideas be born and fade."""
        step = self.clock.step
        if step >= len(self.timeline):
            message = (
                f"the scenario ends after {len(self.timeline)} months ({self.clock.date - 1}); "
                'for a longer run use scenario.replace({"steps": ...})'
            )
            raise RuntimeError(message)
        settings = self.timeline[step]
        if settings is not self.settings:
            self.apply(settings)
        self._rules = None
        self.reality.move(self.settings.reality, step)
        if step > 0:  # what all start with belongs to the first month
            self.ledger.begin()
        self.month_start = np.append(self.month_start, len(self.content))
        let_go(self)

    def apply(self, settings: WorldSettings) -> None:
        """Put settings into force: a shock moves what people are like and what institutions do."""
        if settings.humans != self.settings.humans:
            self.humans.endow(settings.humans, self.reality.mean, self.draw)
        commits.forget_rules(self, settings)
        self.settings = settings
        for curator, curator_settings in zip(self.curators.values(), settings.curators, strict=True):
            curator.given = curator_settings
            if curator_settings.detector is None:
                curator.detector = curator.fitted_at = None
        for lab, lab_settings in zip(self.labs.values(), settings.labs, strict=True):
            lab.given = lab_settings
            if lab_settings.detector is None:
                lab.detector = lab.detector_fitted_at = None
        self.affinity = self._affinity()

    def _affinity(self) -> NDArray[np.float64]:
        """How far each curator is for each domain, shape (curators, domains)."""
        names = [domain.name for domain in self.settings.reality.domains]
        listed = np.array(
            [[c.domains.get(name, 0.0) if c.domains else 1.0 for name in names] for c in self.settings.curators]
        ).reshape(len(self.curators), len(names))
        return listed[:, self.reality.kinds]

    def close_month(self) -> None:
        """Audit the books, bring authority up to date, let compute grow and let the month pass."""
        audit(self.ledger)
        if (self.clock.step + 1) % self.settings.links.refresh == 0:
            self._refresh_authority()
        for lab in self.labs.values():
            if lab.since_launch(self.clock) >= 0:
                lab.compute *= lab.settings.compute_growth ** (1 / 12)
                lab.dearness *= lab.settings.cost_growth ** (1 / 12)
        self.clock.advance()

    def _refresh_authority(self) -> None:
        since = self.clock.step - self.settings.links.window
        first = self.links.after(since)
        people = len(self.humans)
        sources, targets = between_authors(self.links, first, self.content, people)
        rank = pagerank(people + len(self.publishers), sources, targets, damping=self.settings.links.damping)
        self.humans.authority = rank[:people].astype(np.float32)
        self.publishers.authority = rank[people:].astype(np.float32)

    # --- commits ----------------------------------------------------------------------------------

    def enact(self, rules: Rules) -> None:
        """Let everyone know the rules of the month; a detector that only the law demanded goes with it."""
        self._rules = rules
        for curator, standard in zip(self.curators.values(), rules.hosts.standard, strict=True):
            if curator.settings.detector is None and np.isnan(standard):
                curator.detector = curator.fitted_at = None

    def publish(self, releases: Releases) -> Pages:
        """Add this month's items and the ideas that they bring up, put what is public on show, install detectors."""
        for name, detector in releases.detectors.items():
            self.curators[name].detector = detector
            self.curators[name].fitted_at = self.clock.step
        columns, drafts = releases.columns(), releases.drafts
        if self.past.items and (drafts.source >= 0).any():
            columns["source"] = np.where(drafts.source >= 0, drafts.source + self.past.items, drafts.source)
        rows = self.content.append(len(releases.score), step=np.int32(self.clock.step), **columns)
        self.reality.invent(drafts.domain, drafts.idea, drafts.key, self.clock.step)
        self.forget_last_month()
        self.feed = show(self) if wanted(self) else None
        return Pages(rows.start, rows.stop)

    def forget_last_month(self) -> None:
        """Give up what was on show and was read: a month later nobody looks back, and there are uses for memory."""
        self.feed, nothing = None, (len(self.humans), 0)
        self.remember(np.empty(nothing, dtype=np.int32), np.empty(nothing, dtype=np.bool_))

    def tally(self, reads: Reads, votes: Votes) -> None:
        """Count views and upvotes, and remember who read what."""
        self.remember(reads.item, votes.upvoted)
        self.content.tally(self.attention)

    def remember(self, reads: NDArray[np.int32], upvoted: NDArray[np.bool_]) -> None:
        """Keep the month's reads and upvotes, each of shape (people, reads)."""
        self.reads, self.upvoted = reads, upvoted
        self._attention = self._reception = None

    def connect(self, links: LinkSet) -> None:
        """Add hyperlinks and count them at their targets."""
        targets = links.target
        if not len(targets):
            return
        self.links.append(len(targets), step=np.int32(self.clock.step), source=links.source, target=targets)
        cite(targets, self.content.links)

    def answer(self, asked: Asked) -> None:
        """Let askers and labs learn how the answers were, and file what labs log."""
        subscribers = times_each(self.humans.assistant, len(self.labs))
        for lab in self.labs.values():
            lab.earlier_subscribers, lab.subscribers = lab.subscribers, int(subscribers[lab.index])
        if not len(asked.human):
            return
        weight = self.settings.humans.assistants.learning
        answers = Answers.of(asked, len(self.humans), len(self.labs))
        answers.satisfy(self.humans, weight)
        for lab in self.labs.values():
            questions, right = answers.by_lab[lab.index]
            if questions > 0:
                now = float(right / questions)
                lab.experience = now if np.isnan(lab.experience) else lab.experience + weight * (now - lab.experience)
        if asked.logged.any():
            self._file_logs(asked)

    def _file_logs(self, asked: Asked) -> None:
        """Keep logged questions as private human documents of the lab: as asked, and as corrected."""
        kept = np.flatnonzero(asked.logged)
        human, step = asked.human[kept].astype(np.int64), self.clock.step
        # Apart from the asker's own items of the same ordinals.
        key = child_keys(self.humans.key[human] ^ np.uint64(1), step, asked.ordinal[kept])
        style = self.humans.spoken(human, "log.style", key, self.settings.humans, self.draw)
        self.content.append(
            len(kept),
            key=key,
            step=np.int32(step),
            domain=asked.domain[kept],
            idea=asked.idea[kept],
            correct=asked.right[kept] | asked.corrected[kept],
            style=style,
            origin=np.uint8(Origin.HUMAN),
            author=human.astype(np.int32),
            lab=asked.lab[kept],
            curator=np.int16(PRIVATE),
        )

    def collect(self, crawls: Crawls) -> None:
        """Give each lab what it crawled, and install refitted detectors."""
        for name, detector in crawls.detectors.items():
            self.labs[name].detector = detector
            self.labs[name].detector_fitted_at = self.clock.step
        step = self.clock.step
        self.corpora.collect(self.content, crawls.lab, crawls.row, crawls.weight, step)
        if self.settings.licences.market or self.rules.labs.has("fee"):
            settle = np.array([lab.settings.data.settle for lab in self.labs.values()], dtype=np.int64)
            # What a lab was given of other months says nothing of what it finds at a host.
            found = self.content.step[crawls.row] == step - settle[crawls.lab]
            self.licences.learn(crawls, np.where(found, self.content.curator[crawls.row], OPEN_WEB))
        for lab in self.labs.values():
            data = lab.settings.data
            self.corpora[lab.index].expire(_oldest(step, data.window), _oldest(step, data.kept_human_months))

    def deploy(self, training: Training) -> None:
        """Put new generations into use, and let their labs forget as far as they do."""
        for name, model in training.models.items():
            lab = self.labs[name]
            lab.fitted, lab.generation, lab.trained_at = model, lab.generation + 1, self.clock.step
            lab.trained_on, lab.benchmark = training.documents[name], training.benchmarks[name]
            lab.training_bill = lab.training_cost * training.effort.get(name, 1.0)
            data = lab.settings.data
            self.corpora[lab.index].forget(data.retention, data.retention_human)
            if self.first_model is None:
                self.first_model = self.clock.step

    def revise(self, shifts: Shifts) -> None:
        """Change everyone as proposed."""
        commits.shift_people(self, shifts.people)
        commits.shift_publishers(self, shifts.publishers)
        commits.shift_institutions(self, shifts.institutions)
        commits.shift_market(self, shifts.market)

    def enter(self, groups: NDArray[np.int64]) -> None:
        """Found publishers of the given groups, shape (entrants,), with their capital."""
        founding.enter(self, groups)

    # --- what everyone can see --------------------------------------------------------------------

    @property
    def rules(self) -> Rules:
        """The rules of the month; none before they are enacted."""
        return Rules.none(self) if self._rules is None else self._rules

    @property
    def audience(self) -> NDArray[np.float64]:
        """Share of people at home at each curator, shape (curators,); at the start as the file says."""
        counts = times_each(self.humans.home, len(self.curators)).astype(float)
        if counts.sum() == 0:
            counts = np.array([curator.settings.audience for curator in self.curators.values()])
        return counts / counts.sum() if counts.sum() > 0 else counts

    @cached_property
    def everyone(self) -> WeightedGroups:
        """All people alike, to draw from: one more person displaces few others."""
        return WeightedGroups(np.ones(len(self.humans)), self.humans.key)

    @cached_property
    def everyone_by_domain(self) -> WeightedGroups:
        """The same in a group for each domain."""
        domain = self.humans.domain.astype(np.int64)
        return WeightedGroups(np.ones(len(self.humans)), self.humans.key, domain, self.reality.domains)

    def inhabitants(
        self, decision: str, keys: NDArray[np.uint64], domains: NDArray[np.int64], draw: Streams
    ) -> NDArray[np.int64]:
        """Row of somebody who lives in each domain, or of anybody where nobody does; -1 where there are no people.

        Args:
            decision: what the lot decides.
            keys: identity of each draw, shape (draws,).
            domains: shape (draws,).
            draw: streams of the month.
        """
        found = self.everyone_by_domain.draw(draw.key(decision), keys, 0, domains)
        deserted = np.flatnonzero(found < 0)
        found[deserted] = self.everyone.draw(draw.key(decision), keys[deserted], 0, 0)
        return found

    @property
    def attention(self) -> Attention:
        """Views and upvotes of the last month by item."""
        if self._attention is None:
            shown = None if self.feed is None else slice(self.feed.first, self.feed.stop)
            self._attention = Attention.of(self.reads, self.upvoted, shown)
        return self._attention

    @property
    def reception(self) -> Reception:
        """The same, added up by domain, host and author."""
        if self._reception is None:
            self._reception = Reception.of(self)
        return self._reception

    def author_number(self, rows: slice | NDArray[np.integer]) -> NDArray[np.int64]:
        """Number of each item's author: people first, then publishers."""
        synthetic = self.content.origin[rows] == Origin.SYNTHETIC
        author: NDArray[np.int64] = self.content.author[rows].astype(np.int64)
        number: NDArray[np.int64] = author + np.where(synthetic, len(self.humans), 0)
        return number

    @property
    def standings(self) -> NDArray[np.float32]:
        """Authority by the number of an author, in multiples of an unlinked one; the last is that of labs."""
        return np.concatenate([self.humans.authority, self.publishers.authority, [np.float32(1.0)]])

    def author_authority(self, rows: slice | NDArray[np.integer]) -> NDArray[np.float64]:
        """Authority of each item's author, in multiples of an unlinked one."""
        return self.standings[self.author_number(rows)].astype(float)

    def rows_of(self, step: int) -> slice:
        """Rows of the items of a month, those still in memory; an empty slice for a month outside the run so far."""
        if not 0 <= step < len(self.month_start):
            return slice(0, 0)
        stop = self.month_start[step + 1] if step + 1 < len(self.month_start) else len(self.content)
        return slice(int(self.month_start[step]), int(stop))

    # --- checkpoints --------------------------------------------------------------------------------

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """All state that the scenario and the seed do not give, as arrays by dotted name."""
        return state.dump(self)

    def load(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave, in a world made from the same scenario and seed."""
        state.load(self, arrays)


def _oldest(step: int, window: int | None) -> int | None:
    """First step within a window of months that ends with ``step``; None for no window."""
    return None if window is None else step - window + 1
