"""`budai weld` on the command line."""

import numpy as np

from app.cli import main
from core.io.load import load
from core.io.writers.mesh import MeshToWrite, write_mesh
from tests.core.geometry.test_gaps import patch


def test_weld_joins_what_info_says_to_join(tmp_path, capsys):
    loose = patch(shift=1e-6)
    write_mesh(MeshToWrite(loose.vertices, loose.faces), tmp_path / "loose.ply")
    said = next(text for text in load(tmp_path / "loose.ply").warnings if "weld" in text)
    tolerance = said.split()[-1]
    assert main(["weld", str(tmp_path / "loose.ply"), str(tmp_path / "whole.obj"), "--tolerance", tolerance]) == 0
    assert "Joined corners up to" in capsys.readouterr().out
    whole = load(tmp_path / "whole.obj")
    assert whole.topology is not None
    assert whole.topology.is_disk
    assert whole.warnings == ()


def test_weld_refuses_what_it_cannot_do(tmp_path, capsys):
    (tmp_path / "cloud.xyz").write_text("1 2 3\n2 3 5\n4 5 9\n")
    assert main(["weld", str(tmp_path / "cloud.xyz"), str(tmp_path / "out.ply"), "--tolerance", "1"]) == 1
    assert "without faces" in capsys.readouterr().err
    mesh = patch()
    write_mesh(MeshToWrite(mesh.vertices, mesh.faces), tmp_path / "a.ply")
    for tolerance in ("0", "-1", "nan", "1"):
        assert main(["weld", str(tmp_path / "a.ply"), str(tmp_path / "out.ply"), "--tolerance", tolerance]) == 1
        assert "hundredth" in capsys.readouterr().err
    assert not (tmp_path / "out.ply").exists()
    assert np.isfinite(mesh.vertices).all()
