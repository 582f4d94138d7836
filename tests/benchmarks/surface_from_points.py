"""How near surfaces made of points come to the true ones, and whether their topology is right.

Usage: python -m tests.benchmarks.surface_from_points SURFACE ... [--seeds 0 1 2] [--count 30000] [--noise 0 0.005]

Points are drawn uniformly by area. The distance is the mean one of 20,000 points of the surface that was made from the
true one, in % of the diagonal of that; processor seconds are those of the process, all its threads together.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from core.base.progress import finish
from core.cloud.making import making
from core.data.point_cloud import PointCloud
from core.data.source import Source
from core.data.surface import Surface
from core.denoising.noise import noisy_samples
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.sampling import sample_by_area
from core.io.load import load

JUDGES = 20_000


def made_of(surface: Surface, count: int, noise_rel: float, seed: int) -> Source:
    """Return the surface that is made of points of another one."""
    rng = np.random.default_rng(seed)
    drawn = noisy_samples(surface, "gaussian", noise_rel, count, rng) if noise_rel else None
    points = sample_by_area(surface.vertices[surface.faces], count, rng).points if drawn is None else drawn.points
    return finish(making(Source("points.xyz", "points", PointCloud(points), None, (), (), 0.0)))


def distance(made: Surface, true: Surface) -> float:
    """Return the mean distance of points of one surface from another, over the diagonal of that."""
    points = sample_by_area(made.vertices[made.faces], JUDGES, np.random.default_rng(9)).points
    return float(triangle_tree(true.vertices[true.faces]).query(points)[0].mean()) / true.diagonal


def main() -> None:
    """Print one line a surface, noise and seed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("surfaces", nargs="+", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--count", type=int, default=30_000)
    parser.add_argument("--noise", nargs="+", type=float, default=[0.0, 0.005], help="over the diagonal")
    options = parser.parse_args()
    for path in options.surfaces:
        true = load(path).surface
        for noise_rel in options.noise:
            for seed in options.seeds:
                started = time.process_time()
                found = made_of(true, options.count, noise_rel, seed)
                seconds = time.process_time() - started
                off, euler = 100.0 * distance(found.surface, true), found.topology.euler_characteristic
                sys.stdout.write(
                    f"{path.stem}, noise {100.0 * noise_rel:g} %, seed {seed}: {off:.4f} % off, "
                    f"Euler characteristic {euler}, {found.topology.n_components} components, {seconds:.1f} CPU s\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main()
