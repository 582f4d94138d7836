"""The models of the bench by their names, told without torch, which takes seconds to import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from core.training.generators.settings import (
    ChartedSettings,
    ClippingSettings,
    CriticSettings,
    FlowSettings,
    GameSettings,
    NetworkSettings,
    PathSettings,
    PenaltySettings,
    ScoreSettings,
    Settings,
    TransportSettings,
    VariationalSettings,
)

if TYPE_CHECKING:
    from core.training.generators.model import Model


@dataclass(frozen=True)
class Kind:
    """One model of the bench.

    Parameters
    ----------
    title : str
        What it is called.
    settings : Settings
        Its knobs, as they are where nothing is chosen.
    module, name : str
        Where its class lies, imported when it is first asked for, and what that is called.
    fixed : mapping of str to str
        What tells it from other models of the same class.
    """

    title: str
    settings: Settings
    module: str
    name: str
    fixed: Mapping[str, str] = field(default_factory=dict[str, str])

    def make(self, dimension: int, settings: Settings | None = None) -> "Model":
        """Return a model of points of R^d, with first weights by torch's generator of chance."""
        made = getattr(import_module(f"core.training.generators.{self.module}"), self.name)
        return made(dimension, settings=settings or self.settings, **self.fixed)


MODELS: Mapping[str, Kind] = MappingProxyType(
    {
        "vae": Kind("VAE", VariationalSettings(), "variational", "VariationalAutoencoder"),
        "aae": Kind("AAE", NetworkSettings(), "variational", "AdversarialAutoencoder"),
        "gan": Kind("GAN", GameSettings(), "adversarial", "Adversarial"),
        "gan_saturating": Kind("GAN, saturating", GameSettings(), "adversarial", "Adversarial", {"game": "saturating"}),
        "gan_relativistic": Kind(
            "GAN, relativistic", GameSettings(), "adversarial", "Adversarial", {"game": "relativistic"}
        ),
        "gan_smooth": Kind("GAN, smooth labels", GameSettings(smoothing=0.1), "adversarial", "Adversarial"),
        "wgan_gp": Kind("WGAN, penalty", PenaltySettings(), "adversarial", "Wasserstein"),
        "wgan_clip": Kind("WGAN, clipping", ClippingSettings(), "adversarial", "Wasserstein", {"bound": "clipping"}),
        "wgan_sn": Kind("WGAN, spectral norm", CriticSettings(), "adversarial", "Wasserstein", {"bound": "spectral"}),
        "flow": Kind("Coupling flow", FlowSettings(), "flows", "CouplingFlow"),
        "score": Kind("Score matching", ScoreSettings(), "flows", "ScoreMatching"),
        "flow_matching": Kind("Flow matching", PathSettings(), "flows", "FlowMatching"),
        "ae_ot": Kind("AE-OT", TransportSettings(), "transported", "TransportedCodes"),
        "charts_ot": Kind("AE-OT, exact charts", ChartedSettings(), "charted", "ChartedSurface"),
    }
)
"""Each model by its name."""


@dataclass(frozen=True)
class Budget:
    """How long a model learns.

    Parameters
    ----------
    seconds : float
        Of the processor, for steps alone: drawing what is shown does not count. The one limit where steps are 0.
    steps : int
        Steps instead; 0 for the clock.
    seed : int
        Start of all random choices.
    settings : Settings or None
        Knobs of the model; None for those that it has by itself.
    """

    seconds: float = 10.0
    steps: int = 0
    seed: int = 0
    settings: Settings | None = None
