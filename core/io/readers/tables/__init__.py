"""Numbers in columns: which are coordinates, and how they are read."""
