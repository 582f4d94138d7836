"""A whole transport of a small surface, with networks that are affine."""

import numpy as np

from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.relu.relu_map import ReluMap
from core.transport.options import TransportOptions
from core.transport.transport import Transport, surface_transport
from tests.core.transport.make_surface import bumpy_disk


def flat_autoencoder() -> Autoencoder:
    """The projection to the plane, and back to it."""
    encoder, decoder = ReluMap([np.eye(2, 3)], [np.zeros(2)]), ReluMap([np.eye(3, 2)], [np.zeros(3)])
    return Autoencoder(encoder, decoder, np.zeros(3), 1.0)


def small_transport(options: TransportOptions | None = None, count: int = 400) -> tuple[Surface, Transport]:
    """Return a bump over the disk and its transport, the chart being the projection."""
    surface, codes = bumpy_disk(count)
    options = options or TransportOptions(samples=2000)
    return surface, finish(surface_transport(surface, flat_autoencoder(), codes, options))
