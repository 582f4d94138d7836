"""Writing the exact pieces of a decoder with a detail layer."""

from pathlib import Path

from core.cells.decoder_pieces import DecoderPieces
from core.io.writers.ply import columns, write_ply


def write_reconstruction_pieces(pieces: DecoderPieces, path: str | Path) -> None:
    """Write the exact image of the latent domain under the whole decoder as polygons, one face a piece.

    Parameters
    ----------
    pieces : DecoderPieces
        The pieces.
    path : str or Path
        The file, ``reconstruction_pieces.ply``: vertices in input units, texture coordinates (code + 1) / 2, all as
        double.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    vertex = columns(pieces.images) | columns((pieces.vertices + 1.0) / 2.0, ("s", "t"))
    comment = "Budai: exact image of the latent disk under the decoder with its detail layer"
    write_ply(path, vertex, polygons=(pieces.offsets, pieces.corners), comments=(comment,))
