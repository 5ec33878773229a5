"""Tools that know nothing of the web: tables, keyed draws, time, parameters, registries, graphs."""
