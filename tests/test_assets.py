"""The surfaces, icons and pictures that come with the program."""

import numpy as np
import pytest
import trimesh

from assets import SAMPLES, sample_path
from assets.draw_architecture import PICTURE, draw
from assets.figurine import figurine
from assets.remeshing import boundary_edges, contoured, remeshed, smallest_angles
from assets.sculpting import ellipsoid
from core.geometry.teaching import TEACHING_SURFACES
from core.io.digits import DIGITS

SIZE_LIMIT = 8 * 2**20


def read(key):
    mesh = trimesh.load(sample_path(key), process=False)
    return np.asarray(mesh.vertices, dtype=float), np.asarray(mesh.faces)


def edge_counts(faces):
    edges = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    return np.unique(edges, axis=0, return_counts=True)


def euler_characteristic(faces):
    return len(np.unique(faces)) - len(edge_counts(faces)[0]) + len(faces)


def n_components(edges, n_vertices):
    parent = np.arange(n_vertices)

    def root(vertex):
        while parent[vertex] != vertex:
            parent[vertex] = parent[parent[vertex]]
            vertex = parent[vertex]
        return vertex

    for a, b in edges:
        parent[root(a)] = root(b)
    return len({root(vertex) for vertex in np.unique(edges)})


def n_boundary_loops(faces):
    edges, counts = edge_counts(faces)
    border = edges[counts == 1]
    # On a manifold each vertex of the border has two border edges, so the loops are the components.
    assert (np.bincount(border.ravel())[np.unique(border)] == 2).all() if len(border) else True
    return n_components(border, faces.max() + 1) if len(border) else 0


def test_all_samples_exist_within_the_size_limit():
    assert len({sample.key for sample in SAMPLES}) == len(SAMPLES) == 11
    assert sample_path("laughing_figurine").stat().st_size <= SIZE_LIMIT
    assert all(sample.file.is_file() or str(sample.file) in {DIGITS, *TEACHING_SURFACES} for sample in SAMPLES)
    assert {sample.key for sample in SAMPLES} == {"laughing_figurine", DIGITS, *TEACHING_SURFACES}
    assert all(sample.description.endswith(".") and sample.title for sample in SAMPLES)


def test_unknown_sample_is_refused_by_name():
    with pytest.raises(ValueError, match=r"'teapot'.*laughing_figurine"):
        sample_path("teapot")


def test_figurine_is_a_large_disk():
    vertices, faces = read("laughing_figurine")
    edges, counts = edge_counts(faces)
    assert len(vertices) >= 50_000
    assert len(np.unique(faces)) == len(vertices)
    assert counts.max() == 2
    assert euler_characteristic(faces) == 1
    assert n_components(edges, len(vertices)) == 1
    assert n_boundary_loops(faces) == 1


def test_figurine_stands_on_a_flat_round_base():
    vertices, faces = read("laughing_figurine")
    base = vertices[np.unique(boundary_edges(faces))]
    radius = np.hypot(base[:, 0], base[:, 1])
    assert (base[:, 2] == 0).all()
    assert vertices[:, 2].min() == 0
    assert np.ptp(radius) < 0.01 * radius.mean()


def test_figurine_faces_look_outward():
    vertices, faces = read("laughing_figurine")
    a, b, c = vertices[faces].transpose(1, 0, 2)
    assert np.einsum("ij,ij->", a, np.cross(b, c)) > 0


def test_figurine_has_no_slivers():
    assert smallest_angles(*read("laughing_figurine")).min() > 15


def test_figurine_lies_on_its_model():
    vertices, _ = read("laughing_figurine")
    distance = np.abs(figurine().distance(vertices))
    # In creases the surface is smoothed a little; one edge is 0.17 long.
    assert distance.max() < 0.1
    assert np.quantile(distance, 0.99) < 1e-3


def test_model_yields_a_disk_on_a_coarse_grid():
    _, faces = contoured(figurine(), 0.16)
    assert euler_characteristic(faces) == 1
    assert n_boundary_loops(faces) == 1


def test_remeshing_keeps_the_disk_and_makes_even_triangles():
    dome = ellipsoid((0, 0, 0.2), (1.0, 1.2, 1.5))
    vertices, faces = remeshed(dome, contoured(dome, 0.08), lambda points: np.full(len(points), 0.12))
    assert euler_characteristic(faces) == 1
    assert n_boundary_loops(faces) == 1
    assert smallest_angles(vertices, faces).min() > 30
    assert np.abs(dome.distance(vertices)).max() < 1e-6
    assert (vertices[np.unique(boundary_edges(faces)), 2] == 0).all()


def test_picture_of_the_architecture_is_that_of_the_code():
    assert PICTURE.read_text("utf-8") == draw(), "python -m assets.draw_architecture draws it anew"
