"""What the engine relies on in every registered learner, detector, ranker, crawler and adaptation.

Registered means tested: the lists below are the registries. Statistical verdicts have a chance of a
false alarm of at most ALARM each, at fixed seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ecosystem.core.parameters import describe
from ecosystem.core.ragged import Ragged
from ecosystem.core.registry import Chosen, Component
from ecosystem.core.streams import Streams, child_keys
from ecosystem.strategies.adaptation import Adaptation
from ecosystem.strategies.adaptation.base import Public, Space, Trials
from ecosystem.strategies.crawlers import Crawler
from ecosystem.strategies.crawlers.base import Pages
from ecosystem.strategies.detectors import Detector
from ecosystem.strategies.detectors.base import FittedDetector, Samples
from ecosystem.strategies.learners import Learner
from ecosystem.strategies.learners.base import Corpus, Documents, Model, Writing
from ecosystem.strategies.rankers import Ranker
from ecosystem.strategies.rankers.base import Feed

ALARM = 1e-6
FAMILIES: list[Any] = [Learner, Detector, Ranker, Crawler, Adaptation]
COMPONENTS = [cls for family in FAMILIES for _, cls in family.registry.items()]
SPACE = Ragged.of_lengths(np.array([7, 4, 3]))
"""Three domains; of the last one nothing is ever taught."""
STYLES = 3
VOCABULARY = np.array([6, 5, 4])
"""Words of each domain's language."""
LENGTH = 7
"""Words of a text."""
KEY = np.uint64(11)
TEXTS = 6000
"""Texts written per test: a share is then known to about 0.03 at the false-alarm rate."""

type Arrays = dict[str, NDArray[Any]]


def each(family: Any) -> pytest.MarkDecorator:
    """One test for every registered kind of a family, as its scenario default."""
    kinds = [kind for kind, _ in family.registry.items()]
    return pytest.mark.parametrize("component", [family.registry.get(kind)() for kind in kinds], ids=kinds)


def copies(arrays: Any) -> list[NDArray[Any]]:
    """Copies of all arrays of a tuple."""
    return [np.array(array) for array in arrays]


def same(one: Any, other: Any) -> bool:
    """Whether two sequences of arrays are equal to the bit."""
    return len(one) == len(other) and all(
        np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f") for a, b in zip(one, other, strict=True)
    )


# --- every component --------------------------------------------------------------------------------


def test_every_family_has_members() -> None:
    assert all(len(family.registry) > 0 for family in FAMILIES)


@pytest.mark.parametrize("cls", COMPONENTS, ids=lambda cls: f"{cls.registry.name}-{cls.kind}")
def test_parameters_say_what_they_are(cls: type[Component]) -> None:
    for entry in describe(cls):
        assert entry.unit, entry.key
        assert entry.meaning, entry.key
        assert entry.source, entry.key
        assert entry.role in {"lever", "uncertainty", "constant"}, entry.key
        assert entry.default is not ..., f"{entry.key} has no default, so that its bare kind is no choice"
    assert cls.__doc__


@pytest.mark.parametrize("cls", COMPONENTS, ids=lambda cls: f"{cls.registry.name}-{cls.kind}")
def test_components_are_written_and_read_back(cls: type[Component]) -> None:
    component = cls()
    written = component.model_dump(mode="json")
    assert written["kind"] == cls.kind
    parts = {name: value for name, value in written.items() if name != "kind"}
    assert cls.registry.get(written["kind"]).model_validate(parts) == component
    assert cls.kind in Chosen(cls.registry, None).alternatives()


# --- learners ---------------------------------------------------------------------------------------


