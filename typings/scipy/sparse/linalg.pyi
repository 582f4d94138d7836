from typing import Any

import numpy as np

from . import csc_matrix

class SuperLU:
    perm_c: np.ndarray
    def solve(self, rhs: np.ndarray) -> np.ndarray: ...

def splu(
    A: csc_matrix,
    permc_spec: str | None = ...,
    diag_pivot_thresh: float | None = ...,
    options: dict[str, Any] | None = ...,
) -> SuperLU: ...
