"""The page on which a network of a claim is unfolded: its points on their way, and the linking number beneath."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from app.claims.class_look import look_of, write_unfolded
from app.claims.side_column import SideColumn, rule
from app.claims.unfold_words import invariant_words
from app.claims.way_display import COLORS, WayDisplay
from app.process.jobs import Job, Workers
from app.scene.films.camera_path import CameraPath
from app.scene.snapshot import rgb
from app.stages.unfolding.body import UnfoldBody
from app.stages.unfolding.camera_keeper import CameraKeeper
from app.stages.unfolding.edge_lines import edge_lines
from app.stages.unfolding.film_options import FilmOptions
from app.stages.unfolding.scene.look import Look, Shape
from app.stages.unfolding.scene.words import layer_words
from app.stages.unfolding.shown import MILLISECONDS_OF_A_LAYER
from app.style.sentences import said
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.canvas.chips import Chip
from app.widgets.canvas.newest import Newest
from app.widgets.canvas.overlays import Overlay
from app.widgets.canvas.plotter import Lines, Mesh, SurfacePlotter
from app.widgets.canvas.point_canvas import PointCanvas
from app.widgets.combo_box import ComboBox
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import label
from core.base.progress import Progress
from core.claims.ways import Unfolded, Way, unfold_way
from core.geometry.normalization import Frame
from core.unfolding.options import UnfoldOptions

_COLUMN, _POINT, _LINE = 320, 5.0, "grid"


class UnfoldPage(QWidget):
    """One page for the networks of all claims.

    Parameters
    ----------
    theme : Theme
        The look.
    workers : Workers
        Where a way is computed, and a film drawn.
    plotter : SurfacePlotter
        Draws the points.

    Signals
    -------
    back_requested()
        The user wants to see the claim again.
    """

    back_requested = Signal()

    def __init__(self, theme: Theme, workers: Workers, plotter: SurfacePlotter) -> None:
        super().__init__()
        self._theme, self._workers = theme, workers
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="budai-claim")
        self._ways: tuple[Way, ...] = ()
        self.job: Job | None = None
        self._film: Job | None = None
        self.done: Unfolded | None = None
        self.look: Look | None = None
        self.shape: Shape | None = None
        self._drawn: Look | None = None
        self._has_lines = set[str]()
        self.display = WayDisplay()
        self._chosen, self._followed = 0, -1.0
        self.space = PointCanvas(plotter, theme, self._executor, self)
        self.body = UnfoldBody(self.space, theme, self)
        self.body.show()
        self._shapes = Newest(self._executor, self)
        self._shapes.done.connect(self._on_shape)
        self._playing = QVariantAnimation(self, startValue=0.0, endValue=1.0)
        self._playing.valueChanged.connect(self._on_played)
        self._playing.stateChanged.connect(lambda new, _: self._show_playing(new == QVariantAnimation.State.Running))
        self.body.timeline.moved.connect(self.hold)
        self.body.stepped.connect(lambda by: self.hold(self.moment + by))
        self.body.went.connect(lambda share: self.hold(share * self._length))
        self.body.play_requested.connect(self.play)
        self.cameras = CameraKeeper(self.space, self.body.timeline, self._frames, self)
        self.body.camera_kept.connect(lambda: self.cameras.toggle(self.display.moment))
        self._make_column()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(rule())
        row.addWidget(self.body, 1)
        theme.follow(self._restyle)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show_ways(self, title: str, ways: tuple[Way, ...]) -> None:
        """Show the networks of a claim, the first of them at first."""
        self._ways = ways
        self.title.setText(title)
        self.network.clear()
        for k, way in enumerate(ways):
            self.network.addItem(said(way.name), str(k))
        self.choose(0)

    def choose(self, k: int) -> None:
        """Unfold another of the networks."""
        self.end_run()
        self._show(None)
        self.message.setText(tr("Unfolding…"))
        self._chosen, how = k, UnfoldOptions(projection=self.display.projection)
        job = self.job = self._workers.start("unfold a claim", unfold_way, self._ways[k], how)
        job.progressed.connect(self._on_progress)
        job.finished.connect(self._on_unfolded)
        job.failed.connect(self._on_failed)

    def end_run(self) -> None:
        """End what runs."""
        self._playing.stop()
        for job in (self.job, self._film):
            if job is not None:
                job.cancel()
        self.job = self._film = None

    def close_page(self) -> None:
        """Let go of graphics and threads."""
        self.end_run()
        self._shapes.forget()
        self.space.close_plotter()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _on_progress(self, progress: Progress) -> None:
        self.message.setText(progress.message)

    def _on_unfolded(self, done: Unfolded) -> None:
        self.job = None
        self.message.setText("")
        self._show(done)

    def _on_failed(self, text: str) -> None:
        self.job = self._film = None
        self.message.setText(text)

    def _show(self, done: Unfolded | None) -> None:
        self.done, self._drawn, self.shape = done, None, None
        self.display = replace(self.display, moment=0.0)
        self.form.set_value(self.display)
        self.look = None if done is None else self._look(done)
        self.cameras.show(CameraPath())
        self.body.timeline.show_invariant(None if done is None else done.invariant)
        for button in (self.camera_button, self.film_button):
            button.setEnabled(done is not None)
        if self.look is None:
            self._shapes.forget()
            self.space.show_mesh(None)
            for key in self._has_lines:
                self.space.show_lines(key, None)
            self._has_lines.clear()
            self.space.set_overlay(Overlay())
            self.body.timeline.show_moment(None, 0.0, "")
            self.told.setText("")
        self._show_moment()

    def _look(self, done: Unfolded) -> Look:
        return look_of(done, self._theme.palette, COLORS[self.display.color_by])

    def _frames(self) -> tuple[Frame, Frame]:
        assert self.look is not None
        return self.look.drawing_frame, self.look.drawing_frame

    # -- moments -------------------------------------------------------------------------------------------------------

    @property
    def _length(self) -> int:
        return 1 if self.done is None else self.done.made.length

    @property
    def moment(self) -> float:
        """The moment t that is seen."""
        t = self.display.moment * self._length
        return float(round(t)) if abs(t - round(t)) < 1e-3 else t

    def hold(self, moment: float) -> None:
        """Stop playing, and show a moment t."""
        self._playing.stop()
        self._go(moment / self._length)

    def play(self) -> None:
        """Play from here, or from the start where this is the end; stop where it is under way."""
        if self.done is None:
            return
        if self._playing.state() == QVariantAnimation.State.Running:
            self._playing.stop()
            return
        length = max(round(MILLISECONDS_OF_A_LAYER * self._length / self.display.speed), 1)
        start = 0 if self.display.moment >= 1.0 else int(self.display.moment * length)
        self._playing.setDuration(length)
        self._playing.setLoopCount(-1 if self.display.loops else 1)
        self._playing.start()
        self._playing.setCurrentTime(start)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.play()
        elif not self.body.handle_key(event.key()):
            super().keyPressEvent(event)

    def _on_played(self, share: float) -> None:
        if self._playing.state() == QVariantAnimation.State.Running:
            self._go(float(share))

    def _show_playing(self, playing: bool) -> None:
        self.body.show_playing(playing)
        self.space.drawing.set_live(playing)

    def _go(self, share: float) -> None:
        self.display = replace(self.display, moment=round(min(max(share, 0.0), 1.0), 5))
        self.form.set_value(self.display)
        self._show_moment()

    def _take(self, display: Any) -> None:
        old, self.display = self.display, display
        if display.projection != old.projection and self._ways:
            self.choose(self._chosen)
        elif display.color_by != old.color_by and self.done is not None:
            self.look, self._drawn = self._look(self.done), None
            self._show_moment()
        elif display.moment != old.moment:
            self._playing.stop()
            self._show_moment()

    def _show_moment(self) -> None:
        done, look = self.done, self.look
        if done is None or look is None:
            return
        t, made = self.moment, done.made
        self._shapes.submit(_shape_of, look, t)
        if self.display.moment != self._followed:
            self._followed = self.display.moment
            self.cameras.follow(self._followed)
        self.body.timeline.show_moment(made, t, said(layer_words(made, t, in_full=False)))
        chips = [Chip(tr("t = {t} of {n}", t=f"{t:.2f}", n=made.length))]
        mark = made.marks[min(int(t + 0.5), made.length)]
        if mark.width > 3:
            chips.append(Chip(tr("{n} % of the variance seen", n=f"{100.0 * mark.variance_kept:.0f}")))
        if abs(t - round(t)) < 1e-9 and mark.overlaps:
            chips.append(Chip(tr("{n} overlapping pairs", n=f"{mark.overlaps:,}"), "warn"))
        if done.invariant is not None:
            short, words, role = invariant_words(done, t)
            chips.append(Chip(short, role))
            self.told.setText(words)
        self.space.set_overlay(Overlay(chips=tuple(chips)))

    def _on_shape(self, result: tuple[Look, Shape]) -> None:
        look, shape = result
        if look is not self.look:
            return
        self.shape = shape
        dots = slice(None if len(look.made.faces) else look.n_dots)
        if self._drawn is not look:
            self.space.extent = look.extent
            self.space.first_view = "top" if abs(float(look.camera.axes()[2, 2])) > 0.9 else "start"
            normals = None if shape.normals is None else shape.normals[dots]
            self.space.show_mesh(
                Mesh(shape.points[dots], look.made.faces, normals, shape.colors[dots], _POINT), look.drawing_frame
            )
            self._drawn = look
        else:
            normals = None if shape.normals is None else shape.normals[dots]
            self.space.set_shape(shape.points[dots], normals, shape.colors[dots])
        ends = np.empty((0, 2, 3), np.float32) if shape.ends is None else shape.ends
        for key, lines in (edge_lines(shape, ends, self._theme.palette) | {_LINE: self._grid_of(shape)}).items():
            if lines is not None or key in self._has_lines:
                self.space.show_lines(key, lines)
            (self._has_lines.discard if lines is None else self._has_lines.add)(key)

    def _grid_of(self, shape: Shape) -> Lines | None:
        """Return the lines of the grid that goes through a network with the points."""
        if shape.grid is None:
            return None
        n = len(shape.grid)
        tint = np.tile(np.array(rgb(self._theme.palette.border_strong), np.uint8), (n, 1))
        return Lines(shape.grid.reshape(-1, 3), np.arange(2 * n).reshape(-1, 2), tint, 1.0, 0.7)

    # -- films ---------------------------------------------------------------------------------------------------------

    def film_options(self) -> FilmOptions:
        """Return how a film is to be drawn: as the page is seen now."""
        width, height = (int(side) for side in self.display.size.split("x"))
        path = self.cameras.path if self.cameras.path.keys else self.cameras.now()
        return FilmOptions(
            width,
            height,
            self.display.seconds,
            self.display.rate,
            color_by=COLORS[self.display.color_by],
            faces_viewer=False,
            is_dark=self._theme.palette.is_dark,
            camera=path.numbers(),
            is_parallel=path.is_parallel,
        )

    def ask_film(self) -> None:
        """Ask for a file, and write a film."""
        if self.done is None:
            return
        films = tr("GIF (*.gif)"), tr("MP4 (*.mp4)"), tr("Pictures (*.zip)"), tr("Sheet (*.png)")
        kinds = ";;".join((*films, tr("Points (*.npz)"), tr("Figures (*.json)")))
        chosen, kind = QFileDialog.getSaveFileName(self, tr("Save a film"), "unfolding.gif", kinds)
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(kind[kind.index("*") + 1 : -1])
        film = self._film = self._workers.start("film", write_unfolded, self.done, self.film_options(), path)
        film.progressed.connect(self._on_progress)
        film.finished.connect(lambda made: self.message.setText(tr("Wrote {name}", name=Path(made).name)))
        film.failed.connect(self._on_failed)

    # -- making --------------------------------------------------------------------------------------------------------

    def _make_column(self) -> None:
        self.back = QPushButton(tr("Back to the claim"))
        self.back.setProperty("role", "flat")
        self.back.setToolTip(tr("Back to the claim (Esc)"))
        self.back.clicked.connect(self.back_requested)
        self.title = label("", "title", wrap=True)
        self.network = ComboBox(self._theme, {})
        self.network.setToolTip(tr("Which of the trained networks is unfolded: the best of each kind."))
        self.network.setAccessibleName(tr("Network"))
        self.network.edited.connect(lambda: self.choose(self.network.currentIndex()))
        texts = {
            "still": tr("Still"),
            "pca": tr("PCA"),
            "class": tr("Class"),
            "pattern": tr("Cells so far"),
            "edges": tr("Edges"),
        }
        self.form = ParameterForm(self.display, self._theme, lambda _, choice: texts.get(choice, str(choice)))
        self.form.changed.connect(self._take)
        self.camera_button = QPushButton(tr("Keep the camera"))
        self.camera_button.setToolTip(
            tr("At this moment, or no more (K): the view, and a film, move from one kept camera to the next.")
        )
        self.camera_button.clicked.connect(self.body.camera_kept)
        self.film_button = QPushButton(tr("Save a film…"))
        self.film_button.setToolTip(
            tr("As GIF, MP4, pictures or one sheet, in the size that is chosen above, seen from here; or its figures")
        )
        self.film_button.clicked.connect(self.ask_film)
        self.told = label("", "label", wrap=True)
        self.message = label("", "caption", wrap=True)
        self._side = SideColumn(self._theme, _COLUMN)
        column = self._side.column
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (
            self.title,
            self.network,
            self.form,
            self.told,
            self.camera_button,
            self.film_button,
            self.message,
        ):
            column.addWidget(widget)
        column.addStretch(1)

    def _restyle(self) -> None:
        self._theme.set_icon(self.back, "arrow-left")
        self._theme.set_icon(self.film_button, "film-strip")
        self.space.restyle()
        if self.done is not None:
            self.look, self._drawn = self._look(self.done), None
            self._show_moment()


def _shape_of(look: Look, moment: float) -> tuple[Look, Shape]:
    """Return what is drawn at a moment (runs in a thread)."""
    _ = look.extent
    return look, look.shape(moment)
