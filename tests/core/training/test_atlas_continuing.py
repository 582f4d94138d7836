"""Trainings of atlases that go on from another."""

from dataclasses import replace

import numpy as np
import pytest

import core.training.atlas.train as train_module
from core.base.errors import TrainingError
from core.base.progress import finish
from core.charts.atlas import Cover
from core.data.surface import Surface
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.session.stages import train_autoencoder
from core.training.continuing import starts_from
from core.training.options import TrainingOptions
from core.training.result import TrainingResult
from tests.core.make import bumpy_disk, halves
from tests.core.session.test_atlas import source_of

pytestmark = pytest.mark.usefixtures("unmended")

TINY = TrainingOptions(steps=(80,), encoder=(10, 10), decoder=(10, 10), detail=False)
LONGER = replace(TINY, start="continue", steps=(240,))
ON = replace(TINY, start="continue")


@pytest.fixture(scope="module")
def surface() -> Surface:
    return bumpy_disk(5)


@pytest.fixture(scope="module")
def cover(surface: Surface) -> Cover:
    return halves(surface)


def trained(surface: Surface, cover: Cover, options: TrainingOptions, former: object = None) -> ByChart[TrainingResult]:
    found = finish(train_autoencoder(source_of(surface), Preparation(source_of(surface), cover), options, former))
    assert isinstance(found, ByChart)
    return found


@pytest.fixture(scope="module")
def former(surface: Surface, cover: Cover) -> ByChart[TrainingResult]:
    return trained(surface, cover, TINY)


def test_an_atlas_goes_on_from_another(surface: Surface, cover: Cover, former: ByChart[TrainingResult]) -> None:
    more = trained(surface, cover, LONGER, former)
    assert more.whole.rmse_rel < 0.9 * former.whole.rmse_rel
    for one, given in zip(more.parts, former.parts, strict=True):
        np.testing.assert_array_equal(one.target, given.target)
        assert one.chart_seconds is None
        assert (one.options.start, one.ended) == ("continue", "finished")


def test_without_a_step_the_encoders_stay(surface: Surface, cover: Cover, former: ByChart[TrainingResult]) -> None:
    still = trained(surface, cover, replace(ON, steps=(0,)), former)
    for one, given in zip(still.parts, former.parts, strict=True):
        np.testing.assert_allclose(one.codes, given.codes, atol=1e-4)


def test_refining_prefers_the_faces_that_are_bad_in_their_charts(
    surface: Surface, cover: Cover, former: ByChart[TrainingResult]
) -> None:
    regions = [patch.surface(surface) for patch in cover.patches]
    sound, other = former.parts
    bad = (replace(sound, bad_faces=np.empty(0, int)), replace(other, bad_faces=np.array([20])))
    options = replace(TINY, start="refine")
    run = train_module._AtlasTrainer(surface, cover, regions, options, bad, None, None, False)
    first, second = run.starts
    assert not first.focus.any()
    assert second.focus[20]
    learner = run._learner()
    share = learner._share[1].numpy() / learner._share[1].sum().item()
    focus = second.focus[run.poses[1].numbering.faces]
    assert share[focus].sum() == pytest.approx(0.25 + 0.75 * focus.mean(), abs=0.05)
    assert learner._share[0].max() < 0.1
    learner.close()


def test_refining_turns_over_less(surface: Surface, cover: Cover, former: ByChart[TrainingResult]) -> None:
    found = trained(surface, cover, replace(LONGER, start="refine"), former)
    now, before = (
        sum(part.certificate.on_surface.flipped_subtriangles for part in one.parts) for one in (found, former)
    )
    assert now < before


def test_what_cannot_be_gone_on_with_is_refused(
    surface: Surface, cover: Cover, former: ByChart[TrainingResult]
) -> None:
    with pytest.raises(TrainingError, match="no trained atlas to go on from"):
        trained(surface, cover, ON)
    with pytest.raises(TrainingError, match="Chart 1: The trained networks have hidden layers of 10-10 and 10-10"):
        trained(surface, cover, replace(ON, encoder=(6, 6)), former)
    none = ByChart(tuple(replace(part, bad_faces=np.empty(0, int)) for part in former.parts))
    with pytest.raises(TrainingError, match="In all charts: No triangle is turned over"):
        trained(surface, cover, replace(ON, start="refine"), none)
    with pytest.raises(TrainingError, match="has 1 charts, and this one has 2"):
        trained(surface, cover, ON, ByChart(former.parts[:1]))
    with pytest.raises(TrainingError, match="no trained autoencoder to go on from"):
        finish(train_autoencoder(source_of(surface), None, ON, former))


def test_networks_of_the_usual_widths_go_on(surface: Surface, cover: Cover, former: ByChart[TrainingResult]) -> None:
    usual = ((128,) * 3, (128,) * 3)
    known = [replace(part, options=TrainingOptions()) for part in former.parts]
    regions = [patch.surface(surface) for patch in cover.patches]
    with pytest.raises(TrainingError, match="hidden layers of 10-10 and 10-10, and these options ask for 128-128-128"):
        starts_from(regions, known, ON, (usual, ((10, 10), (10, 10))))
