"""What must add up in every world, whatever mechanisms are on, after every month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario
from ecosystem.world.content import NO_LAB, OPEN_WEB, PRIVATE, Marks, Origin
from ecosystem.world.ledger import CAPITAL, INSIDE, Kind, Ledger, Reason
from ecosystem.world.settings.humans import ASSISTED_SHARES
from ecosystem.world.world import World
from tests.units.world.small_webs import Document, documents

EXAMPLES = 150
"""assumption: a run takes a twentieth of a second, and each mechanism is on in a third of the examples or more."""


@dataclass
class Before:
    """What is remembered of the months before."""

    reads: int = 0
    upvotes: int = 0
    balances: dict[Kind, NDArray[np.int64]] = field(default_factory=dict)
    active: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


type Audit = Callable[[World, Before], None]
AUDITS: list[Audit] = []


def audit(check: Audit) -> Audit:
    """Have a check made after every month."""
    AUDITS.append(check)
    return check


@settings(max_examples=EXAMPLES, deadline=None)
@given(documents())
def test_everything_adds_up_after_every_month(content: Document) -> None:
    model = WebEcosystem(Scenario.model_validate(content), seed=3)
    world, before = model.world, Before()
    for _ in range(model.plan.steps):
        # Before the first month there is nothing: the capital of the start counts in it.
        before.balances = {kind: balance * bool(world.clock.step) for kind, balance in world.ledger.balances.items()}
        before.active = world.publishers.active.copy()
        model.step()
        before.reads += int((world.reads >= 0).sum())
        before.upvotes += int(world.upvoted.sum())
        for check in AUDITS:
            check(world, before)


# --- money ------------------------------------------------------------------------------------------------------------


@audit
def every_cent_has_an_owner(world: World, before: Before) -> None:
    del before
    assert world.ledger.total() == 0
    assert all(balance.dtype == np.int64 for balance in world.ledger.balances.values())
    assert (world.ledger.month >= 0).all()


@audit
def the_months_tallies_are_the_change_of_the_balances(world: World, before: Before) -> None:
    ledger = world.ledger
    for kind in Kind:
        change = int(ledger.balances[kind].sum()) - int(before.balances[kind].sum())
        assert change == ledger.month[:, kind].sum() - ledger.month[kind].sum(), kind


@audit
def income_and_spending_are_the_tallies_without_capital(world: World, before: Before) -> None:
    ledger = world.ledger
    operating = [reason for reason in Reason if reason not in CAPITAL]
    for kind in Kind:
        assert ledger.income[kind].sum() == ledger.month[:, kind, operating].sum(), kind
        assert ledger.spending[kind].sum() == ledger.month[kind][:, operating].sum(), kind
    for kind in INSIDE:
        size = len(before.balances[kind])
        change = ledger.balances[kind][:size] - before.balances[kind]
        profit = (ledger.income[kind] - ledger.spending[kind])[:size]
        assert (change == profit + ledger.raised[kind][:size]).all(), kind
        assert ledger.raised[kind].sum() == _net(ledger, kind, list(CAPITAL)), kind


def _net(ledger: Ledger, kind: Kind, reasons: list[Reason]) -> int:
    """Cents that accounts of a kind received for some reasons less those they paid."""
    return int(ledger.month[:, kind, reasons].sum() - ledger.month[kind][:, reasons].sum())


@audit
def people_are_credited_what_they_were_paid(world: World, before: Before) -> None:
    del before
    people, paid = world.humans, world.ledger.flow(payee=Kind.PEOPLE)
    if not any(ever.humans.pay_reward > 0 for ever in world.regimes) or len(people) == 0:
        assert not people.paid.any()
        return
    credited = people.paid.astype(float).sum() * world.settings.scale.people_per_human
    # Half a cent for each payer and reason, and the rounding of columns of 32 bits.
    payments = len(world.curators) + len(world.labs)
    assert abs(credited - paid) <= 2 * 0.005 * payments + 1e-6 * paid


# --- attention --------------------------------------------------------------------------------------------------------


@audit
def views_and_votes_are_the_reads_and_upvotes_ever_counted(world: World, before: Before) -> None:
    items = world.content
    assert items.views.sum(dtype=np.float64) == before.reads
    assert items.votes.sum(dtype=np.float64) == before.upvotes
    assert (items.votes <= items.views).all()
    assert not (world.upvoted & (world.reads < 0)).any()


@audit
def nobody_reads_links_or_rewrites_what_is_removed_or_private(world: World, before: Before) -> None:
    del before
    items, links = world.content, world.links
    read = world.reads[world.reads >= 0]
    for rows in (read, links.source, links.target, items.source[items.source >= 0]):
        assert (items.curator[rows] >= OPEN_WEB).all()
        assert not items.has(Marks.REMOVED, rows).any()


@audit
def in_links_are_the_links_that_point_there(world: World, before: Before) -> None:
    del before
    items, links = world.content, world.links
    counted = np.bincount(links.target, minlength=len(items))
    # Links that are too old to count for authority have left.
    young = items.step > world.clock.step - 1 - max(settings.links.window for settings in world.timeline)
    assert (items.links[young] == counted[young]).all()
    assert (items.links >= counted).all()
    assert (links.source != links.target).all()
    assert (items.step[links.source] == links.step).all()


@audit
def audiences_are_shares_of_all(world: World, before: Before) -> None:
    del before
    assert (world.audience >= 0).all()
    assert world.audience.sum() == pytest.approx(1.0) or not world.audience.any()


# --- items ------------------------------------------------------------------------------------------------------------


@audit
def items_by_month_are_all_items(world: World, before: Before) -> None:
    del before
    months = [world.rows_of(step) for step in range(world.clock.step)]
    assert sum(month.stop - month.start for month in months) == len(world.content)
    for step, month in enumerate(months):
        assert (world.content.step[month] == step).all()


@audit
def identities_are_unique(world: World, before: Before) -> None:
    del before
    for keys in (world.content.key, world.humans.key, world.publishers.key):
        assert len(np.unique(keys)) == len(keys)


@audit
def whom_items_refer_to_exists(world: World, before: Before) -> None:
    del before
    items, reality = world.content, world.reality
    by_publisher = (items.origin == Origin.SYNTHETIC) & (items.curator >= OPEN_WEB)
    by_person = items.origin != Origin.SYNTHETIC
    assert (items.author >= 0).all()
    assert (items.author[by_publisher] < len(world.publishers)).all()
    assert (items.author[by_person] < len(world.humans)).all()
    assert ((items.lab >= NO_LAB) & (items.lab < len(world.labs))).all()
    assert ((items.curator >= PRIVATE) & (items.curator < len(world.curators))).all()
    assert ((items.domain >= 0) & (items.domain < reality.domains)).all()
    assert ((items.idea >= 0) & (items.idea < reality.space.lengths[items.domain])).all()
    told = items.source >= 0
    assert (items.step[items.source[told]] < items.step[told]).all()


@audit
def what_repeats_an_item_says_what_that_says(world: World, before: Before) -> None:
    del before
    items = world.content
    told = np.flatnonzero(items.source >= 0)
    assert (items.idea[told] == items.idea[items.source[told]]).all()
    assert (items.domain[told] == items.domain[items.source[told]]).all()


@audit
def nobody_says_what_is_not_yet_there_to_say(world: World, before: Before) -> None:
    del before
    items = world.content
    born = world.reality.born[world.reality.space.flat(items.domain, items.idea)]
    assert (born <= items.step).all()


@audit
def shares_and_depths_are_those_of_the_origin(world: World, before: Before) -> None:
    del before
    items = world.content
    human, synthetic = items.origin == Origin.HUMAN, items.origin == Origin.SYNTHETIC
    assert (items.share[human] == 0).all()
    assert (items.share[synthetic] == 1).all()
    assert np.isin(items.share[items.origin == Origin.ASSISTED], np.array(ASSISTED_SHARES, np.float32)).all()
    assert (items.depth >= 0).all()
    assert (items.depth[synthetic] >= 1).all()
    first_hand = human & (items.source < 0)
    assert (items.depth[first_hand] == 0).all()
    copied = human & (items.source >= 0)
    assert (items.depth[copied] == items.depth[items.source[copied]]).all()


# --- people and institutions ------------------------------------------------------------------------------------------


@audit
def shares_of_people_lie_between_0_and_1(world: World, before: Before) -> None:
    del before
    people = world.humans
    for name in ("skill", "grounding", "reliance", "aversion", "satisfaction", "reference", "met"):
        values = getattr(people, name)
        assert (np.isnan(values) | ((values >= 0) & (values <= 1))).all(), name
    assert (people.motivation >= 0).all()
    assert ((people.home >= -1) & (people.home < len(world.curators))).all()
    assert ((people.assistant >= -1) & (people.assistant < len(world.labs))).all()


@audit
def publishers_that_closed_write_nothing(world: World, before: Before) -> None:
    items, month = world.content, world.rows_of(world.clock.step - 1)
    theirs = (items.origin[month] == Origin.SYNTHETIC) & (items.curator[month] >= OPEN_WEB)
    authors = items.author[month][theirs]
    there = authors < len(before.active)
    assert there.all(), "a publisher wrote before it was founded"
    assert before.active[authors].all()
    assert not world.publishers.active[: len(before.active)][~before.active].any(), "a closed publisher came back"


@audit
def labs_that_are_bankrupt_are_gone(world: World, before: Before) -> None:
    del before
    for lab in world.labs.values():
        if not lab.active:
            assert not lab.usable
            assert lab.subscribers == 0
            assert not (world.humans.assistant == lab.index).any()
            assert not world.licences.terms.until[lab.index].any()
            if lab.waiting:
                assert world.ledger.balances[Kind.LAB][lab.index] == 0


@audit
def who_has_closed_has_and_owes_nothing(world: World, before: Before) -> None:
    closed = before.active & ~world.publishers.active[: len(before.active)]
    assert not world.ledger.balances[Kind.PUBLISHER][: len(closed)][closed].any()
    for lab in world.labs.values():
        assert lab.active or world.ledger.balances[Kind.LAB][lab.index] == 0


@audit
def moods_and_prices_are_possible(world: World, before: Before) -> None:
    del before
    assert 0 <= world.investors.optimism <= 1
    assert not (world.investors.income < 0)
    ask, price, _ = world.licences.terms
    assert np.isfinite(price).all()
    assert (price >= 0).all()
    assert (np.isnan(ask) | ((ask >= world.settings.licences.floor) & np.isfinite(ask))).all()


@audit
def what_labs_hold_is_finite(world: World, before: Before) -> None:
    del before
    for lab in world.labs.values():
        for name, values in world.corpora[lab.index].dump().items():
            assert np.isfinite(values).all(), name
        if lab.fitted is not None:
            assert (lab.fitted.probability >= 0).all()
            assert ((lab.fitted.accuracy >= 0) & (lab.fitted.accuracy <= 1)).all()
            sums = world.reality.space.totals(lab.fitted.probability)
            assert (np.isclose(sums, 1) | (sums == 0)).all()


# --- numbers that are not there ---------------------------------------------------------------------------------------


@audit
def nan_stands_only_where_a_column_says_so(world: World, before: Before) -> None:
    del before
    for table in (world.content, world.links, world.humans, world.publishers):
        for name, column in table.schema().items():
            if column.dtype.kind != "f":
                continue
            values: NDArray[Any] = getattr(table, name)
            assert not np.isinf(values).any(), name
            assert "NaN" in column.meaning or not np.isnan(values).any(), f"{type(table).__name__}.{name}"


@audit
def a_lab_with_a_model_has_a_benchmark(world: World, before: Before) -> None:
    del before
    for lab in world.labs.values():
        assert np.isnan(lab.benchmark) == (lab.generation == 0)
