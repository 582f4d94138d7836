"""What the four views have in common: a header with tools, and a body."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from app.scene.color_maps import BEFORE_PATTERNS, QUANTITIES, Quantity
from app.style.paper import Paper
from app.style.theme import Theme
from app.style.translation import tr
from app.views.layers import Layer
from app.views.stage_body import StageBody
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from app.widgets.view_header import HeaderButton, ViewHeader, popup_below


class View(QWidget):
    """A header of 32 pixels above a body.

    Signals
    -------
    maximise_requested(), screenshot_requested()
        A tool, a key or a double click asks for it.
    link_toggled(bool)
        Cameras shall move together or apart.
    play_requested()
        What the open stage can move shall move, or stand still.
    number_requested()
        A vertex shall be picked by its number.
    measure_requested()
        Distances shall be measured from the picked point, or no more.
    lasso_requested()
        The pointer shall go around points, or no more.
    color_by_changed(str)
        Another quantity is shown.
    drag_moved(QPoint), drag_dropped(QPoint)
        The header is dragged.
    """

    maximise_requested = Signal()
    screenshot_requested = Signal()
    link_toggled = Signal(bool)
    color_by_changed = Signal(str)
    play_requested = Signal()
    number_requested = Signal()
    measure_requested = Signal()
    lasso_requested = Signal()
    drag_moved = Signal(QPoint)
    drag_dropped = Signal(QPoint)

    def __init__(self, key: str, icon: str, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key, self.theme = key, theme
        self.color_by = ""
        self.layers: list[Layer] = []
        self.is_maximised = False
        self.header = ViewHeader(theme, icon, title, self)
        self.header.double_clicked.connect(self.maximise_requested)
        self.header.drag_moved.connect(self.drag_moved)
        self.header.drag_dropped.connect(self.drag_dropped)
        self.color_button: HeaderButton | None = None
        self.lasso_button: HeaderButton | None = None
        self.link_button: HeaderButton | None = None
        self.camera_button: HeaderButton | None = None
        self.screenshot_button: HeaderButton | None = None
        self.maximise_button: HeaderButton | None = None
        self.stage_body: StageBody | None = None
        self._body: QWidget | None = None
        self._is_empty = False
        self._is_thumbnail = False
        self._is_compact = False
        self._is_alone = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.header)
        self.setMinimumSize(0, 0)

    # -- for subclasses ----------------------------------------------------------------------------------------------

    def set_body(self, body: QWidget) -> None:
        """Put a widget under the header."""
        self._body = body
        self._layout.addWidget(body, 1)

    def add_tools(self, colors: bool, cameras: bool) -> None:
        """Add the tools: colour-by menu with lasso, link and cameras where asked for, screenshot, maximise."""
        if colors:
            self.color_button = self.header.add_button("caret-down", tr("Colour by (C)"))
            self.color_button.setText(tr("None"))
            self.color_button.clicked.connect(self.open_color_menu)
            self.lasso_button = self.header.add_button("selection", tr("Select a region: draw around it (B)"))
            self.lasso_button.setCheckable(True)
            self.lasso_button.clicked.connect(self.lasso_requested)
        if cameras:
            self.link_button = self.header.add_button("link-simple", tr("Link the cameras (L)"))
            self.link_button.setCheckable(True)
            self.link_button.toggled.connect(self.link_toggled)
            self.camera_button = self.header.add_button("video-camera", tr("Cameras"))
            self.camera_button.clicked.connect(self.open_camera_menu)
        self.screenshot_button = self.header.add_button("camera", tr("Save a picture of this view"))
        self.screenshot_button.clicked.connect(self.screenshot_requested)
        self.maximise_button = self.header.add_button("corners-out", tr("Maximise (M)"))
        self.maximise_button.clicked.connect(self.maximise_requested)

    def add_layer(self, layer: Layer) -> None:
        """Show what a stage adds."""
        self.layers.append(layer)

    def layer_of(self, key: str) -> Layer | None:
        """Return the layer that a quantity belongs to."""
        return next((layer for layer in self.layers if layer.has(key)), None)

    def quantities(self) -> dict[str, Quantity]:
        """Return what the view can be coloured by, in the order of the menu: its own and those of its layers."""
        found: dict[str, Quantity] = {}
        for key, quantity in QUANTITIES.items():
            found[key] = quantity
            if key == BEFORE_PATTERNS:
                found |= {other.key: other for layer in self.layers for other in layer.quantities}
        return found

    def has_quantity(self, key: str) -> bool:
        """Return whether the view can be coloured by a quantity now."""
        return key == "none"

    def offers(self, key: str) -> bool:
        """Return whether the view can ever be coloured by a quantity: what it cannot is not in its menu."""
        return True

    def extra_quantities(self) -> list[tuple[str, str]]:
        """Return keys and titles of scalars that the file holds."""
        return []

    def set_color_by(self, key: str) -> None:
        """Colour the view by a quantity."""
        self.show_color_by(key)
        self.color_by_changed.emit(key)

    def fill_camera_menu(self, menu: QMenu) -> None:
        """Append the entries of the camera menu."""

    def handle_key(self, key: int) -> bool:
        """Act on a key pressed in the view; return whether it meant something."""
        return False

    def picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        """Return the body with its overlays at a multiple of its size."""
        raise NotImplementedError

    def restyle(self) -> None:
        """Take over the theme."""
        self.header.restyle()

    def close_view(self) -> None:
        """Let go of what the view holds outside Qt."""

    # -- bodies of stages ----------------------------------------------------------------------------------------------

    def show_stage_body(self, body: StageBody, shown: bool) -> None:
        """Show the body of a stage in place of its own, or its own in place of this one."""
        if shown or body is self.stage_body:
            self._take_in(body if shown else None)

    def _take_in(self, body: StageBody | None) -> None:
        former, self.stage_body = self.stage_body, body
        if body is not former:
            if former is not None:
                former.changed.disconnect(self._show_body_words)
                former.hide()
            if self._body is not None:
                self._body.setVisible(body is None)
            if body is not None:
                if self._layout.indexOf(body) < 0:
                    self._layout.addWidget(body, 1)
                body.canvas.is_small = self._is_thumbnail
                body.changed.connect(self._show_body_words)
                body.show()
        self._show_body_words()

    def seen_picture(self, scale: int = 1, transparent: bool = False) -> QImage:
        """Return what is seen under the header, with its overlays, at a multiple of its size."""
        return (self.stage_body or self).picture(scale, transparent)

    @property
    def seen_body(self) -> QWidget:
        """What is seen under the header."""
        body = self.stage_body or self._body
        assert body is not None
        return body

    def paint_on(self, painter: QPainter, paper: Paper) -> None:
        """Paint what is seen under the header into a figure, in its own pixels."""
        body = self.seen_body
        if isinstance(body, StageBody | SurfaceCanvas):
            body.paint_on(painter, paper)
        else:
            painter.drawImage(QRectF(body.rect()), self.seen_picture(paper.ratio, paper.is_clear))

    def _show_body_words(self) -> None:
        self.header.lend_caption(None if self.stage_body is None else self.stage_body.caption)
        self.show_color_by(self.color_by)

    # -- state -------------------------------------------------------------------------------------------------------

    def show_color_by(self, key: str) -> None:
        """Name a quantity in the header."""
        self.color_by = key
        if self.color_button is not None:
            quantity = self.quantities().get(key)
            title = key.removeprefix("scalar:") if quantity is None else tr(quantity.title)
            if self.stage_body is not None:
                title = dict(self.stage_body.colors).get(self.stage_body.color_by, tr("None"))
            self.color_button.setText(title)
            self.header.lay_out()

    def set_empty(self, empty: bool) -> None:
        """Hide the tools of a view without content."""
        if empty != self._is_empty:
            self._is_empty = empty
            self._show_tools()

    def set_compact(self, compact: bool) -> None:
        """Hide captions and the camera menu in a small window."""
        self._is_compact = self.header.is_compact = compact
        self._show_tools()

    def set_alone(self, alone: bool) -> None:
        """Hide the tool that maximises, where only one view is shown at a time."""
        self._is_alone = alone
        self._show_tools()

    def set_thumbnail(self, thumbnail: bool) -> None:
        """Show the body alone, small, in the strip beside a maximised view."""
        self._is_thumbnail = thumbnail
        if self.stage_body is not None:
            self.stage_body.canvas.is_small = thumbnail
            self.stage_body.canvas.update()
        self.header.setVisible(not thumbnail)

    def set_maximised(self, maximised: bool) -> None:
        """Show that the view fills the centre."""
        self.is_maximised = maximised
        if self.maximise_button is not None:
            self.maximise_button.set_icon("corners-in" if maximised else "corners-out")

    def set_linked(self, linked: bool) -> None:
        """Show whether the cameras are linked."""
        if self.link_button is not None:
            self.link_button.blockSignals(True)
            self.link_button.setChecked(linked)
            self.link_button.blockSignals(False)

    def open_color_menu(self) -> None:
        """Open the menu of quantities; what needs a later stage is grey and names it."""
        if self.color_button is None or self._is_empty:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        if self.stage_body is not None:
            for key, title in self.stage_body.colors:
                action = QAction(title, menu, checkable=True)
                action.setChecked(key == self.stage_body.color_by)
                action.triggered.connect(lambda _, key=key, body=self.stage_body: self._choose_color(key, body))
                group.addAction(action)
                menu.addAction(action)
            popup_below(menu, self.color_button)
            return
        offered = {key: quantity for key, quantity in self.quantities().items() if self.offers(key)}
        entries = [(key, tr(quantity.title), quantity.made_by) for key, quantity in offered.items()]
        entries += [(key, title, "") for key, title in self.extra_quantities()]
        for key, title, made_by in entries:
            ready = self.has_quantity(key)
            if not ready and not made_by:
                continue
            action = QAction(title if ready else f"{title}\t{tr(made_by)}", menu, checkable=True)
            action.setEnabled(ready)
            action.setChecked(key == self.color_by)
            action.triggered.connect(lambda _, key=key: self._choose_color(key))
            group.addAction(action)
            menu.addAction(action)
        popup_below(menu, self.color_button)

    def _choose_color(self, key: str, body: StageBody | None = None) -> None:
        """Colour by what was chosen, unless it has gone, or the body has, while the menu was open."""
        if body is not self.stage_body:
            return
        if body is None and self.has_quantity(key):
            self.set_color_by(key)
        elif body is not None and key in dict(body.colors):
            body.color_chosen.emit(key)

    def open_camera_menu(self) -> None:
        """Open the menu of camera places."""
        if self.camera_button is not None:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            (self.stage_body or self).fill_camera_menu(menu)
            popup_below(menu, self.camera_button)

    def _show_tools(self) -> None:
        tools = (self.color_button, self.lasso_button, self.link_button, self.screenshot_button, self.maximise_button)
        for button in tools:
            if button is not None:
                button.setVisible(not self._is_empty and not (self._is_alone and button is self.maximise_button))
        if self.camera_button is not None:
            self.camera_button.setVisible(not self._is_empty and not self._is_compact)
        self.header.lay_out()

    # -- events ------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        plain = plain or event.modifiers() == Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() == Qt.Key.Key_M:
            self.maximise_requested.emit()
        elif plain and event.key() == Qt.Key.Key_C:
            self.open_color_menu()
        elif plain and event.key() == Qt.Key.Key_L and self.link_button is not None:
            self.link_button.toggle()
        elif plain and event.key() == Qt.Key.Key_Space:
            self.play_requested.emit()
        elif plain and event.key() == Qt.Key.Key_G:
            self.number_requested.emit()
        elif plain and event.key() == Qt.Key.Key_D:
            self.measure_requested.emit()
        elif plain and event.key() == Qt.Key.Key_B:
            self.lasso_requested.emit()
        elif not (plain and (self.stage_body or self).handle_key(event.key())):
            super().keyPressEvent(event)


def painted_widget(widget: QWidget, scale: int, transparent: bool) -> QImage:
    """Return a plain widget drawn at a multiple of its size."""
    picture = QImage(widget.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    picture.setDevicePixelRatio(scale)
    painter = QPainter(picture)
    flags = QWidget.RenderFlag.DrawChildren
    if not transparent:
        flags |= QWidget.RenderFlag.DrawWindowBackground
    widget.render(painter, QPoint(0, 0), renderFlags=flags)
    painter.end()
    picture.setDevicePixelRatio(1.0)
    return picture
