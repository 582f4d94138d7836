"""What a result is in a project file: figures and words in JSON, the rest in files of its own."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Packed:
    """A result in a project file.

    Parameters
    ----------
    about : mapping
        What goes into the JSON.
    files : mapping of str to bytes
        The files beside it, by their names.
    """

    about: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """Return the arrays of one of its files.

        Raises
        ------
        KeyError, ValueError, OSError
            If there is no such file, or it is damaged.
        """
        return arrays_of(self.files[name])


def npz(arrays: Mapping[str, np.ndarray | None]) -> bytes:
    """Return a compressed npz of the arrays that are there."""
    buffer = io.BytesIO()
    there: dict[str, Any] = {name: array for name, array in arrays.items() if array is not None}
    np.savez_compressed(buffer, **there)
    return buffer.getvalue()


def arrays_of(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of an npz.

    Raises
    ------
    ValueError, OSError
        If it is none.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        return {name: held[name] for name in held.files}
