"""The cells of a trained autoencoder: of the decoder in the disk, of the encoder on the surface."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Int64

from core.base.clock import ActiveClock
from core.base.errors import BudaiError
from core.base.option_checks import check_known, check_within
from core.base.progress import Progress, Work, part
from core.cells.decoder_pieces import DecoderPieces, decoder_pieces
from core.cells.exact import exact_figures
from core.cells.exact_figures import ExactFigures
from core.charts.autoencoder import Autoencoder
from core.charts.section import Section
from core.data.surface import Surface
from core.geometry.rectifiable import RectifiedComplexity, rectified_complexity
from core.relu.affine_pieces import affine_pieces
from core.relu.capacity import Capacity, log10_bound_dimension, log10_bound_theorem
from core.relu.cell_complex import CellComplex
from core.relu.decomposition import decomposition, disk_polygon
from core.relu.surface_cell_complex import SurfaceCellComplex
from core.relu.surface_decomposition import piece_origin, surface_decomposition

Part = Literal["decoder", "encoder", "composition"]
Plane = Literal["widest", "coordinates", "cell", "layer"]
_KEPT = 3
"""Numbers of an image up to which the map of every cell is kept; of wider ones they would take gigabytes."""
PARTS: tuple[Part, ...] = ("decoder", "encoder", "composition")


@dataclass(frozen=True)
class CellsOptions:
    """What is to be decomposed.

    Parameters
    ----------
    of : tuple of "decoder", "encoder" and "composition"
        The decoder's cells in the disk, the encoder's on the surface, and those of decoder after encoder, which refine
        the encoder's.
    complexity : bool
        Whether to bound the number of linear charts that the surface needs as well, which takes some seconds.
    keep_pieces : bool
        Whether to keep the pieces of a decoder with a detail layer, not their figures alone: a million and more.
    plane : "widest", "coordinates", "cell" or "layer"
        Of codes of more numbers than two, what spans the plane that is cut: the directions in which they spread most,
        two coordinates, or two singular directions of the map of a cell or of the first layer of the decoder.
    first, second : int
        Which coordinates or directions, from 1.
    row : int
        The row of the table through whose code the plane passes; -1: through the mean of all codes.

    Raises
    ------
    BudaiError
        If a part is not known, or none is named, or a value is out of its bounds.
    """

    of: tuple[Part, ...] = field(
        default=("decoder", "encoder"),
        metadata={
            "label": "Of",
            "of": "faces",
            "kind": "segmented",
            "wide": True,
            "choices": (("decoder",), ("encoder",), ("decoder", "encoder")),
            "tooltip": "Decoder: cells in the disk. Encoder: cells on the surface. Composition: both on the surface.",
        },
    )
    complexity: bool = field(
        default=False,
        metadata={
            "label": "Charts needed",
            "of": "faces",
            "tooltip": "Bound the number of linear charts that the surface needs (theorem 4.12). Takes some seconds.",
        },
    )

    keep_pieces: bool = field(default=False, metadata={"label": "Keep pieces", "hidden": True})
    plane: Plane = field(
        default="widest",
        metadata={
            "label": "Plane",
            "of": "rows",
            "choices": ("widest", "coordinates", "cell", "layer"),
            "tooltip": "Codes have more numbers than two: the plane in which they are seen and cells are cut. Widest: "
            "where codes spread most. Coordinates: two of them. Cell, layer: two singular directions of the map of a "
            "cell, or of the first layer of the decoder.",
        },
    )
    first: int = field(
        default=1,
        metadata={
            "label": "First direction",
            "of": "rows",
            "minimum": 1,
            "maximum": 16,
            "tooltip": "Number of the coordinate or direction that goes to the right, from 1.",
        },
    )
    second: int = field(
        default=2,
        metadata={
            "label": "Second direction",
            "of": "rows",
            "minimum": 1,
            "maximum": 16,
            "tooltip": "Number of the coordinate or direction that goes up, from 1.",
        },
    )
    row: int = field(
        default=-1,
        metadata={
            "label": "Through row",
            "of": "rows",
            "minimum": -1,
            "maximum": 2**31 - 1,
            "tooltip": "The plane passes through the code of this row; -1: through the mean of all codes.",
        },
    )

    def __post_init__(self) -> None:
        check_known(self, "plane")
        for name in ("first", "second", "row"):
            check_within(self, name, getattr(self, name))
        if not self.of or set(self.of) - set(PARTS):
            raise BudaiError(f"Cells of {', '.join(self.of) or 'nothing'} are not known. Choose {', '.join(PARTS)}.")


@dataclass(frozen=True, eq=False)
class Cells:
    """Exact cells, as far as they were asked for.

    Parameters
    ----------
    decoder : CellComplex or None
        D(psi): cells of the decoder in the 256-gon inscribed in the disk.
    encoder : SurfaceCellComplex or None
        D(phi): cells of the encoder on the surface.
    composition : SurfaceCellComplex or None
        D(psi o phi): cells of decoder after encoder on the surface.
    seconds : dict of str to float
        How long each took.
    complexity : RectifiedComplexity or None
        Bounds of the number of linear charts that the surface needs.
    exact : ExactFigures or None
        What the cells tell of the autoencoder, for its certificate.
    detail_pieces : DecoderPieces or None
        Pieces of the whole decoder, where it has a detail layer and they were to be kept.
    messages : tuple of str
        What the user should know.
    section : Section or None
        The plane that the decoder was cut in, where codes have more numbers than two.
    """

    decoder: CellComplex | None
    encoder: SurfaceCellComplex | None
    composition: SurfaceCellComplex | None
    seconds: dict[str, float]
    complexity: RectifiedComplexity | None = None
    exact: ExactFigures | None = None
    detail_pieces: DecoderPieces | None = None
    messages: tuple[str, ...] = ()
    section: Section | None = None

    @cached_property
    def decoder_pieces(self) -> Int64[np.ndarray, " F"]:
        """The affine piece of each cell of the decoder."""
        if self.decoder is None:
            raise ValueError("the decoder was not decomposed")
        return affine_pieces(self.decoder)

    def capacity(self, autoencoder: Autoencoder) -> Capacity | None:
        """Return what the encoder can distinguish beside what the surface needs, where both were computed."""
        if self.encoder is None or self.complexity is None:
            return None
        return Capacity(
            log10_bound_theorem(autoencoder.encoder.widths),
            log10_bound_dimension(autoencoder.encoder.widths),
            self.encoder.n_cells,
            self.complexity.at_least,
            self.complexity.at_most,
        )


def relinked(cells: Cells, surface: Surface | None, autoencoder: Autoencoder) -> Cells:
    """Return cells that hold this very surface and these very networks, not the copies that came from a process."""
    autoencoder = autoencoder if cells.section is None else cells.section.seen(autoencoder)
    decoder, parts = cells.decoder, {}
    for name in ("encoder", "composition"):
        part = getattr(cells, name)
        if part is not None and surface is not None:
            network = autoencoder.encoder if name == "encoder" else part.network
            part = replace(part, network=network, surface=surface, encoder=autoencoder.encoder)
        parts[name] = part
    decoder = decoder and replace(decoder, network=autoencoder.decoder)
    pieces = cells.detail_pieces
    if pieces is not None and decoder is not None:
        pieces = replace(pieces, autoencoder=autoencoder, cells=decoder)
    return replace(cells, decoder=decoder, detail_pieces=pieces, **parts)


def find_cells(
    surface: Surface | None, autoencoder: Autoencoder, options: CellsOptions, section: Section | None = None
) -> Work[Cells]:
    """Decompose an autoencoder exactly.

    Parameters
    ----------
    surface : Surface or None
        The surface that it was trained on; None where only the decoder is decomposed.
    autoencoder : Autoencoder
        The networks.
    options : CellsOptions
        Which of them.
    section : Section, optional
        The plane that the decoder is cut in, where codes have more numbers than two.

    Returns
    -------
    Cells
        Those that were asked for.

    Raises
    ------
    BudaiError
        If there are more cells than memory.
    TopologyError
        If the surface is not an oriented manifold.
    """
    parts: list[Part] = [name for name in PARTS if name in options.of]
    if surface is None and (parts != ["decoder"] or options.complexity):
        raise BudaiError("Cells of the encoder lie on a surface, and there is none. Ask for those of the decoder.")
    autoencoder = autoencoder if section is None else section.seen(autoencoder)
    radius = 1.0 if section is None else section.radius
    messages = () if surface is None or parts == ["decoder"] else _coarse(surface, autoencoder)
    found: dict[str, CellComplex | SurfaceCellComplex | None] = dict.fromkeys(PARTS)
    seconds: dict[str, float] = {}
    for k, name in enumerate(parts):
        yield Progress(k / len(parts), f"Cells of the {name}: compiling the kernels the first time")
        clock = ActiveClock()
        work = _work(surface, autoencoder, name, radius)
        low, high = k / len(parts), (k + 1) / len(parts)
        found[name] = yield from part(work, low, high, clock=clock, report=_of(f"Cells of the {name}"))
        seconds[name] = clock.seconds
    decoder, encoder = found["decoder"], found["encoder"]
    pieces = None
    if decoder is not None and autoencoder.detail is not None:
        clock = ActiveClock()
        try:
            work = decoder_pieces(autoencoder, decoder)  # pyright: ignore[reportArgumentType]
            pieces = yield from part(work, clock=clock, report=_of("Cells cut by the detail layer"))
        except BudaiError as error:
            messages += (f"The pieces of the decoder with its detail layer could not be computed: {error}",)
        seconds["detail_pieces"] = clock.seconds
    yield Progress(1.0, "Figures of the cells")
    exact = exact_figures(autoencoder, decoder, encoder, pieces)  # pyright: ignore[reportArgumentType]
    complexity = None
    if options.complexity and surface is not None:
        clock = ActiveClock()
        complexity = yield from part(rectified_complexity(surface), clock=clock)
        seconds["complexity"] = clock.seconds
    kept = pieces if options.keep_pieces else None
    return Cells(decoder, encoder, found["composition"], seconds, complexity, exact, kept, messages, section)  # pyright: ignore[reportArgumentType]


def _coarse(surface: Surface, autoencoder: Autoencoder) -> tuple[str, ...]:
    """Tell where files in the units of a surface far from the origin cannot hold its pieces."""
    if not piece_origin(surface, autoencoder.centre, autoencoder.scale).any():
        return ()
    step = float(np.spacing(np.abs(surface.vertices).max()))
    return (
        f"So far from the origin the coordinates have steps of {step:.3g}: the cells on the surface are exact, but in "
        "files many of them are flat. Move the surface to the origin and export it anew for such files.",
    )


def _of(what: str) -> Callable[[Progress], Progress]:
    """Return what says before each message what is being decomposed."""
    return lambda progress: replace(progress, message=f"{what}: {progress.message}")


def _work(
    surface: Surface | None, autoencoder: Autoencoder, part: Part, radius: float
) -> Work[CellComplex] | Work[SurfaceCellComplex]:
    if part == "decoder":
        keeps = autoencoder.ambient_dimension <= _KEPT
        return decomposition(autoencoder.decoder, radius * disk_polygon(), with_maps=keeps)
    assert surface is not None
    second = autoencoder.decoder if part == "composition" else None
    return surface_decomposition(surface, autoencoder.encoder, autoencoder.centre, autoencoder.scale, second)
