"""Which columns of a table are the coordinates."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.shell.dialogs import dialog_column, indented
from app.style.sentences import said
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.combo_box import ComboBox
from app.widgets.text import label
from core.io.readers.tables.column_choice import ColumnsQuestion

AXES = ("x", "y", "z")


class ColumnsDialog(QDialog):
    """Shows the first lines of a table and asks for three of its columns; `columns` are the answer.

    Parameters
    ----------
    theme : Theme
        The look.
    question : ColumnsQuestion
        What is known of the table.
    former : tuple of str
        What was answered for this file before; taken first where it still fits.
    """

    def __init__(
        self, theme: Theme, question: ColumnsQuestion, parent: QWidget | None, former: tuple[str, ...] = ()
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Columns"))
        self._theme, self._question = theme, question
        self._words = {str(k): question.word(k) for k in question.numeric}
        self.boxes = tuple(ComboBox(theme, {str(k): self._title(k) for k in question.numeric}) for _ in AXES)
        self.table = self._make_table()
        self.explanation = label("", "caption", wrap=True)
        self.open_button = QPushButton(tr("Open"))
        column = dialog_column(self, tr("Which columns are the coordinates?"))
        column.addWidget(indented(label(said(f"{question.file}: {question.reason}."), "label", wrap=True)))
        column.addLayout(self._make_choices())
        column.addWidget(indented(label(tr("The first lines"), "caption")))
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 0, 0)
        row.addWidget(self.table)
        column.addLayout(row)
        column.addWidget(indented(self.explanation))
        column.addLayout(self._make_buttons())
        wanted = self.table.horizontalHeader().length() + theme.px(64)
        self.setMinimumWidth(min(max(theme.px(520), wanted), theme.px(900)))
        for box, k in zip(self.boxes, self._first(former), strict=True):
            box.set_value(k)
            box.edited.connect(self._show_choice)
        self._show_choice()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that were chosen as x, y and z, each by its name or its number from 1."""
        return tuple(self._words[box.value()] for box in self.boxes)

    def _first(self, former: tuple[str, ...]) -> tuple[str, ...]:
        """Return what is chosen at first: the former answer, or the best guess."""
        by_word = {word: k for k, word in self._words.items()}
        if len(former) == 3 and set(former) <= set(by_word):
            return tuple(by_word[word] for word in former)
        return tuple(str(k) for k in self._question.guess)

    def _title(self, column: int) -> str:
        """Return what a column is called: its name, or its number where it has none."""
        name = self._question.names[column] if self._question.names else ""
        return name or tr("Column {n}", n=column + 1)

    def _make_choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(8, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for place, (axis, box) in enumerate(zip(AXES, self.boxes, strict=True)):
            name = label(axis, "label")
            name.setBuddy(box)
            box.setAccessibleName(axis)
            grid.addWidget(name, 0, place)
            grid.addWidget(box, 1, place)
            grid.setColumnStretch(place, 1)
        return grid

    def _make_table(self) -> QTableWidget:
        rows, n = self._question.rows, max(map(len, self._question.rows))
        table = QTableWidget(len(rows), n)
        table.setHorizontalHeaderLabels([self._title(k) for k in range(n)])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for i, row in enumerate(rows):
            for k, word in enumerate(row):
                item = QTableWidgetItem(word)
                right = k in self._question.numeric
                side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                table.setItem(i, k, item)
                head = table.horizontalHeaderItem(k)
                if head is not None:
                    head.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        height = self._theme.px(26)
        table.verticalHeader().setDefaultSectionSize(height)
        table.setFixedHeight(table.horizontalHeader().sizeHint().height() + len(rows) * height + self._theme.px(14))
        return table

    def _make_buttons(self) -> QHBoxLayout:
        cancel = QPushButton(tr("Cancel"))
        self.open_button.setProperty("role", "filled")
        self.open_button.setDefault(True)
        cancel.clicked.connect(self.reject)
        self.open_button.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.open_button)
        return row

    def _show_choice(self) -> None:
        """Mark the chosen columns, and say what will be read."""
        chosen = [int(box.value()) for box in self.boxes]
        is_good = len(set(chosen)) == 3
        self.open_button.setEnabled(is_good)
        soft, plain = QColor(self._theme.color("accent_soft")), QColor(Qt.GlobalColor.transparent)
        for i in range(self.table.rowCount()):
            for k in range(self.table.columnCount()):
                item = self.table.item(i, k)
                if item is not None:
                    item.setBackground(soft if k in chosen else plain)
        for k in range(self.table.columnCount()):
            axes = ", ".join(axis for axis, one in zip(AXES, chosen, strict=True) if one == k)
            item = self.table.horizontalHeaderItem(k)
            if item is not None:
                item.setText(f"{self._title(k)} = {axes}" if axes else self._title(k))
        if not is_good:
            self.explanation.setText(tr("One column cannot be two coordinates: choose three different ones."))
            return
        first = ", ".join(self._question.rows[0][k] for k in chosen)
        words = [tr("The first point will be ({point}).", point=first)]
        if self._question.names:
            words.append(tr("Normals and colours are taken where they are named so; all else is left out."))
        else:
            words.append(tr("All other columns are left out."))
        self.explanation.setText(" ".join(words))
