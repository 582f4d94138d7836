"""Sites and masses that several tests share, and areas computed in another way."""

import numpy as np


def clustered_sites(count: int, seed: int) -> np.ndarray:
    """Sites in the unit disk from a density with a contrast of about 80 to 1."""
    rng, kept, have = np.random.default_rng(seed), [], 0
    bumps = [((0.35, 0.3), 0.07, 80.0), ((-0.4, 0.1), 0.1, 40.0), ((0.05, -0.5), 0.15, 15.0)]
    while have < count:
        x = disk_points(4 * count + 1000, rng)
        density = 1.0 + sum(h * np.exp(-((x - c) ** 2).sum(1) / (2 * s * s)) for c, s, h in bumps)
        x = x[rng.uniform(0, 82, len(x)) < density]
        kept.append(x)
        have += len(x)
    return np.concatenate(kept)[:count]


def disk_points(count: int, rng: np.random.Generator) -> np.ndarray:
    """Points uniform on the unit disk."""
    angle, radius = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.uniform(0, 1, count))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def clipped_area(i: int, sites: np.ndarray, weights: np.ndarray, sides: int = 100_000) -> float:
    """Area of one cell in a fine polygon, by cutting it with the half-plane of every other site."""
    angle = 2 * np.pi * np.arange(sides) / sides
    radius = np.sqrt(np.pi / (0.5 * sides * np.sin(2 * np.pi / sides)))  # as large as the disk
    polygon = radius * np.column_stack([np.cos(angle), np.sin(angle)])
    for j in np.argsort(((sites - sites[i]) ** 2).sum(1)):
        if j == i or not len(polygon):
            continue
        normal = sites[j] - sites[i]
        value = polygon @ normal - 0.5 * ((sites[j] ** 2).sum() - weights[j] - (sites[i] ** 2).sum() + weights[i])
        if (value <= 0).all():
            continue
        following, other = np.roll(polygon, -1, axis=0), np.roll(value, -1)
        crossing = (value > 0) != (other > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = value / (value - other)
            cut = polygon + t[:, None] * (following - polygon)
        pieces = np.stack([polygon, cut], axis=1).reshape(-1, 2)
        polygon = pieces[np.stack([value <= 0, crossing], axis=1).ravel()]
    if not len(polygon):
        return 0.0
    x, y = polygon.T
    return float(0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
