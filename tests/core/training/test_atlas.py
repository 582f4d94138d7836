"""Training all charts of an atlas at once."""

import numpy as np
import pytest
import torch

from core.base.errors import TrainingError
from core.base.progress import finish
from core.charts.atlas import Atlas, Chart, Cover
from core.charts.autoencoder import Autoencoder
from core.charts.free_chart import free_chart
from core.charts.patch import Patch, whole_patch
from core.data.surface import Surface
from core.evaluation.welded import cut_length, welded_images
from core.relu.relu_map import ReluMap
from core.training.atlas.learner import AtlasLearner, Lesson
from core.training.atlas.result import AtlasTraining
from core.training.atlas.train import train_atlas
from core.training.atlas.widths import atlas_widths
from core.training.networks.network import Network, backward, forward
from core.training.networks.stack import NetworkStack, stack_backward, stack_forward
from core.training.options import TrainingOptions
from core.training.pose import pose_of
from core.training.recipe import Recipe
from core.training.result import TrainingStep
from tests.core.make import bumpy_disk, halves


def trained(surface: Surface, cover: Cover, **options: object) -> AtlasTraining:
    regions = [patch.surface(surface) for patch in cover.patches]
    chosen = TrainingOptions(**{"encoder": (24, 24), "decoder": (24, 24), "detail_nodes": 64, **options})
    return finish(train_atlas(surface, cover, regions, chosen))


def test_a_stack_is_many_networks_side_by_side() -> None:
    generator, device = torch.Generator().manual_seed(0), torch.device("cpu")
    networks = [Network((3, 8, 5, 2), device) for _ in range(3)]
    points = torch.randn(3, 20, 3, generator=generator)
    slope = torch.randn(3, 20, 2, generator=generator)
    for network, own in zip(networks, points, strict=True):
        network.initialize(own, None, generator)
    stack = NetworkStack(networks)
    layers = stack.part(0, 3)
    values = stack_forward(layers, points)
    gradients, by_input = stack_backward(layers, values, slope, to_input=True)
    assert by_input is not None
    for k, network in enumerate(networks):
        alone = forward(network.layers(), points[k])
        torch.testing.assert_close(values[-1][k], alone[-1])
        expected, onward = backward(network.layers(), alone, slope[k], to_input=True)
        torch.testing.assert_close(by_input[k], onward)
        for found, wanted in zip(gradients, expected, strict=True):
            torch.testing.assert_close(found[k].reshape(wanted.shape), wanted)
        inputs = points[k].double().numpy()
        np.testing.assert_array_equal(stack.relu_map(k)(inputs), network.relu_map()(inputs))


def test_two_charts_learn_a_surface_together() -> None:
    surface = bumpy_disk(10)
    cover = halves(surface)
    found = trained(surface, cover, steps=(400,))
    figures = found.figures
    assert figures.charts == 2
    assert figures.rmse_rel < figures.network.rmse_rel < 0.02
    assert sum(part.certificate.on_surface.flipped_triangles for part in found.parts) == 0
    assert 0.0 < figures.seam_gap_rms_rel <= figures.seam_gap_max_rel < 0.02
    assert figures.transition_round_trip_median_rel < 0.005
    assert 0.1 < figures.overlap_area_rel < 0.4
    assert not figures.watertight
    for part, patch in zip(found.parts, cover.patches, strict=True):
        assert np.linalg.norm(part.codes, axis=1).max() <= 1.0
        np.testing.assert_array_equal(part.autoencoder.encode(surface.vertices[patch.vertices]), part.codes)


def test_the_same_seed_gives_the_same_networks_whatever_the_number_of_threads(monkeypatch) -> None:
    surface = bumpy_disk(6)
    found = []
    for cores in (1, 2):  # few steps: what is left of rounding grows from step to step
        monkeypatch.setattr("core.training.atlas.computing.n_cores", lambda cores=cores: cores)
        found.append(trained(surface, halves(surface), steps=(4,), detail=False))
    for one, other in zip(found[0].parts, found[1].parts, strict=True):
        for a, b in zip(one.autoencoder.encoder.weights, other.autoencoder.encoder.weights, strict=True):
            np.testing.assert_allclose(a, b, rtol=0.0, atol=0.02)


