"""Surfaces that are changed on request, each change with a sentence and its places."""