def invent(count: int, name: str = "documents") -> Documents:
    """Documents by lot, of unequal weight, about the first two domains."""
    streams, who = Streams(2), child_keys(np.arange(count, dtype=np.uint64), 0, np.zeros(count, dtype=np.int64))
    domain = streams.integers(f"{name}.domain", who, 2)
    idea = np.floor(streams.uniform(f"{name}.idea", who) ** 2 * SPACE.lengths[domain]).astype(np.int64)
    return Documents(
        domain, idea, streams.chance(f"{name}.correct", who, 0.7),
        streams.normal(f"{name}.style", who, STYLES).astype(np.float32) * np.float32(2) + domain[:, None],
        streams.uniform(f"{name}.depth", who).astype(np.float32),
        streams.uniform(f"{name}.share", who).astype(np.float32), 0.5 + streams.uniform(f"{name}.weight", who),
        child_keys(who, 1, np.zeros(count, dtype=np.int64)), words(count, name, domain), VOCABULARY[domain],
    )  # fmt: skip


def words(count: int, name: str, domain: NDArray[np.int64]) -> NDArray[np.int32]:
    """Texts by lot that use most of the vocabulary; every tenth document has none."""
    who = child_keys(np.arange(count, dtype=np.uint64), 2, np.zeros(count, dtype=np.int64))
    drawn = Streams(2).uniforms(f"{name}.words", who, LENGTH) ** 2 * (VOCABULARY[domain] - 1)[:, None]
    return np.where(np.arange(count)[:, None] % 10 == 9, -1, np.floor(drawn)).astype(np.int32)


def taught(learner: Learner, *batches: Documents) -> Corpus:
    """A corpus that has absorbed some batches."""
    corpus = learner.corpus(SPACE, STYLES)
    for batch in batches:
        corpus.absorb(batch)
    return corpus


def fitted(learner: Learner, corpus: Corpus, capacity: int | None = None) -> Model:
    """A model of a corpus, without tuning."""
    return learner.fit(corpus, capacity, np.zeros(STYLES), KEY, Streams(1))


def measured(model: Model) -> list[NDArray[Any]]:
    """Everything that can be measured of a model."""
    return [
        model.probability, model.accuracy, model.known, model.mean, model.covariance, model.depth, model.weight,
        np.array([model.synthetic_share]),
    ]  # fmt: skip


def alike(one: Model, other: Model) -> bool:
    """Whether two models are the same but for rounding (sums of some hundred numbers, 1e-16 each)."""
    pairs = zip(measured(one), measured(other), strict=True)
    return all(np.allclose(a, b, rtol=1e-9, atol=1e-9, equal_nan=True) for a, b in pairs)


def texts(
    model: Model, count: int = TEXTS, domain: int | None = None, temperature: float = 1.0, top_p: float = 1.0
) -> Any:
    """Texts written with identities of their own, and their domains."""
    who = child_keys(np.full(count, KEY), 3, np.arange(count))
    domains = np.arange(count) % 2 if domain is None else np.full(count, domain)
    return domains, model.write(who, domains, temperature, top_p, Streams(1, 4))


@each(Learner)
def test_learners_may_be_taught_in_batches_and_in_any_order(component: Learner) -> None:
    documents = invent(300)
    order = np.argsort(Streams(9).uniform("order", np.arange(300)))
    at_once = fitted(component, taught(component, documents))
    for batches in (
        [documents.take(np.arange(120)), documents.take(np.arange(120, 300))],
        [documents.take(order)],
        [invent(0), documents, invent(0)],
    ):
        assert alike(fitted(component, taught(component, *batches)), at_once)


@each(Learner)
def test_learners_leave_documents_alone(component: Learner) -> None:
    documents = invent(80)
    before = copies(documents)
    fitted(component, taught(component, documents))
    assert same(documents, before)


@each(Learner)
def test_a_corpus_counts_its_documents_by_weight(component: Learner) -> None:
    documents = invent(80)
    corpus = taught(component)
    assert corpus.documents == 0
    corpus.absorb(documents)
    assert corpus.documents == pytest.approx(float(documents.weight.sum()))
    corpus.forget(0.25)
    assert corpus.documents == pytest.approx(0.25 * float(documents.weight.sum()))


