"""What people's texts are drawn from: the true language of a domain.

One file each; a new file in this folder is registered by itself.
"""

from __future__ import annotations

from ecosystem.core.registry import import_all
from ecosystem.strategies.texts.base import TextSource

__all__ = ["TextSource"]

import_all(__name__, __path__)
