"""Forms build themselves from options and never give back what cannot be used."""

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from app.style.theme import Theme
from app.widgets.combo_box import ComboBox
from app.widgets.fields import FileField, SeedField, SliderField, WidthsField
from app.widgets.parameter_form import ParameterForm
from app.widgets.segmented import Segmented
from app.widgets.toggle import Toggle
from core.base.errors import BudaiError
from core.session.stages import SourceOptions
from core.training.options import TrainingOptions
from core.transport.options import TransportOptions

pytestmark = [pytest.mark.qt_log_level_fail("WARNING"), pytest.mark.qt_log_ignore("propagateSizeHints")]


@dataclass(frozen=True)
class Everything:
    """One field of each kind."""

    on: bool = field(default=False, metadata={"label": "On", "tooltip": "A switch."})
    count: int = field(default=10, metadata={"label": "Count", "minimum": 1, "maximum": 100000})
    share: float = field(default=0.5, metadata={"label": "Share", "kind": "percent", "minimum": 0.0, "maximum": 1.0})
    name: str = field(default="", metadata={"label": "Name"})
    rare: int = field(default=3, metadata={"label": "Rare", "advanced": True})
    secret: int = field(default=1, metadata={"hidden": True})

    def __post_init__(self):
        if self.name == "bad":
            raise BudaiError("Name: bad is taken. Choose another.")


@pytest.fixture
def theme(qtbot):
    made = Theme("light")
    made.reduced_motion = True
    made.apply(QApplication.instance())
    return made


@pytest.fixture
def form(qtbot, theme):
    made = ParameterForm(TrainingOptions(), theme)
    qtbot.addWidget(made)
    made.resize(248, 400)
    made.show()
    return made


def type_into(line, text):
    line.setText(text)
    line.editingFinished.emit()


def test_the_training_form_has_the_rows_of_the_picture(form):
    rows = {name: row for name, row in form.rows.items() if row.field.metadata.get("of") != "rows"}  # those of tables
    kinds = {name: type(row.editor) for name, row in rows.items() if not row.is_advanced and name != "detail"}
    assert kinds == {
        "preset": ComboBox,
        "mode": Segmented,
        "seconds": SliderField,
        "device": ComboBox,
        "seed": SeedField,
        "encoder": WidthsField,
        "decoder": WidthsField,
    }
    assert isinstance(form.rows["detail"].editor, Toggle)
    assert form.rows["detail_nodes"].is_advanced
    labels = [row.name_label.text() for row in rows.values()]
    assert labels[:7] == ["Preset", "Mode", "Time", "Device", "Seed", "Encoder", "Decoder"]
    assert all(row.name_label.toolTip() for row in form.rows.values())


def test_every_choice_of_the_user_comes_out_as_options(qtbot, form):
    with qtbot.waitSignal(form.changed) as signal:
        form.rows["mode"].editor.button("free").click()
    assert signal.args[0] == TrainingOptions(mode="free")
    type_into(form.rows["seed"].editor._text, "42")
    type_into(form.rows["seconds"].editor._text, "2 min")
    assert form.value() == TrainingOptions(mode="free", seed=42, seconds=120.0)


def test_widths_are_read_as_people_write_them(form):
    line = form.rows["encoder"].editor
    assert line.text() == "3–256–256–256–256–2"
    for text in ("3–64–32–2", "64, 32", "64 32", "3-64-32-2", "64x32"):
        type_into(line, "")
        type_into(line, text)
        assert form.value().encoder == (64, 32), text
        assert line.text() == "3–64–32–2"
    type_into(line, "256-256-256-256")
    assert form.value().encoder == (256, 256, 256, 256)


def test_layers_are_added_and_taken_away_by_a_click(qtbot, form):
    line = form.rows["encoder"].editor
    qtbot.mouseClick(line.fewer, Qt.MouseButton.LeftButton)
    assert form.value().encoder == (256, 256, 256)
    assert line.text() == "3–256–256–256–2"
    qtbot.mouseClick(line.more, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(line.more, Qt.MouseButton.LeftButton)
    assert form.value().encoder == (256,) * 5
    type_into(line, "3–16–2")
    qtbot.mouseClick(line.fewer, Qt.MouseButton.LeftButton)
    assert form.value().encoder == (16,)
    assert form.value().decoder == ()


def test_widths_of_the_preset_follow_the_preset(form):
    combo = form.rows["preset"].editor
    combo.setCurrentIndex(combo.findData("paper"))
    combo.activated.emit(combo.currentIndex())
    assert form.rows["encoder"].editor.text() == "3–768–384–192–96–48–2"
    assert form.value().encoder == ()


def test_a_mistake_is_outlined_told_and_not_given_out(qtbot, form):
    row = form.rows["encoder"]
    with qtbot.assertNotEmitted(form.changed):
        type_into(row.editor, "3–banana–2")
    assert row.editor.property("invalid") is True
    assert not row.problem.isHidden()
    assert row.problem.text() == "Widths must be whole numbers from 2 to 8192"
    assert not form.is_valid
    assert form.value() == TrainingOptions()


def test_a_mistake_stays_in_sight_while_another_field_is_edited(form):
    type_into(form.rows["encoder"].editor, "3–banana–2")
    type_into(form.rows["seed"].editor._text, "7")
    assert form.value().seed == 7
    assert form.rows["encoder"].editor.text() == "3–banana–2"
    assert not form.is_valid
    type_into(form.rows["encoder"].editor, "16")
    assert form.is_valid
    assert form.value().encoder == (16,)


@pytest.mark.parametrize(("name", "text"), [("seed", "-1"), ("seed", "1.5"), ("seed", "x"), ("seconds", "0.5 s")])
def test_numbers_out_of_bounds_are_refused(form, name, text):
    editor = form.rows[name].editor
    type_into(editor._text, text)
    assert not form.rows[name].problem.isHidden()
    assert "Must be a" in form.rows[name].problem.text()
    assert form.value() == TrainingOptions()


def test_a_changed_field_has_a_dot_and_a_right_click_puts_it_back(qtbot, form):
    label = form.rows["seed"].name_label
    assert not label.is_changed
    type_into(form.rows["seed"].editor._text, "9")
    assert label.is_changed
    assert "Changed from 0" in label.toolTip()
    with qtbot.waitSignal(form.changed) as signal:
        place = QPoint(4, 4)
        label.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, label.mapToGlobal(place)))
    assert signal.args[0] == TrainingOptions()
    assert not label.is_changed


