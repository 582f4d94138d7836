"""All claims as tiles with a search, and the page of one of them; it needs no project."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.claims.card_page import CardPage
from app.claims.run_all import RunAllBar
from app.claims.tile import WIDTH, Tile
from app.claims.unfold_page import UnfoldPage
from app.process.jobs import Workers
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.canvas.plotter import SurfacePlotter
from app.widgets.text import counted, label
from core.claims.card import Verdict
from core.claims.gallery import GROUPS, cards_of, has_words
from core.claims.ways import Way

_GAP = 16


class Gallery(QStackedWidget):
    """Tiles, and a page.

    Parameters
    ----------
    theme : Theme
        The look.
    workers : Workers
        Where runs go on.
    make_plotter : callable
        Makes what draws the networks of a claim, when one is unfolded first.

    Signals
    -------
    closed()
        The user goes back to the project.
    """

    closed = Signal()

    def __init__(self, theme: Theme, workers: Workers, make_plotter: Callable[[], SurfacePlotter]) -> None:
        super().__init__()
        self._theme, self._workers, self._make_plotter = theme, workers, make_plotter
        self.unfolding: UnfoldPage | None = None
        self.tiles: dict[str, Tile] = {}
        self._last: dict[str, tuple[Any, Verdict]] = {}
        """Knobs and verdict of the last run of each card."""
        self._heads: dict[str, QLabel] = {}
        self._grids: dict[str, QGridLayout] = {}
        self._columns = 0
        self.page = CardPage(theme, workers)
        self.addWidget(self._make_list())
        self.addWidget(self.page)
        self.page.back_requested.connect(self.show_all)
        self.page.finished.connect(self._keep)
        self.page.unfold_requested.connect(self.show_ways)
        theme.follow(self._restyle)

    def show_all(self) -> None:
        """Show the tiles; a run that goes on is ended."""
        self.page.end_run()
        self.setCurrentIndex(0)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_claim(self, name: str) -> None:
        """Show the page of one claim; where it is shown already, its run goes on."""
        if self.currentWidget() is self.page and self.page.name == name:
            return
        options, verdict = self._last.get(name, (None, None))
        self.page.show_card(name, self.tiles[name].card, options, verdict)
        self.setCurrentWidget(self.page)

    def show_ways(self, title: str, ways: tuple[Way, ...]) -> None:
        """Unfold the networks that a run has trained."""
        if self.unfolding is None:
            self.unfolding = UnfoldPage(self._theme, self._workers, self._make_plotter())
            self.unfolding.back_requested.connect(self.leave)
            self.addWidget(self.unfolding)
        self.setCurrentWidget(self.unfolding)
        self.unfolding.show_ways(title, ways)
        self.unfolding.space.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let go of the graphics and threads of a network that was unfolded: the window may be closing."""
        super().hideEvent(event)
        page = self.unfolding
        if page is not None and not event.spontaneous():
            self.unfolding = None
            page.close_page()
            if self.currentWidget() is page:
                self.setCurrentWidget(self.page)
            self.removeWidget(page)
            page.deleteLater()

    def run(self) -> None:
        """Run or stop the claim whose page is shown."""
        if self.currentWidget() is self.page:
            self.page.run()

    def end_run(self) -> None:
        """End what runs."""
        self.page.end_run()
        self.bar.runs.end()
        if self.unfolding is not None:
            self.unfolding.end_run()

    def leave(self) -> None:
        """Go back: from a network to its claim, from a page to the tiles, from those to the project."""
        if self.unfolding is not None and self.currentWidget() is self.unfolding:
            self.unfolding.end_run()
            self.setCurrentWidget(self.page)
        elif self.currentWidget() is self.page:
            self.show_all()
        else:
            self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # -- tiles -------------------------------------------------------------------------------------------------------

    def _keep(self, name: str, verdict: Verdict) -> None:
        self._last[name] = (self.page.options, verdict)
        self.tiles[name].show_verdict(verdict)

    def _keep_default(self, name: str, verdict: Verdict | None) -> None:
        """Keep what came out with default knobs; nothing where it could not be run."""
        if verdict is not None:
            self._last[name] = (self.tiles[name].card.options(), verdict)
            self.tiles[name].show_verdict(verdict)

    def _fits(self, tile: Tile) -> bool:
        """Return whether all that is searched for is in what a card says."""
        return has_words(tile.name, tile.card, self.field.text())

    def _arrange(self, *_: object, anew: bool = False) -> None:
        """Put the tiles that are searched for into as many columns as there is room for."""
        room = self.width() - self._theme.px(64)
        columns = max(1, (room + _GAP) // (self._theme.px(WIDTH) + _GAP))
        if columns == self._columns and not anew:
            return
        self._columns = columns
        n_found = 0
        for group, grid in self._grids.items():
            while grid.takeAt(0) is not None:
                pass
            found = [self.tiles[name] for name in cards_of(group) if self._fits(self.tiles[name])]
            for tile in self.tiles.values():
                if tile.property("group") == group:
                    tile.setVisible(tile in found)
            for k, tile in enumerate(found):
                grid.addWidget(tile, k // columns, k % columns)
            self._heads[group].setVisible(bool(found))
            n_found += len(found)
        self._count.setText(counted(n_found, "1 claim", "{n} claims") if n_found else tr("No claim has these words."))

    def _make_list(self) -> QWidget:
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Search claims"))
        self.field.setAccessibleName(tr("Search claims"))
        self.field.setClearButtonEnabled(True)
        self.field.setToolTip(tr("Words of a title, a statement or a source"))
        self.field.textChanged.connect(lambda: self._arrange(anew=True))
        self.close_button = QPushButton(tr("Back to the project"))
        self.close_button.setProperty("role", "flat")
        self.close_button.setToolTip(tr("Back to the project (Esc)"))
        self.close_button.clicked.connect(self.closed)
        self._count = label("", "caption")
        head = QHBoxLayout()
        head.addWidget(label(tr("Claims"), "title"))
        head.addStretch(1)
        head.addWidget(self._count)
        head.addWidget(self.field)
        head.addWidget(self.close_button)
        self._head = head
        page = QWidget()
        page.setObjectName("welcomePage")
        self._column = QVBoxLayout(page)
        self._column.addLayout(head)
        self.bar = RunAllBar(self._theme, self._workers)
        self.bar.runs.tested.connect(self._keep_default)
        lead = tr("Theorems and experiments, each with knobs, seeds, and a verdict that can come out false.")
        self._column.addWidget(label(lead, "lead", wrap=True))
        self._column.addWidget(self.bar)
        for group in GROUPS:
            self._heads[group] = label(tr(group), "heading")
            self._column.addWidget(self._heads[group])
            grid = self._grids[group] = QGridLayout()
            grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            grid.setSpacing(_GAP)
            self._column.addLayout(grid)
            for name, card in cards_of(group).items():
                tile = self.tiles[name] = Tile(self._theme, name, card, page)
                tile.setProperty("group", group)
                tile.clicked.connect(lambda _=False, name=name: self.show_claim(name))
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("welcome")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        return scroll

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(32), px(20), px(32), px(32))
        self._column.setSpacing(px(14))
        self._head.setSpacing(px(12))
        self.field.setFixedWidth(px(220))
        self._theme.set_icon(self.close_button, "arrow-left")
        self._arrange(anew=True)
