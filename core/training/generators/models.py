"""The models of the bench by their names, told without torch, which takes seconds to import."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.training.generators.model import Model

Make = Callable[[int], "Model"]


def _of(module: str, name: str, **settings: Any) -> Make:
    """Return what makes a model of a class of a module beside this one, imported when it is first asked for."""

    def make(dimension: int) -> "Model":
        return getattr(import_module(f"core.training.generators.{module}"), name)(dimension, **settings)

    return make


_SMOOTHING = 0.1
"""What one-sided smoothing takes from the label 1."""

MODELS: Mapping[str, tuple[str, Make]] = MappingProxyType(
    {
        "vae": ("VAE", _of("variational", "VariationalAutoencoder")),
        "aae": ("AAE", _of("variational", "AdversarialAutoencoder")),
        "gan": ("GAN", _of("adversarial", "Adversarial")),
        "gan_saturating": ("GAN, saturating", _of("adversarial", "Adversarial", game="saturating")),
        "gan_relativistic": ("GAN, relativistic", _of("adversarial", "Adversarial", game="relativistic")),
        "gan_smooth": ("GAN, smooth labels", _of("adversarial", "Adversarial", smoothing=_SMOOTHING)),
        "wgan_gp": ("WGAN, penalty", _of("adversarial", "Wasserstein")),
        "wgan_clip": ("WGAN, clipping", _of("adversarial", "Wasserstein", bound="clipping")),
        "wgan_sn": ("WGAN, spectral norm", _of("adversarial", "Wasserstein", bound="spectral")),
        "flow": ("Coupling flow", _of("flows", "CouplingFlow")),
        "score": ("Score matching", _of("flows", "ScoreMatching")),
        "flow_matching": ("Flow matching", _of("flows", "FlowMatching")),
        "ae_ot": ("AE-OT", _of("transported", "TransportedCodes")),
        "charts_ot": ("AE-OT, exact charts", _of("charted", "ChartedSurface")),
    }
)
"""Each model by its name: what it is called, and what makes one for points of R^d."""


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
    """

    seconds: float = 10.0
    steps: int = 0
    seed: int = 0
