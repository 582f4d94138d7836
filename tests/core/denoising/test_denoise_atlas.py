"""Denoising on an atlas: charts that are parts of one autoencoder give what that gives."""

from dataclasses import replace

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.cells.decoder_image import DecoderImage
from core.charts.atlas import Atlas, Chart, Cover
from core.charts.patch import whole_patch
from core.denoising.atlas_image import atlas_image
from core.denoising.denoise import denoise_atlas
from core.denoising.methods import METHODS
from core.denoising.options import DenoisingOptions
from core.denoising.report import denoising_report
from core.denoising.result import Denoising
from core.session.by_chart import ByChart
from core.session.export_points import export_denoised
from core.session.points.read_and_denoise import read_and_denoise
from core.session.preparation import Preparation
from core.session.project import Project
from core.session.project_file import open_project, save_project
from tests.core.denoising.make_autoencoder import learned_project
from tests.core.make import halves

ONE = learned_project()
SURFACE, NETWORKS = ONE.source.surface, ONE.training.autoencoder
COVER = halves(SURFACE)
ATLAS = Atlas(
    COVER, tuple(Chart(patch, NETWORKS, NETWORKS.encode(SURFACE.vertices[patch.vertices])) for patch in COVER.patches)
)
OPTIONS = DenoisingOptions(count=2000, level=0.02, compare=False)


@pytest.fixture(scope="module")
def both() -> tuple[Denoising, Denoising]:
    """The same points, denoised on the atlas of two halves and on one chart."""
    one = finish(read_and_denoise(ONE.source, None, ONE.training, OPTIONS))
    return finish(denoise_atlas(SURFACE, ATLAS, OPTIONS)), one


def test_two_halves_of_a_chart_give_what_the_chart_gives(both) -> None:
    found, one = both
    for name in ("projection", "encode_decode"):
        np.testing.assert_allclose(found.result(name).points, one.result(name).points, atol=1e-9)
    away = np.linalg.norm(found.result("expected_position").points - one.result("expected_position").points, axis=1)
    assert away.max() < 0.02 * SURFACE.diagonal  # parts of the surface are taken together in another order
    np.testing.assert_allclose(found.codes, one.codes, atol=1e-9)
    assert found.check_gap < 1e-12


def test_each_point_tells_its_chart(both) -> None:
    found, _ = both
    apart = np.abs(found.points[:, 0]) > 0.1  # faces near the middle are owned by where their middle is
    np.testing.assert_array_equal(found.charts[apart], (found.points[apart, 0] > 0.0).astype(int))
    assert denoising_report(found)["points_by_chart"] == np.bincount(found.charts).tolist()


def test_the_seam_between_charts_is_no_rim_and_no_part_comes_twice(both) -> None:
    found, one = both
    np.testing.assert_array_equal(found.at_rim, one.at_rim)
    assert found.at_rim.any()
    image = finish(atlas_image(ATLAS))
    for rim in image.rims:
        assert len(rim)
        np.testing.assert_allclose(np.linalg.norm(rim, axis=2), 1.0, atol=1e-12)
    whole = whole_patch(len(SURFACE.vertices), SURFACE.faces)
    alone = Cover((whole,), np.zeros(len(SURFACE.faces), np.int64), len(SURFACE.vertices))
    other = finish(atlas_image(Atlas(alone, (Chart(whole, NETWORKS, ONE.training.codes),))))
    assert area_in_disk(image.image) == pytest.approx(area_in_disk(other.image), rel=1e-12)


def area_in_disk(image: DecoderImage) -> float:
    """Return the area of all codes of an image, counted as often as they are there."""
    corners = image.codes[image.triangles]
    return float(np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])).sum() / 2)


def test_all_methods_run_on_an_atlas() -> None:
    options = DenoisingOptions(count=600, level=0.01, encoder_seconds=0.4)
    found = finish(denoise_atlas(SURFACE, ATLAS, options))
    assert [result.method for result in found.results] == ["noisy", "true_foot", *METHODS]
    assert found.result("denoising_encoder").position < 2.0 * found.before.position
    with pytest.raises(BudaiError, match="Onto the disk"):
        finish(denoise_atlas(SURFACE, ATLAS, DenoisingOptions(count=10, onto="disk")))


def denoised_project(count: int) -> Project:
    """Return the atlas as a project, with so many points denoised."""
    parts = tuple(replace(ONE.training, codes=chart.codes, target=None) for chart in ATLAS.charts)
    project = Project(source=ONE.source, preparation=Preparation(ONE.source, COVER)).updated(training=ByChart(parts))
    options = DenoisingOptions(count=count, level=0.005, compare=False)
    found = finish(read_and_denoise(project.source, project.preparation, project.training, options))
    return project.updated(denoising=found)


def test_charts_hold_their_points_and_the_whole_is_saved_and_exported(tmp_path) -> None:
    project = denoised_project(300)
    whole = project.denoising.together
    np.testing.assert_array_equal(whole.rows, np.arange(300))
    for k, chart in enumerate(project.charts):
        np.testing.assert_array_equal(chart.denoising.noisy, whole.noisy[whole.charts == k])
    save_project(project, tmp_path / "a.budai")
    again = open_project(tmp_path / "a.budai")
    np.testing.assert_array_equal(again.denoising.together.points, whole.points)
    np.testing.assert_array_equal(again.charts[1].denoising.charts, 1)
    export_denoised(project, tmp_path / "d.ply")
    head = (tmp_path / "d.ply").read_bytes().split(b"end_header")[0]
    assert b"property int chart" in head
    assert b"element vertex 300" in head


def test_a_chart_that_no_point_came_to_holds_none(tmp_path) -> None:
    project = denoised_project(1)
    assert [chart.denoising is None for chart in project.charts].count(True) == 1
    save_project(project, tmp_path / "a.budai")
    assert len(open_project(tmp_path / "a.budai").denoising.together.noisy) == 1
