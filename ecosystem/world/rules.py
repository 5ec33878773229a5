"""Rules of a month: what the law makes everyone expect, what it lifts, caps and orders.

By itself a month has none (`Rules.none`). Policies lay them down, one upon the other, and those addressed read them
where they decide. Two rules on one matter combine as their fields say: money adds up, of caps the lowest holds, of
floors and standards the highest, and what one rule opens no other closes.

Shapes: p publishers, l labs, c curators, h people, d domains. Where a rule is by host, the last column is the open web,
so that the number of a host is its column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["ForHosts", "ForLabs", "ForPeople", "ForPublishers", "Rules"]

type F64 = NDArray[np.float64]
type Laid = Mapping[str, ArrayLike]
"""Values by field; each has the shape of its field, or one that fits it."""


class _Sizes(NamedTuple):
    """How many there are of each."""

    publishers: int
    labs: int
    curators: int
    hosts: int
    """Curators and the open web."""
    people: int
    domains: int
    subsidies: int


SUBSIDISED = ("item", "vote", "commission")
"""What a subsidy can be for, in the order of the last axis of `ForPeople.subsidy`."""


def _rule(*shape: str, none: float | bool = 0.0, combine: np.ufunc = np.add) -> dict[str, Any]:
    """Of a field of this shape: what it is without a rule, and what comes of two rules."""
    return {"shape": shape, "none": none, "combine": combine}


@dataclass(frozen=True)
class _Part:
    """Rules for one kind of those addressed."""

    @classmethod
    def none(cls, sizes: _Sizes) -> Self:
        """No rules: scalars in the shape of their fields, which take no memory."""
        values = {}
        for entry in fields(cls):
            shape = tuple(getattr(sizes, name) for name in entry.metadata["shape"])
            values[entry.name] = np.broadcast_to(np.asarray(entry.metadata["none"]), shape)
        return cls(**values)

    def plus(self, **laid: ArrayLike) -> Self:
        """These rules and those laid down now.

        Raises:
            TypeError: there is no such rule.
            ValueError: a value does not fit the shape of its field.
        """
        known = {entry.name: entry for entry in fields(self)}
        combined = {}
        for name, value in laid.items():
            if name not in known:
                message = f"there is no rule {name!r} {type(self).__name__}; choose one of {', '.join(known)}"
                raise TypeError(message)
            before = getattr(self, name)
            more = np.broadcast_to(np.asarray(value, dtype=before.dtype), before.shape)
            combined[name] = known[name].metadata["combine"](before, more)
        return replace(self, **combined)

    def has(self, name: str) -> bool:
        """Whether anybody has laid down this rule; quick, however many it is for."""
        value: NDArray[Any] = getattr(self, name)
        return value.size > 0 and any(value.strides)


@dataclass(frozen=True)
class ForPublishers(_Part):
    """What a synthetic item has to expect, USD per real item, each of shape (p,)."""

    unlabelled: F64 = field(metadata=_rule("publishers"))
    """Fine to be expected for one without a label."""
    unwatermarked: F64 = field(metadata=_rule("publishers"))
    """Fine to be expected for one of which the watermark was taken off."""
    forged: F64 = field(metadata=_rule("publishers"))
    """Fine to be expected for one signed as if a person had written it."""
    levy: F64 = field(metadata=_rule("publishers"))
    """What is due for any, or is to be expected for not declaring it, whichever is less."""


@dataclass(frozen=True)
class ForLabs(_Part):
    """What labs have to do, may do and have to pay."""

    unwatermarked: F64 = field(metadata=_rule("labs"))
    """Fine to be expected a month for writing without a watermark, USD, shape (l,)."""
    trespass: F64 = field(metadata=_rule("labs", "hosts"))
    """Fine or damages to be expected for a real page taken against terms or rights, USD, shape (l, c + 1)."""
    infringement: F64 = field(metadata=_rule("labs", "hosts"))
    """What more is to be expected for one that its author has withdrawn, USD, shape (l, c + 1)."""
    binding: NDArray[np.bool_] = field(metadata=_rule("labs", "hosts", none=False, combine=np.logical_or))
    """Whether an author's opt-out binds even those who have a licence or are let in by law, shape (l, c + 1)."""
    opened: NDArray[np.bool_] = field(metadata=_rule("labs", "hosts", none=False, combine=np.logical_or))
    """Whether the law lets the lab in whatever the terms, shape (l, c + 1)."""
    fee: F64 = field(metadata=_rule("labs", "hosts"))
    """What the lab owes the host for a real page fetched, USD, shape (l, c + 1); nothing is paid on the open web."""
    royalty: F64 = field(metadata=_rule("labs"))
    """What the lab owes for a real human document taken, USD, shape (l,)."""
    administration: F64 = field(metadata=_rule("labs", combine=np.fmax))
    """Share of its royalties that a collecting society keeps, shape (l,)."""
    most_compute: F64 = field(metadata=_rule("labs", none=np.inf, combine=np.fmin))
    """Most compute that a training may use, relative to the launch, shape (l,)."""
    overrun: F64 = field(metadata=_rule("labs"))
    """Fine to be expected for a training with more, USD, shape (l,)."""


