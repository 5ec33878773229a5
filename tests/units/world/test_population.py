"""Populations: rows of a table as an ordered set of members."""

from __future__ import annotations

import copy
import itertools
import pickle
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from ecosystem.core.streams import Streams, name_key
from ecosystem.core.table import Table, column
from ecosystem.world.member import Member
from ecosystem.world.population import Population

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class People(Table):
    """A table of the size of a hand."""

    key = column(np.uint64, unit="key", meaning="identity")
    town = column(np.int16, unit="town", meaning="where they live")
    skill = column(np.float32, unit="probability", meaning="chance to be right")
    signs = column(np.bool_, unit="yes or no", meaning="signs its work", default=False)
    voice = column(np.float32, unit="style units", meaning="style", shape=("styles",))


class Person(Member):
    """One of the people."""

    __slots__ = ()

    @property
    def doubled(self) -> float:
        """Twice the skill."""
        return 2 * float(self.skill)

    def learn(self, amount: float, *, factor: float = 1.0) -> float:
        """Become more skilled; returns the new skill."""
        self.skill += np.float32(amount * factor)
        return float(self.skill)


class Anonymous(Table):
    """A table without identities."""

    skill = column(np.float32, unit="probability", meaning="chance to be right")


SKILL = (0.5, 0.25, 1.0, 0.75, 0.25)
TOWN = (2, 1, 2, 1, 3)


def people(count: int = 5) -> People:
    """The first of five people, who are always the same."""
    table = People(styles=2)
    table.append(
        count,
        key=np.arange(100, 100 + count, dtype=np.uint64),
        town=np.array(TOWN[:count], np.int16),
        skill=np.array(SKILL[:count], np.float32),
        signs=np.array([True, False, False, True, False][:count]),
        voice=np.arange(2.0 * count).reshape(count, 2),
    )
    return table


def population(table: Table | None = None, rows: Any = None, **stream: int) -> Population[Person]:
    """A population of people in a model of its own."""
    streams = Streams(stream.get("seed", 1), stream.get("step", 0))
    return Population(people() if table is None else table, Person, mesa.Model(rng=1), streams, rows)


def indices(of: Population[Person]) -> list[int]:
    """Row numbers in order."""
    return [member.index for member in of]


# --- members --------------------------------------------------------------------------------------


def test_a_member_reads_and_writes_its_row() -> None:
    table = people()
    everyone = population(table)
    everyone[2].skill = 0.125
    assert everyone[2].skill == table.skill[2] == 0.125
    assert everyone.table is table
    assert everyone[2].model is everyone.model
    assert everyone[2].pos is None


def test_members_are_equal_and_hash_by_row_of_a_table() -> None:
    table = people()
    one, other = population(table), population(table)
    assert one[1] == other[1] == table.row(1)
    assert hash(one[1]) == hash(other[1])
    assert one[1] != one[2]
    assert one[1] != population()[1]
    assert {one[1], other[1], one[2]} == {one[2], one[1]}


def test_ids_are_positive_stable_and_end_in_the_row() -> None:
    everyone = population()
    ids = [member.unique_id for member in everyone]
    assert ids == everyone.unique_id.tolist() == population(seed=2).unique_id.tolist()
    assert [each % 10**9 for each in ids] == [0, 1, 2, 3, 4]
    assert all(type(each) is int and 10**9 <= each < 2**53 for each in ids)
    everyone.table.append(100)
    assert everyone[1].unique_id == ids[1]


def test_ids_of_another_table_are_other_ids() -> None:
    other = Anonymous()
    other.append(5)
    ids = Population(other, Member, mesa.Model(rng=1), Streams(1)).unique_id
    assert not set(ids.tolist()) & set(population().unique_id.tolist())


def test_a_member_can_be_pickled_and_copied() -> None:
    member = population()[3]
    for twin in (pickle.loads(pickle.dumps(member)), copy.deepcopy(member)):  # noqa: S301 - dumped here
        assert (type(twin), twin.index, twin.skill) == (Person, 3, np.float32(0.75))
        assert isinstance(twin.model, mesa.Model)
        twin.skill = 0.0
        assert member.skill == 0.75
    assert copy.copy(member) == member


