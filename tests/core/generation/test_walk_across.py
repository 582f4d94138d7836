"""Generation on an atlas: points by what each chart owns, walks from chart to chart."""

from dataclasses import replace

import numpy as np
import pytest

from core.base.errors import BudaiError, SolveError
from core.base.progress import finish
from core.cells.decoder_image import decoder_image
from core.charts.atlas import Atlas, Chart, Cover
from core.charts.latent_image import LatentImage
from core.charts.patch import Patch
from core.generation.generate import find_walk
from core.generation.generation import Generation
from core.generation.options import GenerationOptions
from core.generation.report import generation_report
from core.generation.surface_path import surface_path
from core.generation.walk_across import walk_across
from core.session.by_chart import ByChart
from core.session.export_points import export_frames, export_generated, export_walk
from core.session.points.generate_charts import generate_points
from core.session.preparation import Preparation
from core.session.project import Project
from core.session.project_file import open_project, save_project
from tests.core.atlas.make_surfaces import ball
from tests.core.denoising.make_autoencoder import learned_project
from tests.core.make import halves

ONE = learned_project()
SURFACE, NETWORKS = ONE.source.surface, ONE.training.autoencoder
COVER = halves(SURFACE)
ATLAS = Atlas(
    COVER, tuple(Chart(patch, NETWORKS, NETWORKS.encode(SURFACE.vertices[patch.vertices])) for patch in COVER.patches)
)
LEFT, RIGHT = np.array([-0.6, 0.1]), np.array([0.6, 0.2])


def atlas_project() -> Project:
    parts = tuple(replace(ONE.training, codes=chart.codes, target=None) for chart in ATLAS.charts)
    return Project(source=ONE.source, preparation=Preparation(ONE.source, COVER)).updated(training=ByChart(parts))


def generated(**options) -> ByChart[Generation]:
    project = atlas_project()
    inputs = project.source, project.preparation, project.training, None
    return finish(generate_points(*inputs, GenerationOptions(**options)))


def test_points_are_uniform_by_area_over_all_charts() -> None:
    made = generated(count=4000)
    whole = made.together
    assert len(whole.points) == 4000
    assert whole.n_outside == 0
    owned = np.bincount(COVER.face_chart, SURFACE.face_areas)
    share = owned[0] / owned.sum()
    for k, part in enumerate(made.parts):
        assert abs(len(part.points) - 4000 * (share, 1 - share)[k]) < 5 * np.sqrt(4000 * share * (1 - share))
        np.testing.assert_allclose(NETWORKS.decode(part.codes), part.points)
        apart = np.abs(part.points[:, 0]) > 0.1
        assert ((part.points[:, 0] > 0.0) == (k == 1))[apart].all()
    middles, areas = SURFACE.corners.mean(1)[:, 1], SURFACE.face_areas
    for line in (-0.5, 0.0, 0.4):  # as many points before each line as the surface has area there
        expected = areas[middles < line].sum() / areas.sum()
        assert (whole.points[:, 1] < line).mean() == pytest.approx(expected, abs=0.035)
    assert generation_report(whole)["points_by_chart"] == [len(part.points) for part in made.parts]


@pytest.mark.parametrize("origin", ["uniform", "gaussian"])
def test_codes_as_they_are_fall_where_they_do(origin: str) -> None:
    whole = generated(count=500, origin=origin).together
    assert whole.n_outside > 50  # half of each disk belongs to the other chart
    assert len(whole.warnings) == 1
    assert whole.warnings[0].startswith(f"{whole.n_outside} of 500 codes are none of the surface")


def test_a_walk_through_two_halves_is_that_of_the_whole() -> None:
    walk = finish(walk_across(SURFACE, ATLAS, (0, LEFT), (1, RIGHT)))
    latent = LatentImage(ONE.training.codes, SURFACE.faces)
    alone = finish(find_walk(finish(decoder_image(NETWORKS)), NETWORKS, latent, LEFT, RIGHT))
    assert [int(leg.charts[0]) for leg in walk.geodesic.legs()] == [0, 1]
    assert walk.geodesic.gap < 1e-9  # both halves decode alike
    assert walk.geodesic.length == pytest.approx(alone.geodesic.length, rel=0.01)
    assert alone.geodesic.length <= walk.geodesic.length * (1 + 1e-9)
    assert walk.straight.length <= 1.05 * alone.straight.length
    for path in (walk.straight, walk.geodesic):
        np.testing.assert_allclose(path.points[[0, -1]], NETWORKS.decode(np.array([LEFT, RIGHT])), atol=1e-9)
        np.testing.assert_allclose(NETWORKS.decode(path.codes), path.points, atol=1e-9)
        first, second = path.legs()
        np.testing.assert_allclose(NETWORKS.encode(first.points[-1:]), second.codes[:1], atol=1e-9)
        assert abs(first.codes[-1, 0]) < 0.3  # charts change in the overlap
    codes, points = walk.geodesic.frames(11)
    np.testing.assert_allclose(NETWORKS.decode(codes), points, atol=0.02)
    assert sorted(set(walk.geodesic.frame_charts(11).tolist())) == [0, 1]
    assert walk.geodesic.chart_at(0.0) == 0
    assert walk.geodesic.chart_at(1.0) == 1


