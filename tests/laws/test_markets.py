"""What the economy has in closed form: free entry at constant returns, choices as logits, and worlds without prices.

False alarms are told at each test; seeds are fixed, so each could come once, when the seed was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ecosystem.experiments.laws.base import Trial
from ecosystem.model import WebEcosystem
from ecosystem.phases.homes import liked
from ecosystem.scenario import Scenario
from ecosystem.scenario.keys import key_text
from ecosystem.scenario.vocabulary import vocabulary
from ecosystem.world.content import Origin
from ecosystem.world.ledger import Kind, Reason
from tests.units.phases.worlds import ALARM, near, proportional

ROOT = Path(__file__).parents[2]

QUIET: dict[str, Any] = {
    "name": "market",
    "title": "A market and nothing else",
    "start": "2018-01",
    "steps": 460,
    "scale": {"humans": 400, "people_per_human": 1.0, "keep_items": 2},
    "reality": {"styles": 0, "domains": [{"name": "anything", "ideas": 4, "novelty": 0.0}]},
    "humans": {
        "attention": 20, "views_per_read": 100.0, "network": "none", "follow": 0.0, "grounding": 1.0,
        "moving": 0.0, "false_flag": 0.0, "assistants": {"innovation": 0.0, "imitation": 0.0},
    },
    "links": {"per_item": 0.0},
    "curators": [{"name": "host", "ranking": [], "window": 1, "rpm": 10.0, "publisher_share": 0.5, "operations": 0.0}],
    "labs": [{"name": "lab", "cadence": 1200, "training_cost": 0.0, "operations": 0.0, "crawl_cost": 0.0,
              "data": {"settle": 0}}],
    "publishers": {
        "groups": [{"name": "farm", "count": 40, "volume": 5.0, "capital": 1e6}],
        "api_price": 0.0, "production": 5.0, "cost_spread": 0.0, "diseconomy": 0.0,
        "pooling": 1e6, "speed": 0.2, "entry": 0.02,
    },
}  # fmt: skip
"""Attention is fixed and shared alike among the items of the month; publishers know what an item earns and costs."""


def months(scenario: Scenario, seed: int, count: int | None = None) -> Iterator[WebEcosystem]:
    """The model after each month."""
    model = WebEcosystem(scenario, seed)
    for _ in range(scenario.steps if count is None else count):
        model.step()
        yield model


# --- free entry ---------------------------------------------------------------------------------------

FILLED, BATCH = 60, 20
"""Months until volume has settled (at speed 0.2 a gap halves in some five), and of a batch: several times that."""


def supplied(changes: dict[str, Any], seed: int) -> tuple[NDArray[np.float64], float, float, int]:
    """Items that publishers write a month once settled, by batch; those expected; their margin; how many entered.

    An item is one of Q + H on show, which share rA USD; so free entry ends where rA / (Q + H) = c.
    """
    scenario, paid = Scenario.from_dict(QUIET).replace(changes), []
    for model in months(scenario, seed):
        month = model.world.ledger.month
        paid.append([month[Kind.CURATOR, Kind.PUBLISHER].sum(), month[Kind.PUBLISHER].sum()])
    earned, spent = np.array(paid[FILLED:]).T / 100
    people, host, price = model.world.humans, scenario.curators[0], scenario.publishers.production
    views = len(people) * scenario.humans.attention * scenario.humans.views_per_read
    worth = views * host.rpm / 1000 * host.publisher_share
    written = (spent / price).reshape(-1, BATCH).mean(axis=1)
    by_people = float((people.activity * people.motivation).sum())
    entered = int(np.count_nonzero(model.world.publishers.entered > 0))
    return written, worth / price - by_people, float(earned.sum() / spent.sum() - 1), entered


# Two seeds of twenty batches have a standard error of 0.1 to 0.25 % of Q, which the test asks for. What the form leaves
# out is 0.1 to 0.4 %: Q + H varies by 4 % from month to month, 0.2 % of the mean of its inverse, and publishers enter
# at a profit but at a loss only shrink. So 1 % is three standard errors beyond: false alarms 3e-3 a case.
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"humans.attention": 30},
        {"publishers.production": 8.0},
        {"publishers.groups.farm.volume": 20.0},
    ],
    ids=["few at first", "more attention", "dearer", "too many at first"],
)
def test_free_entry_at_constant_returns_ends_at_zero_profit(changes: dict[str, Any]) -> None:
    runs = [supplied(changes, seed) for seed in (1, 2)]
    missed = np.concatenate([written / expected - 1 for written, expected, _, _ in runs])
    assert missed.std(ddof=1) / np.sqrt(len(missed)) < 0.0025
    assert abs(missed.mean()) < 0.01
    assert all(abs(margin) < 0.01 for _, _, margin, _ in runs)
    assert sum(entered for _, _, _, entered in runs) > 0


# --- logit shares -------------------------------------------------------------------------------------

CHOOSING: dict[str, Any] = {
    "name": "choices",
    "title": "Everybody chooses anew every month",
    "start": "2018-01",
    "steps": 21,
    "scale": {"humans": 4000, "people_per_human": 1.0, "keep_items": 14},
    "reality": {"styles": 0, "domains": [{"name": "anything", "ideas": 200}]},
    "humans": {
        "attention": 4, "network": "none", "follow": 0.0, "settling": 0, "moving": 0.0, "aversion": 0.0,
        "assistants": {"innovation": 1.0, "reconsider": 1.0, "asks": 0.0, "hype": 1.0, "trust_loss": 0.0},
    },
    "links": {"per_item": 0.0},
    "publishers": {
        "groups": [{"name": "farm", "count": 2000, "volume": 0.02, "capital": 1e9}],
        "speed": 0.0, "entry": 0.0, "least_volume": 0.0, "reconsider": 1.0,
        "api_price": 60.0, "tokens": 1500.0, "production": 0.03, "cost_spread": 0.0,
    },
}  # fmt: skip
"""4,000 people and 2,000 publishers choose in 20 months: shares some 5 % off are told at the level of 1e-6.

