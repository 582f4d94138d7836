"""Linking numbers and the layers that keep them, against numbers of knot theory and Gauss' integral by quadrature."""

import numpy as np
import pytest

from core.base.progress import finish
from core.claims.curves import link, linking_integral, linking_number
from core.claims.gallery import card_of, options_from
from core.claims.linear import MatrixPath

KNOWN = {"hopf": 1, "apart": 0, "torus 2,4": 2, "torus 2,6": 3, "whitehead": 0}


def run(name, *knobs):
    card = card_of(name)
    return finish(card.run(options_from(card, knobs)))


def quadrature(kind, n=400):
    """Gauss' integral by the trapezoidal rule, with derivatives by Fourier series."""
    a, b = link(kind, n)
    k = 1j * np.fft.fftfreq(n, 1.0 / n)[:, None]
    da, db = (np.fft.ifft(k * np.fft.fft(x, axis=0), axis=0).real for x in (a, b))
    apart = a[:, None] - b[None]
    volume = (apart * np.cross(da[:, None], db[None])).sum(2)
    return (volume / np.linalg.norm(apart, axis=2) ** 3).sum() * (2 * np.pi / n) ** 2 / (4 * np.pi)


@pytest.mark.parametrize("kind", KNOWN)
def test_linking_numbers_are_those_of_the_tables(kind):
    a, b = link(kind, 160)
    assert abs(linking_number(a, b)) == KNOWN[kind]
    assert linking_number(a, b) == round(linking_integral(a, b), 9)
    assert abs(quadrature(kind) - linking_number(a, b)) < 1e-3
    assert linking_number(a[::-1], b) == -linking_number(a, b)


def test_layers_keep_it_and_a_singular_one_does_not():
    kept, lost = run("linking_number", "points=120"), run("linking_number", "points=120", "rank=1")
    assert kept.outcome == "holds"
    assert abs(kept.figures["linking_number"]) == 1.0
    assert kept.figures["largest_deviation"] < 1e-3
    assert lost.outcome == "fails"


def test_a_path_of_matrices_keeps_its_determinant_positive():
    rng = np.random.default_rng(1)
    for d in (2, 3, 5):
        matrix = rng.normal(size=(d, d))
        matrix[0] *= np.sign(np.linalg.det(matrix))
        path = MatrixPath(matrix)
        np.testing.assert_allclose(path(0.0), np.eye(d), atol=1e-12)
        np.testing.assert_allclose(path(1.0), matrix, atol=1e-9)
        assert min(np.linalg.det(path(t)) for t in np.linspace(0, 1, 21)) > 0
        with pytest.raises(ValueError, match="negative"):
            MatrixPath(matrix[[1, 0, *range(2, d)]])
    np.testing.assert_allclose(MatrixPath(-np.eye(2))(0.5), [[0, -1], [1, 0]], atol=1e-12)


def test_the_way_back_through_tanh_is_lost_with_the_rank_or_by_saturation():
    assert run("homeomorphism", "seeds=4").outcome == "holds"
    assert run("homeomorphism", "seeds=4", "rank_lost=1").outcome == "fails"
    saturated = run("homeomorphism", "seeds=4", "size=40")
    assert saturated.outcome == "fails"
    assert "saturated" in saturated.sentence