# --- making one -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "error", "text"),
    [
        ([0.0, 1.0], TypeError, r"one row of integers, got float64\[2\]"),
        ([[0, 1]], TypeError, "one row of integers"),
        ([True, False, True, True, True], TypeError, "one row of integers, got bool"),
        ([0, 5], IndexError, "no row 5, there are 5"),
        ([-1, 0], IndexError, "no row -1"),
        ([3, 1, 3], ValueError, "row 3 is given twice"),
    ],
)
def test_bad_rows_are_refused(rows: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        population(rows=rows)


def test_rows_are_kept_apart_from_the_array_given() -> None:
    rows = np.array([3, 1])
    some = population(rows=rows)
    rows[0] = 4
    assert indices(some) == [3, 1]
    for kept in (some, some.sort("skill"), some[1:]):
        with pytest.raises(ValueError, match="read-only"):
            kept.rows[0] = 4


def test_a_column_that_would_be_hidden_is_refused() -> None:
    class Ranked(Table):
        agg = column(np.int32, unit="rank", meaning="hidden by a method of populations")

    class Placed(Table):
        pos = column(np.int32, unit="place", meaning="hidden by an attribute of members")

    for table in (Ranked(), Placed()):
        with pytest.raises(TypeError, match="would hide the column; rename the column"):
            population(table)


# --- a sequence -----------------------------------------------------------------------------------


def test_length_order_and_membership() -> None:
    table = people()
    everyone, some = population(table), population(table, [4, 0])
    assert (len(everyone), indices(everyone)) == (5, [0, 1, 2, 3, 4])
    assert (len(some), indices(some)) == (2, [4, 0])
    assert [member in some for member in everyone] == [True, False, False, False, True]
    assert table.row(0) in some
    assert population()[0] not in some
    assert "someone" not in some


def test_a_place_counts_from_either_end() -> None:
    some = population(rows=[4, 0, 2])
    assert [some[place].index for place in (0, 1, 2, -1, -2, -3)] == [4, 0, 2, 2, 0, 4]
    assert some[np.int64(1)].index == 0
    assert population()[-1].index == 4


@pytest.mark.parametrize("place", [3, -4])
def test_a_place_beyond_the_end_is_an_error(place: int) -> None:
    with pytest.raises(IndexError, match=f"no member {place}"):
        population(rows=[4, 0, 2])[place]


def test_an_index_that_is_no_place_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"use select\(mask\)"):
        population()[np.ones(5, bool)]


def test_a_slice_is_a_population() -> None:
    some = population(rows=[4, 0, 2])[1:]
    assert isinstance(some, Population)
    assert indices(some) == [0, 2]
    assert indices(population()[::-2]) == [4, 2, 0]


def test_all_rows_grow_with_the_table_and_chosen_rows_do_not() -> None:
    table = people()
    everyone, some = population(table), population(table, [1])
    chosen = everyone.select()
    assert everyone[0] in chosen
    table.append(2)
    assert (len(everyone), len(everyone.copy()), len(some), len(chosen)) == (7, 7, 1, 5)
    assert everyone[6] in everyone
    assert everyone[6] not in chosen


def test_a_row_that_the_table_lost_is_no_member() -> None:
    table = people()
    everyone, last = population(table), table.row(4)
    table.load(people(2).dump())
    assert last not in everyone
    assert table.row(1) in everyone


def test_rows_added_while_looping_are_left_out() -> None:
    everyone = population()
    everyone.do(lambda _: everyone.table.append(1))
    assert len(everyone) == 10


def test_sets_of_the_same_table_combine() -> None:
    table = people()
    one, other = population(table, [0, 1, 2]), population(table, [2, 3])
    assert indices(one & other) == [2]
    assert indices(one | other) == [0, 1, 2, 3]
    assert indices(one - other) == [0, 1]
    assert one == population(table, [2, 1, 0])
    assert one != other
    assert one[:2] < one
    with pytest.raises(TypeError, match="members are rows of one table"):
        one | population()


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.add(p[0]),
        lambda p: p.discard(p[0]),
        lambda p: p.remove(p[0]),
        lambda p: p.pop(),
        lambda p: p.clear(),
        lambda p: p.__ior__([p[0]]),
        lambda p: p.__isub__([p[0]]),
    ],
)
def test_people_are_not_added_or_removed_by_hand(change: Callable[[Any], object]) -> None:
    everyone = population()
    with pytest.raises(TypeError, match="by hand, because members are rows"):
        change(everyone)
    assert len(everyone) == 5


