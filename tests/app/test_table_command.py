"""Tables on the command line."""

import json

import numpy as np

from app.cli import main
from core.session.project_file import open_project


def test_info_tells_what_a_table_is(tmp_path, capsys):
    assert main(["family", "sphere", str(tmp_path / "a.npz"), "--rows", "400", "--noise", "0.001"]) == 0
    assert main(["info", str(tmp_path / "a.npz"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["surface"]["kind"] == "table"
    assert (told["table"]["rows"], told["table"]["dimension"]) == (400, 10)
    assert abs(told["table"]["intrinsic_dimension"]["levina_bickel"] - 2.0) < 0.3
    assert main(["info", str(tmp_path / "a.npz")]) == 0
    assert "dimension, TwoNN" in capsys.readouterr().out


def test_a_family_that_is_not_there_is_refused(tmp_path, capsys):
    assert main(["family", "moebius", str(tmp_path / "a.npz")]) == 1
    assert "no family moebius" in capsys.readouterr().err


def test_a_run_on_a_table_leaves_all_its_files(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["family", "rotating", str(tmp_path / "a.npz"), "--rows", "120", "--dimension", "64"]) == 0
    options = ["--preset", "small", "--steps", "60", "--seconds", "5"]
    assert main(["run", str(tmp_path / "a.npz"), "-o", str(out), *options]) == 0
    there = {path.name for path in out.iterdir()}
    expected = {"table.npz", "autoencoder.json", "codes.npz", "cells_decoder.npz", "transport.npz", "generated.npz"}
    assert (
        expected
        | {
            "overview.png",
            "cells.png",
            "generated.png",
            "embeddings.npz",
            "embeddings.png",
            "project.budai",
            "report.json",
        }
        <= there
    )
    assert "reconstruction.ply" not in there
    report = json.loads((out / "report.json").read_text())
    assert report["transport"]["sites"] == 90
    assert report["transport"]["area_ratio_sd"] is None
    assert report["training"]["steps"] == 60
    assert set(report["table"]["embeddings"]) == {"pca", "mds", "isomap", "lle", "tsne", "autoencoder"}
    assert len(report["table"]["within_classes"]) == 4
    project = open_project(out / "project.budai")
    assert project.source.table.image_shape == (8, 8)
    assert project.training.certificate.table.test_rows == 30
    assert project.transport.after is None
    assert project.generation.points.shape == (2000, 64)
    np.testing.assert_array_equal(project.comparison.points["autoencoder"], project.training.codes)
    again = [str(out / "project.budai"), "-o", str(tmp_path / "compared"), "--methods", "pca"]
    assert main(["compare", *again]) == 0
    assert json.loads((tmp_path / "compared" / "comparison.json").read_text())["table"]["rows"] == 120
    again = [str(out / "project.budai"), "-o", str(tmp_path / "b.npz")]
    assert main(["generate", *again, "-n", "10", "--leave-out"]) == 0
    with np.load(tmp_path / "b.npz") as file:
        assert file["points"].shape == (10, 64)
    again = [str(out / "project.budai"), "-o", str(tmp_path / "w.npz"), "--frames", "5"]
    assert main(["generate", *again, "--from", "3", "--to", "8"]) == 0
    assert (tmp_path / "w.png").stat().st_size > 1000
    decode = project.training.autoencoder.decode
    with np.load(tmp_path / "w.npz") as file:
        np.testing.assert_allclose(file["codes"][0, [0, -1]], project.training.codes[[3, 8]])
        np.testing.assert_allclose(file["points"][0], decode(file["codes"][0]))
        assert file["chords"][0] <= file["lengths"][0]
    assert main(["generate", *again, "--along", "3", "--classes", "0", "2"]) == 0
    with np.load(tmp_path / "w.npz") as file:
        assert file["points"].shape == (5, 5, 64)
        np.testing.assert_allclose(np.linalg.norm(file["directions"], axis=1), 1.0)
    for words, said in (
        (["--from", "3", "--to", "120"], "there is no row 120. Rows go from 0 to 119"),
        (["--from", "uniform", "--to", "3"], "give --from ROW --to ROW, or --along ROW"),
        (["--along", "3", "--classes", "0", "9"], "no row is of class 9"),
        (["--from", "5"], "From:"),
    ):
        assert main(["generate", *again, *words]) == 1
        assert said in capsys.readouterr().err
    noise = ["--noise", "0.2", "--other", str(tmp_path / "a.npz"), "--json"]
    capsys.readouterr()
    assert main(["denoise", str(out / "project.budai"), *noise, "-o", str(tmp_path / "d.npz")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 120
    with np.load(tmp_path / "d.npz") as file:
        assert told["mse"]["projection"] == np.square(file["points"] - file["clean"]).mean()
        np.testing.assert_array_equal(file["distances"], np.linalg.norm(file["points"] - file["noisy"], axis=1))
    main(["family", "sphere", str(tmp_path / "other.npz"), "--rows", "60"])
    again = [str(out / "project.budai"), str(tmp_path / "other.npz"), "-o", str(tmp_path / "d.npz")]
    assert main(["denoise", *again]) == 1
    assert "the rows have 10 columns, those of the learned table 64" in capsys.readouterr().err


def test_codes_of_more_numbers_have_the_cells_of_a_plane(tmp_path):
    saved = str(tmp_path / "a.budai")
    main(["family", "sphere3", str(tmp_path / "a.npz"), "--rows", "60"])
    options = ["--preset", "small", "--steps", "20", "--dimension", "3"]
    assert main(["train", str(tmp_path / "a.npz"), "-o", saved, *options]) == 0
    assert main(["cells", saved, "-o", str(tmp_path / "cells")]) == 0
    assert (tmp_path / "cells" / "cells_section.npz").exists()
