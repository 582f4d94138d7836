"""A page for tables: sliders along directions of the latent space, and what is decoded there."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout

from app.state.selection import Pick, Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.pages.table_page import TablePage
from app.widgets.combo_box import ComboBox
from app.widgets.rows.strip import RowStrip, TitledRow
from app.widgets.segmented import Segmented
from app.widgets.text import label, number
from core.generation.directions import cell_directions, class_direction, ends_along, layer_directions

MOST, STEPS, FILM = 4, 200, 9
"""Sliders at most, steps of one, and pictures along a direction."""


class RowDirections(TablePage):
    """Moves the code of the picked row along directions; below, what is decoded along the one moved last.

    Signals
    -------
    caption_changed(str)
        Which row is moved.
    moved()
        Another code is shown.
    """

    moved = Signal()

    def __init__(self, workspace: Workspace, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self._workspace, self._selection, self._theme = workspace, selection, theme
        self.last, self._row = 0, 0
        self.start: np.ndarray | None = None
        self.ways: list[tuple[str, np.ndarray]] = []
        ways = {"cell": tr("Of the cell"), "layer": tr("First layer"), "classes": tr("Class to class")}
        self.kind = Segmented(theme, ways)
        self.kind.set_value("cell")
        self.kind.setToolTip(tr("Which directions codes are moved along."))
        self.classes = ComboBox(theme, {}), ComboBox(theme, {})
        for one, name in zip(self.classes, (tr("From class"), tr("To class")), strict=True):
            one.setAccessibleName(name)
            one.setToolTip(tr("One of two classes: the direction leads from one to the other."))
        self.sliders = [self._slider(k) for k in range(MOST)]
        self.names = [label("", "label") for _ in range(MOST)]
        self.now, self.film = RowStrip(theme), RowStrip(theme)
        self.nothing = label(tr("Train first: directions are those of the decoder."), "label", wrap=True)
        self._lay_out()
        self.kind.edited.connect(self._begin)
        for one in self.classes:
            one.edited.connect(self._begin)
        selection.picked_changed.connect(lambda _: self._begin())
        workspace.project_changed.connect(lambda *_: self._begin())
        self._begin()

    def _slider(self, k: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, STEPS)
        slider.setAccessibleName(tr("Along direction {n}", n=k + 1))
        slider.setToolTip(tr("Along this direction: rows change the most along the first."))
        slider.valueChanged.connect(lambda _: self._move(k))
        return slider

    def _lay_out(self) -> None:
        column, top, lines = QVBoxLayout(self), QHBoxLayout(), QGridLayout()
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(6)
        top.addWidget(self.kind, 2)
        for one in self.classes:
            top.addWidget(one, 1)
        for k in range(MOST):
            lines.addWidget(self.names[k], k, 0)
            lines.addWidget(self.sliders[k], k, 1)
        lines.setColumnStretch(1, 1)
        column.addLayout(top)
        column.addWidget(self.nothing)
        column.addLayout(lines)
        column.addWidget(self.now)
        column.addWidget(self.film)
        column.addStretch(1)

    # -- what is moved -----------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Begin anew at the picked row, with the directions there."""
        source, training = self._workspace.project.source, self._workspace.project.training
        is_table = source is not None and source.is_table
        self.ways, self.start = [], None
        if is_table and training is not None and source is not None:
            pick = self._selection.picked
            self._row = 0 if pick is None or pick.vertex >= len(training.codes) else pick.vertex
            self.start = training.codes[self._row]
            self._offer_classes()
            self.ways = self._directions()
        self.nothing.setVisible(self.start is None)
        self.kind.setVisible(self.start is not None)
        self.kind.button("classes").setEnabled(self.classes[0].count() > 1)
        for one in self.classes:
            one.setVisible(self.start is not None and self.kind.value() == "classes")
        for k, (name, slider) in enumerate(zip(self.names, self.sliders, strict=True)):
            there = k < len(self.ways)
            name.setVisible(there)
            slider.setVisible(there)
            if there:
                name.setText(self.ways[k][0])
                slider.blockSignals(True)
                slider.setValue(self._zero(k))
                slider.blockSignals(False)
        self.last = 0
        self._show()

    def _offer_classes(self) -> None:
        """List the classes of the table, two of them chosen."""
        table = self._workspace.project.source.table
        known = [(table.class_name(kind), kind) for kind in table.kinds.tolist()]
        for k, one in enumerate(self.classes):
            if [one.itemData(n) for n in range(one.count())] == [kind for _, kind in known]:
                continue
            one.clear()
            for name, kind in known:
                one.addItem(name, kind)
            one.setCurrentIndex(min(k, len(known) - 1))
        if not known and self.kind.value() == "classes":
            self.kind.set_value("cell")

    def _directions(self) -> list[tuple[str, np.ndarray]]:
        """Return names and unit vectors of the directions that are asked for."""
        project, kind = self._workspace.project, self.kind.value()
        training, table = project.training, project.source.table
        if kind == "classes":
            first, second = (int(one.currentData()) for one in self.classes)
            if first == second:
                return []
            way = class_direction(training.codes, table.labels, first, second)
            return [(tr("{a} → {b}", a=table.class_name(first), b=table.class_name(second)), way)]
        networks = training.autoencoder
        found = cell_directions(networks, self.start) if kind == "cell" else layer_directions(networks)
        return [
            (tr("{n}: {speed}", n=k + 1, speed=number(float(found.values[k]), 3)), found.vectors[k])
            for k in range(min(MOST, len(found.values)))
        ]

    def ends(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the codes at both ends of a slider."""
        return ends_along(self._workspace.project.training.codes, self.start, self.ways[k][1])

    def _zero(self, k: int) -> int:
        """Return where a slider stands that has moved nothing."""
        low, high = (float((end - self.start) @ self.ways[k][1]) for end in self.ends(k))
        return 0 if high <= low else round(-low / (high - low) * STEPS)

    def code(self) -> np.ndarray | None:
        """Return the code that all sliders together come to, drawn into the unit ball; None where there is none."""
        if self.start is None:
            return None
        moved = self.start.copy()
        for k in range(len(self.ways)):
            low, high = self.ends(k)
            at, zero = self.sliders[k].value(), self._zero(k)
            moved += 0.0 if at == zero else low + at / STEPS * (high - low) - self.start
        return moved / max(1.0, float(np.linalg.norm(moved)))

    # -- what is shown -----------------------------------------------------------------------------------------------

    def _move(self, k: int) -> None:
        self.last = k
        self._show()
        code = self.code()
        if code is None:
            return
        codes = self._workspace.project.training.codes
        nearest = int(np.square(codes - code).sum(1).argmin())
        flat = (float(code[0]), float(code[1])) if len(code) == 2 else None
        self._selection.hover(Pick(nearest, "fourth", flat))
        self.moved.emit()

    def _show(self) -> None:
        code = self.code()
        if code is None:
            self.now.show_rows((), None)
            self.film.show_rows((), None)
            self._tell("")
            return
        source, training = self._workspace.project.source, self._workspace.project.training
        table, limits = source.table, (float(source.positions.min()), float(source.positions.max()))
        before, after = training.autoencoder.decode(np.stack([self.start, code]))
        wide = limits[1] - limits[0]
        pictures = [
            TitledRow(tr("Row {n}", n=f"{self._row:,}"), source.positions[self._row], limits),
            TitledRow(tr("Decoded"), before, limits),
            TitledRow(tr("Moved"), after, limits),
            TitledRow(tr("Difference"), after - before, (-wide, wide), True),
        ]
        self.now.show_rows(tuple(pictures), table.image_shape)
        self.film.show_rows(self._film(limits), table.image_shape)
        self._tell(tr("row {n}: {name}", n=f"{self._row:,}", name=self.ways[self.last][0] if self.ways else ""))

    def _film(self, limits: tuple[float, float]) -> tuple[TitledRow, ...]:
        """Return what is decoded along the direction that was moved last."""
        if not self.ways:
            return ()
        low, high = self.ends(self.last)
        codes = low + np.linspace(0.0, 1.0, FILM)[:, None] * (high - low)
        away = (codes - self.start) @ self.ways[self.last][1]
        images = self._workspace.project.training.autoencoder.decode(codes)
        return tuple(
            TitledRow(f"{step:+.2f}", image, limits) for step, image in zip(away.tolist(), images, strict=True)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("sheet"))
