from collections.abc import Sequence
from typing import Self

import numpy as np

class MLPClassifier:
    coefs_: list[np.ndarray]
    intercepts_: list[np.ndarray]
    classes_: np.ndarray
    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = ...,
        *,
        alpha: float = ...,
        max_iter: int = ...,
        tol: float = ...,
        n_iter_no_change: int = ...,
        random_state: int | None = ...,
    ) -> None: ...
    def fit(self, X: np.ndarray, y: np.ndarray) -> Self: ...
    def predict(self, X: np.ndarray) -> np.ndarray: ...
    def predict_proba(self, X: np.ndarray) -> np.ndarray: ...
