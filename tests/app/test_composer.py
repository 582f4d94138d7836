"""Figures are put together from the views, as large as asked for, with vectors where what is drawn is flat."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage

from app.composer.dialog import ComposerDialog
from app.composer.plan import FigureOptions, Part, cells, letter, plan_from, plan_text
from app.composer.sheet import Sheet, offered
from core.base.errors import BudaiError
from tests.app.view_room import Room
from tests.core.make import trained_project


@pytest.fixture
def room(qtbot, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    made = Room(qtbot)
    made.show(trained_project())
    return made


def sheet_of(room, *keys, **options):
    parts = [Part(key, f"Caption of {key}") for key in keys]
    return Sheet(room.grid, room.theme, FigureOptions(**options), parts)


def test_cells_fill_the_figure():
    options = FigureOptions(width=100.0, height=80.0, columns=2, gap=4.0)
    found = cells(options, [6.0, 3.0, 5.0])
    assert [(cell.x, cell.width) for cell in found] == [(0.0, 48.0), (52.0, 48.0), (0.0, 48.0)]
    height = found[0].height
    assert {cell.height for cell in found} == {height}
    assert found[2].y == pytest.approx(height + 6.0 + 4.0)
    assert found[2].y + height + 5.0 == pytest.approx(80.0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"width": 0.0}, "0 mm wide"),
        ({"height": 0.0}, "0 mm high"),
        ({"resolution": 0}, "0 dots"),
        ({"columns": 0}, "0 col"),
    ],
)
def test_what_no_figure_can_be_is_refused(options, words):
    with pytest.raises(BudaiError, match=words):
        FigureOptions(**options)


def test_no_view_no_room_and_too_many_pixels_are_told(room, tmp_path):
    with pytest.raises(BudaiError, match="no view"):
        sheet_of(room).write(tmp_path / "none.png")
    with pytest.raises(BudaiError, match="no room"):
        sheet_of(room, "surface", "latent", width=10.0).write(tmp_path / "small.png")
    with pytest.raises(BudaiError, match="memory"):
        sheet_of(room, "latent", width=2000.0, height=2000.0, resolution=1200).write(tmp_path / "large.png")
    with pytest.raises(BudaiError, match="cannot be written as"):
        sheet_of(room, "latent").write(tmp_path / "figure.jpg")
    with pytest.raises(BudaiError, match="missing"):
        sheet_of(room, "latent").write(tmp_path / "missing" / "figure.png")
    assert list(tmp_path.iterdir()) == []


def test_letters():
    assert [letter(FigureOptions(letters=kind), 1) for kind in ("(a)", "a", "A", "none")] == ["(b)", "b", "B", ""]


def test_a_png_has_its_size_in_millimetres(room, tmp_path):
    path = tmp_path / "figure.png"
    sheet_of(room, "surface", "latent", "reconstruction", width=127.0, height=101.6, resolution=100).write(path)
    image = QImage(str(path))
    assert (image.width(), image.height()) == (500, 400)
    assert image.dotsPerMeterX() == pytest.approx(100 / 0.0254, abs=1)
    assert image.pixelColor(499, 399).name() == "#ffffff"


def test_a_clear_ground_is_transparent(room):
    assert sheet_of(room, "latent", ground="clear").image(200, 150).pixelColor(0, 0).alpha() == 0


def test_the_disk_is_triangles_in_an_svg(room, tmp_path):
    path = tmp_path / "figure.svg"
    sheet_of(room, "latent", width=80.0, height=70.0).write(path)
    text = path.read_text("utf-8")
    n = len(room.workspace.project.source.surface.faces)
    assert text.count("<path") + text.count("<poly") >= n
    assert text.count("<image") == 1  # the colour bar
    assert re.search(r'width="80(\.\d+)?mm"', text), text[:200]
    assert "Caption of latent" in text


def test_a_pdf_is_written(room, tmp_path):
    path = tmp_path / "figure.pdf"
    sheet_of(room, "latent", "surface", width=80.0, height=70.0).write(path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    box = [float(side) for side in re.search(rb"/MediaBox \[([\d. ]+)\]", content).group(1).split()]
    assert box[2] == pytest.approx(80.0 / 25.4 * 72, abs=0.6)


def test_a_page_of_plots_is_vectors(room, tmp_path):
    path = tmp_path / "figure.svg"
    assert "transport/histogram" in offered(room.grid, {"transport"})
    assert "transport/histogram" not in offered(room.grid, {"training"})
    former = room.grid.fourth.current
    sheet_of(room, "transport/histogram", width=80.0, height=70.0).write(path)
    assert room.grid.fourth.current == former
    text = path.read_text("utf-8")
    assert "Area ratio of the triangles" in text
    assert "<image" not in text


def test_the_views_are_left_as_they_were(room):
    canvas = room.surface.canvas
    before = (canvas.geometry(), canvas.camera, room.theme.palette, room.latent.canvas.geometry(), canvas.is_small)
    sheet_of(room, "surface", "latent").image(300, 100)
    after = (canvas.geometry(), canvas.camera, room.theme.palette, room.latent.canvas.geometry(), canvas.is_small)
    assert after == before
    assert not room.theme.on_paper


def test_a_plan_is_kept_and_a_broken_one_is_not():
    options, parts = FigureOptions(width=85.0, letters="A"), [Part("latent", "Disk"), Part("surface", "", False)]
    assert plan_from(plan_text(options, parts)) == (options, parts)
    assert plan_from("no plan") == (FigureOptions(), [])
    assert plan_from('{"options": {"letters": "z", "width": "x"}, "parts": []}') == (FigureOptions(), [])


def test_the_dialog_composes(room, qtbot, tmp_path):
    told, memory = [], QSettings(str(tmp_path / "memory.ini"), QSettings.Format.IniFormat)
    titles = offered(room.grid, {"training"})
    assert list(titles)[:3] == ["surface", "latent", "reconstruction"]
    assert any(key.partition("/")[0] == "training" for key in titles)

    def make():
        parts = room.theme, room.grid, titles, memory, tmp_path, "bumpy", lambda *words: told.append(words), None
        dialog = ComposerDialog(*parts)
        qtbot.addWidget(dialog)
        return dialog

    dialog = make()
    for place in range(len(dialog.parts)):
        dialog.take(place, False)
    dialog.refresh()
    assert "no view" in dialog.problem.text()
    dialog.take(1, True)
    dialog.move(1, 0)
    dialog.form.set_value(replace(dialog.form.value(), width=60.0, height=60.0))
    dialog._caption(0, "The disk")
    dialog.refresh()
    assert dialog.problem.isHidden()
    dialog.write(tmp_path / "figure.png")
    dialog.write(tmp_path / "missing" / "figure.png")
    assert [kind for _, kind in told] == ["ok", "bad"]
    assert make().parts[0] == Part("latent", "The disk")
