"""What is measured. One file for each theme; a new file in this folder is registered by itself."""

from __future__ import annotations

from ecosystem.core.registry import import_all
from ecosystem.measures.base import MEASURES, TABLES, Measure, measure, measures_of

__all__ = ["MEASURES", "TABLES", "Measure", "measure", "measures_of"]

import_all(__name__, __path__)
