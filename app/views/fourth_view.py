"""The fourth view: pages of the stages, in tabs where a stage has several."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.style.theme import Theme
from app.views.view import View, painted_widget


class FourthView(View):
    """Shows one page of many; pages of one stage have keys that begin alike, such as "transport/histogram".

    A page for some kinds of data alone names them: its attribute ``of`` is a tuple of kinds.

    Signals
    -------
    page_changed(key)
        Another page is shown.
    """

    page_changed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("fourth", "sparkle", "", theme, parent)
        self._stack = QStackedWidget(self)
        self.set_body(self._stack)
        self.add_tools(colors=False, cameras=False)
        self._pages: dict[str, tuple[str, str, QWidget]] = {}
        self.current = ""
        self._last: dict[str, str] = {}
        self._kind = "surface"
        self.header.tab_clicked.connect(self.show_page)

    def add_page(self, key: str, title: str, icon: str, page: QWidget) -> None:
        """Add a page; the first is shown until another is asked for."""
        self._pages[key] = (title, icon, page)
        self._stack.addWidget(page)
        changed = getattr(page, "caption_changed", None)
        if changed is not None:
            changed.connect(lambda caption, key=key: self._on_caption(key, caption))
        self.show_page(self.current or key)

    def show_kind(self, kind: str) -> None:
        """Offer the pages for a kind of data, "surface", "cloud" or "table", and leave one for another kind."""
        if kind == self._kind:
            return
        self._kind = kind
        stage = self.current.partition("/")[0]
        if self.current in self._pages and self.has_stage(stage):
            self.show_page(self.page_of(stage))

    def _keys(self, stage: str) -> list[str]:
        """Return the pages of a stage for the kind of data that is open."""
        pages = [(key, page) for key, (_, _, page) in self._pages.items() if key.partition("/")[0] == stage]
        return [key for key, page in pages if self._kind in getattr(page, "of", (self._kind,))]

    def has_stage(self, stage: str) -> bool:
        """Return whether a stage has a page."""
        return bool(self._keys(stage))

    def page_of(self, stage: str) -> str:
        """Return the page of a stage that was seen last, else its first.

        Raises
        ------
        KeyError
            If it has none.
        """
        keys = self._keys(stage)
        if not keys:
            raise KeyError(stage)
        return self._last[stage] if self._last.get(stage) in keys else keys[0]

    def show_page(self, key: str) -> None:
        """Show a page.

        Raises
        ------
        KeyError
            If there is no such page.
        """
        title, icon, page = self._pages[key]
        self.current = key
        self._stack.setCurrentWidget(page)
        stage = key.partition("/")[0]
        tabs = [(other, self._pages[other][0]) for other in self._keys(stage)]
        self.header.name(icon, title)
        self.header.set_tabs(tabs, key)
        self.header.set_caption(getattr(page, "caption", ""))
        self.set_empty(not hasattr(page, "picture"))
        self._last[stage] = key
        self.page_changed.emit(key)

    def set_thumbnail(self, thumbnail: bool) -> None:
        super().set_thumbnail(thumbnail)
        for _, _, page in self._pages.values():
            set_small = getattr(page, "set_small", None)
            if set_small is not None:
                set_small(thumbnail)

    def picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        paint = getattr(self._stack.currentWidget(), "picture", None)
        if paint is not None:
            return paint(scale, transparent)
        return painted_widget(self._stack, scale, transparent)

    def pages(self) -> dict[str, str]:
        """Return the titles of the pages for the kind of data that is open, by their keys."""
        return {
            key: title
            for key, (title, _, page) in self._pages.items()
            if self._kind in getattr(page, "of", (self._kind,))
        }

    def page(self, key: str) -> QWidget:
        """Return a page."""
        return self._pages[key][2]

    def handle_key(self, key: int) -> bool:
        canvas = getattr(self._stack.currentWidget(), "canvas", None)
        return canvas is not None and canvas.handle_key(key)

    def _on_caption(self, key: str, caption: str) -> None:
        if key == self.current:
            self.header.set_caption(caption)
