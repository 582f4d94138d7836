"""Core values as things to draw: colours, meshes, pictures; no Qt."""
