"""Decoded surfaces, projection and generation."""
