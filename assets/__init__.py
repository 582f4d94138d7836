"""Surfaces, icons and themes that come with the program."""

from dataclasses import dataclass
from pathlib import Path

_SURFACES = Path(__file__).parent / "surfaces"


@dataclass(frozen=True, eq=False)
class Sample:
    """A surface that comes with the program.

    Parameters
    ----------
    key : str
        Short name; also the name of its file without the suffix.
    title : str
        Name as the user reads it.
    description : str
        One sentence on what it shows.
    file : Path
        The file, a binary PLY.
    """

    key: str
    title: str
    description: str
    file: Path


def _sample(key: str, title: str, description: str) -> Sample:
    """The sample whose file is named by its key."""
    return Sample(key, title, description, _SURFACES / f"{key}.ply")


SAMPLES: tuple[Sample, ...] = (
    _sample("laughing_figurine", "Laughing figurine", "A seated laughing Budai on a lotus plinth, open at the base."),
    _sample("hemisphere", "Hemisphere", "Half a sphere: a disk that cannot be flattened without distortion."),
    _sample("saddle", "Saddle", "A hyperbolic paraboloid over a disk: curved the other way than a sphere."),
    _sample("swiss_roll", "Swiss roll", "A rolled sheet that unrolls into a rectangle without any distortion."),
    _sample("bumpy_disk", "Bumpy disk", "A round sheet with waves: detail that the decoder has to find."),
    _sample("sphere", "Sphere", "A closed surface: no single planar chart covers it."),
    _sample("torus", "Torus", "A closed surface with one handle."),
    _sample("mobius_strip", "Möbius strip", "A band with a half twist: it has one side and one boundary loop."),
    _sample("linked_tori", "Two linked tori", "Two components, linked like a chain."),
)
"""All samples, the figurine first, in the order of the menu."""


def sample_path(key: str) -> Path:
    """Return the file of a sample.

    Raises
    ------
    ValueError
        If there is no sample of that key.
    """
    for sample in SAMPLES:
        if sample.key == key:
            return sample.file
    raise ValueError(f"no sample is called {key!r}; there are {', '.join(sample.key for sample in SAMPLES)}")
