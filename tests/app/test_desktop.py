"""Budai in the menu of the desktop, and its man page."""

import argparse
import configparser
import shutil
import subprocess
import xml.etree.ElementTree as ET

from app.cli import main
from app.command_line.desktop import MAN_PAGE
from app.command_line.parser import command_names, parser
from assets.build_man_page import man_page


def test_files_of_the_desktop_are_written_and_removed(tmp_path, capsys):
    assert main(["desktop", "--share", str(tmp_path)]) == 0
    entry = configparser.ConfigParser(interpolation=None, strict=True)
    entry.optionxform = str
    entry.read(tmp_path / "applications" / "budai.desktop", "utf-8")
    assert entry["Desktop Entry"]["Exec"].endswith(" %f")
    assert "@" not in entry["Desktop Entry"]["Exec"]
    assert (tmp_path / "icons" / "hicolor" / "scalable" / "apps" / "budai.svg").is_file()
    kinds = ET.parse(tmp_path / "mime" / "packages" / "budai.xml").getroot()
    assert {kind.get("type") for kind in kinds} <= {*entry["Desktop Entry"]["MimeType"].split(";")}
    assert "budai" in (tmp_path / "man" / "man1" / "budai.1").read_text("utf-8")
    assert main(["desktop", "--share", str(tmp_path), "--remove"]) == 0
    assert [path for path in tmp_path.rglob("budai*") if path.is_file()] == []


def test_the_man_page_tells_of_every_command_and_flag():
    known = parser()
    page = man_page(known)
    assert page == MAN_PAGE.read_text("utf-8"), "python -m assets.build_man_page"
    assert all(f'.SS "{name}"' in page for name in command_names(known))
    parts = next(action for action in known._actions if isinstance(action, argparse._SubParsersAction))
    for part in parts.choices.values():
        for action in part._actions:
            assert all(word.replace("-", "\\-") in page for word in action.option_strings)
    if shutil.which("man") and shutil.which("groff"):
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, check=True
        )
        assert "budai" in done.stdout
