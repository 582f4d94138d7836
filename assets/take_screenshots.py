"""Take the pictures of the documentation from the real window: ``python -m assets.take_screenshots [CHAPTER ...]``.

Chapters are those of `CHAPTERS`; without any, all are taken. A chapter takes two to four minutes. Needs a display (Xvfb
will do) of at least 1600 × 1000 pixels.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

import assets
from app.scene.camera import fitted
from app.shell.log_file import LogFile
from app.shell.main_window import MainWindow
from app.stages.training.display import TrainingDisplay
from app.state.selection import Pick, Selection
from app.state.settings import Settings
from app.state.workspace import StageState, Workspace
from app.style.theme import Theme
from core.io.writers.mesh import MeshToWrite, write_mesh

FOLDER = Path(__file__).parent / "docs"
SECONDS = 60.0
PLACE = (2.0, -20.0, 11.0)
"""A point before the belly: the vertex nearest to it is picked."""
WALK = (14.0, -12.0, 4.0), (-14.0, -12.0, 16.0)
"""Places near the ends of a walk: a knee and the shoulder across."""
CLOSE, CLOSER_DOWN = 2.4, 210.0
"""How much nearer the face is looked at, and how far down the figure moves for it, in pixels."""
N_NOISY = 70_000
DATA = Path(os.environ.get("BUDAI_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
"""Folder of real scans, which do not come with the program."""
MUG, FACE = "table_mug_stereo.pcd", "girl_face_rgb.ply"
CLOSED = "spot/spot.obj"
VIEWS = {MUG: ((0.35, -0.55, -1.0), (0.0, -1.0, 0.0)), FACE: ((-0.12, 0.2, -1.0), (-1.0, 0.0, 0.0))}
"""From where each is seen, and what is up."""
BEND = 1.2
"""How far the top of the other pose of the figurine is turned about its axis, in radians."""
SMALL = (64, 64, 64)
"""Hidden widths of the networks whose cells are shown: few enough for their cells to be seen in a small picture."""


class Photographer:
    """The window with somebody who uses it."""

    def __init__(self, application: QApplication, folder: Path) -> None:
        self._application = application
        self.theme = Theme("light")
        self.theme.apply(application)
        self.workspace, self.selection = Workspace(), Selection()
        settings, log = Settings(folder), LogFile(folder)
        self.window = MainWindow(self.workspace, self.selection, self.theme, settings, log)
        self.window.resize(1600, 1000)
        self.window.show()
        self.window.files.open_path(str(assets.sample_path("laughing_figurine")))
        self.wait(lambda: self.workspace.project.source is not None, 30.0)
        self.workspace.show_stage("training")
        self.workspace.workers.prepare()

    def wait(self, until: Callable[[], bool] = lambda: False, seconds: float = 2.0) -> None:
        """Let the window work until something is so, or for some seconds."""
        end = time.monotonic() + seconds
        while not until() and time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.002)

    def rest(self) -> None:
        """Wait until nothing has been computed for a second."""
        quiet = time.monotonic()
        while time.monotonic() - quiet < 1.0:
            self.wait(seconds=0.05)
            grid = self.window.grid
            if any(
                part.is_busy
                for views in (grid.stages[key] for key in ("cells", "denoising", "generation", "maps"))
                for part in views.pending()
            ):
                quiet = time.monotonic()

    def take(self, name: str, mode: str, size: tuple[int, int] = (1600, 1000)) -> None:
        """Save what is seen."""
        self.theme.set_mode(mode)
        self.window.resize(*size)
        self.rest()
        self.wait(seconds=4.0)
        self.window.grab().save(str(FOLDER / f"{name}.png"))

    def vertex(self, place: tuple[float, float, float]) -> int:
        """Return the vertex nearest to a place."""
        source = self.workspace.project.source
        assert source is not None
        assert source.has_faces
        return int(np.linalg.norm(source.surface.vertices - place, axis=1).argmin())

    def pick(self) -> None:
        """Pick a point of the belly."""
        self.selection.pick(Pick(self.vertex(PLACE), "surface"))

    def run(self, stage: str, seconds: float) -> None:
        """Run a stage to its end."""
        self.workspace.show_stage(stage)
        self.workspace.run_stage(stage)
        self.wait(lambda: self.workspace.state(stage) is not StageState.RUNNING, seconds)

    def open_scan(self, name: str) -> bool:
        """Open a real scan; say so and return False where it is not there."""
        if not (DATA / name).is_file():
            sys.stderr.write(f"Skipped: {name} is not in {DATA}. Set BUDAI_TEST_DATA to the folder that holds it.\n")
            return False
        former = self.workspace.project.source
        self.window.files.open_path(str(DATA / name))
        self.wait(lambda: self.workspace.project.source is not former, 60.0)
        self.rest()
        return True

    def before_and_after(self, name: str, scan: str, color_by: str) -> None:
        """Save noisy and denoised points beside each other."""
        views, grid = self.window.grid.stages["denoising"], self.window.grid
        self.theme.set_mode("light")
        views.scene.set_color_by(color_by)
        self.rest()
        shown = views.scene.shown
        assert shown is not None
        canvas = views.before.canvas
        direction, up = VIEWS[scan]
        camera = fitted(shown.cloud.points, canvas.width() / canvas.height(), direction, up)
        canvas.set_camera(camera)
        canvas.camera_changed.emit(camera)
        self.rest()
        pictures = [grid.picture(view, 2) for view in ("surface", "reconstruction")]
        side_by_side(pictures).save(str(FOLDER / f"{name}.png"))

    def close(self, folder: Path) -> None:
        """Close the window; nothing is to be kept, so nobody is to be asked."""
        self.workspace.mark_saved(folder / "figurine.budai")
        self.window.close()
        self.workspace.close()


def training(photographer: Photographer) -> None:
    """Train and show it on the way."""
    workspace = photographer.workspace
    photographer.take("start_light", "light")
    workspace.set_options("training", replace(workspace.options("training"), seconds=SECONDS))
    photographer.theme.set_mode("dark")
    photographer.wait(seconds=6.0)
    workspace.run_stage("training")
    photographer.wait(seconds=0.45 * SECONDS)
    photographer.pick()
    photographer.take("training_dark", "dark")
    photographer.wait(lambda: workspace.state("training") is not StageState.RUNNING, 4 * SECONDS)
    photographer.take("trained_light", "light")
    photographer.take("trained_dark", "dark")
    photographer.take("small_light", "light", (1280, 720))


def cells(photographer: Photographer) -> None:
    """Show the cells of small networks, by pattern and by area factor."""
    workspace, grid = photographer.workspace, photographer.window.grid
    options = workspace.options("training")
    small = replace(options, seconds=SECONDS, encoder=SMALL, decoder=SMALL, detail=False)
    workspace.set_options("training", small)
    photographer.run("training", 4 * SECONDS)
    workspace.set_options("cells", replace(workspace.options("cells"), complexity=True))
    photographer.run("cells", SECONDS)
    photographer.rest()
    photographer.pick()
    photographer.take("cells_light", "light")
    for view in ("surface", "latent", "reconstruction"):
        grid.set_color_by(view, "area_factor")
    photographer.take("cells_dark", "dark")


def points(photographer: Photographer) -> None:
    """Denoise points, then draw new ones and walk between two codes."""
    workspace, grid = photographer.workspace, photographer.window.grid
    workspace.set_options("training", replace(workspace.options("training"), seconds=SECONDS))
    photographer.run("training", 6 * SECONDS)
    workspace.set_options("denoising", replace(workspace.options("denoising"), count=N_NOISY, seed=7))
    photographer.run("denoising", 6 * SECONDS)
    photographer.rest()
    shown = grid.stages["denoising"].scene.shown
    assert shown is not None
    before = np.linalg.norm(shown.cloud.denoising.noisy - PLACE, axis=1)
    photographer.selection.pick(grid.stages["denoising"].scene.pick_at(int(before.argmin()), "surface"))
    photographer.take("denoise_dark", "dark")
    photographer.selection.pick(None)
    training = workspace.project.training
    assert training is not None
    start, stop = (tuple(0.999 * training.codes[photographer.vertex(place)]) for place in WALK)
    options = replace(workspace.options("generation"), origin="gaussian", start=start, stop=stop)
    workspace.set_options("generation", options)
    photographer.run("generation", 6 * SECONDS)
    photographer.take("generate_light", "light")


def transport(photographer: Photographer) -> None:
    """Show what the detail layer gains, then solve the transport."""
    workspace, grid = photographer.workspace, photographer.window.grid
    workspace.set_options("training", replace(workspace.options("training"), seconds=SECONDS))
    photographer.run("training", 6 * SECONDS)
    for view in (grid.surface, grid.reconstruction):
        view.set_color_by("none")
    grid.surface.canvas.zoom(CLOSE)
    grid.surface.canvas.pan(0.0, CLOSER_DOWN)
    photographer.rest()
    pictures = [grid.picture("surface", 2)]
    for decoder, words in (("network", "the network alone"), ("detail", "with detail")):
        workspace.set_display("training", TrainingDisplay(decoder))
        photographer.wait(lambda words=words: grid.reconstruction.header.caption.endswith(words), SECONDS)
        photographer.rest()
        pictures.append(grid.picture("reconstruction", 2))
    side_by_side(pictures).save(str(FOLDER / "detail.png"))
    grid.reset_cameras()
    photographer.run("transport", 6 * SECONDS)
    photographer.rest()
    photographer.pick()
    photographer.take("transport_light", "light")


def face(photographer: Photographer) -> None:
    """Denoise a noisy copy of a scanned face."""
    if not photographer.open_scan(FACE):
        return
    workspace = photographer.workspace
    workspace.set_options("training", replace(workspace.options("training"), seconds=SECONDS))
    photographer.run("training", 6 * SECONDS)
    workspace.set_options("denoising", replace(workspace.options("denoising"), count=2 * N_NOISY, compare=False))
    photographer.run("denoising", 6 * SECONDS)
    photographer.before_and_after("denoise_face", FACE, "distance")


def mug(photographer: Photographer) -> None:
    """Denoise a stereo scan blind."""
    if photographer.open_scan(MUG):
        photographer.run("denoising", 20 * SECONDS)
        photographer.before_and_after("denoise_mug", MUG, "moved")


def atlas(photographer: Photographer) -> None:
    """Train an atlas of a closed surface, and lay the grid of one chart into the disk of another."""
    if not photographer.open_scan(CLOSED):
        return
    workspace, window = photographer.workspace, photographer.window
    photographer.run("preparation", SECONDS)
    workspace.set_options("training", replace(workspace.options("training"), seconds=SECONDS))
    photographer.run("training", 6 * SECONDS)
    workspace.show_stage("preparation")
    cover = workspace.whole.preparation.cover
    workspace.show_chart(int(np.argmax([len(patch) for patch in cover.patches])))
    photographer.rest()
    shared = [len(cover.shared(workspace.chart, other)) for other in range(len(cover))]
    shared[workspace.chart] = 0
    neighbour = int(np.argmax(shared))
    places = cover.shared(workspace.chart, neighbour)[:, 0]
    photographer.selection.pick(Pick(int(places[len(places) // 2]), "surface"))
    window.grid.latent.disks.compared.emit(neighbour)
    photographer.take("atlas_light", "light")


def maps(photographer: Photographer) -> None:
    """Map a teaching surface to itself bent, and stop half way."""
    workspace, window = photographer.workspace, photographer.window
    options = replace(workspace.options("training"), seconds=SECONDS)
    workspace.set_options("training", options)
    source = workspace.project.source
    assert source is not None
    vertices = source.surface.vertices
    height = np.ptp(vertices[:, 2])
    turn = BEND * (vertices[:, 2:] - vertices[:, 2].min()) / height
    across = vertices[:, :1] * np.cos(turn) - vertices[:, 1:2] * np.sin(turn)
    along = vertices[:, :1] * np.sin(turn) + vertices[:, 1:2] * np.cos(turn)
    with tempfile.TemporaryDirectory() as folder:
        bent = Path(folder) / "bent.ply"
        write_mesh(MeshToWrite(np.hstack([across, along, vertices[:, 2:]]), source.surface.faces), bent)
        photographer.run("training", 6 * SECONDS)
        workspace.set_options("maps", replace(workspace.options("maps"), other=str(bent)))
        photographer.run("maps", 6 * SECONDS)
    workspace.set_display("maps", replace(workspace.display("maps"), moment=0.5))
    window.grid.show_fourth("maps/figures")
    photographer.pick()
    photographer.take("maps_light", "light")


def side_by_side(pictures: Sequence[QImage]) -> QImage:
    """Return pictures of one size beside each other."""
    width, height = (min(size) for size in zip(*((one.width(), one.height()) for one in pictures), strict=True))
    whole = QImage(width * len(pictures), height, QImage.Format.Format_RGB32)
    whole.fill(Qt.GlobalColor.white)
    painter = QPainter(whole)
    for k, picture in enumerate(pictures):
        painter.drawImage(k * width, 0, picture)
    painter.end()
    return whole.scaledToWidth(1600, Qt.TransformationMode.SmoothTransformation)


CHAPTERS: Mapping[str, Callable[[Photographer], None]] = {
    "training": training,
    "cells": cells,
    "points": points,
    "transport": transport,
    "face": face,
    "atlas": atlas,
    "mug": mug,
    "maps": maps,
}
"""What is shown, each in a window of its own."""


def main() -> None:
    """Take the pictures of the chapters that are named."""
    application = QApplication(sys.argv[:1])
    FOLDER.mkdir(exist_ok=True)
    for chapter in sys.argv[1:] or list(CHAPTERS):
        with tempfile.TemporaryDirectory() as folder:
            photographer = Photographer(application, Path(folder))
            CHAPTERS[chapter](photographer)
            photographer.close(Path(folder))


if __name__ == "__main__":
    main()
