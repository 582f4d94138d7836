"""Atlases in the window: a closed surface is prepared, trained, looked at chart by chart, saved and reopened."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent

from app.process.file_work import read_project, write_project
from app.shell.command_lines import stage_command
from app.state.selection import Pick
from app.state.stage_state import StageState
from app.widgets.text import percent
from core.base.progress import finish as finish_work
from core.cells.cells import CellsOptions
from core.charts.transition_grid import transition_grid
from core.denoising.options import DenoisingOptions
from core.evaluation.borders import border
from core.generation.options import GenerationOptions
from core.session.atlas import atlas_of
from core.session.by_chart import ByChart
from core.session.prepare import prepare
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from core.session.stages import train_autoencoder
from core.training.options import TrainingOptions
from core.training.result import TrainingStep
from tests.app.chrome_room import Room, finish
from tests.core.atlas.make_surfaces import ball
from tests.core.make import trained_project
from tests.core.session.test_atlas import source_of

OPTIONS = TrainingOptions(steps=(20,), encoder=(8,), decoder=(8,), detail_nodes=64)


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def work_off(room, key):
    """Run a stage, in this process."""
    job = room.workspace.run_stage(key)
    assert job is not None, room.workspace.obstacle(key)
    _, function, arguments = room.workers.started[-1]
    finish(job, finish_work(function(*arguments)))


def settle(room):
    grid = room.window.grid
    parts = [grid.surface._colorings, grid.latent._pictures, grid.reconstruction._shapes]
    parts += [part for stage in grid.stages.values() for part in stage.pending()]
    room.qtbot.waitUntil(lambda: not any(part.is_busy or part._rest.isActive() for part in parts), timeout=90_000)


@pytest.fixture(scope="module")
def trained():
    """A bumpy ball in three charts that were trained for a few steps."""
    source = source_of(ball(2), "ball")
    preparation = finish_work(prepare(source, PreparationOptions(charts=3)))
    training = finish_work(train_autoencoder(source, preparation, OPTIONS))
    return Project(source=source, preparation=preparation).updated(training=training)


@pytest.fixture
def atlas(room, trained):
    """The workspace with that project."""
    room.show(trained)
    settle(room)
    return room.workspace


def test_a_closed_surface_asks_for_an_atlas(room):
    room.show(Project(source=source_of(ball(2), "ball")))
    space, column = room.workspace, room.window.column
    assert space.next_stage == "preparation"
    assert column.panels["training"].header.look.words == "Needs an atlas: press Prepare"
    assert space.views["training"].remedy(space) == "prepare"
    room.trigger("prepare")
    assert room.workers.last.title == "preparation"


def test_a_disk_is_one_chart_and_is_trained_at_once(room):
    room.show(trained_project())
    space = room.workspace
    assert space.project is space.whole
    assert space.next_stage == "training"
    assert space.views["training"].remedy(space) == ""
    work_off(room, "preparation")
    assert space.whole.preparation is None
    assert space.project.training is not None  # nothing was lost
    assert room.window.grid.latent.disks.isHidden()


def test_a_closed_surface_is_prepared_and_trained(room):
    space = room.workspace
    room.show(Project(source=source_of(ball(2), "ball")))
    space.set_options("preparation", PreparationOptions(charts=3))
    work_off(room, "preparation")
    assert space.whole.preparation.source is space.whole.source
    space.set_options("training", OPTIONS)
    work_off(room, "training")
    assert isinstance(space.whole.training, ByChart)
    assert space.project is space.whole.charts[0]
    assert "RMSE" in room.window.column.panels["training"].header.look.words
    while space.whole.preparation is not None:
        space.undo()
    settle(room)
    assert space.project is space.whole
    assert room.window.grid.surface.canvas.around is None
    space.redo()
    settle(room)
    assert (space.chart, len(space.whole.charts)) == (0, 3)


def test_an_atlas_is_shown_chart_by_chart(room, atlas):
    grid, charts = room.window.grid, atlas.whole.charts
    assert len(charts) == 3
    frame, camera = grid.snapshot.figure.frame, grid.surface.canvas.camera
    for k in (1, 2):
        room.trigger("next_chart")
        settle(room)
        assert atlas.project is charts[k]
        assert grid.snapshot.figure.source is charts[k].source.data
        assert grid.snapshot.figure.frame is frame  # charts stay where they lie
        assert grid.surface.canvas.camera == camera
        welded = atlas_of(atlas.whole).reconstruction()
        own = welded[atlas.whole.preparation.cover.patches[k].vertices]
        np.testing.assert_allclose(grid.snapshot.reconstruction, own)
        shown = len(grid.surface.canvas.mesh.faces) + len(grid.surface.canvas.around.faces)
        assert shown == len(atlas.whole.source.surface.faces)
        around = grid.reconstruction.canvas.around
        assert len(around.faces) == len(grid.surface.canvas.around.faces)
    room.trigger("next_chart")
    assert atlas.chart == 2  # there are no more


def test_a_click_on_another_chart_shows_it_and_picks_the_vertex(room, atlas):
    grid = room.window.grid
    vertex = 5
    part = grid.snapshot.figure.part
    whole_vertex, chart = part.around_vertices[vertex], part.around_charts[vertex]
    grid.surface.canvas.around_clicked.emit(vertex)
    assert atlas.chart == chart != 0
    picked = room.selection.picked.vertex
    assert atlas.whole.preparation.cover.patches[chart].vertices[picked] == whole_vertex


def move(widget, place):
    """Let the pointer move to a place of a widget."""
    kind, none = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
    widget.mouseMoveEvent(
        QMouseEvent(kind, place, widget.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier)
    )


def shared_vertex(cover, a=0, b=1):
    """Return the number in chart a of a vertex that chart b has too."""
    return int(cover.shared(a, b)[0, 0])


def test_a_point_of_an_overlap_lights_up_in_all_its_charts(room, atlas):
    cover, disks = atlas.whole.preparation.cover, room.window.grid.latent.disks
    shared = shared_vertex(cover)
    room.selection.hover(Pick(shared, "surface"))
    assert {0, 1} <= set(disks.lit(False))
    k, place = next(found for found in cover.patches_at(int(cover.patches[0].vertices[shared])) if found[0] == 1)
    assert disks.lit(False)[1] == tuple(atlas.whole.training.parts[k].codes[place])
    room.selection.hover(None)
    assert disks.lit(False) == {}
    room.selection.pick(Pick(shared, "surface"))
    assert disks.lit(True).keys() >= {0, 1}
    told = {row.line.name: row.line for row in room.window.inspector.stages["training"].picked.rows}
    gaps = cover.gaps([part.autoencoder.decode(part.codes) for part in atlas.whole.training.parts])
    assert told["Vertex of the whole"].copied == str(cover.patches[0].vertices[shared])
    # What is told is of all charts; of the gaps those count alone that have a weight.
    gap = gaps[cover.patches[0].vertices[shared]] / atlas.whole.source.surface.diagonal
    assert (
        float(told["Gap between them"].copied) >= np.nan_to_num(gap) - 1e-12
    )  # of all charts; a weight of 0 does not count there


def test_a_place_in_a_small_disk_lights_up_in_all_views(room, atlas):
    grid, cover = room.window.grid, atlas.whole.preparation.cover
    codes = atlas.whole.training.parts[1].codes
    vertices = cover.patches[1].vertices
    inside = int(np.flatnonzero(~np.isin(vertices, cover.patches[0].vertices))[0])
    move(grid.latent.disks, grid.latent.disks.place_of(1, codes[inside]))
    around = room.selection.around
    assert around in vertices
    assert around not in cover.patches[0].vertices
    for view in (grid.surface, grid.reconstruction):
        linked = view.canvas._marks.linked[False] - len(view.canvas.mesh.points)
        assert grid.snapshot.figure.part.around_vertices[linked] == around
    shared = shared_vertex(cover, 1, 0)
    grid.latent.disks.pointed.emit(1, shared)
    assert room.selection.around is None
    hovered = room.selection.hovered.vertex
    assert cover.patches[0].vertices[hovered] == vertices[shared]
    grid.latent.disks.pointed.emit(1, None)
    assert (room.selection.hovered, room.selection.around) == (None, None)


def test_a_point_around_the_chart_lights_up_in_the_disks_that_have_it(room, atlas):
    grid = room.window.grid
    part = grid.snapshot.figure.part
    outside = int(np.flatnonzero(~np.isin(part.around_vertices, part.vertices))[0])
    grid.surface.canvas.around_hovered.emit(outside)
    having = {k for k, _ in part.cover.patches_at(int(part.around_vertices[outside]))}
    assert grid.latent.disks.lit(False).keys() == having
    assert grid.reconstruction.canvas._marks.linked[False] == len(part.vertices) + outside
    grid.surface.canvas.leaveEvent(None)
    assert grid.latent.disks.lit(False) == {}


def test_another_chart_forgets_what_it_does_not_have(room, atlas):
    cover = atlas.whole.preparation.cover
    own = int(np.flatnonzero(~np.isin(cover.patches[0].vertices, cover.patches[1].vertices))[-1])
    room.selection.hover(Pick(own, "surface"))
    room.selection.pick(Pick(own, "surface"))
    atlas.show_chart(1)
    assert (room.selection.hovered, room.selection.picked) == (None, None)
    assert room.window.grid.latent.disks.lit(True) == {}


def test_a_picked_point_of_an_overlap_stays_picked_in_the_other_chart(room, atlas):
    cover = atlas.whole.preparation.cover
    first, second = cover.shared(0, 1)[0]
    room.selection.pick(Pick(int(first), "surface"))
    atlas.show_chart(1)
    assert room.selection.picked == Pick(int(second), "surface")


def test_a_click_on_a_small_disk_makes_it_large(room, atlas):
    disks = room.window.grid.latent.disks
    assert not disks.isHidden()
    room.qtbot.mouseClick(disks, Qt.MouseButton.LeftButton, pos=disks.place_of(2).toPoint())
    assert atlas.chart == 2
    assert disks.current == 2
    assert room.window.grid.latent.color_by == "chart"


def test_a_picture_of_the_disks_has_all_of_them(room, atlas):
    settle(room)
    disks, image = room.window.grid.latent.disks, room.window.grid.latent.picture()
    assert image.size() == disks.parentWidget().size()
    for chart in range(3):
        left, top = disks.mapTo(disks.parentWidget(), disks.place_of(chart, (-1.0, 1.0)).toPoint()).toTuple()
        side = round(2 * disks._places[chart, 2])
        seen = [image.pixelColor(left + x, top + y).getRgb()[:3] for x in range(side) for y in range(side)]
        assert seen.count(tuple(disks._colors[chart].tolist())) > 0.03 * side**2


def test_cells_are_those_of_every_chart(room, atlas):
    atlas.set_options("cells", CellsOptions(of=("decoder",)))
    work_off(room, "cells")
    settle(room)
    assert [part.decoder is not None for part in atlas.whole.cells.parts] == [True] * 3
    assert atlas.project.cells is atlas.whole.cells.parts[0]
    assert room.window.column.panels["cells"].header.look.words.startswith("Chart 1: ")
    atlas.show_chart(2)
    settle(room)
    assert room.window.column.panels["cells"].header.look.words.startswith("Chart 3: ")
    assert atlas.state("cells") is StageState.DONE


def test_points_are_denoised_on_all_charts_and_shown_with_the_one_that_is_chosen(room, atlas):
    atlas.set_options("denoising", DenoisingOptions(count=3000, level=0.02, compare=False))
    room.trigger("stage_denoising")
    assert room.window.column.open_panel.form.rows["onto"].editor.isHidden()
    work_off(room, "denoising")
    settle(room)
    whole, views = atlas.whole.denoising.together, room.window.grid.stages["denoising"]
    total = len(whole.noisy)
    assert total > 2000  # what these little networks are too far from is left out
    for k in range(3):
        atlas.show_chart(k)
        settle(room)
        part = atlas.project.denoising
        assert views.scene.denoising is part
        for body in (views.before, views.after):
            assert len(body.canvas.mesh.points) == len(part.noisy)
            assert len(body.canvas.around.points) == total - len(part.noisy)
    table = room.window.inspector.stages["denoising"].table
    shown = {row.line.key: row.line.distance for row in table.rows}
    assert shown["noisy"] == f"{100.0 * whole.before.distance / whole.diagonal:.3f}"
    views.before.canvas.around_clicked.emit(7)
    settle(room)
    picked = room.selection.picked
    assert atlas.chart != 2  # it is that of the point
    place = atlas.project.denoising.rows[picked.point]
    np.testing.assert_array_equal(whole.noisy[place], atlas.project.denoising.noisy[picked.point])
    told = {row.line.name: row.line.value for row in room.window.inspector.stages["denoising"].point.rows}
    assert told["Chart"] == str(atlas.chart + 1)
    assert stage_command(atlas)[0].startswith("budai denoise ball.budai --noise 0.02")


def test_points_are_generated_on_all_charts_and_a_walk_goes_from_one_to_another(room, atlas):
    atlas.set_options("generation", GenerationOptions(count=2000))
    room.trigger("stage_generation")
    work_off(room, "generation")
    settle(room)
    views, grid = room.window.grid.stages["generation"], room.window.grid
    made = atlas.whole.generation.together
    assert room.window.column.panels["generation"].header.look.words.startswith("2,000 points")
    assert len(views.scene.shown.cloud.points) == (made.charts == 0).sum()
    assert len(views.scene.shown.cloud.others.points) == (made.charts != 0).sum()
    grid.show_fourth("generation/walk")
    codes = [part.codes for part in atlas.whole.training.parts]
    first, last = (int(np.linalg.norm(codes[k], axis=1).argmin()) for k in (0, 2))
    room.selection.pick(Pick(first, "surface"))
    assert views.scene.first_end == (0, tuple(codes[0][first]))
    atlas.show_chart(2)
    settle(room)
    assert views.scene.first_end is not None  # another chart forgets what was picked, but not where the walk begins
    room.selection.pick(Pick(last, "surface"))
    options = atlas.options("generation")
    assert (options.start_chart, options.stop_chart) == (0, 2)
    job = atlas.jobs["generation"]
    _, function, arguments = room.workers.started[-1]
    finish(job, finish_work(function(*arguments)))
    settle(room)
    walk = atlas.project.generation.walk
    assert walk.geodesic.charts[[0, -1]].tolist() == [0, 2]
    told = {row.line.name: row.line.value for row in room.window.inspector.stages["generation"].walk.rows}
    assert told["Charts"].startswith("1 · ")
    assert told["Charts"].endswith("3")
    assert "charts" in views.walk.caption
    assert "--walk-charts 1 3" in stage_command(atlas)[0]
    outside = (0.999, 0.0)
    room.selection.pick(Pick(last, "latent", outside))
    assert views.scene.first_end is None  # no code of the surface


def test_the_form_of_the_training_shows_what_an_atlas_takes(room, atlas):
    room.trigger("stage_training")
    rows = room.window.column.open_panel.form.rows
    assert rows["preset"].editor.isHidden()
    assert rows["preset"].note.isHidden()
    assert not rows["seconds"].editor.isHidden()
    assert rows["device"].editor.isHidden()


def test_commands_name_the_chart_and_the_way_it_was_prepared(room, atlas):
    atlas.show_chart(1)
    room.trigger("stage_generation")
    assert stage_command(atlas)[0].startswith("budai generate ball.budai ")
    room.trigger("stage_training")
    atlas.set_options("preparation", PreparationOptions(charts=3))
    assert "--charts 3" in stage_command(atlas)[0]


def test_folds_are_shown_where_they_are(room, atlas):
    sections = room.window.inspector.stages["preparation"]
    assert "the charts cover all" in sections.figures.note.text()
    parts = [replace(part, bad_faces=np.empty(0, np.int64)) for part in atlas.whole.training.parts]
    parts[2] = replace(parts[2], bad_faces=np.array([7]))
    atlas.replace(atlas.whole.updated(training=ByChart(tuple(parts), atlas.whole.training.whole)))
    settle(room)
    assert [row.line.name for row in sections.folds.rows] == ["Chart 3"]
    sections.folds.action_triggered.emit()
    settle(room)
    assert atlas.chart == 2
    assert room.selection.picked.vertex == atlas.project.source.surface.faces[7, 0]


def test_the_inspector_tells_of_all_charts(room, atlas):
    sections = room.window.inspector.stages["preparation"]
    assert [row.line.name for row in sections.charts.rows] == ["Chart 1", "Chart 2", "Chart 3"]
    known = {row.line.name: row.line.value for row in sections.figures.rows}
    assert known["Watertight"] == "yes"
    assert "Covered by 3 charts" in sections.done.note.text()


def test_a_live_training_shows_the_chart_and_the_whole(room):
    room.show(Project(source=source_of(ball(2), "ball")))
    space, grid = room.workspace, room.window.grid
    space.set_options("preparation", PreparationOptions(charts=2))
    work_off(room, "preparation")
    room.workspace.run_stage("training")
    cover = space.whole.preparation.cover
    codes = tuple(np.zeros((len(patch), 2), np.float32) + k for k, patch in enumerate(cover.patches))
    points = space.whole.source.surface.vertices.astype(np.float32)
    settle(room)
    space.show_live(TrainingStep(3, 1.0, 0.5, 0.1, reconstruction=points, chart_codes=codes))
    settle(room)
    assert (grid.snapshot.codes == 0).all()
    space.show_chart(1)
    settle(room)
    assert grid.snapshot.is_live
    assert (grid.snapshot.codes == 1).all()
    np.testing.assert_allclose(grid.snapshot.reconstruction, points[cover.patches[1].vertices])


def test_an_atlas_is_saved_from_the_window_and_opened_in_it(room, atlas, tmp_path):
    atlas.show_chart(1)
    finish_work(write_project(atlas.whole, str(tmp_path / "ball.budai")))
    again = finish_work(read_project(str(tmp_path / "ball.budai")))
    atlas.start_over(again, tmp_path / "ball.budai")
    settle(room)
    assert (atlas.chart, len(atlas.whole.charts)) == (0, 3)
    assert atlas.is_saved
    assert room.window.grid.latent.canvas.picture is not None
    atlas.show_chart(2)
    assert atlas.is_saved


def test_a_neighbour_is_drawn_as_a_grid_in_the_large_disk(room, atlas):
    grid, section = room.window.grid, room.window.inspector.stages["preparation"].borders
    assert {row.line.name for row in section.rows} == {"With chart 2", "With chart 3"}
    grid.latent.disks.compared.emit(1)
    room.qtbot.waitUntil(lambda: len(grid.latent.canvas._strokes) > 0)
    expected = transition_grid(atlas_of(atlas.whole), 0, 1)
    for drawn, image in zip(grid.latent.canvas._strokes, expected.images, strict=True):
        np.testing.assert_array_equal(drawn, image)
    assert any("Grid of chart 2" in chip.text for chip in grid.latent.canvas.overlay.chips)
    told = {row.line.name: row.line.value for row in section.rows}
    known = border(atlas_of(atlas.whole), 0, 1)
    assert section.title == "Border of charts 1 and 2"
    assert told["Gap, largest"] == percent(known.gap_max / atlas.whole.source.surface.diagonal)
    assert told["Widest at"] == f"#{known.widest:,}"
    grid.latent.disks.compared.emit(None)
    assert grid.latent.canvas._strokes == ()
    assert section.title == "Borders of chart 1"


def test_a_point_picked_at_a_border_compares_the_charts_and_the_widest_gap_is_visited(room, atlas):
    cover, section = atlas.whole.preparation.cover, room.window.inspector.stages["preparation"].borders
    only = next(
        int(a)
        for a, _ in cover.shared(0, 2)
        if {k for k, _ in cover.patches_at(int(cover.patches[0].vertices[a]))} == {0, 2}
    )
    room.selection.pick(Pick(only, "surface"))
    assert room.selection.neighbour == 2
    known = border(atlas_of(atlas.whole), 0, 2)
    camera = room.window.grid.surface.canvas.camera
    section.action_triggered.emit()
    picked = room.selection.picked.vertex
    assert cover.patches[0].vertices[picked] == known.widest
    canvas = room.window.grid.surface.canvas
    assert canvas.camera != camera
    np.testing.assert_allclose(canvas.camera.focus, canvas.mesh.points[picked], atol=1e-6)
    inner = int(
        np.flatnonzero(
            ~np.isin(cover.patches[0].vertices, np.concatenate([cover.patches[1].vertices, cover.patches[2].vertices]))
        )[0]
    )
    room.selection.pick(Pick(inner, "surface"))
    assert room.selection.neighbour is None


def test_no_grid_is_drawn_while_a_training_moves_the_charts(room, atlas):
    grid = room.window.grid
    grid.latent.disks.compared.emit(1)
    room.qtbot.waitUntil(lambda: len(grid.latent.canvas._strokes) > 0)
    codes = tuple(part.codes.astype(np.float32) for part in atlas.whole.training.parts)
    atlas.show_live(TrainingStep(3, 1.0, 0.5, 0.1, chart_codes=codes))
    assert grid.latent.canvas._strokes == ()
    atlas.show_live(None)
    room.qtbot.waitUntil(lambda: len(grid.latent.canvas._strokes) > 0)
