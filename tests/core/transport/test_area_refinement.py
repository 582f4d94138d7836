"""The refinement of areas where the normal equations cannot be factorized."""

import numpy as np

from core.charts.disk_chart import disk_boundary
from core.transport.area_refinement import AreaRefinement
from core.transport.mesh_factor import MeshDissection
from tests.core.transport.make_surface import bumpy_disk


def refinement(count: int) -> tuple[AreaRefinement, np.ndarray]:
    surface, codes = bumpy_disk(count)
    loop = disk_boundary(surface)
    codes = codes.copy()
    codes[loop] /= np.linalg.norm(codes[loop], axis=1)[:, None]
    return AreaRefinement(surface.faces, loop, surface.face_areas / surface.face_areas.sum()), codes


def test_damping_is_raised_until_the_equations_are_positive_definite(monkeypatch) -> None:
    problem, codes = refinement(300)
    factorized, tried = MeshDissection.factorized, []

    def rounded(self: MeshDissection, matrix: np.ndarray):
        tried.append(matrix.max())
        return None if len(tried) < 4 else factorized(self, matrix)

    monkeypatch.setattr(MeshDissection, "factorized", rounded)
    found = problem.step(problem.at(codes))
    assert found is not None
    assert np.isfinite(found.coordinates).all()
    assert (np.diff(tried[:4]) > 0).all()


def test_no_step_is_found_from_coordinates_that_are_no_numbers() -> None:
    problem, codes = refinement(100)
    codes[:] = np.nan
    assert problem.step(problem.at(codes)) is None
