"""Take the pictures of the README from the real window: ``python -m assets.take_screenshots`` (about four minutes).

Needs a display (Xvfb will do) of at least 1600 × 1000 pixels.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

import assets
from app.log_file import LogFile
from app.main_window import MainWindow
from app.selection import Pick, Selection
from app.settings import Settings
from app.theme import Theme
from app.workspace import StageState, Workspace
from core.surface.surface import Surface

FOLDER = Path(__file__).parent / "docs"
SECONDS = 60.0
PLACE = (2.0, -20.0, 11.0)
"""A point before the belly: the vertex nearest to it is picked."""


def main() -> None:
    """Drive the window through a training and save what it shows on the way."""
    application = QApplication(sys.argv[:1])
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        theme = Theme("light")
        theme.dress(application)
        workspace, selection = Workspace(), Selection()
        window = MainWindow(workspace, selection, theme, settings, LogFile(Path(folder)))
        window.resize(1600, 1000)
        window.show()
        _take_all(application, window, workspace, selection, theme)
        workspace.mark_saved(Path(folder) / "figurine.budai")  # nothing is to be kept, so nobody is to be asked
        window.close()
        workspace.close()


def _take_all(
    application: QApplication, window: MainWindow, workspace: Workspace, selection: Selection, theme: Theme
) -> None:
    def spin(until: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not until() and time.monotonic() < end:
            application.processEvents()
            time.sleep(0.002)

    def take(name: str, mode: str, size: tuple[int, int] = (1600, 1000)) -> None:
        theme.set_mode(mode)
        window.resize(*size)
        spin(lambda: False, 2.0)
        window.grab().save(str(FOLDER / f"{name}.png"))

    window.files.open_path(str(assets.sample_path("laughing_figurine")))
    spin(lambda: workspace.project.source is not None, 30.0)
    workspace.show_stage("training")
    workspace.workers.prepare()
    take("start_light", "light")
    workspace.set_options("training", replace(workspace.options("training"), seconds=SECONDS))
    theme.set_mode("dark")
    spin(lambda: False, 6.0)
    workspace.run_stage("training")
    spin(lambda: False, 0.45 * SECONDS)
    source = workspace.project.source
    assert source is not None
    assert isinstance(source.surface, Surface)
    nearest = np.linalg.norm(source.surface.vertices - PLACE, axis=1).argmin()
    selection.pick(Pick(int(nearest), "surface"))
    take("training_dark", "dark")
    spin(lambda: workspace.state("training") is not StageState.RUNNING, 4 * SECONDS)
    take("trained_light", "light")
    take("trained_dark", "dark")
    take("small_light", "light", (1280, 720))


if __name__ == "__main__":
    main()
