"""A certificate as claims that hold, fail, or are open."""

from dataclasses import dataclass
from typing import Literal

from core.cells.exact_figures import ExactFigures
from core.evaluation.certificate import COVER, CUTS, RECONSTRUCTED, ROUND_TRIP, Certificate, SurfaceFigures

Verdict = Literal["holds", "fails", "open"]


@dataclass(frozen=True)
class Claim:
    """One line of a certificate.

    Parameters
    ----------
    key : str
        Name in code, the same in every version.
    claim : str
        What would have to be true.
    figure : str
        What was measured.
    verdict : "holds", "fails" or "open"
        Open where it was not measured.
    explanation : str
        How it was measured, and what would have been enough.
    """

    key: str
    claim: str
    figure: str
    verdict: Verdict
    explanation: str


def claims(certificate: Certificate) -> tuple[Claim, ...]:
    """Return what a homeomorphism onto the latent image needs, each with its figure and verdict.

    Those on folds speak of the encoder, those on round trips of both maps, the last one of the whole decoder. Folds are
    those of a surface: of a table there is none to look at.
    """
    exact, surface = certificate.exact or ExactFigures(), certificate.surface
    return (
        *(() if surface is None else _on_surface(surface, exact)),
        _most(
            "decode_encode",
            "decode(encode(x)) is x",
            certificate.rmse_rel,
            RECONSTRUCTED,
            "{:.3g} % of the diagonal",
            100.0,
            "Root mean square at fresh random points of the surface"
            if surface
            else "Root mean square at the rows learned",
        ),
        _most(
            "encode_decode",
            "encode(decode(z)) is z",
            certificate.round_trip,
            ROUND_TRIP,
            "{:.3g} of the disk's radius",
            1.0,
            "Root mean square at random points of the latent image",
        ),
        _immersion(exact),
    )


def is_homeomorphism(certificate: Certificate) -> bool | None:
    """Return whether all claims hold: only then may the word be used; None where none fails but some are open."""
    verdicts = {claim.verdict for claim in claims(certificate)}
    return False if "fails" in verdicts else None if "open" in verdicts else True


def headline(certificate: Certificate) -> str:
    """Return what a certificate comes to, in one sentence."""
    found = claims(certificate)
    failed = [claim for claim in found if claim.verdict == "fails"]
    if failed:
        return f"{len(failed)} of {len(found)} claims fail: {'; '.join(claim.claim.lower() for claim in failed)}."
    n_open = sum(claim.verdict == "open" for claim in found)
    if n_open:
        return f"No fold was found; {n_open} of {len(found)} claims need the exact cells."
    return "A homeomorphism of the surface onto its latent image: all claims hold, on every exact piece."


def _on_surface(surface: SurfaceFigures, exact: ExactFigures) -> tuple[Claim, ...]:
    """Claims that the encoder folds a surface nowhere, and lays no part of it over another.

    For a disk, no flipped piece and a simple rim prove that the encoder is one-to-one: a piecewise affine map that
    turns over no piece has a degree that counts preimages; where the boundary goes to a simple closed curve, it is 1
    inside and 0 outside, so that every point of the image has one preimage.
    """
    return (
        *_no_folds(surface, exact),
        _claim(
            "cover",
            "No place of the image is covered twice",
            f"{surface.cover:.5f}",
            abs(surface.cover - 1.0) < COVER,
            f"Mean number of latent triangles over a point of the image, counted on a grid; within {COVER:g} of 1.",
        ),
        _claim(
            "rim",
            "The rim does not meet itself",
            _yes_or_no(exact.rim_is_simple),
            exact.rim_is_simple,
            "Image of the boundary, corner by corner of the exact pieces, with exact signs.",
        ),
    )


def _no_folds(surface: SurfaceFigures, exact: ExactFigures) -> tuple[Claim, ...]:
    """Claims that the encoder folds nowhere, each looking closer than the one before."""
    return (
        _none_of(
            "flipped_triangles",
            "No triangle is turned over",
            surface.flipped_triangles,
            surface.n_triangles,
            "Orientation of each triangle by the codes of its vertices.",
        ),
        _none_of(
            "flipped_subtriangles",
            "No part of a triangle is turned over",
            surface.flipped_subtriangles,
            surface.subtriangles_tested,
            f"{_which(surface)} cut 7 by 7, the encoder evaluated at the corners.",
        ),
        _none_of(
            "flipped_random",
            "No random small triangle is turned over",
            surface.flipped_random,
            surface.random_tested,
            "Small triangles of three sizes at random places of the faces.",
        ),
        _none_of(
            "flipped_pieces",
            "No exact piece is turned over",
            exact.flipped_pieces,
            exact.pieces,
            "Every piece of a triangle on which the encoder is affine: no point of the surface is left out.",
        ),
    )


def _which(surface: SurfaceFigures) -> str:
    """Say of which triangles the parts were looked at: of very many only some are."""
    looked_at, total = surface.subtriangles_tested // CUTS**2, surface.n_triangles
    return "Each triangle" if looked_at >= total else f"{looked_at:,} of {total:,} triangles, chosen at random,"


def _claim(key: str, claim: str, figure: str, holds: bool | None, explanation: str) -> Claim:
    verdict: Verdict = "open" if holds is None else "holds" if holds else "fails"
    return Claim(key, claim, "not computed" if holds is None else figure, verdict, explanation)


def _none_of(key: str, claim: str, count: int | None, total: int | None, explanation: str) -> Claim:
    figure = "" if count is None or total is None else f"{count:,} of {total:,}"
    return _claim(key, claim, figure, None if count is None else count == 0, explanation)


def _most(key: str, claim: str, value: float | None, most: float, form: str, factor: float, explanation: str) -> Claim:
    figure = "" if value is None else form.format(factor * value)
    return _claim(
        key, claim, figure, None if value is None else value <= most, f"{explanation}; {form.format(factor * most)}."
    )


def _yes_or_no(fact: bool | None) -> str:
    return "yes" if fact else "no"


def _immersion(exact: ExactFigures) -> Claim:
    flat, total, kind = exact.flat_cells, exact.cells, "cells"
    if exact.has_detail:
        flat, total, kind = exact.flat_pieces, exact.decoder_pieces, "cells cut by the detail layer's lattice"
    return _none_of(
        "immersion",
        "The decoder is flat nowhere",
        flat,
        total,
        f"Rank 2 on every exact piece of the disk ({kind}); the figure counts those where it is less.",
    )