@each(Learner)
def test_full_retention_changes_nothing_and_none_empties(component: Learner) -> None:
    documents, later = invent(80), invent(60, "later")
    corpus = taught(component, documents)
    before = {name: np.array(value) for name, value in corpus.dump().items()}
    corpus.forget(1.0)
    assert same(list(corpus.dump().values()), list(before.values()))
    corpus.forget(0.0)
    assert corpus.documents == 0
    corpus.absorb(later)
    assert alike(fitted(component, corpus), fitted(component, taught(component, later)))


@each(Learner)
def test_a_corpus_comes_back_to_the_bit_and_its_dump_is_its_own(component: Learner) -> None:
    corpus = taught(component, invent(80))
    state = corpus.dump()
    before = copies(state.values())
    again = component.corpus(SPACE, STYLES)
    again.load(state)
    for one in (corpus, again):
        one.absorb(invent(60, "later"))
    assert same(list(state.values()), before)
    assert same(list(corpus.dump().values()), list(again.dump().values()))


@each(Learner)
def test_models_come_back_to_the_bit(component: Learner) -> None:
    model = fitted(component, taught(component, invent(300)), capacity=6)
    again = component.restore(SPACE, {name: np.array(value) for name, value in model.dump().items()})
    assert same(measured(model), measured(again))
    for temperature, top_p in ((1.0, 1.0), (0.7, 0.8)):
        assert same(*(texts(one, 500, None, temperature, top_p)[1] for one in (model, again)))


@each(Learner)
def test_fitting_is_repeatable_and_leaves_the_corpus_alone(component: Learner) -> None:
    corpus = taught(component, invent(80))
    before = copies(corpus.dump().values())
    one, other = fitted(component, corpus, 4), fitted(component, corpus, 4)
    assert same(list(corpus.dump().values()), before)
    assert same(measured(one), measured(other))
    assert same(texts(one, 200)[1], texts(other, 200)[1])


@each(Learner)
def test_models_are_frozen(component: Learner) -> None:
    corpus = taught(component, invent(80))
    model = fitted(component, corpus)
    before = copies(measured(model))
    corpus.absorb(invent(60, "later"))
    corpus.forget(0.0)
    assert same(measured(model), before)


@each(Learner)
def test_models_can_be_measured(component: Learner) -> None:
    model = fitted(component, taught(component, invent(300)))
    ideas, domains = SPACE.size, SPACE.rows
    shapes = [(ideas,), (ideas,), (ideas,), (domains, STYLES), (domains, STYLES, STYLES), (domains,), (domains,), (1,)]
    assert [value.shape for value in measured(model)] == shapes
    assert np.allclose(SPACE.totals(model.probability), [1, 1, 0])
    assert np.all((model.accuracy >= 0) & (model.accuracy <= 1))
    assert not np.any(model.probability[~model.known] > 0)
    assert np.allclose(model.covariance, model.covariance.transpose(0, 2, 1))
    assert np.linalg.eigvalsh(model.covariance).min() > -1e-9
    assert np.isnan(model.depth).tolist() == [False, False, True]  # undefined is NaN, never 0
    assert 0 <= model.synthetic_share <= 1


@each(Learner)
@pytest.mark.parametrize("capacity", [1, 3, 8])
def test_models_hold_no_more_than_their_capacity(component: Learner, capacity: int) -> None:
    model = fitted(component, taught(component, invent(300)), capacity)
    assert 0 < model.known.sum() <= capacity


@each(Learner)
def test_tuning_shifts_style(component: Learner) -> None:
    corpus = taught(component, invent(300))
    tuned = component.fit(corpus, None, np.array([1.0, 0.0, -2.0]), KEY, Streams(1))
    assert np.allclose((tuned.mean - fitted(component, corpus).mean)[:2], [1.0, 0.0, -2.0])


@each(Learner)
def test_ideas_are_written_about_as_often_as_the_model_thinks(component: Learner) -> None:
    model = fitted(component, taught(component, invent(300)))
    for domain in range(2):
        part = slice(SPACE.offsets[domain], SPACE.offsets[domain + 1])
        probability = model.probability[part]
        counts = np.bincount(texts(model, domain=domain)[1].idea, minlength=len(probability))
        assert not counts[probability == 0].any()
        some = probability > 0
        assert stats.chisquare(counts[some], TEXTS * probability[some]).pvalue > ALARM


