"""Uses a whole program in a process of its own, for `test_stages`: what it prints is what it found, as JSON.

Called with the file of a project, a folder to write into, and keys of results that the project should not have lost.
"""

import json
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

from PySide6.QtWidgets import QApplication

import app
from app.cli import main
from app.command_line.parser import command_names, parser
from app.command_line.report_file import run_report
from app.shell.log_file import LogFile
from app.shell.main_window import MainWindow
from app.stages import rows
from app.stages.exporting import available, export_file, export_run
from app.state.selection import Selection
from app.state.settings import Settings
from app.state.workspace import Workspace
from app.style.theme import Theme
from core.session.project_file import open_project, save_project
from tests.app.chrome_room import StillWorkers, finish


def used(project_file: Path, folder: Path) -> dict[str, object]:
    """Return what the program has, after it has done all of it once."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        import_module(module.name)
    names = command_names(parser())
    project = open_project(project_file)
    application = QApplication([])
    theme = Theme("light")
    theme.apply(application)
    workspace = Workspace(StillWorkers())
    window = MainWindow(workspace, Selection(), theme, Settings(folder / "config"), LogFile(folder / "state"))
    window.show()
    workspace.start_over(project)
    for key in list(window.column.panels):
        window.actions_by_key.trigger(f"stage_{key}")
        application.processEvents()
    looks = {key: panel.header.look.words for key, panel in window.column.panels.items()}
    ran = None
    if "count" in workspace.works:
        job = workspace.run_stage("count")
        *inputs, options = workspace.workers.started[-1][2]
        work = workspace.workers.started[-1][1](*inputs, options)
        while True:
            try:
                next(work)
            except StopIteration as end:
                finish(job, end.value)
                break
        ran, project = window.column.panels["count"].header.look.words, workspace.project
        save_project(project, folder / "counted.budai")
        assert main(["count", str(folder / "counted.budai")]) == 0
    exports = {}
    for one in available(project):
        for suffix in one.formats(project):
            export_file(project, folder / f"{one.key}.{suffix}", one.key)
        exports[one.key] = list(one.formats(project))
    written = [path.name for path in export_run(project, folder)]
    window.may_discard = lambda then: True
    window.close()
    return {
        "rows": [row.key for row in rows()],
        "commands": sorted(names),
        "looks": looks,
        "ran": ran,
        "exports": exports,
        "written": written,
        "report": sorted(key for key, part in run_report(project, "0", {}, 1).items() if part is not None),
        "actions": sorted(window.actions_by_key.actions),
        "saved": sorted(open_project(folder / "counted.budai").results) if ran else [],
    }


if __name__ == "__main__":
    sys.stderr.write("\n")
    found = used(Path(sys.argv[1]), Path(sys.argv[2]))
    Path(sys.argv[2], "found.json").write_text(json.dumps(found))
