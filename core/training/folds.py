"""Where the encoder folds the surface, or nearly, while it learns."""

import torch

from core.training.losses import KEPT, determinants, doubled_areas

_HARD = 0.25
"""A face is hard if its area is less than this part of what it is in the chart."""
_HARD_SHARE = 1.0 / 3.0
"""Part of a batch that hard faces may take."""
_MENDED = 32
"""Faces in a batch that are turned over, or nearly."""
_LEAST_MENDED = 1e-3
"""Area in the chart, relative to the median, below which a face counts as being so large when it is mended."""


class Folds:
    """Faces that are turned over in the latent plane, or nearly.

    Parameters
    ----------
    corners : (f, 3, 3) tensor
        Corners of the faces in the pose of the training.
    places : (f, 3, 2) float64 tensor
        The same in the guiding chart, on the CPU.
    learned : (f,) bool tensor
        Faces that are learned from.
    """

    def __init__(self, corners: torch.Tensor, places: torch.Tensor, learned: torch.Tensor) -> None:
        self._corners, self._learned = corners, learned
        areas = doubled_areas(places)
        self._areas = areas.clamp_min(_LEAST_MENDED * areas.median()).float().to(corners.device)
        self._found = torch.empty(0, dtype=torch.int64, device=corners.device)

    def share_of_hard(self, relative: torch.Tensor, ideals: torch.Tensor) -> torch.Tensor:
        """Return how much more often faces are to be drawn that are nearly or wholly turned over.

        Parameters
        ----------
        relative, ideals : (f, 2, 2) tensors
            What takes each face of the chart to its codes, and what it would be if these were equal.
        """
        hard = (determinants(relative) < _HARD * determinants(ideals)) & self._learned
        # No face is drawn more than 50 times as often as others, should only a few be hard.
        return hard.float() * (_HARD_SHARE / (1.0 - _HARD_SHARE) / hard.sum().clamp_min(len(hard) / 50.0))

    def look(self, codes: torch.Tensor) -> None:
        """Find the faces that are to be mended, from the codes of the corners of all faces, (f, 3, 2)."""
        self._found = torch.nonzero((doubled_areas(codes) < KEPT * self._areas) & self._learned)[:, 0]

    def some(self, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the corners, (m, 3, 3), of some faces to be mended, and twice their areas in the chart."""
        face = self._found
        if len(face) > _MENDED:
            face = face[torch.randint(len(face), (_MENDED,), generator=generator, device=face.device)]
        return self._corners[face], self._areas[face]


def similar_triangles(draw: torch.Tensor, size: torch.Tensor) -> torch.Tensor:
    """Return barycentric coordinates, (n, 3, 3), of the corners of triangles inside a triangle and similar to it.

    Parameters
    ----------
    draw : (n, 3) tensor
        Random numbers from 0 to 1, which say where.
    size : (n,) tensor
        How large, relative to the triangle.
    """
    scale, middle = size[:, None, None], barycentric(draw)[:, None, :]
    return (1.0 - scale) * middle + scale * torch.eye(3, device=draw.device)


def barycentric(draw: torch.Tensor) -> torch.Tensor:
    """Return barycentric coordinates, uniform in a triangle, from (n, 3) numbers uniform between 0 and 1."""
    weights = -torch.log(draw.clamp_min(1e-9))
    return weights / weights.sum(1, keepdim=True)
