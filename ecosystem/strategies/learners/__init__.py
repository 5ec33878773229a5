"""How a lab turns documents into a model.

One file each; a new file in this folder is registered by itself.
"""

from __future__ import annotations

from ecosystem.core.registry import import_all
from ecosystem.strategies.learners.base import Learner

__all__ = ["Learner"]

import_all(__name__, __path__)
