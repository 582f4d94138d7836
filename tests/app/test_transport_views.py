"""What the window says and draws of a transport, against the transport itself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.scene.figure import Figure
from app.stages.transport.brenier_view import BrenierView
from app.stages.transport.display import TransportDisplay
from app.stages.transport.inspector_lines import certificate_lines, site_lines, transport_sheet, wasserstein_lines
from app.stages.transport.page import TransportPage, area_ratio_logarithms
from app.stages.transport.ratio_histogram import BINS, RatioHistogram
from app.stages.transport.residual_curve import ResidualCurve
from app.stages.transport.scene.site_quantities import (
    SITE_KEYS,
    has_quantity,
    site_coloring,
    site_values,
    vertex_site_coloring,
)
from app.stages.transport.sections import TransportSections
from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.widgets.canvas.plotter import BlankPlotter
from core.session.project import Project
from core.transport.transport import TransportState
from tests.app.make_transport import transported_project
from tests.app.view_room import NoWorkers, Room


@pytest.fixture
def project():
    return transported_project()


def picture_of(widget):
    image = QImage(widget.size(), QImage.Format.Format_ARGB32)
    image.fill(0)
    widget.render(image)
    return np.frombuffer(bytes(image.constBits()), np.uint8).copy()


def test_a_solved_transport_is_certified_line_by_line(project):
    lines = {line.name: line for line in certificate_lines(project.transport)}
    assert lines["Largest cell-area error"].kind == lines["Areas sum to π"].kind == "ok"
    assert lines["Flipped triangles"].value == f"0 of {len(project.source.surface.faces)}"
    assert transport_sheet(project.transport, False).kind in ("ok", "warn")
    assert transport_sheet(project.transport, True).badge == "Outdated"


def test_a_failed_solve_is_shown_as_failed(project):
    transport = project.transport
    bad = replace(transport.map.certificate, converged=False, max_area_error_rel=0.5)
    sheet = transport_sheet(replace(transport, map=replace(transport.map, certificate=bad)), False)
    assert sheet.kind == "bad"
    assert {line.name for line in sheet.lines if line.kind == "bad"} >= {"Largest cell-area error"}


def test_the_best_that_was_reached_is_shown_with_what_was_asked(project):
    transport = project.transport
    best = replace(transport.map.certificate, converged=False, max_area_error_rel=3.4e-7)
    lines = certificate_lines(replace(transport, map=replace(transport.map, certificate=best)))
    line = {line.name: line for line in lines}["Largest cell-area error"]
    assert line.kind == "warn"
    assert "Asked for 1 × 10⁻⁹, reached 3.4 × 10⁻⁷" in line.explanation


def test_the_site_of_a_vertex_is_told_with_its_mass(project):
    transport, vertex = project.transport, 7
    lines = {line.name: line.value for line in site_lines(project, Pick(vertex, "surface"))}
    site = transport.map.site_of[transport.measure.owner[vertex]]
    assert float(lines["Mass"]) == pytest.approx(transport.map.masses[site], rel=1e-3)
    assert lines["Mass"] == lines["Area of the cell"]
    assert site_lines(project, None) == ()


def test_distance_and_dual_value_agree(project):
    values = {line.name: line.value for line in wasserstein_lines(project.transport)}
    assert float(values["Distance W₂"]) ** 2 == pytest.approx(float(values["Kantorovich dual"]), rel=1e-2)


def test_quantities_of_cells(project):
    faces, transport = project.source.surface.faces, project.transport
    after = site_values(transport, faces, "ratio_after")
    assert np.abs(after).max() < 1e-6
    before = site_values(transport, faces, "ratio_before")
    assert np.ptp(before) > 0.1
    masses = transport.map.masses
    assert (2.0**before * masses / masses.sum()).sum() == pytest.approx(1.0)
    figure = Figure(project.source.data)
    assert [key for key in SITE_KEYS if not has_quantity(key, figure)] == ["site_class"]
    for key in SITE_KEYS[:-1]:
        assert site_coloring(transport, faces, key).colors.shape == (len(masses), 3)


def test_the_histogram_weighs_by_area_and_marks_before_and_after(qtbot, project):
    histogram = RatioHistogram(Theme("light"), "log₂")
    qtbot.addWidget(histogram)
    histogram.resize(300, 140)
    empty = picture_of(histogram)
    before, after = area_ratio_logarithms(project.transport)
    histogram.show_ratios(before, after, project.source.surface.face_areas)
    assert histogram._before.sum() == pytest.approx(1.0)
    assert histogram._after[BINS // 2 - 1 : BINS // 2 + 1].sum() > 0.9
    assert (picture_of(histogram) != empty).any()
    histogram.clear()
    np.testing.assert_array_equal(picture_of(histogram), empty)


def test_infinite_ratios_fall_into_the_outermost_bins(qtbot):
    histogram = RatioHistogram(Theme("light"), "")
    qtbot.addWidget(histogram)
    histogram.show_ratios(np.array([-np.inf, 0.0, np.nan]), np.array([np.inf, 0.0, 0.0]), np.ones(3))
    assert histogram._before[0] == 0.5
    assert histogram._after[-1] == pytest.approx(1 / 3)


def test_a_residual_curve_is_drawn(qtbot):
    curve = ResidualCurve(Theme("dark"))
    qtbot.addWidget(curve)
    curve.resize(300, 140)
    empty = picture_of(curve)
    curve.show_residuals(np.array([1.0, 1e-3, 1e-10, 0.0]), 1e-9)
    assert (picture_of(curve) != empty).any()


@pytest.fixture
def brenier(qtbot):
    workspace, selection = Workspace(NoWorkers()), Selection()
    executor = ThreadPoolExecutor(1)
    theme = Theme("light")
    view = BrenierView(workspace, selection, theme, BlankPlotter(), executor)
    qtbot.addWidget(view, before_close_func=lambda view: view.close_page())
    view.resize(400, 300)
    yield view, workspace, selection, qtbot
    executor.shutdown()


def test_the_potential_is_drawn_and_linked(brenier, project):
    view, workspace, selection, qtbot = brenier
    assert view.canvas.overlay.words is not None
    workspace.start_over(project)
    qtbot.waitUntil(lambda: view.canvas.mesh is not None, timeout=10000)
    assert view.caption == f"{len(project.transport.map.masses):,} planes"
    vertex = 9
    selection.pick(Pick(vertex, "surface"))
    site = project.transport.map.site_of[project.transport.measure.owner[vertex]]
    np.testing.assert_array_equal(view.canvas.plumb_line, view._shown.scene.plumb_lines[site])
    view.canvas.clicked.emit(view._shown.scene.point_of(3))
    assert selection.picked.view == "brenier"
    assert project.transport.map.site_of[project.transport.measure.owner[selection.picked.vertex]] == 3
    view.set_color_by("mass")
    qtbot.waitUntil(lambda: view.canvas.overlay.legend.caption == "Mass", timeout=10000)
    workspace.start_over(Project())
    assert view.canvas.mesh is None


def test_the_page_shows_what_the_project_holds(qtbot, project):
    workspace = Workspace(NoWorkers())
    page = TransportPage(workspace, Theme("light"))
    qtbot.addWidget(page)
    assert page.histogram._after is None
    workspace.start_over(project)
    np.testing.assert_array_equal(page.curve._residuals, project.transport.map.residuals)
    assert page.histogram._after is not None


def test_the_inspector_shows_the_transport_and_the_residual_of_a_running_one(qtbot, project):
    sections = TransportSections(Theme("light"), Workspace(NoWorkers()), Selection())
    for section in sections.sections:
        qtbot.addWidget(section)
    assert not sections.show_project(Project())
    assert sections.show_project(Project(), TransportState("solve", (1.0, 0.1)))
    assert sections.certificate.isHidden()
    np.testing.assert_array_equal(sections.curve._residuals, [1.0, 0.1])
    assert sections.show_project(project)
    assert not sections.certificate.isHidden()
    sections.show_picked(project, Pick(7, "surface"))
    assert sections.site.rows[0].line.name == "Site"
    sections.show_picked(project, None)
    assert sections.site.note.text()


@pytest.fixture
def room(qtbot):
    return Room(qtbot)


def test_a_new_transport_shows_its_diagram_checker_and_samples(room, project):
    room.show(replace(project, transport=None))
    assert not room.latent.has_quantity("ratio_before")
    room.workspace.show_stage("transport")
    room.workspace.replace(project)
    room.settle()
    assert room.latent.color_by == "ratio_after"
    assert room.latent.header.caption == f"power diagram, {len(project.transport.map.masses):,} cells"
    assert room.surface.color_by == "checker"
    assert room.reconstruction.header.caption == "500 uniform samples"
    assert [chip.role for chip in room.reconstruction.canvas.overlay.chips] in ([], ["ok"])
    room.workspace.show_stage("training")
    room.settle()
    assert room.reconstruction.header.caption != "500 uniform samples"


def test_the_displacement_moves_the_codes_of_disk_and_surface(room, project):
    room.show(project)
    room.workspace.show_stage("transport")
    room.latent.set_color_by("area_distortion")
    for share in (0.0, 0.25, 1.0):
        room.workspace.set_display("transport", TransportDisplay(displacement=share))
        room.settle()
        np.testing.assert_allclose(room.latent.canvas.picture.snapshot.codes, project.transport.displaced(share))
    room.workspace.show_stage("training")
    room.settle()
    np.testing.assert_array_equal(room.latent.canvas.picture.snapshot.codes, project.training.codes)


def test_playing_goes_from_the_chart_to_the_end(room, project):
    room.show(project)
    scene = room.grid.stages["transport"].scene
    scene.play()
    assert scene.display.displacement == 1.0  # nothing moves while another stage is open
    room.workspace.show_stage("transport")
    scene.play()
    room.qtbot.waitUntil(lambda: scene.display.displacement < 0.5, timeout=2000)
    room.qtbot.waitUntil(lambda: scene.display.displacement == 1.0, timeout=10000)


def test_at_the_end_of_the_displacement_colours_are_those_after_the_transport(room, project):
    room.workspace.show_stage("transport")
    room.show(project)
    assert room.latent.color_by == "ratio_after"
    room.workspace.set_display("transport", TransportDisplay(displacement=0.5))
    assert room.latent.color_by == "ratio_before"
    room.workspace.set_display("transport", TransportDisplay(displacement=1.0))
    assert room.latent.color_by == "ratio_after"
    room.latent.set_color_by("mass")
    room.workspace.set_display("transport", TransportDisplay(displacement=0.0))
    assert room.latent.color_by == "mass"


def test_a_solved_transport_lends_its_quantities_to_the_surface_and_no_view_offers_what_it_cannot_show(room, project):
    room.show(replace(project, transport=None))
    assert not any(room.surface.has_quantity(key) for key in SITE_KEYS)
    room.show(project)
    for key in SITE_KEYS:
        of_rows = key == "site_class"
        assert room.surface.has_quantity(key) is not of_rows
        assert room.latent.has_quantity(key) is not of_rows
        assert not room.reconstruction.offers(key)
    room.surface.set_color_by("mass")
    room.settle()
    assert room.surface._coloring.legend is not None
    coloring = vertex_site_coloring(project.transport, project.source.surface.faces, "mass", room.theme.palette)
    sites = site_coloring(project.transport, project.source.surface.faces, "mass")
    owner = project.transport.measure.owner
    assert coloring.colors.shape == (len(project.source.surface.vertices), 3)
    assert np.array_equal(coloring.colors[7], sites.colors[project.transport.map.site_of[owner[7]]])
