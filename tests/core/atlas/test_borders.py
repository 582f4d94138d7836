"""Parts of few faces take some of their neighbours, and all stay disks."""

import numpy as np

from core.atlas.borders import Borders
from core.atlas.face_graph import face_graph
from core.data.surface import Surface
from core.geometry.topology import topology
from tests.core.atlas.make_surfaces import ball


def parted(surface: Surface) -> np.ndarray:
    """Two halves of a ball, and a face at their border."""
    middles = surface.corners.mean(axis=1)
    owner = (middles[:, 2] < 0.0).astype(np.int64)
    owner[np.argmin(np.abs(middles[:, 2]))] = 2
    return owner


def all_are_disks(surface: Surface, owner: np.ndarray) -> bool:
    return all(topology(Surface(surface.vertices, surface.faces[owner == k])).is_disk for k in np.unique(owner))


def test_a_part_of_few_faces_takes_some_of_its_neighbours_and_all_stay_disks() -> None:
    surface = ball()
    before = parted(surface)
    borders = Borders(face_graph(surface), before.copy())
    borders.widen(50)
    count = np.bincount(borders.owner)
    assert before[before == 2].size == 1
    assert count.min() >= 50
    assert len(count) == 3
    assert all_are_disks(surface, borders.owner)
    assert (borders.owner[before == 2] == 2).all()  # what it had it keeps


def test_a_part_that_would_have_too_few_left_gives_none_away() -> None:
    surface = ball(2)  # 128 faces
    before = parted(surface)
    borders = Borders(face_graph(surface), before.copy())
    borders.widen(70)
    np.testing.assert_array_equal(borders.owner, before)
