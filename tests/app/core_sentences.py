"""Every sentence of core that may be told to a user, as a template, found in its code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = ("core/claims", "core/bench", "core/generators", "core/training/generators", "core/io/writers")
"""Folders whose texts are told in reports and files, or are the theorems of cards, with words of their own."""
_FOR_PROGRAMMERS = {"ValueError", "TypeError", "IndexError", "RuntimeError", "AssertionError", "NotImplementedError"}


def core_templates() -> dict[str, str]:
    """Return the templates, with {} for each value, each with where it was found first."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "core").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(ELSEWHERE):
            for text, line in _of(ast.parse(path.read_text("utf-8"))):
                found.setdefault(text, f"{name}:{line}")
    return found


def _of(tree: ast.AST) -> Iterator[tuple[str, int]]:
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        elif isinstance(node, ast.Compare) or (isinstance(node, ast.Raise) and _name(node.exc) in _FOR_PROGRAMMERS):
            left_out |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.JoinedStr):
            left_out |= {id(value) for value in node.values}
            left_out |= {id(part) for value in node.values for part in _specification(value)}
        elif isinstance(node, ast.Subscript):
            left_out |= {id(inner) for inner in ast.walk(node.slice)}
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            left_out |= {id(inner) for inner in ast.walk(node.annotation)}
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            left_out |= {id(inner) for inner in ast.walk(node.returns)}
    for node in ast.walk(tree):
        if id(node) not in left_out and isinstance(node, ast.Constant | ast.JoinedStr):
            text = _template(node)
            if text and " " in text.strip() and any(letter.isalpha() for letter in text):
                yield text, node.lineno


def _name(raised: ast.AST | None) -> str:
    return getattr(getattr(raised, "func", raised), "id", "")


def _specification(value: ast.AST) -> Iterator[ast.AST]:
    if isinstance(value, ast.FormattedValue) and value.format_spec is not None:
        yield from ast.walk(value.format_spec)


def _template(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(value.value) if isinstance(value, ast.Constant) else "{}" for value in node.values)
    # a text that is filled in elsewhere, by its format method
    return (
        re.sub(r"{:[^}]*}", "{}", node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    )
