"""Results of a run change places with those of an earlier one at its end, never before."""

from pathlib import Path

import pytest

from app.command_line.run_folder import REPORT, UNFINISHED, RunFolder
from core.base.errors import InputError


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_an_empty_folder_is_written_into_directly(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    folder = RunFolder(tmp_path / "out" / "in")
    assert folder.begin() == tmp_path / "out" / "in"
    (folder.place / "surface.ply").write_text("new")
    assert "surface.ply; report.json is missing" in folder.state_when_interrupted()
    folder.change_places()
    assert names(folder.folder) == {"surface.ply"}


def test_old_results_are_whole_until_the_new_ones_are_ready(tmp_path: Path) -> None:
    old = ("project.budai", "denoised.ply", REPORT, "overview.png", "samples.ply", "surface.ply")
    for name in (*old, "mine.txt"):
        (tmp_path / name).write_text("old")
    folder = RunFolder(tmp_path, tmp_path / "surface.ply", str(tmp_path / "x" / ".." / "samples.ply"), "")
    place = folder.begin()
    for name in ("project.budai", "overview.png", REPORT):
        assert {path.read_text() for path in tmp_path.iterdir() if path.is_file()} == {"old"}
        (place / name).write_text("new")
    assert f"What an earlier run has left in {tmp_path} is whole" in folder.state_when_interrupted()
    folder.change_places()
    assert names(tmp_path) == {"project.budai", "overview.png", REPORT, "mine.txt", "samples.ply", "surface.ply"}
    assert {path.name for path in tmp_path.iterdir() if path.read_text() == "new"} == {
        "project.budai",
        "overview.png",
        REPORT,
    }
    assert "complete" in folder.state_when_interrupted()


def test_what_a_run_that_was_killed_has_left_is_not_mixed_in(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / UNFINISHED):
        folder.mkdir(exist_ok=True)
        for name in ("project.budai", "samples.ply"):
            (folder / name).write_text("old")
    folder = RunFolder(tmp_path)
    place = folder.begin()
    assert names(place) == {"project.budai"}  # until the new one takes its place
    (place / "project.budai").write_text("new")
    folder.change_places()
    assert names(tmp_path) == {"project.budai"}


def test_a_file_of_the_run_that_reads_its_own_folder_needs_no_other_place(tmp_path: Path) -> None:
    (tmp_path / "surface.ply").write_text("old")
    assert RunFolder(tmp_path, tmp_path / "surface.ply").begin() == tmp_path


def test_a_folder_whose_names_would_be_too_long_is_refused(tmp_path: Path) -> None:
    deep = tmp_path
    while len(str(deep)) < 3800:
        deep /= "d" * 200
    while len(str(deep)) < 4080:
        deep /= "d" * 8
    with pytest.raises(InputError, match="too long"):
        RunFolder(deep)
