"""Generative models: each learns, flows have their density, transports tear, and what diverges ends."""

import numpy as np
import pytest
import torch

from core.base.errors import BudaiError, TrainingError
from core.base.progress import finish
from core.training.generators.adversarial import Adversarial, Wasserstein
from core.training.generators.cloud import Cloud
from core.training.generators.flows import CouplingFlow, ScoreMatching
from core.training.generators.looking import edge_picture
from core.training.generators.models import MODELS, Budget
from core.training.generators.networks import Adam
from core.training.generators.plane import plane_of
from core.training.generators.settings import CLIP, GameSettings, VariationalSettings, changed, settings_from
from core.training.generators.train import train_generator

RNG = np.random.default_rng(0)
BLOB = RNG.normal(size=(300, 2)) * [0.3, 0.1] + [5.0, -2.0]


@pytest.mark.parametrize("name", [name for name in MODELS if name != "charts_ot"])
def test_every_model_takes_its_steps_and_draws_in_input_units(name):
    clouds = []
    trained = finish(
        train_generator(name, BLOB, Budget(steps=30)),
        lambda one: clouds.append(one.payload) if isinstance(one.payload, Cloud) else None,
    )
    assert trained.steps == (0 if name == "ae_ot" else 30)
    assert not trained.diverged
    drawn = trained.draw(200, seed=1)
    assert np.array_equal(drawn, trained.draw(200, seed=1))
    assert np.abs(drawn.mean(0) - [5.0, -2.0]).max() < 2.0
    assert clouds[-1].points.shape == (500, 2)


def test_the_same_seed_gives_the_same_model():
    one, other, third = (finish(train_generator("gan", BLOB, Budget(steps=5, seed=seed))) for seed in (3, 3, 4))
    assert np.array_equal(one.draw(20), other.draw(20))
    assert not np.array_equal(one.draw(20), third.draw(20))


def test_a_flow_goes_back_where_it_came_from_with_the_density_of_its_derivative():
    torch.manual_seed(0)
    flow = CouplingFlow(3).double().requires_grad_(False)
    noise = torch.randn(1, 3, dtype=torch.float64)

    def image(z):
        points = z[None]
        for layer, kept, moved in reversed(list(zip(flow.layers, flow._kept, flow._moved, strict=True))):
            shift, log_scale = flow._of(layer, points[:, kept])
            points = points.index_copy(1, torch.tensor(moved), points[:, moved] * torch.exp(log_scale) + shift)
        return points[0]

    slope = torch.autograd.functional.jacobian(image, noise[0])
    expected = -0.5 * (noise**2).sum() - 1.5 * np.log(2 * np.pi) - torch.linalg.slogdet(slope)[1]
    assert float(flow.log_density(image(noise[0])[None])) == pytest.approx(float(expected), abs=1e-5)


def test_transport_draws_hardly_anything_between_two_far_clusters():
    sample = np.concatenate([BLOB, BLOB + np.array([4.0, 0.0])])
    trained = finish(train_generator("ae_ot", sample, Budget()))
    drawn = trained.draw(1000)
    middle = (drawn[:, 0] > 6.2) & (drawn[:, 0] < 7.8)
    assert middle.mean() < 0.01  # the rim of a cluster is as sparse as a narrow gap
    assert 0.45 < (drawn[:, 0] > 7.0).mean() < 0.55
    assert trained.model.area_error < 1e-6


def test_transport_of_points_in_space_goes_through_a_chart():
    u, v = RNG.random((2, 400))
    sample = np.column_stack([u, v, 0.3 * u * v])
    trained = finish(train_generator("ae_ot", sample, Budget(steps=400)))
    drawn = trained.draw(300)
    assert trained.steps == 200
    assert np.abs(drawn[:, 2] - 0.3 * drawn[:, 0] * drawn[:, 1]).mean() < 0.03


def test_clipped_weights_stay_within_their_bound():
    model = finish(train_generator("wgan_clip", BLOB, Budget(steps=20))).model
    assert max(float(one.detach().abs().max()) for one in model.potential.parameters()) <= CLIP * (1 + 1e-6)
    assert finish(finish(train_generator("wgan_clip", BLOB, Budget(steps=2))).critic_distance(BLOB, BLOB)) is None


