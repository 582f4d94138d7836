"""ReLU networks as exact piecewise linear maps."""
