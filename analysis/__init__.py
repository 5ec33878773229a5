"""Pictures and comparisons drawn from results folders; reads files only, never a running model."""
