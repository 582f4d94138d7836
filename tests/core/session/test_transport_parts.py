"""A transport comes back from a project file as it was."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.base.errors import InputError
from core.base.progress import finish
from core.session.project import Project
from core.session.project_file import open_project, save_project
from core.session.stages import STAGES, transport_surface
from core.transport.options import TransportOptions
from tests.core.make import trained_project


@pytest.fixture(scope="module")
def project() -> Project:
    options = TransportOptions(samples=50, refinement=2, singular_threshold=0.3, sites=20)
    trained = trained_project()
    assert STAGES["transport"].function is transport_surface
    assert STAGES["transport"].inputs(trained) == (trained.source, trained.training)
    found = finish(transport_surface(trained.source, trained.training, options))
    return trained.updated(transport=found).with_options("transport", options)


def test_a_transport_comes_back_as_it_was(project: Project, tmp_path: Path) -> None:
    save_project(project, tmp_path / "p.budai")
    back, held = open_project(tmp_path / "p.budai"), project.transport
    again = back.transport
    assert again is not None
    assert held is not None
    assert (again.options, again.seconds, again.messages, again.ended) == (
        held.options,
        held.seconds,
        held.messages,
        held.ended,
    )
    assert vars(again.map.certificate) == vars(held.map.certificate)
    assert vars(again.uniformity) == vars(held.uniformity)
    for name in ("weights", "masses", "site_of", "residuals"):
        assert (getattr(again.map, name) == getattr(held.map, name)).all(), name
    assert again.map.areas == pytest.approx(held.map.areas, rel=1e-12)
    assert again.map.centroids == pytest.approx(held.map.centroids, abs=1e-13)
    for part in ("before", "after"):
        one, other = getattr(again, part), getattr(held, part)
        assert (one.coordinates == other.coordinates).all()
        assert (one.area_ratios == other.area_ratios).all()
        assert one.flipped_triangles == other.flipped_triangles
    assert (again.after.history == held.after.history).all()
    assert (again.measure.owner == held.measure.owner).all()
    assert len(again.singular.edges) == len(held.singular.edges) > 0
    assert again.singular.length == pytest.approx(held.singular.length)
    assert (again.samples.points == held.samples.points).all()
    assert (again.naive_samples.codes == held.naive_samples.codes).all()
    assert back.options["transport"] == held.options


def test_samples_are_drawn_anew_and_not_stored(project: Project, tmp_path: Path) -> None:
    save_project(project, tmp_path / "p.budai")
    with zipfile.ZipFile(tmp_path / "p.budai") as archive:
        names = np.load(io.BytesIO(archive.read("transport.npz"))).files
    assert not [name for name in names if name.startswith(("samples", "naive"))]


def test_samples_that_an_earlier_project_stored_stay_as_they_are(project: Project, tmp_path: Path) -> None:
    held = project.transport
    some = replace(held.samples, points=held.samples.points + 1.0)
    earlier = replace(held, sampling=replace(held.sampling, stored=(held.naive_samples, some)))
    save_project(project.updated(transport=earlier), tmp_path / "p.budai")
    back = open_project(tmp_path / "p.budai")
    save_project(back, tmp_path / "q.budai")
    again = open_project(tmp_path / "q.budai").transport
    assert (again.samples.points == held.samples.points + 1.0).all()
    assert (again.naive_samples.points == held.naive_samples.points).all()


def test_training_again_makes_it_outdated(project: Project) -> None:
    again = project.updated(training=project.training)
    assert again.outdated == {"transport"}
    assert again.transport is project.transport
    assert project.updated(source=project.source).transport is None


def test_a_transport_of_another_surface_is_refused(project: Project, tmp_path: Path) -> None:
    save_project(project, tmp_path / "p.budai")
    with zipfile.ZipFile(tmp_path / "p.budai") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    arrays = dict(np.load(io.BytesIO(parts["transport.npz"])))
    arrays["parameterization"] = arrays["parameterization"][:-1]
    with zipfile.ZipFile(tmp_path / "q.budai", "w") as archive:
        for name, content in parts.items():
            if name != "transport.npz":
                archive.writestr(name, content)
        with archive.open("transport.npz", "w") as file:
            np.savez(file, **arrays)
    with pytest.raises(InputError, match=r"transport: is damaged: .*not that of"):
        open_project(tmp_path / "q.budai")


def test_a_transport_that_is_told_to_stop_at_its_first_report_stops():
    project = trained_project()
    work = transport_surface(project.source, project.training, TransportOptions())
    next(work)
    work.send("stop")
    assert finish(work).ended == "stopped"
