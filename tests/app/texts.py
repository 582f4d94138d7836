"""Every text of the program that a user of the window reads, found in its code."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CALLS = {"tr": (0,), "counted": (1, 2)}
"""Functions whose arguments of these numbers are texts."""
_METADATA = ("label", "tooltip", "zero")
_TITLED = {"Sample": (1, 2), "Exportable": (1, 2), "Scan": (1,), "Quantity": (1,)}
"""Classes whose arguments of these numbers, or of these names, are texts that are translated where they are shown."""


def texts() -> dict[str, str]:
    """Return all texts, each with where it was found first."""
    found: dict[str, str] = {}
    for folder in ("app", "core", "assets"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            for text, line in _of(tree, folder):
                found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    return found


def _of(tree: ast.AST, folder: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and folder == "app":
            name = getattr(node.func, "id", "")
            for place in _CALLS.get(name, ()):
                if place < len(node.args):
                    yield from _strings(node.args[place])
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in _METADATA:
                    yield from _strings(value)


def _strings(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The texts that an argument may be: a constant, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if any(letter.isalpha() for letter in node.value):
            yield node.value, node.lineno
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)
