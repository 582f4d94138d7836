"""The parser of the command line: one command after the other, as the stages bring them, then claims and the bench."""

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from app.command_line import bench, desktop
from app.command_line.terminal import write_lines
from app.stages import rows

CLAIMS = "app.claims.command"
"""Module with the command of claims, named as those of the stages are: it stands above this one."""


class CommandParser(argparse.ArgumentParser):
    """Tells whether help could be written, which argparse keeps to itself."""

    def _print_message(self, message: str, file: Any = None) -> None:
        if message and file is sys.stdout:
            write_lines(message.rstrip("\n"))
        else:
            super()._print_message(message, file)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    from app import __version__

    made = CommandParser(
        prog="budai",
        description="See what a ReLU autoencoder learns about a surface. Without a command the window opens: "
        "budai, or budai SURFACE [--columns X,Y,Z] [--weld LENGTH] [--simplify N].",
    )
    made.add_argument("--version", action="version", version=f"budai {__version__}")
    commands = made.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        part = commands.add_parser(name, help=text, description=text)
        part.set_defaults(function=function)
        return part

    for row in rows():
        row.add_commands(command)
    import_module(CLAIMS).add(command)
    bench.add(command)
    desktop.add(command)
    return made


def command_names(parser: argparse.ArgumentParser) -> frozenset[str]:
    """Return the names of all commands."""
    parts = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return frozenset(name for part in parts for name in part)


def first_words(parser: argparse.ArgumentParser) -> frozenset[str]:
    """Return the words that a command line may begin with: commands, and flags that stand before any of them."""
    return command_names(parser) | frozenset(word for action in parser._actions for word in action.option_strings)
