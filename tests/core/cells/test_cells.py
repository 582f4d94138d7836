"""Which parts are decomposed, and which are refused."""

from dataclasses import replace

import pytest

from core.base.errors import BudaiError
from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from core.data.surface import Surface
from tests.core.denoising.make_autoencoder import learned_project

PROJECT = learned_project()


def test_cells_on_a_surface_too_far_from_the_origin_are_refused_and_the_others_kept() -> None:
    surface, networks = PROJECT.source.surface, PROJECT.training.autoencoder
    far = Surface(surface.vertices + 1e12, surface.faces)
    moved = replace(networks, centre=networks.centre + 1e12)
    found = finish(find_cells(far, moved, CellsOptions(of=("decoder", "encoder"))))
    assert found.decoder is not None
    assert found.encoder is None
    assert "steps of 0.000122" in found.messages[0]
    assert "Move the surface to the origin" in found.messages[0]
    with pytest.raises(BudaiError, match="no cells on the surface"):
        finish(find_cells(far, moved, CellsOptions(of=("encoder",))))


def test_cells_on_a_surface_beside_the_origin_are_found() -> None:
    found = finish(find_cells(PROJECT.source.surface, PROJECT.training.autoencoder, CellsOptions()))
    assert found.encoder is not None
    assert found.messages == ()
