"""Surfaces and planar shapes: topology, repair, samples, distances, and signs without rounding error."""
