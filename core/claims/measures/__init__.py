"""Measures, piecewise linear functions and general position."""
