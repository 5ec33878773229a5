"""Comparisons: scenarios and policies under the same seeds, and what differs between them."""
