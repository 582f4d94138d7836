"""The window onto a project, and the command line."""

import os

# Work is shared out over threads of our own; BLAS with as many again in each of them takes up to twice the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
