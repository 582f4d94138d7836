"""Surfaces, icons and themes that come with the program."""

from dataclasses import dataclass
from pathlib import Path

from core.geometry.teaching import TEACHING_SURFACES
from core.io.digits import DIGITS

_FIGURINE = Path(__file__).parent / "surfaces" / "laughing_figurine.ply"


@dataclass(frozen=True, eq=False)
class Sample:
    """A surface or a table that comes with the program.

    Parameters
    ----------
    key : str
        Short name.
    title : str
        Name as the user reads it.
    description : str
        One sentence on what it shows.
    file : Path
        What is opened: a file, or the name of a surface that is made when it is opened.
    """

    key: str
    title: str
    description: str
    file: Path


_TITLES = {
    "hemisphere": "Hemisphere",
    "saddle": "Saddle",
    "swiss_roll": "Swiss roll",
    "bumpy_disk": "Bumpy disk",
    "sphere": "Sphere",
    "torus": "Torus",
    "mobius_strip": "Möbius strip",
    "linked_tori": "Two linked tori",
    "klein_bottle": "Klein bottle",
}
SAMPLES: tuple[Sample, ...] = (
    Sample(
        "laughing_figurine",
        "Laughing figurine",
        "A seated laughing Budai on a lotus plinth, open at the base.",
        _FIGURINE,
    ),
    *(Sample(key, _TITLES[key], known.lesson, Path(key)) for key, known in TEACHING_SURFACES.items()),
    Sample(
        DIGITS,
        "Handwritten digits",
        "A table: 1,797 images of 8 x 8 pixels, each a point of 64 numbers.",
        Path(DIGITS),
    ),
)
"""All samples, the figurine first, in the order of the menu."""


def sample_path(key: str) -> Path:
    """Return the file of a sample, or the name that it is opened by.

    Raises
    ------
    ValueError
        If there is no sample of that key.
    """
    for sample in SAMPLES:
        if sample.key == key:
            return sample.file
    raise ValueError(f"no sample is called {key!r}; there are {', '.join(sample.key for sample in SAMPLES)}")
