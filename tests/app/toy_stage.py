"""A stage that does little, as one module for each half of its row: what somebody writes who adds one."""

FILES = {
    "__init__.py": '"""The stage *Count*: how many vertices there are."""\n',
    "stage.py": '''"""The row of the stage *Count*."""

from app.stages.count.work import WORK
from app.stages.row import StageRow

ROW = StageRow(
    "count",
    window="app.stages.count.window",
    files="app.stages.count.files",
    command="app.stages.count.command",
    work=WORK,
    phases={"Counting": 1.0},
)
''',
    "work.py": '''"""Counting."""

from dataclasses import dataclass, field

from core.base.progress import Progress
from core.session.packed import Packed
from core.session.stages import Stage


@dataclass(frozen=True)
class CountOptions:
    """How to count."""

    step: int = field(default=1, metadata={"label": "Step", "minimum": 1, "maximum": 9, "tooltip": "Count by so many."})


def count(source, options):
    """Count vertices."""
    yield Progress(0.5, "Counting")
    return len(source.surface.vertices) // options.step


def pack(result):
    """Return what goes into a project file."""
    return Packed({"n": result})


def unpack(packed, results, file):
    """Return what `pack` has stored."""
    return int(packed.about["n"])


WORK = Stage("count", CountOptions, count, ("source",), pack=pack, unpack=unpack)
''',
    "window.py": '''"""How the stage *Count* looks in the window."""

from app.views.look import StageView


def view():
    """Return the half of its row that the window needs."""
    return StageView(
        "count",
        "Count",
        "How many vertices there are.",
        "ruler",
        "Count",
        "Count again",
        lambda project: (f"{project.count} vertices", str(project.count)),
        job=("Counting", "Counted"),
        finished=lambda project: f"{project.count} vertices",
    )
''',
    "files.py": '''"""What is written of the stage *Count*."""

from app.stages.files import Exportable, StageFiles


def write(project, path):
    """Write the number."""
    path.write_text(str(project.count))


FILES = StageFiles(
    exports=(
        Exportable(
            "number", "Number", "How many.", "_number", lambda project: ("txt",) if project.count else (), write
        ),
    ),
    report=lambda project: {"count": project.count},
)
''',
    "command.py": '''"""The command `budai count`."""

from pathlib import Path

from app.command_line.terminal import write_lines


def add(command):
    """Add the command to the command line."""
    count = command("count", _count, "Say how many vertices a saved project has.")
    count.add_argument("project", metavar="P.budai", type=Path)


def _count(options):
    from core.session.project_file import open_project

    write_lines(str(open_project(options.project).count))
    return 0
''',
}
