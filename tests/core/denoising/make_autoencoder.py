"""Small autoencoders with random decoders."""

from dataclasses import replace

import numpy as np

from core.charts.autoencoder import Autoencoder
from core.charts.detail_layer import DetailLayer
from core.relu.relu_map import ReluMap
from core.session.project import Project
from tests.core.make import bumpy_disk, projection, random_relu_map, trained_project

CENTRE, SCALE = np.array([0.5, -2.0, 1.0]), 3.0


def autoencoder(detail: bool, seed: int = 1) -> Autoencoder:
    values = np.random.default_rng(seed).normal(size=(9, 9, 3)) * 0.1
    layer = DetailLayer(np.array([-0.9, -0.85]), 0.22, values.astype(np.float32).astype(np.float64))
    return Autoencoder(projection(), random_relu_map((2, 16, 12, 3), seed), CENTRE, SCALE, layer if detail else None)


def height(plane: np.ndarray) -> np.ndarray:
    """The height of `bumpy_disk` over its disk."""
    return 0.4 * np.cos(3 * plane[..., 0]) * np.cos(2 * plane[..., 1])


def learned_project() -> Project:
    """Return a project whose autoencoder knows the bumpy disk: encoder (x, y), decoder a lattice of heights."""
    surface = bumpy_disk(rings=20)
    unit = ReluMap([np.eye(2), np.array([[1.0, 0], [0, 1], [0, 0]])], [np.full(2, 9.0), np.array([-9.0, -9.0, 0.0])])
    nodes = np.stack(np.meshgrid(np.arange(-1.1, 1.11, 0.05), np.arange(-1.1, 1.11, 0.05), indexing="ij"), 2)
    values = np.concatenate([np.zeros_like(nodes), height(nodes)[..., None]], 2).astype(np.float32).astype(np.float64)
    networks = Autoencoder(projection(), unit, np.zeros(3), 1.0, DetailLayer(np.array([-1.1, -1.1]), 0.05, values))
    project = trained_project(surface)
    assert project.training is not None
    training = replace(project.training, autoencoder=networks, codes=networks.encode(surface.vertices))
    return replace(project, training=training)
