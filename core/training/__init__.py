"""Training with PyTorch: the one folder that knows it."""
