"""The incentives that `incentives.py` turns, and what each is expected to move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.paired import Outcome

__all__ = ["INCENTIVES", "Incentive"]

BASELINE = "scenarios/baseline.toml"


@dataclass(frozen=True)
class Incentive:
    """Something that pays, or costs, and can be turned.

    Attributes:
        name: what a page calls it.
        expected: which way theory or common opinion would have it, and why.
        outcomes: what is looked at.
        down: keys that turn it down.
        up: keys that turn it up.
        base: keys of both and of the control, where the scenario's own leave no room.
        scenario: file, from the root of the project.
        seen: what was seen, and why, where it is not what was expected.
    """

    name: str
    expected: str
    outcomes: tuple[Outcome, ...]
    down: Mapping[str, object]
    up: Mapping[str, object]
    base: Mapping[str, object] = field(default_factory=dict)
    scenario: str = BASELINE
    seen: str = ""


def _web(name: str, column: str, first: str, last: str, digits: str = ".3f") -> Outcome:
    return Outcome(name, "web", column, first, last, digits)


def _of(table: str, who: str, name: str, column: str, first: str, last: str, digits: str = ".3f") -> Outcome:
    return Outcome(name, table, column, first, last, digits, {table.removesuffix("s"): who})


def _rpm(factor: float) -> dict[str, object]:
    """What hosts earn by a thousand views, as a multiple of the baseline's."""
    return {f"curators.{name}.rpm": factor * usd for name, usd in RPM.items()}


RPM = {"search": 8.0, "forum": 3.0, "feed": 5.0, "news": 6.0}
"""Of the baseline, USD per 1,000 views."""

INCENTIVES = (
    Incentive(
        "API price",
        "Cheaper text should bring more of it, and sooner.",
        (
            _web("AI share of new items", "synthetic_share", "2023-01", "2023-06"),
            _web("AI share of new items", "synthetic_share", "2025-01", "2025-12"),
            Outcome("AI share of training data, all labs", "labs", "train_synthetic_share", "2025-01", "2025-12"),
        ),
        down={"publishers.api_factor": 1 / 30},
        up={"publishers.api_factor": 30.0},
        seen=(
            "Dearer text is written less. Cheaper text changes nothing: from 2023 on a text costs a tenth of what "
            "an item costs besides at most, and what readers' attention earns sets the number of items, not the "
            "price of text."
        ),
    ),
    Incentive(
        "revenue per view",
        "What hosts earn is shared with publishers: the more a view pays, the more is written for it.",
        (
            Outcome("items of publishers, all groups", "publishers", "items", "2025-01", "2025-12", ".0f"),
            _web("AI share of new items", "synthetic_share", "2025-01", "2025-12"),
            Outcome("AI share of training data, all labs", "labs", "train_synthetic_share", "2025-01", "2025-12"),
        ),
        down=_rpm(0.5),
        up=_rpm(2.0),
    ),
    Incentive(
        "licence price",
        "A floor under what hosts may ask, below and above where prices form: dear licences should keep labs from "
        "licensed text.",
        (
            Outcome(
                "licence income of the forum, USD a month",
                "curators",
                "licence_income",
                "2026-01",
                "2026-12",
                ",.0f",
                {"curator": "forum"},
            ),
            Outcome("documents a training uses, all labs", "labs", "train_items", "2026-01", "2026-12", ",.0f"),
            Outcome("AI share of training data, all labs", "labs", "train_synthetic_share", "2026-01", "2026-12"),
        ),
        base={"licences.floor": 1e6},
        down={"licences.floor": 0.0},
        up={"licences.floor": 5e6},
        scenario="scenarios/market/licence-market.toml",
        seen=(
            "A floor below the price that forms anyway does not bind, and hardly shows. One above what a document "
            "is worth to labs ends the trade: labs train on less, and more of it is synthetic."
        ),
    ),
    Incentive(
        "hype",
        "The weight of the published benchmark in the choice of an assistant, against what its users see of it: the "
        "more hype, the better for a lab that polishes what benchmarks ask.",
        (
            _of("labs", "corner-cutter", "users' share of the corner-cutter", "market_share", "2026-01", "2026-12"),
            _of("labs", "curated", "users' share of the lab that reads on", "market_share", "2026-01", "2026-12"),
        ),
        down={"humans.assistants.hype": 0.0},
        up={"humans.assistants.hype": 1.0},
        scenario="scenarios/market/corner-cutting.toml",
    ),
    Incentive(
        "cost of moderation",
        "A host that may change its policy on AI content by what pays should moderate less where it is dear.",
        (
            _of(
                "curators",
                "search",
                "AI share of views at the search engine",
                "synthetic_view_share",
                "2025-01",
                "2025-12",
            ),
        ),
        base={
            "curators.search.adaptation": {"kind": "best_response", "interval": 1, "probe": 0.3},
            "curators.search.levers": ["ai_policy"],
            "curators.*.review_cost": 0.1,
        },
        down={"curators.*.review_cost": 0.0},
        up={"curators.*.review_cost": 5.0},
        seen=(
            "Where a look costs five dollars, the search engine finds by trial that it pays to let AI content "
            "pass. Cheaper than ten cents, its choice is the same: advertising is worth far more than either."
        ),
    ),
    Incentive(
        "loyalty",
        "How readily readers leave a place that fills with AI content they dislike.",
        (
            _of("curators", "search", "audience of the search engine", "audience_share", "2025-01", "2025-12"),
            _of("curators", "forum", "audience of the forum", "audience_share", "2025-01", "2025-12"),
        ),
        base={"humans.disgust": 2.0},
        down={"curators.*.loyalty": 0.85},
        up={"curators.*.loyalty": 0.99},
        seen=(
            "Audiences drift from the shares that they begin with, and loyalty slows that. The forum, where "
            "readers meet no AI content, gains the sooner the less loyal they are; what the search engine wins or "
            "loses by its AI content is smaller than this drift."
        ),
    ),
    Incentive(
        "aversion",
        "How much readers dislike what they take for AI content.",
        (
            _web("AI share of views", "synthetic_view_share", "2025-01", "2025-12"),
            _of("curators", "search", "audience of the search engine", "audience_share", "2025-01", "2025-12"),
            Outcome("items of publishers, all groups", "publishers", "items", "2025-01", "2025-12", ".0f"),
        ),
        base={"humans.disgust": 2.0},
        down={"humans.aversion": 0.1},
        up={"humans.aversion": 1.0},
        seen=(
            "Readers who mind pass over what they take for AI: less of it is seen and, in the end, written. "
            "Audiences hardly move, since all large hosts have about as much of it."
        ),
    ),
)
