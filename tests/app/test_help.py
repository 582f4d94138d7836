"""The help: topics of the documents, found, read and linked."""

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument

from app.shell.help.topics import DOCUMENTS, PAGES, excerpt, search, slug, topics
from app.stages import rows
from tests.app.chrome_room import Room
from tests.core.make import trained_project


@pytest.fixture
def room(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    room = Room(qtbot, tmp_path)
    yield room
    room.close()


WANTED = ("chart", "cell", "transport", "projection", "atlas", "certificate", "when-a-chart-folds")


def test_every_stage_and_every_link_leads_to_a_topic():
    known = {topic.key for topic in topics()}
    assert {*WANTED, *(row.view().term for row in rows())} <= known
    for topic in topics():
        for link in re.findall(r"\]\(([^)]+)\)", topic.text):
            page, _, key = link.partition("#")
            if link.startswith("http"):
                continue
            assert not key or page.startswith("..") or key in known or slug(key) in known, (topic.title, link)
            assert not page or (DOCUMENTS / page).exists() or page.startswith(".."), (topic.title, link)


def test_topics_are_found_by_their_words():
    known = topics()
    assert search(known, "") == list(known)
    assert search(known, "power WEIGHT")[0].key in ("transport", "optimal-transport")
    assert search(known, "fold")[0].key == "when-a-chart-folds"
    assert search(known, "no such word anywhere") == []
    found = excerpt(search(known, "Brenier")[0], "Brenier")
    assert "Brenier" in found
    assert len(found) < 100
    assert {topic.page for topic in known} == set(PAGES)


def test_f1_opens_the_help_at_the_open_stage(room, qtbot):
    room.show(trained_project())
    room.workspace.show_stage("cells")
    former = room.window.grid.fourth.current
    qtbot.keyClick(room.window, Qt.Key.Key_F1)
    help = room.window.help
    assert (room.window.grid.fourth.current, help.shown.key) == ("help", "cell")
    assert "activation pattern" in help.text.toPlainText()
    help.text.anchorClicked.emit(QUrl("#certificate"))
    assert help.shown.key == "certificate"
    help.go_back()
    assert help.shown.key == "cell"
    help.search_line.setText("homeomorphism")
    assert help.shown is None
    assert help.topics.item(0).text().splitlines()[0] in ("Certificate", "Chart", "Atlas", "In the window", "Claims")
    qtbot.keyClick(help.search_line, Qt.Key.Key_Return)
    assert "omeomorphism" in help.text.toPlainText()
    help.search_line.setText("nothing of this kind")
    assert help.topics.count() == 1
    qtbot.keyClick(room.window, Qt.Key.Key_Escape)
    assert room.window.grid.fourth.current == former


def test_pictures_fit_the_text(room):
    room.window.help.open_topic("chart")
    room.window.grid.show_fourth("help")
    kind = QTextDocument.ResourceType.ImageResource.value
    image = room.window.help.text.loadResource(kind, QUrl("trained_light.png"))
    assert 0 < image.deviceIndependentSize().width() <= room.window.help.text.viewport().width()


def test_the_terms_are_there_in_chinese():
    english, chinese = ({topic.key: topic for topic in topics(code) if topic.page == "terms"} for code in ("en", "zh"))
    assert list(chinese) == list(english)
    assert all(chinese[key].title != english[key].title for key in english)
    assert search(topics("zh"), "折叠")[0].key == "when-a-chart-folds"