def test_the_refusal_says_what_to_do() -> None:
    everyone = population()
    with pytest.raises(TypeError, match=r"append rows to the table \(People\.append\)"):
        everyone.add(everyone[0])
    with pytest.raises(TypeError, match=r"take those that stay with select\(mask\)"):
        everyone.remove(everyone[0])


# --- columns --------------------------------------------------------------------------------------


def test_columns_come_in_the_order_of_the_population() -> None:
    some = population(rows=[3, 0])
    assert some.skill.tolist() == [0.75, 0.5]
    assert some.voice.tolist() == [[6.0, 7.0], [0.0, 1.0]]
    assert population().skill.tolist() == list(SKILL)
    assert some.skill.dtype == np.float32


@pytest.mark.parametrize("rows", [None, [3, 0]])
def test_columns_are_read_only_but_the_table_is_not(rows: list[int] | None) -> None:
    table = people()
    some = population(table, rows)
    with pytest.raises(ValueError, match="read-only"):
        some.skill[0] = 0.0
    table.skill[0] = 0.0
    assert some[-1 if rows else 0].skill == 0.0


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(AttributeError, match=r"column of Person is called 'skil'; .* 'skill'"):
        population().skil  # noqa: B018 - reading is what fails
    with pytest.raises(AttributeError, match="'skill'"):
        population().skil = 1.0
    assert "skill" in dir(population())


def test_get_takes_columns_ids_and_attributes() -> None:
    some = population(rows=[3, 0])
    assert isinstance(some.get("skill"), np.ndarray)
    assert some.get("skill").tolist() == [0.75, 0.5]  # type: ignore[union-attr]
    assert some.get("index").tolist() == [3, 0]  # type: ignore[union-attr]
    assert some.get("unique_id").tolist() == [m.unique_id for m in some]  # type: ignore[union-attr]
    assert some.get("doubled") == [1.5, 1.0]
    assert some.get(["town", "doubled"]) == [[1, 1.5], [2, 1.0]]
    assert some.get([]) == [[], []]


def test_get_deals_with_what_is_missing() -> None:
    some = population(rows=[3, 0])
    assert some.get("height", "default", -1) == [-1, -1]
    assert some.get(["town", "height"], "default") == [[1, None], [2, None]]
    with pytest.raises(AttributeError, match="'skil'; did you mean 'skill'"):
        some.get(["town", "skil"])
    with pytest.raises(ValueError, match="'error' or 'default'"):
        some.get("town", "ignore")  # type: ignore[arg-type]


def test_set_writes_one_number_or_one_each() -> None:
    table = people()
    some = population(table, [3, 0])
    assert some.set("skill", 0.125) is some
    assert table.skill.tolist() == [0.125, 0.25, 1.0, 0.125, 0.25]
    some.skill = [0.5, 1.0]
    assert table.skill.tolist() == [1.0, 0.25, 1.0, 0.5, 0.25]
    population(table).set("signs", value=True)
    assert table.signs.all()


def test_set_writes_a_style_for_all_or_one_each() -> None:
    table = people()
    some = population(table, [3, 0])
    some.set("voice", [8.0, 9.0])
    assert table.voice[[0, 1, 3]].tolist() == [[8.0, 9.0], [2.0, 3.0], [8.0, 9.0]]
    some.set("voice", [[1.0, 2.0], [3.0, 4.0]])
    assert table.voice[[0, 3]].tolist() == [[3.0, 4.0], [1.0, 2.0]]


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("skil", 1.0, AttributeError),
        ("unique_id", 1, AttributeError),
        ("skill", [1.0, 2.0, 3.0], ValueError),
        ("skill", "high", TypeError),
        ("town", 0.5, TypeError),
        ("town", 1e5, TypeError),
        ("town", 100_000, ValueError),
        ("voice", [1.0, 2.0, 3.0], ValueError),
    ],
)
def test_set_refuses_what_a_column_cannot_hold(name: str, value: Any, error: type[Exception]) -> None:
    some = population(rows=[3, 0])
    before = some.table.dump()
    with pytest.raises(error, match=r"People|Person"):
        some.set(name, value)
    assert some.table.equals(People(styles=2).load(before))


