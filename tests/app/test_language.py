"""Every text is there in every language, and the window changes to another one at once."""

import re
import string

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel

from app.shell import language
from app.shell.language import ShownWindow, use_language
from app.style.translation import CATALOGUES, LANGUAGES, catalogue, set_language, tr
from app.widgets.primary_button import PrimaryButton
from core.training.options import TrainingOptions
from tests.app.chrome_room import Room, fail
from tests.app.texts import named_texts, texts
from tests.core.make import trained_project

MOST_UNTRANSLATED = 0
"""As many texts as may wait for their translation; to be lowered, not raised."""


@pytest.fixture(autouse=True)
def english():
    yield
    set_language("en")


def fields(text):
    return sorted(name for _, name, *_ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_texts_are_translated(code):
    known, there = texts() | named_texts(), catalogue(code)
    missing = [f"{place}: {text!r}" for text, place in known.items() if text not in there]
    assert len(missing) <= MOST_UNTRANSLATED, "\n".join(["", *missing])
    assert [text for text, other in there.items() if fields(text) != fields(other) or not other] == []
    assert (CATALOGUES / f"{code}.toml").is_file()


def test_a_text_without_a_translation_stays_english():
    set_language("zh")
    assert tr("Undo") == "撤销"
    assert tr("{n} pieces", n=7) == "7 片"
    assert tr("no such text {n}", n=1) == "no such text 1"
    with pytest.raises(ValueError, match="no language"):
        set_language("tlh")


def test_without_a_font_it_stays_english_and_says_so(monkeypatch):
    monkeypatch.setattr(QFontDatabase, "writingSystems", lambda: [QFontDatabase.WritingSystem.Latin])
    assert "fonts-noto-cjk" in use_language("zh")
    assert tr("Undo") == "Undo"
    assert use_language("en") == ""


@pytest.fixture
def shown(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    monkeypatch.setattr(language, "_SCRIPTS", {})
    room = Room(qtbot, tmp_path)
    made = ShownWindow(room.window)
    yield room, made
    room.window = made.window
    room.close()


def chinese(widget):
    return bool(re.search(r"[\u4e00-\u9fff]", widget.text()))


def test_the_window_changes_its_language_at_once_and_keeps_what_it_shows(shown, qtbot):
    room, made = shown
    room.show(trained_project())
    room.workspace.set_options("training", TrainingOptions(seed=5))
    room.workspace.show_stage("cells")
    former = made.window
    room.settings.update(language="zh")
    qtbot.waitUntil(lambda: made.window is not former)
    window = made.window
    assert window.workspace.open_stage == "cells"
    assert window.workspace.whole is room.workspace.whole
    assert window.column.open_panel.findChild(PrimaryButton).text() == "计算胞腔"
    assert sum(chinese(label) for label in window.findChildren(QLabel)) > 30
    window.workspace.undo()
    assert window.workspace.options("training").seed != 5
    assert not former.isVisible()
    room.settings.update(language="en")
    qtbot.waitUntil(lambda: made.window is not window)
    assert made.window.column.open_panel.findChild(PrimaryButton).text() == "Compute cells"
    assert QApplication.instance() is not None


def test_the_language_waits_for_a_running_job(shown, qtbot):
    room, made = shown
    room.workers.jobs = []
    room.show(trained_project())
    job = room.workspace.run_stage("cells")
    room.workers.jobs.append(job)
    room.settings.update(language="zh")
    qtbot.waitUntil(lambda: bool(room.window.notifications.shown))
    assert "running job" in room.window.notifications.shown[-1].text
    assert made.window is room.window
    room.workers.jobs.clear()
    fail(job, "Too many cells.")
    qtbot.waitUntil(lambda: made.window is not room.window)