def test_the_time_is_kept_and_the_welded_surface_is_shown() -> None:
    surface, told = bumpy_disk(6), []
    regions = [patch.surface(surface) for patch in halves(surface).patches]
    options = TrainingOptions(seconds=1.0, encoder=(16,), decoder=(16,), detail=False)
    found = finish(train_atlas(surface, halves(surface), regions, options), lambda step: told.append(step.payload))
    steps = [step for step in told if isinstance(step, TrainingStep)]
    assert steps[-1].seconds < 3.0
    pictured = [step for step in steps if step.reconstruction is not None]
    assert pictured
    assert pictured[0].reconstruction.shape == surface.vertices.shape
    assert [len(codes) for codes in pictured[0].chart_codes] == [len(region.vertices) for region in regions]
    assert found.parts[0].steps >= steps[-1].step


def test_few_steps_are_told() -> None:
    found = trained(bumpy_disk(4), halves(bumpy_disk(4)), steps=(8,), detail=False)
    assert found.parts[0].ended == "short"
    assert "hold 8 of the 300 steps" in found.parts[0].messages[0]


def test_stop_ends_early_with_a_result() -> None:
    surface = bumpy_disk(6)
    regions = [patch.surface(surface) for patch in halves(surface).patches]
    options = TrainingOptions(seconds=60.0, encoder=(16,), decoder=(16,), detail=False)
    work = train_atlas(surface, halves(surface), regions, options)
    answer, step = None, None
    while True:
        try:
            step = work.send(answer)
        except StopIteration as end:
            found = end.value
            break
        answer = "stop" if step.message == "Training" else None
    assert found.parts[0].ended == "stopped"


def test_a_chart_that_diverges_goes_back_and_takes_shorter_steps() -> None:
    surface = bumpy_disk(5)
    lessons = []
    for patch in halves(surface).patches:
        region = patch.surface(surface)
        pose = pose_of(region)
        lessons.append(Lesson(pose, finish(free_chart(region)).codes[pose.numbering.vertices]))
    learner = AtlasLearner(lessons, ((16, 16), (16, 16)), torch.device("cpu"), 1, 0, Recipe(triangles=16))
    for _ in range(25):
        learner.step(0.1)
    kept = learner.state(1)
    learner.encoders.weights[1][1] = torch.nan
    for _ in range(25):
        learner.step(0.1)
    assert learner.n_setbacks == 1
    assert learner.is_sound
    torch.testing.assert_close(learner.state(1), kept)
    learner.step(0.1)
    assert learner.is_sound
    learner.close()


def test_widths_follow_the_number_of_charts_unless_they_are_given() -> None:
    assert atlas_widths(TrainingOptions(), 28) == ((64,) * 3, (64,) * 3)
    assert atlas_widths(TrainingOptions(encoder=(8,)), 28)[0] == (8,)
    assert atlas_widths(TrainingOptions(preset="small"), 2)[0] == TrainingOptions(preset="small").encoder_widths


def test_a_point_between_charts_is_welded_by_its_shares() -> None:
    surface = bumpy_disk(4)
    cover = halves(surface)
    found = trained(surface, cover, steps=(8,), detail=False)
    charts = [
        Chart(patch, part.autoencoder, part.codes) for patch, part in zip(cover.patches, found.parts, strict=True)
    ]
    atlas = Atlas(cover, tuple(charts))
    corners = np.tile(np.eye(3), (len(surface.faces), 1))
    images = welded_images(surface, atlas, np.repeat(np.arange(len(surface.faces)), 3), corners)
    np.testing.assert_allclose(images, atlas.reconstruction()[surface.faces].reshape(-1, 3), atol=1e-12)


def test_a_cut_is_measured_once_for_each_patch() -> None:
    # A square of two triangles whose diagonal is cut: four vertices stand for six.
    vertices = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    surface = Surface(vertices, np.array([[0, 1, 2], [0, 2, 3]]))
    whole = whole_patch(4, surface.faces)
    autoencoder = trained(bumpy_disk(3), halves(bumpy_disk(3)), steps=(8,), detail=False).parts[0].autoencoder

    def atlas_of(patch):
        codes = np.zeros((len(patch), 2))
        return Atlas(Cover((patch,), np.zeros(2, np.int64), 4), (Chart(patch, autoencoder, codes),))

    assert cut_length(surface, atlas_of(whole)) == 0.0
    weights = np.array([0.5, 1.0, 0.5, 0.5, 0.5, 1.0])
    cut = Patch(np.array([0, 1, 2, 0, 2, 3]), np.array([0, 1]), np.array([[0, 1, 2], [3, 4, 5]]), weights)
    assert cut_length(surface, atlas_of(cut)) == pytest.approx(np.sqrt(2.0))


