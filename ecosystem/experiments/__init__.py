"""Running scenarios: replicates, results folders, checkpoints, provenance."""
