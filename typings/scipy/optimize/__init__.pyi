from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

def linprog(
    c: ArrayLike,
    A_ub: ArrayLike | None = ...,
    b_ub: ArrayLike | None = ...,
    *,
    bounds: Sequence[tuple[float | None, float | None]] = ...,
) -> Any: ...
