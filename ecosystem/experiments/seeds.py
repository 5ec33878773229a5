"""Seeds of replicates."""

from __future__ import annotations

__all__ = ["replicate_seed"]


def replicate_seed(seed: int, replicate: int) -> int:
    """The seed of a replicate: ``seed`` itself for the first (number 0), 64 hashed bits for others.

    It depends on nothing but its arguments, so that results do not depend on the number of workers,
    and replicate 3 is the same run whether four replicates are asked for or forty.
    """
    from ecosystem.core.streams import name_key  # noqa: PLC0415 - the package stays light to import

    return seed if replicate == 0 else int(name_key("replicate", seed, replicate))
