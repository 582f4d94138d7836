"""Which chart has a say where patches overlap."""

import numpy as np

from core.charts.atlas import Atlas, Chart
from core.charts.autoencoder import Autoencoder
from core.charts.trust import trusting
from core.relu.relu_map import ReluMap
from tests.core.make import bumpy_disk, halves


def flat(bend: float) -> Autoencoder:
    """The projection to the plane and back, wrong by `bend` wherever the first code is above 0."""
    encoder = ReluMap([np.eye(2, 3)], [np.zeros(2)])
    decoder = ReluMap(
        [
            np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]),
            np.array([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0], [bend, 0.0, 0.0, 0.0]]),
        ],
        [np.zeros(4), np.zeros(3)],
    )
    return Autoencoder(encoder, decoder, np.zeros(3), 1.0)


def atlas_of(bends: tuple[float, float]) -> tuple[Atlas, np.ndarray]:
    surface = bumpy_disk(12)
    vertices = surface.vertices * [1.0, 1.0, 0.0]
    cover = halves(surface)
    nets = [flat(bend) for bend in bends]
    charts = [Chart(p, net, net.encode(vertices[p.vertices])) for p, net in zip(cover.patches, nets, strict=True)]
    return Atlas(cover, tuple(charts)), vertices


def test_a_chart_that_errs_has_no_say_where_another_does_not() -> None:
    atlas, vertices = atlas_of((0.0, 0.5))
    found = trusting(atlas, vertices)
    diagonal = np.linalg.norm(np.ptp(vertices, axis=0))
    before, after = (np.nanmax(one.seam_gaps()) for one in (atlas, found))
    assert before > 0.01 * diagonal
    assert after <= 2e-3 * diagonal
    np.testing.assert_allclose(found.cover.sums([p.weights for p in found.cover.patches]), 1.0, atol=1e-12)
    for was, now in zip(atlas.cover.patches, found.cover.patches, strict=True):
        assert (now.weights[was.weights == 0.0] == 0.0).all()  # a patch ends as softly as before
    worse, better = (np.linalg.norm(one.reconstruction() - vertices, axis=1) for one in (atlas, found))
    assert (better <= worse + 1e-12).all()
    assert better.sum() < worse.sum()


def test_charts_that_are_right_keep_their_weights() -> None:
    atlas, vertices = atlas_of((0.0, 0.0))
    assert trusting(atlas, vertices) is atlas