@each(Learner)
def test_texts_and_answers_are_as_right_as_the_model_says(component: Learner) -> None:
    model = fitted(component, taught(component, invent(300)))
    domains, text = texts(model)
    ideas = np.arange(TEXTS) % 4
    answers = model.answer(child_keys(np.full(TEXTS, KEY), 5, np.arange(TEXTS)), domains, ideas, Streams(1, 4))
    for right, told in ((text.correct, text.idea), (answers, ideas)):
        chance = model.accuracy[SPACE.flat(domains, told)]
        apart = (right.sum() - chance.sum()) / np.sqrt((chance * (1 - chance)).sum())
        assert abs(apart) < stats.norm.isf(ALARM / 2)


@each(Learner)
def test_styles_are_written_as_measured(component: Learner) -> None:
    model = fitted(component, taught(component, invent(300)))
    for domain in range(2):
        style = texts(model, domain=domain)[1].style.astype(float)
        variance = np.diag(model.covariance[domain])
        limit = stats.norm.isf(ALARM / 2)
        assert np.all(np.abs(style.mean(axis=0) - model.mean[domain]) < limit * np.sqrt(variance / TEXTS))
        found = np.cov(style.T)
        spread = np.sqrt(
            (np.outer(variance, variance) + model.covariance[domain] ** 2) / TEXTS
        )  # of a normal's covariance
        assert np.all(np.abs(found - model.covariance[domain]) < limit * spread)


@each(Learner)
@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.6])
def test_styles_vary_as_the_model_says_at_every_temperature(component: Learner, temperature: float) -> None:
    model = fitted(component, taught(component, invent(300)))
    said = model.style_variance(temperature)
    assert said.shape == (SPACE.rows,)
    for domain in range(2):
        style = texts(model, domain=domain, temperature=temperature)[1].style.astype(float)
        squares = ((style - model.mean[domain]) ** 2).sum(axis=1)
        error = squares.std() / np.sqrt(TEXTS)
        assert abs(squares.mean() - said[domain]) < stats.norm.isf(ALARM / 2) * error


@each(Learner)
def test_a_text_does_not_depend_on_the_others(component: Learner) -> None:
    model = fitted(component, taught(component, invent(300)))
    who, domains = child_keys(np.full(90, KEY), 3, np.arange(90)), np.arange(90) % 3
    together = model.write(who, domains, 0.8, 0.9, Streams(1, 4))
    backwards = model.write(who[::-1].copy(), domains[::-1].copy(), 0.8, 0.9, Streams(1, 4))
    assert same(together, at_rows(backwards, slice(None, None, -1)))
    some = model.write(who[:9], domains[:9], 0.8, 0.9, Streams(1, 4))
    assert same(at_rows(together, slice(9)), some)


def at_rows(text: Writing, rows: slice) -> list[NDArray[Any] | None]:
    """The same rows of every column that there is."""
    return [None if column is None else column[rows] for column in text]


@each(Learner)
def test_words_are_of_the_vocabulary_or_not_there_at_all(component: Learner) -> None:
    model = fitted(component, taught(component, invent(300)))
    domains, text = texts(model)
    assert (text.tokens is None) == (model.text is None)
    if text.tokens is None or model.text is None:
        return
    assert text.tokens.shape == (TEXTS, LENGTH)
    assert text.tokens.dtype == np.int32
    assert np.all((text.tokens >= 0) & (text.tokens < VOCABULARY[domains][:, None]))
    assert np.all(texts(model, 20, domain=2)[1].tokens == -1)
    untold = fitted(component, taught(component, invent(300)._replace(tokens=None, words=None)))
    assert texts(untold, 20)[1].tokens is None
    assert untold.text is None


