"""Words of items: whose language they are in, what is copied, and what models write."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ecosystem.core.chains import contexts
from ecosystem.core.streams import Streams
from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.phases.private import commission, synthesise
from ecosystem.phases.produce import produce
from ecosystem.phases.publishing import generate
from ecosystem.phases.writing import write
from ecosystem.world.content import NO_TEXT, PRIVATE, Items, Origin
from ecosystem.world.held import documents
from ecosystem.world.proposals import Drafts
from ecosystem.world.settings.humans import ASSISTED_SHARES
from ecosystem.world.world import World
from tests.units.phases.worlds import (
    ALARM,
    frequent,
    give_model,
    keys,
    live,
    next_month,
    publish,
    read_rows,
    world_of,
)

LENGTH = 6
CODE = {"kind": "markov", "vocabulary": 9, "order": 1, "successors": 4}
NEWS = {"kind": "markov", "vocabulary": 5, "order": 0}
REALITY: dict[str, Any] = {
    "styles": 2,
    "tokens": LENGTH,
    "domains": [
        {"name": "chat", "ideas": 5, "novelty": 0.0},
        {"name": "code", "ideas": 8, "novelty": 0.0, "text": CODE},
        {"name": "news", "ideas": 5, "novelty": 0.0, "text": NEWS},
    ],
}
"""Three domains, the first of them without text."""
LAB = {"name": "alpha", "learner": {"kind": "n_gram", "order": 1, "smoothing": 0.0}}


def text_world(people: int = 600, **groups: Any) -> World:
    """A world whose items carry text, with one lab and no model yet."""
    return world_of(**({"reality": REALITY, "scale": {"humans": people}, "labs": [LAB]} | groups))


def work_of(world: World, each: int = 5) -> Assignments:
    """So many items for everyone."""
    author, key = repeated(world.humans.key, np.full(len(world.humans), each), world.draw.step)
    return Assignments(author, key, world.humans.domain[author].astype(np.int64))


def teach(world: World, texts: dict[int, list[int]]) -> None:
    """Give the lab a model that knows one text of some domains, and an idea of each."""
    lab = world.labs["alpha"]
    corpus = lab.settings.learner.corpus(world.reality.space, 2)
    rows = publish(world, len(texts), domain=list(texts), tokens=list(texts.values()), curator=PRIVATE).rows
    corpus.absorb(documents(world.content, rows, np.ones(len(rows)), world.reality.language.vocabulary))
    lab.fitted = lab.settings.learner.fit(corpus, None, np.zeros(2), lab.key, Streams(1))


def same_words(found: NDArray[np.int32], text: list[int]) -> NDArray[np.bool_]:
    """Which texts are that one."""
    same: NDArray[np.bool_] = (found == np.array(text)).all(axis=1)
    return same


# --- people ---------------------------------------------------------------------------------------


def test_people_write_in_the_language_of_the_domain() -> None:
    world = text_world()
    drafts = write(world, work_of(world), world.draw)
    assert drafts.tokens.shape == (3000, LENGTH)
    assert drafts.tokens.dtype == np.int32
    assert np.all(drafts.tokens[drafts.domain == 0] == NO_TEXT)
    for domain, words in ((1, 9), (2, 5)):
        source = world.reality.language.of(domain)
        assert source is not None
        said = drafts.tokens[drafts.domain == domain]
        runs, share = contexts(source.chain, 2)
        counts = np.bincount(said[:, 2:4] @ np.array([words, 1]), minlength=words**2)
        numbers = runs @ np.array([words, 1])
        assert counts[numbers].sum() == len(said)
        assert stats.chisquare(counts[numbers], len(said) * share).pvalue > ALARM


def test_a_text_depends_on_its_own_key_alone() -> None:
    world = text_world()
    work = work_of(world)
    some = np.arange(0, 3000, 7)[::-1]
    part = Assignments(work.author[some], work.key[some], work.domain[some])
    whole = write(world, work, world.draw).tokens
    assert np.array_equal(write(world, part, world.draw).tokens, whole[some])
    assert len({tuple(text) for text in whole.tolist()}) > 1000


def test_without_words_nothing_is_drawn_and_nothing_changes() -> None:
    plain = text_world(reality=REALITY | {"tokens": 0})
    worded = text_world()
    one, other = (write(world, work_of(world), world.draw) for world in (plain, worded))
    assert one.tokens.shape == (3000, 0)
    assert plain.reality.language.sources == [None, None, None]
    for name, column in one.columns().items():
        assert name == "tokens" or np.array_equal(column, other.columns()[name])


def repeating(domain: int, tokens: list[int]) -> tuple[World, Drafts]:
    """What people write who have all read one item and only repeat."""
    world = text_world(humans={"grounding": 0.0})
    rows = publish(world, 1, domain=domain, tokens=[tokens], depth=2.0).rows
    read_rows(world, np.full((len(world.humans), 3), rows[0]))
    return world, write(world, work_of(world), world.draw)


def test_whoever_repeats_an_item_repeats_its_words() -> None:
    text = [8, 8, 0, 0, 3, 1]
    _, drafts = repeating(1, text)
    assert np.all(drafts.source >= 0)
    assert same_words(drafts.tokens, text).all()
    assert set(drafts.depth.tolist()) == {2.0}


def test_what_had_no_words_is_repeated_in_words_of_ones_own() -> None:
    world, drafts = repeating(2, [NO_TEXT] * LENGTH)
    assert np.all(drafts.domain == 2)
    assert np.array_equal(drafts.tokens, world.reality.language.write(drafts.domain, drafts.key, world.draw))
    assert np.all((drafts.tokens >= 0) & (drafts.tokens < 5))


def test_what_was_said_without_words_where_there_is_no_language_stays_so() -> None:
    _, drafts = repeating(0, [NO_TEXT] * LENGTH)
    assert np.all(drafts.tokens == NO_TEXT)


def test_an_assistants_draft_brings_its_words_as_often_as_its_share() -> None:
    text = [7, 7, 7, 7, 7, 7]
    world = text_world(1200)
    world.humans.assistant, world.humans.reliance = 0, 1.0
    work = work_of(world, 10)
    alone = write(world, work, world.draw)
    teach(world, {1: text})
    drafts = write(world, work, world.draw)
    of_model = same_words(drafts.tokens, text)
    there = drafts.domain == 1
    assert set(np.round(drafts.share[there].astype(float), 6).tolist()) <= set(ASSISTED_SHARES)
    assert frequent(of_model[there], drafts.share[there].astype(float))
    # Who does not take the draft writes as without it; where the model knows no words, all do.
    assert np.array_equal(drafts.tokens[~of_model], alone.tokens[~of_model])
    assert not of_model[~there].any()


def test_commissioned_work_has_words_and_logs_have_none() -> None:
    world = text_world(labs=[LAB | {"data": {"commissions_per_domain": 20}}])
    drafts = commission(world, world.draw)
    assert np.array_equal(drafts.tokens[:, 0] != NO_TEXT, drafts.domain != 0)
    logged = text_world(300, labs=[LAB | {"data": {"log_share": 1.0}}])
    teach(logged, {1: [0] * LENGTH, 2: [0] * LENGTH})
    logged.humans.assistant = 0
    live(logged, 2)
    logs = (logged.content.curator == PRIVATE) & (logged.content.step > 0)
    assert logs.any()
    assert np.all(logged.content.tokens[logs] == NO_TEXT)


# --- models -----------------------------------------------------------------------------------------


def machine_world(mode: str = "generate", mixing: float = 0.5, **lab: Any) -> World:
    """A world with a publisher that buys from the lab, of which the curator shows what was there."""
    group = {"name": "farm", "count": 1, "mode": mode, "mixing": mixing, "temperature": 1.0, "top_p": 1.0}
    return text_world(
        curators=[{"name": "feed", "audience": 1.0, "ai_policy": "allow"}], labs=[LAB | lab],
        publishers={"groups": [group]},
    )  # fmt: skip


def ordered(world: World, count: int = 900) -> Assignments:
    """Items for the first publisher to write, a third in each domain."""
    world.publishers.lab = 0
    return Assignments(np.zeros(count, np.int64), keys(count), np.arange(count) % 3)


def test_publishers_write_what_the_model_knows() -> None:
    world = machine_world()
    teach(world, {1: [3, 4, 3, 4, 3, 4]})
    drafts = generate(world, ordered(world), world.draw)
    assert np.all(drafts.origin == Origin.SYNTHETIC)
    assert same_words(drafts.tokens[drafts.domain == 1], [3, 4, 3, 4, 3, 4]).all()
    assert np.all(drafts.tokens[drafts.domain != 1] == NO_TEXT)


def test_a_learner_that_knows_no_words_writes_none() -> None:
    world = machine_world()
    give_model(world, "alpha")
    drafts = generate(world, ordered(world), world.draw)
    assert np.all(drafts.tokens == NO_TEXT)
    assert drafts.tokens.shape == (900, LENGTH)


@pytest.mark.parametrize("mixing", [0.0, 0.3, 1.0])
def test_rewriting_keeps_words_as_often_as_style(mixing: float) -> None:
    world = machine_world("rewrite", mixing)
    teach(world, {1: [3, 4, 3, 4, 3, 4]})
    publish(world, 30, domain=1, tokens=[[1, 1, 2, 2, 1, 1]], curator=0)
    next_month(world)
    drafts = generate(world, ordered(world), world.draw)
    rewritten = drafts.source >= 0
    assert rewritten.sum() > 250
    kept = same_words(drafts.tokens[rewritten], [1, 1, 2, 2, 1, 1])
    assert frequent(kept, mixing)
    assert same_words(drafts.tokens[rewritten][~kept], [3, 4, 3, 4, 3, 4]).all()


def test_rewriting_what_has_no_words_gives_those_of_the_model() -> None:
    world = machine_world("rewrite", 1.0)
    teach(world, {1: [3, 4, 3, 4, 3, 4]})
    publish(world, 30, domain=1, curator=0)
    next_month(world)
    drafts = generate(world, ordered(world), world.draw)
    assert same_words(drafts.tokens[drafts.source >= 0], [3, 4, 3, 4, 3, 4]).all()


def test_own_synthetic_data_has_words() -> None:
    world = machine_world(data={"synthetic_per_domain": 10}, temperature=1.0, top_p=1.0)
    teach(world, {1: [3, 4, 3, 4, 3, 4], 2: [1, 1, 1, 1, 1, 1]})
    drafts = synthesise(world, world.draw)
    assert same_words(drafts.tokens[drafts.domain == 1], [3, 4, 3, 4, 3, 4]).all()
    assert same_words(drafts.tokens[drafts.domain == 2], [1, 1, 1, 1, 1, 1]).all()


def test_labs_train_on_the_words_they_collect() -> None:
    for keeps_rows in (False, True):
        data = {"settle": 0, "retention": 1.0} | ({"window": 5} if keeps_rows else {})
        world = text_world(labs=[LAB | {"data": data, "cadence": 1}])
        live(world, 2)
        model = world.labs["alpha"].fitted
        assert model is not None
        text = model.text
        assert text is not None
        items = world.content
        fresh = items.tokens[(items.domain == 1) & (items.step < 2)]
        _, seen = text.context_states(np.array([1]), np.arange(9)[:, None])
        assert np.array_equal(seen[0], np.bincount(fresh[:, :-1].ravel(), minlength=9))


# --- where they are kept ----------------------------------------------------------------------------


def test_drafts_of_all_kinds_have_room_for_the_same_words() -> None:
    world = machine_world(data={"synthetic": 5.0, "commissions": 5.0})
    teach(world, {1: [0] * LENGTH})
    assert produce(world, world.draw).tokens.shape[1] == LENGTH
    assert Drafts.none(2, LENGTH).tokens.shape == (0, LENGTH)


def test_items_without_words_take_no_room() -> None:
    assert Items(styles=2, tokens=0).bytes_per_row == Items(styles=2, tokens=3).bytes_per_row - 12


def test_copies_of_a_domain_speak_one_language() -> None:
    domains = [{"name": "replicate", "count": 3, "ideas": 2, "text": NEWS}]
    world = text_world(reality=REALITY | {"domains": domains})
    language = world.reality.language
    assert language.vocabulary.tolist() == [5, 5, 5]
    assert language.of(0) is language.of(2)
    ((source, spoken),) = language.spoken()
    assert source is language.of(1)
    assert spoken.tolist() == [0, 1, 2]
