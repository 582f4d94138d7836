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
_CACHES = ("update-mime-database {share}/mime", "update-desktop-database {share}/applications")
"""What tells the desktop of new files, where it is installed."""


def add(command: Callable[..., argparse.ArgumentParser], known: argparse.ArgumentParser) -> None:
    """Add the command to the command line; the man page is made of all commands that it has in the end."""
    desktop = command(
        "desktop",
        lambda options: install(Path(options.share), known, options.remove),
        "Put Budai into the menu of the desktop, with its files and a man page.",
    )
    share = platformdirs.user_data_path("").parent if sys.platform == "win32" else Path.home() / ".local" / "share"
    desktop.add_argument("--share", metavar="FOLDER", default=str(share), help=f"where to (default {share})")
    desktop.add_argument("--remove", action="store_true", help="take all of it away again")


def install(share: Path, known: argparse.ArgumentParser, remove: bool = False) -> int:
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
        share / "man" / "man1" / "budai.1": man_page(known),
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
    program = str(beside) if beside.exists() else shutil.which("budai") or f"{sys.executable} -m budai"
    return (_FILES / "desktop" / "budai.desktop").read_text("utf-8").replace("@BUDAI@", program)


def man_page(known: argparse.ArgumentParser) -> str:
    """Return the man page, made of the parser: every command with its options."""
    from app import __version__

    parts = next(action for action in known._actions if isinstance(action, argparse._SubParsersAction))
    lines = [f'.TH BUDAI 1 "" "Budai {__version__}" "User Commands"', ".SH NAME"]
    lines += ["budai \\- see what a ReLU autoencoder learns about a surface", ".SH SYNOPSIS"]
    lines += [".B budai", "[\\fISURFACE\\fR | \\fIP.budai\\fR]", ".br", ".B budai", "\\fICOMMAND\\fR \\fI...\\fR"]
    lines += [".SH DESCRIPTION", _plain(known.description or ""), ".SH COMMANDS"]
    for name, part in parts.choices.items():
        lines += [f'.SS "{name}"', _plain(part.description or "")]
        for action in part._actions:
            words = ", ".join(action.option_strings) or str(action.metavar or action.dest)
            value = action.metavar if action.option_strings and action.nargs != 0 else ""
            value = " ".join(value) if isinstance(value, tuple) else value or ""
            text = (action.help or "").replace("%%", "%")
            lines += [".TP", f"\\fB{_plain(words)}\\fR {_plain(value)}".rstrip(), _plain(text) or "."]
    lines += [".SH EXIT STATUS", "0 done; 1 the input is refused; 2 wrong usage; 130 interrupted."]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return a text as it stands in a man page."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
