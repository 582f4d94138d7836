"""What the certificates of all charts come to together, and where charts are folded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.claims import is_homeomorphism
from core.session.project import Project


@dataclass(frozen=True)
class Fold:
    """Where the encoder of a chart turns parts of its patch over.

    Parameters
    ----------
    chart : int
        Number of the chart, from 0.
    faces : int
        How many of its faces are turned over, or in part.
    pieces : int or None
        How many exact pieces are; None where the cells of the encoder are not known.
    face : int
        The face of the whole surface in which most of these lie.
    vertex : int
        A corner of it, by its number in the chart.
    """

    chart: int
    faces: int
    pieces: int | None
    face: int
    vertex: int


def folds(project: Project) -> tuple[Fold, ...]:
    """Return the charts of a trained project that are folded, the worst first, each with the worst place."""
    found: list[Fold] = []
    cells_are_known = "cells" not in project.outdated
    for k, chart in enumerate(project.charts):
        surface, encoder = chart.source.surface, getattr(chart.cells, "encoder", None) if cells_are_known else None
        counts = np.zeros(len(surface.faces), np.int64)
        counts[chart.training.bad_faces] = 1
        if encoder is not None:
            counts += np.bincount(encoder.face[encoder.flipped], minlength=len(counts))
        if not counts.any():
            continue
        worst = int(counts.argmax())
        whole = worst if project.preparation is None else int(project.preparation.cover.patches[k].faces[worst])
        pieces = None if encoder is None else len(encoder.flipped)
        found.append(Fold(k, int((counts > 0).sum()), pieces, whole, int(surface.faces[worst, 0])))
    return tuple(sorted(found, key=lambda fold: -fold.faces))


def homeomorphisms(project: Project) -> tuple[bool | None, ...]:
    """Return of each chart whether all claims of its certificate hold; None where some are open."""
    exact = [None if "cells" in project.outdated else getattr(chart.cells, "exact", None) for chart in project.charts]
    return tuple(
        is_homeomorphism(chart.training.certificate.with_exact(known))
        for chart, known in zip(project.charts, exact, strict=True)
    )


def numbers_in_words(numbers: Sequence[int]) -> str:
    """Return ascending whole numbers in words, runs of three and more by their ends: "2, 5 to 9, 12"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(words)


def atlas_statement(project: Project) -> str:
    """Return what is known of an atlas as a whole, in one sentence with its figures.

    Parameters
    ----------
    project : Project
        With a trained atlas.
    """
    verdicts, whole = homeomorphisms(project), project.training.whole
    total, n_faces = len(verdicts), len(project.source.surface.faces)
    failed = [k + 1 for k, holds in enumerate(verdicts) if holds is False]
    n_open = sum(holds is None for holds in verdicts)
    parts: list[str] = []
    if not failed and not n_open:
        parts.append(f"homeomorphism on each of {total:,} charts")
    else:
        certain = total - len(failed) - n_open
        parts += [f"homeomorphism on {certain:,} of {total:,} charts"] if certain else []
        parts += [f"no fold found on {n_open:,} of {total:,} charts, whose exact cells are open"] if n_open else []
        each = f"all {total:,} charts" if len(failed) == total else f"chart {numbers_in_words(failed)}"
        parts += [f"claims fail on {each}"] if failed else []
    covered = np.zeros(n_faces, bool)
    for patch in project.preparation.cover.patches:
        covered[patch.faces] = True
    all_covered = "all" if covered.all() else f"{int(covered.sum()):,} of"
    parts.append(f"the charts cover {all_covered} {n_faces:,} triangles")
    median, most = whole.transition_round_trip_median_rel, whole.transition_round_trip_p99_rel
    if median is not None and most is not None:
        parts.append(f"transitions agree to {100 * median:.2g} % of the diagonal (median), {100 * most:.2g} % (99 %)")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
