"""Colours of the rows of both sides of a map, and of codes."""

import numpy as np

from app.scene.chart_colors import chart_colors
from core.maps.manifold_map import ManifoldMap, Side


def row_colors(made: ManifoldMap) -> np.ndarray:
    """Return the colour of each row of the first manifold: its class, or its code where there are none."""
    return _colors(made.first, made.first.training.codes)


def second_colors(made: ManifoldMap) -> np.ndarray:
    """Return the colour of each row of the second manifold: its class, or the code that it comes from."""
    return _colors(made.second, made.carry_back(made.second.training.codes))


def _colors(side: Side, codes: np.ndarray) -> np.ndarray:
    """Return a colour for each row of one side: its class, or some codes where there are no classes."""
    if side.source.labels is None:
        return code_colors(codes)
    kinds, number = np.unique(side.source.labels, return_inverse=True)
    return chart_colors(len(kinds))[number]


def code_colors(codes: np.ndarray) -> np.ndarray:
    """Return a colour for each code, (n, 3) uint8: hue by its direction, pale at the middle of the disk."""
    if codes.shape[1] < 2:
        codes = np.column_stack([codes, np.zeros(len(codes))])
    angle, away = np.arctan2(codes[:, 1], codes[:, 0]), np.hypot(codes[:, 0], codes[:, 1]).clip(0.0, 1.0)
    wheel = 0.5 + 0.5 * np.cos(angle[:, None] - np.array([0.0, 2.0, 4.0]) * np.pi / 3.0)
    return (255.0 * (0.92 + away[:, None] * (0.35 + 0.6 * wheel - 0.92))).clip(0, 255).astype(np.uint8)