An item's text costs 0.09 USD at the market price, three quarters of what the item costs."""
LAB: dict[str, Any] = {"cadence": 1200, "capital": 1e12, "data": {"settle": 0}}
"""Trains once, in the first month, all on the same pages."""
LABS = [
    LAB | {"name": name, "price": price, "api_ratio": ratio}
    for name, price, ratio in (("alpha", 10.0, 0.8), ("beta", 20.0, 1.0), ("gamma", 40.0, 1.2))
]
TOWN = (("a", 1.0), ("c", 2.0), ("d", 3.0))
HOSTS: list[dict[str, Any]] = [{"name": name, "audience": audience, "loyalty": 0.0} for name, audience in TOWN]


class Choices(NamedTuple):
    """How often each was chosen: labs by people (none first) and by publishers, hosts as homes."""

    assistants: NDArray[np.int64]
    sellers: NDArray[np.int64]
    homes: NDArray[np.int64]
    expected_homes: NDArray[np.float64]
    variance: NDArray[np.float64]
    """Of the number of homes at each host."""
    benchmark: NDArray[np.float64]


def choices(seed: int, labs: list[dict[str, Any]], hosts: list[dict[str, Any]], **changes: float) -> Choices:
    """Let everybody choose in all months but the first, in which nobody knows yet what is usual."""
    people = CHOOSING["humans"] | {name: value for name, value in changes.items() if name == "taste"}
    people["assistants"] = people["assistants"] | {k: value for k, value in changes.items() if k == "quality"}
    scenario = Scenario.from_dict(CHOOSING | {"humans": people, "labs": labs, "curators": hosts})
    model = WebEcosystem(scenario, seed)
    model.step()
    world = model.world
    assistants, sellers = np.zeros(1 + len(labs), np.int64), np.zeros(len(labs), np.int64)
    homes, chances = np.zeros(len(hosts), np.int64), []
    for _ in range(scenario.steps - 1):
        before, met = world.humans.home.astype(np.int64), world.humans.met.astype(float)
        model.step()
        assistants += np.bincount(world.humans.assistant + 1, minlength=len(assistants))
        sellers += np.bincount(world.publishers.lab, minlength=len(sellers))
        homes += np.bincount(world.humans.home, minlength=len(homes))
        chances.append(chance_of_home(model, before, met))
    chance = np.concatenate(chances)
    benchmark = np.array([lab.benchmark for lab in model.labs.values()])
    return Choices(assistants, sellers, homes, chance.sum(axis=0), (chance * (1 - chance)).sum(axis=0), benchmark)


def chance_of_home(model: WebEcosystem, home: NDArray[np.int64], met: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logit of each person for each host, shape (people, hosts), given home and what was met there before.

    At home one's own finds count, elsewhere what readers reported this month.
    """
    world, settings = model.world, model.plan.humans
    there = (world.reads >= 0) & (world.content.curator[np.maximum(world.reads, 0)] == home[:, None])
    reads, votes = there.sum(axis=1), (there & world.upvoted).sum(axis=1)
    now = np.divide(votes, reads, out=np.full(len(home), np.nan), where=reads > 0)
    moved = np.where(np.isnan(now), met, met + settings.habit * (now - met))
    learnt = np.where(np.isnan(met), now, moved)
    known = np.tile(liked(world), (len(home), 1))
    sure = ~np.isnan(learnt)
    known[sure, home[sure]] = learnt[sure]
    usual = np.array([host.usual for host in model.curators.values()])
    audience = np.array([host.settings.audience for host in model.curators.values()])
    odds = audience * np.exp(settings.taste * (known - usual))
    shares: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return shares


# False alarms: 1e-6 for each of the verdicts, of which there are four here.
def test_shares_of_labs_are_logits_of_their_prices_and_benchmarks() -> None:
    unequal = [LABS[0], LABS[1] | {"capacity": 150}, LABS[2] | {"capacity": 60}]
    for quality, labs in ((0.0, LABS), (6.0, unequal)):
        found = choices(3, labs, HOSTS, quality=quality)
        taste, market = Scenario.from_dict(CHOOSING).humans.assistants, Scenario.from_dict(CHOOSING).publishers
        assert (np.ptp(found.benchmark) > 0.1) == (labs is unequal)
        worth = quality * found.benchmark - taste.price * np.array([lab["price"] for lab in labs])
        assert proportional(found.assistants, np.exp([taste.outside, *worth]))
        offers = found.benchmark - 0.75 * np.array([lab["api_ratio"] for lab in labs])
        assert proportional(found.sellers, np.exp(market.sensitivity * offers))


# False alarms: 1e-6 for each host, in all 3e-6; people's choices are independent given what they have found.
def test_shares_of_hosts_are_logits_of_what_is_found_there() -> None:
    found = choices(4, LABS, HOSTS, taste=5.0)
    known_for = [audience for _, audience in TOWN]
    assert not proportional(found.homes, known_for)  # what is found does count
    for count, mean, variance in zip(found.homes, found.expected_homes, found.variance, strict=True):
        assert near(float(count), float(mean), float(variance))


# False alarms: 1e-6 for each of three; the runs have seeds of their own, so that they are independent.
def test_one_more_to_choose_from_leaves_the_ratios_of_the_others() -> None:
    more = [LABS[0], LAB | {"name": "amber", "price": 15.0, "api_ratio": 0.9}, *LABS[1:]]
    town = [HOSTS[0], {"name": "b", "audience": 1.5, "loyalty": 0.0}, *HOSTS[1:]]
    few, many = choices(5, LABS, HOSTS, taste=0.0), choices(6, more, town, taste=0.0)
    for kind, new in (("assistants", 2), ("sellers", 1), ("homes", 1)):
        one, other = getattr(few, kind), getattr(many, kind)
        assert other[new] > 0.1 * other.sum()
        table = np.stack([one, np.delete(other, new)])
        assert stats.chi2_contingency(table).pvalue > ALARM


# --- a world without prices, and one with ------------------------------------------------------------


def free_of_charge(scenario: Scenario) -> Scenario:
    """The scenario with every amount of money at 0, whatever key states one, and without shocks, which state prices."""
    words, document = vocabulary(Scenario), scenario.replace({"shocks": []}).to_dict()

    def amounts(node: Any, path: tuple[str | int, ...]) -> Iterator[str]:
        if isinstance(node, (dict, list)):
            for part, entry in node.items() if isinstance(node, dict) else enumerate(node):
                yield from amounts(entry, (*path, part))
        else:
            doc = words.doc(words.pattern(document, path)) if path else None
            # What has to be above 0 is no price but what differences of earnings are measured by.
            if doc is not None and doc.unit.startswith("USD") and not doc.low_open:
                yield key_text(document, path)

    keys = list(amounts(document, ()))
    assert len(keys) > 40  # baseline's prices, costs, capital, budget and fine
    return scenario.replace({"shocks": []} | dict.fromkeys(keys, 0.0))


# Nothing here is left to chance.
def test_without_prices_no_cent_moves_and_no_publisher_moves() -> None:
    scenario = free_of_charge(Scenario.read(ROOT / "tests" / "golden" / "golden.toml"))
    scenario = scenario.replace({"publishers.reconsider": 1.0})
    ratios = {f"labs.{lab.name}.api_ratio": 0.25 * (1 + place) for place, lab in enumerate(scenario.labs)}
    sellers = set[int]()
    for model, other in zip(
        months(scenario, seed=11, count=20), months(scenario.replace(ratios), seed=11, count=20), strict=True
    ):
        world = model.world
        assert np.array_equal(world.publishers.lab, other.world.publishers.lab)
        sellers.update(world.publishers.lab.tolist())
        assert not world.ledger.month.any()
        assert not any(balance.any() for balance in world.ledger.balances.values())
        first = np.array([group.volume for group in scenario.publishers.groups], np.float32)
        assert world.publishers.active.all()
        assert np.array_equal(world.publishers.volume, first[world.publishers.group])
        assert not world.publishers.entered.any()
    assert len(sellers - {-1}) > 1  # ratios of what is free choose nobody's lab, but there is a choice
    assert (world.content.origin == Origin.SYNTHETIC).any()
    assert (world.humans.assistant >= 0).any()
    assert world.attention.counts.any()


# Nothing here is left to chance either: the two runs draw the same lots.
def test_money_leaves_what_a_law_is_about_as_it_is_to_the_bit() -> None:
    """A5 holds with the economy on and choices fixed because it holds without: the models are the same."""
    law = Scenario.read(ROOT / "scenarios" / "laws" / "a05-heterozygosity.toml")
    trial = Trial.of(law.replace({"scale.humans": 200, "reality.domains.replicate.count": 40}), seed=1)
    paid, models = [], []
    for case in ("without money", "with money"):
        scenario, seen, usd = trial.case(case).scenario.replace({"steps": 25}), [], np.zeros(len(Reason))
        for model in months(scenario, seed=1):
            fitted = model.labs["lab"].fitted
            assert fitted is not None
            seen.append(fitted.probability.copy())
            usd += model.world.ledger.month.sum(axis=(0, 1)) / 100
        models.append(np.array(seen))
        paid.append(usd / scenario.steps)
    assert np.array_equal(models[0], models[1])
    assert np.delete(paid[0], Reason.ENDOWMENT).sum() == 0.0
    assert paid[1].sum() > 1e9  # USD a month
    elsewhere = {Reason.ENDOWMENT, Reason.LICENCE, Reason.COMMISSION, Reason.MODERATION, Reason.FINE}
    assert {reason for reason in Reason if reason <= Reason.FINE and paid[1][reason] == 0} <= elsewhere
