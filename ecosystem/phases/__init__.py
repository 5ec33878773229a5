"""The verbs: what happens in a month, each a pure function that proposes and never writes."""
