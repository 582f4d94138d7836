import numpy as np
import pytest
import torch

from core.training.losses import KEPT, Batch, LossWeights, chart_frames, guided_loss, mending_loss
from core.training.networks.network import Network, backward, forward
from core.training.networks.optimizer import Optimizer, _orthogonal, _power

CPU = torch.device("cpu")


def network(widths: tuple[int, ...], seed: int = 0) -> Network:
    generator = torch.Generator().manual_seed(seed)
    made = Network(widths, CPU)
    made.initialize(torch.randn(200, widths[0], generator=generator), None, generator)
    return made


def test_backward_agrees_with_automatic_differentiation() -> None:
    made, points = network((3, 16, 12, 9, 2)), torch.randn(50, 3, requires_grad=True)
    for tensor in made.parameters:
        tensor.requires_grad_(True)
    layers = made.layers()
    values = forward(layers, points)
    slope = torch.randn(50, 2)
    wanted = torch.autograd.grad((values[-1] * slope).sum(), [*made.parameters, points])
    with torch.no_grad():
        found, by_input = backward(layers, values, slope, to_input=True)
    for a, b in zip([*found, by_input], wanted, strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)


def test_low_precision_stays_near() -> None:
    made, points = network((3, 64, 64, 64, 2)), torch.randn(300, 3)
    exact, rough = made(points), made(points, torch.bfloat16)
    assert (rough - exact).abs().max() < 0.05 * exact.abs().max()
    assert (rough - exact).abs().max() > 0
    # Coordinates are not rounded: a shift below the resolution of bfloat16 is seen.
    one_layer = network((3, 64, 2), 1)
    moved = one_layer(points + 1e-3, torch.bfloat16) - one_layer(points, torch.bfloat16)
    true = one_layer(points + 1e-3) - one_layer(points)
    assert torch.nn.functional.cosine_similarity(moved.flatten(), true.flatten(), dim=0) > 0.5


def test_initial_hinges_pass_through_the_data_at_unit_scale() -> None:
    points = 5.0 + 0.1 * torch.randn(500, 3)
    made = Network((3, 40, 40, 2), CPU)
    made.initialize(points, None, torch.Generator().manual_seed(0))
    before = points @ made.weights[0].T + made.biases[0]
    torch.testing.assert_close(before.pow(2).mean(0), torch.ones(40), atol=1e-3, rtol=1e-3)
    assert (before.abs().min(0).values < 1e-3).all()
    assert ((before > 0).float().mean(0) < 1).all()


def test_the_last_layer_is_the_least_squares_solution() -> None:
    made, points = network((2, 30, 20, 3)), torch.randn(400, 2)
    targets = torch.randn(400, 3)
    made.fit_last_layer(points, targets)
    features = torch.cat([forward(made.layers(), points)[-2], torch.ones(400, 1)], 1)
    best = torch.linalg.lstsq(features.double(), targets.double()).solution
    error = (made(points) - targets).square().mean()
    assert error == pytest.approx(float((features.double() @ best - targets).square().mean()), rel=1e-3)


def test_conversion_keeps_every_number() -> None:
    made, points = network((3, 8, 7, 2)), torch.randn(20, 3)
    relu_map = made.relu_map()
    assert relu_map.widths == made.widths == (3, 8, 7, 2)
    for a, b in zip((*relu_map.weights, *relu_map.biases), made.parameters, strict=True):
        np.testing.assert_array_equal(a.astype(np.float32), b.numpy())
        np.testing.assert_array_equal(a.astype(np.float32).astype(float), a)
    np.testing.assert_allclose(relu_map(points.double().numpy()), made(points).numpy(), atol=1e-5)


def test_loss_derivatives_agree_with_automatic_differentiation() -> None:
    generator = torch.Generator().manual_seed(1)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    places = random(40, 3, 2)
    inverses, ideals = (torch.from_numpy(part) for part in chart_frames(places.numpy()))
    batch = Batch(random(40, 3, 3), places, inverses, ideals, random(0, 3, 3), random(0))
    codes = (places + 0.5 * random(40, 3, 2)).requires_grad_(True)
    images = random(40, 3, 3).requires_grad_(True)
    weights = LossWeights(guide=0.7, sobolev=0.3, injectivity=0.5, edges=0.4)
    figures, by_codes, by_images = guided_loss(batch, codes, images, weights, 0.6)
    wanted = torch.autograd.grad(figures[0], [codes, images])
    torch.testing.assert_close(by_codes.detach(), wanted[0])
    torch.testing.assert_close(by_images.detach(), wanted[1])
    assert figures[1].item() == pytest.approx((images - batch.points).square().sum(2).mean().item())


def test_frames_of_slivers_are_bounded() -> None:
    sliver, small = [[0.0, 0.0], [1.0, 0.0], [0.5, 1e-9]], [[0.0, 0.0], [1e-9, 0.0], [0.0, 1e-9]]
    large, fine = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.009, 0.0], [0.0, 0.009]]
    corners = np.array([sliver, small, large, fine])
    inverses, ideals = chart_frames(corners)
    assert np.linalg.svd(inverses, compute_uv=False)[:, 0].max() == pytest.approx(1 / 0.045)
    np.testing.assert_allclose(ideals[2], np.eye(2), atol=1e-12)
    np.testing.assert_allclose(ideals[3], np.eye(2) * 0.2, atol=1e-12)
    assert (np.linalg.det(ideals[:2]) > 0).all()
    assert np.linalg.det(ideals[:2]).max() < 1e-6
    np.testing.assert_allclose(inverses @ (corners[:, 1:] - corners[:, :1]), ideals, atol=1e-12)


