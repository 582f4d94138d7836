"""What a source can do, and what it is told where it cannot."""

import numpy as np
import pytest

from core.base.errors import TopologyError
from core.data.point_cloud import PointCloud
from core.data.source import Source, lacking, require
from core.data.surface import Surface
from core.data.table import Table
from core.geometry.topology import topology
from core.session.project import Project
from core.session.project_file import open_project, save_project

TRIANGLE = Surface(np.eye(3), np.array([[0, 1, 2]]))
TWO = Surface(np.arange(18.0).reshape(6, 3) ** 2, np.array([[0, 1, 2], [3, 4, 5]]))
CLOUD = PointCloud(np.eye(3))
TABLE = Table(np.arange(20.0).reshape(4, 5), np.array([0, 1, 1, 0]), ("a", "b", "c", "d", "e"))


def source(data: Surface | PointCloud | Table) -> Source:
    known = topology(data) if data.has_faces else None
    return Source("there.txt", "there", data, known, (), (), 0.0)


@pytest.mark.parametrize(
    ("data", "words", "has_faces", "is_disk", "dimension", "labels"),
    [
        (TRIANGLE, "a surface of 1 faces", True, True, 3, None),
        (TWO, "a surface of 2 faces", True, False, 3, None),
        (CLOUD, "a cloud of 3 points without faces", False, False, 3, None),
        (TABLE, "a table of 4 rows and 5 columns", False, False, 5, [0, 1, 1, 0]),
    ],
)
def test_capabilities(data, words, has_faces, is_disk, dimension, labels):
    found = source(data)
    assert (found.words, found.has_faces, found.is_disk, found.dimension) == (words, has_faces, is_disk, dimension)
    assert (None if found.labels is None else found.labels.tolist()) == labels
    assert found.positions.shape == (len(found.positions), dimension)
    assert (len(data.faces) > 0) == has_faces
    assert data.diagonal == pytest.approx(np.linalg.norm(np.ptp(found.positions, axis=0)))


def test_what_is_missing_is_said_in_one_sentence_with_a_remedy():
    assert lacking(source(TRIANGLE), "training", "faces", "disk", "space") == ""
    assert "2 separate components" in lacking(source(TWO), "training", "disk")
    assert lacking(source(CLOUD), "training", "disk") == (
        "there is a cloud of 3 points without faces; training needs a surface. Make a surface of its points first."
    )
    assert lacking(source(CLOUD), "a score", "labels").startswith("there holds no labels; a score needs a class")
    assert lacking(source(TABLE), "a score", "labels") == ""
    assert "has 5 coordinates; drawing needs 3" in lacking(source(TABLE), "drawing", "space")
    with pytest.raises(TopologyError, match="is a table of 4 rows and 5 columns; training needs a surface"):
        require(source(TABLE), "training", "disk")
    with pytest.raises(TopologyError, match="is a cloud"):
        _ = source(CLOUD).surface


@pytest.mark.parametrize("data", [TRIANGLE, CLOUD, TABLE], ids=lambda data: data.kind)
def test_a_project_file_gives_back_what_was_put_into_it(data, tmp_path):
    save_project(Project(source=source(data)), tmp_path / "p.budai")
    again = open_project(tmp_path / "p.budai").source.data
    assert type(again) is type(data)
    np.testing.assert_array_equal(again.positions, data.positions)
    np.testing.assert_array_equal(again.faces, data.faces)
    if data.labels is not None:
        assert again.labels.tolist() == data.labels.tolist()
        assert again.columns == data.columns


def test_a_table_with_more_names_than_columns_is_refused():
    with pytest.raises(ValueError, match="6 names for 5 columns"):
        Table(np.zeros((4, 5)), columns=tuple("abcdef"))
