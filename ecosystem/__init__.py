"""ecosystem: an agent-based simulator of the web that trains its own models."""
