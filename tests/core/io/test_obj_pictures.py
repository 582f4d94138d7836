"""The picture that an OBJ or a PLY file names becomes the colours of its vertices; what is missing is told."""

import numpy as np
import pytest
from PIL import Image

from core.io.load import load
from core.io.readers.obj_pictures import read_materials, sampled

SQUARE = """mtllib square.mtl
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0.25 0.25
vt 0.75 0.25
vt 0.75 0.75
vt 0.25 0.75
usemtl painted
f 1/1 2/2 3/3
usemtl {second}
f 1/1 3/3 4/4
"""
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def square(folder, second="painted", picture="square.png", library=None):
    """A square whose corners lie at the middles of the four pixels of a picture."""
    (folder / "square.obj").write_text(SQUARE.format(second=second))
    text = f"newmtl painted\nKd 1 1 1\nmap_Kd {picture}\nnewmtl plain\nKd 0 0.5 0\n"
    (folder / "square.mtl").write_text(text if library is None else library)
    pixels = np.array([[RED, GREEN], [BLUE, WHITE]], np.uint8)
    Image.fromarray(pixels).save(folder / "square.png")
    return folder / "square.obj"


def test_vertices_have_the_colours_of_the_picture(tmp_path):
    source = load(square(tmp_path))
    assert source.surface.colors.tolist() == [list(BLUE), list(WHITE), list(GREEN), list(RED)]
    assert source.warnings == ()


def test_options_before_the_name_and_folders_are_understood(tmp_path):
    (tmp_path / "maps").mkdir()
    path = square(tmp_path, picture="-s 1 1 1 maps\\square.png")
    (tmp_path / "square.png").rename(tmp_path / "maps" / "square.png")
    assert load(path).surface.colors[0].tolist() == list(BLUE)


def test_a_material_without_a_picture_has_its_colour(tmp_path):
    colors = load(square(tmp_path, second="plain")).surface.colors
    assert colors[1].tolist() == list(WHITE)
    assert np.abs(colors[3].astype(int) - [0, 128, 0]).max() <= 1


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_a_picture_that_cannot_be_read_is_told_in_one_sentence(tmp_path, content):
    path = square(tmp_path, picture="gone.png")
    if content is not None:
        (tmp_path / "gone.png").write_bytes(content)
    source = load(path)
    assert source.surface.colors is None
    (said,) = [one for one in source.warnings if "gone.png" in one]
    assert ("was not found" if content is None else "could not be read") in said


def test_no_picture_outside_the_folder_is_opened(tmp_path):
    folder = tmp_path / "inner"
    folder.mkdir()
    path = square(folder, picture="../secret.png")
    Image.new("RGB", (2, 2)).save(tmp_path / "secret.png")
    source = load(path)
    assert source.surface.colors is None
    assert any("secret.png" in one for one in source.warnings)


def test_strange_libraries_do_no_harm(tmp_path):
    path = square(tmp_path, library="map_Kd before.png\nnewmtl\nnewmtl a\nKd x y\nmap_Kd\n\0\xff")
    assert load(path).surface.colors is None
    assert read_materials(tmp_path / "square.mtl")["a"].picture == ""


def test_pictures_repeat_and_are_bilinear():
    pixels = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    at = np.array([[0.25, 0.5], [0.75, 0.5], [0.5, 0.5], [1.25, -3.5], [0.0, 0.5]])
    assert np.allclose(sampled(pixels, at)[:, 0], [0.0, 1.0, 0.5, 0.0, 0.5])


PLY = """ply
format ascii 1.0
comment TextureFile square.png
element vertex 4
property float x
property float y
property float z
{vertex}element face 2
property list uchar int vertex_indices
{face}end_header
{rows}
"""
BY_VERTEX = {
    "vertex": "property float s\nproperty float t\n",
    "face": "",
    "rows": "0 0 0 .25 .25\n1 0 0 .75 .25\n1 1 0 .75 .75\n0 1 0 .25 .75\n3 0 1 2\n3 0 2 3",
}
BY_CORNER = {
    "vertex": "",
    "face": "property list uchar float texcoord\n",
    "rows": "0 0 0\n1 0 0\n1 1 0\n0 1 0\n3 0 1 2 6 .25 .25 .75 .25 .75 .75\n3 0 2 3 6 .25 .25 .75 .75 .25 .75",
}


@pytest.mark.parametrize("form", [BY_VERTEX, BY_CORNER])
def test_the_picture_of_a_ply_file(tmp_path, form):
    square(tmp_path)
    path = tmp_path / "square.ply"
    path.write_text(PLY.format(**form))
    surface = load(path).surface
    assert surface.colors.tolist() == [list(BLUE), list(WHITE), list(GREEN), list(RED)]
    assert surface.texture_coordinates[2].tolist() == [0.75, 0.75]
    (tmp_path / "square.png").unlink()
    source = load(path)
    assert source.surface.colors is None
    assert any("was not found" in one for one in source.warnings)
