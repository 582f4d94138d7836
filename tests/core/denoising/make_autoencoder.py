"""Small autoencoders with random decoders."""

import numpy as np

from core.autoencoder.autoencoder import Autoencoder
from core.autoencoder.detail_layer import DetailLayer
from tests.core.make import projection, random_relu_map

CENTRE, SCALE = np.array([0.5, -2.0, 1.0]), 3.0


def autoencoder(detail: bool, seed: int = 1) -> Autoencoder:
    values = np.random.default_rng(seed).normal(size=(9, 9, 3)) * 0.1
    layer = DetailLayer(np.array([-0.9, -0.85]), 0.22, values.astype(np.float32).astype(np.float64))
    return Autoencoder(projection(), random_relu_map((2, 16, 12, 3), seed), CENTRE, SCALE, layer if detail else None)