def test_agg_takes_one_function_or_several() -> None:
    some = population(rows=[3, 0])
    assert some.agg("skill", np.mean) == 0.625
    assert some.agg("skill", [min, max, sum, len]) == [0.5, 0.75, 1.25, 2]
    assert some.agg("doubled", sum) == 2.5


def test_a_data_frame_has_a_column_per_number() -> None:
    some = population(rows=[3, 0])
    frame = some.to_dataframe()
    assert list(frame) == ["key", "town", "skill", "signs", "voice_0", "voice_1"]
    assert frame.index.tolist() == [some[0].unique_id, some[1].unique_id]
    assert frame["skill"].tolist() == [0.75, 0.5]
    assert frame["voice_1"].tolist() == [7.0, 1.0]
    assert [str(kind) for kind in frame.dtypes[:4]] == ["uint64", "int16", "float32", "bool"]


def test_a_data_frame_is_a_copy() -> None:
    everyone = population()
    frame = everyone.to_dataframe()
    everyone.skill = 0.0
    assert frame["skill"].tolist() == list(SKILL)
    frame["skill"] = 1.0
    assert everyone.agg("skill", max) == 0.0


# --- subsets --------------------------------------------------------------------------------------


def test_select_by_mask_and_by_function_agree() -> None:
    everyone = population(rows=[4, 3, 2, 1, 0])
    by_mask = everyone.select(everyone.skill > 0.4)
    by_function = everyone.select(lambda member: member.skill > 0.4)
    assert indices(by_mask) == indices(by_function) == [3, 2, 0]
    assert len(everyone) == 5


@pytest.mark.parametrize(
    ("at_most", "kept"),
    [(2, 2), (0, 0), (9, 3), (0.4, 2), (1.0, 3), (0.39, 1), (1.5, 2), (-1, 0), (float("inf"), 3)],
)
def test_at_most_is_a_number_or_a_share_of_all(at_most: float, kept: int) -> None:
    everyone = population()
    assert len(everyone.select(everyone.skill > 0.4, at_most)) == kept
    assert len(everyone.select(lambda member: member.skill > 0.4, at_most=at_most)) == kept


def test_select_alone_limits_and_filters_by_class() -> None:
    everyone = population()
    assert indices(everyone.select(at_most=2)) == [0, 1]
    assert len(everyone.select(agent_type=Person)) == len(everyone.select(agent_type=Member)) == 5
    assert len(everyone.select(agent_type=mesa.Agent)) == 0


def test_select_stops_looking_when_it_has_enough() -> None:
    seen = []

    def look(member: Person) -> bool:
        seen.append(member.index)
        return True

    population().select(look, at_most=2)
    assert seen == [0, 1]


def test_who_was_left_out_in_place_is_no_member_any_more() -> None:
    some = population(rows=[4, 0])
    first, second = some
    assert second in some
    some.select(at_most=1, inplace=True)
    assert first in some
    assert second not in some


def test_in_place_means_this_very_set() -> None:
    everyone = population()
    assert everyone[1] in everyone
    assert everyone.select(everyone.skill > 0.4, inplace=True) is everyone
    assert indices(everyone) == [0, 2, 3]
    assert population(everyone.table)[1] not in everyone
    assert everyone.sort("skill", inplace=True) is everyone
    assert indices(everyone) == [2, 3, 0]
    assert everyone.shuffle(inplace=True) is everyone
    assert sorted(indices(everyone)) == [0, 2, 3]


@pytest.mark.parametrize(
    ("mask", "error"),
    [(np.ones(4, bool), ValueError), (np.arange(5), TypeError), ([1.0] * 5, TypeError)],
)
def test_a_bad_mask_is_refused(mask: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"select takes a function or a mask bool\[5\], not"):
        population().select(mask)


# --- orders ---------------------------------------------------------------------------------------


def test_sort_keeps_ties_in_order_both_ways() -> None:
    everyone = population()
    assert indices(everyone.sort("skill")) == [2, 3, 0, 1, 4]
    assert indices(everyone.sort("skill", ascending=True)) == [1, 4, 0, 3, 2]
    assert indices(everyone.sort(lambda member: -member.skill)) == [1, 4, 0, 3, 2]
    assert indices(everyone.sort("doubled")) == [2, 3, 0, 1, 4]
    assert indices(everyone.sort("signs")) == [0, 3, 1, 2, 4]
    assert indices(everyone.sort("key")) == [4, 3, 2, 1, 0]
    assert indices(everyone) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("ascending", "order"), [(False, [2, 3, 4, 0, 1]), (True, [4, 3, 2, 0, 1])])
