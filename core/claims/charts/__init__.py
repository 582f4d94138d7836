"""Charts of curves and surfaces, and what no chart can do."""