def test_a_walk_within_a_chart_stays_in_it() -> None:
    walk = finish(walk_across(SURFACE, ATLAS, (1, np.array([0.5, -0.3])), (1, RIGHT)))
    assert set(walk.geodesic.charts.tolist()) == {1}
    same_face = finish(walk_across(SURFACE, ATLAS, (1, RIGHT), (1, RIGHT + 1e-4)))
    assert same_face.geodesic.length > 0.0


def test_ends_that_cannot_be_are_refused() -> None:
    for start, said in (((0, RIGHT), "first end is no code of the surface in chart 1"), ((7, LEFT), "no chart 8")):
        with pytest.raises(BudaiError, match=said):
            finish(walk_across(SURFACE, ATLAS, start, (1, RIGHT)))


def test_paths_over_a_surface_cross_from_face_to_face() -> None:
    surface = ball(3)
    start, stop = (0, np.full(3, 1 / 3)), (len(surface.faces) - 1, np.array([0.2, 0.3, 0.5]))
    path = finish(surface_path(surface.vertices, surface.faces, start, stop))
    ends = [weights @ surface.corners[face] for face, weights in (start, stop)]
    crossings = np.einsum("nk,nki->ni", path.weights, surface.corners[path.faces[:-1]])
    for point, face in zip(crossings, path.faces[1:], strict=True):  # each lies in the face that is entered, too
        corners = surface.corners[face]
        weights = np.linalg.lstsq(corners.T, point, rcond=None)[0]
        np.testing.assert_allclose(weights @ corners, point, atol=1e-9)
        assert weights.min() > -1e-6
    length = np.linalg.norm(np.diff([ends[0], *crossings, ends[1]], axis=0), axis=1).sum()
    assert np.linalg.norm(ends[1] - ends[0]) <= length < 4.0 * np.linalg.norm(surface.vertices, axis=1).max()


def test_no_path_leads_to_another_piece_or_over_a_surface_wound_two_ways() -> None:
    surface = ball(2)
    start, stop = (0, np.full(3, 1 / 3)), (100, np.array([0.2, 0.3, 0.5]))
    n = len(surface.faces)
    vertices = np.concatenate([surface.vertices, surface.vertices + 9.0])
    faces = np.concatenate([surface.faces, surface.faces + len(surface.vertices)])
    with pytest.raises(SolveError, match="do not hang together"):
        finish(surface_path(vertices, faces, start, (n, stop[1])))
    turned = surface.faces.copy()
    turned[5] = turned[5, ::-1]
    with pytest.raises(BudaiError, match="one-sided"):
        finish(surface_path(surface.vertices, turned, start, stop))


def test_points_and_a_walk_are_saved_and_exported(tmp_path) -> None:
    made = generated(count=200, start=tuple(LEFT), stop=tuple(RIGHT), stop_chart=1, frames=9)
    project = atlas_project().updated(generation=made)
    save_project(project, tmp_path / "a.budai")
    again = open_project(tmp_path / "a.budai")
    np.testing.assert_array_equal(again.generation.together.points, made.together.points)
    for part in again.generation.parts:
        np.testing.assert_array_equal(part.walk.geodesic.charts, made.parts[0].walk.geodesic.charts)
    assert generation_report(made.together)["walk"]["charts"] == [0, 1]
    for write, name, count in ((export_generated, "g", 200), (export_frames, "f", 9)):
        write(again, tmp_path / f"{name}.ply")
        head = (tmp_path / f"{name}.ply").read_bytes().split(b"end_header")[0]
        assert b"property int chart" in head
        assert b"element vertex %d" % count in head
    export_walk(again, tmp_path / "w.ply")
    assert b"property int chart" in (tmp_path / "w.ply").read_bytes()[:2000]


def test_a_chart_that_owns_next_to_nothing_may_give_no_point() -> None:
    faces, n = np.argsort(SURFACE.corners.mean(1)[:, 0]), len(SURFACE.vertices)
    owner = np.zeros(len(faces), np.int64)
    owner[faces[:1]] = 1
    few = np.unique(SURFACE.faces[faces[:1]])
    small = Patch(few, faces[:1], np.searchsorted(few, SURFACE.faces[faces[:1]]), np.zeros(3))
    cover = Cover((Patch(np.arange(n), np.arange(len(faces)), SURFACE.faces, np.ones(n)), small), owner, n)
    parts = tuple(
        replace(ONE.training, codes=NETWORKS.encode(SURFACE.vertices[patch.vertices]), target=None)
        for patch in cover.patches
    )
    inputs = ONE.source, Preparation(ONE.source, cover), ByChart(parts), None
    made = finish(generate_points(*inputs, GenerationOptions(count=3, origin="gaussian")))
    assert [len(part.points) for part in made.parts] == [3, 0]
    assert len(made.together.points) == 3
