"""Small values that several tests need."""

import itertools

import numpy as np

from core.charts.atlas import Cover
from core.charts.autoencoder import Autoencoder
from core.charts.patch import Patch
from core.data.source import Source
from core.data.surface import Surface
from core.evaluation.certificate import Certificate, SurfaceFigures
from core.geometry.topology import topology
from core.relu.relu_map import ReluMap
from core.session.project import Project
from core.training.options import TrainingOptions
from core.training.result import TrainingResult


def bumpy_disk(rings: int = 6, height: float = 0.4) -> Surface:
    """Return a small surface of disk type over the unit disk."""
    points, faces = [(0.0, 0.0)], []
    for ring in range(1, rings + 1):
        angles = 2 * np.pi * np.arange(6 * ring) / (6 * ring)
        points += [(ring / rings * np.cos(a), ring / rings * np.sin(a)) for a in angles]
    first = [0] + [1 + 3 * ring * (ring - 1) for ring in range(1, rings + 1)]
    for ring in range(1, rings + 1):
        inner, outer, n, m = first[ring - 1], first[ring], 6 * (ring - 1), 6 * ring
        for side in range(6):
            for k in range(ring):
                a, b = outer + side * ring + k, outer + (side * ring + k + 1) % m
                c = inner + ((side * (ring - 1) + k) % n if n else 0)
                faces.append((a, b, c))
                if k < ring - 1:
                    faces.append((b, inner + (side * (ring - 1) + k + 1) % n, c))
    plane = np.array(points)
    return Surface(
        np.column_stack([plane, height * np.cos(3 * plane[:, 0]) * np.cos(2 * plane[:, 1])]), np.array(faces)
    )


def random_relu_map(widths: tuple[int, ...], seed: int = 0) -> ReluMap:
    """Return a network with random weights that float32 can hold."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(b, a)) * np.sqrt(2 / a) for a, b in itertools.pairwise(widths)]
    biases = [0.1 * rng.normal(size=b) for b in widths[1:]]
    single = [a.astype(np.float32).astype(np.float64) for a in (*weights, *biases)]
    return ReluMap(single[: len(weights)], single[len(weights) :])


def projection() -> ReluMap:
    """Return (x, y, z) -> (x, y) as a network: x = relu(x) - relu(-x)."""
    sides = np.array([[1.0, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]])
    return ReluMap([sides, np.array([[1.0, 0, -1, 0], [0, 1, 0, -1]])], [np.zeros(4), np.zeros(2)])


def trained_project(surface: Surface | None = None, path: str = "bumpy.ply") -> Project:
    """Return a project with a projection for its encoder and a random decoder."""
    surface = surface or bumpy_disk()
    scale = float(np.linalg.norm(surface.vertices, axis=1).max())
    autoencoder = Autoencoder(projection(), random_relu_map((2, 16, 12, 3), 1), np.zeros(3), scale)
    codes = autoencoder.encode(surface.vertices)
    training = TrainingResult(
        autoencoder=autoencoder,
        codes=codes,
        target=surface.vertices[:, :2],
        options=TrainingOptions(seconds=1.5, encoder=(4,), decoder=(16, 12)),
        device="cpu",
        seconds=1.4,
        steps=12,
        certificate=Certificate(
            0.1, surface=SurfaceFigures(0.05, 0.3, 20.0, 3, len(surface.faces), 5, 49 * len(surface.faces), 1.25)
        ),
        history={"step": np.arange(3), "seconds": np.array([0.1, 0.5, 1.4]), "rmse_rel": np.array([0.5, 0.2, 0.1])},
        schedule=(12,),
        messages=("Stopped early.",),
    )
    source = Source(path, "bumpy", surface, topology(surface), ("Merged 2 doubled vertices",), (), 0.1)
    return Project(source=source, training=training, options={"training": training.options})


def halves(surface: Surface, overlap: float = 0.25) -> Cover:
    """Return the cover of a disk over the plane by its two halves, left and right, that share a band."""
    x = surface.vertices[surface.faces].mean(1)[:, 0]
    regions = [np.flatnonzero(x < overlap), np.flatnonzero(x > -overlap)]
    vertices = [np.unique(surface.faces[region]) for region in regions]
    shared = np.intersect1d(*vertices)
    share = np.clip(0.5 - surface.vertices[:, 0] / overlap, 0.0, 1.0)
    share[np.setdiff1d(vertices[0], shared)], share[np.setdiff1d(vertices[1], shared)] = 1.0, 0.0
    weights = [share[vertices[0]], 1.0 - share[vertices[1]]]
    patches = []
    for region, share in zip(regions, weights, strict=True):
        own, corners = np.unique(surface.faces[region], return_inverse=True)
        patches.append(Patch(own, region, corners.reshape(-1, 3), share))
    return Cover(tuple(patches), (x > 0.0).astype(np.int64), len(surface.vertices))