@pytest.mark.parametrize("shape", [(2, 32, 32), (1, 16, 48), (3, 48, 16)])
def test_orthogonalization(shape: tuple[int, int, int]) -> None:
    drawn = torch.randn(*shape, generator=torch.Generator().manual_seed(2))
    left, values, right = torch.linalg.svd(drawn, full_matrices=False)
    matrices = left @ torch.diag_embed(values.clamp_min(0.2)) @ right
    torch.testing.assert_close(_orthogonal(matrices, torch.float32), left @ right, atol=0.05, rtol=0.05)

    torch.testing.assert_close(_orthogonal(matrices, torch.bfloat16), left @ right, atol=0.1, rtol=0.1)


def test_whitening() -> None:
    drawn = torch.randn(2, 24, 40, generator=torch.Generator().manual_seed(3))
    values, vectors = torch.linalg.eigh(drawn @ drawn.mT)
    expected = vectors @ torch.diag_embed((values / values[:, -1:]) ** -0.6) @ vectors.mT
    torch.testing.assert_close(_power(drawn @ drawn.mT, expected), expected, atol=1e-4, rtol=1e-3)
    assert _power(torch.full((1, 3, 3), torch.nan), torch.eye(3)[None]).isfinite().all()


def test_the_former_power_serves_where_eigenvalues_are_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    squares = torch.diag_embed(torch.tensor([[1.0, 2.0], [1.0, 4.0]]))
    former = torch.full((2, 2, 2), 7.0)

    def one_fails(matrices: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        values, vectors = torch.linalg.eigh(matrices)
        values[0] = torch.nan
        return values, vectors

    monkeypatch.setattr("core.training.networks.optimizer.eigenpairs", one_fails)
    found = _power(squares, former)
    assert (found[0] == 7.0).all()
    assert found[1].isfinite().all()
    assert found[1, 0, 0] > found[1, 1, 1]


@pytest.mark.parametrize("size", [1e-12, 1e-6, 1.0, 1e6])
def test_steps_have_the_same_length_however_small_the_derivatives_are(size: float) -> None:
    made = network((3, 24, 24, 24, 2))
    optimizer, before = Optimizer(made.parameters), [weight.clone() for weight in made.weights]
    generator = torch.Generator().manual_seed(5)
    for _ in range(3):
        gradients = [size * torch.randn(p.shape, generator=generator) for p in made.parameters]
        optimizer.step(gradients, 0.01, 0.0)
    for k in (1, 2):
        moved = made.weights[k] - before[k]
        assert moved.isfinite().all()
        assert 0.005 < float(moved.norm()) / 24**0.5 <= 0.0301


def test_the_optimizer_lowers_an_error_from_samples() -> None:
    made, generator = network((3, 24, 24, 24, 2)), torch.Generator().manual_seed(4)
    optimizer, fresh = Optimizer(made.parameters), torch.randn(1000, 3, generator=generator)

    def error() -> float:
        return float((made(fresh) - torch.sin(fresh[:, :2])).square().mean())

    before = error()
    for k in range(300):
        points = torch.randn(64, 3, generator=generator)
        layers = made.layers()
        values = forward(layers, points)
        gradients, _ = backward(layers, values, (values[-1] - torch.sin(points[:, :2])) * (2 / 64))
        factor = 1.0 - k / 300  # steps of a given length come to rest only as that goes to nothing
        optimizer.step(gradients, 0.03 * factor, 3e-3 * factor)
    assert error() < 0.05 * before


def test_mending_derivatives_agree_with_automatic_differentiation() -> None:
    generator = torch.Generator().manual_seed(2)
    codes = torch.randn(40, 3, 2, generator=generator, dtype=torch.float64).requires_grad_(True)
    areas = torch.rand(40, generator=generator, dtype=torch.float64)
    loss, by_codes = mending_loss(codes, areas, 0.7)
    edges = torch.stack([codes[:, j] - codes[:, i] for i, j in ((0, 1), (0, 2), (1, 2))])
    longest = edges.square().sum(2).amax(0).sqrt().detach()
    signed = edges[0, :, 0] * edges[1, :, 1] - edges[0, :, 1] * edges[1, :, 0]
    short = (1.0 - signed / (KEPT * areas)).clamp_min(0.0)
    penalty = torch.where(short < 2.0, 0.5 * short.square(), 2.0 * short - 2.0)
    wanted = 0.7 * (KEPT * areas * penalty / longest).sum()
    torch.testing.assert_close(loss, wanted)
    torch.testing.assert_close(by_codes, torch.autograd.grad(wanted, codes)[0])


def test_faces_that_keep_their_area_are_not_mended() -> None:
    codes = torch.tensor([[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
    loss, by_codes = mending_loss(codes, torch.tensor([1.0]), 1.0)
    assert loss == 0.0
    assert not by_codes.any()
    loss, by_codes = mending_loss(codes[:, [0, 2, 1]], torch.tensor([1.0]), 1.0)
    short = (1.0 + KEPT) / KEPT
    assert loss.item() == pytest.approx(KEPT * (2.0 * short - 2.0) / 2**0.5)
