from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

def linprog(
    c: ArrayLike,
    A_ub: ArrayLike | None = ...,
    b_ub: ArrayLike | None = ...,
    *,
    bounds: Sequence[tuple[float | None, float | None]] = ...,
) -> Any: ...
def minimize(
    fun: Callable[[np.ndarray], tuple[float, np.ndarray]],
    x0: ArrayLike,
    *,
    jac: Literal[True],
    method: str,
    options: Mapping[str, Any] = ...,
) -> Any: ...
def linear_sum_assignment(cost_matrix: ArrayLike) -> tuple[np.ndarray, np.ndarray]: ...
