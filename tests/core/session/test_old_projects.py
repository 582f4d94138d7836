"""A project that version 0.1.0 has saved, with all results that it could hold, opens with the figures it told then."""

from pathlib import Path

import numpy as np
import pytest

from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from core.session.project_file import open_project, save_project

OLD = Path(__file__).parent / "data" / "of_0_1_0.budai"
"""A bumpy disk of 61 vertices, networks of 8-8, a detail layer; its figures below were computed by 0.1.0 itself."""


@pytest.fixture(scope="module")
def project():
    return open_project(OLD)


def test_its_results_are_there_under_their_present_names(project):
    assert list(project.results) == ["source", "training", "transport", "denoising", "generation"]
    assert project.outdated == frozenset()
    assert set(project.options) == {"training", "transport", "denoising", "generation"}
    assert project.options["training"].encoder == (8, 8)
    assert project.options["generation"].start == (-0.4, 0.1)
    assert (project.source.name, project.source.topology.is_disk) == ("bumpy", True)


def test_its_autoencoder_computes_what_it_did(project):
    training = project.training
    code = [-0.22670687910373533, 0.2451193512429609]
    assert training.codes[7].tolist() == code
    np.testing.assert_allclose(training.autoencoder.encode(project.source.surface.vertices[7:8]), [code], atol=1e-12)
    decoded = [0.4516788273317475, 0.10524947257703371, 0.07577418203752334]
    np.testing.assert_allclose(training.autoencoder.decode(training.codes[7:8]), [decoded], atol=1e-12)
    assert training.certificate.rmse_rel == 0.025215589685931177
    assert training.certificate.surface.flipped_triangles == 5


def test_its_transport_points_and_walk_are_those_that_it_held(project):
    transport, denoising, made = project.transport, project.denoising, project.generation
    np.testing.assert_allclose(transport.map.weights[:2], [0.06259612482891366, 0.03176419965420911], atol=1e-12)
    assert transport.samples.points[3].tolist() == [-0.2605626239755799, 0.43546222928974754, 0.18755096674936328]
    assert (len(transport.samples.points), len(denoising.noisy), len(made.points)) == (100, 60, 40)
    assert denoising.chosen.method == "projection"
    assert denoising.chosen.points[5].tolist() == [0.33716208894345917, -0.7273392373290813, 0.013146396936056251]
    assert made.points[9].tolist() == [-0.9254366232113486, -0.26827148567160064, -0.3072730926679889]
    lengths = made.walk.geodesic.length, made.walk.straight.length
    assert lengths == pytest.approx((1.6854428686206828, 2.15964119555341), rel=1e-12)


def test_work_goes_on_from_it_and_it_is_saved_anew(project, tmp_path):
    cells = finish(find_cells(project.source.surface, project.training.autoencoder, CellsOptions()))
    assert cells.exact.pieces > len(project.source.surface.faces)
    save_project(project.updated(cells=cells), tmp_path / "new.budai")
    back = open_project(tmp_path / "new.budai")
    assert back.training.codes.tolist() == project.training.codes.tolist()
    assert back.generation.points.tolist() == project.generation.points.tolist()
    assert list(back.results) == list(project.results)
