"""What films of all kinds are asked for on the command line."""

import argparse
from typing import Any

from app.stages.row import given


def add_film_arguments(parser: argparse.ArgumentParser, size: str, seconds: str) -> None:
    """Add size, length, rate and ground of a film, with what the first two are by default or mean."""
    parser.add_argument("--size", metavar="WxH", type=size_from, help=f"size of a picture, in pixels ({size})")
    parser.add_argument("--seconds", type=float, help=seconds)
    parser.add_argument("--rate", metavar="N", type=int, help="pictures a second (default 15)")
    parser.add_argument("--dark", dest="is_dark", action="store_const", const=True, help="on a dark ground")


def film_given(options: argparse.Namespace, *more: str) -> dict[str, Any]:
    """Return the options of a film that were given, with some more of a kind."""
    chosen = given(options, ("seconds", "rate", "is_dark", *more))
    return chosen | ({"width": options.size[0], "height": options.size[1]} if options.size else {})


def size_from(text: str) -> tuple[int, int]:
    """Return width and height of a text such as 640x480."""
    width, _, height = text.lower().partition("x")
    return int(width), int(height)


size_from.__name__ = "size"  # what argparse calls a value that it cannot be made of
