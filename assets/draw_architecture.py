"""Draw the folders of the program and what they import, from the code: ``python -m assets.draw_architecture``.

A test tells when the picture is no longer that of the code.
"""

import ast
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = Path(__file__).parent / "docs" / "architecture.svg"

_BOX, _LINE, _GAP, _BETWEEN = (280, 108), 15, 40, 44
_WIDTH = 3 * _BOX[0] + 4 * _GAP
_MARGIN, _FRAME = 24, 16
_STYLE = """<style>
text { font-family: sans-serif; font-size: 12px; fill: #444; }
.name { font-size: 15px; font-weight: bold; fill: #111; }
.inner { font-style: italic; }
.box { fill: #f4f1ea; stroke: #9a8f7a; }
.frame { fill: none; stroke: #9a8f7a; stroke-dasharray: 5 4; }
.arrow { stroke: #666; stroke-width: 1.5; marker-end: url(#head); }
</style>
<defs><marker id="head" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">
<path d="M0,0 L9,4 L0,8 z" fill="#666"/></marker></defs>"""


STAGES = "app/stages"
EACH = f"{STAGES}/KEY"
"""The folders of all stages, which are one in the picture, apart from the list of them."""


def folders() -> list[str]:
    """Return the folders of app and core by their names, as "core/io"."""
    found = (path.parent.relative_to(ROOT).as_posix() for top in ("app", "core") for path in _packages(ROOT / top))
    return sorted([*found, EACH])


def imports(names: Iterable[str]) -> dict[str, set[str]]:
    """Return which other folders each folder imports, anywhere in its files."""
    known = set(names)
    return {
        name: {
            folder
            for path in _files(name)
            for module in _imported(path)
            if (folder := _folder_of(module)) in known - {name}
        }
        for name in known
    }


def groups(ahead: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Return the folders, those together that import each other, directly or through others."""
    reach = {name: _reached(name, ahead) for name in ahead}
    return sorted({tuple(sorted({name, *(other for other in reach[name] if name in reach[other])})) for name in ahead})


def draw() -> str:
    """Return the picture as SVG: who imports stands above what is imported."""
    ahead = imports(folders())
    together = groups(ahead)
    group_of = {name: group for group in together for name in group}
    between = {group: {group_of[other] for name in group for other in ahead[name]} - {group} for group in together}
    return _svg(_rows(between), _direct(between))


def _files(name: str) -> Iterator[Path]:
    """Yield the files of a folder; those of stages are not of the list of them."""
    if name == STAGES:
        return (ROOT / name).glob("*.py")
    return (
        (path for folder in _stages() for path in folder.rglob("*.py")) if name == EACH else (ROOT / name).rglob("*.py")
    )


def _folder_of(module: str) -> str:
    """Return the folder that a module lies in, as it is named in the picture."""
    names = module.split(".")
    name = "/".join(names[:2])
    return EACH if name == STAGES and len(names) > 2 and ROOT / STAGES / names[2] in _stages() else name


def _stages() -> list[Path]:
    return sorted(path.parent for path in _packages(ROOT / STAGES))


def _packages(top: Path) -> Iterator[Path]:
    return (path / "__init__.py" for path in top.iterdir() if (path / "__init__.py").is_file())


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _reached(start: object, ahead: Mapping) -> set:
    """All that is imported from a start on, directly or through others."""
    found, left = set(), [start]
    while left:
        new = ahead[left.pop()] - found
        found |= new
        left += new
    return found


def _rows(between: Mapping[tuple, set[tuple]]) -> list[list[tuple[str, ...]]]:
    """Rows of groups from top to bottom: each imports from lower rows alone, and stands as low as it can."""
    height: dict[tuple, int] = {}
    while len(height) < len(between):
        for group, others in between.items():
            if group not in height and others <= height.keys():
                height[group] = 1 + max((height[other] for other in others), default=-1)
    return [sorted(g for g in between if height[g] == level) for level in range(max(height.values()), -1, -1)]


def _direct(between: Mapping[tuple, set[tuple]]) -> list[tuple[tuple, tuple]]:
    """Arrows without those that follow from others."""
    return sorted(
        (group, other)
        for group, others in between.items()
        for other in others
        if not any(other in _reached(third, between) for third in others)
    )


def _svg(rows: list[list[tuple[str, ...]]], arrows: list[tuple[tuple, tuple]]) -> str:
    drawn, ends, top = [], {}, _MARGIN
    for row in rows:
        heights = []
        for k, group in enumerate(row):
            middle = _WIDTH / 2 + (k - (len(row) - 1) / 2) * (_BOX[0] + _GAP)
            parts, height = _group(group, middle, top)
            drawn += parts
            ends[group] = (middle, top, top + height)
            heights.append(height)
        top += max(heights) + _BETWEEN
    lines = [
        f'<line class="arrow" x1="{ends[a][0]:g}" y1="{ends[a][2]:g}" x2="{ends[b][0]:g}" y2="{ends[b][1]:g}"/>'
        for a, b in arrows
    ]
    size = f'width="{_WIDTH}" height="{top - _BETWEEN + _MARGIN}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n{_STYLE}\n<rect {size} rx="8" fill="#ffffff"/>'
    return "\n".join([head, *drawn, *lines, "</svg>", ""])


def _group(group: tuple[str, ...], middle: float, top: float) -> tuple[list[str], float]:
    """One folder, or several in a frame, three side by side, and how high that is."""
    if len(group) == 1:
        return _folder(group[0], middle - _BOX[0] / 2, top), _BOX[1]
    n_rows, columns = -(-len(group) // 3), min(3, len(group))
    width = columns * _BOX[0] + (columns + 1) * _FRAME
    height = n_rows * _BOX[1] + (n_rows + 1) * _FRAME
    left = middle - width / 2
    parts = [f'<rect class="frame" x="{left:g}" y="{top:g}" width="{width}" height="{height}" rx="8"/>']
    for k, name in enumerate(group):
        x = left + _FRAME + k % 3 * (_BOX[0] + _FRAME)
        parts += _folder(name, x, top + _FRAME + k // 3 * (_BOX[1] + _FRAME))
    return parts, height


def _folder(name: str, left: float, top: float) -> list[str]:
    """A box with the name of a folder, the first line of its docstring, and the folders in it."""
    path = _stages()[0] if name == EACH else ROOT / name
    about = (ast.get_docstring(ast.parse((path / "__init__.py").read_text("utf-8"))) or "").splitlines()[0]
    inner = "" if name == STAGES else ", ".join(sorted(package.parent.name for package in _packages(path)))
    if name == EACH:
        about, inner = "All of one stage.", ", ".join(folder.name for folder in _stages())
    lines = [("name", name)]
    lines += [("", line) for line in textwrap.wrap(about.replace("*", ""), 42)]
    lines += [("inner", line) for line in textwrap.wrap(inner, 42)]
    box = f'<rect class="box" x="{left:g}" y="{top:g}" width="{_BOX[0]}" height="{_BOX[1]}" rx="6"/>'
    return [box] + [
        f'<text class="{kind}" x="{left + 12:g}" y="{top + 20 + k * _LINE:g}">{escape(line)}</text>'
        for k, (kind, line) in enumerate(lines)
    ]


if __name__ == "__main__":
    PICTURE.write_text(draw(), "utf-8")