@each(Learner)
def test_words_follow_each_other_as_the_model_says(component: Learner) -> None:
    model = fitted(component, taught(component, invent(300)))
    if model.text is None:
        return
    for domain in range(2):
        text = texts(model, domain=domain)[1].tokens
        chance = model.text.next_words(domain, text[:, :-1])
        assert np.allclose(chance.sum(axis=1), 1)
        counts = np.bincount(text[:, -1], minlength=VOCABULARY[domain])
        spread = np.sqrt((chance * (1 - chance)).sum(axis=0))
        assert np.all(np.abs(counts - chance.sum(axis=0)) < stats.norm.isf(ALARM / 2) * spread)


@each(Learner)
def test_nothing_asked_and_nothing_known_give_nothing(component: Learner) -> None:
    model = fitted(component, taught(component, invent(300)))
    _, nothing = texts(model, 0)
    assert nothing.idea.shape == nothing.correct.shape == (0,)
    assert nothing.style.shape == (0, STYLES)
    none = np.empty(0, dtype=np.int64)
    assert model.answer(none.astype(np.uint64), none, none, Streams(1)).shape == (0,)
    assert set(texts(model, 20, domain=2)[1].idea.tolist()) == {-1}


# --- detectors --------------------------------------------------------------------------------------


def sample(name: str, shift: float = 0.0, scale: float = 1.0, count: int = 4000) -> Samples:
    """Normal texts of one domain, ``shift`` away from the human mean."""
    style = scale * Streams(6).normal(name, np.arange(count), STYLES) + shift / np.sqrt(STYLES)
    return Samples(np.zeros(count, dtype=np.int64), style.astype(np.float32))


def trained(detector: Detector, shift: float = 1.0, scale: float = 1.0) -> FittedDetector:
    """A detector that knows people's texts from a model's."""
    found = detector.fit(sample("human"), sample("machine", shift, scale), 2)
    assert found is not None
    return found


def total_variation(shift: float, scale: float) -> float:
    """Between the standard normal and one shifted, or else scaled, in STYLES dimensions."""
    if scale == 1.0:
        return float(2 * stats.norm.cdf(shift / 2) - 1)
    # The densities cross where the squared distance from the mean is this.
    edge = -2 * STYLES * np.log(scale) / (1 / scale**2 - 1)
    inside = stats.chi2(STYLES).cdf
    return float(abs(inside(edge / scale**2) - inside(edge)))


@each(Detector)
@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (0.5, 1.0), (1.5, 1.0), (4.0, 1.0), (0.0, 0.7), (0.0, 0.3)])
def test_no_detector_beats_the_bound(component: Detector, shift: float, scale: float) -> None:
    """AUROC is at most 1/2 + TV - TV^2 / 2 (Sadasivan et al. 2023, arXiv:2303.11156)."""
    detector = trained(component, shift, scale)
    human, machine = sample("fresh"), sample("made", shift, scale)
    made, fresh = (detector.score(part.domain, part.style) for part in (machine, human))
    auroc = float(stats.mannwhitneyu(made, fresh).statistic) / 4000**2
    distance = total_variation(shift, scale)
    # The standard error of an AUROC of 4,000 by 4,000 is at most 0.0065; 5 of them are rarer than ALARM.
    assert auroc < 0.5 + distance - distance**2 / 2 + 5 * 0.0065


@each(Detector)
def test_a_clear_difference_is_found(component: Detector) -> None:
    detector, machine = trained(component, 6.0), sample("made", 6.0)
    assert np.mean(detector.score(machine.domain, machine.style) > detector.threshold) > 0.9


@each(Detector)
def test_the_threshold_keeps_to_its_target(component: Detector) -> None:
    detector, fresh = trained(component), sample("fresh", count=20_000)
    flagged = float(np.mean(detector.score(fresh.domain, fresh.style) > detector.threshold))
    target = component.false_positive
    # A quantile of some thousand held-out texts: 0.0032 is its standard error at a target of 2 %.
    assert abs(flagged - target) < 5 * np.sqrt(target * (1 - target) / 1900)
    assert np.all(np.diff(detector.human_scores) >= 0)


