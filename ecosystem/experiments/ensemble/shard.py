"""A share of an ensemble, for queues of jobs that know nothing of each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from ecosystem.experiments.errors import RunRefused

__all__ = ["WHOLE", "Shard"]


@dataclass(frozen=True)
class Shard:
    """Every ``of``-th bundle, beginning with the ``number``-th.

    Attributes:
        number: from 1.
        of: how many shards there are.
    """

    number: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Of "2/5".

        Raises:
            RunRefused: it is not of that form.
        """
        found = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text)
        shard = cls(int(found[1]), int(found[2])) if found else cls(0, 0)
        if not 1 <= shard.number <= shard.of:
            message = f"--shard {text}: must be i/n with i from 1 to n, such as 2/5"
            raise RunRefused(message)
        return shard

    @property
    def whole(self) -> bool:
        """Whether it is all there is."""
        return self.of == 1

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.number}/{self.of}"

    def share(self, bundles: list[range]) -> list[range]:
        """Those of its bundles."""
        return bundles[self.number - 1 :: self.of]


WHOLE = Shard()
"""All of it."""
