"""What is taken from a finished run: samples by lot, and links among authors."""

from __future__ import annotations

import io
from collections import Counter

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from ecosystem.measures import extracts
from ecosystem.measures.authors import author_graph
from ecosystem.measures.named import frame as frame_of
from ecosystem.world.content import PRIVATE, Items, Origin
from ecosystem.world.world import World
from tests.units.measures.conftest import Lots, WorldOf, invent, publish


def item_sample(world: World, count: int) -> pd.DataFrame:
    return frame_of(extracts.item_sample(world, count))


def degrees(world: World) -> pd.DataFrame:
    return frame_of(extracts.degrees(world))


def test_every_column_of_the_sampled_items(world_of: WorldOf) -> None:
    world = world_of()
    invent(world, 1)
    frame = item_sample(world, 1000)
    public = np.flatnonzero(world.content.curator > PRIVATE)
    assert len(frame) == len(public)
    assert list(frame.columns[:2]) == ["step", "date"]
    assert set(frame.columns) == {"date", "style_0", "style_1", *(set(Items.schema()) - {"style", "tokens"})}
    names = {"domain": ["code", "news"], "lab": ["alpha", "beta", "gamma", "none"],
             "curator": ["feed", "forum", "open web"], "origin": ["human", "assisted", "synthetic"]}  # fmt: skip
    for at, row in enumerate(public):
        item, sampled = world.content.row(int(row)), frame.iloc[at]
        assert sampled["key"] == item.key
        assert sampled["date"] == ("2018-01", "2018-02")[item.step]
        for column, known in names.items():
            assert sampled[column] == known[getattr(item, column)]
        assert [sampled["style_0"], sampled["style_1"]] == item.style.tolist()


def test_one_more_item_displaces_at_most_one(world_of: WorldOf) -> None:
    world = world_of()
    invent(world, 1, count=400)
    before = item_sample(world, 50)
    publish(world, key=[123456789])
    after = item_sample(world, 50)
    assert len(before) == len(after) == 50
    assert len(set(before["key"]) - set(after["key"])) <= 1
    assert before["step"].is_monotonic_increasing


def test_samples_are_fair(world_of: WorldOf) -> None:
    # 2,000 of 8,000 items, half of them in each month: the number from the first is hypergeometric
    # with standard deviation 19.4. Five of them: a false alarm in 6 of 10 million seeds; fixed.
    world = world_of()
    invent(world, 5, count=4000)
    frame = item_sample(world, 2000)
    public = world.content.curator > PRIVATE
    share = float((world.content.step[public] == 0).mean())
    assert (frame["step"] == 0).sum() == pytest.approx(2000 * share, abs=5 * 19.4)


def test_in_degrees_of_public_items(world_of: WorldOf) -> None:
    world = world_of()
    publish(world, links=[0, 3, 0, 3, 7, 9], curator=[0, 0, -1, 1, 1, PRIVATE])
    assert degrees(world).to_dict("list") == {"in_degree": [0, 3, 7], "count": [2, 2, 1]}
    assert degrees(world_of()).to_dict("list") == {"in_degree": [], "count": []}


def link(world: World, pairs: list[tuple[int, int]]) -> None:
    source, target = np.array(pairs, dtype=np.int64).T
    world.links.append(len(pairs), step=np.int32(world.clock.step), source=source, target=target)


def test_authors_and_links_between_them(world_of: WorldOf) -> None:
    world = world_of(links={"window": 1})
    synthetic = int(Origin.SYNTHETIC)
    elsewhere = 1 - int(world.humans.domain[1])
    publish(world, author=[0, 1, 0, 2], origin=[0, 0, synthetic, 0], domain=[1, elsewhere, 1, 0])
    link(world, [(0, 1)])  # too old for a window of one month
    world.clock.advance()
    world.open_month()
    publish(world, author=[0, 0, 5], origin=[0, synthetic, 0], domain=[0, 1, 0], curator=[0, 0, PRIVATE])
    link(world, [(4, 1), (4, 1), (4, 2), (5, 0), (4, 0)])
    world.publishers.authority = [7.5, 1, 1, 1, 1]
    graph = author_graph(world, 100)
    assert set(graph) == {"human-0", "human-1", "human-2", "publisher-0"}
    own = world.reality.names[world.humans.domain[1]]
    assert graph.nodes["human-1"] == {"kind": "human", "domain": own, "authority": 1.0}
    assert graph.nodes["publisher-0"] == {"kind": "publisher", "domain": "news", "authority": 7.5}
    assert {(a, b): d["weight"] for a, b, d in graph.edges(data=True)} == {
        ("human-0", "human-1"): 2, ("human-0", "publisher-0"): 1, ("publisher-0", "human-0"): 1,
    }  # fmt: skip
    # The same after the month has closed, as at the end of a run.
    world.clock.advance()
    assert nx.utils.graphs_equal(author_graph(world, 100), graph)


def test_half_of_the_graph_are_the_most_authoritative(world_of: WorldOf) -> None:
    world = world_of(scale={"humans": 200, "people_per_human": 1.0})
    publish(world, author=list(range(150)))
    world.humans.authority = 1.0 + Lots(3).whole("authority", 200, 1 << 20)
    graph = author_graph(world, 40)
    assert len(graph) == 40
    leaders = np.argsort(-world.humans.authority[:150], kind="stable")[:20]
    assert {f"human-{who}" for who in leaders} <= set(graph)
    kinds = Counter(data["kind"] for _, data in graph.nodes(data=True))
    assert kinds == {"human": 40}
    text = io.BytesIO()
    nx.write_graphml(graph, text)
    assert nx.parse_graphml(text.getvalue().decode()).number_of_nodes() == 40


def test_an_empty_web_gives_empty_extracts(world_of: WorldOf) -> None:
    world = world_of(scale={"humans": 0, "people_per_human": 1.0}, publishers={"groups": []}, curators=[], labs=[])
    assert len(item_sample(world, 10)) == 0
    assert len(author_graph(world, 10)) == 0
    world = world_of()
    publish(world, author=[0, 1])
    assert len(author_graph(world, 0)) == 0
    assert len(item_sample(world, 0)) == 0
