"""The stage *Cells* in the column: its form, its states, its words."""

from dataclasses import replace

import pytest

from app.stages.training.inspector_lines import certified_sheet
from app.state.stage_state import StageState
from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from tests.app.chrome_room import Room
from tests.app.chrome_room import finish as finish_job
from tests.core.make import trained_project


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


def cells_of(project, options=None):
    autoencoder = project.training.autoencoder
    return finish(find_cells(project.source.surface, autoencoder, options or CellsOptions()))


def panel(room):
    return room.window.column.panels["cells"]


def test_the_stage_needs_a_training_and_says_so(room):
    project = trained_project()
    room.show(replace(project, training=None))
    assert panel(room).header.look.words == "Needs a trained autoencoder"
    room.show(project)
    assert panel(room).header.look.state == "ready"
    assert panel(room).primary.isEnabled()


def test_it_runs_and_tells_what_it_found(room):
    project = trained_project()
    room.show(project)
    room.trigger("stage_cells")
    room.trigger("run_stage")
    job, _, arguments = room.workers.started[-1]
    assert job.title == "cells"
    assert arguments == (project.source, project.training, CellsOptions())
    assert room.workspace.state("cells") is StageState.RUNNING
    cells = cells_of(project)
    finish_job(job, cells)
    n = cells.decoder.n_cells
    assert panel(room).header.look.words == f"{n:,} cells · Euler 1"
    assert "float64, exact" in panel(room).caption.text()
    assert panel(room).primary.text() == "Compute again"
    assert room.window.job_bar.name.text() == "Cells computed"
    assert room.window.job_bar.detail.text().startswith(f"{n:,} cells in ")


def test_results_from_a_process_hold_the_networks_of_the_project(room):
    project = trained_project()
    room.show(project)
    job = room.workspace.run_stage("cells")
    copied = trained_project()
    finish_job(job, cells_of(copied))
    cells, autoencoder = room.workspace.project.cells, project.training.autoencoder
    assert cells.decoder.network is autoencoder.decoder
    assert cells.encoder.encoder is autoencoder.encoder
    assert cells.encoder.surface is project.source.surface


def test_another_training_makes_the_cells_outdated(room):
    project = trained_project()
    room.show(project.updated(cells=cells_of(project)))
    assert panel(room).header.look.state == "done"
    room.workspace.replace(room.workspace.project.updated(training=replace(project.training, steps=13)))
    assert panel(room).header.look.state == "outdated"
    assert room.workspace.project.cells is not None


def test_the_display_changes_at_once_and_makes_nothing_outdated(room):
    project = trained_project()
    room.show(project.updated(cells=cells_of(project)))
    room.trigger("stage_cells")
    shown = []
    room.workspace.display_changed.connect(shown.append)
    form = panel(room).display
    chips = form.rows["hidden_layers"].editor.chips
    assert [chip.text() for chip in chips] == ["1", "2"]
    chips[0].click()
    assert room.workspace.display("cells").hidden_layers == (0,)
    units = form.rows["unit"].editor
    assert units.count() == 1 + 12  # all, and those of the second layer
    units.setCurrentIndex(3)
    units.edited.emit()
    assert room.workspace.display("cells").unit == 16 + 2
    assert shown == ["cells", "cells"]
    assert room.workspace.state("cells") is StageState.DONE
    assert not room.workspace.can_undo


def test_the_form_says_what_is_decomposed(room):
    room.show(trained_project())
    room.trigger("stage_cells")
    panel(room).form.rows["of"].editor.button(("decoder",)).click()
    assert room.workspace.options("cells").of == ("decoder",)


def test_all_stages_run_one_after_the_other(room):
    project = trained_project()
    room.show(replace(project, training=None))
    room.trigger("run_all")
    first = room.workers.last
    assert first.title == "training"
    finish_job(first, project.training)
    second = room.workers.last
    assert second.title == "cells"
    assert room.workspace.open_stage == "cells"
    second.cancel()
    assert room.workers.last is second
    assert room.workspace.state("cells") is StageState.READY


def test_a_stage_that_waits_for_a_file_is_left_out_where_all_are_run(room):
    room.show(trained_project())
    assert not room.workspace.works["maps"].runs_here
    room.workspace.set_options("maps", replace(room.workspace.options("maps"), other="second.budai"))
    assert room.workspace.works["maps"].runs_here
    assert room.workspace.works["denoising"].runs_here
    room.workspace.set_options("denoising", replace(room.workspace.options("denoising"), input="file"))
    assert not room.workspace.works["denoising"].runs_here


def test_the_exact_cells_settle_open_claims_of_the_certificate():
    project = trained_project()
    before = {line.name: line for line in certified_sheet(project.training, False).lines}
    assert before["Flipped exact pieces"].kind == before["Flat pieces of the decoder"].kind == "none"
    cells = finish(find_cells(project.source.surface, project.training.autoencoder, CellsOptions()))
    after = {line.name: line for line in certified_sheet(project.training, False, cells.exact).lines}
    assert after["Flipped exact pieces"].kind == "ok"  # the encoder is a projection of a graph
    assert after["Flipped exact pieces"].value.startswith("0 of ")
    assert after["Flat pieces of the decoder"].kind in ("ok", "warn")
