"""Studies: many runs by a design over levers and uncertainties."""
