"""Items that nobody needs any more leave memory, and nothing else changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosystem.measures.authors import author_graph
from ecosystem.measures.extracts import degrees, item_sample
from ecosystem.measures.named import frame
from ecosystem.model import WebEcosystem
from ecosystem.scenario import Scenario, ScenarioError
from ecosystem.world.content import OPEN_WEB, Marks
from ecosystem.world.memory import needs
from ecosystem.world.world import World
from tests.units.world.small_webs import Document, documents

EXAMPLES = 25
"""assumption: two runs take a tenth of a second, and rewriting, linking and holdings of rows are in a third each."""

BUSY: Document = {
    "name": "busy", "start": "2020-01", "steps": 14,
    "scale": {"humans": 40, "people_per_human": 1e6},
    "reality": {"styles": 2, "domains": [{"name": "code", "ideas": 30}, {"name": "news", "ideas": 20}]},
    "humans": {"attention": 6, "activity": 3.0, "grounding": 0.3, "settling": 2, "network": "barabasi_albert",
               "assistants": {"innovation": 0.5, "outside": 0.0}},
    "curators": [{"name": "feed", "window": 3, "detector": {"kind": "gaussian", "samples": 40, "refresh": 3}},
                 {"name": "forum", "window": 1}],
    "labs": [{"name": "pool", "cadence": 1, "launch": "2020-04", "capital": 1e10,
              "detector": {"kind": "gaussian", "samples": 30},
              "data": {"settle": 2, "sample_budget": 30, "retention": 1.0, "log_share": 0.5, "commissions": 2.0}},
             {"name": "fresh", "cadence": 1, "launch": "2020-04",
              "data": {"settle": 0, "retention": 0.0, "synthetic": 3.0}}],
    "publishers": {"groups": [{"name": "farm", "count": 6, "volume": 3.0, "mode": "rewrite"},
                              {"name": "brand", "count": 3, "volume": 2.0}]},
    "links": {"window": 4, "refresh": 1, "per_item": 2.0},
}  # fmt: skip
"""Everything that looks back: reads, a feed of three months, rewriting, links, labs that hold documents, detectors."""
QUIET: Document = {"links": {"per_item": 0.0}, "humans": {"attention": 0}, "publishers": {}}
"""Changes after which nobody reads, links or rewrites."""
LEAST = 4 + 3 - 1
"""Months that it needs: links of four months, to items up to two months older."""
SAMPLED = 5000
"""Items that a run records unless it says otherwise."""


def kept_for(content: Document, months: int) -> Document:
    return content | {"scale": content["scale"] | {"keep_items": months}}


def least(scenario: Scenario) -> int:
    """Fewest months that a scenario may keep."""
    return max(need.months for need in needs(scenario.timeline()))


def run(content: Document, months: int | None = None) -> WebEcosystem:
    model = WebEcosystem(Scenario.model_validate(content), seed=5)
    for _ in range(model.plan.steps if months is None else months):
        model.step()
    return model


def key_of(world: World, rows: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Keys of items by row, 0 for none."""
    return np.append(world.content.key, np.uint64(0))[np.where(rows < 0, -1, rows)]


def same_tables(one: WebEcosystem, other: WebEcosystem) -> None:
    """All that was recorded, and all that is taken from the end of a run."""
    for table, numbers in one.recorder.tables().items():
        pd.testing.assert_frame_equal(numbers, other.recorder.tables()[table], check_exact=True)
    for extract in (lambda world: item_sample(world, SAMPLED), degrees):
        mine, theirs = (frame(extract(model.world)) for model in (one, other))
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)
    for count in (10, 10_000):
        left, right = author_graph(one.world, count), author_graph(other.world, count)
        assert list(left.nodes(data=True)) == list(right.nodes(data=True))
        assert list(left.edges(data=True)) == list(right.edges(data=True))


