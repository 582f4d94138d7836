"""How quick the stage *Cells* is in the window: picking at a million cells, and decompositions while training.

Run on request: ``python -m tests.benchmarks.cells_window``. Prints medians of CPU and wall time; judges nothing.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from app.shell.log_file import LogFile
from app.shell.main_window import MainWindow
from app.stages.cells.presenter import live_cells
from app.state.selection import Pick, Selection
from app.state.settings import Settings
from app.state.workspace import Workspace
from app.style.theme import Theme
from core.cells.cells import Cells
from core.charts.autoencoder import Autoencoder
from core.relu.decomposition import decompose, disk_polygon
from tests.app.chrome_room import StillWorkers
from tests.benchmarks.cells_duel import WIDTHS, network
from tests.core.make import bumpy_disk, projection, random_relu_map, trained_project

LARGE = (2, 560, 560, 560, 3)
"""A decoder of more than a million cells in the disk."""
PICKS = 60


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def line(name: str, seconds: list[tuple[float, float]]) -> None:
    """Print medians and maxima in milliseconds."""
    cpu, wall = (1e3 * np.array(part) for part in zip(*seconds, strict=True))
    say(
        f"{name}: median {np.median(cpu):.2f} ms CPU, {np.median(wall):.2f} ms wall; "
        f"longest {cpu.max():.2f} ms CPU, {wall.max():.2f} ms wall ({len(cpu)} times)"
    )


def timed(function, *arguments) -> tuple[float, float]:
    """Return the CPU time of this thread, and the wall time, of a call."""
    cpu, wall = time.thread_time(), time.perf_counter()
    function(*arguments)
    return time.thread_time() - cpu, time.perf_counter() - wall


def large_project():
    """Return a project whose decoder has more than a million cells."""
    project = trained_project(bumpy_disk(40))
    decoder = random_relu_map(LARGE, 7)
    scale = project.training.autoencoder.scale
    networks = Autoencoder(projection(), decoder, np.zeros(3), scale)
    training = type(project.training)(**{**project.training.__dict__, "autoencoder": networks})
    cells, seconds = decompose(decoder, disk_polygon()), 0.0
    say(f"decoder {'-'.join(map(str, LARGE))}: {cells.n_cells:,} cells")
    return project.updated(training=training).updated(cells=Cells(cells, None, None, {"decoder": seconds}))


def picks(application: QApplication) -> None:
    """Time what the window does in its own thread between a click and the inspector."""
    with tempfile.TemporaryDirectory() as folder:
        theme = Theme("light")
        theme.apply(application)
        workspace, selection = Workspace(StillWorkers()), Selection()
        window = MainWindow(workspace, selection, theme, Settings(Path(folder)), LogFile(Path(folder)))
        window.show()
        workspace.show_stage("cells")
        workspace.start_over(large_project())
        grid = window.grid

        def spin(ready, seconds=300.0):
            end = time.monotonic() + seconds
            while not ready() and time.monotonic() < end:
                application.processEvents()
                time.sleep(0.01)

        spin(
            lambda: (
                grid.stages["cells"].presenter.shown is not None
                and grid.stages["cells"].presenter.shown.figures is not None
            )
        )
        spin(lambda: not any(part.is_busy for part in grid.stages["cells"].pending()))
        rng = np.random.default_rng(0)
        facts, told, whole, vertices = [], [], [], []
        shown = [(0.0, 0.0)]
        # Connected after the inspector's own slot: called when it is filled.
        grid.stages["cells"].picked_changed.connect(lambda _: shown.append((time.thread_time(), time.perf_counter())))
        for k in range(PICKS):
            radius, angle = np.sqrt(rng.random()), 2 * np.pi * rng.random()
            code = (float(radius * np.cos(angle)), float(radius * np.sin(angle)))
            mark = grid.stages["cells"].mark_at(code)
            facts.append(timed(grid.stages["cells"].facts, mark)) if mark is not None else None
            start = time.thread_time(), time.perf_counter()
            whole.append(timed(selection.pick, Pick(k, "latent", code)))
            told.append((shown[-1][0] - start[0], shown[-1][1] - start[1]))
            spin(lambda: False, 0.1)
            vertices.append(timed(selection.hover, Pick(k, "surface")))
            spin(lambda: False, 0.1)
        line("cell, pattern, map and singular values of a place", facts)
        line("click to inspector", told)
        line("click to inspector, all views told", whole)
        line("hover, all views told", vertices)
        window.may_discard = lambda then: True
        window.close()


def live() -> None:
    """Time full decompositions as they are done while training."""
    for is_trained in (False, True):
        decoder = network(WIDTHS["b"], is_trained)
        live_cells(decoder, 0.0)
        found = []
        for _ in range(25):
            cpu, wall = time.process_time(), time.perf_counter()
            shown = live_cells(decoder, 0.0)
            found.append((time.process_time() - cpu, time.perf_counter() - wall))
        name = "trained" if is_trained else "random"
        line(f"net b, {name}: {shown.plane.cells.n_cells:,} cells in the disk, decomposed in full", found)
        say(f"  {1.0 / np.median([cpu for cpu, _ in found]):.1f} decompositions for each second of CPU time")


if __name__ == "__main__":
    what = sys.argv[1:] or ["live", "picks"]
    if "live" in what:
        live()
    if "picks" in what:
        picks(QApplication(sys.argv[:1]))
        sys.stdout.flush()
        os._exit(0)
