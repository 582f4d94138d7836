"""The help: a page of the fourth view that lists topics, finds words in them, and shows one with its pictures."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFontMetrics, QImage, QPainter, QResizeEvent, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.shell.help.topics import DOCUMENTS, Topic, excerpt, search, topics
from app.style.theme import Theme
from app.style.translation import language, tr
from app.widgets.icon_button import IconButton

_WIDEST = 720
"""Width of text that is read well, in pixels of the design."""
_TOPIC = Qt.ItemDataRole.UserRole


class HelpText(QTextBrowser):
    """One topic; its pictures are as wide as the text at most.

    Signals
    -------
    topic_requested(key)
        A link to another topic was clicked.
    """

    topic_requested = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._topic: Topic | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._show)
        self.setObjectName("helpText")
        self.setOpenLinks(False)
        self.setAccessibleName(tr("Help"))
        self.anchorClicked.connect(self._follow)
        theme.follow(self._restyle)

    def show_topic(self, topic: Topic) -> None:
        """Show a topic from its beginning."""
        self._topic = topic
        self._show()
        self.verticalScrollBar().setValue(0)

    def loadResource(self, kind: int, name: QUrl) -> Any:
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        image = QImage(str(DOCUMENTS / name.fileName()))
        ratio = self.devicePixelRatioF()
        width = min(self.viewport().width(), self._theme.px(_WIDEST)) - self._theme.px(48)
        if width > 0 and image.width() > width * ratio:
            image = image.scaledToWidth(round(width * ratio), Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(ratio)
        return image

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._again.start(100)

    def _show(self) -> None:
        if self._topic is None:
            return
        px, place = self._theme.px, self.verticalScrollBar().value()
        self.document().setDefaultFont(self._theme.font(13))
        self.setMarkdown(self._topic.text)
        self.document().setDocumentMargin(px(16))
        frame = self.document().rootFrame().frameFormat()
        aside = max(0, (self.viewport().width() - px(_WIDEST)) // 2)
        frame.setLeftMargin(px(16) + aside)
        frame.setRightMargin(px(16) + aside)
        self.document().rootFrame().setFrameFormat(frame)
        self.verticalScrollBar().setValue(place)

    def _follow(self, link: QUrl) -> None:
        if link.scheme() in ("http", "https"):
            QDesktopServices.openUrl(link)
        else:
            self.topic_requested.emit(link.fragment() or link.fileName().partition(".")[0])

    def _restyle(self) -> None:
        self.setFont(self._theme.font(13))
        self._show()


class _TopicDelegate(QStyledItemDelegate):
    """Paints the title of a topic, and beneath it what stands around the words that were looked for."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._theme.px(44))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, (title, _, about) = self._theme, str(index.data()).partition("\n")
        if option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.fillRect(option.rect, theme.color("control_hover"))
        painter.save()
        for text, top, font, role in (
            (title, 4, theme.font(12, 600), "text"),
            (about, 21, theme.font(11), "text_muted"),
        ):
            place = option.rect.adjusted(theme.px(16), theme.px(top), -theme.px(16), 0)
            painter.setFont(font)
            painter.setPen(theme.color(role))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()


class HelpView(QWidget):
    """A page of the fourth view.

    Parameters
    ----------
    theme : Theme
        The look.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._past: list[Topic] = []
        self._shown: Topic | None = None
        self.setObjectName("helpPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search_line = QLineEdit()
        self.search_line.setPlaceholderText(tr("Search the help"))
        self.search_line.setAccessibleName(tr("Search the help"))
        self.search_line.setToolTip(tr("Finds the topics that hold all these words."))
        self.search_line.setClearButtonEnabled(True)
        self._back = IconButton(theme, "arrow-left", tr("Back"))
        self._contents = IconButton(theme, "list-bullets", tr("All topics"))
        self.topics = QListWidget()
        self.topics.setAccessibleName(tr("Topics"))
        self.topics.setToolTip(tr("A click, or Enter, opens a topic."))
        self.topics.setItemDelegate(_TopicDelegate(theme, self.topics))
        self.topics.setMouseTracking(True)
        self.text = HelpText(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.topics)
        self._stack.addWidget(self.text)
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(4)
        for widget in (self._back, self._contents, self.search_line):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.search_line.textChanged.connect(self.show_list)
        self.search_line.returnPressed.connect(self._open_first)
        self.topics.itemClicked.connect(lambda item: self.open_topic(item.data(_TOPIC)))
        self.topics.itemActivated.connect(lambda item: self.open_topic(item.data(_TOPIC)))
        self.text.topic_requested.connect(self.open_topic)
        self._back.clicked.connect(self.go_back)
        self._contents.clicked.connect(lambda: self.search_line.clear() or self.show_list())
        self.setFocusProxy(self.search_line)
        self.show_list()

    @property
    def shown(self) -> Topic | None:
        """The topic that is read; None where the list is shown."""
        return self._shown if self._stack.currentWidget() is self.text else None

    def show_list(self, words: str = "") -> None:
        """List the topics that hold some words; without words all."""
        self.topics.clear()
        for topic in search(topics(language()), words):
            about = excerpt(topic, words)
            item = QListWidgetItem(f"{topic.title}\n{about}")
            item.setData(_TOPIC, topic.key)
            self.topics.addItem(item)
        if not self.topics.count():
            item = QListWidgetItem(tr("No topic holds all these words."))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.topics.addItem(item)
        self._stack.setCurrentWidget(self.topics)
        self._refresh()

    def open_topic(self, key: str) -> None:
        """Show a topic by its key, or the first of a document by its name; the list where there is none."""
        known = topics(language())
        found = next((topic for topic in known if topic.key == key), None)
        found = found or next((topic for topic in known if topic.page == key), None)
        if found is None:
            self.show_list()
            return
        if self._shown is not None and self._shown is not found:
            self._past.append(self._shown)
        self._show(found)

    def go_back(self) -> None:
        """Show the topic that was read before, else the list."""
        if self._stack.currentWidget() is self.topics and self._shown is not None:
            self._show(self._shown)
        elif self._past:
            self._show(self._past.pop())
        else:
            self.show_list(self.search_line.text())

    def _open_first(self) -> None:
        key = self.topics.item(0).data(_TOPIC)
        if key:
            self.open_topic(key)

    def _show(self, topic: Topic) -> None:
        self._shown = topic
        self._stack.setCurrentWidget(self.text)
        self.text.show_topic(topic)
        self._refresh()

    def _refresh(self) -> None:
        reading = self._stack.currentWidget() is self.text
        self._back.setEnabled(reading or self._shown is not None)
        self._contents.setEnabled(reading)
