"""See what a ReLU autoencoder learns about a surface: the stages of Budai for Python.

>>> import budai
>>> surface = budai.load("laughing_figurine.ply")  # doctest: +SKIP
>>> run = budai.train(surface, seconds=60)  # doctest: +SKIP
>>> run.cells().decoder.n_cells  # doctest: +SKIP
"""

from app import __version__
from budai import options
from budai.loading import cloud, load, sample, surface, table
from budai.run import Run, open
from budai.training import train
from core.base.errors import BudaiError, InputError
from core.data.source import Source

__all__ = [
    "BudaiError",
    "InputError",
    "Run",
    "Source",
    "__version__",
    "cloud",
    "load",
    "open",
    "options",
    "sample",
    "surface",
    "table",
    "train",
]
