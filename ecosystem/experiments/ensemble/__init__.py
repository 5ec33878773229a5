"""Many runs of one plan: done in bundles, on one machine or several, kept as Parquet parts as they finish."""