def test_a_vertex_that_is_inside_no_patch_is_welded_all_the_same() -> None:
    # Two triangles, a patch each: all four vertices lie on rims, and the shared ones count by half in both.
    surface = Surface(np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]), np.array([[0, 1, 2], [0, 2, 3]]))
    patches = (
        Patch(np.array([0, 1, 2]), np.array([0]), np.array([[0, 1, 2]]), np.array([0.5, 1.0, 0.5])),
        Patch(np.array([0, 2, 3]), np.array([1]), np.array([[0, 1, 2]]), np.array([0.5, 0.5, 1.0])),
    )
    plane = Autoencoder(
        ReluMap([np.eye(4, 3), np.eye(2, 4)], [np.zeros(4), np.zeros(2)]),
        ReluMap([np.eye(4, 2), np.eye(3, 4)], [np.zeros(4), np.zeros(3)]),
        np.zeros(3),
        1.0,
    )
    charts = [Chart(patch, plane, plane.encode(surface.vertices[patch.vertices])) for patch in patches]
    atlas = Atlas(Cover(patches, np.array([0, 1]), 4), tuple(charts))
    weights = np.full((2, 3), 1.0 / 3.0)
    images = welded_images(surface, atlas, np.array([0, 1]), weights)
    np.testing.assert_allclose(images, surface.corners.mean(1), atol=1e-12)


def test_nothing_is_made_beside_the_device_that_computes() -> None:
    """Whatever forgets to name its device lands on another one here, where nothing can be computed with it."""
    surface = bumpy_disk(6)
    regions = [patch.surface(surface) for patch in halves(surface).patches]
    poses = [pose_of(region) for region in regions]
    places = [finish(free_chart(region)).codes for region in regions]
    lessons = [Lesson(pose, here[pose.numbering.vertices]) for pose, here in zip(poses, places, strict=True)]
    learner = AtlasLearner(lessons, ((8, 8), (8, 8)), torch.device("cpu"), 1, 0, Recipe(triangles=16))
    with torch.device("meta"):
        for step in range(3):
            squared = learner.step(0.1 + 0.4 * step)
        codes, images = learner.images(1)
    assert {tensor.device.type for tensor in (squared, codes, images, *learner.parameters)} == {"cpu"}
    assert squared.isfinite().all()


def test_an_accelerator_that_fails_gives_over_to_the_cpu(monkeypatch) -> None:
    surface, taken = bumpy_disk(6), AtlasLearner.step
    monkeypatch.setattr("core.training.atlas.computing.choose_device", lambda wanted: torch.device("cpu", 0))

    def step(learner: AtlasLearner, position: float) -> torch.Tensor:
        if learner.device.index == 0 and learner.steps == 9:
            raise RuntimeError("it is gone\nsomewhere")
        return taken(learner, position)

    monkeypatch.setattr(AtlasLearner, "step", step)
    found = trained(surface, halves(surface), steps=(40,), detail=False)
    assert "The cpu device failed (it is gone): the CPU takes over." in " ".join(found.parts[0].messages)
    assert found.figures.rmse_rel < 0.2


def test_what_is_not_there_is_refused_in_one_sentence() -> None:
    surface = bumpy_disk(6)
    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(TrainingError, match=r"^Device cuda is not available on this computer. Choose auto or cpu.$"):
        trained(surface, halves(surface), device="cuda")


def test_progress_never_goes_back_and_moves_from_chart_to_chart() -> None:
    surface = bumpy_disk(6)
    cover = halves(surface)
    options = TrainingOptions(encoder=(24, 24), decoder=(24, 24), detail_nodes=64, steps=(20,))
    work = train_atlas(surface, cover, [patch.surface(surface) for patch in cover.patches], options)
    told = [progress.fraction for progress in work if progress.fraction is not None]
    assert told == sorted(told)
    assert len({fraction for fraction in told if 0.7 < fraction < 1.0}) > 8
