"""Blind denoising against moving least squares on noisy points of a known surface.

Usage: python -m tests.benchmarks.blind_figures SURFACE ... [--seconds 20] [--count 25000]

Only the noisy points are given to blind denoising; the best of all settings of moving least squares is chosen by the
truth. Distances are root mean squares from the true surface, in % of its diagonal.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.spatial import KDTree

from core.base.errors import BudaiError
from core.base.progress import finish
from core.cloud.moving_least_squares import Setting, moving_least_squares
from core.data.surface import Surface
from core.denoising.blind import denoise_blind
from core.denoising.noise import noisy_samples
from core.geometry.nearest_triangle import triangle_tree
from core.io.load import load
from core.io.noisy_file import read_noisy
from core.training.options import TrainingOptions

LEVELS = (0.005, 0.01, 0.02)
NEIGHBOURS = (20, 35, 60, 100, 150, 200, 300, 450, 700, 1000, 1500, 2000)


def say(text: str) -> None:
    """Write one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Print one block a surface and level."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("surfaces", nargs="+")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--count", type=int, default=25_000)
    options = parser.parse_args()
    for name in options.surfaces:
        surface = load(name).surface
        assert isinstance(surface, Surface)
        for level in LEVELS:
            compare(name, surface, level, options.count, options.seconds)


def compare(name: str, surface: Surface, level: float, count: int, seconds: float) -> None:
    """Print the figures of one level."""
    truth = triangle_tree(surface.corners)
    drawn = noisy_samples(surface, "gaussian", level, count, np.random.default_rng(7))

    def figures(points: np.ndarray) -> tuple[float, float]:
        gap, error = truth.query(points)[0], points - drawn.originals
        lengths = np.sqrt((gap**2).mean()), np.sqrt((error**2).sum(1).mean())
        return 100 * lengths[0] / surface.diagonal, 100 * lengths[1] / surface.diagonal

    say(f"{Path(name).stem}, noise {100 * level:g} %, {count:,} points")
    say("  noisy                  distance {:.4f} %, position {:.4f} %".format(*figures(drawn.points)))
    tree, some = KDTree(drawn.points), np.random.default_rng(1).permutation(count)[:2000]
    for order, kind in ((1, "planes"), (2, "quadrics")):
        settings = [Setting(k, order) for k in NEIGHBOURS if k < count]
        errors = [(truth.query(moving_least_squares(tree, drawn.points[some], s))[0] ** 2).mean() for s in settings]
        best = settings[int(np.argmin(errors))]
        found = figures(moving_least_squares(tree, drawn.points, best))
        say(f"  best {kind:<8} k = {best.neighbours:<5} distance {found[0]:.4f} %, position {found[1]:.4f} %")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noisy.npy"
        np.save(path, drawn.points)
        try:
            made = finish(denoise_blind(read_noisy(path), TrainingOptions(seconds=seconds)))
        except BudaiError as error:
            say(f"  blind                  {error}")
            return
    points = np.array(drawn.points)
    points[made.denoising.rows] = made.denoising.points  # a point that was left out counts as it was
    found = figures(points)
    detail = made.training.detail
    assert detail is not None
    say(
        f"  blind                  distance {found[0]:.4f} %, position {found[1]:.4f} % "
        f"({made.denoising.n_far} left out, smoothness {detail.smoothness:.2g}, trained {made.training.seconds:.0f} s)"
    )


if __name__ == "__main__":
    main()
