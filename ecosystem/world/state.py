"""The world as arrays and back: what a checkpoint keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.world.feed import Feed

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["dump", "load"]


def dump(world: World) -> dict[str, NDArray[np.generic]]:
    """All state that the scenario and the seed do not give, as arrays by dotted name."""
    state: dict[str, NDArray[np.generic]] = {
        "step": np.asarray(world.clock.step),
        "reads": world.reads,
        "upvoted": world.upvoted,
        "month_start": world.month_start.copy(),
        "first_model": np.asarray(-1 if world.first_model is None else world.first_model),
    }
    parts: dict[str, Any] = {
        "content": world.content,
        "links": world.links,
        "humans": world.humans,
        "publishers": world.publishers,
        "market": world.market,
        "reality": world.reality,
        "ledger": world.ledger,
        "investors": world.investors,
        "licences": world.licences,
        "past": world.past,
    }
    parts |= {f"curators.{name}": curator for name, curator in world.curators.items()}
    parts |= {f"labs.{name}": lab for name, lab in world.labs.items()}
    parts |= {f"corpora.{name}": world.corpora[lab.index] for name, lab in world.labs.items()}
    if world.feed is not None:
        parts["feed"] = world.feed
    for prefix, part in parts.items():
        state |= {f"{prefix}.{name}": value for name, value in part.dump().items()}
    return state


def load(world: World, state: dict[str, NDArray[Any]]) -> None:
    """Take back what :meth:`dump` gave, in a world made from the same scenario and seed."""

    def part(prefix: str) -> dict[str, NDArray[Any]]:
        return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}

    step = int(state["step"])
    while world.clock.step < step:
        world.clock.advance()
    if step > 0:
        world.apply(world.timeline[step - 1])
    world.remember(state["reads"], state["upvoted"])
    world.month_start = state["month_start"].astype(np.int64)
    world.first_model = None if state["first_model"] < 0 else int(state["first_model"])
    for prefix, table in (
        ("content", world.content),
        ("links", world.links),
        ("humans", world.humans),
        ("publishers", world.publishers),
        ("market", world.market),
        ("reality", world.reality),
        ("ledger", world.ledger),
        ("investors", world.investors),
        ("licences", world.licences),
        ("past", world.past),
    ):
        table.load(part(f"{prefix}."))
    for name, curator in world.curators.items():
        curator.load(part(f"curators.{name}."))
    for name, lab in world.labs.items():
        lab.load(part(f"labs.{name}."), world.reality.space)
        world.corpora[lab.index].load(part(f"corpora.{name}."))
    world.feed = Feed.load(part("feed.")) if "feed.first" in state else None
    world.told = {}  # is worked out anew from the items
