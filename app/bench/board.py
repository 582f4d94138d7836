"""The matrix of the bench: a row for each model, a column for each target."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget

from app.bench.field import HEIGHT, WIDTH, Field
from app.style.theme import Theme
from app.style.translation import tr
from core.bench.bench import TRUTH, Cell, Told

SORTS = ("name", "w2", "coverage", "seconds")
"""By what rows are sorted: their order as it is, or the figures of a target; best first."""


class Board(QTableWidget):
    """Fields that can be sorted and opened.

    Signals
    -------
    opened(target, model)
        The user wants to see a field large.
    """

    opened = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.fields: dict[tuple[str, str], Field] = {}
        self._targets: dict[str, str] = {}
        self._models: dict[str, str] = {}
        self.order: list[str] = []
        """Models from top to bottom."""
        self.sort, self.sort_target = "name", ""
        self._real: dict[str, np.ndarray] = {}
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().setToolTip(tr("A click sorts by this target"))
        self.horizontalHeader().sectionClicked.connect(self._sort_by_column)
        theme.follow(self._restyle)

    # -- content -----------------------------------------------------------------------------------------------------

    def lay_out(self, targets: Mapping[str, str], models: Mapping[str, str]) -> None:
        """Show fields for some targets and models, by their names with their titles; what fields hold is kept."""
        self._targets, self._models = dict(targets), dict(models)
        self._place()

    def cells(self, targets: Sequence[str], models: Sequence[str]) -> list[Cell]:
        """Return what is known of some targets and models."""
        return [
            cell
            for target in targets
            for model in models
            for cell in (self.fields[target, model].cells if (target, model) in self.fields else ())
        ]

    def forget(self, targets: Sequence[str], models: Sequence[str]) -> None:
        """Forget what is known of some targets and models."""
        for target in targets:
            for model in models:
                if (target, model) in self.fields:
                    self.fields[target, model].show_cells([])

    def show_real(self, target: str, points: np.ndarray) -> None:
        """Show what is to be learned in all fields of a target."""
        self._real[target] = points
        for (of, _), field in self.fields.items():
            if of == target:
                field.show_real(points)

    def take(self, told: Told) -> None:
        """Show what is told of a field."""
        field = self.fields.get((told.target, told.model))
        if field is None or told.model == TRUTH:
            return
        if told.cell is not None:
            self.show_cell(told.cell)
        elif told.cloud is not None:
            field.show_live(told.cloud.points)

    def show_cell(self, cell: Cell) -> None:
        """Show what came of a model, in place of what was known with this seed."""
        field = self.fields.get((cell.target, cell.model))
        if field is not None:
            others = [one for one in field.cells if one.seed != cell.seed]
            field.show_cells(sorted([*others, cell], key=lambda one: one.seed))

    def end_live(self) -> None:
        """No model learns any more."""
        for field in self.fields.values():
            if field.is_live:
                field.show_cells(field.cells)
        self.sort_rows()

    # -- order -------------------------------------------------------------------------------------------------------

    def sort_by(self, sort: str, target: str = "") -> None:
        """Sort the rows by one of `SORTS` on a target; without one by the mean over all."""
        self.sort, self.sort_target = sort, target if target in self._targets else ""
        self.sort_rows()

    def sort_rows(self) -> None:
        """Put the rows into their order anew."""
        order = sorted(self._models, key=lambda model: self._rank(model, self.fields))
        if order != self.order:
            self._place()

    def _rank(self, model: str, fields: Mapping[tuple[str, str], Field]) -> float:
        """Return what a row is sorted by; what is not known comes last, in its former order."""
        if self.sort == "name":
            return 0.0
        place = SORTS.index(self.sort) - 1
        targets = [self.sort_target] if self.sort_target else list(self._targets)
        values = [fields[one, model].figures()[place] for one in targets if (one, model) in fields]
        known = [value for value in values if not np.isnan(value)]
        if not known:
            return float("inf")
        return (-1.0 if self.sort == "coverage" else 1.0) * sum(known) / len(known)

    def _sort_by_column(self, column: int) -> None:
        target = list(self._targets)[column]
        self.sort_by("w2" if self.sort == "name" else self.sort, target)

    def _place(self) -> None:
        """Put the fields into their places; a table deletes what it lets go, so these are made anew."""
        former, self.fields = self.fields, {}
        self.order = sorted(self._models, key=lambda model: self._rank(model, former))
        self.clear()
        self.setRowCount(len(self.order))
        self.setColumnCount(len(self._targets))
        self.setHorizontalHeaderLabels(list(self._targets.values()))
        self.setVerticalHeaderLabels([self._models[model] for model in self.order])
        for row, model in enumerate(self.order):
            for column, (target, title) in enumerate(self._targets.items()):
                field = Field(self._theme, f"{self._models[model]}, {title}")
                known = former.get((target, model))
                if target in self._real:
                    field.show_real(self._real[target])
                if known is not None:
                    field.show_cells(known.cells)
                field.clicked.connect(lambda _=False, key=(target, model): self.opened.emit(*key))
                self.fields[target, model] = field
                self.setCellWidget(row, column, field)
        self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        for header, size in ((self.horizontalHeader(), WIDTH), (self.verticalHeader(), HEIGHT)):
            header.setDefaultSectionSize(px(size) + 10)
        self.verticalHeader().setFixedWidth(px(116))
