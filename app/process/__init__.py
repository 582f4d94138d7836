"""Jobs and workers: the one way to run something elsewhere."""
