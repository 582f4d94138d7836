"""What is computed, and how it is kept in a project."""

from collections.abc import Mapping
from typing import Any

from core.base.progress import Progress, Work, part
from core.data.reading_options import ReadingOptions
from core.data.source import Source, require
from core.denoising.row_options import RowDenoisingOptions
from core.denoising.rows import RowsDenoising, denoise_rows
from core.io.reading import reading
from core.session.packed import Packed, npz
from core.session.stages import Stage
from core.training.result import TrainingResult

_FILE = "row_denoising.npz"
_ARRAYS = ("noisy", "clean", "one_pass", "points", "codes", "own")


def read_and_denoise_rows(
    source: Source, training: TrainingResult, options: RowDenoisingOptions
) -> Work[RowsDenoising]:
    """Bring noisy rows back onto the decoded manifold of a table, those of a file read first.

    Raises
    ------
    TopologyError
        If the source is no table, or what is read is none.
    BudaiError
        If a file cannot be used, or its rows have another number of columns.
    """
    require(source, "denoising of rows", "rows")
    options.check_path()
    given = None
    if options.input != "own":
        yield Progress(None, "Reading the file")
        given = (yield from part(reading(options.path, ReadingOptions(table=True)))).table
    return (yield from part(denoise_rows(source.table, training, options, given)))


def pack(found: RowsDenoising) -> Packed:
    """Return what goes into a project file."""
    arrays = {name: getattr(found, name) for name in _ARRAYS}
    return Packed({"floor": found.floor, "exact": found.exact}, {_FILE: npz(arrays)})


def unpack(packed: Packed, results: Mapping[str, Any], file: str) -> RowsDenoising:
    """Return the denoised rows that were stored by `pack`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If parts are missing or do not fit each other.
    """
    about, arrays = packed.about, packed.arrays(_FILE)
    floor, shape = about["floor"], arrays["noisy"].shape
    for name in ("clean", "one_pass", "points"):
        if arrays.get(name, arrays["noisy"]).shape != shape:
            raise ValueError(f"{name} are other rows than the noisy ones")
    return RowsDenoising(
        noisy=arrays["noisy"],
        clean=arrays.get("clean"),
        one_pass=arrays["one_pass"],
        points=arrays["points"],
        codes=arrays["codes"],
        floor=None if floor is None else float(floor),
        own=arrays["own"],
        exact=bool(about["exact"]),
    )


WORK = Stage(
    "row_denoising", RowDenoisingOptions, read_and_denoise_rows, ("source", "training"), pack=pack, unpack=unpack
)
