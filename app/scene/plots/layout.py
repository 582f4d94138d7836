"""How the figure of a claim is laid out: panels, axes, ticks, legends, as shapes in pixels."""

from dataclasses import dataclass

import numpy as np

from app.scene.palette import Palette
from app.scene.plots.shapes import Box, Dots, Line, Raster, Shape, Strokes, Words
from core.claims.figure import Bars, Field, Figure, Mark, Panel, Path, Points, Segments

_TITLE, _FOOT, _SIDE, _GAP = 30.0, 40.0, 52.0, 18.0
"""Room for the title above a panel, for its horizontal axis, for its vertical one, and between panels."""
_LEAST = 1e-12


def role_color(palette: Palette, role: str) -> str:
    """Return the colour of a role of `core.claims.figure.COLORS`."""
    if role in "abcd":
        return palette.layers["abcd".index(role)]
    return {"text": palette.text, "faint": palette.border_strong}.get(role) or getattr(palette, role)


def lay_out(
    figure: Figure, width: float, height: float, palette: Palette, scale: float = 1.0, columns: int = 0
) -> list[Shape]:
    """Return what a figure is drawn by.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    width, height : float
        Room, in pixels.
    palette : Palette
        Colours.
    scale : float
        Of type.
    columns : int
        How many panels stand side by side; 0 for as many as suit the room.
    """
    n = len(figure.panels)
    if not n or width < 40 or height < 40:
        return []
    columns = columns or _columns(n, width, height)
    rows = -(-n // columns)
    shapes: list[Shape] = []
    across, down = (width - _GAP) / columns, (height - _GAP) / rows
    for k, panel in enumerate(figure.panels):
        row, column = divmod(k, columns)
        room = (_GAP + column * across, _GAP / 2 + row * down, across - _GAP, down - _GAP / 2)
        shapes += _Axes(panel, room, palette, scale).shapes()
    return shapes


def _columns(n: int, width: float, height: float) -> int:
    """Return in how many columns some panels are neither flat nor narrow, and few places stay empty."""

    def blemish(columns: int) -> float:
        rows = -(-n // columns)
        return abs(np.log(width / columns / (height / rows) / 1.2)) + 0.5 * (rows * columns - n)

    return min(range(1, n + 1), key=blemish)


@dataclass
class _Axes:
    """One panel in its room (x, y, width, height)."""

    panel: Panel
    room: tuple[float, float, float, float]
    palette: Palette
    scale: float

    def shapes(self) -> list[Shape]:
        x, y, width, height = self.room
        self._has_axes = not self.panel.equal and not self.panel.bare
        named = any(getattr(mark, "name", "") for mark in self.panel.marks)
        top = (_TITLE if self.panel.title else 8.0) * self.scale + (18.0 * self.scale if named else 0.0)
        left = _SIDE * self.scale if self._has_axes else 0.0
        foot = _FOOT * self.scale if self._has_axes else 4.0
        self._left, self._top = x + left, y + top
        self._width, self._height = max(width - left, 8.0), max(height - top - foot, 8.0)
        self._low, self._high = self._ends()
        title = Words(x, y + 12 * self.scale, self.panel.title, self.palette.text, -1, 12.0, True)
        drawn = [shape for mark in self.panel.marks for shape in self._mark(mark)]
        return [title, *self._legend(x, y + top - 7 * self.scale), *self._ticks(), *drawn]

    # -- scales ------------------------------------------------------------------------------------------------------

    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of both axes, logarithms where an axis is logarithmic."""
        corners = [corner for mark in self.panel.marks for corner in _corners(mark)]
        every = self._scaled(np.concatenate(corners)) if corners else np.zeros((1, 2))
        every = every[np.isfinite(every).all(1)]
        every = every if len(every) else np.zeros((1, 2))
        low, high = every.min(0), every.max(0)
        if self.panel.equal:
            middle = 0.5 * (low + high)
            unit = max((high - low) / [self._width, self._height]) * 1.06 + _LEAST
            half = 0.5 * unit * np.array([self._width, self._height])
            return middle - half, middle + half
        is_bars = any(isinstance(mark, Bars) for mark in self.panel.marks)
        flat = high - low <= 1e-9 * np.maximum(np.abs(high), 1.0)  # what differs by rounding is a straight line
        room = np.where(flat, 0.5, 0.04 * (high - low))
        low, high = low - room, high + room
        if is_bars:
            low[0], high[0] = min(low[0], 0.4), max(high[0], every[:, 0].max() + 0.6)
            low[1] = 0.0 if every[:, 1].min() >= 0.0 and not self.panel.log_y else low[1]
            high[1] = max(high[1], low[1] + 1.0) if not every[:, 1].any() else high[1]
        return low, high

    def _scaled(self, points: np.ndarray) -> np.ndarray:
        made = np.array(points, np.float64)
        for axis, is_log in enumerate((self.panel.log_x, self.panel.log_y)):
            if is_log:
                with np.errstate(invalid="ignore", divide="ignore"):
                    made[:, axis] = np.log10(made[:, axis])
        return made

    def _place(self, points: np.ndarray) -> np.ndarray:
        """Return points of the panel in pixels; what lies far outside is held at the border."""
        share = (self._scaled(points) - self._low) / np.maximum(self._high - self._low, _LEAST)
        share = np.where(np.isnan(share), np.nan, np.clip(share, -0.02, 1.02))
        return np.column_stack([self._left + share[:, 0] * self._width, self._top + (1 - share[:, 1]) * self._height])

    # -- marks -------------------------------------------------------------------------------------------------------

    def _mark(self, mark: Mark) -> list[Shape]:
        if isinstance(mark, Points):
            return [Dots(self._place(mark.at), role_color(self.palette, mark.color), mark.size)]
        if isinstance(mark, Path):
            color = role_color(self.palette, mark.color)
            return [Line(piece, color, mark.width, mark.dashed) for piece in _pieces(self._place(mark.at))]
        if isinstance(mark, Segments):
            ends = self._place(mark.at.reshape(-1, 2)).reshape(-1, 2, 2)
            return [Strokes(ends, role_color(self.palette, mark.color), mark.width)]
        return self._bars(mark) if isinstance(mark, Bars) else [self._field(mark)]

    def _bars(self, mark: Bars) -> list[Shape]:
        n = len(mark.values)
        middle = 1.0 + np.arange(n)
        base = 0.0 if not self.panel.log_y else 10.0 ** self._low[1]
        tops = self._place(np.column_stack([middle, mark.values]))
        feet = self._place(np.column_stack([middle, np.full(n, base)]))
        width = max(0.72 * self._width / max(self._high[0] - self._low[0], _LEAST), 1.0)
        shapes: list[Shape] = []
        for k in range(n):
            color = role_color(self.palette, mark.colors[k % len(mark.colors)])
            ends = sorted((tops[k, 1], feet[k, 1]))
            high = max(ends[1] - ends[0], 2.0)
            shapes.append(Box(tops[k, 0] - 0.5 * width, ends[1] - high, width, high, color))
            if mark.names:
                at = self._top + self._height + 12 * self.scale
                shapes.append(Words(tops[k, 0], at, mark.names[k], self.palette.text_muted))
        return shapes

    def _field(self, mark: Field) -> Shape:
        ground, two = _rgb(self.palette.sheet), [_rgb(role_color(self.palette, role)) for role in "ab"]
        share = np.clip(np.abs(mark.values), 0.0, 1.0)[..., None] * mark.strength
        tint = np.where((mark.values < 0)[..., None], two[0], two[1])
        pixels = np.round(ground + share * (tint - ground)).astype(np.uint8)[::-1]
        left, right, lower, upper = mark.box
        a, b = self._place(np.array([[left, upper], [right, lower]]))
        return Raster(a[0], a[1], b[0] - a[0], b[1] - a[1], pixels)

    # -- axes --------------------------------------------------------------------------------------------------------

    def _legend(self, x: float, y: float) -> list[Shape]:
        shapes: list[Shape] = []
        seen = set[str]()
        for mark in self.panel.marks:
            name = getattr(mark, "name", "")
            if not name or name in seen or isinstance(mark, Bars | Field):
                continue
            seen.add(name)
            color = role_color(self.palette, mark.color)
            if isinstance(mark, Points):
                shapes.append(Dots(np.array([[x + 6, y]]), color, 7.0))
            else:
                shapes.append(Line(np.array([[x, y], [x + 13, y]]), color, 2.0, getattr(mark, "dashed", False)))
            shapes.append(Words(x + 18, y, name, self.palette.text_muted, -1))
            x += (18 + 6.4 * len(name) + 14) * self.scale
        return shapes

    def _ticks(self) -> list[Shape]:
        if not self._has_axes:
            return []
        palette, shapes, names = self.palette, list[Shape](), any(getattr(m, "names", ()) for m in self.panel.marks)
        bottom, right = self._top + self._height, self._left + self._width
        for value, text in _marks_of(self._low[1], self._high[1], self.panel.log_y, self._height / 44):
            y = self._top + (self._high[1] - value) / (self._high[1] - self._low[1]) * self._height
            shapes.append(Line(np.array([[self._left, y], [right, y]]), palette.border, 1.0))
            shapes.append(Words(self._left - 8, y, text, palette.text_faint, 1))
        for value, text in _marks_of(self._low[0], self._high[0], self.panel.log_x, self._width / 64):
            is_between = any(isinstance(m, Bars) for m in self.panel.marks) and not float(value).is_integer()
            if names or is_between:
                continue
            x = self._left + (value - self._low[0]) / (self._high[0] - self._low[0]) * self._width
            shapes.append(Words(x, bottom + 12 * self.scale, text, palette.text_faint))
        middle = self._left + 0.5 * self._width
        shapes.append(Words(middle, bottom + 29 * self.scale, self.panel.x_label, palette.text_muted))
        at = self._left - 44 * self.scale
        shapes.append(
            Words(at, self._top + 0.5 * self._height, self.panel.y_label, palette.text_muted, is_upright=True)
        )
        return shapes


def _corners(mark: Mark) -> list[np.ndarray]:
    """Return points that a mark has to have in sight."""
    if isinstance(mark, Points | Path):
        return [mark.at]
    if isinstance(mark, Segments):
        return [mark.at.reshape(-1, 2)]
    if isinstance(mark, Field):
        left, right, low, high = mark.box
        return [np.array([[left, low], [right, high]])]
    return [np.column_stack([0.5 + np.arange(len(mark.values)) + 0.5, mark.values])]


def _pieces(points: np.ndarray) -> list[np.ndarray]:
    """Return the runs of points between those that are no numbers."""
    good = np.isfinite(points).all(1)
    cuts = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(int)))
    return [points[a:b] for a, b in cuts.reshape(-1, 2).tolist() if b - a > 1]


def _marks_of(low: float, high: float, is_log: bool, most: float) -> list[tuple[float, str]]:
    """Return where ticks are with what they say."""
    most = max(most, 1.0)
    if is_log:
        step = max(1, int(np.ceil((high - low) / most)))
        if high - low < 1.0:
            return [(value, f"{10.0**value:.3g}") for value in (low, high)]
        return [(float(p), _power(p)) for p in range(int(np.ceil(low)), int(np.floor(high)) + 1, step)]
    power = 10.0 ** np.floor(np.log10((high - low) / most))
    step = next(s * power for s in (1, 2, 5, 10, 20) if (high - low) / (s * power) <= most)
    first = int(np.ceil(low / step - 1e-9))
    return [(k * step, _text(k * step)) for k in range(first, int(np.floor(high / step + 1e-9)) + 1)]


def _text(value: float) -> str:
    """Return a number at a tick, with a true minus."""
    text = f"{abs(value):,.6g}" if abs(value) >= 1e-4 or not value else f"{abs(value):.0e}"
    return f"\N{MINUS SIGN}{text}" if value < -1e-12 else text


def _power(exponent: int) -> str:
    raised = str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    return {0: "1", 1: "10"}.get(exponent, f"10{raised}")


def _rgb(color: str) -> np.ndarray:
    return np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)], float)
