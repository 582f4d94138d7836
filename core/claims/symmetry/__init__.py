"""Symmetry, invariants, dimension and scale."""