def test_sort_puts_unknown_values_last(ascending: bool, order: list[int]) -> None:  # noqa: FBT001
    everyone = population()
    everyone.set("skill", [np.nan, np.nan, 1.0, 0.75, 0.25])
    assert indices(everyone.sort("skill", ascending)) == order


@given(st.lists(st.integers(-32_768, 32_767), max_size=30), st.booleans())
@settings(deadline=None)
def test_sort_agrees_with_python(towns: list[int], ascending: bool) -> None:  # noqa: FBT001
    table = People(styles=1)
    table.append(len(towns), town=np.array(towns, np.int16))
    expected = sorted(range(len(towns)), key=towns.__getitem__, reverse=not ascending)
    assert indices(population(table).sort("town", ascending)) == expected


def test_a_column_of_several_numbers_gives_no_order_and_no_groups() -> None:
    with pytest.raises(TypeError, match=r"sort by 'voice', which holds \(2,\) numbers each"):
        population().sort("voice")
    with pytest.raises(TypeError, match="groupby by 'voice'"):
        population().groupby("voice")


def test_groups_come_in_order_of_appearance() -> None:
    groups = population().groupby("town").groups
    assert {town: indices(group) for town, group in groups.items()} == {
        2: [0, 2],
        1: [1, 3],
        3: [4],
    }
    assert list(groups) == [2, 1, 3]
    by_function = population().groupby(lambda member: member.town).groups
    assert {town: indices(group) for town, group in by_function.items()} == {
        2: [0, 2],
        1: [1, 3],
        3: [4],
    }
    assert list(population().groupby("doubled").groups) == [1.0, 0.5, 2.0, 1.5]


def test_groups_count_aggregate_and_can_be_lists() -> None:
    everyone = population()
    groups = everyone.groupby("town")
    assert groups.count() == {2: 2, 1: 2, 3: 1}
    assert groups.agg("skill", max) == {2: 1.0, 1: 0.75, 3: 0.25}
    assert groups.map("agg", "skill", max) == {2: 1.0, 1: 0.75, 3: 0.25}
    lists = everyone.groupby("town", result_type="list").groups
    assert lists == {2: [everyone[0], everyone[2]], 1: [everyone[1], everyone[3]], 3: [everyone[4]]}
    assert len(population(rows=[]).groupby("town")) == 0


def test_the_unknown_are_one_group() -> None:
    everyone = population()
    everyone.set("skill", [np.nan, 1.0, np.nan, 1.0, 0.5])
    assert list(everyone.groupby("skill").count().values()) == [2, 2, 1]


# --- keyed order ----------------------------------------------------------------------------------


def test_a_shuffle_sorts_by_a_keyed_number_of_the_identities() -> None:
    uniform = Streams(7, 3).uniform("People.shuffle", people().key)
    assert indices(population(seed=7, step=3).shuffle()) == np.argsort(uniform).tolist()


def test_a_shuffle_depends_on_seed_step_and_decision_alone() -> None:
    table = People(styles=1)
    table.append(50, key=np.arange(50, dtype=np.uint64))
    base = indices(population(table).shuffle())
    assert sorted(base) == list(range(50))
    assert base == indices(population(table).shuffle())
    assert base == indices(population(table).shuffle().shuffle())
    assert base == indices(population(table, np.arange(50)[::-1]).shuffle())
    others = [
        population(table, seed=2).shuffle(),
        population(table, step=1).shuffle(),
        population(table).shuffle(decision="turns"),
    ]
    orders = [base, *map(indices, others)]
    # Two orders of 50 agree by chance with probability 1/50! = 3e-65.
    assert all(one != other for one, other in itertools.combinations(orders, 2))


@given(st.lists(st.integers(0, 2**64 - 1), unique=True, min_size=1, max_size=30), st.data())
@settings(deadline=None)
def test_who_else_is_there_does_not_change_the_order(keys: list[int], data: st.DataObject) -> None:
    table = People(styles=1)
    table.append(len(keys), key=np.array(keys, np.uint64))
    whole = indices(population(table).shuffle())
    some = data.draw(st.lists(st.sampled_from(range(len(keys))), unique=True))
    assert indices(population(table, np.array(some, np.int64)).shuffle()) == [row for row in whole if row in some]


