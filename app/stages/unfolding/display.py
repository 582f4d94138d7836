"""How an unfolding is shown: chosen in the form, acts at once, makes nothing outdated."""

from dataclasses import dataclass, field

SIZES = ("640x480", "480x480", "1280x720", "1920x1080")


@dataclass(frozen=True)
class UnfoldDisplay:
    """How an unfolding is shown.

    Parameters
    ----------
    moment : float
        How far it has come: 0 at the input, 1 at the output.
    speed : float
        How fast it is played.
    loops : bool
        Whether it begins again at the end.
    faces_viewer : bool
        Whether the disk of codes is turned to the viewer.
    size : str
        Width and height of a film, in pixels.
    seconds : float
        How long a film is.
    rate : int
        Its pictures a second.
    """

    moment: float = field(
        default=0.0,
        metadata={
            "label": "Moment",
            "kind": "percent",
            "minimum": 0.0,
            "maximum": 1.0,
            "slider": (0.0, 1.0),
            "tooltip": "0: the input. 100 %: the output. Space plays; comma and period go on in small steps, Home and "
            "End to the ends.",
        },
    )
    speed: float = field(
        default=1.0,
        metadata={
            "label": "Speed",
            "minimum": 0.05,
            "maximum": 20.0,
            "slider": (0.25, 4.0),
            "tooltip": "How fast it is played; at 1 a layer takes a second and a half.",
        },
    )
    loops: bool = field(
        default=True, metadata={"label": "Loop", "tooltip": "Begin again at the end, until it is stopped."}
    )
    faces_viewer: bool = field(
        default=True,
        metadata={
            "label": "Turn the disk to the viewer",
            "tooltip": "Little by little toward the code and back, as a rigid body: nothing else changes.",
        },
    )
    size: str = field(
        default=SIZES[0],
        metadata={"label": "Film", "choices": SIZES, "tooltip": "Width and height of a film, in pixels."},
    )
    seconds: float = field(
        default=10.0,
        metadata={
            "label": "Film lasts",
            "unit": "s",
            "minimum": 0.5,
            "maximum": 600.0,
            "tooltip": "How long a film is. It is seen from where the view is seen now.",
        },
    )
    rate: int = field(
        default=15,
        metadata={
            "label": "Pictures a second",
            "advanced": True,
            "minimum": 1,
            "maximum": 60,
            "tooltip": "How many pictures of a film are shown in a second.",
        },
    )
