"""Imports point one way only, in one order of folders, and torch stays in one of them."""

import ast
import importlib
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
QT = {"PySide6", "pyqtgraph", "qtawesome", "superqt", "pyvistaqt"}
VTK = {"pyvista", "vtk", "vtkmodules", "pyvistaqt"}


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every module that a file imports, anywhere in it, with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


FORBIDDEN = [
    ("core", QT | VTK | {"app", "assets"}),
    ("app/scene", QT),
    ("app/command_line", QT),
    ("app", {"torch"}),
    ("budai", QT | VTK | {"torch"}),
]


@pytest.mark.parametrize(("folder", "forbidden"), FORBIDDEN, ids=[f for f, _ in FORBIDDEN])
def test_imports_point_one_way(folder, forbidden):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for module, line in imported(path)
        if any(module == name or module.startswith(f"{name}.") for name in forbidden)
    ]
    assert wrong == []


ORDER = {
    "core": (
        *("base", "process", "data", "geometry", "relu", "charts", "atlas", "cloud", "cells", "transport", "embedding"),
        *("evaluation", "training", "denoising", "generation", "generators", "unfolding", "maps", "claims", "bench"),
        *("io", "session"),
    ),
    "app": (
        *(
            "scene",
            "style",
            "widgets",
            "stages",
            "process",
            "state",
            "views",
            "command_line",
            "stages/KEY",
            "claims",
            "bench",
            "composer",
            "shell",
        ),
        *("__main__", "cli"),
    ),
}
"""The folders of core and of app: each imports from those before it. Stages are listed early, by their names alone."""


def modules(top: str) -> dict[str, Path]:
    """Every module below a folder by its name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((ROOT / top).rglob("*.py"))
    }


def imports_between(known: dict[str, Path]) -> dict[str, set[str]]:
    """Which of some modules each of them imports, at its top, within functions, or for types alone."""
    found = {}
    for name, path in known.items():
        lines = {module for module, _ in imported(path)}
        named = {
            f"{node.module}.{alias.name}"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        files = named & known.keys()
        found[name] = (files | (lines & known.keys() - {file.rpartition(".")[0] for file in files})) - {name}
    return found


KEYS = {
    "source",
    "preparation",
    "training",
    "cells",
    "transport",
    "denoising",
    "row_denoising",
    "generation",
    "comparison",
    "unfolding",
    "maps",
    "export",
}
"""Keys of the stages; each is named in its folder and in two lists, and nowhere else."""


def folder_of(name: str) -> str:
    """Return the folder of core or app that a module lies in; a stage's own for what lies in the folder of a stage."""
    parts = name.split(".")
    return "stages/KEY" if parts[1] == "stages" and len(parts) > 2 and parts[2] in KEYS else parts[1]


@pytest.mark.parametrize("top", ["core", "app"])
def test_the_folders_have_one_order(top):
    known = {name: path for name, path in modules(top).items() if "." in name}
    order = ORDER[top]
    assert {folder_of(name) for name in known} == set(order)
    wrong = [
        f"{name} imports {other}"
        for name, others in imports_between(known).items()
        for other in sorted(others)
        if order.index(folder_of(other)) > order.index(folder_of(name))
    ]
    assert wrong == []


@pytest.mark.parametrize("top", ["core", "app"])
def test_no_file_imports_itself_through_others(top):
    ahead = imports_between(modules(top))
    while ends := {
        name
        for name, others in ahead.items()
        if not others & ahead.keys() or not any(name in other for other in ahead.values())
    }:
        ahead = {name: others for name, others in ahead.items() if name not in ends}
    assert set(ahead) == set()


LISTED = {ROOT / "app" / "stages" / "__init__.py"}


def test_only_a_stage_names_itself():
    stages = ROOT / "app" / "stages"
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} names {node.value}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        if path not in LISTED and path.parent.name not in KEYS and not KEYS & set(path.relative_to(ROOT).parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in KEYS
    ]
    # A command and its icon, the title of a job; and the parts that the format of a report tells the time of.
    allowed = {"export": 4, "cells": 1, "transport": 1}
    assert all(path.is_dir() for path in (stages / key for key in KEYS))
    counts = {key: sum(line.endswith(f"names {key}") for line in wrong) for key in KEYS}
    assert all(count <= allowed.get(key, 0) for key, count in counts.items()), wrong


def test_the_folders_of_app_stay_small():
    files = sorted((ROOT / "app").rglob("*.py"))
    folders = {path.parent for path in files}
    crowded = {folder: n for folder in folders if (n := sum(1 for _ in folder.glob("*.py")) - 1) > 25}
    assert crowded == {}


def test_torch_stays_in_the_training_folder():
    training = ROOT / "core" / "training"
    wrong = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "core").rglob("*.py"))
        if training not in path.parents and any(module.split(".")[0] == "torch" for module, _ in imported(path))
    ]
    assert wrong == []


def test_the_window_and_the_pipeline_start_without_torch():
    light = "core.session.stages, core.session.project_file, app.state.workspace, core.bench.record, core.bench.bench"
    code = f"import sys, {light}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_window_opens_without_what_takes_long_to_import():
    slow = {"torch", "trimesh", "scipy.stats", "scipy.optimize", "pandas", "matplotlib"}
    opened = "import sys, app.shell.main_window; from app.stages import rows; [row.view() for row in rows()]"
    code = f"{opened}; print(sorted({slow!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_exceptions_are_caught_wholesale_only_where_jobs_run():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("core", "app")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != ROOT / "core" / "process" / "worker.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException"))
    ]
    assert wrong == []


