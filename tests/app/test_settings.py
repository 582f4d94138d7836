"""Preferences are typed, kept as TOML, and a bad file is told, not swallowed."""

import tomllib
from pathlib import Path

import pytest

from app.state.settings import MOST_RECENT_FILES, Preferences, Settings, file_words, read_preferences, write_preferences
from core.base.errors import InputError


def test_preferences_survive_a_restart(qtbot, tmp_path):
    first = Settings(tmp_path)
    first.update(theme="dark", text_scale=1.25, reduced_motion=True, inspector_shown=False)
    first.remember_file('/data/"quoted" 弥勒 name.ply')
    again = Settings(tmp_path)
    assert again.preferences == first.preferences
    assert again.preferences.recent_files == ('/data/"quoted" 弥勒 name.ply',)


def test_the_file_is_toml(tmp_path):
    write_preferences(Preferences(recent_files=("/a\\b.ply",)), tmp_path / "new" / "p.toml")
    assert tomllib.loads((tmp_path / "new" / "p.toml").read_text("utf-8"))["recent_files"] == ["/a\\b.ply"]


def test_a_change_is_told_with_old_and_new(qtbot, tmp_path):
    settings = Settings(tmp_path)
    with qtbot.waitSignal(settings.changed) as signal:
        settings.update(theme="dark")
    assert (signal.args[0].theme, signal.args[1].theme) == ("system", "dark")
    with qtbot.assertNotEmitted(settings.changed):
        settings.update(theme="dark")


def test_the_newest_file_comes_first_and_ten_are_kept(qtbot, tmp_path):
    settings = Settings(tmp_path)
    for k in range(MOST_RECENT_FILES + 3):
        settings.remember_file(f"{k}.ply")
    settings.remember_file("5.ply")
    assert len(settings.preferences.recent_files) == MOST_RECENT_FILES
    assert settings.preferences.recent_files[:2] == ("5.ply", "12.ply")
    settings.forget_file("5.ply")
    assert "5.ply" not in settings.preferences.recent_files


def test_two_windows_keep_the_recent_files_of_both(qtbot, tmp_path):
    one, two = Settings(tmp_path), Settings(tmp_path)
    one.remember_file("/a.ply")
    two.remember_file("/b.ply")
    one.remember_file("/c.ply")
    assert one.preferences.recent_files == ("/c.ply", "/b.ply", "/a.ply")
    assert Settings(tmp_path).preferences.recent_files == ("/c.ply", "/b.ply", "/a.ply")


def test_a_recent_file_is_named_with_its_folder():
    assert file_words("/data/scans/left/head.ply") == "head.ply – /data/scans/left"
    assert file_words(str(Path.home() / "scans" / "head.ply")) == "head.ply – ~/scans"
    assert file_words(str(Path.home() / "head.ply")) == "head.ply – ~"


@pytest.mark.parametrize(
    "text",
    [
        "theme = ",
        'theme = "pink"',
        "text_scale = 9",
        'text_scale = "large"',
        "reduced_motion = 1",
        "recent_files = [1]",
    ],
)
def test_a_bad_file_is_told_and_the_defaults_are_used(qtbot, tmp_path, text):
    (tmp_path / "preferences.toml").write_text(text)
    with pytest.raises(InputError, match=r"preferences\.toml"):
        read_preferences(tmp_path / "preferences.toml")
    settings = Settings(tmp_path)
    assert settings.preferences == Preferences()
    assert "defaults are used" in settings.problem
