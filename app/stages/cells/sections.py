"""What the inspector shows of cells: certificate, capacity, and the picked cell."""

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.stages.cells.bit_rows import BitRows
from app.stages.cells.ellipse_view import EllipseView
from app.stages.cells.inspector_lines import (
    capacity_lines,
    cells_sheet,
    direction_rows,
    live_sheet,
    picked_cell_lines,
    piece_line,
    stretch_lines,
)
from app.stages.cells.matrix_view import MatrixView
from app.stages.cells.presenter import ShownCells
from app.stages.cells.scene.facts import CellFacts
from app.stages.cells.views import CellsViews
from app.state.selection import Selection
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.sections import StageSections
from app.views.sheet import Sheet
from app.views.stage_views import StageViews
from app.widgets.rows.strip import RowStrip
from app.widgets.section import Section
from app.widgets.text import label
from app.widgets.value_row import ValueRow


class CellsSections(StageSections):
    """Sections in the order in which they stand in the inspector."""

    def __init__(self, theme: Theme, workspace: Workspace, selection: Selection) -> None:
        super().__init__()
        self.certificate = Section(theme, tr("Cells certificate"))
        self.capacity = Section(theme, tr("Capacity"))
        self.picked = Section(theme, tr("Picked cell"), tr("Clear"), "x", tr("Let the picked point go (Esc)."))
        self.bits, self.matrix, self.ellipse = BitRows(theme), MatrixView(theme), EllipseView(theme)
        self.piece_matrix, self.directions = MatrixView(theme), RowStrip(theme)
        self.directions.setAccessibleName(tr("What a step along each singular direction changes"))
        self.matrix.setAccessibleName(tr("Affine map of the picked cell"))
        self.piece_matrix.setAccessibleName(tr("Affine map of the piece with detail"))
        self.ellipse.setAccessibleName(tr("Ellipse of the singular values"))
        self._theme, self._workspace = theme, workspace
        self.stretches: list[ValueRow] = []
        self.piece_stretches = ValueRow(theme, piece_line(None))
        self.piece_stretches.copied.connect(self.picked.copied)
        self._about_piece = self._make_about_piece()
        self._about = self._make_about()
        self.picked.add(self._about)
        self.picked.action_triggered.connect(lambda: selection.pick(None))
        self.show_cells(None)
        self.show_facts(None)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections."""
        return self.certificate, self.capacity, self.picked

    def follow(self, views: StageViews) -> None:
        assert isinstance(views, CellsViews)
        views.presenter.changed.connect(self.show_cells)
        views.presenter.measured.connect(self.show_cells)
        views.picked_changed.connect(self.show_facts)

    def show_cells(self, shown: ShownCells | None) -> None:
        """Show the figures of cells."""
        for section in self.sections:
            section.setVisible(shown is not None)
        if shown is None:
            self.changed.emit()
            return
        figures = shown.figures
        if figures is not None:
            source = self._workspace.project.source
            on_surface = source is None or not source.is_table
            sheet = cells_sheet(figures, shown.is_outdated, on_surface)
            self.capacity.set_lines(capacity_lines(figures, on_surface))
        elif shown.is_live and shown.plane is not None:
            sheet = live_sheet(shown.plane.cells.n_cells, shown.plane.cells.euler_characteristic)
        else:
            sheet = Sheet(tr("Measuring…"), "none", ())
        self.capacity.setVisible(figures is not None)
        self.certificate.badge.show_text(sheet.badge, sheet.kind)
        self.certificate.set_lines(sheet.lines)
        self.changed.emit()

    def show_facts(self, facts: CellFacts | None) -> None:
        """Show what is known of the picked cell."""
        self.picked.set_action_visible(facts is not None)
        self.picked.set_lines(() if facts is None else picked_cell_lines(facts))
        self.picked.set_note(
            "" if facts is not None else tr("Hover to see a cell in all views. Click to keep it here.")
        )
        self._about.setVisible(facts is not None)
        if facts is None:
            return
        self.bits.show_layers(facts.layers)
        self.matrix.show_map(facts.matrix, facts.shift)
        self.ellipse.show_stretches(*facts.stretches)
        source = self._workspace.project.source
        self.directions.setVisible(source is not None and source.is_table)
        if source is not None and source.is_table:
            self.directions.show_rows(direction_rows(facts, source.positions), source.table.image_shape)
        for row, line in zip(self.stretches, stretch_lines(facts), strict=True):
            row.show_line(line)
        self._about_piece.setVisible(facts.piece is not None)
        if facts.piece is not None:
            self.piece_matrix.show_map(facts.piece.matrix, facts.piece.shift)
            self.piece_stretches.show_line(piece_line(facts.piece))

    def _make_about(self) -> QWidget:
        """Return bits, matrix, ellipse and stretches."""
        about = QWidget()
        column = QVBoxLayout(about)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.bits)
        column.addWidget(label(tr("Affine map A z + b"), "label"))
        column.addWidget(self.matrix)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.ellipse)
        values = QVBoxLayout()
        values.setSpacing(2)
        empty = CellFacts(0, 0, 0.0, (0.0, 0.0), (), np.zeros((3, 2)), np.zeros(3), (1.0, 1.0))
        for line in stretch_lines(empty):
            value = ValueRow(self._theme, line)
            value.copied.connect(self.picked.copied)
            self.stretches.append(value)
            values.addWidget(value)
        values.addStretch(1)
        row.addLayout(values, 1)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(self.directions)
        column.addWidget(self._about_piece)
        return about

    def _make_about_piece(self) -> QWidget:
        """Return the map of the piece that cell and lattice triangle cut out."""
        about = QWidget()
        column = QVBoxLayout(about)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(tr("The same with the detail layer, at this code"), "label"))
        column.addWidget(self.piece_matrix)
        column.addWidget(self.piece_stretches)
        return about
