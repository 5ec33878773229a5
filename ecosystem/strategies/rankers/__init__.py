"""What a curator's ranking rewards.

One file each; a new file in this folder is registered by itself.
"""

from __future__ import annotations

from ecosystem.core.registry import import_all
from ecosystem.strategies.rankers.base import Ranker

__all__ = ["Ranker"]

import_all(__name__, __path__)