def same_world(whole: World, cut: World) -> None:
    """Everything in which two worlds can be compared, items by their keys."""
    mine, theirs = whole.dump(), cut.dump()
    by_row = {"reads", "month_start", "feed.first", "feed.stop"}
    rest = {name for name in mine if not name.startswith(("content.", "links.", "past."))} - by_row
    assert rest == {name for name in theirs if not name.startswith(("content.", "links.", "past."))} - by_row
    for name in sorted(rest):
        np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)
    np.testing.assert_array_equal(key_of(whole, whole.reads), key_of(cut, cut.reads))
    if whole.feed is not None and cut.feed is not None:
        shown = [world.content.key[world.feed.first : world.feed.stop] for world in (whole, cut) if world.feed]
        np.testing.assert_array_equal(shown[0], shown[1])
    same_items(whole, cut)
    same_links(whole, cut)


def same_items(whole: World, cut: World) -> None:
    """What is still there is as it would be, in the same order."""
    assert len(whole.content) == len(cut.content) + cut.past.items
    for name in whole.content.schema():
        mine, theirs = getattr(whole.content, name)[cut.past.items :], getattr(cut.content, name)
        np.testing.assert_array_equal(mine, theirs, err_msg=name)
    for step in range(cut.clock.step):
        month = cut.rows_of(step)
        assert (cut.content.step[month] == step).all()
        assert month.stop - month.start == (cut.content.step == step).sum()


def same_links(whole: World, cut: World) -> None:
    """The links that matter for authority are all there."""
    since = cut.clock.step - 1 - cut.settings.links.window
    ends = []
    for world in (whole, cut):
        recent = world.links.step > since
        ends.append((key_of(world, world.links.source[recent]), key_of(world, world.links.target[recent])))
    for mine, theirs in zip(*ends, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert (cut.links.source >= 0).all()
    assert (cut.links.target >= 0).all()


@pytest.mark.parametrize("months", [LEAST, LEAST + 3])
def test_a_run_that_lets_items_go_is_the_same_run(months: int) -> None:
    whole, cut = run(BUSY), run(kept_for(BUSY, months))
    same_tables(whole, cut)
    same_world(whole.world, cut.world)
    assert set(np.unique(cut.world.content.step)) == set(range(14 - months, 14))
    # Of what has left, enough mattered in the end.
    assert (cut.world.corpora[cut.labs["pool"].index].held.collected < 14 - months - 2).any()
    assert all(agent.detector is not None for agent in (cut.curators["feed"], cut.labs["pool"]))
    source = cut.world.content.source
    assert ((source >= 0) & (source < cut.world.past.items)).any()


def test_the_baseline_is_the_same_run_without_its_old_items() -> None:
    """Every phase at work, from before the first model to where three labs have trained several times."""
    content = Scenario.read("scenarios/baseline.toml").replace(
        {"scale.humans": 300, "scale.people_per_human": 3e6, "start": "2022-02", "steps": 40}
    ).to_dict()  # fmt: skip
    months = least(Scenario.from_dict(content))
    whole, cut = run(content), run(kept_for(content, months))
    assert cut.world.past.months == 40 - months
    same_tables(whole, cut)
    same_world(whole.world, cut.world)


def test_the_items_that_left_are_sampled_like_the_others() -> None:
    """One sample for the whole run: of 500 of some 3,000 items each month has its share."""
    model = run(kept_for(BUSY | {"observation": {"sampled_items": 500}}, LEAST))
    sample, world = frame(item_sample(model.world, 500)), model.world
    assert len(sample) == 500
    left = int((sample["step"] < 14 - LEAST).sum())
    public = int(world.past.in_links.items.sum())
    share = public / (public + int((world.content.curator >= OPEN_WEB).sum()))
    # Five standard errors of a binomial share: a false alarm in two million, once, when the seed was chosen.
    assert abs(left / 500 - share) < 5 * np.sqrt(share * (1 - share) / 500)


def test_memory_stays_bounded() -> None:
    content = BUSY | {"labs": BUSY["labs"][1:], "steps": 60}
    model = WebEcosystem(Scenario.model_validate(kept_for(content, LEAST)), seed=5)
    rooms, most = [], 0
    for _ in range(60):
        model.step()
        most = max(most, len(model.world.content))
        rooms.append(model.world.content.capacity)
    # A quarter more for rows that it does not yet pay to move, and what is expected more than comes.
    assert max(rooms) <= 4 * most
    assert rooms[0] == rooms[-1]


def test_a_run_goes_on_from_a_checkpoint_to_the_same_bits() -> None:
    content = kept_for(BUSY, LEAST)
    first, resumed = run(content, 10), WebEcosystem(Scenario.model_validate(content), seed=5)
    resumed.load({name: array.copy() for name, array in first.dump().items()})
    for model in (first, resumed):
        for _ in range(4):
            model.step()
    mine, theirs = first.dump(), resumed.dump()
    assert mine.keys() == theirs.keys()
    for name, array in mine.items():
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)


