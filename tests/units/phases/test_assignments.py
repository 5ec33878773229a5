"""Who writes what: ordinals and inherited identities."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosystem.phases.assignments import repeated
from tests.units.phases.worlds import keys


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.integers(0, 5))
def test_one_item_more_of_one_author_leaves_all_other_items_as_they_were(counts: list[int], who: int) -> None:
    who %= len(counts)
    more = [count + (author == who) for author, count in enumerate(counts)]
    before, after = (
        set(zip(*(column.tolist() for column in repeated(keys(len(counts)), np.array(c), 7)), strict=True))
        for c in (counts, more)
    )
    assert before <= after
    assert [author for author, _ in after - before] == [who]


def test_items_of_different_months_have_different_identities() -> None:
    counts = np.array([3, 2])
    months = [repeated(keys(2), counts, step)[1].tolist() for step in range(4)]
    assert len({key for month in months for key in month}) == 20