def test_shuffle_draws_another_seed(form):
    seeds = set()
    for _ in range(5):
        form.rows["seed"].editor._draw()
        seeds.add(form.value().seed)
    assert len(seeds) > 1


def test_the_slider_gives_one_value_when_it_is_let_go(qtbot, form):
    field_ = form.rows["seconds"].editor
    slider, changes = field_._slider, []
    form.changed.connect(changes.append)
    slider.setSliderDown(True)
    for place in (100, 300, 700):
        slider.setValue(place)
    assert changes == []
    slider.setSliderDown(False)
    assert len(changes) == 1
    assert 200 < changes[0].seconds < 600


def test_escape_takes_back_what_was_typed(qtbot, form):
    line = form.rows["encoder"].editor
    line.setFocus()
    line.setText("nonsense")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "3–256–256–256–256–2"
    assert form.is_valid


def test_commit_takes_what_has_not_been_confirmed(form):
    form.rows["seed"].editor._text.setText("5")
    form.commit()
    assert form.value().seed == 5


def test_fields_of_every_kind(qtbot, theme):
    form = ParameterForm(Everything(), theme)
    qtbot.addWidget(form)
    form.show()
    assert isinstance(form.rows["on"].editor, Toggle)
    assert "secret" not in form.rows
    assert form.rows["rare"].editor.isHidden()
    form._more.click()
    assert not form.rows["rare"].editor.isHidden()
    form.rows["on"].editor.click()
    type_into(form.rows["count"].editor, "23,108")
    type_into(form.rows["share"].editor, "12.5 %")
    assert form.value() == Everything(on=True, count=23108, share=0.125)
    assert form.rows["count"].editor.text() == "23,108"


def test_what_the_options_themselves_refuse_is_told_beneath_the_field(qtbot, theme):
    form = ParameterForm(Everything(), theme)
    qtbot.addWidget(form)
    type_into(form.rows["name"].editor, "bad")
    assert form.rows["name"].problem.text() == "Name: bad is taken. Choose another."
    assert form.value().name == ""


def test_the_file_of_a_surface_is_shown_by_name_and_chosen_by_command(qtbot, theme):
    form = ParameterForm(SourceOptions("/somewhere/deep/lion.glb"), theme)
    qtbot.addWidget(form)
    editor = form.rows["path"].editor
    assert isinstance(editor, FileField)
    form.resize(248, 40)
    form.show()
    assert editor._text.text() == "lion.glb"
    assert editor._text.toolTip() == "/somewhere/deep/lion.glb"
    with qtbot.waitSignal(form.requested) as signal:
        editor._change.click()
    assert signal.args == ["path"]


@pytest.mark.parametrize("width", [216, 248])
@pytest.mark.parametrize("preset", ["default", "paper"])
def test_widths_fit_into_their_field(qtbot, theme, width, preset):
    form = ParameterForm(TrainingOptions(preset=preset), theme)
    qtbot.addWidget(form)
    form.resize(width, 400)
    form.show()
    form.layout().activate()
    for name in ("encoder", "decoder"):
        editor = form.rows[name].editor
        size = editor.property("typeSize") or 12
        assert editor.width_at(size) <= editor.width(), (name, size)


def test_zero_can_have_a_word(qtbot):
    form = ParameterForm(TransportOptions(), Theme("light"))
    qtbot.addWidget(form)
    editor = form.rows["sites"].editor
    assert editor.text() == "all"
    editor.setText("1,600")
    form.commit()
    assert form.value().sites == 1600
    editor.setText("All")
    form.commit()
    assert form.value().sites == 0


def test_advanced_fields_come_last(qtbot):
    form = ParameterForm(TransportOptions(), Theme("light"))
    qtbot.addWidget(form)
    flags = [row.is_advanced for row in form.rows.values()]
    assert flags == sorted(flags)
    assert any(flags)