@dataclass(frozen=True)
class ForHosts(_Part):
    """What hosts have to do and to ask, each of shape (c,)."""

    unmoderated: F64 = field(metadata=_rule("curators"))
    """Fine to be expected for a real synthetic item shown without the consequence that is due, USD."""
    standard: F64 = field(metadata=_rule("curators", none=np.nan, combine=np.fmax))
    """Least false-positive rate at which a detector has to work, NaN for none: a lower one lets more pass."""
    consequence: NDArray[np.int64] = field(metadata=_rule("curators", none=0, combine=np.fmax))
    """What suspects have to expect, as a place in `CONSEQUENCES`."""
    floor: F64 = field(metadata=_rule("curators", combine=np.fmax))
    """Least price of a licence, USD a month and lab."""
    trusts: NDArray[np.bool_] = field(metadata=_rule("curators", none=False, combine=np.logical_or))
    """Whether a signature clears what a detector flags."""
    checking: F64 = field(metadata=_rule("curators"))
    """What it costs the host to check a signature, USD per real signed item."""


CONSEQUENCES = ("allow", "label", "downrank", "remove")
"""What a host can do to a suspect, from the mildest."""


@dataclass(frozen=True)
class ForPeople(_Part):
    """What people are offered."""

    signing: F64 = field(metadata=_rule("people", combine=np.fmax))
    """Share of what signing costs that is borne by a scheme, shape (h,)."""
    commissions: F64 = field(metadata=_rule("domains"))
    """Items a month that the state orders, simulated ones, shape (d,)."""
    subsidy: F64 = field(metadata=_rule("domains", "subsidies"))
    """USD for a real public item, for a real upvote on one, for an ordered item (`SUBSIDISED`), shape (d, 3)."""


@dataclass(frozen=True)
class Rules:
    """The rules of a month."""

    publishers: ForPublishers
    labs: ForLabs
    hosts: ForHosts
    people: ForPeople

    @classmethod
    def none(cls, world: World) -> Rules:
        """No rules in a world of this size."""
        curators = len(world.curators)
        people, domains = len(world.humans), world.reality.domains
        sizes = _Sizes(len(world.publishers), len(world.labs), curators, curators + 1, people, domains, len(SUBSIDISED))
        return _none(sizes)

    def plus(
        self,
        *,
        publishers: Laid | None = None,
        labs: Laid | None = None,
        hosts: Laid | None = None,
        people: Laid | None = None,
    ) -> Self:
        """These rules and those laid down now, each by the name of its field."""
        return replace(
            self,
            publishers=self.publishers.plus(**publishers or {}),
            labs=self.labs.plus(**labs or {}),
            hosts=self.hosts.plus(**hosts or {}),
            people=self.people.plus(**people or {}),
        )


@lru_cache(maxsize=8)
def _none(sizes: _Sizes) -> Rules:
    return Rules(
        ForPublishers.none(sizes),
        ForLabs.none(sizes),
        ForHosts.none(sizes),
        ForPeople.none(sizes),
    )
