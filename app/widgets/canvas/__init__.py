"""Canvases: what surfaces, points and the disk are drawn on."""
