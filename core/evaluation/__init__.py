"""Figures: distances, distortion, certificates."""
