"""Run the program as `python -m ecosystem`."""

from __future__ import annotations

from ecosystem.cli import main

main()