def test_every_order_is_equally_likely() -> None:
    # 24 orders of four people, 200 expected of each: enough for the chi-squared distribution.
    # False-alarm rate 1e-4, at a fixed seed.
    table = people(4)
    table.key = np.arange(4, dtype=np.uint64) + name_key("person")
    places = {order: place for place, order in enumerate(itertools.permutations(range(4)))}
    counts = np.zeros(24, np.int64)
    for step in range(24 * 200):
        counts[places[tuple(population_of(table, step).rows.tolist())]] += 1
    assert chisquare(counts).pvalue > 1e-4


MODEL = mesa.Model(rng=1)


def population_of(table: Table, step: int) -> Population[Person]:
    """The shuffled population at a step, in a model that all share."""
    return Population(table, Person, MODEL, Streams(11, step)).shuffle()


def test_shuffle_do_has_an_order_for_each_method() -> None:
    table = People(styles=1)
    table.append(50, key=np.arange(50, dtype=np.uint64))
    everyone = population(table)
    seen: list[int] = []

    def look(member: Person, into: list[int]) -> None:
        into.append(member.index)

    assert everyone.shuffle_do(look, seen) is everyone
    assert seen == indices(everyone.shuffle(decision="shuffle_do.look"))
    assert indices(everyone) == list(range(50))
    everyone.shuffle_do("learn", 0.5)
    assert everyone.skill.tolist() == [0.5] * 50


def test_a_shuffle_needs_identities() -> None:
    table = Anonymous()
    table.append(3)
    with pytest.raises(TypeError, match="give Anonymous a column key"):
        population(table).shuffle()


# --- one by one -----------------------------------------------------------------------------------


def test_do_and_map_take_names_and_functions() -> None:
    table = people()
    some = population(table, [3, 0])
    assert some.map("learn", 0.5, factor=0.5) == [1.0, 0.75]
    assert some.map(Person.learn, 0.25) == [1.25, 1.0]
    assert some.do("learn", 0.5) is some
    assert some.do(Person.learn, amount=0.5) is some
    assert table.skill.tolist() == [2.0, 0.25, 1.0, 2.25, 0.25]


@pytest.mark.parametrize("name", ["lern", "doubled", "skill"])
def test_a_name_that_is_no_method_is_an_error(name: str) -> None:
    for act in (population().do, population().map, population().shuffle_do):
        with pytest.raises(AttributeError, match=rf"no method of Person is called '{name}'.*learn"):
            act(name)


# --- copies ---------------------------------------------------------------------------------------


def test_a_shallow_copy_is_another_set_of_the_same_rows() -> None:
    some = population(rows=[3, 0])
    for twin in (some.copy(), copy.copy(some)):
        assert twin is not some
        assert twin == some
        twin.select(at_most=1, inplace=True)
        assert len(some) == 2


@pytest.mark.parametrize("rows", [None, [3, 0]])
@pytest.mark.parametrize("how", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])  # noqa: S301 - dumped here
def test_a_deep_copy_has_rows_of_its_own(
    rows: list[int] | None, how: Callable[[Population[Person]], Population[Person]]
) -> None:
    some = population(rows=rows)
    twin = how(some)
    assert indices(twin.shuffle()) == indices(some.shuffle())
    assert twin.table.equals(some.table)
    assert twin[0].model is twin.model is not some.model
    twin.skill = 0.0
    assert some.agg("skill", min) > 0.0


def test_an_empty_population_works() -> None:
    nobody = population(People(styles=2))
    orders = [nobody, nobody.shuffle(), nobody.sort("skill"), nobody.select(lambda _: True)]
    assert [len(each) for each in orders] == [0, 0, 0, 0]
    assert nobody.map("learn", 1.0) == []
    assert nobody.get(["skill", "town"]) == []
    assert nobody.to_dataframe().shape == (0, 6)
    assert repr(nobody) == "Population(0 Person, rows of People)"


def test_a_function_of_a_column_sees_the_column() -> None:
    def rank(values: NDArray[np.float32]) -> int:
        return int(np.argmax(values))

    assert population(rows=[3, 2]).agg("skill", rank) == 1
