"""Works that read and write files run without a window; without a network they say so."""

import pickle

import pytest
import requests
from pyvista.examples import downloads

from app.process.file_work import NO_CONNECTION, SCANS, fetch_scan, read_project, write_export, write_project
from core.base.errors import BudaiError, InputError
from core.base.progress import finish
from tests.core.make import trained_project


def test_a_project_travels_to_a_worker_and_comes_back_from_its_file(tmp_path):
    project = pickle.loads(pickle.dumps(trained_project()))
    path = str(tmp_path / "a.budai")
    assert finish(write_project(project, path)) == path
    again = finish(read_project(path))
    assert again.training.certificate == project.training.certificate
    assert again.options["training"] == project.options["training"]
    assert pickle.loads(pickle.dumps(again)).source.name == "bumpy"


def test_an_export_is_written(tmp_path):
    path = str(tmp_path / "a.obj")
    assert finish(write_export(trained_project(), path, "reconstruction")) == path
    assert (tmp_path / "a.obj").stat().st_size > 1000


def test_an_export_that_is_impossible_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"a\.xyz"):
        finish(write_export(trained_project(), str(tmp_path / "a.xyz"), "reconstruction"))


def test_all_scans_exist():
    assert all(callable(getattr(downloads, f"download_{scan.key}")) for scan in SCANS)
    assert len({scan.title for scan in SCANS}) == len(SCANS)


def test_without_a_network_the_samples_say_what_is_there(monkeypatch, tmp_path):
    def fail():
        raise requests.ConnectionError("no route")

    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path))
    monkeypatch.setattr(downloads, "download_lucy", fail)
    with pytest.raises(BudaiError) as error:
        finish(fetch_scan("lucy"))
    assert str(error.value) == NO_CONNECTION


def test_a_full_disk_is_another_message(monkeypatch, tmp_path):
    def fail():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path))
    monkeypatch.setattr(downloads, "download_lucy", fail)
    with pytest.raises(InputError, match="No space left"):
        finish(fetch_scan("lucy"))


def test_a_scan_is_fetched_once(monkeypatch, tmp_path):
    import pyvista

    calls = []

    def download():
        calls.append(1)
        return pyvista.Plane(i_resolution=2, j_resolution=2)

    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path))
    monkeypatch.setattr(downloads, "download_cow", download)
    first, second = finish(fetch_scan("cow")), finish(fetch_scan("cow"))
    assert first == second == str(tmp_path / "samples" / "cow.vtp")
    assert calls == [1]
    assert len(pyvista.read(first).faces) == 8 * 4
