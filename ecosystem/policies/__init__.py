"""Policies: named differences in the rules, each amending what phases propose. One file each."""

from __future__ import annotations

from ecosystem.core.registry import import_all
from ecosystem.policies.base import Policy

__all__ = ["Policy"]

import_all(__name__, __path__)
