from dataclasses import replace

import numpy as np
import pytest

from core.base.progress import finish
from core.cells.cells import Cells, CellsOptions, find_cells
from core.cells.exact import rim_of
from core.cells.exact_figures import ExactFigures
from core.charts.autoencoder import Autoencoder
from core.charts.detail_figures import DetailFigures
from core.charts.detail_layer import DetailLayer
from core.evaluation.accuracy import Accuracy
from core.evaluation.certificate import Certificate, SurfaceFigures
from core.evaluation.claims import claims, headline, is_homeomorphism
from core.evaluation.evidence import evidence
from core.geometry.rim import is_simple
from core.relu.relu_map import ReluMap
from tests.core.make import bumpy_disk, projection

GOOD = Certificate(1e-4, round_trip=1e-3, surface=SurfaceFigures(1e-4, 1e-3, 1.0, 0, 100, 0, 4900, 1.0, 0, 1000))
EXACT = ExactFigures(pieces=5000, flipped_pieces=0, rim_is_simple=True, cells=200, flat_cells=0)


def _changed(certificate: Certificate, **change: object) -> Certificate:
    """Return a certificate with other figures, whichever of its two layers they stand in."""
    folds = {name: change.pop(name) for name in list(change) if hasattr(certificate.surface, name)}
    return replace(certificate, surface=replace(certificate.on_surface, **folds), **change)


def plane() -> ReluMap:
    """(u, v) -> (u, v, 0) as a network."""
    sides = np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]])
    return ReluMap([sides, np.array([[1.0, 0, -1, 0], [0, 1, 0, -1], [0, 0, 0, 0]])], [np.zeros(4), np.zeros(3)])


def fold() -> ReluMap:
    """(x, y, z) -> (|x|, y)."""
    sides = np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
    return ReluMap([sides, np.array([[1, 1, 0, 0], [0, 0, 1, -1.0]])], [np.zeros(4), np.zeros(2)])


def found(encoder: ReluMap, detail: DetailLayer | None = None, **options: bool) -> Cells:
    autoencoder = Autoencoder(encoder, plane(), np.zeros(3), 2.0, detail)
    return finish(find_cells(bumpy_disk(4), autoencoder, CellsOptions(**options)))


def circle(n: int) -> np.ndarray:
    angle = 2 * np.pi * np.arange(n) / n
    return np.column_stack([np.cos(angle), np.sin(angle)])


def test_an_embedding_is_told_from_a_fold() -> None:
    embedding = found(projection()).exact
    assert embedding.flipped_pieces == 0
    assert embedding.rim_is_simple
    folded = found(fold()).exact
    assert folded.flipped_area_rel == pytest.approx(0.5, abs=0.02)
    assert not folded.rim_is_simple


def test_the_rim_is_the_image_of_the_boundary() -> None:
    cells = found(projection())
    rim = rim_of(cells.encoder)
    # The boundary of the disk is cut at the axes, where units change, and its corners lie on the circle.
    assert len(rim) >= 24
    radius = np.linalg.norm(rim, axis=1)
    assert radius.max() == pytest.approx(0.5)
    assert (radius > 0.49).all()


@pytest.mark.parametrize(
    ("corners", "simple"),
    [
        (circle(3), True),
        (circle(1000), True),
        (circle(1000)[::-1], True),
        (np.vstack([circle(50), circle(50)]), False),
        (circle(5)[[0, 2, 4, 1, 3]], False),  # a star
        (np.array([[0.0, 0], [2, 0], [2, 1], [1, 0], [0, 1]]), False),  # a corner on another side
        (np.array([[0.0, 0], [2, 0], [2, 1], [1, 1e-12], [0, 1]]), True),
        (np.array([[0.0, 0], [1, 0], [2, 0], [0, 1]]), True),  # a straight corner
        (np.array([[0.0, 0], [2, 0], [1, 0], [1, 1]]), False),  # a side that goes back
        (np.array([[0.0, 0], [1, 0], [1, 0], [0, 1]]), True),  # a corner twice
        (np.array([[0.0, 0], [1, 0]]), False),
        (np.zeros((4, 2)), False),
    ],
)
def test_polygons_that_meet_themselves_are_known(corners: np.ndarray, simple: bool) -> None:
    for turned in (corners, np.roll(corners, 1, axis=0), corners[::-1]):
        assert is_simple(turned) is simple