def test_spectral_norms_of_the_critic_are_one():
    model = finish(train_generator("wgan_sn", BLOB, Budget(steps=40))).model
    norms = [float(torch.linalg.matrix_norm(layer.weight.detach(), 2)) for layer in model.potential.linear_layers()]
    assert norms == pytest.approx([1.0] * 4, abs=0.15)  # by one step of the power method for each use
    points = 3.0 * torch.randn(200, 2)
    points.requires_grad_()
    (slope,) = torch.autograd.grad(model.potential(points).sum(), points)
    assert float(slope.norm(dim=1).max()) <= 1.15**4


def test_the_losses_of_the_games_are_those_of_the_papers():
    real, fake = torch.tensor([[2.0], [-1.0]]), torch.tensor([[0.5], [0.0]])
    softplus = torch.nn.functional.softplus
    found = {}
    for name, game, smoothing in (("plain", "saturating", 0.0), ("smooth", "saturating", 0.1)):
        model = Adversarial(1, game, GameSettings(smoothing=smoothing))
        model.discriminator = torch.nn.Identity()
        found[name] = float(model._loss_of_discriminator(real, fake))
    # -log D(x) - log(1 - D(y)), with labels 0.9 and 0.1 on the real points where they are smooth.
    assert found["plain"] == pytest.approx(float((softplus(-real) + softplus(fake)).mean()))
    smooth = 0.9 * softplus(-real) + 0.1 * softplus(real)
    assert found["smooth"] == pytest.approx(float((smooth + softplus(fake)).mean()))
    model = Adversarial(1, "relativistic")
    model.discriminator = torch.nn.Identity()
    assert float(model._loss_of_discriminator(real, fake)) == pytest.approx(float(softplus(fake - real).mean()))


def test_codes_of_an_adversarial_autoencoder_become_gaussian():
    sample = RNG.random((400, 2))
    trained = finish(train_generator("aae", sample, Budget(steps=600)))
    with torch.no_grad():
        codes = trained.model.encoder(torch.as_tensor((sample - trained.centre) / trained.scale, dtype=torch.float32))
    assert float(codes.mean(0).abs().max()) < 0.5
    assert float((codes.std(0) - 1.0).abs().max()) < 0.4


def test_the_critic_with_a_penalty_tells_the_distance_of_two_moved_samples():
    trained = finish(train_generator("wgan_gp", BLOB, Budget(steps=2)))
    moved = BLOB + np.array([0.3, 0.0])
    assert finish(trained.critic_distance(moved, BLOB, steps=100)) == pytest.approx(0.3, rel=0.15)


def test_the_expected_clean_point_of_much_noise_is_the_mean():
    trained = finish(train_generator("score", BLOB, Budget(steps=300)))
    assert isinstance(trained.model, ScoreMatching)
    with torch.no_grad():
        found = trained.model.denoised(8.0 * torch.randn(500, 2), torch.full((500, 1), 8.0))
    assert float(found.mean(0).abs().max()) < 0.3


def test_what_diverges_ends_with_its_last_good_state(monkeypatch):
    steps = Adam.step

    def break_at_ten(self, loss):
        steps(self, loss)
        if self._steps == 10:
            self.parameters[-1].data[:] = np.nan

    monkeypatch.setattr("core.training.generators.train._BETWEEN_REPORTS", 0.0001)
    monkeypatch.setattr(Adam, "step", break_at_ten)
    trained = finish(train_generator("vae", BLOB, Budget(steps=1000)))
    assert trained.diverged
    assert trained.steps == 10
    assert np.isfinite(trained.draw(50)).all()


@pytest.mark.parametrize(("name", "points"), [("vae", np.ones((50, 2))), ("vae", BLOB[:1]), ("nonsense", BLOB)])
def test_what_cannot_be_learned_is_said(name, points):
    with pytest.raises(TrainingError, match=r"coincide|There is no model nonsense"):
        finish(train_generator(name, points, Budget(steps=1)))


def test_all_critics_start_alike():
    torch.manual_seed(0)
    first = Wasserstein(2)
    torch.manual_seed(0)
    assert torch.equal(first.potential.layers[0].weight, Wasserstein(2, "clipping").potential.layers[0].weight)


