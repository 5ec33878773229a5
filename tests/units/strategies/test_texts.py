"""Languages: invented, written out, and estimated from a file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecosystem.core.chains import conditional, contexts, entropy_rate
from ecosystem.core.parameters import describe
from ecosystem.core.registry import Chosen, Component
from ecosystem.core.streams import Streams, name_key
from ecosystem.strategies.texts import TextSource
from ecosystem.strategies.texts.base import Source, TextFileError
from ecosystem.strategies.texts.file import TextFile
from ecosystem.strategies.texts.markov import Markov
from ecosystem.strategies.texts.matrix import Matrix

KEY = name_key("domain", "news")
DECLARATION = Path(__file__).parents[3] / "scenarios" / "texts" / "declaration-of-independence.txt"


def made(component: TextSource, seed: int = 1, key: np.uint64 = KEY) -> Source:
    """The language of a component."""
    return component.source(key, Streams(seed))


def examples(folder: Path) -> list[TextSource]:
    """One language of every kind."""
    path = folder / "text.txt"
    path.write_text("the cat sat on the mat, and the dog sat on the cat", encoding="utf-8")
    return [
        Markov(vocabulary=7, order=2, successors=3), Matrix(transition=((0.5, 0.5), (1.0, 0.0))),
        TextFile(path=str(path), order=1), TextFile(path=str(path), unit="character", order=3),
    ]  # fmt: skip


# --- every language ---------------------------------------------------------------------------------


def test_every_kind_has_an_example(tmp_path: Path) -> None:
    assert {example.kind for example in examples(tmp_path)} == set(TextSource.registry)


@pytest.mark.parametrize("cls", [cls for _, cls in TextSource.registry.items()], ids=lambda cls: cls.kind)
def test_parameters_of_languages_say_what_they_are(cls: type[Component]) -> None:
    for entry in describe(cls):
        assert entry.unit, entry.key
        assert entry.meaning, entry.key
        assert entry.source, entry.key
    assert cls.__doc__


def test_languages_are_written_and_read_back(tmp_path: Path) -> None:
    chosen = Chosen(TextSource.registry, None)
    for example in examples(tmp_path):
        written = example.model_dump(mode="json")
        kind = chosen.alternatives()[written.pop("kind")]
        assert kind.model_validate(written) == example


def test_languages_are_stationary_chains_of_named_words(tmp_path: Path) -> None:
    for example in examples(tmp_path):
        source = made(example)
        chain = source.chain
        assert len(source.words) == chain.vocabulary
        assert chain.stationary.sum() == pytest.approx(1)
        sums = np.add.reduceat(chain.probability, chain.start[:-1])
        assert np.allclose(sums, 1)
        inflow = np.bincount(
            chain.after, chain.probability * np.repeat(chain.stationary, np.diff(chain.start)), len(chain.stationary)
        )
        assert np.allclose(inflow, chain.stationary)
        # What follows a context begins with its later words.
        row = np.repeat(np.arange(len(chain.stationary)), np.diff(chain.start))
        longer = np.concatenate([chain.context[row], chain.word[:, None]], axis=1)
        assert np.array_equal(longer[:, 1:], chain.context[chain.after])


def test_languages_follow_from_key_and_seed(tmp_path: Path) -> None:
    for example in examples(tmp_path):
        one, again = made(example).chain, made(example).chain
        assert np.array_equal(one.context, again.context)
        assert np.array_equal(one.running, again.running)
        assert np.array_equal(one.first, again.first)
    lots = Markov(vocabulary=7, order=1, successors=None)
    others = [made(lots, seed=2), made(lots, key=name_key("domain", "code"))]
    assert not any(np.allclose(made(lots).chain.probability, other.chain.probability) for other in others)


# --- invented ---------------------------------------------------------------------------------------


@given(
    vocabulary=st.integers(1, 9), order=st.integers(0, 3), zipf=st.floats(0, 3),
    successors=st.none() | st.integers(1, 12), seed=st.integers(0, 1000),
)  # fmt: skip
def test_any_invented_language_can_be_spoken(
    vocabulary: int, order: int, zipf: float, successors: int | None, seed: int
) -> None:
    source = made(Markov(vocabulary=vocabulary, order=order, zipf=zipf, successors=successors), seed)
    chain = source.chain
    assert chain.context.shape == (vocabulary**order, order)
    allowed = np.diff(chain.start)
    if order == 0 or successors is None or successors >= vocabulary:
        assert set(allowed.tolist()) == {vocabulary}
    else:
        # So many by lot, and the word after the last one.
        assert set(allowed.tolist()) <= {successors, successors + 1}
    texts = source.write(np.uint64(1), np.arange(20).astype(np.uint64), 6)
    assert np.all((texts >= 0) & (texts < vocabulary))


def test_words_without_context_follow_zipf_exactly() -> None:
    chain = made(Markov(vocabulary=50, order=0, zipf=1.3)).chain
    weight = np.arange(1, 51) ** -1.3
    assert np.allclose(chain.probability, weight / weight.sum())


def test_frequencies_follow_zipf_roughly_however_few_successors() -> None:
    # A word's share sums the luck, of standard deviation 1, of contexts by their shares: as much as that of
    # 1 / sum(weight^2) = 26 equal ones, 0.2 of it. With few successors it adds the luck of being allowed.
    weight = np.arange(1, 301) ** -1.0
    weight /= weight.sum()
    for successors in (None, 40):
        _, share = contexts(made(Markov(vocabulary=300, zipf=1.0, successors=successors)).chain, 1)
        assert np.all((share[:10] > 0.4 * weight[:10]) & (share[:10] < 2.5 * weight[:10]))
        slope = np.polyfit(np.log(np.arange(1, 301)), np.log(share), 1)[0]
        assert slope == pytest.approx(-1, abs=0.2)


def test_a_language_too_large_to_write_down_is_refused() -> None:
    with pytest.raises(ValidationError, match="vocabulary and order make 1,000,000,000 pairs"):
        Markov(vocabulary=1000, order=2)


# --- written out ------------------------------------------------------------------------------------


def test_a_matrix_is_the_language_itself() -> None:
    rows = ((0.2, 0.8, 0.0), (0.0, 0.5, 0.5), (1.0, 0.0, 0.0))
    source = made(Matrix(transition=rows))
    assert np.allclose(conditional(source.chain, np.arange(3)[:, None]), rows)
    assert source.spell(np.array([2, 0, 1])) == "w2 w0 w1"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ((), "needs at least one row"),
        (((0.5, 0.5),), "row 0 of 1 has 2 entries"),
        (((0.5, 0.6), (0.0, 1.0)), r"row 0 sums to 1.1"),
        (((1.0, 0.0), (0.0, 1.0)), "falls into 2 parts"),
        (((2.0, -1.0), (0.5, 0.5)), "greater than or equal to 0"),
    ],
)
def test_a_matrix_that_is_none_is_refused(rows: Any, text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        Matrix(transition=rows)


# --- from a file ------------------------------------------------------------------------------------


def write(folder: Path, content: str | bytes) -> str:
    """A file of that content."""
    path = folder / "words.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_what_follows_is_as_often_as_in_the_ring_of_the_text(tmp_path: Path) -> None:
    source = made(TextFile(path=write(tmp_path, "a b a c\n a b  b c"), order=1))
    assert source.words == ("a", "b", "c")
    # a b a c a b b c (a ...): after a: b, c, b; after b: a, b, c; after c: a, a.
    expected = np.array([[0, 2, 1], [1, 1, 1], [3, 0, 0]]) / 3
    assert np.allclose(conditional(source.chain, np.arange(3)[:, None]), expected)
    assert source.chain.stationary.tolist() == [3 / 8, 3 / 8, 2 / 8]


@given(text=st.text("abc ", min_size=1, max_size=40), order=st.integers(0, 4))
def test_runs_are_counted_as_by_hand(text: str, order: int) -> None:
    ring = " ".join(text.split())
    if len(ring) <= order:
        return
    component = TextFile(path="unread", unit="character", order=order)
    # What is read is given, so that a hundred files need not be written.
    object.__setattr__(component, "_tokens", lambda: list(ring))
    source = made(component)
    runs, share = contexts(source.chain, order + 1)
    found = {"".join(source.words[word] for word in run): value for run, value in zip(runs, share, strict=True)}
    turned = ring * (order + 2)
    counts = Counter(turned[at : at + order + 1] for at in range(len(ring)))
    assert found == pytest.approx({run: count / len(ring) for run, count in counts.items()})


def test_words_and_marks_are_told_apart_and_put_back(tmp_path: Path) -> None:
    text = "Nature's God (self-evident, he said) - and: \u201cyes\u201d! No; 4, 1776."
    source = made(TextFile(path=write(tmp_path, "\ufeff" + text), order=0))
    found = TextFile(path=write(tmp_path, text))._tokens()
    assert found[:6] == ["Nature's", "God", "(", "self-evident", ",", "he"]
    numbers = {word: at for at, word in enumerate(source.words)}
    spelt = source.spell(np.array([numbers[word] for word in found]))
    assert spelt == "Nature's God (self-evident, he said) - and: \u201c yes \u201d! No; 4, 1776."


def test_characters_are_put_back_as_they_were(tmp_path: Path) -> None:
    source = made(TextFile(path=write(tmp_path, "so  it\n\ngoes. "), unit="character", order=2))
    numbers = {word: at for at, word in enumerate(source.words)}
    assert source.spell(np.array([numbers[letter] for letter in "so it goes."])) == "so it goes."
    assert source.spell(np.array([-1, -1])) == ""


def test_a_high_order_repeats_the_text_and_nothing_else(tmp_path: Path) -> None:
    words = [f"x{number * number % 53}" for number in range(53)]
    source = made(TextFile(path=write(tmp_path, " ".join(words)), order=5))
    assert entropy_rate(source.chain) == pytest.approx(0, abs=1e-12)
    assert source.spell(source.write(np.uint64(1), np.arange(1).astype(np.uint64), 20)[0]) in " ".join(words * 2)


@pytest.mark.parametrize(
    ("content", "order", "text"),
    [
        (None, 1, r"nowhere.txt: cannot be read: No such file or directory; name a text file"),
        (b"", 1, r"words.txt: is empty; name a file that holds text"),
        (b" \n\t", 0, r"words.txt: is empty"),
        (b"caf\xe9", 0, r"words.txt: is not UTF-8 \(byte 3\); save it in that encoding"),
        (b"two words", 2, r"words.txt: too short: 2 words for order 2; lower the order"),
    ],
)
def test_a_file_without_a_language_is_refused(tmp_path: Path, content: bytes | None, order: int, text: str) -> None:
    path = str(tmp_path / "nowhere.txt") if content is None else write(tmp_path, content)
    with pytest.raises(TextFileError, match=text):
        made(TextFile(path=path, order=order))


def test_a_path_that_no_system_takes_is_refused() -> None:
    with pytest.raises(TextFileError, match="cannot be read"):
        made(TextFile(path="a\0b"))


def test_the_declaration_is_whole() -> None:
    source = made(TextFile(path=str(DECLARATION), order=1))
    # 1,337 words as blanks part them, and 169 commas, stops and other marks of their own.
    assert len(DECLARATION.read_text(encoding="utf-8").split()) == 1337
    assert source.words[:3] == (",", "of", "the")
    assert 500 < len(source.words) < 650
