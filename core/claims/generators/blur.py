"""What a variational autoencoder draws where several images share a code: their mean, which is blurred."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64

from core.base.progress import Progress, Work, part
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Bars, Field, Figure, Mark, Panel

if TYPE_CHECKING:
    from core.training.generators.trained import Trained

PIXELS = 24
_LEAST = 4
"""Pixels of an image, in one row, and the least length of a bar."""
_DRAWN, _SHOWN = 1000, 24
_GREYER = 1.5
"""How many times as grey as those of AE-OT the images of the VAE are at least."""
_NEAR = 0.05
"""Mean squared distance of a drawn pixel from the mean of the images that share its code, relative to all variance."""


@dataclass(frozen=True)
class BlurKnobs(Knobs):
    """Knobs of the card."""

    beta: float = number_field(4.0, "β", 0.0, 100.0, "Weight of the divergence of the codes from Gaussian noise.")
    steps: int = number_field(3000, "Steps", 10, 20_000, "Of the autoencoder, and of the chart.")
    points: int = number_field(2000, "Images", 100, 5000, "To learn.")


def bars(count: int, rng: np.random.Generator) -> Float64[np.ndarray, "n p"]:
    """Return images of bars: 1 within, -1 outside, and the share of each pixel that is covered at their two ends."""
    ends = np.sort(rng.random((4 * count, 2)), axis=1) * PIXELS
    ends = ends[ends[:, 1] - ends[:, 0] >= _LEAST][:count]
    left, right = np.arange(PIXELS), np.arange(PIXELS) + 1.0
    covered = np.clip(np.minimum(right, ends[:, 1:]) - np.maximum(left, ends[:, :1]), 0.0, 1.0)
    return 2.0 * covered - 1.0


def blur(images: Float64[np.ndarray, "n p"]) -> float:
    """Return how grey images are: the mean of 1 - x², at least 0, over their pixels; of black and white ones 0."""
    return float(np.maximum(1.0 - np.square(images), 0.0).mean())


BLUR_OF_BARS = 2.0 * (2.0 / 3.0) / PIXELS
"""Of true images: two ends, each a pixel with x uniform from -1 to 1, so that 1 - x² is 2/3 on the mean."""


def means_by_code(
    trained: "Trained", sample: Float64[np.ndarray, "n p"], codes: Float64[np.ndarray, "m 2"]
) -> Float64[np.ndarray, "m p"]:
    """Return, for each code, the mean of a sample, its images weighted by how likely the encoder gives them this code.

    Notes
    -----
    With Gaussian noise of one size on all outputs the best decoder is this conditional mean, E[x | z].
    """
    from core.training.generators.posterior import posterior  # torch takes seconds to import

    mean, spread = posterior(trained, sample)
    apart = (codes[:, None] - mean[None]) ** 2 / np.exp(spread)[None] + spread[None]
    logs = -0.5 * apart.sum(2)
    weights = np.exp(logs - logs.max(1, keepdims=True))
    return weights @ sample / weights.sum(1, keepdims=True)


def _run(options: BlurKnobs) -> Work[Verdict]:
    from core.training.generators.models import Budget
    from core.training.generators.settings import VariationalSettings
    from core.training.generators.train import train_generator  # torch takes seconds to import

    rng = np.random.default_rng(0)
    sample = bars(options.points, rng)

    def told(words: str) -> Callable[[Progress], Progress]:
        def tell(progress: Progress) -> Progress:
            return Progress(progress.fraction, f"{words}: {progress.message}")

        return tell

    budget = Budget(steps=options.steps, settings=VariationalSettings(beta=options.beta))
    vae = yield from part(train_generator("vae", sample, budget), 0.0, 0.5, report=told("VAE"))
    # Half of the steps of AE-OT are the chart's.
    learning = train_generator("ae_ot", sample, Budget(steps=2 * options.steps))
    transported = yield from part(learning, 0.5, 1.0, report=told("AE-OT"))
    codes = rng.normal(size=(_DRAWN, 2))
    by_vae, by_transport = vae.image_of(codes), transported.draw(_DRAWN)
    means = means_by_code(vae, sample, codes)
    off = float(np.square(by_vae - means).mean() / sample.var())
    found = {"true": blur(sample), "VAE": blur(by_vae), "means": blur(means), "AE-OT": blur(by_transport)}
    pictures = (
        ("True images", sample),
        ("VAE", by_vae),
        ("Mean of those with its code", means),
        ("AE-OT", by_transport),
    )
    bars_of: tuple[Mark, ...] = (Bars(np.array(list(found.values())), ("faint", "b", "c", "a"), list(found)),)
    panels = (*(_panel(title, images) for title, images in pictures), Panel("Grey: mean of 1 - x²", bars_of))
    figures = {"blur_of_" + name.lower().replace("-", "_"): value for name, value in found.items()} | {"off": off}
    sentence = (
        f"True images are grey by {found['true']:.3f}, those of the VAE by {found['VAE']:.3f}, the means of images "
        f"that share their codes by {found['means']:.3f}, and those of AE-OT by {found['AE-OT']:.3f}; what the VAE "
        f"draws differs from these means by {100 * off:.2g} % of the variance."
    )
    greyer = found["VAE"] / max(found["AE-OT"], 1e-9)
    margin = min(float(np.log2(greyer / _GREYER)), 1.0 - off / _NEAR)
    return judged(margin, sentence, figures, Figure(panels))


def _panel(title: str, images: Float64[np.ndarray, "n p"]) -> Panel:
    """Return some images beneath each other, a row for each."""
    shown = np.clip(images[:_SHOWN], -1.0, 1.0)
    return Panel(title, (Field(shown, (0.0, PIXELS, 0.0, len(shown)), 0.9),), bare=True)


CARD = Card(
    "Blur",
    "A variational autoencoder draws the mean of the images that share a code; where it is held to the Gaussian by a "
    "weight of 4 codes overlap, and its images are at least 1.5 times as grey as those made of transported codes.",
    "Kingma and Welling 2014, Auto-Encoding Variational Bayes (arXiv 1312.6114); An et al. 2020, AE-OT: a new "
    "generative model based on extended semi-discrete optimal transport, section 1",
    BlurKnobs,
    _run,
)
