"""How often each face of a surface is drawn while its chart learns, and how large the triangles in it are."""

import torch

SIZES = (1.0, 1.0, 0.6, 0.6)
"""Sizes of the triangles of a batch, relative to the faces they lie in."""
FINE_SIZES = (1.0, 0.6, 0.3, 0.1)
"""The same where parts of faces are to be put right."""
_FOCUS = 0.25
"""Part of a batch that is taken there."""


def face_shares(areas: torch.Tensor, learned: torch.Tensor, focus: torch.Tensor | None) -> torch.Tensor:
    """Return the share of each face in a batch: half by area, as the error is measured, half by count, as flips are.

    Parameters
    ----------
    areas : (f,) tensor
        Part of the whole area, 0 where nothing is learned from a face.
    learned : (f,) tensor
        1 for faces that are learned from, 0 for others.
    focus : (f,) tensor or None
        1 for faces that are preferred, 0 for others.
    """
    share = 0.5 * areas + 0.5 * learned / learned.sum()
    if focus is None:
        return share
    focus = focus * learned
    return (1.0 - _FOCUS) * share + _FOCUS * focus / focus.sum().clamp_min(1.0)
