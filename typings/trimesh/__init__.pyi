"""Types of what Budai uses of trimesh, whose own do not tell what an export in one format returns."""

from typing import Literal

import numpy as np

from .visual import TextureVisuals

class Trimesh:
    def __init__(
        self,
        vertices: np.ndarray,
        faces: np.ndarray,
        *,
        process: bool = ...,
        validate: bool = ...,
        visual: TextureVisuals | None = ...,
    ) -> None: ...
    def export(self, *, file_type: Literal["glb"]) -> bytes: ...
