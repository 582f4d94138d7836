import shlex

import pytest

from core.base.errors import InputError
from core.training.options import PARTS, TrainingOptions
from core.training.options_file import (
    command_line,
    option_arguments,
    options_from_toml,
    options_toml,
    read_options,
)

SOME = [
    TrainingOptions(),
    TrainingOptions(seconds=12.5, seed=7, mode="free", encoder=(64, 32), decoder=(32,), device="cpu"),
    TrainingOptions(detail=False, steps=(100,)),
    TrainingOptions(preset="paper", detail_nodes=128, steps=tuple(range(PARTS)), seconds=0.1 + 60.2),
]


@pytest.mark.parametrize("options", SOME)
def test_options_come_back_from_toml(options, tmp_path):
    assert options_from_toml(options_toml(options), "a.toml") == options
    (tmp_path / "a.toml").write_text(options_toml(options))
    assert read_options(tmp_path / "a.toml") == options


@pytest.mark.parametrize("options", SOME)
def test_options_come_back_from_the_command_line(options):
    from app.command_line.parser import parser
    from app.stages.training.command import _training_options

    words = shlex.split(command_line(options, "my surface.ply", "out"))
    assert words[:2] == ["budai", "run"]
    assert _training_options(parser().parse_args(words[1:])) == options


def test_what_is_at_its_default_is_not_said():
    assert option_arguments(TrainingOptions()) == []
    assert option_arguments(TrainingOptions(detail=False, encoder=(8, 4))) == ["--encoder", "8-4", "--no-detail"]


def test_what_is_missing_stays_at_its_default():
    assert options_from_toml("[training]\nseed = 3\nseconds = 5\n", "a.toml") == TrainingOptions(seed=3, seconds=5.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[training", "is not TOML"),
        ("seed = 1", r"has no table \[training\]"),
        ("[training]\nsped = 1", "the option 'sped', which there is not"),
        ("[training]\nseed = 1.5", "1.5 for seed, which is to be a whole number"),
        ("[training]\nseed = true", "True for seed, which is to be a whole number"),
        ('[training]\nseconds = "long"', "which is to be a number"),
        ("[training]\ndetail = 1", "which is to be true or false"),
        ("[training]\nencoder = [1.5]", "which is to be a list of numbers"),
        ("[training]\nmode = 1", "which is to be a text"),
    ],
)
def test_a_wrong_document_is_refused(text, reason):
    with pytest.raises(InputError, match=reason) as caught:
        options_from_toml(text, "a.toml")
    assert caught.value.file == "a.toml"


def test_a_value_out_of_bounds_is_refused():
    with pytest.raises(InputError, match=r"a.toml, .training.: Mode: 'other' is not known. Choose one of guided, free"):
        options_from_toml('[training]\nmode = "other"', "a.toml")
    with pytest.raises(InputError, match=r"Seed: 2,147,483,648 is out of bounds. Choose from 0 to 2,147,483,647\.$"):
        options_from_toml("[training]\nseed = 2147483648", "a.toml")


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_options(tmp_path / "none.toml")
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not text"):
        read_options(tmp_path / "a.toml")
