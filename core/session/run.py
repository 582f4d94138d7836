"""A training as an entry of a list: to compare with others, to come back to, to continue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.cells.exact_figures import ExactFigures
from core.evaluation.atlas_figures import AtlasFigures
from core.evaluation.certificate import Certificate, SurfaceFigures
from core.evaluation.claims import is_homeomorphism
from core.session.by_chart import ByChart, parts_of
from core.training.options import TrainingOptions
from core.training.result import TrainingResult

Training = TrainingResult | ByChart[TrainingResult]
"""A training of one chart, or of all charts of an atlas."""


@dataclass(frozen=True, eq=False)
class Run:
    """A training that was finished.

    Parameters
    ----------
    name : str
        Short name, unique in its list.
    training : TrainingResult, or those of all charts
        What came of it, with its autoencoders.
    parent : str
        Name of the run that it went on from; empty where it began anew.
    exact : tuple of (ExactFigures or None)
        What exact cells have told of each chart, where they were computed once; empty where they never were.
    """

    name: str
    training: Training
    parent: str = ""
    exact: tuple[ExactFigures | None, ...] = ()

    @property
    def parts(self) -> tuple[TrainingResult, ...]:
        """What came of each chart; what they have in common can be read from any."""
        return parts_of(self.training)

    @property
    def options(self) -> TrainingOptions:
        """What was asked for."""
        return self.parts[0].options

    @property
    def seed(self) -> int:
        """Start of the random choices."""
        return self.options.seed

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """What each chart is worth."""
        exact = self.exact or (None,) * len(self.parts)
        known = [part.certificate for part in self.parts]
        return tuple(one if of is None else one.with_exact(of) for one, of in zip(known, exact, strict=True))

    @property
    def certificate(self) -> Certificate:
        """What it is worth: of an atlas the errors of the welded surface, and sums or the worst of its charts."""
        whole = self.training.whole if isinstance(self.training, ByChart) else None
        return self.certificates[0] if whole is None else _of_all(self.certificates, whole)

    @property
    def is_homeomorphism(self) -> bool | None:
        """Whether it is proved to be one, of an atlas each chart; None where that is open."""
        found = {is_homeomorphism(certificate) for certificate in self.certificates}
        return False if False in found else None if None in found else True

    @property
    def curve(self) -> Mapping[str, np.ndarray]:
        """Its curves over time by name: "seconds", "loss", "rmse_rel" and so on."""
        return self.parts[0].history


def next_name(runs: Sequence[Run]) -> str:
    """Return a name that no run has: "Run" and a number."""
    names = {run.name for run in runs}
    number = len(runs) + 1
    while f"Run {number}" in names:
        number += 1
    return f"Run {number}"


def with_training(runs: tuple[Run, ...], training: Training, parent: str = "") -> tuple[Run, ...]:
    """Return a list of runs with another training at its end, unless it is in it already."""
    if any(run.training is training for run in runs):
        return runs
    return (*runs, Run(next_name(runs), training, parent))


def with_exact(runs: tuple[Run, ...], training: Training, exact: Sequence[ExactFigures | None]) -> tuple[Run, ...]:
    """Return a list of runs in which that of a training has figures of exact cells, of each of its charts."""
    return tuple(replace(run, exact=_completed(exact, run.exact)) if run.training is training else run for run in runs)


def _completed(
    exact: Sequence[ExactFigures | None], former: Sequence[ExactFigures | None]
) -> tuple[ExactFigures | None, ...]:
    """The figures of each chart, with those that were computed earlier for what was not computed now."""
    known = former or (None,) * len(exact)
    return tuple(before if one is None else one.completed(before) for one, before in zip(exact, known, strict=True))


def _of_all(certificates: Sequence[Certificate], whole: AtlasFigures) -> Certificate:
    """The certificate of all charts of an atlas together."""
    found = [certificate.on_surface for certificate in certificates]
    trips = [certificate.round_trip for certificate in certificates if certificate.round_trip is not None]
    surface = SurfaceFigures(
        chamfer_rel=whole.chamfer_rel,
        hausdorff_rel=whole.hausdorff_rel,
        normal_error_deg=whole.normal_error_deg,
        flipped_triangles=sum(one.flipped_triangles for one in found),
        n_triangles=sum(one.n_triangles for one in found),
        flipped_subtriangles=sum(one.flipped_subtriangles for one in found),
        subtriangles_tested=sum(one.subtriangles_tested for one in found),
        cover=max(one.cover for one in found),
    )
    return Certificate(whole.rmse_rel, round_trip=max(trips, default=None), network=whole.network, surface=surface)
