"""A crawler that says it takes every page does."""

from __future__ import annotations

import numpy as np
import pytest

from ecosystem.core.streams import Streams
from ecosystem.strategies.crawlers import Crawler
from ecosystem.strategies.crawlers.base import Pages

COUNT = 200


def pages() -> Pages:
    """Pages of every sort, by lot."""
    who, lots = np.arange(COUNT), Streams(1)
    votes, links, authority = (lots.uniform(name, who) * 10 for name in ("votes", "links", "authority"))
    marks = {name: lots.chance(name, who, 0.5) for name in ("signed", "labelled", "watermarked", "flagged", "licensed")}
    return Pages(lots.integers("month", who, 30_000), votes, links, authority, **marks)


@pytest.mark.parametrize("kind", [kind for kind, crawler in Crawler.registry.items() if crawler.takes_all])
def test_it_takes_all(kind: str) -> None:
    assert Crawler.registry.get(kind)().accepts(pages()).all()


def test_one_of_them_is_the_open_crawler() -> None:
    assert Crawler.registry.get("open").takes_all
    assert not Crawler.takes_all
