"""Writing cells: the open archives, the exact reconstruction, and pieces for ParaView."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64

from core.charts.section import Section
from core.io.atomic import replacing
from core.io.writers.ply import columns, write_ply
from core.relu.affine_pieces import affine_pieces
from core.relu.cell_complex import CellComplex
from core.relu.polygonal_complex import PolygonalComplex
from core.relu.surface_cell_complex import SurfaceCellComplex


def write_decoder_cells(cells: CellComplex, path: str | Path, section: Section | None = None) -> None:
    """Write the cells of a decoder as an archive ``budai-cells``: indices with 64 bits, geometry as float64.

    Parameters
    ----------
    cells : CellComplex
        The cells.
    path : str or Path
        The file, ``cells_decoder.npz``.
    section : Section, optional
        The plane of a latent space of more dimensions that they lie in: a code is ``origin + (x, y) @ axes``.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    plane = {} if section is None else {"origin": section.origin, "axes": section.axes}
    _write(path, "budai-cells", cells, domain=cells.domain, vertices=cells.vertices, **plane)


def write_encoder_cells(pieces: SurfaceCellComplex, path: str | Path) -> None:
    """Write the cells of an encoder on its surface as an archive ``budai-surface-cells``.

    Parameters
    ----------
    pieces : SurfaceCellComplex
        The pieces, vertices in input units.
    path : str or Path
        The file, ``cells_encoder.npz``.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    _write(
        path,
        "budai-surface-cells",
        pieces,
        vertices=pieces.positions,
        codes=pieces.codes,
        face=pieces.face.astype(np.int64),
        cell=pieces.cell.astype(np.int64),
        orientation=pieces.orientation,
    )


def _write(path: str | Path, kind: str, complex_: PolygonalComplex, **arrays: np.ndarray) -> None:
    """Write what both archives share, and what is special to one."""
    found: dict[str, Any] = {**arrays, "offsets": complex_.offsets}
    for name in ("corners", "edges", "edge_cells", "edge_unit"):
        found[name] = getattr(complex_, name).astype(np.int64)
    found["pattern_hash"] = complex_.pattern_hash
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, format=np.array(kind), version=np.array(1), **found)


def write_reconstruction_cells(
    cells: CellComplex, centre: Float64[np.ndarray, " 3"], scale: float, path: str | Path
) -> None:
    """Write the exact image of the disk under the decoder as polygons: one face a cell, in the order of the cells.

    Parameters
    ----------
    cells : CellComplex
        Cells of the decoder.
    centre, scale : (3,) float64 array, float
        The frame of the autoencoder: space is network output times scale, plus centre.
    path : str or Path
        The file, ``reconstruction_cells.ply``.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    write_ply(
        path,
        columns(cells.images * scale + centre),
        polygons=(cells.offsets, cells.corners),
        comments=("the image of each cell of the decoder, in the order of cells_decoder.npz",),
    )


def write_pieces_vtp(pieces: SurfaceCellComplex, path: str | Path) -> None:
    """Write the pieces of a surface as VTK polygons, with codes at the points and what is known of each piece.

    Parameters
    ----------
    pieces : SurfaceCellComplex
        The pieces.
    path : str or Path
        The file, suffix ``.vtp``.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    of_points = _array("code", pieces.codes, "Float64")
    of_cells = "".join(
        (
            _array("cell", pieces.cell, "Int32"),
            _array("affine_piece", affine_pieces(pieces), "Int64"),
            _array("face", pieces.face, "Int32"),
            _array("orientation", pieces.orientation, "Int8"),
            _array("singular_values", pieces.singular_values, "Float64"),
            _array("pattern_hash", pieces.pattern_hash, "UInt64"),
        )
    )
    counts = f'NumberOfPoints="{len(pieces.vertices)}" NumberOfPolys="{pieces.n_polygons}"'
    text = (
        '<?xml version="1.0"?>\n'
        '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt64">\n<PolyData>\n'
        f'<Piece {counts} NumberOfVerts="0" NumberOfLines="0" NumberOfStrips="0">\n'
        f"<PointData>{of_points}</PointData>\n<CellData>{of_cells}</CellData>\n"
        f"<Points>{_array('Points', pieces.positions, 'Float64')}</Points>\n"
        f"<Polys>{_array('connectivity', pieces.corners, 'Int32')}{_array('offsets', pieces.offsets[1:], 'Int64')}"
        "</Polys>\n</Piece>\n</PolyData>\n</VTKFile>\n"
    )
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="ascii")


_VTK_TYPES = {"Float64": "<f8", "Int64": "<i8", "Int32": "<i4", "Int8": "i1", "UInt64": "<u8"}


def _array(name: str, values: np.ndarray, kind: str) -> str:
    """Return an array in VTK's XML: base64, led by its size in bytes."""
    raw = np.ascontiguousarray(values, _VTK_TYPES[kind]).tobytes()
    body = base64.b64encode(np.array(len(raw), "<u8").tobytes() + raw).decode("ascii")
    components = values.shape[1] if values.ndim == 2 else 1
    head = f'type="{kind}" Name="{name}" NumberOfComponents="{components}" format="binary"'
    return f"<DataArray {head}>{body}</DataArray>"
