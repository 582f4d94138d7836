"""Make the man page of the parser: ``python -m assets.build_man_page``.

It comes with the program, so that an installer finds it; a test tells when it is no longer that of the parser.
"""

import argparse

from app import __version__
from app.command_line.desktop import MAN_PAGE
from app.command_line.parser import parser


def man_page(known: argparse.ArgumentParser) -> str:
    """Return the man page, made of the parser: every command with its options."""
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


if __name__ == "__main__":
    MAN_PAGE.write_text(man_page(parser()), "utf-8")