def test_kernels_let_go_of_the_interpreter():
    """A kernel that holds it keeps Ctrl+C, and the threads beside it, waiting until it ends."""
    from numba.core.registry import CPUDispatcher

    names = [
        f"{folder}.{'.'.join(path.relative_to(ROOT / folder).with_suffix('').parts)}"
        for folder in ("core", "app")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "njit" in path.read_text("utf-8")
    ]
    kernels = {
        f"{name}.{key}": value
        for name in names
        for key, value in vars(importlib.import_module(name)).items()
        if isinstance(value, CPUDispatcher)
    }
    assert len(kernels) > 200
    assert [name for name, kernel in kernels.items() if not kernel.targetoptions.get("nogil")] == []


NESTING = {ROOT / "core" / "base" / "progress.py", ROOT / "core" / "process" / "worker.py"}


def test_works_are_driven_and_nested_in_one_place_each():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("core", "app")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path not in NESTING
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", "") == "StopIteration"
    ]
    assert wrong == []


def uncounted(path: Path) -> Iterator[str]:
    """Yield the counts that a file puts before a plural without commas at the thousands."""
    nouns = "points|vertices|faces|triangles|facets|bytes|corners|edges|lines|steps|samples|cells|sites|nodes"
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            for value, text in itertools.pairwise(node.values):
                is_plain = isinstance(value, ast.FormattedValue) and value.format_spec is None
                is_call = (
                    is_plain and isinstance(value.value, ast.Call) and getattr(value.value.func, "id", "") != "len"
                )
                if (
                    is_plain
                    and not is_call
                    and isinstance(text, ast.Constant)
                    and re.match(rf" (of \S+ )?({nouns})\b", text.value)
                ):
                    yield f"{path.relative_to(ROOT)}:{value.lineno} {ast.unparse(value.value)}{text.value}"


def test_counts_have_commas_at_the_thousands():
    found = [
        line for folder in ("core", "app") for path in sorted((ROOT / folder).rglob("*.py")) for line in uncounted(path)
    ]
    assert found == []


MOST_QUESTIONS = 5


def test_only_data_asks_what_kind_a_source_is():
    kinds = {"Surface", "PointCloud", "Table"}
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("core", "app", "assets")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if ROOT / "core" / "data" not in path.parents
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance" and len(node.args) == 2
        if kinds & {name.id for name in ast.walk(node.args[1]) if isinstance(name, ast.Name)}
    ]
    assert len(asked) <= MOST_QUESTIONS, asked


def test_the_folders_of_core_stay_small():
    counts = {
        str(folder.relative_to(ROOT)): len(list(folder.glob("*.py")))
        for folder in [ROOT / "core", *(ROOT / "core").rglob("*")]
        if folder.is_dir() and folder.name != "__pycache__"
    }
    assert {folder: count for folder, count in counts.items() if count > MOST_FILES} == {}


MOST_FILES, MOST_LINES, MOST_OF_A_FUNCTION = 26, 400, 60  # a folder: 25, and what makes it a package
LONG = {"core/training/train.py", "core/relu/local_network.py", "app/widgets/canvas/surface_canvas.py"}
"""Files that are longer: may only become fewer."""


def test_files_stay_short():
    long = {
        str(path.relative_to(ROOT))
        for folder in ("core", "app")
        for path in (ROOT / folder).rglob("*.py")
        if len(path.read_text("utf-8").splitlines()) > MOST_LINES
    }
    assert long <= LONG


def test_functions_stay_short():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for folder in ("core", "app")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        if node.end_lineno - node.body[min(ast.get_docstring(node) is not None, len(node.body) - 1)].lineno
        >= MOST_OF_A_FUNCTION
    ]
    assert long == []


CALLED = {
    "PySide6-Essentials": "PySide6",
    "POT": "ot",
    "pillow": "PIL",
    "scikit-learn": "sklearn",
    "opencv-python-headless": "cv2",
}
"""What a package is imported as, where that is not its name."""


def test_every_dependency_is_imported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.match(r"[\w-]+", text).group() for text in project["dependencies"]]
    used = {
        module.split(".")[0]
        for folder in ("core", "app")
        for path in (ROOT / folder).rglob("*.py")
        for module, _ in imported(path)
    }
    assert [name for name in names if CALLED.get(name, name) not in used] == []


@pytest.mark.parametrize(("line", "is_wrong"), [("print(unknown)", True), ('x: Float[np.ndarray, " n"]', False)])
def test_ruff_finds_undefined_names_and_leaves_shapes_alone(line, is_wrong):
    code = f"import numpy as np\nfrom jaxtyping import Float\n\nnone: Float[np.ndarray, 'm 2']\n{line}\n"
    command = [sys.executable, "-m", "ruff", "check", "-q", "--stdin-filename", "core/sample.py", "-"]
    done = subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False)
    assert re.findall(r"F\d+", done.stdout) == ["F821"] * is_wrong, done.stdout + done.stderr


def test_no_window_is_held_by_what_outlives_it():
    """A lambda that a signal of the theme or of the settings is connected to would hold its widget as long as these."""

    def shared(node: ast.expr) -> bool:
        return ast.unparse(node).endswith(("theme.changed", "settings.changed"))

    def has_lambda(node: ast.AST) -> bool:
        calls = (one for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute))
        return any(call.func.attr == "connect" and isinstance(call.args[0], ast.Lambda) for call in calls)

    wrong = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
                found = any(map(shared, node.iter.elts)) and has_lambda(node)
            else:
                found = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and has_lambda(node)
                found = found and shared(getattr(node.value.func, "value", node.value))
            if found:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []
