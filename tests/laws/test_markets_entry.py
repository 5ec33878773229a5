"""The market of publishers in the long run, against the textbook.

Attention is fixed: A reads a month, spread evenly over what is on show for the one month that it is shown, H items by
people among it. An item then brings in r A / (Q + H) if publishers write Q, r being what a read pays. Its makers have
the cost f + p v (v / v0)^eta of writing v items a month.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

import ecosystem as eco
from ecosystem.phases.publishers.beliefs import held, public_pay
from ecosystem.world.content import Origin

PEOPLE, READS, RATE = 1000, 20, 0.5
"""A read is 100 views at 10 USD a thousand, of which publishers get half."""
FIXED, PRODUCTION, FIRST = 16.0, 4.0, 3.0
"""f, p and v0; eta is 1. USD, and items a month."""
BEST = (FIXED * FIRST / PRODUCTION) ** 0.5
"""Volume of least mean cost: the derivative of f / v + p v / v0 is 0 there."""
PRICE = 2 * PRODUCTION * BEST / FIRST
"""What an item then costs, on the mean and on the margin."""
SETTLED = 120
"""Months after which the market has forgotten where it began; by trial with other seeds, twice as long as it takes."""


def market(months: int, *, attention: int = READS, **publishers: Any) -> eco.Scenario:
    """A web with one host, one kind of publisher and next to nothing else."""
    group = {"name": "farm", "volume": FIRST, "capital": 60.0} | publishers.pop("group", {})
    host = {"name": "host", "ranking": [], "window": 1, "rpm": 10.0, "publisher_share": 0.5, "operations": 0.0}
    lab = {"name": "lab", "cadence": 1200, "operations": 0.0, "training_cost": 0.0, "data": {"settle": 0}}
    given = {
        "api_price": 0.0, "production": PRODUCTION, "diseconomy": 1.0, "cost_spread": 0.0, "fixed_cost": FIXED,
        "volume_rule": "marginal", "speed": 0.2, "pooling": 1e6, "memory": 0.1,
        "entry_rule": "expected_profit", "entry_cost": 0.001, "entry": 0.005,
    }  # fmt: skip
    return eco.Scenario.from_dict(
        {
            "name": "market",
            "start": "2018-01",
            "steps": months,
            "scale": {"humans": PEOPLE, "people_per_human": 1.0},
            "reality": {"styles": 0, "domains": [{"name": "d", "ideas": 50, "novelty": 0.0}]},
            "humans": {
                "network": "none", "attention": attention, "follow": 0.0, "activity": 0.5, "views_per_read": 100.0,
                "moving": 0.0, "false_flag": 0.0, "assistants": {"innovation": 0.0},
            },
            "links": {"per_item": 0.0},
            "curators": [host],
            "labs": [lab],
            "publishers": given | publishers | {"groups": [group]},
        }
    )  # fmt: skip


class Course(NamedTuple):
    """What became of the market, by month."""

    publishers: NDArray[np.float64]
    items: NDArray[np.float64]
    """By publishers."""
    human: NDArray[np.float64]
    pay: NDArray[np.float64]
    """For an item, as anyone can see it, USD."""
    volume: NDArray[np.float64]
    """Mean of those in business."""


def course(scenario: eco.Scenario, seed: int) -> Course:
    """Live through it."""
    model = eco.WebEcosystem(scenario, seed=seed)
    rows = []
    for _ in range(scenario.steps):
        model.step()
        world = model.world
        new = world.content.origin[world.rows_of(world.clock.step - 1)]
        busy = world.publishers.active
        synthetic = (new == Origin.SYNTHETIC).sum()
        pay = public_pay(world, held(world))[0]
        rows.append((busy.sum(), synthetic, len(new) - synthetic, pay, world.publishers.volume[busy].mean()))
    return Course(*np.array(rows, dtype=float).T)


def error(series: NDArray[np.float64], batches: int = 6) -> float:
    """Standard error of the mean of an autocorrelated series, from means of batches."""
    means = np.array([part.mean() for part in np.array_split(series, batches)])
    return float(means.std(ddof=1) / batches**0.5)


@cache
def equilibrium(start: float, lag: int) -> Course:
    """The market after it has settled, from so many times the publishers that it has room for."""
    publishers = round(start * (RATE * PEOPLE * READS / PRICE - PEOPLE * 0.5) / BEST)
    found = course(market(360, group={"count": publishers}, entry_lag=lag), seed=1)
    return Course(*(series[SETTLED:] for series in found))


@pytest.mark.parametrize(("start", "lag"), [(0.9, 3), (1.3, 0)])
def test_free_entry_ends_at_the_least_mean_cost(start: float, lag: int) -> None:
    """Mas-Colell, Whinston and Green 1995, Microeconomic Theory, section 10.F: no profit, on the margin or at all.

    Tolerances: publishers only ever see last year's noise, entry stops and starts with it and broke ones linger.
    """
    found = equilibrium(start, lag)
    pay, volume = float(found.pay.mean()), float(found.volume.mean())
    assert pay == pytest.approx(PRICE, rel=0.01)
    assert volume == pytest.approx(BEST, rel=0.02)
    marginal = 2 * PRODUCTION * volume / FIRST
    assert pay / marginal == pytest.approx(1, abs=0.01)
    profit = pay * volume - PRODUCTION * volume**2 / FIRST - FIXED
    assert abs(profit) < 0.02 * FIXED
    items = RATE * PEOPLE * READS / PRICE - float(found.human.mean())
    assert float(found.items.mean()) == pytest.approx(items, rel=0.02)
    assert float(found.publishers.mean()) == pytest.approx(items / BEST, rel=0.03)


# --- the S-curve and its plateau ------------------------------------------------------------------------------------

SEEDS = (1, 2, 3)
GROWN = 150
"""Months after which entry has filled the market from a handful of publishers."""


@cache
def growth(attention: int = READS, count: int = 5, first: float = FIRST) -> tuple[Course, ...]:
    """The market from a handful of publishers on; at another first volume with the same costs of the same volumes."""
    group = {"count": count, "volume": first}
    changes = {"entry": 0.1, "production": PRODUCTION * first / FIRST, "group": group}
    return tuple(course(market(240, attention=attention, **changes), seed) for seed in SEEDS)


def plateau(courses: tuple[Course, ...]) -> tuple[float, float]:
    """Items a month in the end, human ones included, and the standard error."""
    ends = [one.items[GROWN:] + one.human[GROWN:] for one in courses]
    return float(np.mean(ends)), float(np.sqrt(np.sum([error(end) ** 2 for end in ends])) / len(ends))


def test_supply_grows_along_an_s() -> None:
    """Slowly while there are few to grow, fast in between, and not at all where it no longer pays."""
    for one in growth():
        end = one.items[GROWN:].mean()
        at = [int(np.argmax(one.items > share * end)) for share in (0.1, 0.5, 0.9)]
        assert one.items[0] < 0.05 * end
        assert 0 < at[0] < at[1] < at[2] < GROWN
        steps = np.diff(one.items.reshape(-1, 10).mean(axis=1))  # of ten months each
        fastest = int(np.argmax(steps))
        assert 0 < fastest < len(steps) // 2
        assert abs(steps[-9:].mean()) < 0.05 * steps[fastest]


def test_the_plateau_is_set_by_attention() -> None:
    found, spread = plateau(growth(attention=2 * READS))
    once, error_once = plateau(growth())
    assert found == pytest.approx(2 * once, abs=3 * np.hypot(spread, 2 * error_once) + 0.01 * found)


@pytest.mark.parametrize("changes", [{"count": 20}, {"first": 1.0}])
def test_the_plateau_does_not_depend_on_the_beginnings(changes: dict[str, Any]) -> None:
    found, spread = plateau(growth(**changes))
    once, error_once = plateau(growth())
    assert found == pytest.approx(once, abs=3 * np.hypot(spread, error_once))
