from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

def linprog(
    c: ArrayLike,
    A_ub: ArrayLike | None = ...,
    b_ub: ArrayLike | None = ...,
    *,
    bounds: Sequence[tuple[float | None, float | None]] = ...,
) -> Any: ...
def linear_sum_assignment(cost_matrix: ArrayLike) -> tuple[np.ndarray, np.ndarray]: ...
