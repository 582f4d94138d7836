"""The command `budai desktop`: a place in the menu of the desktop, files that open with a double click, a man page."""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import platformdirs

import assets
from app.command_line.terminal import write_lines
from core.base.errors import InputError
from core.io.atomic import replacing

_FILES = Path(assets.__file__).parent
MAN_PAGE = _FILES / "desktop" / "budai.1"
"""The manual of all commands, as `assets.build_man_page` makes it of the parser."""
_CACHES = ("update-mime-database {share}/mime", "update-desktop-database {share}/applications")
"""What tells the desktop of new files, where it is installed."""


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    desktop = command(
        "desktop",
        lambda options: install(Path(options.share), options.remove),
        "Put Budai into the menu of the desktop, with its files and a man page.",
    )
    share = platformdirs.user_data_path("").parent if sys.platform == "win32" else Path.home() / ".local" / "share"
    desktop.add_argument(
        "--share", metavar="FOLDER", default=str(share), help="where to (default: the folder of your own programs)"
    )
    desktop.add_argument("--remove", action="store_true", help="take all of it away again")


def install(share: Path, remove: bool = False) -> int:
    """Write or remove the files of the desktop, and tell of them.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    texts = {
        share / "applications" / "budai.desktop": _entry(),
        share / "mime" / "packages" / "budai.xml": (_FILES / "desktop" / "budai.xml").read_text("utf-8"),
        share / "icons" / "hicolor" / "scalable" / "apps" / "budai.svg": (_FILES / "icons" / "budai.svg").read_text(),
        share / "man" / "man1" / MAN_PAGE.name: MAN_PAGE.read_text("utf-8"),
    }
    for path, text in texts.items():
        if remove:
            path.unlink(missing_ok=True)
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(path.name, f"the folder {path.parent} cannot be made ({error.strerror})") from error
        with replacing(path) as temporary:
            temporary.write_text(text, "utf-8")
    for line in _CACHES:
        words = line.format(share=share).split(" ")
        if shutil.which(words[0]) and Path(words[1]).is_dir():
            subprocess.run(words, check=False, capture_output=True)
    write_lines("\n".join(f"{'Removed' if remove else 'Wrote'} {path}" for path in texts))
    return 0


def _entry() -> str:
    """Return the entry of the menu, with where the program is."""
    beside = Path(sys.executable).with_name("budai")
    program = str(beside) if beside.exists() else shutil.which("budai")
    words = [program] if program else [sys.executable, "-m", "budai"]
    command = " ".join(f'"{word}"' if " " in word else word for word in words)
    return (_FILES / "desktop" / "budai.desktop").read_text("utf-8").replace("Exec=budai ", f"Exec={command} ")
