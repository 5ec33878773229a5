"""How those who have levers change what they do in the light of what they earned.

One file each; a new file in this folder is registered by itself.
"""

from __future__ import annotations

from ecosystem.core.registry import import_all
from ecosystem.strategies.adaptation.base import Adaptation

__all__ = ["Adaptation"]

import_all(__name__, __path__)
