"""What the inspector proves of the cells, and what it tells of one."""

from dataclasses import replace

import numpy as np
import pytest

from app.stages.cells.bit_rows import BitRows
from app.stages.cells.inspector_lines import capacity_lines, cells_sheet, power
from app.stages.cells.scene.colors import CellPlane
from app.stages.cells.scene.facts import cell_facts, cells_figures
from app.state.selection import Pick
from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from core.charts.detail_layer import DetailLayer
from core.relu.decomposition import decompose, disk_polygon
from tests.app.chrome_room import Room
from tests.core.make import random_relu_map, trained_project


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def project():
    plain = trained_project()
    options = CellsOptions(complexity=True)
    return plain.updated(cells=finish(find_cells(plain.source.surface, plain.training.autoencoder, options)))


def lines(section):
    return {row.line.name: row.line for row in section.rows}


def settle(room):
    pending = room.window.grid.stages["cells"].pending()
    room.qtbot.waitUntil(lambda: not any(part.is_busy or part._rest.isActive() for part in pending), timeout=20000)


def test_the_certificate_tells_what_was_measured(room, project):
    room.workspace.show_stage("cells")
    room.show(project)
    settle(room)
    sections, cells = room.window.inspector.stages["cells"], project.cells
    assert sections.certificate.isVisibleTo(room.window)
    assert not room.window.inspector.stages["training"].training.isVisibleTo(room.window)
    shown = lines(sections.certificate)
    assert shown["V − E + F"].value == "1"
    assert shown["V − E + F"].kind == "ok"
    assert shown["Zero-area cells"].value == "0"
    assert shown["Patterns distinct per cell"].value == "yes"
    assert shown["Flipped encoder pieces"].value == f"{len(cells.encoder.flipped)}"
    assert sections.certificate.badge.text == "Exact"
    counted = lines(sections.capacity)
    assert counted["Cells in the disk"].value == f"{cells.decoder.n_cells:,}"
    assert counted["Affine pieces"].value == f"{cells.decoder_pieces.max() + 1:,}"
    assert counted["Bound, theorem 4.5"].value.startswith("10")
    assert counted["Necessary condition"].value == "holds"
    assert counted["Necessary condition"].explanation == cells.capacity(project.training.autoencoder).verdict


def test_other_stages_show_their_own_sections(room, project):
    room.show(project)
    settle(room)
    room.workspace.show_stage("training")
    assert room.window.inspector.stages["training"].training.isVisibleTo(room.window)
    assert not room.window.inspector.stages["cells"].certificate.isVisibleTo(room.window)


def test_a_picked_vertex_shows_its_cell(room, project):
    room.workspace.show_stage("cells")
    room.show(project)
    settle(room)
    room.qtbot.waitUntil(lambda: room.window.grid.stages["cells"]._snapshot is not None)
    room.selection.pick(Pick(20, "surface"))
    sections = room.window.inspector.stages["cells"]
    code = project.training.codes[20]
    cell = int(project.cells.decoder.cell_at(code[None])[0])
    assert lines(sections.picked)["Cell"].value.startswith(f"#{cell:,} · ")
    pattern = np.concatenate(sections.bits.layers)
    np.testing.assert_array_equal(pattern, project.training.autoencoder.decoder.activation_pattern(code[None])[0])
    image = sections.matrix.matrix @ code + sections.matrix.shift
    np.testing.assert_allclose(image, project.training.autoencoder.decode_network(code[None])[0], atol=1e-9)
    expected = np.linalg.svd(sections.matrix.matrix, compute_uv=False)
    np.testing.assert_allclose(sections.ellipse.stretches, expected, rtol=1e-9)
    assert sections.stretches[0].line.copied == repr(sections.ellipse.stretches[0])
    sections.picked.action_triggered.emit()
    assert room.selection.picked is None
    assert not sections.picked.rows


def test_nothing_picked_says_what_to_do(room, project):
    room.workspace.show_stage("cells")
    room.show(project)
    settle(room)
    assert "Click to keep" in room.window.inspector.stages["cells"].picked.note.text()


def test_faults_are_told(project):
    autoencoder, plane = project.training.autoencoder, CellPlane(project.cells.decoder)
    figures = cells_figures(project.cells, plane, autoencoder)
    sheet = cells_sheet(replace(figures, decoder=replace(figures.decoder, area_error=1e-6)), False)
    assert (sheet.badge, sheet.kind) == ("1 failed", "bad")
    sheet = cells_sheet(replace(figures, encoder=replace(figures.encoder, flipped=3, flipped_area=0.01)), False)
    assert (sheet.badge, sheet.kind) == ("1 warning", "warn")
    assert "1 % of the area" in sheet.lines[-1].explanation
    assert cells_sheet(figures, True).badge == "Outdated"
    without = cells_sheet(replace(figures, encoder=None), False)
    assert without.lines[-1].value == "not computed"
    assert capacity_lines(replace(figures, capacity=None))[-1].value == "not computed"


def test_repeated_patterns_are_counted():
    cells = decompose(random_relu_map((2, 8, 3)), disk_polygon())
    hashes = np.array(cells.pattern_hash)
    hashes[1] = hashes[0]
    found = cells_figures_of(replace(cells, pattern_hash=hashes))
    assert found.repeated == 2


def cells_figures_of(cells):
    from app.stages.cells.scene.facts import decoder_figures

    return decoder_figures(CellPlane(cells))


def test_facts_of_a_flat_cell_have_no_finite_conformality():
    network = random_relu_map((2, 6, 3), 2)
    flat = type(network)([network.weights[0], np.outer([1.0, 2.0, 3.0], network.weights[1][0])], network.biases)
    plane = CellPlane(decompose(flat, disk_polygon()))
    facts = cell_facts(plane, 0, (0.0, 0.0), 2.0, np.zeros(3))
    assert facts.conformality > 1e6
    assert facts.area > 0


def test_the_piece_with_detail_is_the_derivative_of_the_whole_decoder():
    plane = CellPlane(decompose(random_relu_map((2, 6, 3), 2), disk_polygon()))
    values = np.random.default_rng(0).normal(size=(5, 5, 3)).astype(np.float32).astype(float)
    detail = DetailLayer(np.array([-1.0, -1.0]), 0.5, values)
    code = (0.13, 0.21)
    facts = cell_facts(plane, 0, code, 2.0, np.array([1.0, 0.0, 0.0]), detail)
    at = np.array([code])
    np.testing.assert_allclose(facts.piece.matrix - facts.matrix, 2.0 * detail.jacobian(at)[0], atol=1e-14)
    there = facts.matrix @ at[0] + facts.shift + 2.0 * detail.evaluate(at)[0]
    np.testing.assert_allclose(facts.piece.matrix @ at[0] + facts.piece.shift, there, atol=1e-13)
    greater, smaller = facts.piece.stretches
    np.testing.assert_allclose((greater, smaller), np.linalg.svd(facts.piece.matrix)[1], rtol=1e-9)


def test_powers_are_written_raised():
    assert power(57.83) == "10⁵⁷·⁸"


def test_bits_of_many_units_are_painted(qtbot, room):
    rows = BitRows(room.theme)
    qtbot.addWidget(rows)
    rows.show_layers([np.arange(64) % 3 == 0, np.arange(1024) % 2 == 0])
    rows.resize(272, rows.height())
    assert not rows.grab().isNull()
    assert "layer 2: 512 of 1024" in rows.accessibleName()
