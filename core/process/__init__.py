"""Works in processes of their own: the one way to run something elsewhere."""
