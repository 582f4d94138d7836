"""What exact cells tell of an autoencoder."""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class ExactFigures:
    """Figures that hold for every point of surface and disk, not for samples; None where cells were not computed.

    Parameters
    ----------
    pieces, flipped_pieces : int or None
        Pieces of faces on which the encoder is affine, and those whose image is flat or turned over.
    flipped_area_rel : float or None
        Area of the latter over that of the surface.
    rim_is_simple : bool or None
        Whether the image of the surface's boundary under the encoder is a closed polygon that does not meet itself.
    cells, flat_cells : int or None
        Cells of the decoder network in the disk, and those on which it has not rank 2.
    has_detail : bool
        Whether the decoder has a detail layer, so that the cells are not yet the pieces it is affine on.
    decoder_pieces, flat_pieces, turned_pieces : int or None
        With a detail layer: pieces of the whole decoder, those on which it has not rank 2, and those that the layer
        has turned over against the network.
    image_area_rel : float or None
        Area of the image of the disk under the whole decoder over that of the surface.
    """

    pieces: int | None = None
    flipped_pieces: int | None = None
    flipped_area_rel: float | None = None
    rim_is_simple: bool | None = None
    cells: int | None = None
    flat_cells: int | None = None
    has_detail: bool = False
    decoder_pieces: int | None = None
    flat_pieces: int | None = None
    turned_pieces: int | None = None
    image_area_rel: float | None = None

    def completed(self, former: "ExactFigures | None") -> "ExactFigures":
        """Return these figures, with those that were computed earlier for what was not computed now."""
        if former is None:
            return self
        names = [field.name for field in fields(self) if getattr(self, field.name) is None]
        return replace(self, **{name: getattr(former, name) for name in names})