@pytest.mark.parametrize(
    ("name", "rates", "is_gradient", "arrows", "has_cells"),
    [
        ("gan", "discriminator", True, 150, True),
        ("wgan_gp", "critic", True, 150, True),
        ("vae", "", False, 0, True),
        ("flow", "density", False, 0, False),
        ("score", "", False, 324, False),
    ],
)
def test_a_model_that_is_watched_tells_what_it_thinks_of_places(name, rates, is_gradient, arrows, has_cells):
    clouds = []
    work = train_generator(name, BLOB, Budget(steps=2), watched=True)
    finish(work, lambda one: clouds.append(one.payload) if isinstance(one.payload, Cloud) else None)
    look = clouds[-1].look
    assert (look.rates, look.is_gradient, len(look.arrows)) == (rates, is_gradient, arrows)
    assert (look.n_cells > 10) == has_cells
    left, right, low, high = look.box
    assert left < BLOB[:, 0].min() < BLOB[:, 0].max() < right
    assert right - left == pytest.approx(high - low)
    assert np.linalg.norm(look.arrows, axis=1).max(initial=0.0) <= 0.0901 * (right - left)
    if rates == "density":  # its mass over the box is nearly all
        assert 0.5 < np.exp(look.rating).mean() * (right - left) ** 2 < 1.2
    if has_cells:
        assert not look.noise_cells[:40, :40].any()  # beyond three deviations
        assert look.noise_cells[240].any()


def test_edges_lie_in_their_picture_where_they_are_with_those_of_the_first_layer_over_the_others():
    edges = np.array([[[0.0, 0.25], [1.0, 0.25]], [[0.5, -1.0], [0.5, 2.0]], [[4.0, 4.0], [5.0, 5.0]]])
    picture = edge_picture(edges, np.array([1, 0, 0]), (0.0, 1.0, 0.0, 1.0))
    side = len(picture)
    assert (picture[side // 4] == np.where(np.arange(side) == side // 2, 255, 120)).all()
    assert (picture[:, side // 2] == 255).all()
    assert (picture > 0).sum() == 2 * side - 1


def test_against_its_gradient_the_loss_of_a_generator_falls():
    clouds = []
    work = train_generator("gan", BLOB, Budget(steps=2), watched=True)
    trained = finish(work, lambda one: clouds.append(one.payload) if isinstance(one.payload, Cloud) else None)
    look, real = clouds[-1].look, trained.normalized(BLOB)
    with torch.no_grad():
        before, after = (
            trained.model.generator_loss(trained.normalized(look.roots + far * look.arrows), real[: len(look.roots)])
            for far in (0.0, 1e-2)
        )
    assert float((after < before).float().mean()) > 0.9
    assert float(before.mean()) == pytest.approx(look.generator_loss, rel=0.1)


def test_in_slow_motion_each_report_is_one_step(monkeypatch):
    monkeypatch.setattr("core.training.generators.train._SLOW", 0.0)
    work = train_generator("vae", BLOB, Budget(steps=100_000))
    next(work)
    steps = [int(work.send(word).message.split()[0].replace(",", "")) for word in ("slow", None, None)]
    assert np.diff(steps).tolist() == [1, 1]
    later = [work.send(word) for word in ("fast", None)]
    assert later[-1].payload is None
    work.close()


def test_knobs_are_those_of_each_model_and_change_what_it_learns():
    for kind in MODELS.values():
        assert changed(kind.settings, kind.settings) == {}
    turned = settings_from(MODELS["wgan_clip"].settings, {"clip": "0.2", "critic_steps": "2"}, "WGAN")
    assert changed(turned, MODELS["wgan_clip"].settings) == {"clip": 0.2, "critic_steps": 2}
    model = finish(train_generator("wgan_clip", BLOB, Budget(steps=200, settings=turned))).model
    most = max(float(one.detach().abs().max()) for one in model.potential.parameters())
    assert CLIP < most <= 0.2 * (1 + 1e-6)
    small = finish(train_generator("vae", BLOB, Budget(steps=1, settings=VariationalSettings(width=5, depth=1)))).model
    assert [layer.out_features for layer in small.decoder.linear_layers()] == [5, 2]
    for texts, says in (({"beta": "x"}, "cannot be read"), ({"clip": "1"}, "no knob clip"), ({"beta": "-1"}, "bounds")):
        with pytest.raises(BudaiError, match=says):
            settings_from(MODELS["vae"].settings, texts, "VAE")


def test_points_of_many_coordinates_are_seen_along_the_two_principal_ones():
    points = RNG.normal(size=(300, 6)) * [0.1, 5.0, 0.1, 0.1, 2.0, 0.1] + 7.0
    plane = plane_of(points)
    assert np.abs(plane.axes[:, [1, 4]]) == pytest.approx(np.eye(2), abs=0.05)
    assert plane.places(points).mean(0) == pytest.approx(0.0, abs=1e-9)
    assert np.array_equal(plane_of(BLOB).places(BLOB), BLOB)
