"""Trainings on the command line: options from a file, going on, resuming."""

import functools

import pytest

import core.training.train as train_module
from app.cli import main
from core.base.errors import InputError
from core.io.checkpoint_file import read_checkpoint, write_checkpoint
from core.io.writers.mesh import MeshToWrite, write_mesh
from core.session.project_file import open_project
from core.training.options import TrainingOptions
from core.training.options_file import options_toml
from core.training.train import train
from tests.core.make import bumpy_disk

TINY = TrainingOptions(device="cpu", encoder=(16, 16), decoder=(16, 16), steps=(40,), detail_nodes=64)


@pytest.fixture
def surface(tmp_path):
    bumpy = bumpy_disk(5)
    write_mesh(MeshToWrite(bumpy.vertices, bumpy.faces), tmp_path / "bumpy.ply")
    (tmp_path / "tiny.toml").write_text(options_toml(TINY))
    return tmp_path / "bumpy.ply"


def test_options_come_from_a_file_and_flags_come_first(surface, tmp_path):
    given = ["train", str(surface), "-o", str(tmp_path / "a.budai"), "--options", str(tmp_path / "tiny.toml")]
    assert main([*given, "--seed", "5"]) == 0
    training = open_project(tmp_path / "a.budai").training
    assert (training.options.seed, training.options.encoder, training.steps) == (5, (16, 16), 40)
    assert training.autoencoder.detail is not None
    assert training.detail.resolution == 64
    assert not list(tmp_path.glob("*.checkpoint"))


def test_a_project_is_continued(surface, tmp_path, capsys):
    given = ["--options", str(tmp_path / "tiny.toml"), "--no-detail"]
    assert main(["train", str(surface), "-o", str(tmp_path / "a.budai"), *given]) == 0
    goes_on = ["train", str(tmp_path / "a.budai"), "-o", str(tmp_path / "b.budai"), *given, "--start", "continue"]
    assert main(goes_on) == 0
    first, second = (open_project(tmp_path / f"{name}.budai") for name in "ab")
    assert second.training.options.start == "continue"
    assert second.training.certificate.rmse_rel < first.training.certificate.rmse_rel
    assert second.source.surface.faces.shape == first.source.surface.faces.shape
    capsys.readouterr()
    assert main(["train", str(surface), "-o", str(tmp_path / "c.budai"), *given, "--start", "continue"]) == 1
    assert "no trained autoencoder to go on from" in capsys.readouterr().err


def test_a_lost_training_is_resumed(surface, tmp_path, monkeypatch, capsys):
    from core.io.load import load

    monkeypatch.setattr("core.training.keeping._BETWEEN_COPIES", 0.0)
    monkeypatch.setattr(train_module, "_BETWEEN_REPORTS", 0.0)
    kept = tmp_path / "a.checkpoint"
    work = train(load(surface).surface, TINY, keep=functools.partial(write_checkpoint, kept))
    while not kept.exists() or len(read_checkpoint(kept).schedule) < 5:
        next(work)
    work.close()
    content = kept.read_bytes()
    monkeypatch.setattr(
        "app.stages.training.headless.save_project", lambda *_: (_ for _ in ()).throw(InputError("a.budai", "full"))
    )
    assert main(["train", str(surface), "-o", str(tmp_path / "a.budai"), "--resume"]) == 1
    assert kept.exists()  # what was trained could not be saved
    monkeypatch.undo()
    kept.write_bytes(content)
    capsys.readouterr()
    given = ["--resume", "--seconds", "7", "--seed", "2"]
    assert main(["train", str(surface), "-o", str(tmp_path / "a.budai"), *given]) == 0
    assert "Resumed with the options it was begun with; --seconds, --seed not taken." in capsys.readouterr().err
    training = open_project(tmp_path / "a.budai").training
    assert training.options == TINY
    assert any("Resumed after" in message for message in training.messages)
    assert not kept.exists()
    capsys.readouterr()
    assert main(["train", str(surface), "-o", str(tmp_path / "a.budai"), "--resume"]) == 1
    assert "There is nothing to resume" in capsys.readouterr().err
