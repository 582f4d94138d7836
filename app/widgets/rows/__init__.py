"""Rows of a table as small pictures, and their classes."""
