"""A target of the bench by what the user names: one in the plane, a surface, or the rows of a file."""

from pathlib import Path

from core.bench.targets import TARGETS, Target, of_rows, of_surface, target_of
from core.data.reading_options import ReadingOptions
from core.data.source import Source
from core.geometry.teaching import TEACHING_SURFACES
from core.io.digits import DIGITS
from core.io.load import load

_TEXT = {".csv", ".tsv", ".txt"}


def bench_target(name: str) -> Target:
    """Return the target of a name.

    Parameters
    ----------
    name : str
        A target in the plane (`target_of`), ``digits``, a teaching surface, or a file: of a surface, or of points or
        rows, such as a drawing of one's own with a point in each line.

    Raises
    ------
    BudaiError
        If there is no such target, or nothing can be learned of what the file holds.
    """
    if name.partition(":")[0] in TARGETS:
        return target_of(name)
    if not Path(name).exists() and name not in TEACHING_SURFACES and name != DIGITS:
        return target_of(name)  # says what there is
    # Text is read row by row: two columns are points of the plane, which no surface or cloud is.
    how = ReadingOptions(table=Path(name).suffix.lower() in _TEXT)
    return source_target(Path(name).stem, load(name, how))


def source_target(name: str, source: Source) -> Target:
    """Return the measure of a source that is open: the area of a surface, else what its points or rows are a sample of.

    Parameters
    ----------
    name : str
        What it is called.
    source : Source
        A surface, a cloud or a table.

    Raises
    ------
    BudaiError
        If nothing can be learned of it.
    """
    if source.has_faces:
        return of_surface(name, source.surface)
    if source.is_cloud:
        return of_rows(name, source.cloud.positions)
    return of_rows(name, source.table.values, source.table.labels if source.table.image_shape else None)
