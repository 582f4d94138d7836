"""Budai in the menu of the desktop, and its man page."""

import argparse
import configparser
import shutil
import subprocess
import sys
import venv
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from app.cli import main
from app.command_line.desktop import man_page
from app.command_line.parser import command_names, parser

ROOT = Path(__file__).resolve().parents[2]


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
    assert main(["desktop", "--share", str(tmp_path), "--remove"]) == 0
    assert [path for path in tmp_path.rglob("budai*") if path.is_file()] == []


def test_the_man_page_tells_of_every_command_and_flag():
    known = parser()
    page = man_page(known)
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


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_wheel_brings_all_that_is_needed(tmp_path):
    """What the wheel lacks is missing here: the packages that it needs are lent, this folder is not."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        command.remove("--no-build-isolation")
        subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("budai-*.whl")
    assert wheel.stat().st_size < 20e6
    place = tmp_path / "venv"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", wheel], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    lent = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "lent.pth").write_text("\n".join(lent) + "\n")
    where = {"cwd": tmp_path, "capture_output": True, "text": True, "check": True}
    told = subprocess.run([place / "bin" / "budai", "info", "torus"], **where).stdout
    assert "torus" in told.lower()
    code = (
        "import budai, app.shell.help.topics as topics, app.style.translation as t, pathlib;"
        "assert str(pathlib.Path(budai.__file__)).startswith(" + repr(str(place)) + ");"
        "assert budai.sample().is_file(); assert len(topics.topics('zh')) > 30; assert len(t.catalogue('zh')) > 1000;"
        "assert (topics.DOCUMENTS / 'cells_light.png').is_file();"
        "assert (pathlib.Path(budai.__file__).parent / 'py.typed').is_file()"
    )
    subprocess.run([python, "-c", code], **where)
    subprocess.run([place / "bin" / "budai", "desktop", "--share", tmp_path / "share"], **where)
    assert (tmp_path / "share" / "man" / "man1" / "budai.1").is_file()
