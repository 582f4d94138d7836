"""Which parts are decomposed, and what is told of them."""

from dataclasses import replace

import pytest

from core.base.progress import finish
from core.cells.cells import CellsOptions, find_cells
from core.data.surface import Surface
from tests.core.denoising.make_autoencoder import learned_project

PROJECT = learned_project()


def test_cells_on_a_surface_far_from_the_origin_are_found_and_it_is_told_that_files_hold_them_badly() -> None:
    surface, networks = PROJECT.source.surface, PROJECT.training.autoencoder
    far = Surface(surface.vertices + 1e12, surface.faces)
    moved = replace(networks, centre=networks.centre + 1e12)
    near = finish(find_cells(surface, networks, CellsOptions(of=("encoder",))))
    found = finish(find_cells(far, moved, CellsOptions(of=("decoder", "encoder"))))
    assert found.encoder.areas.min() > 0
    assert abs(found.encoder.n_pieces / near.encoder.n_pieces - 1.0) < 0.02
    assert found.exact.flipped_area_rel == pytest.approx(near.exact.flipped_area_rel, abs=0.01)
    assert "steps of 0.000122" in found.messages[0]
    assert "Move the surface to the origin" in found.messages[0]
    assert finish(find_cells(far, moved, CellsOptions(of=("decoder",)))).messages == ()


def test_cells_on_a_surface_beside_the_origin_are_found() -> None:
    found = finish(find_cells(PROJECT.source.surface, PROJECT.training.autoencoder, CellsOptions()))
    assert found.encoder is not None
    assert found.messages == ()
