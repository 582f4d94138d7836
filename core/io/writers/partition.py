"""Pictures of the cells in the plane, SVG and PDF: polygons while they are few, else pixels with the main edges."""

import base64
import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cmap import Colormap
from jaxtyping import Float64, UInt8

from core.base.errors import InputError
from core.io.atomic import replacing
from core.relu.cell_complex import CellComplex
from core.relu.cell_raster import cell_raster
from core.relu.pattern_raster import pattern_raster
from core.relu.relu_map import ReluMap

MOST_POLYGONS = 50_000
"""Cells in view up to which each is drawn as a polygon."""

PIXELS = 2000
"""Width of the raster that stands for more cells."""

LAYER_COLORS = ("#0072B2", "#A87900", "#00897B", "#8447B8", "#6B7180", "#004D40")
LAYER_WIDTHS = (2.0, 1.4, 1.0, 0.8, 0.7, 0.6)
"""Colours and widths of the edges of the first hidden layers; further layers are drawn like the last."""

SEGMENTS = 10_000
"""Edges in one path: some programs read no longer ones."""

SIZE = 800.0
"""Width of the picture, in points."""


@dataclass(frozen=True, eq=False)
class Picture:
    """What is to be drawn, in points of the picture, the origin in the upper left corner.

    Parameters
    ----------
    height : float
        Height; the width is `SIZE`.
    polygons : list of ((n, 2) array, colour)
        Filled polygons.
    raster : (h, w, 3) uint8 array or None
        Pixels that fill the picture instead.
    lines : list of ((n, 2, 2) array, colour, width)
        Edges, grouped by layer.
    """

    height: float
    polygons: list[tuple[np.ndarray, np.ndarray]]
    raster: UInt8[np.ndarray, "h w 3"] | None
    lines: list[tuple[np.ndarray, str, float]]


RASTER_SIDE = 1600
"""Side of a picture that is drawn pixel by pixel."""


def hash_colors(hashes: np.ndarray) -> UInt8[np.ndarray, "F 3"]:
    """Return a pale colour for each pattern hash, the same wherever the pattern comes back."""
    base = np.asarray(Colormap("crameri:batlow")(hashes / 2.0**64))[:, :3]
    white = np.array([0.46, 0.60, 0.74, 0.60])[(hashes & np.uint64(3)).astype(np.int64)][:, None]
    return np.round(255 * (base * (1 - white) + white)).astype(np.uint8)


def write_partition(
    cells: CellComplex,
    path: str | Path,
    colors: UInt8[np.ndarray, "F 3"] | None = None,
    view: tuple[Float64[np.ndarray, " 2"], Float64[np.ndarray, " 2"]] | None = None,
) -> None:
    """Draw cells to an SVG or PDF file.

    Parameters
    ----------
    cells : CellComplex
        The cells.
    path : str or Path
        The file; its suffix, ``.svg`` or ``.pdf``, tells the format.
    colors : (F, 3) uint8 array, optional
        Colour of each cell; by default one for each activation pattern.
    view : pair of (2,) float64 arrays, optional
        Opposite corners of what is shown, in latent units; by default the whole domain.

    Raises
    ------
    InputError
        If the suffix is another one, or the file cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() not in _WRITERS:
        raise InputError(target.name, f"has the suffix {target.suffix or '(none)'}", remedy="Use .svg or .pdf.")
    low, high = view if view is not None else (cells.domain.min(0) - 0.02, cells.domain.max(0) + 0.02)
    colors = hash_colors(cells.pattern_hash) if colors is None else colors
    content = _WRITERS[target.suffix.lower()](_picture(cells, colors, np.asarray(low), np.asarray(high)))
    with replacing(target) as temporary:
        temporary.write_bytes(content)


def _picture(cells: CellComplex, colors: np.ndarray, low: np.ndarray, high: np.ndarray) -> Picture:
    """Choose what is drawn, and how."""
    unit = SIZE / (high[0] - low[0])
    points = (cells.vertices - [low[0], high[1]]) * [unit, -unit]
    height = float((high[1] - low[1]) * unit)
    start = cells.offsets[:-1]
    corners = points[cells.corners]
    seen = np.flatnonzero(
        (np.minimum.reduceat(corners, start) < [SIZE, height]).all(1) & (np.maximum.reduceat(corners, start) > 0).all(1)
    )
    ends = points[cells.edges]
    edges = np.flatnonzero((ends.min(1) < [SIZE, height]).all(1) & (ends.max(1) > 0).all(1))
    if len(seen) <= MOST_POLYGONS:
        polygons = [(corners[cells.offsets[k] : cells.offsets[k + 1]], colors[k]) for k in seen.tolist()]
        return Picture(height, polygons, None, list(_lines(cells, ends, edges)))
    ids = cell_raster(cells, low, high, PIXELS, max(1, round(PIXELS * height / SIZE)))
    raster = np.concatenate([colors, np.full((1, 3), 255, np.uint8)])[ids]
    # The main edges: those of the first layers, and of the last of these the longest.
    length = np.hypot(*(ends[edges, 1] - ends[edges, 0]).T)
    edges = edges[np.lexsort((-length, cells.edge_layer[edges]))[:MOST_POLYGONS]]
    return Picture(height, [], raster, list(_lines(cells, ends, edges)))


def _lines(cells: CellComplex, ends: np.ndarray, edges: np.ndarray) -> Iterator[tuple[np.ndarray, str, float]]:
    """Yield the edges of each layer, the last layer first, the border of the domain at the end."""
    layers = cells.edge_layer[edges]
    for layer in sorted(set(layers.tolist()) - {-1}, reverse=True):
        style = min(layer, len(LAYER_COLORS) - 1)
        yield ends[edges[layers == layer]], LAYER_COLORS[style], 0.5 * LAYER_WIDTHS[style]
    if (layers == -1).any():
        yield ends[edges[layers == -1]], "#1A1D23", 1.0


def _number(value: float) -> str:
    """Return a coordinate with what a printer can resolve."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _svg(picture: Picture) -> bytes:
    """Return the picture as SVG."""
    out = io.StringIO()
    height = _number(picture.height)
    out.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE:g}" height="{height}" viewBox="0 0 {SIZE:g} {height}">\n'
    )
    if picture.raster is not None:
        data = base64.b64encode(_png(picture.raster)).decode("ascii")
        out.write(f'<image width="{SIZE:g}" height="{height}" href="data:image/png;base64,{data}"/>\n')
    for points, color in picture.polygons:
        steps = "L".join(f"{_number(x)} {_number(y)}" for x, y in points.tolist())
        out.write(f'<path fill="#{bytes(color).hex()}" d="M{steps}Z"/>\n')
    for ends, color, width in picture.lines:
        for first in range(0, len(ends), SEGMENTS):
            segments = "".join(
                f"M{_number(ax)} {_number(ay)}L{_number(bx)} {_number(by)}"
                for (ax, ay), (bx, by) in ends[first : first + SEGMENTS].tolist()
            )
            style = f'stroke="{color}" stroke-width="{width:g}" stroke-linecap="round"'
            out.write(f'<path fill="none" {style} d="{segments}"/>\n')
    out.write("</svg>\n")
    return out.getvalue().encode("ascii")


