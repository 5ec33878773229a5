"""A small results folder with made-up but plausible numbers, in place of a run."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import networkx as nx
import pandas as pd
import pytest

from analysis.results import ResultsFolder, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LABS = ("archive", "frontier", "open")
CURATORS = {"answers": "forum", "feed": "social", "headlines": "news", "search": "search"}
DOMAINS = ("code", "discussion", "news", "reference", "science")
LAUNCH = 59  # months from 2018-01 to 2022-12


class Options(TypedDict, total=False):
    """What a test may ask of the folder."""

    months: int
    replicates: int
    start: str
    status: str
    authors: int
    change: Callable[[dict[str, pd.DataFrame]], dict[str, pd.DataFrame]]


def rise(month: int, top: float, middle: float = LAUNCH + 12, width: float = 6.0) -> float:
    """Logistic growth from 0 to `top`."""
    return top / (1.0 + math.exp(-(month - middle) / width))


def wobble(month: int, replicate: int, phase: float = 0.0) -> float:
    """A factor near 1 that differs between replicates and months."""
    return 1.0 + 0.05 * math.sin(1.7 * month + 2.3 * replicate + phase) + 0.03 * replicate


def web_row(month: int, replicate: int) -> dict[str, float]:
    """One row of the web metrics."""
    people = 30_000.0 * (1.0 - rise(month, 0.25)) * wobble(month, replicate)
    assisted = people * rise(month, 0.5)
    made = people * rise(month, 0.9) * wobble(month, replicate, 1.0)
    total = people + made
    share = made / total
    return {
        "items": total,
        "human_items": people - assisted,
        "assisted_items": assisted,
        "synthetic_items": made,
        "synthetic_share": share,
        "synthetic_view_share": 0.3 * share,
        "detected_share": 0.02 + 0.9 * share,
        "mean_depth": share * 1.4,
        "vote_share_top1": 0.11,
        "vote_share_top5": 0.36,
        "vote_share_top30": 0.6,
        "views": 4e6,
    }


def lab_row(month: int, replicate: int, lab: str) -> dict[str, float]:
    """One row of a lab's metrics; NaN before its first model."""
    rank = LABS.index(lab)
    none = month < LAUNCH - 12 * rank
    share = (0.2, 0.5, 0.3)[rank] + 0.1 * math.sin(month / 30 + rank)
    loss = rise(month, 0.25 * (rank + 1) / 3, LAUNCH + 40, 15)
    values = {
        "accuracy": (0.78 - 0.6 * loss) * wobble(month // 6, replicate, rank) * 0.95,
        "benchmark": 0.85 - 0.05 * loss,
        "tail_coverage": 0.5 - 1.5 * loss,
        "fresh_coverage": 0.4 - loss,
        "effective_ideas": 900 * (1 - loss),
        "train_synthetic_share": rise(month, 0.4 + 0.1 * rank, LAUNCH + 18),
        "train_depth": rise(month, 0.8 + 0.6 * rank, LAUNCH + 24),
        "train_items": 2e5 * 1.03**month * (rank + 1),
        "market_share": share,
        "cash": 1e8 * (rank + 1) * (1 + month / 40) * wobble(month, replicate) - 2e6 * month,
    }
    return {name: math.nan if none else value for name, value in values.items()}


def curator_row(month: int, replicate: int, curator: str) -> dict[str, float]:
    """One row of a curator's metrics; a detector from the launch on, none at `headlines`."""
    rank = sorted(CURATORS).index(curator)
    fall = 1.0 - 0.006 * month - rise(month, 0.45, LAUNCH + 10, 8)
    blind = month < LAUNCH or curator == "headlines"
    return {
        "human_items": 8_000 * max(fall, 0.05) * wobble(month, replicate, rank),
        "items": 14_000.0,
        "views": 1e6 * (rank + 1),
        "audience_share": (0.1, 0.4, 0.2, 0.3)[rank] + 0.0005 * month * (-1) ** rank,
        "synthetic_share": rise(month, 0.4),
        "detector_tpr": math.nan if blind else 0.9 - 0.1 * rank - rise(month, 0.4, LAUNCH + 30),
        "detector_fpr": math.nan if blind else 0.01 * (rank + 1) * wobble(month, replicate),
        "detector_auroc": math.nan if blind else 0.97 - 0.05 * rank - rise(month, 0.2, 90),
        "revenue": 1e7 * (rank + 1),
    }


def scenario(months: int) -> dict[str, Any]:
    """Return a resolved scenario with two policies and a shock."""
    return {
        "name": "made-up",
        "title": "A made-up web",
        "start": "2018-01",
        "steps": months,
        "policies": [
            {"kind": "label_mandate", "start": "2026-08", "ramp": 12},
            {"kind": "licence_floor", "start": "2028-01"},
        ],
        "shocks": [{"at": "2022-12", "set": {"publishers.api_price": 20.0}}],
    }


def tables(months: int, replicates: int, start: str) -> dict[str, pd.DataFrame]:
    """Return every table of a folder."""
    dates = [str(month) for month in pd.period_range(start, periods=months, freq="M")]
    grid = [(t, date, r) for r in range(replicates) for t, date in enumerate(dates)]

    def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
        return pd.DataFrame(rows)

    base = [{"step": t, "date": date, "replicate": r} for t, date, r in grid]
    keyed = list(zip(grid, base, strict=True))
    return {
        "web": frame([{**row, **web_row(t, r)} for (t, _, r), row in keyed]),
        "domains": frame(
            [
                {**row, "domain": name, **web_row(t, r + position)}
                for (t, _, r), row in keyed
                for position, name in enumerate(DOMAINS)
            ]
        ),
        "labs": frame([{**row, "lab": n, **lab_row(t, r, n)} for (t, _, r), row in keyed for n in LABS]),
        "curators": frame(
            [
                {**row, "curator": name, "what": kind, **curator_row(t, r, name)}
                for (t, _, r), row in keyed
                for name, kind in CURATORS.items()
            ]
        ),
        "publishers": frame(
            [
                {
                    **row,
                    "group": g,
                    "active": 300.0,
                    "items": 100 + rise(t, 2e4 * k),
                    "cash": 1e6 * t,
                }
                for (t, _, r), row in keyed
                for k, g in enumerate(("brand", "farm"), start=1)
            ]
        ),
        "humans": frame(
            [
                {**row, "group": name, "count": 5_000 * k, "adoption": rise(t, 0.2 * k)}
                for (t, _, r), row in keyed
                for k, name in enumerate(CURATORS, start=1)
            ]
        ),
        "ledger": frame(
            [
                {**row, "payer": "lab", "payee": "curator", "reason": "licence", "amount": 1e7}
                for (t, _, _), row in keyed
                if t >= LAUNCH
            ]
        ),
        "items": frame(
            [
                {"replicate": 0, "author": n, "origin": "human"}
                for n in range(1_200)
                for _ in range(100 if n < 36 else 5)
            ]
        ),
        "degrees": frame(
            [
                {"replicate": r, "in_degree": k, "count": round(2e5 / (k + 1) ** 2.2) + (k == 0)}
                for r in range(replicates)
                for k in (*range(30), 40, 60, 90, 140, 200)
            ]
        ),
    }


def author_graph(authors: int) -> nx.DiGraph[str]:
    """Return a graph of authors with the attributes of a run's sample."""
    links = nx.barabasi_albert_graph(authors, 3, seed=7)
    graph: nx.DiGraph[str] = nx.DiGraph()
    for node in links:
        graph.add_node(
            f"a{node}",
            kind="publisher" if node % 6 == 5 else "human",
            domain=DOMAINS[node % len(DOMAINS)],
            authority=links.degree(node) / (2 * links.number_of_edges()),
        )
    graph.add_edges_from((f"a{max(pair)}", f"a{min(pair)}") for pair in links.edges())
    return graph


@pytest.fixture
def write_results(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a results folder.

    Options: `months`, `replicates`, `start`, `status`, `authors` (nodes of `sites.graphml`), and
    `change`, a function applied to the dictionary of tables before they are written.
    """

    def write(name: str = "run", **options: Unpack[Options]) -> Path:
        months, replicates = options.get("months", 150), options.get("replicates", 1)
        folder = tmp_path / name
        folder.mkdir()
        content = tables(months, replicates, options.get("start", "2018-01"))
        change = options.get("change")
        if change is not None:
            content = change(content)
        for key, table in content.items():
            table.to_parquet(folder / f"{key}.parquet")
        nx.write_graphml(author_graph(options.get("authors", 200)), folder / "sites.graphml")
        provenance = {
            "status": options.get("status", "done"),
            "title": "A made-up web",
            "seeds": list(range(7, 7 + replicates)),
            "scenario": scenario(months),
            "units": {"web": {"items": "items a month"}, "labs": {"cash": "USD"}},
        }
        (folder / "provenance.json").write_text(json.dumps(provenance), encoding="utf-8")
        return folder

    return write


def in_two_arms(content: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Double every monthly table into a control and an arm with twice the numbers of the web."""

    def double(name: str, table: pd.DataFrame) -> pd.DataFrame:
        other = table.copy()
        if name == "web":
            other["items"] = 2 * other["items"]
        arms = [table.assign(arm="control"), other.assign(arm="mandate")]
        return pd.concat(arms, ignore_index=True)

    return {
        name: table if name in ("items", "degrees") or table.empty else double(name, table)
        for name, table in content.items()
    }


@pytest.fixture
def two_arms(write_results: Callable[..., Path]) -> ResultsFolder:
    """Return a comparison of two arms over half a year."""
    return load(write_results("comparison", months=6, change=in_two_arms))
