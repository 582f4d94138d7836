"""Blind denoising in the window: a cloud is open, its surface is learned, both stand side by side."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from app.stages.denoising.blind import blind_project
from app.stages.denoising.inspector_lines import denoising_sheet, method_lines, point_lines
from app.state.stage_state import StageState
from app.views.stage_words import caption_of
from core.data.point_cloud import PointCloud
from core.data.source import Source
from core.denoising.blind_comparison import MEASURED, BlindChoice
from core.session.points.read_and_denoise import read_and_learn
from core.session.project import Project
from tests.app.chrome_room import Room
from tests.app.chrome_room import fail as fail_job
from tests.app.chrome_room import finish as finish_job
from tests.app.make_denoising import blind_found, denoised_project

POINTS = np.random.default_rng(0).normal(size=(400, 3))
CLOUD = Source("/scans/mug.pcd", "mug", PointCloud(POINTS), None, (), (), 0.1)


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    made.show(Project(source=CLOUD))
    made.trigger("stage_denoising")
    yield made
    made.close()


def panel(room):
    return room.window.column.panels["denoising"]


def learned():
    return blind_project(Project(source=CLOUD), blind_found())


def test_a_cloud_offers_to_learn_from_its_points(room):
    column = panel(room)
    assert room.workspace.state("denoising") is StageState.READY
    assert column.primary.text() == "Learn from these points"
    assert column.primary.isEnabled()
    assert column.caption.text().startswith("Blind: learn the surface from these points")
    assert column.form.isHidden()
    assert column.display.isHidden()
    assert not column.other.isHidden()
    assert list(column.other.rows) == ["seconds", "seed", "truth"]
    room.show(denoised_project())
    assert not column.form.isHidden()
    assert column.other.isHidden()


def test_it_runs_is_adopted_and_can_be_undone(room):
    room.workspace.set_options("blind", BlindChoice(seconds=7.0))
    room.trigger("run_stage")
    job, function, arguments = room.workers.started[-1]
    assert (job.title, function, arguments) == ("blind", read_and_learn, (CLOUD.path, BlindChoice(seconds=7.0)))
    assert room.workspace.state("denoising") is StageState.RUNNING
    assert room.window.job_bar.name.text() == "Learning from noisy points"
    room.trigger("run_stage")  # pauses, starts nothing
    assert len(room.workers.started) == 1
    finish_job(job, blind_found())
    project = room.workspace.project
    assert project.source.name == "mug"
    assert not project.source.is_cloud
    assert project.outdated == frozenset()
    assert project.training is blind_found().training
    assert project.denoising is blind_found().denoising
    assert room.workspace.state("denoising") is StageState.DONE
    assert panel(room).header.look.words.startswith("Learned blind, points moved by ")
    assert room.window.job_bar.name.text() == "Learned from noisy points"
    assert panel(room).form.value().path == "/scans/mug.pcd"
    room.trigger("undo")
    assert room.workspace.project.source is CLOUD
    assert room.workspace.options("blind") == BlindChoice(seconds=7.0)


def test_cancelling_and_failing_leave_the_cloud(room):
    room.trigger("run_stage")
    room.workers.started[-1][0].cancel()
    assert room.workspace.state("denoising") is StageState.READY
    room.trigger("run_stage")
    fail_job(room.workers.last, "No surface runs through these 400 points: they are too few, or lie too far apart.")
    assert room.workspace.state("denoising") is StageState.FAILED
    assert "No surface runs" in caption_of(room.workspace, panel(room).view)
    assert room.workspace.project.source is CLOUD
    room.show(denoised_project())
    assert room.workspace.state("denoising") is StageState.DONE  # that failure was the cloud's


def test_learning_ends_when_another_cloud_is_opened(room):
    room.trigger("run_stage")
    job = room.workers.started[-1][0]
    other = replace(CLOUD, name="other")
    room.show(Project(source=other))
    assert not job.is_running
    assert not room.workspace.jobs


def test_a_truth_is_asked_for(room, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("/scans/true.ply", ""))
    panel(room).other.requested.emit("truth")
    assert room.workspace.options("blind").truth == "/scans/true.ply"
    assert panel(room).other.rows["truth"].editor.value() == "/scans/true.ply"
    room.show(denoised_project())
    assert not room.window.actions_by_key.commands["open_truth"].ready(room.workspace)
    assert room.window.actions_by_key.commands["open_noisy"].ready(room.workspace)


def test_the_certificate_claims_nothing_of_a_truth_that_nobody_knows():
    project = learned()
    sheet = denoising_sheet(project)
    lines = {line.name: line for line in sheet.lines}
    assert lines["Distance from the truth"].value == "not known"
    assert not any("RMSE" in name or "ideal" in name for name in lines)
    assert lines["Other warnings"].kind == "ok"
    assert "Made a surface of 400 points" in lines["Moved by"].explanation
    found = project.denoising
    rows = {row.key: row for row in method_lines(found, False)}
    assert next(iter(rows)) == "noisy"
    assert "true_foot" not in rows
    way = np.sqrt(((found.points - found.noisy) ** 2).sum(1).mean())
    assert float(rows["projection"].distance) == pytest.approx(100 * way / found.diagonal, abs=1e-3)
    assert not any("True" in line.name or "after" in line.name for line in point_lines(found, 3, "projection", False))


def test_with_a_truth_the_rival_is_beaten_or_not():
    project = learned()
    found = replace(project.denoising, warnings=(f"{MEASURED} true.ply, which nothing was learned from.",))
    lines = {line.name: line for line in denoising_sheet(replace(project, denoising=found)).lines}
    ratio = found.chosen.distance / found.result("moving_least_squares").distance
    assert float(lines["Over moving least squares"].value.rstrip(" ×")) == pytest.approx(ratio, rel=1e-2)
    assert lines["Over moving least squares"].kind == ("ok" if ratio <= 1 else "warn")


def test_views_show_no_true_feet_where_there_are_none(room, qtbot):
    room.show(learned())
    views = room.window.grid.stages["denoising"]
    qtbot.waitUntil(lambda: views.scene.shown is not None, timeout=20_000)
    assert views.scene.shown.cloud.quantities() == ("moved", "none")
    assert views.scene.shown.key == "moved"
    assert "true foot" not in [chip.text for chip in views.projection.canvas.overlay.chips]
    assert views.page.distance.shares[0].sum() == 0.0
    section = room.window.inspector.stages["denoising"]
    assert section.table.head.line.distance == "Moved by"
