"""What every registered policy must do and leave alone, in a web in which every mechanism is at work."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import itertools
import pickle
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecosystem.core.parameters import describe
from ecosystem.core.streams import Streams, child_keys, name_key
from ecosystem.model import WebEcosystem
from ecosystem.policies import Policy
from ecosystem.scenario import Scenario
from ecosystem.world.content import Origin
from ecosystem.world.ledger import Kind, Transfers
from tests.randomness.worlds import SEED, differing, document, run, web

Policy.registry.load_plugins()
every_policy = pytest.mark.parametrize("kind", list(Policy.registry))

START, END = "2020-09", "2021-03"
FIRST, LAST = 8, 14
"""Steps of these months."""


def under(kind: str, **settings: Any) -> Scenario:
    """The busy web under this policy alone, with its defaults but for what is given."""
    return Scenario.model_validate(document(policies=[{"kind": kind, "start": START, **settings}]))


@functools.cache
def without(months: int) -> dict[str, NDArray[Any]]:
    """What the busy web is after so many months without any policy."""
    return run(web(document(policies=[])), months).dump()


class Watched(WebEcosystem):
    """A model that checks, proposal by proposal, that policies amend and do nothing else."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario, seed=SEED)
        self.amended: list[int] = []
        """Step of each proposal that a policy changed."""

    def amend[P](self, proposal: P) -> P:
        for policy in self.policies:
            content, world = pickle.dumps(proposal), self.world.dump()
            result = policy.amend(proposal, self.world, self.streams)
            assert pickle.dumps(proposal) == content, "the proposal was written to"
            assert differing(self.world.dump(), world) == [], "the world was written to"
            assert result is proposal or policy.reach(self.world) > 0, "amended without being in force"
            assert type(result) is type(proposal)
            _check_layout(proposal, result)
            if pickle.dumps(result) != content:
                self.amended.append(self.world.clock.step)
            proposal = result
        return proposal


def _check_layout(before: Any, after: Any) -> None:
    """Assert that what was an array of one type and rank still is, and that payments name accounts."""
    for name in (entry.name for entry in dataclasses.fields(before)):
        old, new = getattr(before, name), getattr(after, name)
        assert type(old) is type(new), name
        if dataclasses.is_dataclass(old):
            _check_layout(old, new)
        if isinstance(old, np.ndarray):
            assert (new.dtype, new.ndim) == (old.dtype, old.ndim), name


@functools.cache
def watched(kind: str) -> Watched:
    """A web that ran to its end while the policy came and went."""
    model = Watched(under(kind, end=END))
    run(model)
    return model


# --- when and whom it reaches -----------------------------------------------------------------------------------------


@every_policy
def test_nothing_happens_before_the_start(kind: str) -> None:
    assert differing(run(web(under(kind).to_dict()), FIRST).dump(), without(FIRST)) == []


@every_policy
def test_it_amends_only_while_in_force_and_writes_to_nothing(kind: str) -> None:
    assert set(watched(kind).amended) <= set(range(FIRST, LAST))


@every_policy
def test_it_does_something_while_in_force(kind: str) -> None:
    assert watched(kind).amended


@every_policy
@pytest.mark.parametrize("ramp", [0, 6])
def test_zero_coverage_changes_no_bit(kind: str, ramp: int) -> None:
    assert differing(run(web(under(kind, coverage=0.0, ramp=ramp).to_dict())).dump(), without(24)) == []


@every_policy
def test_that_it_will_end_shows_only_then(kind: str) -> None:
    ending, lasting = web(under(kind, end=END).to_dict()), web(under(kind).to_dict())
    assert differing(run(ending, LAST).dump(), run(lasting, LAST).dump()) == []


@every_policy
def test_the_reach_grows_with_the_ramp_and_stays(kind: str) -> None:
    model = web(under(kind, ramp=4, coverage=0.6, end=END).to_dict())
    (policy,), reach = model.policies, []
    for _ in range(18):
        reach.append(policy.reach(model.world))
        model.world.clock.advance()
    ramp = [0.12, 0.24, 0.36, 0.48, 0.6, 0.6]
    assert reach == pytest.approx([0.0] * FIRST + ramp + [0.0] * (18 - LAST))


@every_policy
def test_who_is_reached_once_stays_so_while_coverage_grows(kind: str) -> None:
    who = child_keys(np.full(20_000, name_key("addressed")), 0, np.arange(20_000))
    reached = np.zeros(len(who), dtype=np.bool_)
    for coverage in (0.1, 0.3, 0.7, 1.0):
        model = run(web(under(kind, coverage=coverage).to_dict()), FIRST)
        now = model.policies[0].reaches(who, model.world, model.streams)
        assert not (reached & ~now).any()
        # 5 standard deviations: a false alarm in 1.7 million.
        assert abs(now.mean() - coverage) <= 5 * np.sqrt(coverage * (1 - coverage) / len(who))
        reached = now
        model.world.clock.advance()
        model.streams.step += 1
        assert (model.policies[0].reaches(who, model.world, model.streams) == now).all()


@every_policy
@pytest.mark.parametrize(("key", "values"), [("fine", (0.0, 1e6)), ("enforcement", (0.0, 1.0))])
def test_fine_and_enforcement_mean_something(kind: str, key: str, values: tuple[float, float]) -> None:
    """Each kind says what of; for the one that is not tried the other is as it is, or something to go by."""
    given = {"fine": 1.0, "enforcement": 0.5}
    low, high = (run(web(under(kind, **(given | {key: value})).to_dict())).dump() for value in values)
    assert differing(low, high) != []


# --- what it keeps ----------------------------------------------------------------------------------------------------


