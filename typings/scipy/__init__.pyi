"""Types of what Budai uses of SciPy, which has none of its own; the rest stays unknown to pyright."""
