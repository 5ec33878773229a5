"""Which pages a lab's crawler takes.

One file each; a new file in this folder is registered by itself.
"""

from __future__ import annotations

from ecosystem.core.registry import import_all
from ecosystem.strategies.crawlers.base import Crawler

__all__ = ["Crawler"]

import_all(__name__, __path__)
