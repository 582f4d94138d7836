"""Cells, transport and new rows of a table in the window."""

import numpy as np
import pytest

from app.scene.disk import Window
from app.scene.figure import Figure
from app.scene.in_space import class_colors
from app.scene.palette import LIGHT
from app.scene.snapshot import Snapshot
from app.stages.cells.display import CellsDisplay
from app.stages.cells.inspector_lines import direction_rows
from app.stages.cells.matrix_view import MatrixView
from app.stages.cells.scene.colors import CellPlane
from app.stages.cells.scene.facts import cell_facts
from app.stages.cells.scene.plane import CellsLook, cells_picture
from app.stages.generation.inspector_lines import generation_sheet, judge_lines
from app.stages.generation.window import generate_words
from app.stages.transport.inspector_lines import site_lines, transport_sheet
from app.stages.transport.scene.power_picture import PowerLook, SitePlane, power_picture
from app.stages.transport.scene.site_quantities import has_quantity
from app.state.selection import Pick
from app.style.theme import Theme
from core.base.progress import finish
from core.cells.cells import CellsOptions
from core.data.source import Source
from core.generation.options import GenerationOptions
from core.generators.families import generated
from core.session.project import Project
from core.session.stages import STAGES
from core.training.options import TrainingOptions
from core.transport.options import TransportOptions
from tests.app.chrome_room import Room

WINDOW = Window(120, 120, 0.0, 0.0, 55.0)


@pytest.fixture(scope="module")
def project():
    source = Source("a.npz", "a", generated("rotating", 80, 64), None, (), (), 0.0)
    training = finish(STAGES["training"].function(source, None, TrainingOptions(preset="small", steps=(40,))))
    cells = finish(STAGES["cells"].function(source, training, CellsOptions()))
    transport = finish(STAGES["transport"].function(source, training, TransportOptions()))
    options = GenerationOptions(count=60)
    made = finish(STAGES["generation"].function(source, None, training, transport, options))
    known = Project(source=source).updated(training=training)
    return known.updated(cells=cells).updated(transport=transport).updated(generation=made)


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def snapshot_of(project):
    return Snapshot(Figure(project.source.data), project.training.codes)


def test_rows_lie_on_the_cells_in_the_colours_of_their_classes(project):
    snapshot, plane = snapshot_of(project), CellPlane(project.cells.decoder)
    picture = cells_picture(plane, snapshot, CellsLook("cell", CellsDisplay(), LIGHT), WINDOW)
    x, y = np.floor(WINDOW.places(project.training.codes)).astype(int).T
    seen = picture.pixels[np.clip(y, 0, 119), np.clip(x, 0, 119)] & 0xFFFFFF
    colors = class_colors(project.source.table).astype(np.uint32)
    own = (colors[:, 0] << 16) | (colors[:, 1] << 8) | colors[:, 2]
    assert np.isin(seen, np.unique(own)).mean() > 0.9


def test_the_map_of_a_cell_is_shown_as_pictures_of_what_it_changes(project, qtbot):
    networks, plane = project.training.autoencoder, CellPlane(project.cells.decoder)
    facts = cell_facts(plane, 3, (0.1, 0.2), networks.scale, networks.centre)
    assert facts.matrix.shape == (64, 2)
    np.testing.assert_allclose(np.linalg.norm(facts.directions, axis=1), facts.stretches, rtol=1e-9)
    assert abs(facts.directions[0] @ facts.directions[1]) < 1e-6 * facts.stretches[0] ** 2
    assert [row.signed for row in direction_rows(facts, project.source.positions)] == [False, True, True]
    view = MatrixView(Theme("light"))
    qtbot.addWidget(view)
    view.show_map(facts.matrix, facts.shift)
    assert view.lines == [0, 1, 2, 3, 4, 5, None, 63]
    view.show_map(facts.matrix[:3], facts.shift[:3])
    assert view.lines == [0, 1, 2]


def test_cells_of_the_transport_are_coloured_by_the_class_of_their_row(project):
    snapshot, colors = snapshot_of(project), class_colors(project.source.table)
    plane = SitePlane(project.transport, np.empty((0, 3), np.int64), colors)
    picture = power_picture(plane, snapshot, PowerLook("site_class", np.empty(0, np.int64), LIGHT), WINDOW)
    row = picture.vertex_at(60.0, 60.0)
    power = ((project.transport.map.sites - WINDOW.code(60.5, 60.5)) ** 2).sum(1) - project.transport.map.weights
    assert row == project.transport.vertex_of_site[power.argmin()]
    assert has_quantity("site_class", snapshot.figure)
    assert not has_quantity("ratio_before", snapshot.figure)


def test_the_inspector_tells_of_rows_and_not_of_a_surface(project):
    sheet = transport_sheet(project.transport, False)
    assert sheet.badge == "Certified"
    assert [line.name for line in sheet.lines] == ["Largest cell-area error", "Areas sum to π", "Duality gap"]
    learned, withheld = (int(np.flatnonzero((project.transport.measure.owner >= 0) == k)[0]) for k in (True, False))
    assert f"row {learned}" in site_lines(project, Pick(learned, "latent"))[0].value
    assert "withheld" in site_lines(project, Pick(withheld, "latent"))[0].value
    between = int((~project.generation.inside).sum())
    assert "Between modes" in [line.name for line in generation_sheet(project).lines]
    assert generate_words(project)[0].startswith("60 rows")
    assert str(between) in generate_words(project)[0] or between == 0
    names = [line.name for line in judge_lines(project.generation.judgement)]
    assert names[:4] == ["These rows", "Uniform codes", "Gaussian codes", "Real, withheld"]
    assert names[4:] == ["Classes covered", "Copies", "The judge is right"]


def test_the_window_shows_cells_transport_and_rows_of_a_table(room, project, qtbot):
    space, grid = room.workspace, room.window.grid
    for key in ("cells", "transport", "generation"):
        without = {name: result for name, result in project.results.items() if name != key}
        space.start_over(Project(results=without))
        room.trigger(f"stage_{key}")
        space.replace(project)
        qtbot.waitUntil(lambda: grid.latent.canvas.picture is not None, timeout=20_000)
    views = grid.stages["transport"]
    room.trigger("stage_transport")
    qtbot.waitUntil(lambda: views.scene.plane is not None, timeout=20_000)
    qtbot.waitUntil(lambda: grid.latent.color_by == "site_class", timeout=20_000)
    room.trigger("stage_generation")
    tabs = [title for _, title in grid.fourth.header.tabs]
    assert tabs == ["Rows", "Lens", "Walk", "Directions"]
    page = grid.stages["generation"].rows
    page.resize(300, 300)
    assert len(page.places()) == 25
    middle = page.places()[1].center()
    pick = page.pick_at(middle)
    np.testing.assert_allclose(pick.code, project.generation.codes[1])
    room.selection.hover(pick)
    titles = [title for title, _, _ in grid.stages["generation"].row_lens.shown()]
    assert titles[0] == "Decoded here"
    assert titles[1].startswith(f"Nearest: row {pick.vertex}")