@every_policy
def test_what_people_say_by_themselves_stays_the_same_in_the_first_month(kind: str) -> None:
    """Whom a policy does not address draws as without it, to the bit; it may add items and marks, and change homes."""
    said = []
    for content in (under(kind).to_dict(), document(policies=[])):
        model = run(web(content), FIRST + 1)
        items, rows = model.world.content, model.world.rows_of(FIRST)
        alone = rows.start + np.flatnonzero(items.origin[rows] == Origin.HUMAN)
        columns = (items.domain, items.idea, items.correct, items.style, items.author, items.source)
        said.append(
            {int(key): [c[row].tobytes() for c in columns] for key, row in zip(items.key[alone], alone, strict=True)}
        )
    under_it, control = said
    assert len(control) > 50
    assert {key: under_it.get(key) for key in control} == control


@every_policy
def test_money_is_conserved(kind: str) -> None:
    model = web(under(kind).to_dict())
    ledger = model.world.ledger
    for _ in range(24):
        # The capital of the start counts in the first month.
        before = {each: int(b.sum()) * bool(model.world.clock.step) for each, b in ledger.balances.items()}
        model.step()
        assert ledger.total() == 0
        for each in Kind:
            change = int(ledger.balances[each].sum()) - before[each]
            assert change == ledger.month[:, each].sum() - ledger.month[each].sum()


class Cashier(Policy):
    """Comes last and looks at the payments that the other policies leave."""

    def amend[P](self, proposal: P, world: Any, draw: Streams) -> P:
        del draw
        transfers = getattr(proposal, "transfers", None)
        if isinstance(transfers, Transfers):
            assert len({column.shape for column in transfers}) == 1
            assert transfers.cents.dtype == np.int64
            assert (transfers.cents > 0).all()
            for kinds, accounts in ((transfers.payer_kind, transfers.payer), (transfers.payee_kind, transfers.payee)):
                open_accounts = np.array([len(world.ledger.balances[kind]) for kind in Kind])
                assert ((accounts >= 0) & (accounts < open_accounts[kinds])).all()
        return proposal


@every_policy
def test_payments_name_accounts_that_exist(kind: str) -> None:
    model = web(under(kind).to_dict())
    model.policies = (*model.policies, Cashier(start=model.policies[0].start))
    run(model)


@every_policy
def test_a_run_under_it_goes_on_from_a_dump(kind: str) -> None:
    content = under(kind, ramp=6, coverage=0.8).to_dict()
    state = run(web(content), 11).dump()
    other = web(content)
    other.load(state)
    assert differing(run(other, 13).dump(), run(web(content)).dump()) == []


# --- two at once ------------------------------------------------------------------------------------------------------

PAIRS = list(itertools.combinations_with_replacement(Policy.registry, 2))
ORDERED: dict[tuple[str, str], str] = {}
"""Pairs of kinds, in order of name, of which the order in the scenario matters, and why."""


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_work_together_in_either_order(one: str, other: str) -> None:
    """Payments are checked as they are made, the books at the end of each month; one reaches half of them."""
    pair = [{"kind": one, "start": START}, {"kind": other, "start": START, "coverage": 0.5}]
    here, there = (run(web(document(policies=order)), FIRST + 12).dump() for order in (pair, pair[::-1]))
    assert (differing(here, there) == []) == ((one, other) not in ORDERED)


def test_exceptions_to_the_order_are_pairs_and_have_reasons() -> None:
    assert set(ORDERED) <= set(PAIRS)
    assert all(ORDERED.values())


# --- what it says of itself -------------------------------------------------------------------------------------------


@every_policy
def test_its_parameters_are_documented(kind: str) -> None:
    for entry in describe(Policy.registry.get(kind)):
        assert entry.unit, entry.key
        assert entry.source, entry.key
        assert len(entry.meaning.split()) > 1, entry.key
        if entry.type in {"int", "float"}:
            assert entry.low is not None, f"{entry.key}: no range"


@every_policy
def test_it_says_what_it_is_what_it_costs_and_how_it_is_evaded(kind: str) -> None:
    text = inspect.getdoc(Policy.registry.get(kind))
    assert text is not None
    assert text != inspect.getdoc(Policy)
    title, _, rest = text.partition("\n\n")
    assert title.endswith(".")
    assert "cost" in rest
    assert "evade" in rest


@every_policy
def test_it_says_what_it_is_modelled_on(kind: str) -> None:
    assert len(Policy.registry.get(kind).modelled_on.split()) > 1


@every_policy
def test_it_says_what_is_enforced_and_what_is_fined(kind: str) -> None:
    own, base = ({e.key: e for e in describe(cls)} for cls in (Policy.registry.get(kind), Policy))
    for key in ("enforcement", "fine"):
        assert own[key].meaning != base[key].meaning, key
        assert own[key].source != base[key].source, key


@every_policy
def test_what_it_needs_and_what_it_has_to_remark_are_said(kind: str) -> None:
    policy, scenario = Policy.registry.get(kind).model_validate({"start": START}), under(kind)
    for need in policy.needs():
        assert need.months >= 1
        assert need.who
        assert need.remedy
    for ever in (list(Scenario(steps=1).timeline()), list(scenario.timeline())):
        for key, cause in policy.notes(ever):
            assert key == "kind" or key in type(policy).model_fields
            assert cause
    assert not list(policy.notes(list(scenario.timeline()))), "the busy web must give every policy something to do"


@every_policy
def test_a_scenario_with_it_reads_back(kind: str) -> None:
    scenario = under(kind, end=END, ramp=3, coverage=0.5)
    again = Scenario.model_validate(scenario.to_dict())
    assert again.policies == scenario.policies
    assert isinstance(again.policies[0], Policy.registry.get(kind))


@every_policy
def test_it_cannot_end_before_it_starts(kind: str) -> None:
    with pytest.raises(ValueError, match="must come after start"):
        under(kind, end=START)
