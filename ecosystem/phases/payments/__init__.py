"""Payments of a month, one file for each kind of business; each has a function `payments`."""