def forgetful(content: Document) -> Document:
    """A document of which items may leave memory soon: with short windows unless it says otherwise."""
    curators = [{"window": 2, **entry} for entry in content["curators"]]
    return content | {"curators": curators, "links": {"window": 2, **content["links"]}}


@settings(max_examples=EXAMPLES, deadline=None)
@given(documents(), st.integers(0, 3))
def test_any_small_web_is_the_same_without_its_old_items(content: Document, more: int) -> None:
    content = forgetful(content)
    months = least(Scenario.model_validate(content)) + more
    assume(months < content["steps"])
    whole, cut = run(content), run(kept_for(content, months))
    same_tables(whole, cut)
    same_world(whole.world, cut.world)


# --- what a scenario may ask for --------------------------------------------------------------------------------------


def told(content: Document) -> str:
    with pytest.raises(ValueError, match="keep_items") as error:
        Scenario.model_validate(content)
    return str(error.value)


@pytest.mark.parametrize(
    ("changes", "months", "who"),
    [
        ({}, LEAST, "authority goes by who linked to whom"),
        ({"links": {"per_item": 0.0}, "publishers": {}}, 3 + 1, "people repeat what they read last month"),
        ({"links": {"per_item": 0.0}, "humans": {"attention": 0}}, 3 + 1, "publishers rewrite"),
        (QUIET | {"labs": []}, 3, "they are on show"),
        (QUIET | {"curators": []}, 2 + 1, "lab 'pool' crawls"),
        (QUIET | {"curators": [], "labs": []}, 1, ""),
        # A shock that widens a window later counts from the start, and so do links made under a wider one before.
        ({"shocks": [{"at": "2020-06", "set": {"links.window": 5, "curators.*.window": 1}}]}, 5 + 3 - 1, "authority"),
        ({"shocks": [{"at": "2020-06", "set": {"labs.*.data.settle": 9}}]}, 9 + 1, "lab 'pool' crawls"),
    ],
)  # fmt: skip
def test_too_short_a_memory_is_refused_and_says_who_needs_more(changes: dict[str, Any], months: int, who: str) -> None:
    content = BUSY | changes
    Scenario.model_validate(kept_for(content, months))
    if months > 1:
        cause = told(kept_for(content, months - 1))
        assert f"scale.keep_items: is {months - 1}, but items are needed for {months} months, because {who}" in cause


def test_the_refusal_of_a_short_memory_is_one_sentence_with_its_remedies() -> None:
    with pytest.raises(ScenarioError) as error:
        Scenario.from_dict(kept_for(BUSY | QUIET | {"labs": []}, 1))
    assert str(error.value) == (
        "scenario: scale.keep_items: is 1, but items are needed for 3 months, because they are on show for so long "
        "(curators.*.window); set it to at least 3, leave it out to keep all items, or lower curators.*.window"
    )


def test_a_memory_as_long_as_the_run_serves_everybody() -> None:
    content = BUSY | {"links": {"window": 60, "per_item": 1.0}}
    Scenario.model_validate(kept_for(content, 14))
    assert "needed for 62 months" in told(kept_for(content, 13))


# --- what goes with them ---------------------------------------------------------------------------------------------


def test_marks_and_votes_go_with_their_items() -> None:
    cut = run(kept_for(BUSY, LEAST)).world
    assert cut.content.votes.sum() > 0
    assert cut.content.has(Marks.COMMISSIONED).any()
