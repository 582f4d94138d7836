"""What can be chosen of each model of the bench, told without torch: forms and flags are made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from core.base.errors import BudaiError
from core.base.option_checks import check_within

CLIP, PENALTY = 0.05, 10.0
"""Bound of clipped weights; weight of the gradient penalty."""


def _number(default: float, low: float, high: float, about: dict[str, str]) -> Any:
    """Return the field of a number between two bounds, whole where all three are."""
    return field(default=default, metadata={"minimum": low, "maximum": high} | about)


def _width(default: int) -> Any:
    about = {"label": "Width", "tooltip": "Units of each hidden layer of the networks."}
    return _number(default, 2, 512, about)


def _depth(default: int) -> Any:
    return _number(default, 1, 8, {"label": "Hidden layers", "tooltip": "Hidden layers of the networks."})


@dataclass(frozen=True)
class Settings:
    """Knobs of one model.

    Raises
    ------
    BudaiError
        If a value is out of its bounds.
    """

    def __post_init__(self) -> None:
        for one in fields(self):
            check_within(self, one.name, getattr(self, one.name))


@dataclass(frozen=True)
class NetworkSettings(Settings):
    """What all models that learn have in common.

    Parameters
    ----------
    width, depth : int
        Of the networks.
    rate : float
        Step length of Adam.
    """

    width: int = _width(96)
    depth: int = _depth(3)
    rate: float = _number(
        1e-3,
        1e-6,
        0.1,
        {"label": "Learning rate", "tooltip": "Step length of Adam: the longer, the faster and wilder."},
    )


@dataclass(frozen=True)
class VariationalSettings(NetworkSettings):
    """Knobs of a variational autoencoder: `beta` is the weight of the divergence of the codes from Gaussian noise."""

    beta: float = _number(
        1.0,
        0.0,
        100.0,
        {"label": "β", "tooltip": "Weight of the divergence of the codes from Gaussian noise: 0 is an autoencoder."},
    )


@dataclass(frozen=True)
class GameSettings(NetworkSettings):
    """Knobs of a game.

    Parameters
    ----------
    momentum : float
        Share of the mean that Adam keeps.
    smoothing : float
        By how much less than 1 a real point is to be called real.
    """

    momentum: float = _number(
        0.5, 0.0, 0.99, {"label": "Momentum", "tooltip": "Share of its last step that Adam keeps: games want less."}
    )
    smoothing: float = _number(
        0.0,
        0.0,
        0.5,
        {"label": "Smoothing", "tooltip": "By how much less than 1 the discriminator is to call a real point real."},
    )


@dataclass(frozen=True)
class CriticSettings(NetworkSettings):
    """Knobs of a critic: `critic_steps` of it are taken for one of the generator."""

    momentum: float = _number(
        0.5, 0.0, 0.99, {"label": "Momentum", "tooltip": "Share of its last step that Adam keeps: games want less."}
    )
    critic_steps: int = _number(
        5, 1, 50, {"label": "Critic's steps", "tooltip": "Steps of the critic for each step of the generator."}
    )


@dataclass(frozen=True)
class PenaltySettings(CriticSettings):
    """Knobs of a critic with a gradient penalty of weight `penalty`, the λ of its paper."""

    penalty: float = _number(
        PENALTY, 0.0, 1000.0, {"label": "λ", "tooltip": "Weight of the penalty that draws the critic's slope to 1."}
    )


@dataclass(frozen=True)
class ClippingSettings(CriticSettings):
    """Knobs of a critic whose weights stay between -`clip` and `clip`, the c of its paper."""

    clip: float = _number(
        CLIP, 1e-4, 10.0, {"label": "c", "tooltip": "Bound within which the critic's weights are clipped."}
    )


@dataclass(frozen=True)
class FlowSettings(NetworkSettings):
    """Knobs of a flow of so many coupling layers."""

    width: int = _width(64)
    depth: int = _depth(2)
    layers: int = _number(
        8, 2, 32, {"label": "Couplings", "tooltip": "Coupling layers, each with a network of its own."}
    )


@dataclass(frozen=True)
class PathSettings(NetworkSettings):
    """Knobs of a model that draws along a path, of so many steps."""

    width: int = _width(128)
    draw_steps: int = _number(
        30, 1, 500, {"label": "Steps of a draw", "tooltip": "Steps in which noise becomes a point."}
    )


@dataclass(frozen=True)
class ScoreSettings(PathSettings):
    """Knobs of score matching over noise from `farthest` to `nearest`, where the sample has mean square 1."""

    draw_steps: int = _number(
        60, 1, 500, {"label": "Steps of a draw", "tooltip": "Steps in which noise becomes a point."}
    )
    farthest: float = _number(
        8.0, 1.0, 100.0, {"label": "Most noise", "tooltip": "Largest noise that is taken away; the sample has size 1."}
    )
    nearest: float = _number(
        0.01, 1e-4, 0.5, {"label": "Least noise", "tooltip": "Least noise that is taken away; the sample has size 1."}
    )


@dataclass(frozen=True)
class TransportSettings(NetworkSettings):
    """Knobs of AE-OT, of its chart in space; in the plane there is none, and nothing to choose."""

    chart_share: float = _number(
        0.5,
        0.05,
        0.95,
        {
            "label": "Time of the chart",
            "tooltip": "Part of the time that the chart learns; the transport has the rest.",
        },
    )


@dataclass(frozen=True)
class ChartedSettings(Settings):
    """Knobs of exact charts: `sites` of the transport in each chart at most; further vertices are owned by them."""

    sites: int = _number(
        4000, 50, 50_000, {"label": "Sites", "tooltip": "Most sites of the transport in one chart of the surface."}
    )


def settings_from(default: Settings, texts: Mapping[str, str], title: str) -> Settings:
    """Return settings with values read from texts.

    Parameters
    ----------
    default : Settings
        What is not named stays as here.
    texts : mapping of str to str
        Values by the names of the knobs.
    title : str
        The model, for messages.

    Raises
    ------
    BudaiError
        If there is no such knob, or a value cannot be used.
    """
    known = {one.name: getattr(default, one.name) for one in fields(default)}
    chosen = dict(known)
    for name, text in texts.items():
        if name not in known:
            raise BudaiError(f"{title} has no knob {name}. Choose among {', '.join(known)}.")
        try:
            chosen[name] = type(known[name])(text)
        except ValueError:
            raise BudaiError(f"{title}, {name}: {text!r} cannot be read. Give a value such as {known[name]}.") from None
    return type(default)(**chosen)


def changed(settings: Settings, default: Settings) -> dict[str, float]:
    """Return the knobs that differ from some others, by their names."""
    names = [one.name for one in fields(settings)]
    return {name: getattr(settings, name) for name in names if getattr(settings, name) != getattr(default, name)}
