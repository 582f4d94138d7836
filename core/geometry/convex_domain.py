"""The domain of transport: the exact unit disk with its uniform measure, arcs and all."""

import math

import numpy as np
from jaxtyping import Float64
from numba import njit

AREA = math.pi
"""Area of the unit disk, the mass that is carried."""
LEAST_SHARE = 2.0**-104
"""Share of the mass whose cell is narrower than float64 tells two places of the disk apart."""


@njit(cache=True, nogil=True)
def angle_between(ux: float, uy: float, vx: float, vy: float) -> float:
    """Return the signed angle from direction u to direction v, in (-pi, pi]."""
    return math.atan2(ux * vy - uy * vx, ux * vx + uy * vy)


@njit(cache=True, nogil=True)
def half_chord(offset: float) -> float:
    """Return half the length that the disk cuts from a line at a distance from the centre; 0 where it misses."""
    inside = (1.0 - offset) * (1.0 + offset)
    return math.sqrt(inside) if inside > 0.0 else 0.0


def uniform_points(count: int, rng: np.random.Generator) -> Float64[np.ndarray, "m 2"]:
    """Draw independent points, uniform on the unit disk.

    Parameters
    ----------
    count : int
        How many.
    rng : numpy.random.Generator
        Source of chance.
    """
    radius, angle = np.sqrt(rng.random(count)), rng.uniform(0.0, 2.0 * np.pi, count)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def segment_area(offset: Float64[np.ndarray, " m"]) -> Float64[np.ndarray, " m"]:
    """Area of the part of the unit disk where one coordinate is at most ``offset`` (in -1 ... 1)."""
    return AREA / 2.0 + np.arcsin(offset) + offset * np.sqrt((1.0 - offset) * (1.0 + offset))


def segment_offset(area: Float64[np.ndarray, " m"]) -> Float64[np.ndarray, " m"]:
    """Inverse of `segment_area`: where a line must cut the unit disk to leave ``area`` (0 ... pi) on its lower side.

    Notes
    -----
    A cut at angle t from the pole leaves t - sin t cos t; Newton's method on that, safeguarded by bisection.
    """
    area = np.asarray(area, np.float64)
    wanted = np.minimum(area, AREA - area)
    low, high = np.zeros_like(wanted), np.full_like(wanted, AREA / 2.0)
    angle = np.minimum(np.cbrt(1.5 * wanted), AREA / 2.0)
    for _ in range(60):
        error = angle - np.sin(angle) * np.cos(angle) - wanted
        low, high = np.where(error < 0, angle, low), np.where(error < 0, high, angle)
        slope = 2.0 * np.sin(angle) ** 2
        guess = angle - error / np.where(slope > 0, slope, 1.0)
        angle = np.where((guess > low) & (guess < high) & (slope > 0), guess, (low + high) / 2.0)
    return np.where(area <= AREA / 2.0, -np.cos(angle), np.cos(angle))
