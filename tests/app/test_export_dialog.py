"""The export dialog offers what there is, in the formats that can hold it, and each can be written."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from app.shell.export_dialog import ExportDialog
from app.stages.exporting import available, export_file, exportables
from app.state.workspace import Workspace
from app.style.theme import Theme
from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from tests.app.chrome_room import StillWorkers
from tests.app.make_denoising import denoised_project
from tests.app.make_generation import generated_project
from tests.app.make_transport import transported_project


@pytest.fixture(scope="module")
def project():
    made = transported_project()
    networks = made.training.autoencoder
    extra = {"denoising": denoised_project().denoising, "generation": generated_project().generation}
    return made.updated(**extra, cells=finish(find_cells(made.source.surface, networks, CellsOptions())))


def test_only_what_is_there_is_offered(project):
    keys = [one.key for one in available(project)]
    cells = ["cells", "reconstruction_cells"]
    points = ["denoised", "generated", "walk", "walk_straight", "walk_frames"]
    assert keys == ["surface", "atlas", "reconstruction", *cells, "parameterization", "samples", *points]
    plain = replace(project, training=None, cells=None, transport=None, denoising=None, generation=None)
    assert [one.key for one in available(plain)] == ["surface", "atlas"]


def test_everything_offered_can_be_written(project, tmp_path):
    for one in available(project):
        for suffix in one.formats(project):
            path = tmp_path / f"{one.key}.{suffix}"
            export_file(project, path, one.key)
            assert path.stat().st_size > 0, path.name


def test_the_dialog_names_the_file_after_what_it_holds(qtbot, project, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    workspace = Workspace(StillWorkers())
    workspace.start_over(project)
    dialog = ExportDialog(Theme("light"), workspace, tmp_path, parent)
    assert dialog.target == tmp_path / "bumpy_reconstruction.ply"
    dialog.choose("parameterization", "glb")
    assert dialog.target == tmp_path / "bumpy_area_preserving.glb"
    dialog.choose("samples")
    assert dialog.target == tmp_path / "bumpy_samples.ply"
    dialog.choose("cells", "svg")
    assert (dialog.what, dialog.target.name) == ("cells", "bumpy_cells.svg")
    dialog.choose("surface", "svg")
    assert dialog.target == tmp_path / "bumpy.ply"


def test_a_picture_of_the_cells_needs_no_cells(tmp_path, project):
    bare = replace(project, cells=None, transport=None)
    cells = next(one for one in exportables() if one.key == "cells")
    assert cells.formats(bare) == ("png",)
    export_file(bare, tmp_path / "cells.png", "cells")
    image = QImage(str(tmp_path / "cells.png"))
    assert (image.width(), image.height()) == (1600, 1600)
    assert image.pixelColor(0, 0) == QColor("white")
    assert image.pixelColor(800, 700) != QColor("white")
