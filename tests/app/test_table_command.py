"""Tables on the command line."""

import json

from app.cli import main


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