def test_crossings_are_found_wherever_they_are() -> None:
    rng = np.random.default_rng(0)
    n, loops = 400, 0
    for _ in range(50):
        corners = circle(n) * rng.uniform(0.5, 1.0, (n, 1))
        assert is_simple(corners)
        k = rng.integers(n)
        corners[[k, (k + 1) % n]] = corners[[(k + 1) % n, k]]  # a star-shaped polygon with two corners exchanged
        crossing = not is_simple(corners)
        a, b, c, d = corners[[k - 1, k, (k + 1) % n, (k + 2) % n]]

        def turn(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> float:
            return float((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))

        crosses = turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0
        loops += crosses
        assert crossing or not crosses
    assert loops > 10


def test_with_a_detail_layer_the_pieces_decide_on_the_rank() -> None:
    # One node lowers z alone: nothing becomes flat, every piece has its image.
    values = np.zeros((3, 3, 3))
    values[1, 1, 2] = -0.25
    bend = DetailLayer(np.array([-0.5, -0.5]), 0.5, values)
    cells = found(projection(), bend)
    assert cells.detail_pieces is None  # not asked for
    assert cells.exact.has_detail
    assert cells.exact.flat_pieces == 0
    assert cells.exact.decoder_pieces > cells.exact.cells
    assert found(projection(), bend, keep_pieces=True).detail_pieces.n_pieces == cells.exact.decoder_pieces
    area = cells.exact.image_area_rel
    assert area > found(projection()).exact.image_area_rel
    # Two nodes that push x to where its neighbour is make squares flat.
    values = np.zeros((3, 3, 3))
    values[:, 1, 0], values[:, 2, 0] = 0.0, 0.0
    values[1, :, 0] = -0.5
    squeezed = found(projection(), DetailLayer(np.array([-0.5, -0.5]), 0.5, values)).exact
    assert squeezed.flat_pieces > 0
    assert squeezed.flat_cells == 0


def test_the_word_is_used_only_when_all_is_green() -> None:
    certificate = GOOD.with_exact(EXACT)
    assert is_homeomorphism(certificate) is True
    assert "homeomorphism" in headline(certificate)
    assert {claim.verdict for claim in claims(certificate)} == {"holds"}
    spoiled = [
        {"flipped_triangles": 1},
        {"flipped_subtriangles": 1},
        {"flipped_random": 1},
        {"flipped_random": None},
        {"cover": 1.01},
        {"rmse_rel": 0.01},
        {"round_trip": 0.05},
        {"round_trip": None},
        {"exact": replace(EXACT, flipped_pieces=3)},
        {"exact": replace(EXACT, rim_is_simple=False)},
        {"exact": replace(EXACT, flat_cells=1)},
        {"exact": replace(EXACT, has_detail=True)},  # the pieces with detail were not computed
        {"exact": replace(EXACT, has_detail=True, decoder_pieces=300, flat_pieces=1)},
        {"exact": None},
    ]
    for change in spoiled:
        worse = _changed(certificate, **change)
        is_open = any(claim.verdict == "open" for claim in claims(worse))
        assert is_homeomorphism(worse) is (None if is_open else False)
        assert "homeomorphism" not in headline(worse).lower()


def test_claims_tell_figure_and_verdict() -> None:
    lines = {claim.key: claim for claim in claims(_changed(GOOD, flipped_subtriangles=7))}
    assert (lines["flipped_subtriangles"].figure, lines["flipped_subtriangles"].verdict) == ("7 of 4,900", "fails")
    assert (lines["flipped_pieces"].figure, lines["flipped_pieces"].verdict) == ("not computed", "open")
    assert lines["decode_encode"].figure == "0.01 % of the diagonal"
    assert lines["cover"].figure == "1.00000"
    assert "need the exact cells" in headline(GOOD)


def test_errors_are_told_by_what_was_seen() -> None:
    certificate = replace(GOOD, samples=50_000, rmse_vertices_rel=2e-4, network=Accuracy(2e-3, 1e-3, 1e-2, 9.0))
    detail = DetailFigures(
        64, 0.03, 20, 1e-3, 500, 0, 0.0, 1e-4, 2e-3, 999, 60, 300, 1.5, held_out_rmse_rel=1.1e-4,
        held_out_network_rmse_rel=2.1e-3, withheld_rmse_rel=9e-4, withheld_network_rmse_rel=2.2e-3, withheld_share=0.1
    )  # fmt: skip
    rows = {row.key: (row.network, row.whole) for row in evidence(certificate, detail)}
    assert rows == {
        "vertices": (None, 2e-4),
        "fresh": (2e-3, 1e-4),
        "fitted": (2e-3, 1e-4),
        "held_out": (2.1e-3, 1.1e-4),
        "withheld": (2.2e-3, 9e-4),
    }
    assert [row.key for row in evidence(GOOD, None)] == ["fresh"]