def write_pattern_png(network: ReluMap, path: str | Path, side: int = RASTER_SIDE) -> None:
    """Draw the cells of the latent disk pixel by pixel into a PNG file: nothing is decomposed, any network will do.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    hashes = pattern_raster(network, side)
    colors = np.where((hashes == 0)[..., None], 255, hash_colors(hashes.ravel()).reshape(side, side, 3))
    with replacing(path) as temporary:
        temporary.write_bytes(_png(colors.astype(np.uint8)))


def _png(raster: np.ndarray) -> bytes:
    """Return pixels as a PNG file."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = np.zeros((len(raster), 1 + 3 * raster.shape[1]), np.uint8)
    rows[:, 1:] = raster.reshape(len(raster), -1)
    header = struct.pack(">IIBBBBB", raster.shape[1], raster.shape[0], 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _pdf_page(picture: Picture) -> bytes:
    """Return the commands that draw the picture on a page."""
    out = io.StringIO()
    height = _number(picture.height)
    out.write(f"1 0 0 -1 0 {height} cm\n")
    if picture.raster is not None:
        out.write(f"q {SIZE:g} 0 0 -{height} 0 {height} cm /Raster Do Q\n")
    for points, color in picture.polygons:
        fill = " ".join(_number(c / 255) for c in color.tolist())
        steps = [f"{_number(x)} {_number(y)}" for x, y in points.tolist()]
        out.write(f"{fill} rg {steps[0]} m {' l '.join(steps[1:])} l f\n")
    for ends, color, width in picture.lines:
        stroke = " ".join(_number(int(color[i : i + 2], 16) / 255) for i in (1, 3, 5))
        out.write(f"{stroke} RG {width:g} w 1 J\n")
        for (ax, ay), (bx, by) in ends.tolist():
            out.write(f"{_number(ax)} {_number(ay)} m {_number(bx)} {_number(by)} l\n")
        out.write("S\n")
    return out.getvalue().encode("ascii")


def _pdf(picture: Picture) -> bytes:
    """Return the picture as a PDF file of one page."""
    page = zlib.compress(_pdf_page(picture), 6)
    box = f"[0 0 {SIZE:g} {_number(picture.height)}]"
    resources = "<< >>" if picture.raster is None else "<< /XObject << /Raster 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents 4 0 R /Resources {resources} >>".encode(),
        f"<< /Length {len(page)} /Filter /FlateDecode >>\nstream\n".encode() + page + b"\nendstream",
    ]
    if picture.raster is not None:
        rows, columns, _ = picture.raster.shape
        pixels = zlib.compress(picture.raster.tobytes(), 6)
        head = f"/Type /XObject /Subtype /Image /Width {columns} /Height {rows} /ColorSpace /DeviceRGB"
        head = f"<< {head} /BitsPerComponent 8 /Filter /FlateDecode /Length {len(pixels)} >>\nstream\n"
        objects.append(head.encode() + pixels + b"\nendstream")
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


_WRITERS: Mapping[str, Callable[[Picture], bytes]] = {".svg": _svg, ".pdf": _pdf}
