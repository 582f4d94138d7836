"""Exact cells of a chart: of its decoder in the disk, of its encoder on the surface, and what they tell."""
