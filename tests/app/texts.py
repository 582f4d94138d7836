"""Every text of the program that a user of the window reads, found in its code."""

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CALLS = {"tr": (0,), "counted": (1, 2)}
"""Functions whose arguments of these numbers are texts."""
_METADATA = ("label", "tooltip", "zero")


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


def named_texts() -> dict[str, str]:
    """Return the texts that lie in tables of the program and are translated where they are shown."""
    from app.scene.color_maps import QUANTITIES
    from app.scene.points import POINT_QUANTITIES
    from app.stages import rows
    from app.stages.cells.scene.colors import QUANTITIES as OF_CELLS
    from app.stages.comparison.layer import LOCAL
    from app.stages.exporting import exportables
    from app.stages.preparation.scene.points import QUANTITIES as OF_CLOUDS
    from app.stages.preparation.window import WAYS
    from app.stages.training.inspector_lines import CLAIM_NAMES
    from app.stages.transport.scene.site_quantities import QUANTITIES as OF_SITES
    from assets import SAMPLES
    from core.denoising.methods import METHOD_TABLE
    from core.session.stages import STAGES
    from core.training.generators.models import MODELS

    kinds = [kind for stage in STAGES.values() for kind in (stage.options, *stage.other_options.values())]
    kinds += [display for row in rows() if (display := row.view().display)]
    quantities = [*QUANTITIES.values(), *OF_CELLS.values(), *OF_SITES.values(), *OF_CLOUDS.values(), LOCAL]
    about = [field.metadata for kind in kinds for field in dataclasses.fields(kind)]
    tables = {
        "samples": [text for sample in SAMPLES for text in (sample.title, sample.description)],
        "exports": [text for one in exportables() for text in (one.title, one.about)],
        "quantities": [text for one in quantities for text in (one.title, one.caption, one.made_by) if text],
        "points": [text for title, caption in POINT_QUANTITIES.values() for text in (title, caption) if text],
        "ways": list(WAYS.values()),
        "claims": list(CLAIM_NAMES.values()),
        "methods": [method.title for method in METHOD_TABLE.values()],
        "models": [kind.title for kind in MODELS.values()],
        "sentences": [text for metadata in about for text in metadata.get("sentences", {}).values()],
    }
    return {text: place for place, found in tables.items() for text in found}