@each(Detector)
def test_detectors_leave_samples_alone_and_are_repeatable(component: Detector) -> None:
    human, machine = sample("human"), sample("machine", 1.0)
    before = copies([*human, *machine])
    one, other = component.fit(human, machine, 2), component.fit(human, machine, 2)
    assert same([*human, *machine], before)
    assert one is not None
    assert other is not None
    assert same(list(one.dump().values()), list(other.dump().values()))


@each(Detector)
def test_a_score_does_not_depend_on_the_others(component: Detector) -> None:
    detector, new = trained(component), sample("fresh", count=70)
    scores = detector.score(new.domain, new.style)
    assert scores.shape == (70,)
    assert np.isfinite(scores).all()
    assert np.array_equal(detector.score(new.domain[::-1], new.style[::-1]), scores[::-1])
    assert np.array_equal(detector.score(new.domain[:7], new.style[:7]), scores[:7])
    assert detector.score(new.domain[:0], new.style[:0]).shape == (0,)


@each(Detector)
def test_detectors_come_back_to_the_bit(component: Detector) -> None:
    detector, new = trained(component), sample("fresh", count=70)
    again = component.restore({name: np.array(value) for name, value in detector.dump().items()})
    assert np.array_equal(again.score(new.domain, new.style), detector.score(new.domain, new.style))
    assert again.threshold == detector.threshold
    assert same(list(again.dump().values()), list(detector.dump().values()))


@each(Detector)
@pytest.mark.parametrize(("human", "machine"), [(0, 0), (0, 100), (100, 0), (1, 100), (100, 1)])
def test_too_few_texts_are_no_error(component: Detector, human: int, machine: int) -> None:
    assert component.fit(sample("human", count=human), sample("machine", count=machine), 2) is None


# --- rankers and crawlers ---------------------------------------------------------------------------


def feed(count: int = 60) -> Feed:
    """Items on show, some without anything."""
    streams, who = Streams(8), np.arange(count)
    votes, links, age, views = (
        np.floor(20 * streams.uniform(name, who) ** 3) for name in ("votes", "links", "age", "views")
    )
    signed, labelled, flagged = (streams.chance(name, who, 0.4) for name in "slf")
    return Feed(
        votes, links, 1 + streams.exponential("authority", who), age, votes + views,
        streams.integers("domain", who, SPACE.rows), streams.normal("style", who, STYLES).astype(np.float32),
        signed, labelled, flagged,
        np.where(streams.chance("scored", who, 0.5), streams.normal("score", who), np.nan),
    )  # fmt: skip


def pages(count: int = 60) -> Pages:
    """Pages of all sorts."""
    streams, who = Streams(8), np.arange(count)
    signed, labelled, watermarked, flagged, licensed = (streams.chance(name, who, 0.4) for name in "slwfc")
    return Pages(
        12 * 2018 + streams.integers("month", who, 120), np.floor(5 * streams.uniform("votes", who)),
        np.floor(5 * streams.uniform("links", who)), 1 + streams.exponential("authority", who),
        signed, labelled, watermarked, flagged, licensed,
    )  # fmt: skip


def column_by_column(kind: type[Any], columns: Any, rows: Any) -> Any:
    """The same rows of every column."""
    return kind(*(column[rows] for column in columns))


def judged_one_by_one(judge: Callable[[Any], NDArray[Any]], kind: type[Any], columns: Any) -> NDArray[Any]:
    """The verdicts on a set, after making sure that each depends on its own row alone and nothing was touched."""
    before = copies(columns)
    told = judge(columns)
    assert same(columns, before)
    assert told.shape == columns[0].shape
    assert np.array_equal(judge(columns), told)
    for rows in (slice(None, None, -1), slice(0, 7), slice(0, 1), slice(0, 0)):
        assert np.array_equal(judge(column_by_column(kind, columns, rows)), told[rows])
    return told


@each(Ranker)
def test_rankers_judge_each_item_by_itself(component: Ranker) -> None:
    factor = judged_one_by_one(component.factor, Feed, feed())
    assert factor.dtype == np.float64
    assert np.all(np.isfinite(factor) & (factor > 0))


