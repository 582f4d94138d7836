"""What was learned of a scan, compared with its points."""

from dataclasses import asdict, replace
from typing import Any

from core.data.source import Source
from core.evaluation.point_errors import PointErrors, point_errors
from core.session.by_chart import ByChart, parts_of
from core.session.preparation import Preparation
from core.session.run import Training


def errors_to_points(source: Source, preparation: Preparation | None, training: Training) -> PointErrors | None:
    """Return how far the points lie from the decoded surface; None where the source is not made of points.

    Parameters
    ----------
    source : Source
        The surface that was learned.
    preparation : Preparation or None
        Its cover, where it has several charts.
    training : TrainingResult or those of all charts
        What was learned of it.
    """
    source = source if preparation is None else preparation.source
    if source.scan is None or not source.has_faces:
        return None
    parts = [part.autoencoder.decode(part.codes) for part in parts_of(training)]
    decoded = parts[0] if preparation is None else preparation.cover.weld(parts)
    return point_errors(source.scan, source.surface, decoded)


def with_point_errors(source: Source, preparation: Preparation | None, training: Training) -> Training:
    """Return a training that tells how far the points lie from it, where it learned a surface made of points."""
    errors = errors_to_points(source, preparation, training)
    if errors is None:
        return training
    first, *others = parts_of(training)
    told = replace(first, messages=(errors.sentence, *first.messages))
    return replace(training, parts=(told, *others)) if isinstance(training, ByChart) else told


def points_report(
    source: Source | None, preparation: Preparation | None, training: Training | None
) -> dict[str, Any] | None:
    """Return the part `points` of a report: None where nothing was learned of points."""
    if training is None or source is None:
        return None
    errors = errors_to_points(source, preparation, training)
    return None if errors is None else asdict(errors)
