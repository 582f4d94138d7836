"""Paints figures from the views, on the screen and into files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from app.composer.plan import Cell, FigureOptions, Part, cells, letter
from app.scene.palette import Palette
from app.style.paper import Paper, on_paper, paper_palette
from app.style.stylesheet import stylesheet
from app.style.theme import Theme
from app.views.view import View
from app.views.view_grid import ViewGrid
from app.widgets.canvas.disk_canvas import DiskCanvas
from app.widgets.canvas.surface_canvas import SurfaceCanvas
from core.base.errors import InputError
from core.io.atomic import replacing

FORMATS = ("png", "pdf", "svg")
_ABOVE, _LINE = 4.0, 1.25
"""Room above a caption, in pixels of the views, and height of its lines over the size of type."""
_WORDS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


@dataclass
class Sheet:
    """A figure that can be painted.

    Parameters
    ----------
    grid : ViewGrid
        The views.
    theme : Theme
        What they are painted by.
    options : FigureOptions
        Size and type.
    parts : list of Part
        The views in it, in their order.
    """

    grid: ViewGrid
    theme: Theme
    options: FigureOptions
    parts: list[Part]

    @property
    def size(self) -> QSizeF:
        """Size in pixels of the views."""
        return QSizeF(self.options.width, self.options.height) / self.options.unit

    @property
    def palette(self) -> Palette:
        """Colours of the figure."""
        if self.options.ground == "screen":
            return self.theme.palette
        return paper_palette("#FFFFFF" if self.options.ground == "paper" else "#00FFFFFF")

    def places(self) -> list[tuple[Part, Cell, str]]:
        """Return each view with where it stands and its letter.

        Raises
        ------
        BudaiError
            If there is no view, or no room.
        """
        taken = [part for part in self.parts if part.is_taken]
        letters = [letter(self.options, k) for k in range(len(taken))]
        columns = min(self.options.columns, max(len(taken), 1))
        width = (self.options.width - (columns - 1) * self.options.gap) / columns / self.options.unit
        heights = [self._caption_height(*pair, width) for pair in zip(taken, letters, strict=True)]
        where = cells(self.options, [height * self.options.unit for height in heights])
        return list(zip(taken, where, letters, strict=True))

    def paint(self, painter: QPainter, dots: float, has_vectors: bool = False) -> None:
        """Paint the figure in pixels of the views, with so many dots for each.

        Raises
        ------
        BudaiError
            If there is no view, or no room.
        """
        options, palette, places = self.options, self.palette, self.places()
        paper = Paper(max(1, min(-int(-dots // 1), 12)), True, has_vectors)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        if options.ground != "clear":
            painter.fillRect(QRectF(QPointF(), self.size), QColor(palette.view))
        with on_paper(self.theme, palette, options.family, options.has_remarks):
            for part, cell, name in places:
                x, y, width, height = (side / options.unit for side in (cell.x, cell.y, cell.width, cell.height))
                painter.save()
                painter.translate(x, y)
                painter.setClipRect(QRectF(0.0, 0.0, width, height))
                self._paint_view(painter, part.key, round(width), round(height), paper)
                painter.restore()
                self._paint_caption(painter, QRectF(x, y + height + _ABOVE, width, 1e4), name, part.caption, palette)

    # -- views -------------------------------------------------------------------------------------------------------

    def _paint_view(self, painter: QPainter, key: str, width: int, height: int, paper: Paper) -> None:
        view = self.grid.views.get(key)
        if view is not None:
            with _lent(view.seen_body, width, height):
                view.paint_on(painter, paper)
            return
        page = self.grid.fourth.page(key)
        with self._in_front(key), _lent(page, width, height), self._styled(page):
            paint = getattr(page, "paint_on", None)
            if paint is not None:
                paint(painter, paper)
            else:
                page.render(painter, QPoint(0, 0), renderFlags=QWidget.RenderFlag.DrawChildren)

    @contextmanager
    def _in_front(self, key: str) -> Iterator[None]:
        """Let a page be the one that is shown: what is hidden paints nothing of its parts."""
        fourth = self.grid.fourth
        former = fourth.current
        if former == key:
            yield
            return
        fourth.show_page(key)
        try:
            yield
        finally:
            fourth.show_page(former)

    @contextmanager
    def _styled(self, page: QWidget) -> Iterator[None]:
        """Let the words of a page have the colours and the font of the figure."""
        font = f'\nQWidget {{ font-family: "{self.theme.family}"; }}'
        page.setStyleSheet(stylesheet(self.theme.palette, self.theme.px, self.theme.monospace) + font)
        try:
            yield
        finally:
            page.setStyleSheet("")

    # -- captions ----------------------------------------------------------------------------------------------------

    def _fonts(self) -> tuple[QFont, QFont]:
        """Fonts of letters and of captions."""
        strong, plain = self.theme.font(11, 600), self.theme.font(11, 400)
        for font in (strong, plain):
            font.setPixelSize(11)
            if self.options.family:
                font.setFamily(self.options.family)
        return strong, plain

    def _indent(self, name: str) -> float:
        return QFontMetricsF(self._fonts()[0]).horizontalAdvance(name) + 5.0 if name else 0.0

    def _caption_height(self, part: Part, name: str, width: float) -> float:
        """Return how high letter and caption of a view are, in pixels of the views."""
        if not name and not part.caption:
            return 0.0
        room = QRectF(0.0, 0.0, max(width - self._indent(name), 1.0), 1e4)
        metrics = QFontMetricsF(self._fonts()[1])
        return _ABOVE + max(metrics.boundingRect(room, _WORDS, part.caption).height(), metrics.height())

    def _paint_caption(self, painter: QPainter, room: QRectF, name: str, caption: str, palette: Palette) -> None:
        strong, plain = self._fonts()
        painter.setPen(QColor(palette.text))
        painter.setFont(strong)
        painter.drawText(room, _WORDS, name)
        painter.setFont(plain)
        painter.drawText(room.adjusted(self._indent(name), 0.0, 0.0, 0.0), _WORDS, caption)

    # -- files -------------------------------------------------------------------------------------------------------

    def image(self, width: int, height: int, ratio: float = 1.0) -> QImage:
        """Return the figure in so many pixels.

        Raises
        ------
        BudaiError
            If there is no view, or no room.
        """
        image = QImage(QSize(width, height), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        dots = width / self.size.width()
        painter = QPainter(image)
        try:
            painter.scale(dots, height / self.size.height())
            self.paint(painter, dots)
        finally:
            painter.end()
        image.setDevicePixelRatio(ratio)
        return image

    def write(self, path: Path) -> None:
        """Write the figure into a PNG, PDF or SVG file.

        Raises
        ------
        BudaiError
            If there is no view, or no room; or the file cannot be written.
        """
        suffix = path.suffix.lower()[1:]
        if suffix not in FORMATS:
            raise InputError(path.name, f"a figure cannot be written as {path.suffix or '(none)'}", remedy=_USE)
        self.places()
        with replacing(path) as temporary:
            written = {"png": self._write_png, "pdf": self._write_pdf, "svg": self._write_svg}[suffix](str(temporary))
            if not written:
                raise InputError(path.name, "the figure could not be written", remedy="Choose another folder.")

    def _write_png(self, name: str) -> bool:
        image = self.image(*self.options.pixels)
        dots = round(self.options.resolution / 25.4 * 1000)
        image.setDotsPerMeterX(dots)
        image.setDotsPerMeterY(dots)
        return image.save(name, "PNG")  # type: ignore[call-overload]

    def _write_pdf(self, name: str) -> bool:
        writer = QPdfWriter(name)
        writer.setCreator("Budai")
        page = QPageSize(QSizeF(self.options.width, self.options.height), QPageSize.Unit.Millimeter, "", _EXACT)
        writer.setPageSize(page)
        writer.setPageMargins(QMarginsF(0.0, 0.0, 0.0, 0.0))
        writer.setResolution(self.options.resolution)
        painter = QPainter()
        if not painter.begin(writer):
            return False
        dots = self.options.resolution / 25.4 * self.options.unit
        painter.scale(dots, dots)
        self.paint(painter, dots, True)
        return painter.end()

    def _write_svg(self, name: str) -> bool:
        from PySide6.QtSvg import QSvgGenerator  # only where it is needed

        writer = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        writer.setFileName(name)
        writer.setTitle("Budai")
        writer.setDescription("")
        writer.setResolution(_SVG_DOTS)
        scale = _SVG_DOTS / 25.4
        writer.setSize(QSize(round(self.options.width * scale), round(self.options.height * scale)))
        writer.setViewBox(QRectF(QPointF(), self.size))
        painter = QPainter()
        if not painter.begin(writer):
            return False
        self.paint(painter, self.options.resolution / 25.4 * self.options.unit, True)
        return painter.end()


_SVG_DOTS = 2540
"""Dots an inch by which an SVG tells its size: hundredths of a millimetre."""
_EXACT = QPageSize.SizeMatchPolicy.ExactMatch
_USE = "Use .png, .pdf or .svg."


@contextmanager
def _lent(body: QWidget, width: int, height: int) -> Iterator[None]:
    """Give a body another size while it is painted into a figure; on the screen nothing moves.

    That is so because nothing is painted on the screen before both sizes have been given; what takes no updates would
    not be painted into the figure either.
    """
    former = body.geometry()
    canvases = [body, *body.findChildren(QWidget)]
    drawn = [canvas for canvas in canvases if isinstance(canvas, SurfaceCanvas | DiskCanvas)]
    small = [canvas.is_small for canvas in drawn]
    cameras = [(canvas, canvas.camera, _aspect(canvas)) for canvas in drawn if isinstance(canvas, SurfaceCanvas)]
    body.resize(width, height)
    _settle(body)
    for canvas in drawn:
        canvas.is_small = False
    for canvas, camera, aspect in cameras:
        if canvas.camera == camera and _aspect(canvas) < aspect:
            canvas.set_camera(camera.zoomed(_aspect(canvas) / aspect))  # else its sides would be cut off
    try:
        yield
    finally:
        body.setGeometry(former)
        _settle(body)
        for canvas, was_small in zip(drawn, small, strict=True):
            canvas.is_small = was_small
        for canvas, camera, _ in cameras:
            canvas.set_camera(camera)


def _aspect(canvas: SurfaceCanvas) -> float:
    return canvas.width() / max(canvas.height(), 1)


def _settle(widget: QWidget) -> None:
    """Let the parts of a widget take their places at once, in sight or not."""
    layout = widget.layout()
    if layout is not None:
        layout.activate()
    for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        _settle(child)


def offered(grid: ViewGrid, stages: set[str]) -> dict[str, str]:
    """Return the titles of the views, and of the pages of stages with results, by their keys."""
    views: dict[str, View] = {key: view for key, view in grid.views.items() if key != "fourth"}
    pages = {key: title for key, title in grid.fourth.pages().items() if key.partition("/")[0] in stages}
    return {key: view.header.title for key, view in views.items()} | pages
