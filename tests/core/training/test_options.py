import pytest

from core.base.errors import TrainingError
from core.training.options import PARTS, TrainingOptions


def test_widths_come_from_the_preset_unless_given() -> None:
    assert TrainingOptions().encoder_widths == (256, 256, 256, 256)
    assert TrainingOptions().n_parameters <= 400_000
    paper = TrainingOptions(preset="paper")
    assert (3, *paper.encoder_widths, 2) == (3, 768, 384, 192, 96, 48, 2)
    assert paper.decoder_widths == paper.encoder_widths[::-1]
    assert TrainingOptions(preset="paper", encoder=(5, 4)).encoder_widths == (5, 4)
    assert TrainingOptions(encoder=(4,), decoder=(3,)).n_parameters == (3 + 1) * 4 + (4 + 1) * 2 + (2 + 1) * 3 + 4 * 3


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"seconds": 0}, "Time: 0 s is out of bounds. Choose from 1 to 86400 s."),
        ({"seconds": float("nan")}, "Time: nan s is out of bounds"),
        ({"seed": -1}, "Seed: -1 is out of bounds"),
        ({"device": "tpu"}, "Device: 'tpu' is not known. Choose one of auto, cpu, cuda, mps."),
        ({"mode": "magic"}, "Mode"),
        ({"encoder": (64, 1)}, "Encoder.*: 1 is out of bounds"),
        ({"steps": (1, 2, 3)}, f"Give none, one, or {PARTS}"),
        ({"steps": (-1,)}, "Steps: -1 is out of bounds"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_a_remedy(given: dict, told: str) -> None:
    with pytest.raises(TrainingError, match=told.replace("(", r"\(")):
        TrainingOptions(**given)


def test_every_field_can_be_shown_in_a_form() -> None:
    for field in TrainingOptions.__dataclass_fields__.values():
        assert field.metadata["label"]
        assert field.metadata["tooltip"].endswith(".")
