from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from . import _Sparse, csr_matrix

def connected_components(csgraph: _Sparse, directed: bool = ...) -> tuple[int, np.ndarray]: ...
def minimum_spanning_tree(csgraph: _Sparse) -> csr_matrix: ...
@overload
def breadth_first_order(
    csgraph: _Sparse, i_start: int, directed: bool = ..., return_predecessors: Literal[True] = ...
) -> tuple[np.ndarray, np.ndarray]: ...
@overload
def breadth_first_order(
    csgraph: _Sparse, i_start: int, directed: bool = ..., *, return_predecessors: Literal[False]
) -> np.ndarray: ...

class _Flow:
    flow: csr_matrix

def maximum_flow(csgraph: _Sparse, source: int, sink: int) -> _Flow: ...
@overload
def dijkstra(
    csgraph: _Sparse,
    directed: bool = ...,
    indices: ArrayLike | None = ...,
    *,
    return_predecessors: Literal[True],
    min_only: Literal[True],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]: ...
@overload
def dijkstra(
    csgraph: _Sparse,
    directed: bool = ...,
    indices: ArrayLike | None = ...,
    *,
    return_predecessors: Literal[True],
    **options: Any,
) -> tuple[np.ndarray, np.ndarray]: ...
@overload
def dijkstra(
    csgraph: _Sparse, directed: bool = ..., indices: ArrayLike | None = ..., *, limit: float = ..., min_only: bool = ...
) -> np.ndarray: ...