@each(Crawler)
def test_crawlers_judge_each_page_by_itself(component: Crawler) -> None:
    taken = judged_one_by_one(component.accepts, Pages, pages())
    assert taken.dtype == np.bool_
    assert taken.any()


# --- adaptation -------------------------------------------------------------------------------------


SPACES = {
    "free": Space(np.zeros(3, dtype=np.bool_), np.full(3, -np.inf), np.full(3, np.inf), np.zeros(3)),
    "mixed": Space(
        np.array([False, True, False]), np.array([-1.0, 0.0, 0.0]), np.array([1.0, 2.0, 0.0]), np.array([0.5, 1.0, 0.0])
    ),
    "none": Space(np.empty(0, dtype=np.bool_), np.empty(0), np.empty(0), np.empty(0)),
}
"""Levers that go anywhere; a whole number, a choice among three, and one that moves nothing; no lever at all."""
WHO = child_keys(np.full(5, KEY), 0, np.arange(5))


def trials(component: Adaptation, space: Space, before: float = 5.0) -> Trials:
    """Five in the middle of a trial of their second lever, with payoffs from very low to very high."""
    levers, settled = (np.tile(row, (5, 1))[:, : len(space.whole)] for row in ([0.0, 1.0, 0.0], [0.0, 2.0, 0.0]))
    payoff = np.array([-1e12, -1.0, 0.0, 1.0, 1e12])
    return Trials(levers, settled, payoff, np.full(5, before), np.zeros((5, component.memory(space))))


def public(space: Space, rivals: int, *, oneself: bool = True) -> Public:
    """What is seen of the five and of some rivals, some of whose levers and takings do not show."""
    key = np.concatenate([WHO[: 5 * oneself], child_keys(np.full(rivals, KEY), 1, np.arange(rivals))])
    levers = np.tile(np.arange(len(key), dtype=np.float64)[:, None] % 3, len(space.whole)).astype(np.float64)
    levers[len(key) - rivals // 2 :, :1] = np.nan
    payoff = 100.0 * np.arange(len(key), dtype=np.float64)
    payoff[-1:] = np.nan
    return Public(key, levers, payoff)


@each(Adaptation)
@pytest.mark.parametrize("rivals", [0, 1, 3])
@pytest.mark.parametrize("before", [np.nan, 5.0])
@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_revisions_are_sound_and_touch_nothing(component: Adaptation, rivals: int, before: float, space: Space) -> None:
    for oneself in (True, False):
        own, others = trials(component, space, before), public(space, rivals, oneself=oneself)
        given = copies([*own, *others, WHO])
        after = component.revise(own, others, WHO, space, Streams(1))
        assert same([*own, *others, WHO], given)
        assert [column.shape for column in after] == [column.shape for column in own]
        for positions in (after.levers, after.settled):
            assert np.isfinite(positions).all()
            assert ((positions >= space.low) & (positions <= space.high)).all()
            assert (positions[:, space.whole] % 1 == 0).all()
        assert np.isfinite(after.memory).all()
        assert not np.shares_memory(after.levers, others.levers)


@each(Adaptation)
@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_revisions_do_not_depend_on_who_else_reviews(component: Adaptation, space: Space) -> None:
    own, others = trials(component, space), public(space, 3)
    for _ in range(3):  # so that there is something to remember
        together = component.revise(own, others, WHO, space, Streams(1))
        alone = [component.revise(own.take(np.array([at])), others, WHO[[at]], space, Streams(1)) for at in range(5)]
        assert same(list(together), [np.concatenate(column) for column in zip(*alone, strict=True)])
        own = together._replace(payoff=own.payoff)


@each(Adaptation)
def test_revisions_are_functions_of_who_and_when(component: Adaptation) -> None:
    space = SPACES["free"]
    own, others = trials(component, space), public(space, 2)
    one = component.revise(own, others, WHO, space, Streams(1, 5))
    for step in (4, 6):
        component.revise(own, others, WHO[::-1], space, Streams(1, step))
    assert same(one, component.revise(own, others, WHO, space, Streams(1, 5)))
