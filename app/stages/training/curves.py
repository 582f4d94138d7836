"""The curves of a training: error and flipped triangles over time."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.view import painted_widget
from app.widgets.text import counted, number
from app.widgets.view_chart import Chart, Curve, Panel, percent
from core.session.project import Project
from core.training.result import TrainingResult, TrainingStep

GOAL = 1.0
"""Percent of the diagonal, and of the triangles, that a training should reach."""
FLOOR = 0.01
"""Lowest percentage of flipped triangles on the scale."""
_NONE = 1e-12
"""Stands for no flipped triangle, which a logarithmic scale has no place for: drawn at its lower end."""


class TrainingView(QWidget):
    """Draws the history of a training, live or finished.

    Signals
    -------
    caption_changed(str)
        Steps and speed.
    """

    caption_changed = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._theme = workspace, theme
        self.chart = Chart(theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.chart)
        self._steps: list[TrainingStep] = []
        self._columns: dict[str, np.ndarray] = {}
        self._duration, self._now = 60.0, None
        self.caption = ""
        workspace.project_changed.connect(self._on_project_changed)
        workspace.live_changed.connect(self._on_live_changed)
        theme.changed.connect(self._draw)
        self._show_result(workspace.project.training)

    def picture(self, scale: int, transparent: bool) -> QImage:
        """Return the chart at a multiple of its size."""
        if not transparent:
            return painted_widget(self.chart, scale, False)
        image = QImage(self.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.scale(scale, scale)
        self.chart.paint(painter)
        painter.end()
        return image

    def _on_project_changed(self, old: Project, new: Project) -> None:
        waits = new.training is None and new.options != old.options  # the axis is as long as the time that is chosen
        if new.training is not old.training or new.source is not old.source or waits:
            self._show_result(new.training)

    def _on_live_changed(self, step: TrainingStep | None) -> None:
        if step is None:
            self._steps = []
            self._show_result(self._workspace.project.training)
            return
        if self._steps and step.seconds < self._steps[-1].seconds:
            self._steps = []
        self._steps.append(_figures_of(step))
        self._columns = {
            "seconds": np.array([one.seconds for one in self._steps]),
            "rmse_rel": _column([one.rmse_rel for one in self._steps]),
            "chamfer_rel": _column([one.chamfer_rel for one in self._steps]),
            "flipped_triangles": _column([one.flipped_triangles for one in self._steps]),
        }
        options = self._workspace.running_options("training")
        self._duration, self._now = max(float(options.seconds), step.seconds), step.seconds
        self._caption(step.step, step.seconds)
        self._draw()

    def _show_result(self, training: TrainingResult | None) -> None:
        self._now = None
        if training is None:
            self._columns, self._duration = {}, float(self._workspace.options("training").seconds)
            self.caption = ""
            self.caption_changed.emit("")
        else:
            self._columns = dict(training.history)
            seconds = self._columns.get("seconds", np.zeros(0))
            self._duration = float(seconds[-1]) if len(seconds) else training.seconds
            self._caption(training.steps, training.seconds)
        self._draw()

    def _caption(self, steps: int, seconds: float) -> None:
        rate = steps / seconds if seconds > 0.0 else 0.0
        pace = tr("{rate} steps/s", rate=number(rate, 2) if rate < 9.95 else f"{rate:,.0f}")
        self.caption = f"{counted(steps, '1 step', '{n} steps')} · {pace}"
        self.caption_changed.emit(self.caption)

    def _draw(self, *_: object) -> None:
        layers, columns = self._theme.palette.layers, self._columns
        seconds = np.asarray(columns.get("seconds", np.zeros(0)), float)
        nothing = np.full(len(seconds), np.nan)
        rmse = 100.0 * np.asarray(columns.get("rmse_rel", nothing), float)
        chamfer = 100.0 * np.asarray(columns.get("chamfer_rel", nothing), float)
        flipped = self._flipped_percent(np.asarray(columns.get("flipped_triangles", nothing), float))
        both = np.concatenate([rmse, chamfer])
        both = both[np.isfinite(both) & (both > 0.0)]
        low = 10.0 ** np.floor(np.log10(both.min())) if len(both) else 0.1
        high = both.max() * 1.15 if len(both) else 30.0
        goal = tr("goal {n:g} %", n=GOAL)
        error = Panel(
            tr("Error, % of diagonal"),
            (Curve("RMSE", seconds, rmse, layers[0]), Curve(tr("Chamfer"), seconds, chamfer, layers[2])),
            min(float(low), 0.1),
            max(float(high), 10.0),
            goal=GOAL,
            goal_name=goal,
            weight=2.3,
        )
        flips = Curve(tr("Flipped"), seconds, flipped, self._theme.palette.flipped)
        lower = Panel(tr("Flipped triangles, %"), (flips,), FLOOR, 100.0, 2, GOAL, goal, write=share_of_flipped)
        self.chart.show_panels((error, lower), self._duration, self._now)

    def _flipped_percent(self, flipped: np.ndarray) -> np.ndarray:
        source = self._workspace.project.source
        faces = source.data.faces if source is not None else ()
        return np.maximum(100.0 * flipped / max(len(faces), 1), _NONE)


def share_of_flipped(value: float) -> str:
    """Return a percentage of flipped triangles, that of none as 0."""
    return "0 %" if value <= _NONE else percent(value)


def _figures_of(step: TrainingStep) -> TrainingStep:
    """Return a step without its arrays, which would pile up."""
    return TrainingStep(step.step, step.seconds, step.loss, step.rmse_rel, step.chamfer_rel, step.flipped_triangles)


def _column(values: list[float | int | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], float)
