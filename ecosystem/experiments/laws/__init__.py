"""Laws of recursive training, measured on the engine: one scenario file and one function each.

Every module here is imported, and so is every plug-in: a law is added by a file in `scenarios/laws`
with a `[law]` table and one function marked with `@law("ID")`.
"""

from __future__ import annotations
