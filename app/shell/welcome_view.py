"""The first thing to read: what the program shows, in four steps; later the recent files."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QScrollArea, QSpacerItem, QVBoxLayout, QWidget

from app.state.recent_pictures import RecentPictures
from app.state.settings import file_words
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_panel import Trigger
from app.widgets.text import label
from assets import SAMPLES

FORMATS = "PLY, OBJ, STL, OFF, GLB, 3MF, VTP, M, XYZ, PCD"
_MOST_RECENT = 5


class _Step(QWidget):
    """A number in a circle."""

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme, self._number = theme, number
        theme.follow(self._restyle)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent_soft"))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setPen(self._theme.color("link"))
        painter.setFont(self._theme.font(12, 600))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))

    def _restyle(self) -> None:
        side = self._theme.px(24)
        self.setFixedSize(side, side)
        self.update()


class WelcomeView(QScrollArea):
    """A page of the fourth view.

    Parameters
    ----------
    theme : Theme
        The look.
    trigger : callable
        Does a command by its key.
    recent_files : tuple of str
        Shown in place of the steps; empty at the first start.
    pictures : RecentPictures, optional
        What they look like.

    Signals
    -------
    tour_requested()
    samples_requested(QPoint)
        Where to open the menu of samples.
    file_requested(str)
        A recent file was clicked.
    """

    tour_requested = Signal()
    samples_requested = Signal(QPoint)
    file_requested = Signal(str)

    def __init__(
        self,
        theme: Theme,
        trigger: Trigger,
        recent_files: tuple[str, ...] = (),
        pictures: RecentPictures | None = None,
    ) -> None:
        super().__init__()
        self._theme, self._pictures, self._is_compact = theme, pictures, False
        self._details: list[QWidget] = []
        self._lead = label("", "lead", wrap=True)
        self.setObjectName("welcome")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("welcomePage")
        self._column = QVBoxLayout(page)
        self._column.setSpacing(0)
        self._column.addWidget(label(tr("See what a ReLU autoencoder learns"), "title", wrap=True))
        self._recent = QWidget()
        self._recent_column = QVBoxLayout(self._recent)
        self._recent_column.setContentsMargins(0, 12, 0, 0)
        self._recent_column.setSpacing(0)
        self._steps = self._make_steps()
        self._column.addWidget(self._steps)
        self._column.addWidget(self._recent)
        self._above_buttons, self._below_buttons = QSpacerItem(0, 24), QSpacerItem(0, 16)
        self._column.addItem(self._above_buttons)
        self._column.addLayout(self._make_buttons(trigger))
        self._column.addItem(self._below_buttons)
        self._column.addWidget(label(tr("or drop a file anywhere: {formats}", formats=FORMATS), "caption", wrap=True))
        self._column.addSpacing(8)
        self._column.addWidget(self._make_claims(trigger), 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        self.setWidget(page)
        self.show_recent(recent_files)
        theme.follow(self._restyle)

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """Show recent files in place of the steps; the steps where there are none."""
        while (item := self._recent_column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._steps.setVisible(not paths)
        self._recent.setVisible(bool(paths))
        if paths:
            self._recent_column.addWidget(label(tr("Recent files"), "lead"))
            self._recent_column.addSpacing(8)
        for path in paths[:_MOST_RECENT]:
            picture = None if self._pictures is None else self._pictures.of(path)
            room = self._theme.px(400 if picture is None else 320)
            name = self.fontMetrics().elidedText(file_words(path), Qt.TextElideMode.ElideMiddle, room)
            button = QPushButton(name.replace("&", "&&"))
            button.setProperty("role", "link")
            button.setToolTip(path)
            if picture is not None:
                button.setIcon(QIcon(str(picture)))
                button.setIconSize(QSize(self._theme.px(64), self._theme.px(48)))
            button.clicked.connect(lambda _=False, path=path: self.file_requested.emit(path))
            self._recent_column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_project(self, workspace: Workspace) -> None:
        """Say whether what is open can be trained on."""
        source = workspace.whole.source
        if source is None or workspace.hindrance:
            self._lead.setText(tr("Four steps, about two minutes:"))
        elif source.path == str(SAMPLES[0].file):
            self._lead.setText(tr("This figurine is ready. Four steps, about two minutes:"))
        else:
            self._lead.setText(tr("This surface is ready. Four steps, about two minutes:"))
        self._tour.setEnabled(not workspace.hindrance and not workspace.jobs)

    def set_compact(self, compact: bool) -> None:
        """Leave out what the steps do, in a small window."""
        self._is_compact = compact
        for what in self._details:
            what.setVisible(not compact)
        self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below each other where they do not fit beside each other."""
        buttons = (self._tour, self._open, self._samples)
        needed = sum(button.sizeHint().width() + 8 for button in buttons) + self._theme.px(64)
        wide = needed <= event.size().width()
        self._buttons.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        super().resizeEvent(event)

    def _make_steps(self) -> QWidget:
        steps = QWidget()
        column = QVBoxLayout(steps)
        column.setContentsMargins(0, 8, 0, 0)
        self._steps_column = column
        column.addWidget(self._lead)
        column.addSpacing(12)
        texts = (
            (tr("Train"), tr("The surface is flattened into a disk, live.")),
            (tr("Cells"), tr("Every linear piece of the network, exactly.")),
            (tr("Transport"), tr("The disk is moved until areas are true.")),
            (tr("Denoise and generate"), tr("Back onto the surface, from noise or from the disk.")),
        )
        for number, (title, text) in enumerate(texts, 1):
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(_Step(self._theme, number))
            words = QVBoxLayout()
            words.setSpacing(1)
            words.addWidget(label(title, "name"))
            what = label(text, "label", wrap=True)
            self._details.append(what)
            words.addWidget(what)
            row.addLayout(words, 1)
            column.addLayout(row)
        return steps

    def _make_claims(self, trigger: Trigger) -> QPushButton:
        """Return the link to the gallery of claims."""
        link = QPushButton(tr("Claims: theorems that can be put to the test"))
        link.setProperty("role", "link")
        link.setToolTip(tr("Theorems and experiments that can fail, each with knobs and a verdict."))
        link.clicked.connect(lambda: trigger("claims"))
        return link

    def _make_buttons(self, trigger: Trigger) -> QBoxLayout:
        self._tour, self._open = QPushButton(tr("Start the tour")), QPushButton(tr("Open a surface…"))
        self._samples = QPushButton(tr("Samples"))
        self._samples.setProperty("role", "flat")
        self._tour.setToolTip(tr("Five stops, two minutes: from the figurine to a file of your own. Esc leaves it."))
        self._open.setToolTip(tr("A surface, a cloud, a table or a project (Ctrl+O)."))
        self._samples.setToolTip(tr("Surfaces that come with the program, each with what it shows."))
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(8)
        for button in (self._tour, self._open, self._samples):
            row.addWidget(button)
        row.addStretch(1)
        self._buttons = row
        self._tour.clicked.connect(self.tour_requested)
        self._open.clicked.connect(lambda: trigger("open"))
        self._samples.clicked.connect(
            lambda: self.samples_requested.emit(self._samples.mapToGlobal(self._samples.rect().bottomLeft()))
        )
        return row

    def _restyle(self) -> None:
        px = self._theme.px
        top, bottom = (10, 4) if self._is_compact else (28, 16)
        above, below = (10, 6) if self._is_compact else (24, 16)
        self._above_buttons.changeSize(0, px(above))
        self._below_buttons.changeSize(0, px(below))
        self._steps_column.setSpacing(px(2 if self._is_compact else 9))
        self._column.setContentsMargins(px(32), px(top), px(32), px(bottom))
        self._column.invalidate()
        for button, icon in (
            (self._tour, "play-circle"),
            (self._open, "folder-open"),
            (self._samples, "squares-four"),
        ):
            self._theme.set_icon(button, icon)
