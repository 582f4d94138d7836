"""The bar at the top: emblem, menus, the project's name, command search, and four buttons."""

from PySide6.QtCore import QByteArray, QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QPushButton, QWidget

from app.scene.palette import LIGHT
from app.state.workspace import Workspace
from app.style.stylesheet import ICONS
from app.style.theme import Theme
from app.style.translation import tr
from app.views.stage_panel import Trigger
from app.widgets.icon_button import IconButton
from app.widgets.text import label
from assets import SAMPLES

EMBLEM = ICONS / "budai.svg"


def project_title(workspace: Workspace) -> str:
    """Return the name of what is open: the file of the project, a sample's own title, else the surface."""
    project = workspace.whole
    if project.source is None:
        return tr("No surface")
    if workspace.path is not None:
        return workspace.path.name
    for sample in SAMPLES:
        if project.source.path == str(sample.file):
            return tr(sample.title)
    return project.source.name


def saved_words(workspace: Workspace) -> str:
    """Return how the project stands to its file."""
    project = workspace.whole
    if project.source is None:
        return ""
    if workspace.path is not None:
        return tr("saved") if workspace.is_saved else tr("edited")
    is_sample = any(project.source.path == str(sample.file) for sample in SAMPLES)
    return tr("sample") if is_sample and project.training is None else tr("not saved")


class Emblem(QWidget):
    """The laughing figure, 22 pixels, in the colour of the linked point."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._renderer = QSvgRenderer(self)
        self.setAccessibleName("Budai")
        theme.follow(self._restyle)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._renderer.render(painter, QRectF(self.rect()))

    def _restyle(self) -> None:
        side = self._theme.px(22)
        self.setFixedSize(side, side)
        picture = EMBLEM.read_text("utf-8").replace(LIGHT.select, self._theme.palette.select)
        self._renderer.load(QByteArray(picture.encode()))
        self.update()


class SearchField(QPushButton):
    """Looks like a field and opens the command search."""

    def __init__(self, theme: Theme, keys: str) -> None:
        super().__init__()
        self._theme, self._keys, self._is_compact = theme, keys, False
        self.setAccessibleName(tr("Search commands"))
        self.setToolTip(tr("Every command by its name."))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.follow(self._restyle)

    def set_compact(self, compact: bool) -> None:
        """Leave out the shortcut."""
        self._is_compact = compact
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border_strong" if self.underMouse() else "border"), 1))
        painter.setBrush(theme.color("control" if theme.palette.is_dark else "control_hover"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        pixmap = theme.pixmap("magnifying-glass", "text_muted", 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(px(9), (self.height() - px(14)) / 2), pixmap)
        painter.setPen(theme.color("text_muted"))
        painter.setFont(theme.font(12))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            self.rect().adjusted(px(29), 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, tr("Search commands")
        )
        if not self._is_compact:
            painter.setFont(theme.font(11))
            painter.drawText(self.rect().adjusted(0, 0, -px(9), 0), middle | Qt.AlignmentFlag.AlignRight, self._keys)

    def _restyle(self) -> None:
        self.setFixedSize(self._theme.px(176 if self._is_compact else 232), self._theme.px(28))
        self.update()


class TopBar(QWidget):
    """40 pixels; the name stays in the middle of the window.

    Parameters
    ----------
    theme : Theme
        The look.
    workspace : Workspace
        Whose name is shown.
    trigger : callable
        Does a command by its key.
    """

    def __init__(self, theme: Theme, workspace: Workspace, trigger: Trigger) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._workspace = theme, workspace
        self.menu_bar = QMenuBar()
        self.menu_bar.setNativeMenuBar(False)
        self.search = SearchField(theme, "Ctrl+Shift+P")
        self.undo = IconButton(theme, "arrow-u-up-left", tr("Undo (Ctrl+Z)"))
        self.redo = IconButton(theme, "arrow-u-up-right", tr("Redo (Ctrl+Shift+Z)"))
        self.theme_button = IconButton(theme, "moon", tr("Light or dark"))
        self.help = IconButton(theme, "question", tr("Help (F1)"))
        pairs = (
            (self.search, "search"),
            (self.undo, "undo"),
            (self.redo, "redo"),
            (self.theme_button, "toggle_theme"),
            (self.help, "help"),
        )
        for button, key in pairs:
            button.clicked.connect(lambda _=False, key=key: trigger(key))
        self._title = QWidget(self)
        self.name, self.state = label("", "project"), label("", "label")
        row = QHBoxLayout(self._title)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self.state)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(2)
        self._row.addWidget(Emblem(theme))
        self._row.addSpacing(12)
        self._row.addWidget(self.menu_bar, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addStretch(1)
        for button, _ in pairs:
            self._row.addWidget(button)
            if button is self.search:
                self._row.addSpacing(4)
        self.menu_bar.installEventFilter(self)
        workspace.project_changed.connect(self.refresh)
        workspace.saved_changed.connect(self.refresh)
        theme.follow(self._restyle)

    def refresh(self, *_: object) -> None:
        """Show the present project."""
        words = saved_words(self._workspace)
        name = project_title(self._workspace)
        self.state.setText(f"· {words}" if words and not self._is_narrow else "")
        room = max(80, self.width() - 2 * self._side() - self.state.sizeHint().width() - 8)
        self.name.setText(self.name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room))
        source = self._workspace.whole.source
        self.name.setToolTip("" if source is None else str(self._workspace.path or source.path))
        self.undo.setEnabled(self._workspace.can_undo)
        self.redo.setEnabled(self._workspace.can_redo)
        self._place_title()

    def set_compact(self, compact: bool) -> None:
        """Leave out what a small window has no room for."""
        self._is_narrow = compact
        self.search.set_compact(compact)
        self.refresh()

    _is_narrow = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            return self.menu_bar.actionAt(event.position().toPoint()) is None
        return False

    def _side(self) -> int:
        """Return the width taken by what stands at the wider side."""
        menus = self.menu_bar.x() + self.menu_bar.sizeHint().width()
        return max(menus, self.width() - self.search.x()) + 16

    def _place_title(self) -> None:
        size = self._title.sizeHint()
        left = (self.width() - size.width()) // 2
        self._title.setGeometry(left, 0, size.width(), self.height() - 1)

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(40))
        self._row.setContentsMargins(px(12), 0, px(8), 0)
        self.theme_button.set_icon("sun" if self._theme.palette.is_dark else "moon")
        self.refresh()
