"""Which pages crawlers take: every threshold by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosystem.core.clock import Month
from ecosystem.strategies.crawlers.archive import Archive
from ecosystem.strategies.crawlers.base import Crawler, Pages
from ecosystem.strategies.crawlers.curated import Curated
from ecosystem.strategies.crawlers.licensed import Licensed
from ecosystem.strategies.crawlers.open_web import OpenWeb


def pages(**columns: Any) -> Pages:
    """Pages by column; a plain page of 2020 has one vote and nothing else."""
    count = max(len(value) for value in columns.values())
    given: dict[str, Any] = {
        "month": 12 * 2020, "votes": 1.0, "links": 0.0, "authority": 1.0, "signed": False, "labelled": False,
        "watermarked": False, "flagged": False, "licensed": False,
    } | columns  # fmt: skip
    return Pages(**{name: np.array(np.broadcast_to(value, count)) for name, value in given.items()})


NO, YES = False, True


@pytest.mark.parametrize(
    ("crawler", "columns", "taken"),
    [
        (OpenWeb(), {"votes": [0.0, 9.0]}, [YES, YES]),
        (Archive(cutoff=Month(2018, 3)), {"month": [12 * 2018 + 1, 12 * 2018 + 2, 12 * 2019]}, [YES, NO, NO]),
        (Curated(min_votes=2), {"votes": [1.0, 2.0, 3.0]}, [NO, YES, YES]),
        (Curated(min_authority=2.0), {"authority": [1.9, 2.0]}, [NO, YES]),
        (Curated(), {"flagged": [True, False]}, [NO, YES]),
        (Curated(signed_only=True), {"signed": [True, False]}, [YES, NO]),
        (Curated(unmarked_only=True), {"labelled": [1, 0, 0], "watermarked": [0, 1, 0]}, [NO, NO, YES]),
        (Curated(), {"labelled": [True], "watermarked": [True]}, [YES]),
        (Curated(min_votes=2, signed_only=True), {"votes": [2.0, 2.0, 1.0], "signed": [1, 0, 1]}, [YES, NO, NO]),
        (Licensed(), {"licensed": [True, False], "votes": [0.0, 9.0]}, [YES, NO]),
        (Licensed(min_votes=2), {"licensed": [True, True, False], "votes": [2.0, 1.0, 9.0]}, [YES, NO, NO]),
    ],
)
def test_pages_are_taken_by_what_can_be_seen_of_them(
    crawler: Crawler, columns: dict[str, Any], taken: list[bool]
) -> None:
    columns = {
        name: np.array(v, dtype=bool) if name in ("signed", "labelled", "watermarked", "flagged") else v
        for name, v in columns.items()
    }
    assert crawler.accepts(pages(**columns)).tolist() == taken
