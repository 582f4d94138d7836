"""Going on from a trained autoencoder."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Int64

from core.base.errors import TrainingError
from core.data.surface import Surface
from core.training.bumps import without_bumps
from core.training.options import TrainingOptions
from core.training.recipe import Start
from core.training.result import TrainingResult

_RINGS = 2
"""Rings of faces around a bad one that are put right with it."""
_NOTHING_TO_REFINE = "No triangle is turned over, so there is nothing to refine. Continue instead."


def start_from(surface: Surface, former: TrainingResult, options: TrainingOptions) -> Start:
    """Return what a training on the same surface goes on from.

    Parameters
    ----------
    surface : Surface
        What both are trained on.
    former : TrainingResult
        Whose networks are taken, without local corrections of the encoder.
    options : TrainingOptions
        Of the new training; "refine" prefers the faces that the former encoder turns over, wholly or in part.

    Raises
    ------
    TrainingError
        If the former training was on another surface, with other widths or has seen what is to be withheld, or there is
        nothing to refine.
    """
    if len(former.codes) != len(surface.vertices):
        raise TrainingError(
            f"The trained autoencoder has codes of {len(former.codes):,} vertices, and this surface has "
            f"{len(surface.vertices):,}. Go on with the surface it was trained on, or begin anew."
        )
    encoder = without_bumps(former.autoencoder.encoder, former.options.encoder_widths)
    widths = encoder.widths[1:-1], former.autoencoder.decoder.widths[1:-1]
    if widths != (options.encoder_widths, options.decoder_widths):
        raise TrainingError(
            f"The trained networks have hidden layers of {_text(widths)}, and these options ask for "
            f"{_text((options.encoder_widths, options.decoder_widths))}. Choose the same widths, or begin anew."
        )
    asked, had = (options.withheld, options.seed), (former.options.withheld, former.options.seed)
    if options.withheld and asked != had:
        known = f"{100 * had[0]:.3g} % with seed {had[1]}" if had[0] else "nothing"
        raise TrainingError(
            f"These options withhold {100 * asked[0]:.3g} % of the surface with seed {asked[1]}, but from the trained "
            f"networks {known} was withheld: they have seen what is to be unseen. Choose the same, or begin anew."
        )
    focus = np.zeros(len(surface.faces), bool)
    if options.start == "refine":
        if not len(former.bad_faces):
            raise TrainingError(_NOTHING_TO_REFINE)
        focus = around(surface, former.bad_faces, _RINGS)
    return Start((encoder, former.autoencoder.decoder), focus)


def starts_from(
    regions: Sequence[Surface],
    former: Sequence[TrainingResult],
    options: TrainingOptions,
    widths: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
) -> list[Start]:
    """Return what a training of the charts of an atlas goes on from, each as `start_from` says.

    Parameters
    ----------
    regions : sequence of Surface
        The patches.
    former : sequence of TrainingResult
        What was trained of them.
    options : TrainingOptions
        Of the new training; "refine" lets a chart without a fold go on as it is.
    widths : pair of pairs of tuples
        Hidden widths of encoder and decoder of each chart: of the new training, and of the former one.

    Raises
    ------
    TrainingError
        As `start_from`; a chart is named by its number.
    """
    if len(former) != len(regions):
        had = f"The trained atlas has {len(former):,} charts, and this one has {len(regions):,}."
        raise TrainingError(f"{had} Go on with the atlas that was trained, or begin anew.")
    if options.start == "refine" and not any(len(one.bad_faces) for one in former):
        raise TrainingError(f"In all charts: {_NOTHING_TO_REFINE}")
    starts = list[Start]()
    for k, (region, one) in enumerate(zip(regions, former, strict=True)):
        (encoder, decoder), (had_encoder, had_decoder) = widths
        start = "refine" if options.start == "refine" and len(one.bad_faces) else "continue"
        asked = replace(options, encoder=encoder, decoder=decoder, start=start)
        known = replace(one, options=replace(one.options, encoder=had_encoder, decoder=had_decoder))
        try:
            starts.append(start_from(region, known, asked))
        except TrainingError as error:
            raise TrainingError(f"Chart {k + 1}: {error}") from error
    return starts


def around(surface: Surface, faces: Int64[np.ndarray, " k"], rings: int) -> Bool[np.ndarray, " f"]:
    """Return which faces lie within some rings of given ones."""
    chosen: np.ndarray = np.zeros(len(surface.faces), bool)
    chosen[faces] = True
    for _ in range(rings):
        touched = np.zeros(len(surface.vertices), bool)
        touched[surface.faces[chosen]] = True
        chosen = np.any(touched[surface.faces], 1)
    return chosen


def _text(widths: tuple[tuple[int, ...], ...]) -> str:
    return " and ".join("-".join(map(str, part)) for part in widths)
