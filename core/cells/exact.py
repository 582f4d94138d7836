"""Measuring an autoencoder by its exact cells."""

import numpy as np
from jaxtyping import Float64

from core.cells.decoder_pieces import FLAT, DecoderPieces
from core.cells.exact_figures import ExactFigures
from core.charts.autoencoder import Autoencoder
from core.geometry.rim import is_simple
from core.relu.cell_complex import CellComplex
from core.relu.surface_cell_complex import SurfaceCellComplex


def exact_figures(
    autoencoder: Autoencoder,
    decoder: CellComplex | None,
    encoder: SurfaceCellComplex | None,
    pieces: DecoderPieces | None,
) -> ExactFigures:
    """Return what the exact cells tell.

    Parameters
    ----------
    autoencoder : Autoencoder
        Whose cells they are.
    decoder : CellComplex or None
        Cells of the decoder network in the disk.
    encoder : SurfaceCellComplex or None
        Cells of the encoder on the surface.
    pieces : DecoderPieces or None
        Pieces of the whole decoder, where it has a detail layer.
    """
    found: dict[str, float | int | bool | None] = {"has_detail": autoencoder.detail is not None}
    if encoder is not None:
        whole = float(encoder.areas.sum())
        found |= {
            "pieces": encoder.n_pieces,
            "flipped_pieces": len(encoder.flipped),
            "flipped_area_rel": encoder.flipped_area / whole,
        }
        rim = rim_of(encoder)
        found["rim_is_simple"] = rim is not None and is_simple(rim)
    if decoder is not None:
        greater, smaller = decoder.singular_values.T
        found |= {"cells": decoder.n_cells, "flat_cells": int((smaller <= FLAT * greater).sum())}
    image = None
    if pieces is not None:
        found |= {
            "decoder_pieces": pieces.n_pieces,
            "flat_pieces": int((pieces.rank < 2).sum()),
            "turned_pieces": int((pieces.orientation < 0).sum()),
        }
        image = pieces.image_area
    elif decoder is not None and autoencoder.detail is None:
        image = float((decoder.areas * decoder.area_factor).sum()) * autoencoder.scale**2
    if image is not None and encoder is not None:
        found["image_area_rel"] = image / float(encoder.areas.sum())
    return ExactFigures(**found)  # pyright: ignore[reportArgumentType]


def rim_of(encoder: SurfaceCellComplex) -> Float64[np.ndarray, "n 2"] | None:
    """Return the image of a surface's boundary under the encoder, corner by corner.

    Returns
    -------
    (n, 2) float64 array or None
        None where the boundary is not one closed line.
    """
    ends = encoder.edges[~encoder.is_interior]
    if not len(ends):
        return None
    beside: dict[int, list[int]] = {}
    for a, b in ends.tolist():
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    if any(len(neighbours) != 2 for neighbours in beside.values()):
        return None
    start = int(ends[0, 0])
    loop, before = [start], start
    here = beside[start][0]
    while here != start:
        loop.append(here)
        one, other = beside[here]
        before, here = here, other if one == before else one
    return encoder.codes[loop] if len(loop) == len(beside) else None
