"""Cards on symmetry, dimension and scale."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from core.claims.symmetry.curse_of_dimension import on_sphere
from core.claims.symmetry.equivariance import canonical_frame, cloud, rotation
from core.claims.symmetry.erlangen import KEPT, element, moved
from tests.core.claims.running import run


def test_permutations_are_exact_and_rotations_only_with_frames_or_radii():
    verdict = run("equivariance", "elements=10", "steps=60")
    assert verdict.outcome == "holds"
    assert verdict.figures["permutation"] == 0.0
    assert verdict.figures["rotation_plain"] > 0.05
    assert max(verdict.figures["rotation_canonical"], verdict.figures["rotation_radial"]) < 1e-5
    assert run("equivariance", "elements=10", "steps=60", "model=plain").outcome == "fails"


def test_a_canonical_frame_turns_with_its_points():
    points, turn = cloud(80), rotation(np.random.default_rng(5))
    assert np.linalg.det(turn) == pytest.approx(1.0)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(canonical_frame(points @ turn.T), canonical_frame(points) @ turn.T, atol=1e-9)


def test_groups_keep_what_klein_says():
    verdict = run("erlangen", "elements=8")
    assert verdict.outcome == "holds"
    for group, kept in KEPT.items():
        for name in ("length", "angle", "area", "parallel", "ratio", "cross-ratio"):
            assert (verdict.figures[f"{group}_{name}"] < 1e-9) == (name in kept)
    assert run("erlangen", "elements=8", "strength=0").outcome == "fails"
    # An affine map multiplies every area by its determinant.
    matrix = element("affine", 0.3, np.random.default_rng(2))
    a, b, c = moved(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), matrix)
    assert np.linalg.det(np.stack([b - a, c - a])) == pytest.approx(np.linalg.det(matrix[:2, :2]))


def test_slopes_are_one_over_the_dimension():
    verdict = run("curse_of_dimension", "seeds=2", "most_dimension=3", "most_samples=2048", "tests=300")
    assert verdict.outcome == "holds"
    for d in (1, 2, 3):
        assert verdict.figures[f"slope_{d}"] == pytest.approx(-1.0 / d, abs=0.1 / d)
    rng = np.random.default_rng(0)
    samples, tests = on_sphere(100, 2, rng), on_sphere(50, 2, rng)
    near = NearestNeighbors(n_neighbors=1).fit(samples).kneighbors(tests)[0][:, 0]
    np.testing.assert_allclose(near, np.linalg.norm(tests[:, None] - samples[None], axis=2).min(1))


def test_coarse_charts_hold_for_the_fine_surface_unless_waves_are_finer():
    flat = run("scale_separation", "seeds=2", "steps=300", "waves=0")
    assert flat.figures["fine_error_784"] < flat.figures["fine_error_16"] * 1.5
    wavy = run("scale_separation", "seeds=2", "steps=300", "waves=11")
    assert wavy.figures["own_error_16"] < wavy.figures["fine_error_16"]
