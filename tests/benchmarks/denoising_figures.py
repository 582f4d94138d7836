"""Figures of projection and of walks on a trained project; run on request: python denoising_figures.py P.budai ..."""

import sys
import time
from pathlib import Path

import numpy as np

from core.base.progress import finish
from core.cells.decoder_image import DecoderImage, decoder_image
from core.charts.autoencoder import Autoencoder
from core.charts.latent_image import LatentImage
from core.data.surface import Surface
from core.denoising.clipping import clipped
from core.denoising.expected_position import expected_positions
from core.denoising.noise import noisy_samples
from core.denoising.projection import project
from core.generation.generate import find_walk
from core.geometry.nearest_triangle import triangle_tree
from core.session.project_file import open_project
from tests.core.denoising.brute_force import nearest_of_all

LEVELS = (0.005, 0.01, 0.02)
COUNT, CHECKED = 30_000, 10_000


def say(text: str) -> None:
    """Write one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def projection_figures(surface: Surface, networks: Autoencoder, part: DecoderImage, rmse_rel: float) -> None:
    """Distance and position after projection, one pass beside it, and the speed."""
    truth, diagonal = triangle_tree(surface.corners), surface.diagonal
    for level in LEVELS:
        drawn = noisy_samples(surface, "gaussian", level, COUNT, np.random.default_rng(1))
        noise = drawn.points - drawn.originals
        along = noise - (noise * drawn.normals).sum(1, keepdims=True) * drawn.normals
        ideal = np.sqrt((along**2).sum(1).mean())
        project(part, drawn.points[:100])
        began, worked = time.perf_counter(), time.process_time()
        found = project(part, drawn.points)
        began, worked = time.perf_counter() - began, time.process_time() - worked
        say(f"noise {100 * level:g} %: {COUNT / began:,.0f} points/s, {COUNT / worked:,.0f} per core second")
        expected = finish(expected_positions(part, drawn.points, found)).points
        for name, points in (
            ("projection", found.points),
            ("expected", project(part, expected).points),
            ("one pass", networks.decode(networks.encode(drawn.points))),
            ("true foot", truth.query(drawn.points)[2]),
        ):
            distance = np.sqrt((truth.query(points)[0] ** 2).mean()) / diagonal
            position = np.sqrt(((points - drawn.originals) ** 2).sum(1).mean())
            say(
                f"  {name:<11} distance {100 * distance:.4f} % ({distance / rmse_rel:.2f} x RMSE), "
                f"position {100 * position / diagonal:.4f} % ({100 * (position / ideal - 1):+.2f} % from ideal)"
            )


def agreement(surface: Surface, image: DecoderImage) -> None:
    """Compare with all triangles, one after the other."""
    drawn = noisy_samples(surface, "gaussian", 0.01, CHECKED, np.random.default_rng(2))
    found = project(image, drawn.points).distances
    told = nearest_of_all(drawn.points, image.points[image.triangles], 0.1 * surface.diagonal)
    gap = np.abs(found - told).max() / surface.diagonal
    say(f"{CHECKED:,} points against all {len(image.triangles):,} triangles: largest difference {gap:.2e} diagonals")


def walk_figures(surface: Surface, networks: Autoencoder, image: DecoderImage, latent: LatentImage) -> None:
    """Lengths of straight paths against a fine polyline, and geodesics beside them."""
    rng = np.random.default_rng(3)
    for _ in range(3):
        radius, angle = 0.95 * np.sqrt(rng.random(2)), rng.uniform(0, 2 * np.pi, 2)
        start, stop = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        began = time.perf_counter()
        walk = finish(find_walk(image, networks, latent, start, stop))
        seconds, diagonal = time.perf_counter() - began, surface.diagonal
        for kind, path in (("straight", walk.straight), ("geodesic", walk.geodesic)):
            polyline = polyline_length(networks, path.codes)
            say(
                f"{kind} {path.length / diagonal:.6f} diagonals, {path.n_crossings:,} crossings, "
                f"polyline of 100,000 steps {polyline / path.length - 1:+.1e}"
            )
        say(f"  the geodesic {'converged' if walk.converged else 'was given up'}; both took {seconds:.1f} s")


def polyline_length(networks: Autoencoder, codes: np.ndarray) -> float:
    """Length of the image of a path by 100,000 steps along it."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(codes, axis=0), axis=1))])
    at = np.linspace(0.0, along[-1], 100_001)
    places = np.column_stack([np.interp(at, along, values) for values in codes.T])
    return float(np.linalg.norm(np.diff(networks.decode(places), axis=0), axis=1).sum())


def main() -> None:
    """Print all figures of every project named on the command line."""
    for name in sys.argv[1:]:
        project_ = open_project(Path(name))
        assert project_.source is not None
        assert project_.training is not None
        surface, training = project_.source.surface, project_.training
        assert isinstance(surface, Surface)
        networks, rmse_rel = training.autoencoder, training.certificate.rmse_rel
        detail = "no detail layer" if networks.detail is None else f"detail layer of {networks.detail.n_nodes:,} nodes"
        began = time.process_time()
        image = finish(decoder_image(networks))
        made = time.process_time() - began
        latent = LatentImage(training.codes, surface.faces)
        part = clipped(image, latent)
        say(f"{project_.source.name}: RMSE {100 * rmse_rel:.4f} %, {detail}, {image.n_pieces:,} pieces in {made:.1f} s")
        projection_figures(surface, networks, part, rmse_rel)
        walk_figures(surface, networks, image, latent)
        agreement(surface, image)


if __name__ == "__main__":
    main()
