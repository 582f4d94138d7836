import numpy as np

from core.cloud.orientation import oriented_normals


def random_signs(normals: np.ndarray) -> np.ndarray:
    return normals * np.random.default_rng(3).choice([-1.0, 1.0], (len(normals), 1))


def sphere(count: int) -> np.ndarray:
    points = np.random.default_rng(0).normal(size=(count, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def test_a_sphere_looks_outward() -> None:
    points = sphere(800)
    normals, against = oriented_normals(points, random_signs(points))
    assert ((normals * points).sum(1) > 0.99).all()
    assert against < 1e-3


def test_two_spheres_get_a_side_each() -> None:
    points = np.concatenate([sphere(500), sphere(500) + np.array([5.0, 0.0, 0.0])])
    out = np.concatenate([sphere(500)] * 2)
    normals, _ = oriented_normals(points, random_signs(out))
    assert ((normals * out).sum(1) > 0.99).all()


def test_a_thin_leaf_has_two_sides() -> None:
    # A flat ellipsoid, thinner than its points lie apart at the middle of it: links lead across its rim as well.
    out = sphere(4000)
    points = out * [1.0, 0.7, 0.06]
    out = out / [1.0, 0.7, 0.06]
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    normals, _ = oriented_normals(points, random_signs(out))
    assert ((normals * out).sum(1) > 0.9).mean() > 0.998


def test_given_normals_decide() -> None:
    points = sphere(300)
    normals, against = oriented_normals(points, random_signs(points), -points)
    assert ((normals * points).sum(1) < -0.99).all()
    assert against == 0.0
