"""How synthetic text is told from human text.

One file each; a new file in this folder is registered by itself.
"""

from __future__ import annotations

from ecosystem.core.registry import import_all
from ecosystem.strategies.detectors.base import Detector

__all__ = ["Detector"]

import_all(__name__, __path__)
