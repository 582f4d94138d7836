"""A small project that was unfolded."""

from functools import cache

import numpy as np

from app.stages import rows
from core.base.progress import finish
from core.charts.autoencoder import Autoencoder
from core.data.source import Source
from core.data.table import Table
from core.session.project import Project
from core.unfolding.of_source import unfold_source
from core.unfolding.options import UnfoldOptions
from core.unfolding.unfolding import Unfolding
from tests.core.make import random_relu_map, trained_project


@cache
def unfolded_project() -> Project:
    """Return a trained disk that was unfolded: 3-4-2-16-12-3."""
    rows()  # the stage is known then
    project = trained_project()
    made = finish(unfold_source(project.source, project.training.autoencoder, UnfoldOptions()))
    return project.updated(unfolding=made)


@cache
def unfolded_table() -> tuple[Source, Unfolding]:
    """Return a table of two classes and its way through random networks."""
    rng = np.random.default_rng(0)
    source = Source("", "rows", Table(rng.normal(size=(60, 5)), labels=np.arange(60) % 2), None, (), (), 0.0)
    learned = Autoencoder(random_relu_map((5, 6, 2)), random_relu_map((2, 6, 5)), np.zeros(5), 1.0)
    return source, finish(unfold_source(source, learned, UnfoldOptions()))
