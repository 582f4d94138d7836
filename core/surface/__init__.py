"""Surfaces and clouds, their topology, areas and samples."""
