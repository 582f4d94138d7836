"""The learner on autograd: any dimension, losses as functions, and the same as the fast one on a surface."""

import numpy as np
import pytest
import torch

from core.charts.autoencoder import Autoencoder
from core.geometry.normalization import unit_frame_of_points
from core.training.general_learner import GeneralLearner, Pair, squared_error
from core.training.learner import Learner
from core.training.losses import free_loss
from core.training.networks.network import backward, forward
from core.training.pose import pose_of
from core.training.recipe import Recipe
from tests.core.make import bumpy_disk

CPU = torch.device("cpu")


def swiss_roll(n: int, ambient: int, seed: int = 0) -> np.ndarray:
    """Return points of a rolled-up sheet, turned into a space of any dimension."""
    rng = np.random.default_rng(seed)
    angle, height = 1.5 * np.pi * (1.0 + rng.random(n)), rng.random(n)
    roll = np.column_stack([angle * np.cos(angle) / 10.0, height, angle * np.sin(angle) / 10.0])
    return roll @ np.linalg.qr(rng.normal(size=(ambient, ambient)))[0][:3]


def test_autograd_and_written_out_derivatives_agree() -> None:
    surface = bumpy_disk()
    learner = GeneralLearner(surface.vertices, ((16, 12), (16, 12)), 2, CPU, 0, batch=64)
    points = learner.points[:64]
    learner.encoder.weights[0].grad = None
    squared_error(Pair(learner.encoder.layers(), learner.decoder.layers(), learner.generator), points).backward()
    found = [tensor.grad for tensor in (*learner.encoder.parameters, *learner.decoder.parameters)]
    with torch.no_grad():
        encoder, decoder = learner.encoder.layers(), learner.decoder.layers()
        encoded = forward(encoder, points)
        decoded = forward(decoder, encoded[-1])
        _, slope = free_loss(points, decoded[-1])
        by_decoder, slope = backward(decoder, decoded, slope, to_input=True)
        by_encoder, _ = backward(encoder, encoded, slope)
    for one, other in zip(found, [*by_encoder, *by_decoder], strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_it_learns_a_surface_about_as_well_as_the_fast_one() -> None:
    surface = bumpy_disk(8)
    pose, widths, steps = pose_of(surface), ((32, 32), (32, 32)), 600
    fast = Learner(pose, np.zeros(len(surface.faces), bool), None, widths, CPU, 1, 0, Recipe(triangles=64))
    general = GeneralLearner(pose.points, widths, 2, CPU, 0, batch=192)
    for k in range(steps):
        fast.step((k + 0.5) / steps)
        general.step((k + 0.5) / steps)
    errors = []
    codes, images = general.images()
    errors.append(float((images - general.points).square().sum(1).mean().sqrt()))
    found = fast.decoder(fast.encoder(fast.points))
    errors.append(float((found - fast.points).square().sum(1).mean().sqrt()))
    fast.close()
    assert codes.shape == (len(surface.vertices), 2)
    assert errors[0] < 0.3
    assert errors[0] < 1.5 * errors[1]


@pytest.mark.parametrize(("ambient", "dimension"), [(3, 2), (20, 2), (20, 5), (7, 1)])
def test_any_dimensions(ambient: int, dimension: int) -> None:
    rows = swiss_roll(400, ambient)
    frame = unit_frame_of_points(rows)
    learner = GeneralLearner(frame.normalize(rows), ((32, 32), (32, 32)), dimension, CPU, 0, batch=128)
    first = float(learner.step(0.0)[1])
    for k in range(300):
        last = float(learner.step((k + 0.5) / 300)[1])
    assert last < first
    assert last / ambient < (0.05 if dimension > 1 else 0.6)
    encoder, decoder = learner.maps()
    autoencoder = Autoencoder(encoder, decoder, frame.centre, frame.scale)
    codes = autoencoder.encode(rows)
    assert codes.shape == (400, dimension)
    np.testing.assert_allclose(codes, learner.images()[0].numpy(), atol=1e-4)
    assert np.mean((autoencoder.decode(codes) - rows) ** 2) < 0.5 * rows.var()


def test_a_loss_is_a_function() -> None:
    def smooth(pair: Pair, points: torch.Tensor) -> torch.Tensor:
        aim = torch.randn(points.shape, generator=pair.generator)
        moved = pair.encode(points + 0.05 * aim)
        return squared_error(pair, points) + 200.0 * (moved - pair.encode(points)).square().sum(1).mean()

    rows = swiss_roll(300, 5)
    rows = (rows - rows.mean(0)) / rows.std()
    spreads = []
    for loss in (squared_error, smooth):
        learner = GeneralLearner(rows, ((16,), (16,)), 2, CPU, 0, loss, batch=64)
        for k in range(200):
            learner.step((k + 0.5) / 200)
        spreads.append(float(learner.images()[0].std()))
    assert spreads[1] < 0.8 * spreads[0]


def test_the_same_seed_gives_the_same_networks_and_states_are_kept() -> None:
    rows = swiss_roll(100, 4)
    learners = [GeneralLearner(rows, ((8,), (8,)), 2, CPU, 3, batch=32) for _ in range(2)]
    for learner in learners:
        for k in range(10):
            learner.step(k / 10)
    assert all(torch.equal(a, b) for a, b in zip(learners[0].state(), learners[1].state(), strict=True))
    kept = learners[0].state()
    learners[0].step(0.5)
    assert not torch.equal(kept[0], learners[0].state()[0])
    learners[0].restore(kept)
    assert torch.equal(kept[0], learners[0].state()[0])
    learners[0].encoder.weights[0].data[0, 0] = torch.nan
    assert not learners[0].is_sound
    learners[0].close()


def test_a_frame_of_points_has_unit_coordinates() -> None:
    rows = 1e6 + 1e-3 * swiss_roll(500, 9)
    frame = unit_frame_of_points(rows)
    normal = frame.normalize(rows)
    assert np.abs(normal.mean(0)).max() < 1e-6
    assert np.square(normal).mean() == pytest.approx(1.0, rel=1e-6)
    np.testing.assert_allclose(frame.restore(normal), rows, rtol=1e-12)
    with pytest.raises(ValueError, match="do not differ"):
        unit_frame_of_points(np.ones((3, 2)))
    with pytest.raises(ValueError, match="do not differ"):
        unit_frame_of_points(np.empty((0, 2)))
