"""Networks and surfaces for the tests of cells."""

from itertools import pairwise

import numpy as np

from core.data.surface import Surface
from core.relu.relu_map import ReluMap

SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def random_network(widths, seed, bias=0.3):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(b, a)) * np.sqrt(2 / a) for a, b in pairwise(widths)]
    return ReluMap(weights, [bias * rng.normal(size=b) for b in widths[1:]])


def rolling_sheet(n=12, height=0.3, shift=(0.0, 0.0, 0.0)):
    """Return a wavy square sheet of 2 (n - 1)^2 triangles over [-1, 1]^2."""
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n), indexing="ij")
    points = np.stack([u, v, height * np.sin(3 * u) * np.cos(2 * v)], -1).reshape(-1, 3)
    k = np.arange(n * n).reshape(n, n)
    a, b, c, d = k[:-1, :-1].ravel(), k[1:, :-1].ravel(), k[1:, 1:].ravel(), k[:-1, 1:].ravel()
    return Surface(points + shift, np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])]))
