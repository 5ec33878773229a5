"""How an institution changes what it does in the light of what it earned.

One file each; a new file in this folder is registered by itself.
"""

from __future__ import annotations

from ecosystem.core.registry import import_all
from ecosystem.strategies.adaptation.base import Adaptation

__all__ = ["Adaptation"]

import_all(__name__, __path__)
