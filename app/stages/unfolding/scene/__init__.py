"""Shapes, colours and pictures of an unfolding, without Qt."""
